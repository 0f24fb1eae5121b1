package published

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// DiffEstate is what a change of offering means for an estate: what does not work on the
// first day, what breaks as nodes are replaced, before and after, and the edits that mend
// both.
type DiffEstate struct {
	Read       Read            `json:"read"`
	Units      []Unit          `json:"units"`
	Config     string          `json:"config,omitempty"` // the file that it was configured by
	Unread     []origin.Unread `json:"unread"`
	Unreadable []origin.Fault  `json:"unreadable"`
	// Listed says that the catalog has a list of what does not work on the offering that is
	// gone to: without one dayOne is empty, and says nothing.
	Listed    bool            `json:"listed"`
	DayOne    []DayOne        `json:"dayOne"`
	Unknown   []DayOneUnknown `json:"unknown"`
	FirstRoll FirstRoll       `json:"firstRoll"`
	Edits     []Edit          `json:"edits"`
}

// DayOne is one thing that does not work on the offering that is gone to, and what of the
// estate needs it.
type DayOne struct {
	ID      string     `json:"id"`
	Is      string     `json:"is"`
	Then    string     `json:"then"`
	Cure    string     `json:"cure"`
	On      []DayOneOn `json:"on"`
	Sources []string   `json:"sources"`
}

// DayOneOn is what needs it, and by what that is seen.
type DayOneOn struct {
	Subject  finding.Subject `json:"subject"`
	Evidence string          `json:"evidence"`
	ByKind   bool            `json:"byKind,omitempty"` // that is of its kind, which the subject names
	Position origin.Position `json:"position"`
	Already  bool            `json:"already,omitempty"` // it does not work on the offering that is left, either
}

// DayOneUnknown is something that the estate may need, which what was read does not tell.
type DayOneUnknown struct {
	ID      string            `json:"id"`
	Is      string            `json:"is"`
	Why     string            `json:"why"`
	On      []finding.Subject `json:"on"` // that may need it; empty where anything may
	Sources []string          `json:"sources"`
}

// FirstRoll is what onus check finds under the two offerings, and what of that is broken
// under one of them or both.
type FirstRoll struct {
	Before  finding.Summary `json:"before"`
	After   finding.Summary `json:"after"`
	Became  Became          `json:"became"`
	Changes []Change        `json:"changes"`
}

// Edit is one thing to do, and what it is done for: the id of an obligation, or of what
// does not work.
type Edit struct {
	Summary  string            `json:"summary"`
	For      string            `json:"for"`
	DayOne   bool              `json:"dayOne,omitempty"` // before anything is moved
	Subjects []finding.Subject `json:"subjects"`
	Changes  []finding.Change  `json:"changes,omitempty"`
	Values   []string          `json:"values,omitempty"` // of the chart, each in the form of Helm's --set
}
