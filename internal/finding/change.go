package finding

import (
	"github.com/onus-project/onus/internal/origin"
)

// Action is what a change does with its object.
type Action string

// The actions. Create and Replace carry a whole object, Patch the part to
// merge into it, Delete only its name.
const (
	Create  Action = "create"
	Replace Action = "replace"
	Patch   Action = "patch"
	Delete  Action = "delete"
)

// Object names what a change is made to, within its document or cluster.
type Object struct {
	Namespace string `json:"namespace,omitempty"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
}

func (o Object) String() string {
	if o.Namespace == "" {
		return o.Kind + "/" + o.Name
	}
	return o.Namespace + "/" + o.Kind + "/" + o.Name
}

// Change is one object of a fix, as data: it says nothing about the format of
// the document that it is made in. Manifest writes it as YAML.
type Change struct {
	Action Action `json:"action"`
	Object Object `json:"object"`
	// Value is the whole object of Create and Replace, and the part to merge of
	// Patch. It is empty for Delete.
	Value Data `json:"value,omitempty"`
	// Edits are the single fields in which the object is to differ from what was
	// read, by path. They are empty where the object is new or goes.
	Edits []Edit `json:"edits,omitempty"`
	// Position is where the object was read; nil for a new one.
	Position *origin.Position `json:"position,omitempty"`
}

// Edit is one field of an object, before and after. Before is empty where the
// field is added, After where it is removed.
type Edit struct {
	Path   string `json:"path"` // a JSON Pointer (RFC 6901) from the object's root
	Before Data   `json:"before,omitempty"`
	After  Data   `json:"after,omitempty"`
}
