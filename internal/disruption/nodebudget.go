package disruption

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Unlimited is what node budgets allow when none of them counts.
const Unlimited = math.MaxInt32

// The reasons for which Karpenter disrupts nodes under budgets. Expiry,
// interruption, repair and deletion by hand are none of them: no budget
// applies there.
const (
	Drifted       = "Drifted"
	Underutilized = "Underutilized"
	EmptyNode     = "Empty"
)

// Reasons are all of them.
var Reasons = []string{Drifted, Underutilized, EmptyNode}

// NodeBudget is one entry of a node pool's disruption budgets, as written.
// Reasons nil means all, empty means none. Schedule and Duration are both set
// or both zero; the API server refuses one without the other.
type NodeBudget struct {
	Nodes    string
	Schedule string
	Duration time.Duration
	Reasons  []string
}

// NodeBudgets are the budgets of one pool, ready to be asked. The zero value
// has no entries and limits nothing; a pool that says nothing about budgets
// has DefaultNodeBudgets instead. They do not change once they are parsed.
type NodeBudgets struct {
	entries []nodeEntry
	frozen  bool // some schedule cannot be parsed
}

// DefaultNodeBudgets is what the API server writes into a pool that leaves
// budgets out. It does not add it to a list, not even to an empty one.
var DefaultNodeBudgets = ParseNodeBudgets([]NodeBudget{{Nodes: "10%"}})

type nodeEntry struct {
	NodeBudget
	nodes    intstr.IntOrString
	schedule cron.Schedule // nil: always active
	days     dayCycle
	badCron  error
	badNodes error
}

// ParseNodeBudgets reads what can be read once: schedules, numbers, the spans
// of a day. What it cannot read is not an error here but a budget that allows
// nothing, as it is for Karpenter; Err tells.
//
// Source: Budget.IsActive and GetIntStrFromValue in pkg/apis/v1/nodepool.go of
// Karpenter 1.14.
func ParseNodeBudgets(budgets []NodeBudget) NodeBudgets {
	b := NodeBudgets{entries: make([]nodeEntry, len(budgets))}
	for i, budget := range budgets {
		e := nodeEntry{NodeBudget: budget, nodes: nodesValue(budget.Nodes)}
		_, e.badNodes = intstr.GetScaledValueFromIntOrPercent(&e.nodes, 100, true)
		if budget.Schedule != "" || budget.Duration != 0 {
			e.schedule, e.badCron = cron.ParseStandard("TZ=UTC " + budget.Schedule)
			if e.badCron == nil {
				e.days = newDayCycle(e.schedule, budget.Duration)
			}
		}
		b.frozen = b.frozen || e.badCron != nil
		b.entries[i] = e
	}
	return b
}

// Written are the entries as they were written.
func (b NodeBudgets) Written() []NodeBudget {
	all := make([]NodeBudget, len(b.entries))
	for i := range b.entries {
		all[i] = b.entries[i].NodeBudget
	}
	return all
}

// Scheduled reports whether some entry opens and closes by the clock.
func (b NodeBudgets) Scheduled() bool {
	return slices.ContainsFunc(b.entries, func(e nodeEntry) bool { return e.Schedule != "" })
}

// nodesValue reads "5" as a number and all else as a percentage. Karpenter
// keeps the number in 32 bits, where large ones wrap around.
func nodesValue(s string) intstr.IntOrString {
	if n, err := strconv.Atoi(s); err == nil {
		return intstr.IntOrString{Type: intstr.Int, IntVal: int32(n)}
	}
	return intstr.FromString(s)
}

// Invalid explains the entry at Index, which Karpenter cannot evaluate.
type Invalid struct {
	Index int
	Field string // schedule or nodes
	Value string
	Err   error
}

func (i *Invalid) Error() string {
	return fmt.Sprintf("budget %d: %s %q: %v", i.Index+1, i.Field, i.Value, i.Err)
}

func (i *Invalid) Unwrap() error { return i.Err }

// Err explains every entry that cannot be evaluated, each as an *Invalid, or
// is nil.
func (b NodeBudgets) Err() error {
	var errs []error
	for _, i := range b.Invalid() {
		errs = append(errs, i)
	}
	return errors.Join(errs...)
}

// Invalid are the entries that cannot be evaluated. A bad schedule freezes the
// pool at all times and for all reasons; a bad number does while its entry is
// active.
func (b NodeBudgets) Invalid() []*Invalid {
	var all []*Invalid
	for i := range b.entries {
		e := &b.entries[i]
		if e.badCron != nil {
			all = append(all, &Invalid{i, "schedule", e.Schedule, e.badCron})
		}
		if e.badNodes != nil {
			all = append(all, &Invalid{i, "nodes", e.Nodes, e.badNodes})
		}
	}
	return all
}

// Active reports whether the entry at index i counts now: its schedule hit
// within the last Duration, so that it is active in [hit, hit+Duration). A
// schedule that never hits, such as one of 30 February, is active always.
//
// Source: Budget.IsActive; the last is what becomes of the zero time that
// cron returns for "never".
func (b NodeBudgets) Active(i int, now time.Time) bool {
	e := &b.entries[i]
	if e.badCron != nil {
		return false
	}
	if e.schedule == nil {
		return true
	}
	now = now.UTC()
	return !e.schedule.Next(now.Add(-e.Duration)).After(now)
}

// Allowed is how many of a pool's total nodes may be on their way out at once
// for a reason: the least over the entries that are active and cover it,
// percentages rounded up, or Unlimited. One entry that cannot be evaluated
// makes it 0 for every reason, even for those it does not name.
//
// The total is that of nodes which are initialized and whose instance is not
// being terminated; those that are NotReady or going count in it.
//
// Source: NodePool.MustGetAllowedDisruptions and
// GetAllowedDisruptionsByReason; the total is BuildDisruptionBudgetMapping's
// in pkg/controllers/disruption/helpers.go.
func (b NodeBudgets) Allowed(now time.Time, total int, reason string) int {
	if b.frozen {
		return 0
	}
	allowed := Unlimited
	for i := range b.entries {
		if !b.Active(i, now) {
			continue
		}
		e := &b.entries[i]
		if e.badNodes != nil {
			return 0
		}
		if e.covers(reason) {
			allowed = min(allowed, e.value(total))
		}
	}
	return allowed
}

func (e *nodeEntry) covers(reason string) bool {
	return e.Reasons == nil || slices.Contains(e.Reasons, reason)
}

// value is what the entry allows of total nodes while it is active. Rounding
// up lets 5% of 10 nodes be one, and any percentage but 0 of one node, too.
func (e *nodeEntry) value(total int) int {
	n, _ := intstr.GetScaledValueFromIntOrPercent(&e.nodes, total, true) // 0 for what cannot be read
	return n
}
