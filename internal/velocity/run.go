package velocity

import (
	"context"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// run plays until nothing is ahead, or the time is over.
func (p *player) run(ctx context.Context) error {
	for k := range p.stages {
		if s := &p.stages[k]; s.timed || k == 0 {
			p.ahead.push(event{s.after, begins, int32(k)})
		}
	}
	for n := 0; len(p.ahead) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		p.now = p.ahead[0].at
		if p.now > p.Horizon {
			break
		}
		for len(p.ahead) > 0 && p.ahead[0].at == p.now {
			p.happens(p.ahead.pop())
		}
		p.dispatch()
	}
	return nil
}

func (p *player) happens(e event) {
	switch e.kind {
	case ends:
		p.ended(int(e.of))
	case fails:
		p.failed(int(e.of))
	case overdue:
		if p.rounds[e.of].Done == Never {
			p.done(int(e.of), nil)
		}
	case begins:
		p.begin(int(e.of))
	case wakes:
		p.wake(int(e.of))
	}
}

// begin begins a wave.
func (p *player) begin(k int) {
	if p.stop != nil || p.rounds[k].Begin != Never {
		return
	}
	s, r := &p.stages[k], &p.rounds[k]
	r.Begin = p.now
	if s.timed {
		r.Waits = Waits{ForSchedule: p.now}
		for before := range k { // waves are cumulative
			if p.rounds[before].Begin == Never {
				p.rounds[before].Begin = p.now
				p.rounds[before].Waits = r.Waits
				p.joins(before)
			}
		}
	}
	p.joins(k)
}

// joins has the deployments of a wave that begins wait for their turns.
func (p *player) joins(k int) {
	s := &p.stages[k]
	if s.longest > 0 {
		p.ahead.push(event{p.now + s.longest, overdue, int32(k)})
	}
	until := p.now
	if s.spread {
		until = max(until, p.stages[k+1].after)
	}
	all := p.members[k]
	for at, i := range all {
		p.join(int(i), (until-p.now)*time.Duration(2*at+1)/time.Duration(2*len(all)))
	}
	p.perhapsDone(k, nil)
}

// join has a deployment of a wave that begins wait for its turn, which comes after a while.
func (p *player) join(i int, after time.Duration) {
	d, t, s := &p.fleet.Deployments[i], &p.turns[i], &p.state[i]
	if len(p.orders[i]) == 0 {
		p.leave(i, NothingToDo, "")
		return
	}
	if d.NoFix != "" {
		p.leave(i, NoFix, d.NoFix)
		return
	}
	if ok, why := d.Keeps(); !ok {
		p.leave(i, NoQuorum, why)
		return
	}
	if o := p.openings(d); !o.always && o.longest < p.longestStep(i) && !d.BeginsOnly {
		p.leave(i, NoWindow, "its window has room for "+words.Duration(o.longest)+", and one member takes "+words.Duration(p.longestStep(i)))
		return
	}
	t.Waits[ForSchedule] += after
	if !p.Override {
		off := time.Duration(d.Deferrals) * week
		t.Waits[ForDeferral] += off
		after += off
	}
	s.since = p.now + after
	s.cause = ForWindow
	p.ahead.push(event{p.now + after, wakes, int32(i)})
}

// leave closes a deployment that has no turn.
func (p *player) leave(i int, is Outcome, why string) {
	p.turns[i].Outcome, p.turns[i].Why = is, why
	p.closed[p.turns[i].Wave]++
}

// takes is how long a member takes.
func (p *player) takes(i, member int) time.Duration {
	if p.fleet.Deployments[i].Members[member].Role == Primary {
		return p.Member + p.StepDown
	}
	return p.Member
}

func (p *player) longestStep(i int) (longest time.Duration) {
	for _, m := range p.orders[i] {
		longest = max(longest, p.takes(i, m))
	}
	return longest
}

// needs is how much room an opening has to have: for all that is left where one has as much, else
// for one member.
func (p *player) needs(i int) time.Duration {
	d := &p.fleet.Deployments[i]
	if d.BeginsOnly {
		return 1
	}
	o, all := p.openings(d), time.Duration(0)
	for _, m := range p.left(i) {
		all += p.takes(i, m)
	}
	if o.always || all <= o.longest {
		return all
	}
	return p.takes(i, p.left(i)[0])
}

// left are the members that are still to do.
func (p *player) left(i int) []int { return p.orders[i][len(p.turns[i].Steps):] }

// waited counts what a deployment has waited for until now.
func (p *player) waited(i int, next Cause) {
	s := &p.state[i]
	p.turns[i].Waits[s.cause] += p.now - s.since
	s.since, s.cause = p.now, next
}

// wake looks whether a deployment may begin now, and when else.
func (p *player) wake(i int) {
	if p.stop != nil {
		return
	}
	d, s := &p.fleet.Deployments[i], &p.state[i]
	need := p.needs(i)
	at, ok := p.openings(d).next(p.now, need)
	switch {
	case !ok:
		return // not within the time that is played
	case at > p.now:
		p.ahead.push(event{at, wakes, int32(i)})
		return
	}
	t := &p.turns[i]
	g := t.Group
	next := ForCapacity
	if p.limits[g] > 0 && p.running[g] >= p.limits[g] {
		next = ForConcurrency
	}
	p.waited(i, next)
	s.latest = p.openings(d).latest(p.now, need)
	if len(p.queues[g]) == 0 {
		p.hot = append(p.hot, g)
	}
	p.queues[g].push(waiting{s.latest, int32(t.Wave), int32(i)})
}

