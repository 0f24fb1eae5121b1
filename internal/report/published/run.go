package published

// RunSchema is the schema of a Run.
const RunSchema = "onus.run/v1"

// Run is how a plan stands that onus apply carries out, by its journal.
type Run struct {
	Head
	Tool   Tool   `json:"tool"`
	Plan   string `json:"plan"` // its id
	Title  string `json:"title"`
	Hash   string `json:"hash"` // of the plan, to the letter
	Target string `json:"target"`
	// Status is not-begun, running, paused, unknown, interrupted, overtaken, left, done or aborted.
	Status  string     `json:"status"`
	Why     string     `json:"why,omitempty"`   // it stands so
	Begun   string     `json:"begun,omitempty"` // RFC 3339
	Last    string     `json:"last,omitempty"`  // when something was noted last
	Seconds float64    `json:"seconds"`         // between the two
	Summary RunSummary `json:"summary"`
	Groups  []RunGroup `json:"groups"`
	// Holders are the processes that carried it out, each with the fencing number of its lease.
	Holders []RunHolder `json:"holders"`
	// Marked are nodes that carry the annotation of a plan which nobody carries out; where a
	// cluster was asked.
	Marked []MarkedNode `json:"marked"`
	Next   []string     `json:"next"` // commands that lead on from here
}

// RunSummary counts.
type RunSummary struct {
	Groups           int     `json:"groups"`
	GroupsDone       int     `json:"groupsDone"`
	Steps            int     `json:"steps"`
	StepsDone        int     `json:"stepsDone"`
	Changes          int     `json:"changes"` // that were made
	PredictedSeconds float64 `json:"predictedSeconds"`
}

// RunGroup is what people see as one, such as a node, and its steps.
type RunGroup struct {
	Name  string    `json:"name"`
	Wave  int       `json:"wave"`
	Steps []RunStep `json:"steps"`
}

// RunStep is a step of a plan.
type RunStep struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Status string `json:"status"`         // pending, running, done, stuck, unknown or undoing
	Why    string `json:"why,omitempty"`  // it is stuck, or failed
	Open   string `json:"open,omitempty"` // the change of which nobody knows whether it was made
	// Escalated is when its last attempt was stuck and taken on by its escalation.
	Escalated string `json:"escalated,omitempty"`
	// Attempts is how often it was begun.
	Attempts int    `json:"attempts"`
	Changes  int    `json:"changes"`
	Begun    string `json:"begun,omitempty"` // the last attempt
	Ended    string `json:"ended,omitempty"`
	// Seconds is how long it took, and Predicted how long it was to take in the middle of the
	// runs that were played; Most is the longest of them.
	Seconds   float64 `json:"seconds"`
	Predicted float64 `json:"predicted"`
	Most      float64 `json:"most"`
}

// RunHolder is a process that carried the plan out.
type RunHolder struct {
	Fence int64  `json:"fence"`
	Who   string `json:"who"`
	Since string `json:"since"`
}

// MarkedNode is a node that a plan has cordoned.
type MarkedNode struct {
	Node  string `json:"node"`
	Plan  string `json:"plan"`
	Since string `json:"since"`
}
