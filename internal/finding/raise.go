package finding

import (
	"fmt"

	"github.com/onus-project/onus/internal/words"
)

// Raise is how a fix gives a workload more pods than one, as data: who gives the fix
// another form changes it, and words it again.
type Raise struct {
	To int `json:"to"` // pods
	// Field is what sets them in what scales the workload, of a kind; empty for the replicas
	// of its own. Beyond says that the maximum there is less.
	Field  string `json:"field,omitempty"`
	Of     string `json:"of,omitempty"`
	Beyond bool   `json:"beyond,omitempty"`
	// Otherwise is how it gets them where that names no number.
	Otherwise string    `json:"otherwise,omitempty"`
	PDB       RaisedPDB `json:"pdb,omitempty"`
	Then      string    `json:"then,omitempty"` // what is said besides
}

// RaisedPDB is what comes of the PDB of a workload that gets more pods.
type RaisedPDB string

// What comes of it.
const (
	KeepsPDB   RaisedPDB = ""
	AddsPDB    RaisedPDB = "added"   // it has none yet
	LoosensPDB RaisedPDB = "changed" // its own would allow none of them to go, or all
	ChartsPDB  RaisedPDB = "chart"   // its chart makes one, once there are so many
)

// Words are the raise in one sentence.
func (r Raise) Words() string { return r.Way() + r.PDB.Words() + r.Then }

// Way is how the workload gets the pods, without what else is to be done.
func (r Raise) Way() string {
	if r.Otherwise != "" {
		return r.Otherwise
	}
	if r.Field == "" {
		return "run " + words.Number(r.To) + " replicas"
	}
	said := fmt.Sprintf("set %s: %d in its %s", r.Field, r.To, r.Of)
	if r.Beyond {
		said += ", with a maximum that is no less"
	}
	return said
}

// Words say it after the way to get the pods.
func (p RaisedPDB) Words() string {
	switch p {
	case AddsPDB:
		return ", and add a PodDisruptionBudget"
	case LoosensPDB:
		return ", and allow one eviction at a time"
	case ChartsPDB:
		return ", for which its chart then makes a PDB"
	}
	return ""
}

// Raising is a fix that runs more pods.
func Raising(by Raise, changes []Change) *Fix {
	return &Fix{Summary: by.Words(), Changes: changes, Raise: &by}
}

// Said is what a fix says, and more behind it, without its changes.
func (f *Fix) Said(more string) *Fix {
	if f.Raise == nil {
		return &Fix{Summary: f.Summary + more}
	}
	by := *f.Raise
	by.Then += more
	return Raising(by, nil)
}
