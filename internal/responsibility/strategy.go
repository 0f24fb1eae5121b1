package responsibility

import (
	"errors"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/velocity"
)

// finishStrategies takes in those of the catalog, each of which cites its sources and can be meant.
func (l *loader) finishStrategies() error {
	for _, id := range slices.Sorted(maps.Keys(l.strategies)) {
		f := l.strategies[id]
		if err := l.checkSources(f.doc, f.name, "/from", f.value.From); err != nil {
			return err
		}
		if err := strategyFault(f.name, f.doc, &f.value); err != nil {
			return err
		}
		l.catalog.Strategies = append(l.catalog.Strategies, &f.value)
	}
	return nil
}

// strategyFault is what of a strategy cannot be meant, with its line.
func strategyFault(name string, doc *document.Document, s *velocity.Strategy) error {
	err := s.Validate()
	var fault *velocity.Fault
	if !errors.As(err, &fault) {
		return err
	}
	at := jsontext.Pointer(fault.Field)
	return &document.Error{File: name, Line: doc.Line(at), Field: document.Field(at), Msg: fault.Says}
}

// Strategy is one of the catalog by its id; nil where there is none.
func (c *Catalog) Strategy(id string) *velocity.Strategy {
	for _, s := range c.Strategies {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// ReadStrategy reads one of somebody's own, from the text of a file. Faults are *document.Error.
func ReadStrategy(name string, data []byte) (*velocity.Strategy, error) {
	doc, err := document.Parse(data, 1)
	if err != nil {
		return nil, document.In(name, err)
	}
	if doc == nil {
		return nil, &document.Error{File: name, Line: 1, Msg: "is empty"}
	}
	if err := checkSchema("strategy", name, doc); err != nil {
		return nil, err
	}
	f, err := decode[velocity.Strategy](name, doc)
	if err != nil {
		return nil, err
	}
	return &f.value, strategyFault(name, doc, &f.value)
}
