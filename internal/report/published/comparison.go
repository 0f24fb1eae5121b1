package published

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// ComparisonSchema is the schema of a Comparison.
const ComparisonSchema = "onus.report/v1"

// Comparison is what became of findings from one saved result to the next.
type Comparison struct {
	Head
	Old     string       `json:"old"` // the files
	New     string       `json:"new"`
	Summary Became       `json:"summary"`
	Owners  []OwnerCount `json:"owners"` // empty where no finding has one
	Changes []Change     `json:"changes"`
	Notes   []string     `json:"notes"` // what to know of the two
}

// Became counts findings by what became of them.
type Became struct {
	New       int `json:"new"`
	Still     int `json:"still"`
	Cured     int `json:"cured"`     // looked at, and held
	Gone      int `json:"gone"`      // not found any more
	Waived    int `json:"waived"`    // accepted since
	Undecided int `json:"undecided"` // what was read does not tell
}

// OwnerCount is Became for what one of the customer's teams holds; the owner is empty
// for what nobody is known to hold.
type OwnerCount struct {
	Owner string `json:"owner"`
	Became
}

// Change is one finding that was broken, or is.
type Change struct {
	Became      string          `json:"became"` // new, still, cured, gone, waived or undecided
	Obligation  string          `json:"obligation"`
	Severity    string          `json:"severity"`
	Owner       string          `json:"owner,omitempty"`
	Subject     finding.Subject `json:"subject"`
	Message     string          `json:"message"` // of the new result, where it has one
	Position    origin.Position `json:"position"`
	Fingerprint string          `json:"fingerprint"`
}
