package responsibility

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// BuiltIn is an add-on that a provider runs itself, as part of an offering.
type BuiltIn struct {
	ID   string `json:"id"`
	Is   string `json:"is"`   // what the provider runs in its place
	Cure string `json:"cure"` // the edit that takes the customer's own away
	// Any are the ways to see the customer's own on a workload: one of them holds.
	Any []BuiltInRule `json:"any"`
	// For is what the customer's own may still be needed for, where what asks for it may
	// stand elsewhere; empty where nothing does on nodes of the provider.
	For string `json:"for,omitempty"`
	// NeededBy are objects, each by what it meets, that only the customer's own serves.
	NeededBy []BuiltInRule `json:"neededBy,omitempty"`
	From     []string      `json:"from"`
}

// BuiltInRule is met by what meets all of its conditions.
type BuiltInRule struct {
	On  string      `json:"on,omitempty"` // of what needs it: object, pool or service
	All []Condition `json:"all"`
}

// checkBuiltIn looks for the sources of what is built in and of the support, and for one id twice.
func (l *loader) checkBuiltIn(f *file[Offering]) error {
	var ids []string
	for i, b := range f.value.BuiltIn {
		at := jsontext.Pointer(fmt.Sprintf("/builtIn/%d", i))
		if slices.Contains(ids, b.ID) {
			return f.errorf(at+"/id", "%q stands here twice", b.ID)
		}
		ids = append(ids, b.ID)
		if err := l.checkSources(f.doc, f.name, at+"/from", b.From); err != nil {
			return err
		}
	}
	if s := f.value.Support; s != nil {
		return l.checkSources(f.doc, f.name, "/support/from", s.From)
	}
	return nil
}
