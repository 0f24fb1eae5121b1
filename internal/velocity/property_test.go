package velocity

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
)

var sunday = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// someFleet has deployments of all sorts.
func someFleet(t *rapid.T) *Fleet {
	f := &Fleet{}
	zones := []*time.Location{nil, time.FixedZone("east", 8*3600), time.FixedZone("west", -5*3600)}
	for range rapid.IntRange(0, 4).Draw(t, "windows") {
		w := disruption.Window{Days: disruption.Days{Every: disruption.Daily},
			At:     time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * time.Hour,
			Length: time.Duration(rapid.IntRange(5, 400).Draw(t, "minutes")) * time.Minute, Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
		if rapid.Bool().Draw(t, "weekly") {
			w.Days = disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{time.Weekday(rapid.IntRange(0, 6).Draw(t, "day"))}}
		}
		f.Windows = append(f.Windows, w)
	}
	window := rapid.IntRange(None, len(f.Windows)-1)
	for i := range rapid.IntRange(1, 40).Draw(t, "deployments") {
		d := Deployment{Name: fmt.Sprint("d", i), Region: fmt.Sprint("r", rapid.IntRange(0, 4).Draw(t, "region")),
			Account: fmt.Sprint("a", rapid.IntRange(0, 2).Draw(t, "account")), Stratum: fmt.Sprint("s", rapid.IntRange(0, 3).Draw(t, "stratum")),
			Window: window.Draw(t, "window"), Protected: window.Draw(t, "protected"), Deferrals: rapid.IntRange(0, 2).Draw(t, "deferrals"),
			Quorum: Quorum(rapid.IntRange(0, 1).Draw(t, "quorum")), Concern: rapid.IntRange(0, 3).Draw(t, "concern")}
		d.BeginsOnly = rapid.IntRange(0, 9).Draw(t, "begins only") == 0
		for s := range rapid.IntRange(1, 3).Draw(t, "sets") {
			part := Part(rapid.IntRange(0, 2).Draw(t, "part"))
			for k := range rapid.IntRange(1, 9).Draw(t, "members") {
				m := Member{Name: fmt.Sprint(s, "-", k), Set: fmt.Sprint("set", s), Part: part, Role: Role(rapid.IntRange(0, 2).Draw(t, "role"))}
				if k == 0 {
					m.Role = Primary
				}
				m.Fixed = rapid.IntRange(0, 5).Draw(t, "fixed") == 0
				d.Members = append(d.Members, m)
			}
		}
		f.Deployments = append(f.Deployments, d)
	}
	return f
}

// someStrategy is one that can be meant.
func someStrategy(t *rapid.T) *Strategy {
	bake := func() Duration { return Duration(time.Duration(rapid.IntRange(0, 30).Draw(t, "bake")) * time.Hour) }
	s := &Strategy{Order: rapid.SampledFrom([]string{"", BySeed, ByStrata, ByWindow}).Draw(t, "order"),
		By: rapid.SampledFrom([]string{"", ByRegion, ByAccount, ByStratum}).Draw(t, "by")}
	if rapid.Bool().Draw(t, "limited") {
		s.Concurrency = Amount{float64(rapid.IntRange(1, 60).Draw(t, "concurrency")), rapid.Bool().Draw(t, "percent"), true}
	}
	if rapid.Bool().Draw(t, "stops") {
		s.Tolerates = Amount{float64(rapid.IntRange(0, 3).Draw(t, "tolerates")), false, true}
	}
	percent := 0
	for range rapid.IntRange(0, 3).Draw(t, "waves") {
		percent = min(99, percent+rapid.IntRange(1, 40).Draw(t, "share"))
		w := Wave{Percent: percent, Bake: bake(), Events: rapid.IntRange(0, 500).Draw(t, "events")}
		if rapid.IntRange(0, 3).Draw(t, "longest") == 0 {
			w.Longest = Duration(2 * day)
		}
		s.Waves = append(s.Waves, w)
	}
	last := Wave{Bake: bake()}
	switch {
	case s.By != "" && rapid.Bool().Draw(t, "each"):
		last.Each, last.Shrink, last.Least = Amount{1, false, true}, 0.5, Duration(time.Hour)
		last.Canary = &Canary{Percent: 20, Bake: bake(), Events: 10}
	case rapid.Bool().Draw(t, "timed"):
		last.After = Duration(3 * day)
		if n := len(s.Waves); n > 0 {
			s.Waves[n-1].Spread = true
		}
	}
	s.Waves = append(s.Waves, last)
	return s
}

