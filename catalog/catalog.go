// Package catalog holds what onus knows about platforms, as data: the layers
// on which responsibility is cut, the offerings and their contracts, the
// obligations they leave to the customer, what operators make of their custom
// resources, how fixes go through fleets, and the sources of every statement.
//
// Nothing here is code. Adding a platform is a YAML file and a test; package
// responsibility loads, validates and compares what stands here.
package catalog

import "embed"

// Files is the built-in catalog. Its paths are those of the folder itself:
// addons.yaml, layers.yaml, names.yaml, programs.yaml, purpose.yaml, exposure.yaml, removed.yaml, storage.yaml, takers.yaml, triggers.yaml,
// webhooks.yaml, advisories/NAME.json, offerings/ID.yaml, platforms/ID.yaml, obligations/ID.yaml, operators/ID.yaml, sources/NAME.yaml,
// strategies/ID.yaml and schema/NAME.schema.json.
//
//go:embed *.yaml advisories offerings platforms obligations operators sources strategies schema
var Files embed.FS
