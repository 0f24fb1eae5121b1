package contract

import "github.com/onus-project/onus/internal/words"

// Facts are a contract as the catalog has it: each term as it is spelled, with
// what states it. They are what is published; Parse gives them meaning.
type Facts struct {
	MaxNodeLife Fact `json:"maxNodeLife"`
	Windows     Fact `json:"windows"`
	Override    Fact `json:"override"`
	// Drain is whose drain it is: karpenter, or kubectl where it is left out.
	Drain *Fact `json:"drain,omitempty"`
	// PoolLabel is the label by which a node says what pool it is of.
	PoolLabel *Fact `json:"poolLabel,omitempty"`
	// PoolKind is GROUP/KIND of the objects that the label names.
	PoolKind *Fact `json:"poolKind,omitempty"`
	// Command is that by which its owner has the provider replace the nodes of a pool.
	Command *Fact `json:"command,omitempty"`
	// Call is the API call by which onus apply has the provider do so.
	Call     *Fact       `json:"call,omitempty"`
	Timings  *Timings    `json:"timings,omitempty"`
	Triggers []TermFacts `json:"triggers"`
}

// Timings are how long things take where nobody has measured them: what a
// simulation assumes where its scenario says nothing.
type Timings struct {
	NodeReady Fact `json:"nodeReady"`
}

// TermFacts are the facts of one way in which nodes go.
type TermFacts struct {
	Trigger string `json:"trigger"`
	Name    string `json:"name,omitempty"`
	// Unless says in which channels of the customer's the provider leaves it to them.
	Unless      *Channels `json:"unless,omitempty"`
	Initiator   Fact      `json:"initiator"`
	Cadence     Fact      `json:"cadence"`
	Pace        Fact      `json:"pace"`
	Windows     Fact      `json:"windows"`
	Replacement Fact      `json:"replacement"`
	// Sums: maxSurge and maxUnavailable of a pool add up to the pace. Surges: its maxSurge
	// says whether others come before nodes go.
	Sums   bool `json:"sums,omitempty"`
	Surges bool `json:"surges,omitempty"`
	// Follows: a pool whose strategy is that of other terms with the trigger upgrade goes
	// by those. Strategy is the one that a pool sets for these.
	Follows  bool   `json:"follows,omitempty"`
	Strategy string `json:"strategy,omitempty"`
	// EvictionsOnly: the deadline is for evictions, and pods that stop by then are waited for.
	EvictionsOnly bool `json:"evictionsOnly,omitempty"`
	// Zone is in which zone the node comes that replaces another before that goes.
	Zone *Fact `json:"zone,omitempty"`
	// Names is whether the node that replaces another has its name.
	Names      *Fact `json:"names,omitempty"`
	Candidates *Fact `json:"candidates,omitempty"`
	// Preflight is what is looked at before the first node is begun, and refuses all.
	Preflight *Fact `json:"preflight,omitempty"`
	// PreflightReported is what users report of that, and the provider does not say.
	PreflightReported *Fact `json:"preflightReported,omitempty"`

	Deadline   Fact  `json:"deadline"`
	OnDeadline Fact  `json:"onDeadline"`
	GraceCap   *Fact `json:"graceCap,omitempty"`
	// Unhealthy is the share of a pool's nodes of which no more may be unhealthy for
	// any to be repaired; "20% of more than 5" where small pools have no such limit.
	Unhealthy *Fact `json:"unhealthy,omitempty"`
	// UnhealthyFor is how long a node has to be unhealthy before it is repaired.
	UnhealthyFor *Fact `json:"unhealthyFor,omitempty"`
	// Extended is for how long a pod that asks for it runs before its node is begun.
	Extended      *Asked `json:"extended,omitempty"`
	EarlyDeletion *Fact  `json:"earlyDeletion,omitempty"`
	Timeout       *Fact  `json:"timeout,omitempty"`
}

// Fact is one field of a contract: what holds, the range and setting by which
// the customer changes it, where it is stated, and what others state. A fact
// that is Assumed is stated nowhere, and its note says on what grounds.
type Fact struct {
	Is       string    `json:"is"`
	Min      string    `json:"min,omitempty"`
	Max      string    `json:"max,omitempty"`
	Control  string    `json:"control,omitempty"`
	Note     string    `json:"note,omitempty"`
	Assumed  bool      `json:"assumed,omitempty"`
	From     []string  `json:"from"`
	Disputed []Dispute `json:"disputed,omitempty"`
}

// Dispute is a statement that does not hold, and why.
type Dispute struct {
	Is      string   `json:"is"`
	From    []string `json:"from"`
	Because string   `json:"because"`
}

// Title names a way in which nodes go: its trigger, and its own name where it
// has one.
func (t TermFacts) Title() string { return title(t.Trigger, t.Name) }

func title(trigger, name string) string {
	if name == "" {
		return trigger
	}
	return trigger + " (" + name + ")"
}

// Asked is what a pod asks for by an annotation.
type Asked struct {
	Fact
	Annotation Annotation `json:"annotation"`
}

// Channels are values of a setting under which the provider does not do something, all
// values that it has, and where objects of a cluster say what it is set to.
type Channels struct {
	Fact
	Values   []string    `json:"values"`
	Of       []string    `json:"of"`
	Settings []SettingAt `json:"settings"`
}

// Told is the fact with its values as one text, for people.
func (c *Channels) Told() Fact {
	told := c.Fact
	told.Is = words.Or(c.Values)
	return told
}

// SettingAt is where an object says what a setting is: the field of some kinds.
type SettingAt struct {
	API []string `json:"api"` // GROUP/KIND
	Key string   `json:"key"` // the path of the field
}