// dispatch begins what may begin, whose opening closes first before others.
func (p *player) dispatch() {
	for p.stop == nil && (p.Capacity == 0 || p.inHand < p.Capacity) {
		best := -1
		for at := 0; at < len(p.hot); at++ {
			g := p.hot[at]
			if len(p.queues[g]) == 0 {
				p.hot = slices.Delete(p.hot, at, at+1)
				at--
				continue
			}
			if p.limits[g] > 0 && p.running[g] >= p.limits[g] {
				continue
			}
			if best < 0 || p.queues[g][0].before(&p.queues[best][0]) {
				best = g
			}
		}
		if best < 0 {
			return
		}
		p.start(int(p.queues[best].pop().of))
	}
}

// start begins a deployment, or goes on with it: as many members as its opening has room for.
func (p *player) start(i int) {
	t, s := &p.turns[i], &p.state[i]
	if p.now > s.latest { // it had no turn while it was open
		p.waited(i, s.cause)
		p.again(i, p.now)
		return
	}
	if !s.straggle && chance(p.Stragglers, p.Seed, 1, uint64(i)) {
		s.straggle = true
		p.waited(i, ForStraggler)
		s.since = p.now + p.Late
		t.Waits[ForStraggler] += p.Late
		s.cause = ForWindow
		p.ahead.push(event{p.now + p.Late, wakes, int32(i)})
		return
	}
	p.waited(i, ForWork)
	if t.Begin == Never {
		t.Begin = p.now
	}
	p.running[t.Group]++
	p.inHand++
	p.work(i, s.latest)
}

// again has a deployment wait for its next opening, and counts that as what it waited for before.
func (p *player) again(i int, from time.Duration) {
	if at, ok := p.openings(&p.fleet.Deployments[i]).next(from, p.needs(i)); ok {
		p.ahead.push(event{at, wakes, int32(i)})
	}
}

// work does members one after the other, from now on.
func (p *player) work(i int, latest time.Duration) {
	d, t := &p.fleet.Deployments[i], &p.turns[i]
	room := forever
	if o := p.openings(d); !o.always && !d.BeginsOnly {
		room = latest + p.needs(i)
	}
	at := p.now
	for _, m := range p.left(i) {
		end := at + p.takes(i, m)
		if end > room {
			break
		}
		if chance(p.FailureRate, p.Seed, 2, uint64(i), uint64(m)) {
			t.Steps = append(t.Steps, Step{m, at, end, true})
			p.state[i].broken = true
			p.ahead.push(event{end, fails, int32(i)})
			at = end + time.Duration(len(t.Steps))*p.Member // all of it goes back
			break
		}
		t.Steps = append(t.Steps, Step{m, at, end, false})
		at = end
	}
	p.ahead.push(event{at, ends, int32(i)})
}

// failed stops the rollout where a wave has more failures than it may.
func (p *player) failed(i int) {
	k := p.turns[i].Wave
	p.rounds[k].Failed++
	if c := p.strategy.Tolerates; c.Set && p.stop == nil && p.rounds[k].Failed > c.Of(p.rounds[k].Deployments) {
		p.stop = &Stop{At: p.now, Wave: k, Failures: p.rounds[k].Failed}
	}
}

// ended closes a deployment that is done, and has one that is not wait for its next opening.
func (p *player) ended(i int) {
	t, s := &p.turns[i], &p.state[i]
	p.running[t.Group]--
	p.inHand--
	p.waited(i, ForWindow)
	switch {
	case s.broken:
		t.End, t.Outcome = p.now, Failed
	case len(p.left(i)) == 0:
		t.End, t.Outcome = p.now, Patched
		p.patched += len(t.Steps)
	case p.stop != nil:
		return
	default:
		p.again(i, p.now)
		return
	}
	p.closed[t.Wave]++
	p.perhapsDone(t.Wave, t)
}

// perhapsDone looks whether a wave is done, by a deployment that is closed; nil where it has none to wait for.
func (p *player) perhapsDone(k int, last *Turn) {
	r := &p.rounds[k]
	if r.Begin != Never && r.Done == Never && p.closed[k] == r.Deployments {
		p.done(k, last)
	}
}

// done has the next wave begin once this one has baked.
func (p *player) done(k int, last *Turn) {
	r := &p.rounds[k]
	r.Done = p.now
	bake := p.bake(k)
	r.Baked = p.now + bake
	if k+1 == len(p.stages) || p.stages[k+1].timed || p.rounds[k+1].Begin != Never {
		return
	}
	next := &p.rounds[k+1]
	next.Waits = r.Waits
	if last != nil {
		next.Waits.add(&last.Waits)
	} else {
		next.Waits[ForStraggler] += p.now - r.Begin
	}
	next.Waits[ForBake] += bake
	p.ahead.push(event{r.Baked, begins, int32(k + 1)})
}

// bake is how long a wave bakes: as long as it is to, and until there were as many events as it wants.
// One in which nothing was patched has nothing to bake.
func (p *player) bake(k int) time.Duration {
	s := &p.stages[k]
	if p.patched == 0 || !slices.ContainsFunc(p.members[k], func(i int32) bool { return len(p.turns[i].Steps) > 0 }) {
		return 0
	}
	wants := float64(s.events) / (float64(p.patched) * p.EventsPerHour) * float64(time.Hour)
	return max(s.bake, time.Duration(wants))
}
