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

// written is where a file of the catalog stands, for errors.
type written struct {
	name string
	doc  *document.Document
}

// uncited is the fault of a part of it that cites a source that there is not.
func (at *written) uncited(c *Catalog, of string, from []string) error {
	return c.uncited(at.name, at.doc, of, from)
}

// ownedAs reads a file of a catalog that has to say what that of onus itself says.
func ownedAs[T any](into *T, at *written, name, of string, doc *document.Document) error {
	if err := same(name, of, doc); err != nil {
		return err
	}
	f, err := decode[T](name, doc)
	if err != nil {
		return err
	}
	*into = f.value
	*at = written{f.name, f.doc}
	return nil
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
