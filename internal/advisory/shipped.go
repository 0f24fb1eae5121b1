package advisory

import (
	"fmt"
	"io/fs"
	"slices"
)

const (
	shipped = "advisories"            // the folder of the catalog
	called  = shipped + "/names.json" // by which the records are read
)

// Shipped is a set with what the catalog brings: what records call products, and a few flaws.
func Shipped(catalog fs.FS) (*Set, error) {
	s := New()
	files, err := fs.Glob(catalog, shipped+"/*.json")
	if err != nil {
		return nil, fmt.Errorf("reading the advisories of the catalog: %w", err)
	}
	for _, file := range append([]string{called}, slices.DeleteFunc(files, func(f string) bool { return f == called })...) {
		data, err := fs.ReadFile(catalog, file)
		if err != nil {
			return nil, fmt.Errorf("reading the advisories of the catalog: %w", err)
		}
		if f := s.Read("catalog/"+file, data); f != nil {
			return nil, f
		}
	}
	return s, nil
}
