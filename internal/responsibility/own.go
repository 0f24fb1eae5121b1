package responsibility

import (
	"fmt"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/document"
)

// ownFile is a file of the catalog that is part of the program, so that a fault of it is
// one of its own.
func ownFile[T any](of string) *T {
	doc, err := parse(Files{FS: catalog.Files, Checked: true}, of)
	if err != nil {
		panic(fmt.Sprintf("reading a file of the program: %v", err))
	}
	f, err := decode[T](of, doc)
	if err != nil {
		panic(fmt.Sprintf("reading a file of the program: %v", err))
	}
	return &f.value
}

// owned is a file of a catalog that has to say what that of onus itself says.
func owned[T any](name, of string, doc *document.Document) (*file[T], error) {
	if err := same(name, of, doc); err != nil {
		return nil, err
	}
	return decode[T](name, doc)
}

// uncited is the fault of a file in which something cites a source that there is not.
func (c *Catalog) uncited(name string, doc *document.Document, of string, from []string) error {
	for _, id := range from {
		if _, ok := c.Sources[id]; !ok {
			return &document.Error{File: name, Line: doc.First(), Field: of + ".from", Msg: unknownSource(c, id)}
		}
	}
	return nil
}