// No schedule breaks a quorum, a window, a bound or a wave rule, whatever the fleet.
func TestSchedulesKeepTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := someFleet(t), someStrategy(t)
		with := Usual(sunday.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "start")) * time.Hour))
		with.Capacity = rapid.IntRange(0, 4).Draw(t, "capacity")
		with.Override = rapid.IntRange(0, 4).Draw(t, "override") == 0
		with.Member = time.Duration(rapid.IntRange(1, 90).Draw(t, "member")) * time.Minute
		if rapid.Bool().Draw(t, "faults") {
			with.FailureRate, with.Stragglers = 0.03, 0.2
		}
		p, err := Play(context.Background(), f, s, with)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Turns {
			keepsQuorum(t, p, i)
			keepsWindow(t, p, i)
			addsUp(t, p, i)
		}
		keepsBounds(t, p)
		keepsWaves(t, p)
	})
}

// keepsQuorum: one member at a time, in order, each once, and each set has what it needs meanwhile.
func keepsQuorum(t *rapid.T, p *Played, i int) {
	d, turn := &p.Fleet.Deployments[i], &p.Turns[i]
	for k, step := range turn.Steps {
		m := &d.Members[step.Member]
		if m.Fixed || k > 0 && step.Begin < turn.Steps[k-1].End {
			t.Fatalf("%s: step %d of %+v", d.Name, k, turn.Steps)
		}
		if k > 0 {
			b := &d.Members[turn.Steps[k-1].Member]
			if b.Part > m.Part || b.Part == m.Part && b.Set == m.Set && b.Role > m.Role {
				t.Fatalf("%s: %s goes before %s", d.Name, b.Name, m.Name)
			}
		}
		votes, up, data, dataUp, all := 0, 0, 0, 0, 0
		arbiters := 0
		for j, o := range d.Members {
			if o.Set != m.Set || m.Part == Router {
				continue
			}
			all++
			down := j == step.Member
			if votes < 7 {
				votes++
				if !down {
					up++
				}
			}
			if o.Role == Arbiter {
				arbiters++
				continue
			}
			data++
			if !down {
				dataUp++
			}
		}
		if all <= 1 {
			continue
		}
		wants := d.Concern
		if wants == 0 {
			wants = 1
			if d.Quorum == ByVotes && (arbiters == 0 || data > votes/2+1) {
				wants = min(votes/2+1, data)
			}
		}
		if d.Quorum == ByVotes && 2*up <= votes || dataUp < wants {
			t.Fatalf("%s: %d of %d votes and %d of %d with data are left, of %d", d.Name, up, votes, dataUp, data, wants)
		}
	}
	if n := len(d.Order()); turn.Outcome == Patched && len(turn.Steps) != n {
		t.Fatalf("%s: %d of %d are patched", d.Name, len(turn.Steps), n)
	}
}

// keepsWindow: no member is patched outside of its window, or in protected hours.
func keepsWindow(t *rapid.T, p *Played, i int) {
	d, turn := &p.Fleet.Deployments[i], &p.Turns[i]
	if p.Override {
		return
	}
	for k, step := range turn.Steps {
		if d.BeginsOnly && k > 0 && step.Begin == turn.Steps[k-1].End {
			continue
		}
		for at := step.Begin; at < step.End; at += time.Minute {
			now := p.Start.Add(at)
			if d.Window != None && !p.Fleet.Windows[d.Window].Contains(now, false) ||
				d.Protected != None && p.Fleet.Windows[d.Protected].Contains(now, false) {
				t.Fatalf("%s: member %d is at work at %s", d.Name, step.Member, now)
			}
			if d.BeginsOnly {
				break
			}
		}
	}
	if turn.Begin != Never && turn.Begin < p.Rounds[turn.Wave].Begin+time.Duration(d.Deferrals)*week {
		t.Fatalf("%s: begins at %s, put off by %d weeks", d.Name, turn.Begin, d.Deferrals)
	}
}

// addsUp: what a deployment waited for is all of the time until it was patched.
func addsUp(t *rapid.T, p *Played, i int) {
	waits := p.Path(i)
	for c, d := range waits {
		if d < 0 {
			t.Fatalf("%s for %s: %v", p.Fleet.Deployments[i].Name, Cause(c), waits)
		}
	}
	if turn := &p.Turns[i]; turn.Outcome == Patched && waits.Sum() != turn.End {
		t.Fatalf("%s: patched after %s, and waited for %v, %s in all", p.Fleet.Deployments[i].Name, turn.End, waits, waits.Sum())
	}
}

