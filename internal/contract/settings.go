package contract

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Settings are what the owner of a pool sets of how its nodes go, in place of
// what the contract says by default. What is zero is not set.
type Settings struct {
	// Drain is how long a drain waits for pods: a terminationGracePeriod, or the
	// drain timeout of a pool; NoDrain or NoDetach where machines are not drained.
	Drain time.Duration
	// Detach is for how long a machine whose drain was given up waits for the
	// volumes of the pods left on it to be detached; Forever for no end.
	//
	// Source: shouldWaitForNodeVolumes in core/reconcilers/machine of the Cluster
	// API 1.13: the volumes of pods that the drain skips do not count.
	Detach  time.Duration
	Rolling Rolling
	// Strategy is how the owner has nodes upgraded, by which some contracts have terms of
	// their own; empty for the usual way.
	Strategy string
	// Soak is how long a rolling update rests after each node.
	Soak time.Duration
	// OnDelete says that nobody begins a node but who deletes its machine.
	OnDelete bool
	// InPlace says that machines are changed as they stand, so that none comes in
	// place of another.
	InPlace bool
	// Paused says that nobody begins a node until the pool is resumed, and PausedBy by what;
	// empty where the pool says that it is paused.
	Paused   bool
	PausedBy string
	// Unplayed says that somebody takes its nodes by rules of their own, which are not known
	// here, or that what may set Drain was not read: for how long a drain waits then, nobody says.
	Unplayed bool
	// Unhealthy is how many may be unhealthy for any to be repaired.
	Unhealthy Threshold
	// Nodes is how many the pool has, of which percentages are taken.
	Nodes int
}

// NoDrain in place of a time to drain says that a machine is deleted without a drain, and
// NoDetach that its volumes are not waited for either.
const (
	NoDrain  time.Duration = -1
	NoDetach time.Duration = -2
)

// undrained has machines that are deleted go with the pods on them. What comes back is none
// of them.
//
// Source: isNodeDrainAllowed and isNodeVolumeDetachingAllowed in
// core/reconcilers/machine/machine_controller.go of the Cluster API 1.13.
func (p *Policy) undrained(s Settings) {
	if s.Drain >= 0 || p.Karpenter || p.Returns {
		return
	}
	p.IgnoresPDBs, p.SkipBlocked, p.DeadlineUnstated, p.Deadline, p.Detach = true, false, false, disruption.Deadline{}, 0
	if s.Drain == NoDrain {
		p.Detach = s.Detach
	}
}

// Following are the terms by which the nodes of a pool go: those of the strategy that its
// owner chose, with who starts them and when left as they are.
func (c *Contract) Following(t Terms, s Settings) Terms {
	if !t.Follows || s.Strategy == "" {
		return t
	}
	for _, x := range c.Terms {
		if strategy(x.Strategy) == strategy(s.Strategy) {
			x.Trigger, x.Initiator, x.Cadence, x.Windows, x.Unless, x.Unhealthy, x.Timeout =
				t.Trigger, t.Initiator, t.Cadence, t.Windows, t.Unless, t.Unhealthy, t.Timeout
			return x
		}
	}
	return t
}

// strategy is one as catalogs write it: blue-green for BLUE_GREEN and BlueGreen.
func strategy(s string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s))
}

// Rolling is how many nodes of a pool come before others go, and how many go
// before others come: numbers or percentages. A zero Pace is not set.
type Rolling struct {
	Surge, Unavailable Pace
	OneAtLeast         bool // the second, where it is a percentage
}

// Percent reports whether one of both is a share of the nodes.
func (r Rolling) Percent() bool {
	return r.Surge.Kind == PacePercent && r.Surge.Percent > 0 || r.Unavailable.Kind == PacePercent
}

