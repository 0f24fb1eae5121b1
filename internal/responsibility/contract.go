package responsibility

import (
	"fmt"
	"math"
	"time"
)

// Contract is what the provider may do to the customer under an offering, and
// how far the customer's controls bind it. Its facts are strings as the
// catalog has them; the methods of Fact give them meaning.
type Contract struct {
	MaxNodeLife Fact `json:"maxNodeLife"`
	Windows     Fact `json:"windows"`
	Override    Fact `json:"override"`
	// Drain is whose drain it is: karpenter, or kubectl where it is left out.
	Drain *Fact `json:"drain,omitempty"`
	// PoolLabel is the label by which a node says what pool it is of.
	PoolLabel *Fact    `json:"poolLabel,omitempty"`
	Timings   *Timings `json:"timings,omitempty"`
	Triggers  []Move   `json:"triggers"`
}

// Timings are how long things take where nobody has measured them: what a
// simulation assumes that is not told.
type Timings struct {
	NodeReady Fact `json:"nodeReady"`
}

// Move is one way in which a node goes. The first of a contract is the
// routine one, by which nodes are patched.
type Move struct {
	Trigger       string `json:"trigger"`
	Name          string `json:"name,omitempty"`
	Initiator     Fact   `json:"initiator"`
	Cadence       Fact   `json:"cadence"`
	Pace          Fact   `json:"pace"`
	Windows       Fact   `json:"windows"`
	Replacement   Fact   `json:"replacement"`
	Candidates    *Fact  `json:"candidates,omitempty"`
	Deadline      Fact   `json:"deadline"`
	OnDeadline    Fact   `json:"onDeadline"`
	GraceCap      *Fact  `json:"graceCap,omitempty"`
	EarlyDeletion *Fact  `json:"earlyDeletion,omitempty"`
	Timeout       *Fact  `json:"timeout,omitempty"`
}

// Title names the move: its trigger, and its own name where it has one.
func (m Move) Title() string {
	if m.Name == "" {
		return m.Trigger
	}
	return m.Trigger + " (" + m.Name + ")"
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

// Forever is the duration of a fact that is unlimited.
const Forever = time.Duration(math.MaxInt64)

// Duration returns a fact's value as a duration: 0 for none, Forever for
// unlimited. ok is false where the provider states nothing, or the fact is
// not a duration.
func (f Fact) Duration() (d time.Duration, ok bool) {
	switch f.Is {
	case "none":
		return 0, true
	case "unlimited":
		return Forever, true
	}
	d, err := time.ParseDuration(f.Is)
	return d, err == nil
}

// Routine is the move by which nodes are patched: the contract's first.
func (c *Contract) Routine() Move { return c.Triggers[0] }

// Move returns the first move with a trigger.
func (c *Contract) Move(trigger string) (Move, bool) {
	for _, m := range c.Triggers {
		if m.Trigger == trigger {
			return m, true
		}
	}
	return Move{}, false
}

// facts calls f for every fact of the contract with the path to it from there:
// maxNodeLife, triggers/0/deadline.
func (c *Contract) facts(f func(path string, fact Fact)) {
	f("maxNodeLife", c.MaxNodeLife)
	f("windows", c.Windows)
	f("override", c.Override)
	if c.Drain != nil {
		f("drain", *c.Drain)
	}
	if c.PoolLabel != nil {
		f("poolLabel", *c.PoolLabel)
	}
	if c.Timings != nil {
		f("timings/nodeReady", c.Timings.NodeReady)
	}
	for i, m := range c.Triggers {
		m.Facts(func(field string, fact Fact) { f(fmt.Sprintf("triggers/%d/%s", i, field), fact) })
	}
}

// Facts calls f for every fact of the move with the field it stands in.
func (m Move) Facts(f func(field string, fact Fact)) {
	f("initiator", m.Initiator)
	f("cadence", m.Cadence)
	f("pace", m.Pace)
	f("windows", m.Windows)
	f("replacement", m.Replacement)
	if m.Candidates != nil {
		f("candidates", *m.Candidates)
	}
	f("deadline", m.Deadline)
	f("onDeadline", m.OnDeadline)
	if m.GraceCap != nil {
		f("graceCap", *m.GraceCap)
	}
	if m.EarlyDeletion != nil {
		f("earlyDeletion", *m.EarlyDeletion)
	}
	if m.Timeout != nil {
		f("timeout", *m.Timeout)
	}
}