// keepsBounds: no more are in hand than there are people, and of a group no more than may be; after a stop nothing begins.
func keepsBounds(t *rapid.T, p *Played) {
	type change struct {
		at    time.Duration
		by    int
		group int
	}
	var all []change
	for i := range p.Turns {
		turn := &p.Turns[i]
		for k, step := range turn.Steps {
			if k == 0 || turn.Steps[k-1].End != step.Begin {
				if p.Stop != nil && step.Begin > p.Stop.At {
					t.Fatalf("%s begins after the stop", p.Fleet.Deployments[i].Name)
				}
				all = append(all, change{step.Begin, 1, turn.Group})
			}
			if k == len(turn.Steps)-1 || turn.Steps[k+1].Begin != step.End {
				all = append(all, change{step.End, -1, turn.Group})
			}
		}
	}
	slices.SortFunc(all, func(a, b change) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return a.by - b.by
	})
	hands, groups, sizes := 0, make([]int, len(p.Groups)), make([]int, len(p.Groups))
	for i := range p.Turns {
		sizes[p.Turns[i].Group]++
	}
	for _, c := range all {
		hands += c.by
		groups[c.group] += c.by
		if p.Capacity > 0 && hands > p.Capacity {
			t.Fatalf("%d in hand at %s, of %d", hands, c.at, p.Capacity)
		}
		if s := p.Strategy.Concurrency; s.Set && groups[c.group] > s.atLeastOne(sizes[c.group]) {
			t.Fatalf("%d of group %d in hand, of %s", groups[c.group], c.group, s)
		}
	}
}

// keepsWaves: nothing begins before its wave, and no wave before the one before it has baked.
func keepsWaves(t *rapid.T, p *Played) {
	sizes := make([]int, len(p.Groups))
	for i := range p.Turns {
		sizes[p.Turns[i].Group]++
	}
	stages := p.Strategy.stages(len(p.Groups))
	for i := range p.Turns {
		if turn := &p.Turns[i]; turn.Begin != Never && turn.Begin < p.Rounds[turn.Wave].Begin {
			t.Fatalf("%s begins before %s", p.Fleet.Deployments[i].Name, p.Rounds[turn.Wave].Name)
		}
	}
	for k := range p.Rounds[1:] {
		r, next := &p.Rounds[k], &p.Rounds[k+1]
		if next.Begin == Never {
			continue
		}
		// A later one that goes by the clock opens those before it, too.
		byClock := slices.ContainsFunc(stages[k+1:], func(s stage) bool { return s.timed && s.after == next.Begin })
		begun := make([]int, len(p.Groups))
		for i := range p.Turns {
			turn := &p.Turns[i]
			if turn.Begin != Never && turn.Begin < next.Begin {
				begun[turn.Group]++
			}
			late := stages[k].longest > 0 && next.Begin >= r.Begin+stages[k].longest
			if !byClock && !late && turn.Outcome == Patched && turn.End+stages[k].bake > next.Begin && turn.Wave == k {
				t.Fatalf("%s begins %s after %s was patched, and the bake is %s", next.Name, next.Begin-turn.End, p.Fleet.Deployments[i].Name,
					stages[k].bake)
			}
		}
		for g, n := range begun {
			most := 0
			for _, s := range stages[:k+1] {
				if g < s.groups {
					most = max(most, s.share(sizes[g]))
				}
			}
			if n > most {
				t.Fatalf("%d of group %d are begun before %s, of %d", n, g, next.Name, sizes[g])
			}
		}
	}
}

// What has no window, no fault and a quorum is patched whole.
func TestAllIsPatched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, s := someFleet(t), someStrategy(t)
		with := Usual(sunday)
		with.Capacity = rapid.IntRange(0, 4).Draw(t, "capacity")
		with.Override, with.Horizon = true, most
		p, err := Play(context.Background(), f, s, with)
		if err != nil {
			t.Fatal(err)
		}
		whole, _ := p.Summarize()
		if n := whole.Unpatched() - whole.Left[NoQuorum]; n != 0 || p.Stop != nil {
			t.Fatalf("%d are left: %v", n, whole.Left)
		}
	})
}
