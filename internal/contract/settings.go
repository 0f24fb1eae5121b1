package contract

import (
	"strconv"
	"strings"
	"time"
)

// Settings are what the owner of a pool sets of how its nodes go, in place of
// what the contract says by default. What is zero is not set.
type Settings struct {
	// Drain is how long a drain waits for pods: a terminationGracePeriod, or the
	// drain timeout of a pool.
	Drain time.Duration
	// Detach is for how long a machine whose drain was given up waits for the
	// volumes of the pods left on it to be detached; Forever for no end.
	//
	// Source: shouldWaitForNodeVolumes in core/reconcilers/machine of the Cluster
	// API 1.13: the volumes of pods that the drain skips do not count.
	Detach  time.Duration
	Rolling Rolling
	// Soak is how long a rolling update rests after each node.
	Soak time.Duration
	// OnDelete says that nobody begins a node but who deletes its machine.
	OnDelete bool
	// Nodes is how many the pool has, of which percentages are taken.
	Nodes int
}

// Rolling is how many nodes of a pool come before others go, and how many go
// before others come: numbers or percentages. A zero Pace is not set.
type Rolling struct {
	Surge, Unavailable Pace
	// RoundsDown says of a percentage of Unavailable that it is rounded down, as
	// that of Surge never is.
	RoundsDown bool
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

// of is both for a pool of so many nodes. What is not set is the default that all
// platforms share which have the two: one comes, and none goes, before. Where both
// come to 0 one goes before another comes, as nothing would move else.
//
// Source: resolveFenceposts in core/reconcilers/machinedeployment/mdutil/util.go
// of the Cluster API 1.13.
func (r Rolling) of(nodes int) (surge, unavailable int) {
	surge, unavailable = r.Surge.of(nodes, 1, false), r.Unavailable.of(nodes, 0, r.RoundsDown)
	if surge+unavailable == 0 {
		unavailable = 1
	}
	return surge, unavailable
}

// rolls reports whether terms are those of a rolling update, which the settings
// of a pool are about.
func (t Terms) rolls() bool {
	return t.Trigger == Drift || t.Trigger == Upgrade || t.Trigger == UrgentPatch
}

// rolling takes over what the owner of a pool says of rolling updates. Who deletes
// machines by hand is taken to do so one at a time.
func (p *Policy) rolling(t Terms, s Settings) {
	switch {
	case p.Budgeted || !t.rolls():
		return
	case s.OnDelete:
		p.Pace, p.Before, p.After = Pace{Kind: PaceNodes, Nodes: 1}, false, true
		return
	}
	p.Soak = s.Soak
	if s.Rolling == (Rolling{}) {
		return
	}
	surge, unavailable := s.Rolling.of(s.Nodes)
	if p.Returns { // before machines that come back none comes
		surge, unavailable = 0, max(1, unavailable)
	}
	p.Pace = Pace{Kind: PaceNodes, Nodes: surge + unavailable}
	p.Before, p.After, p.Unreplaced = surge > 0, surge == 0, unavailable
}
