// Package plan is guarded steps as data: what each waits for, what it does, how it is told
// that it was done, and how it is undone. It knows nothing of what the steps are about: a
// planner makes them, and the engine that carries them out hands each to the runner of its
// kind.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/origin"
)

// Schema is the schema of a Plan. A plan of another one is refused.
const Schema = "onus.plan/v1"

// Plan is what is to be done, in steps that wait for each other.
type Plan struct {
	Schema string `json:"schema"`
	// ID tells plans apart: what is changed by a plan carries it, and so does its journal.
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`  // nodes, fleet
	Title string    `json:"title"` // in words: drain 12 nodes whose version is not 1.36
	Made  time.Time `json:"made"`
	By    string    `json:"by"` // the build of onus that made it
	// Target is what the plan is for: another cluster than that with this UID is refused.
	Target Target `json:"target"`
	// Facts are what the order of the steps, their guards and the prediction rest on. Where
	// one of them is another when the plan is to begin, the plan is stale.
	Facts []Fact `json:"facts"`
	Steps []Step `json:"steps"`
	Waves []Wave `json:"waves"`
	// Risks have to be accepted by name, before the plan begins.
	Risks      []Risk     `json:"risks"`
	Left       []Left     `json:"left"`
	Prediction Prediction `json:"prediction"`
	// Unread are kinds of objects, and Unreadable pieces of the input, that could not be read: the plan knows nothing of them.
	Unread     []origin.Unread `json:"unread,omitempty"`
	Unreadable []origin.Fault  `json:"unreadable,omitempty"`
}

// NotRead says of each what it is and why, with the way out, in one line each.
func (p *Plan) NotRead() []string {
	var all []string
	for i := range p.Unread {
		all = append(all, p.Unread[i].Plural()+": "+p.Unread[i].Reason)
	}
	for i := range p.Unreadable {
		said := p.Unreadable[i].String()
		if hint := p.Unreadable[i].Hint; hint != "" {
			said += "; " + hint
		}
		all = append(all, said)
	}
	return all
}

// Target is a cluster, an account, a fleet: what the steps act on.
type Target struct {
	Kind string `json:"kind"` // cluster, fleet
	Name string `json:"name"` // as people call it: its context
	UID  string `json:"uid"`  // which no other has; empty where it is not known, and then nothing is carried out
}

// Fact is what was read of an object, of which something in the plan depends.
type Fact struct {
	Object string `json:"object"` // PodDisruptionBudget shop/web
	Field  string `json:"field"`  // spec.maxUnavailable
	Value  string `json:"value"`  // 1; empty where it is not set
}

// Step is one thing that is done.
type Step struct {
	ID    string   `json:"id"`    // drain/ip-10-0-1-7
	Title string   `json:"title"` // drain ip-10-0-1-7
	Needs []string `json:"needs"` // the steps that are done before it begins
	Wave  int      `json:"wave"`  // counted from 1
	// Group is what steps have in common that people see as one: a node.
	Group string `json:"group"`
	// Of is what several groups are parts of: a replica set. Where one of them is left, so are those that need it.
	Of     string  `json:"of,omitempty"`
	Guards []Guard `json:"guards"` // all of them hold when it begins, and before each change that it makes
	Action Action  `json:"action"`
	Undo   *Action `json:"undo,omitempty"` // nil where nothing undoes it
	// TimeoutSeconds is how long the step may take from when it begins. After it the step is stuck.
	TimeoutSeconds int64      `json:"timeoutSeconds"`
	Attempts       int        `json:"attempts"` // how often it is begun, at the most, where it fails
	Predicted      *Predicted `json:"predicted,omitempty"`
	// Escalation is what is done once the step is stuck, where who carries the plan out asks for that.
	Escalation *Escalation `json:"escalation,omitempty"` // nil where nothing is
}

// Escalation takes a step on that is stuck: it is done in place of the step's own action from then on,
// under the same guards.
type Escalation struct {
	Action Action `json:"action"`
	// TimeoutSeconds is how long that may take from when the step was stuck. After it the step is stuck for good.
	TimeoutSeconds int64    `json:"timeoutSeconds"`
	Risks          []string `json:"risks"` // the names of those that have to be accepted before
}

// Guard is a condition that is looked at anew each time.
type Guard struct {
	Kind string            `json:"kind"` // window, floor, …
	With map[string]string `json:"with,omitempty"`
	Says string            `json:"says"` // in words: shop/web keeps 2 of 3 pods ready
}

// Action is what is done, by a runner of its kind.
type Action struct {
	Kind string            `json:"kind"` // cordon, drain, …
	With map[string]string `json:"with,omitempty"`
}

// Wave is what is done at the same time.
type Wave struct {
	Number int      `json:"number"`
	Groups []string `json:"groups"`
	// StartSeconds is when it is expected to begin, from the beginning of the plan, windows
	// included; Seconds is how long it is expected to take.
	StartSeconds float64 `json:"startSeconds"`
	Seconds      float64 `json:"seconds"`
}

// Risk is what the plan does that its owner has to accept: Obligation/Subject is its name.
type Risk struct {
	Obligation string `json:"obligation"`
	Subject    string `json:"subject"` // shop/Deployment/web
	Says       string `json:"says"`
}

// Name is how a risk is accepted.
func (r *Risk) Name() string { return r.Obligation + "/" + r.Subject }

// RisksOf are the risks that have to be accepted before a plan is carried out: those that are of
// escalations alone only where what is stuck is to be escalated.
func (p *Plan) RisksOf(escalated bool) []Risk {
	return slices.DeleteFunc(slices.Clone(p.Risks), func(r Risk) bool { return !escalated && p.escalates(r.Name()) })
}

// RisksOfEscalations are those of escalations alone.
func (p *Plan) RisksOfEscalations() []Risk {
	return slices.DeleteFunc(slices.Clone(p.Risks), func(r Risk) bool { return !p.escalates(r.Name()) })
}

// Escalates reports whether something of a plan may be escalated.
func (p *Plan) Escalates() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Escalation != nil })
}

func (p *Plan) escalates(risk string) bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Escalation != nil && slices.Contains(s.Escalation.Risks, risk) })
}

// Left is what was asked for and is not done, and why; with the fix that check has for it.
type Left struct {
	Group string `json:"group"`
	Why   string `json:"why"`
	Fix   string `json:"fix,omitempty"`
	// Obligation and Subject name the finding that says so, where one does.
	Obligation string `json:"obligation,omitempty"`
	Subject    string `json:"subject,omitempty"`
}

// Predicted is how long a step is expected to take: the least, the middle and the most over
// the runs that were played.
type Predicted struct {
	MinSeconds    float64 `json:"minSeconds"`
	MedianSeconds float64 `json:"medianSeconds"`
	MaxSeconds    float64 `json:"maxSeconds"`
}

// Prediction is what the whole plan is expected to do.
type Prediction struct {
	Runs      int       `json:"runs"`
	Order     string    `json:"order,omitempty"` // in words: emptiest first
	Took      Predicted `json:"took"`
	Evictions int       `json:"evictions"` // pods evicted, in the middle of the runs
	Forced    int       `json:"forced"`    // pods that would be deleted past their budgets, at the most
	// ForcedPods are those that are deleted past their PDBs where drains that are stuck are escalated, in their order.
	ForcedPods []ForcedPod `json:"forcedPods,omitempty"`
	Lowest     []Lowest    `json:"lowest"`
	// Naive is how the order in which the nodes are named does, where another one was chosen.
	Naive   *Naive   `json:"naive,omitempty"`
	Assumes []string `json:"assumes"` // what it rests on that was not read: timings
}

// ForcedPod is a pod that is expected to be deleted past its PDB.
type ForcedPod struct {
	Service string    `json:"service"` // shop/Deployment/web
	Pod     string    `json:"pod"`     // as it is called in the run that was played
	Group   string    `json:"group"`   // the node that it is on
	Past    string    `json:"past"`    // in words: PDB shop/web
	At      Predicted `json:"at"`      // from the beginning of the plan
}

// Forces reports whether a plan is expected to come to its end only where drains that are stuck are escalated.
func (p *Plan) Forces() bool { return len(p.Prediction.ForcedPods) > 0 }

// Naive is the order that was not chosen.
type Naive struct {
	MedianSeconds float64  `json:"medianSeconds"`
	Lowest        []Lowest `json:"lowest"`
	Evictions     int      `json:"evictions"` // pods evicted, those that are moved twice counted twice
	Chosen        int      `json:"chosen"`    // the same of the order that was chosen
}

// Lowest is how far a service is expected to fall.
type Lowest struct {
	Service string `json:"service"` // shop/Deployment/web
	Ready   int    `json:"ready"`   // the fewest pods ready in any run
	Of      int    `json:"of"`
	Floor   int    `json:"floor"`
}

// Hash tells whether two plans are the same, to the letter.
func (p *Plan) Hash() (string, error) {
	data, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("plan %s: %w", p.ID, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Fingerprint is that of facts, in whichever order they are.
func Fingerprint(facts []Fact) string {
	lines := make([]string, len(facts))
	for i, f := range facts {
		lines[i] = fmt.Sprintf("%q %q %q\n", f.Object, f.Field, f.Value)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}

// Moved is a fact that is another than the plan has it. Empty values are of facts that there
// are not any more, or were not then.
type Moved struct {
	Object string `json:"object"`
	Field  string `json:"field"`
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// Stale are the facts of a plan that are others now.
func (p *Plan) Stale(now []Fact) (all []Moved) {
	is := make(map[[2]string]string, len(now))
	for _, f := range now {
		is[[2]string{f.Object, f.Field}] = f.Value
	}
	for _, f := range p.Facts {
		key := [2]string{f.Object, f.Field}
		if v, ok := is[key]; !ok || v != f.Value {
			all = append(all, Moved{f.Object, f.Field, f.Value, v})
		}
		delete(is, key)
	}
	for _, f := range now { // in their order
		if v, ok := is[[2]string{f.Object, f.Field}]; ok {
			all = append(all, Moved{f.Object, f.Field, "", v})
		}
	}
	return all
}
