package responsibility

import (
	"slices"
	"strings"
	"time"
)

// Databases is what there is to know of databases that are bought as an offering: what keeps them
// up while they are patched, and how they are maintained.
type Databases struct {
	Standby Standby `json:"standby"`
	// OwnWindow is how long the window is that the provider chooses where nobody does; empty
	// where that is not known.
	OwnWindow string `json:"ownWindow,omitempty"`
	Apply     string `json:"apply,omitempty"` // how what is pending is applied, as a sentence
	// Hosts are what the names of their hosts end in, and those of no others.
	Hosts []string `json:"hosts,omitempty"`
	From  []string `json:"from"`
}

// Standby is what a database fails over to.
type Standby struct {
	Members bool   `json:"members,omitempty"` // the other members of its cluster
	Has     string `json:"has"`               // as what lists it says that there is one
	Lacks   string `json:"lacks"`             // as it says that there is none
	Fix     string `json:"fix"`               // how to have one
	Loses   string `json:"loses,omitempty"`   // what else is lost without it, as a sentence
}

// ChosenByProvider reports whether a window of some length may be one that the provider chose.
func (d *Databases) ChosenByProvider(length time.Duration) bool {
	own, err := time.ParseDuration(d.OwnWindow) // by the schema, or empty
	return err == nil && length <= own
}

// Names reports whether a host is one of theirs.
func (d *Databases) Names(host string) bool {
	return slices.ContainsFunc(d.Hosts, func(end string) bool { return strings.HasSuffix(host, "."+end) })
}

// checkDatabases looks for the sources of what is said of databases.
func (l *loader) checkDatabases(f *file[Offering]) error {
	if d := &f.value.Databases; len(d.From) > 0 {
		return l.checkSources(f.doc, f.name, "/databases/from", d.From)
	}
	return nil
}
