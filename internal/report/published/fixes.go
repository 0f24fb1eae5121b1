package published

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// FixesSchema is the schema of Fixes.
const FixesSchema = "onus.fixes/v1"

// Fixes is what onus fix changes in files, and what that cures.
type Fixes struct {
	Head
	Tool    Tool         `json:"tool"`
	Written bool         `json:"written"`          // the files hold it
	Filter  *Filter      `json:"filter,omitempty"` // nil where everything is looked at
	Summary FixesSummary `json:"summary"`
	Files   []FixedFile  `json:"files"`
	Edits   []FileEdit   `json:"edits"`
	// Comments stand beside lines that are changed, and may speak of what was there.
	Comments []Comment `json:"comments"`
	// Commands are what changes a live cluster, in their order: onus fix runs none of them.
	Commands []string `json:"commands"`
	// Plan is the file of the plan that makes what the commands change; empty where none was written.
	Plan string `json:"plan,omitempty"`
	// Singles are single pods of a cluster with what may be done before their nodes go, each way played; absent for none.
	Singles    []SinglePod    `json:"singles,omitempty"`
	Cured      []Cured        `json:"cured"`
	Left       []LeftBroken   `json:"left"`
	Unreadable []origin.Fault `json:"unreadable"` // of the input; everything else was looked at
}

// FixesSummary counts edits and findings.
type FixesSummary struct {
	Edits int `json:"edits"`
	Files int `json:"files"`
	Cured int `json:"cured"`
	Left  int `json:"left"`
	New   int `json:"new"` // of those left: not broken without the edits
	// Below are broken and less severe than what was asked for, as it stands; BelowAfter with
	// the edits.
	Below      int `json:"below"`
	BelowAfter int `json:"belowAfter"`
}

// Comment is what somebody wrote in a file.
type Comment struct {
	Text string `json:"text"`
	origin.Position
}

// FixedFile is a file with edits, as a unified diff.
type FixedFile struct {
	File string `json:"file"`
	Diff string `json:"diff"`
}

// FileEdit is what is changed at one place of a file, for one finding or more.
type FileEdit struct {
	Action finding.Action  `json:"action"`
	Object *finding.Object `json:"object,omitempty"` // nil for values of a chart
	Fields []finding.Edit  `json:"fields,omitempty"`
	Value  finding.Data    `json:"value,omitempty"` // of a new object
	For    []string        `json:"for"`             // fingerprints of what asks for it
	origin.Position
}

// Cured is a finding that is gone with the edits.
type Cured struct {
	Obligation  string          `json:"obligation"`
	Severity    string          `json:"severity"`
	Subject     finding.Subject `json:"subject"`
	Message     string          `json:"message"`
	Fix         string          `json:"fix,omitempty"` // what is to be done, in a sentence
	Fingerprint string          `json:"fingerprint"`
	origin.Position
}

// LeftBroken is a finding that no edit mends, why, and what its fix says.
type LeftBroken struct {
	Cured
	Why string `json:"why"`
	New bool   `json:"new,omitempty"`
}

// SinglePod is a workload with one pod in a cluster.
type SinglePod struct {
	Subject finding.Subject `json:"subject"`
	Node    string          `json:"node"`          // that goes in each way
	Why     string          `json:"why,omitempty"` // none was played
	Ways    []SingleWay     `json:"ways"`
	Assumes []string        `json:"assumes"`
}

// SingleWay is what may be done before the node goes, and what came of it.
type SingleWay struct {
	Way  string `json:"way"`           // as it is, another node first, restart before, second replica
	Why  string `json:"why,omitempty"` // it was not played
	Runs int    `json:"runs"`
	Done int    `json:"done"`           // runs in which the node was emptied in its time
	Held string `json:"held,omitempty"` // why it was not in the others
	// Lowest is the fewest ready pods in any run, and Unready for how long none was; nil where it was not played.
	Lowest  *int    `json:"lowest"`
	Unready *Spread `json:"unreadySeconds"`
}
