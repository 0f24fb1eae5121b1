package report

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// small is a catalog with one of each: a split, a dispute, a partner, install
// paths, wide characters, a contract.
func small(t testing.TB) *responsibility.Catalog {
	t.Helper()
	return loaded(t, responsibility.Files{Name: "small", FS: fstest.MapFS{
		"layers.yaml": {Data: []byte(`axes:
  - id: compute
    title: Compute
    about: Machines.
    layers:
      - {id: nodes, title: Node lifecycle, about: Nodes.}
      - {id: upgrades, title: Upgrades, about: Versions.}
      - {id: controls, title: Disruption controls, about: Budgets.}
`)},
		"triggers.yaml": {Data: []byte(`triggers: [{id: expiry, title: Expiry, about: Too old., from: [guide]}]`)},
		"sources/all.yaml": {Data: []byte(`sources:
  - {id: seed, title: The seed, url: "https://example.com/seed", read: 2026-11-22, secondary: true}
  - {id: guide, title: The guide, url: "https://example.com/guide", read: 2026-11-23, note: A note}
`)},
		"offerings/plain.yaml": {Data: []byte(`
id: plain
title: Plain form
provider: Acme
order: 1
about: You do it.
from: [seed]
line:
  compute:
    nodes: {party: customer, claims: [{from: seed}]}
    upgrades: {party: none, secondary: Nobody else says so., claims: [{from: seed}]}
    controls: {party: customer, claims: [{from: seed}]}
`)},
		"offerings/managed.yaml": {Data: []byte(`
id: managed
title: 管理型プラットフォーム
provider: Acme
partner: Helpers
order: 2
about: They do it.
from: [guide]
line:
  compute:
    nodes: {party: partner, note: Helpers do., claims: [{from: guide}]}
    upgrades:
      party: split
      duties:
        - {title: start, party: customer, by: end of support, from: [guide]}
        - {title: install, party: split, paths: {console: provider, cli: customer}, from: [guide]}
      claims: [{from: seed, party: provider, says: Acme does it.}, {from: guide, says: You start it.}]
      because: The guide knows.
    controls: {party: customer, loadBearing: true, claims: [{from: seed}]}
limits: [{is: Nodes cannot be logged into, from: [guide]}]
evidence: [{on: node, all: [{field: label, key: acme, in: [managed]}], from: [guide]}]
contract:
  maxNodeLife: {is: 336h, control: expireAfter, from: [guide], disputed: [{is: 720h, from: [seed], because: It is older.}]}
  windows: {is: node-budget-schedules, from: [guide]}
  override: {is: Expiry goes ahead., from: [guide]}
  triggers:
    - trigger: expiry
      initiator: {is: provider, from: [guide]}
      cadence: {is: timer, from: [guide]}
      pace: {is: unbounded, from: [guide]}
      windows: {is: ignored, from: [guide]}
      replacement: {is: after, from: [guide]}
      deadline: {is: 24h, from: [guide]}
      onDeadline: {is: force, from: [guide]}
`)},
		"platforms/acme-any.yaml": {Data: []byte(`
id: acme-any
title: Acme
about: It runs at Acme.
offerings: [plain, managed]
sideBySide: true
evidence: [{on: node, all: [{field: label, key: acme}], from: [guide]}]
from: [guide]
`)},
		"obligations/survive.yaml": {Data: []byte(`
id: survive
title: Services survive
axis: compute
layer: controls
statement: Every service stays up.
severity: high
loadBearing: true
applies: [{layer: controls, party: [customer]}]
inducedBy: [{layer: nodes, party: [provider, partner]}]
trigger: [expiry]
why: Nodes go.
held: It does.
fix: Add replicas.
from: [guide]
`)},
	}})
}

func loaded(t testing.TB, files ...responsibility.Files) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(files...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func builtin(t testing.TB) *responsibility.Catalog {
	t.Helper()
	return loaded(t, responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
}

// fits fails where a line is wider than the screen. An address, a path or a label
// alone on its line stays whole, so that it can be copied.
func fits(t *testing.T, what, out string, width int) {
	t.Helper()
	for _, line := range strings.Split(out, "\n") {
		if text.StringWidthWithoutEscSequences(line) <= width || len(strings.Fields(line)) == 1 && strings.Contains(line, "/") {
			continue
		}
		t.Fatalf("%s at %d columns: %q is %d wide", what, width, line, text.StringWidthWithoutEscSequences(line))
	}
}
