package velocity

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// stage is a wave as it is played: those that are repeated stand here as often as they are, and a
// canary is one of its own.
type stage struct {
	name    string
	groups  int // the first so many groups
	percent int // of the deployments of each
	after   time.Duration
	timed   bool // it begins by after, and not by the one before
	spread  bool
	bake    time.Duration
	events  int
	longest time.Duration
}

// stages are the waves of a strategy for so many groups.
func (s *Strategy) stages(groups int) []stage {
	var all []stage
	reached := groups // where no wave says otherwise
	for i := range s.Waves {
		w := &s.Waves[i]
		one := stage{groups: reached, percent: cmp.Or(w.Percent, 100), after: time.Duration(w.After), spread: w.Spread,
			timed: w.After > 0, bake: time.Duration(w.Bake), events: w.Events, longest: time.Duration(w.Longest)}
		switch {
		case w.Groups.Set:
			one.groups = min(w.Groups.atLeastOne(groups), groups)
		case w.Each.Set:
			all = s.repeated(all, w, one, groups)
			continue
		}
		reached = one.groups
		all = withCanary(all, w, one)
	}
	for i := range all {
		all[i].name = fmt.Sprintf("wave %d", i+1)
	}
	return all
}

// repeated adds a wave for as many groups each as it says, until none is left.
func (s *Strategy) repeated(all []stage, w *Wave, one stage, groups int) []stage {
	reached := 0 // by waves that leave nothing of a group
	for i := range all {
		if all[i].percent == 100 {
			reached = max(reached, all[i].groups)
		}
	}
	for first := true; first || reached < groups; first = false {
		reached = min(groups, reached+w.Each.atLeastOne(groups))
		one.groups = reached
		all = withCanary(all, w, one)
		if w.Shrink > 0 {
			one.bake = max(time.Duration(w.Least), time.Duration(float64(one.bake)*w.Shrink))
		}
	}
	return all
}

func withCanary(all []stage, w *Wave, one stage) []stage {
	if w.Canary != nil {
		c := one
		c.percent, c.bake, c.events = w.Canary.Percent, time.Duration(w.Canary.Bake), w.Canary.Events
		all = append(all, c)
	}
	return append(all, one)
}

// Timed reports whether a wave begins by the clock, and how long after the start.
func (p *Played) Timed(wave int) (after time.Duration, is bool) {
	s := p.Strategy.stages(len(p.Groups))[wave]
	return s.after, s.timed
}

// InHand is how many deployments of each group may be in hand at a time; nil for no limit.
func (p *Played) InHand() []int {
	c := p.Strategy.Concurrency
	if !c.Set {
		return nil
	}
	all := make([]int, len(p.Groups))
	for i := range p.Turns {
		all[p.Turns[i].Group]++
	}
	for g, n := range all {
		all[g] = c.atLeastOne(n)
	}
	return all
}

// share is how many deployments of a group are meant until the end of a stage: one at the least.
func (s *stage) share(of int) int { return min(of, max(1, s.percent*of/100)) }

// key is what a deployment has in common with its group.
func (s *Strategy) key(d *Deployment) string {
	switch s.By {
	case ByRegion:
		return d.Region
	case ByZone:
		return d.Region + "/" + d.Zone
	case ByAccount:
		return d.Account
	case ByTier:
		return d.Tier
	case ByStratum:
		return d.Stratum
	}
	return ""
}

// group are deployments that waves go through together, in the order in which they do.
type group struct {
	name string
	all  []int32
}

// groupsOf are the groups of a fleet: the smallest first, which is the smallest loss.
func (p *player) groupsOf() []group {
	at := map[string]int{}
	var all []group
	for i := range p.fleet.Deployments {
		d := &p.fleet.Deployments[i]
		key := p.strategy.key(d)
		k, ok := at[key]
		if !ok {
			k = len(all)
			at[key] = k
			all = append(all, group{name: key})
		}
		all[k].all = append(all[k].all, int32(i))
	}
	slices.SortStableFunc(all, func(a, b group) int {
		return cmp.Or(cmp.Compare(len(a.all), len(b.all)), cmp.Compare(a.name, b.name))
	})
	for k := range all {
		p.sorted(all[k].all)
	}
	return all
}

// place is what decides when a deployment has its turn among those of its group.
type place struct {
	class  int           // by window
	first  int           // of its stratum: by the size of it; 0 for those that are not
	within float64       // its stratum
	opens  time.Duration // its window, at the earliest
	hash   uint64
}

// sorted puts the deployments of a group in the order of the strategy.
func (p *player) sorted(all []int32) {
	order := cmp.Or(p.strategy.Order, ByStrata)
	places := make(map[int32]*place, len(all))
	for _, i := range all {
		d := &p.fleet.Deployments[i]
		x := &place{hash: random(hashed(d.Name))}
		if order != BySeed {
			x.opens, _ = p.openings(d).next(0, time.Second)
		}
		if order == ByWindow {
			x.class = p.class(d, x.opens)
		}
		places[i] = x
	}
	if order != BySeed {
		p.stratify(all, places)
	}
	slices.SortStableFunc(all, func(i, j int32) int {
		a, b := places[i], places[j]
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(b.first, a.first), cmp.Compare(a.within, b.within),
			cmp.Compare(a.hash, b.hash), cmp.Compare(i, j))
	})
}

// stratify spreads each stratum evenly, with one of each at the beginning, whose window opens first.
func (p *player) stratify(all []int32, places map[int32]*place) {
	by := map[string][]int32{}
	for _, i := range all {
		s := p.fleet.Deployments[i].Stratum
		by[s] = append(by[s], i)
	}
	for _, in := range by {
		slices.SortFunc(in, func(i, j int32) int {
			a, b := places[i], places[j]
			return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.opens, b.opens), cmp.Compare(a.hash, b.hash), cmp.Compare(i, j))
		})
		for k, i := range in {
			places[i].within = (float64(k) + 0.5) / float64(len(in))
		}
		places[in[0]].first = len(in)
	}
}

// soon is how long before its opening a window counts as one that opens.
//
// Source: learn.microsoft.com/azure/kubernetes-fleet/concepts-update-orchestration.
const soon = 4 * time.Hour

// class is how a deployment's window stands at the start: open, about to open, none, closed.
func (p *player) class(d *Deployment, opens time.Duration) int {
	switch {
	case p.Override || d.Window == None:
		return 2
	case opens == 0:
		return 0
	case opens > 0 && opens <= soon:
		return 1
	}
	return 3
}

// hashed is the same in each run, so that the same fleet has the same waves.
func hashed(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// random is a number that some numbers decide, and that looks like any.
func random(of ...uint64) uint64 {
	x := uint64(0x9e3779b97f4a7c15)
	for _, n := range of {
		x ^= n
		x += 0x9e3779b97f4a7c15
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}

// chance reports whether something comes to pass that does with some probability.
func chance(of float64, numbers ...uint64) bool {
	return of > 0 && float64(random(numbers...)>>11)/(1<<53) < of
}
