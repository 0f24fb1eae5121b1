package responsibility

import (
	"cmp"
	"slices"
)

// Unsupported is something that does not work on an offering, and by what it is seen. The
// same id stands for the same thing wherever it is not supported.
type Unsupported struct {
	ID   string `json:"id"`
	Is   string `json:"is"`   // what is not supported
	Then string `json:"then"` // what comes of it on the first day
	Cure string `json:"cure"` // the edit that mends it
	// On is what it is seen on: pod (a workload's pods), claim, service, pool, node or
	// object. All of All hold there, and none of None.
	On   string      `json:"on"`
	All  []Condition `json:"all"`
	None []Condition `json:"none,omitempty"`
	// Unless are conditions on an object: where one of the input meets them all, it counts
	// nowhere.
	Unless []Condition `json:"unless,omitempty"`
	// Severity is how much is lost with it; empty for high, as what does not start is.
	Severity string   `json:"severity,omitempty"`
	From     []string `json:"from"`
}

// Weight is its severity.
func (u *Unsupported) Weight() string { return cmp.Or(u.Severity, "high") }

// Rule is by what it is seen.
func (u *Unsupported) Rule() Rule { return Rule{On: u.On, All: u.All, None: u.None, From: u.From} }

// UnsupportedOn is what an offering does not support: what it says itself, and what those
// say that it is a special case of.
func (c *Catalog) UnsupportedOn(o *Offering) []*Unsupported {
	var all []*Unsupported
	for range c.Offerings { // a chain is no longer than this
		if o == nil {
			break
		}
		for i := range o.Unsupported {
			u := &o.Unsupported[i]
			if !slices.ContainsFunc(all, func(x *Unsupported) bool { return x.ID == u.ID }) {
				all = append(all, u)
			}
		}
		o = c.Offering(o.Refines)
	}
	return all
}

// checkUnsupported looks for the sources of what is not supported, and for one id twice.
func (l *loader) checkUnsupported(f *file[Offering]) error {
	return checkEach(l, f, "unsupported", f.value.Unsupported, func(u *Unsupported) (string, []string) { return u.ID, u.From })
}
