// Package finding is what onus has to say: one obligation on one subject, with
// its verdict, its evidence and its fix. It is a leaf: every axis makes
// findings, every output shows them, and none of them knows the others.
package finding

import (
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Verdict is the outcome of one look at one obligation. Held means looked at.
type Verdict string

// The verdicts.
const (
	Held    Verdict = "held"
	Broken  Verdict = "broken"
	Unknown Verdict = "unknown"
	Waived  Verdict = "waived"
)

// Subject is what a finding is about.
type Subject struct {
	Cluster   string `json:"cluster"`
	Namespace string `json:"namespace"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
}

// Finding is one obligation on one subject. Its JSON is published as part of
// onus.findings/v1.
type Finding struct {
	Obligation  string          `json:"obligation"`
	Verdict     Verdict         `json:"verdict"`
	LoadBearing bool            `json:"loadBearing"`
	Severity    string          `json:"severity"`
	Subject     Subject         `json:"subject"`
	Offering    string          `json:"offering"`
	Basis       string          `json:"basis"` // how it is known that the subject stands there
	Layer       string          `json:"layer"`
	Message     string          `json:"message"`
	Consequence string          `json:"consequence,omitempty"`
	Evidence    []Evidence      `json:"evidence"`
	Fix         *Fix            `json:"fix,omitempty"`
	Sources     []string        `json:"sources"`
	Position    origin.Position `json:"position"`
}

// Evidence is one thing that was seen, and where; or that a kind was not read,
// which Unread names as RBAC spells it.
type Evidence struct {
	Text   string `json:"text"`
	Unread string `json:"unread,omitempty"`
	origin.Position
}

// Fix is what to do about a broken finding: in one sentence, and as changes
// that can be pasted.
type Fix struct {
	Summary string   `json:"summary"`
	Changes []Change `json:"changes,omitempty"`
}

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

// Change is one object of a fix. Manifest is YAML.
type Change struct {
	Action   Action           `json:"action"`
	Object   kubernetes.Ref   `json:"object"`
	Manifest string           `json:"manifest,omitempty"`
	Position *origin.Position `json:"position,omitempty"`
}

// Summary counts findings by verdict.
type Summary struct {
	Held    int `json:"held"`
	Broken  int `json:"broken"`
	Unknown int `json:"unknown"`
	Waived  int `json:"waived"`
}

// Count adds findings up.
func Count(findings []Finding) Summary {
	var s Summary
	for i := range findings {
		switch findings[i].Verdict {
		case Held:
			s.Held++
		case Broken:
			s.Broken++
		case Unknown:
			s.Unknown++
		case Waived:
			s.Waived++
		}
	}
	return s
}
