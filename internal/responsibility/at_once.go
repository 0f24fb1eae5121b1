package responsibility

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// AtOnce is where an object of Terraform, of a kind, says how many nodes of a pool come, or go, at once: by the first of its
// keys that is set, or by all of them together where they add up.
type AtOnce struct {
	API     string   `json:"api"`
	Pool    string   `json:"pool,omitempty"` // what is there where the object has a pool at all; empty for always
	Keys    []string `json:"keys"`
	Percent []string `json:"percent,omitempty"` // those that are a share, written as a number
	Sums    bool     `json:"sums,omitempty"`
	From    []string `json:"from"`
}

// checkAtOnce looks for the sources of where it is said how many nodes go at once.
func (l *loader) checkAtOnce(f *file[Offering]) error {
	for i := range f.value.AtOnce {
		if err := l.checkSources(f.doc, f.name, jsontext.Pointer(fmt.Sprintf("/atOnce/%d/from", i)), f.value.AtOnce[i].From); err != nil {
			return err
		}
	}
	return nil
}