// ParseAmount reads a number of nodes or a percentage of them: 2, 33%.
func ParseAmount(s string) (Pace, bool) {
	number, percent := strings.CutSuffix(s, "%")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 0 || strings.HasPrefix(number, "+"):
		return Pace{}, false
	case percent:
		return Pace{Kind: PacePercent, Percent: n}, true
	}
	return Pace{Kind: PaceNodes, Nodes: n}, true
}

// Zero reports whether the amount is set, to none.
func (p Pace) Zero() bool { return p.Kind != "" && p.Nodes == 0 && p.Percent == 0 }

// of resolves an amount; fallback where it is not set.
func (p Pace) of(nodes, fallback int, down bool) int {
	switch {
	case p.Kind == PacePercent && down:
		return nodes * p.Percent / 100
	case p.Kind == PacePercent:
		return (nodes*p.Percent + 99) / 100
	case p.Kind == PaceNodes:
		return p.Nodes
	}
	return fallback
}

// of is both for a pool of so many nodes, by terms. Where the two add up, what is not
// set is the default of the platforms where they do: one comes, and none goes, before;
// and a percentage of the second is rounded down. Elsewhere one takes the place of the
// other. Where both come to 0 one goes before another comes, as nothing would move else.
//
// Source: resolveFenceposts in core/reconcilers/machinedeployment/mdutil/util.go
// of the Cluster API 1.13.
func (r Rolling) of(nodes int, t Terms) (surge, unavailable int) {
	if t.Sums {
		surge, unavailable = r.Surge.of(nodes, 1, false), r.Unavailable.of(nodes, 0, true)
	} else if surge = r.Surge.of(nodes, 0, false); surge == 0 {
		unavailable = r.Unavailable.of(nodes, 0, false)
	}
	if surge+unavailable == 0 || r.OneAtLeast && unavailable == 0 {
		unavailable = 1
	}
	return surge, unavailable
}

// rolls reports whether terms are those of a rolling update, which the settings
// of a pool are about.
func (t Terms) rolls() bool {
	return t.Trigger == Drift || t.Trigger == Upgrade || t.Trigger == UrgentPatch
}

// Rolls reports whether what the owner of a pool sets of rolling updates says how some
// of its nodes go.
func (c *Contract) Rolls() bool {
	return slices.ContainsFunc(c.Terms, func(t Terms) bool { return t.rolls() && !c.Paced(t) })
}

// SetsDrain reports whether the owner of a pool sets for how long a drain waits, or
// shortens it.
func (c *Contract) SetsDrain() bool {
	return c.Drainer == KarpenterDrain || slices.ContainsFunc(c.Terms, func(t Terms) bool { return t.Deadline.Control != "" })
}

// rolling takes over what the owner of a pool says of rolling updates. Who deletes
// machines by hand is taken to do so one at a time.
func (p *Policy) rolling(t Terms, s Settings) {
	switch {
	case p.Budgeted || !t.rolls():
		return
	case s.Paused:
		p.Pace, p.Paused, p.PausedBy = Pace{Kind: PaceNodes}, true, s.PausedBy
		return
	case s.OnDelete:
		p.Pace, p.Before, p.After = Pace{Kind: PaceNodes, Nodes: 1}, false, true
		return
	}
	p.Soak = s.Soak
	if s.InPlace {
		p.Pace, p.Returns, p.Before, p.After = Pace{Kind: PaceNodes, Nodes: 1}, true, false, true
	}
	if s.Rolling == (Rolling{}) {
		return
	}
	surge, unavailable := s.Rolling.of(s.Nodes, t)
	switch {
	case p.Returns: // before machines that come back none comes
		surge, unavailable = 0, max(1, s.Rolling.Unavailable.of(s.Nodes, 0, true))
	case !t.Surges: // the platform decides which comes first
		p.Pace = Pace{Kind: PaceNodes, Nodes: surge + unavailable}
		return
	}
	p.Pace = Pace{Kind: PaceNodes, Nodes: surge + unavailable}
	p.Before, p.After, p.Unreplaced = surge > 0, surge == 0, unavailable
}
