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

// checkBuiltIn looks for the sources of what is built in, and for one id twice.
func (l *loader) checkBuiltIn(f *file[Offering]) error {
	return checkEach(l, f, "builtIn", f.value.BuiltIn, func(b *BuiltIn) (string, []string) { return b.ID, b.From })
}

// checkEach looks for the sources of each entry of a list of an offering, and for one id twice.
func checkEach[T any](l *loader, f *file[Offering], list string, all []T, of func(*T) (id string, from []string)) error {
	var ids []string
	for i := range all {
		at := jsontext.Pointer(fmt.Sprintf("/%s/%d", list, i))
		id, from := of(&all[i])
		if slices.Contains(ids, id) {
			return f.errorf(at+"/id", "%q stands here twice", id)
		}
		ids = append(ids, id)
		if err := l.checkSources(f.doc, f.name, at+"/from", from); err != nil {
			return err
		}
	}
	return nil
}
