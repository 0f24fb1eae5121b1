package database

import "github.com/onus-project/onus/internal/version"

// Versions is how the product of an instance writes its versions; ok is false
// where that is not known.
func (i *Instance) Versions() (p version.Product, ok bool) { return version.Of(i.Product) }
