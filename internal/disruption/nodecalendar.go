package disruption

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	"github.com/robfig/cron/v3"
)

const day = 24 * time.Hour

// span is a part of time, [from, to), counted from some midnight.
type span struct{ from, to time.Duration }

// dayCycle is when a scheduled budget is active, as far as it repeats: a cron
// schedule picks days, and on all of them it hits at the same times. That
// keeps a year of a schedule that hits every minute as short as one that hits
// once a day.
type dayCycle struct {
	schedule cron.Schedule
	duration time.Duration
	hits     []span // from the midnight of a day it hits on; the last may end days later
	steady   bool   // it never opens or closes: active says which it is
	active   bool
}

func newDayCycle(s cron.Schedule, duration time.Duration) dayCycle {
	c := dayCycle{schedule: s, duration: duration}
	spec, ok := s.(*cron.SpecSchedule)
	if !ok { // @every counts from whenever it is asked; the API server refuses it
		at := time.Unix(0, 0).UTC()
		c.steady, c.active = true, !s.Next(at.Add(-duration)).After(at)
		return c
	}
	for h := range 24 {
		for m := range 60 {
			if spec.Hour>>h&1 == 0 || spec.Minute>>m&1 == 0 {
				continue
			}
			from := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
			if n := len(c.hits); n > 0 && from <= c.hits[n-1].to {
				c.hits[n-1].to = from + duration
			} else {
				c.hits = append(c.hits, span{from, from + duration})
			}
		}
	}
	every := bits(spec.Dom, 1, 31) && bits(spec.Month, 1, 12) && bits(spec.Dow, 0, 6)
	switch {
	case s.Next(time.Unix(0, 0)).IsZero(): // never hits, which Budget.IsActive takes for active
		c.steady, c.active = true, true
	case duration <= 0:
		c.steady = true
	case every && c.hits[0].to-c.hits[0].from >= day:
		c.steady, c.active = true, true
	}
	return c
}

// bits reports whether all bits from low to high are set.
func bits(field uint64, low, high int) bool {
	all := uint64(1)<<(high+1) - uint64(1)<<low
	return field&all == all
}

// walker goes over what a cycle does, day by day.
type walker struct {
	dayCycle
	next  time.Time // the first day from the current one on that it hits on; zero: not known yet
	again bool      // none was found up to next: look again from there
	end   time.Time // until when it is active by what lies behind
}

// start prepares a walk over the days from midnight on.
func (c dayCycle) start(midnight time.Time) *walker {
	w := &walker{dayCycle: c}
	if c.steady {
		return w
	}
	for d := midnight.Add(-c.duration).Truncate(day); d.Before(midnight); d = later(d.Add(day), w.next) {
		w.pass(d)
	}
	return w
}

// pass goes over one day: for how long it is active by what lies behind, and
// whether it hits.
func (w *walker) pass(midnight time.Time) (carried time.Duration, hit bool) {
	if w.next.Before(midnight) || w.again && w.next.Equal(midnight) {
		w.seek(midnight)
	}
	carried = min(max(w.end.Sub(midnight), 0), day)
	hit = !w.again && w.next.Equal(midnight)
	if hit {
		w.end = later(w.end, midnight.Add(w.hits[len(w.hits)-1].to))
		w.seek(midnight.Add(day)) // where there is none, it is active from here on
	}
	return carried, hit
}

// seek finds the next day from midnight on that it hits on.
func (w *walker) seek(midnight time.Time) {
	hit := w.schedule.Next(midnight.Add(-time.Second))
	if w.again = hit.IsZero(); !w.again {
		w.next = hit.Truncate(day)
		return
	}
	// cron gives up at the end of the fifth year after the one it is asked
	// about: between the leap days of 2096 and 2104, say. Budget.IsActive takes
	// that for active.
	w.next = time.Date(midnight.Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	w.end = later(w.end, w.next.Add(w.duration))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// changeHorizon is how far ahead a change is looked for: as far as cron looks.
const changeHorizon = 5 * 366 * day

// NextChange is the first instant after now at which some entry opens or
// closes, in UTC. It is false where nothing will change: no entry has a
// schedule, all of them are always or never active, or one that cannot be
// parsed holds the pool at 0.
func (b NodeBudgets) NextChange(now time.Time) (time.Time, bool) {
	if b.frozen {
		return time.Time{}, false
	}
	now = now.UTC()
	first, found := now.Add(changeHorizon), false
	for i := range b.entries {
		e := &b.entries[i]
		if e.schedule == nil || e.days.steady {
			continue
		}
		if t, ok := e.days.nextChange(now, first); ok {
			first, found = t, true
		}
	}
	if !found {
		return time.Time{}, false
	}
	return first, true
}

// nextChange is the first instant in (now, before) at which it opens or closes.
func (c dayCycle) nextChange(now, before time.Time) (time.Time, bool) {
	midnight := now.Truncate(day)
	w := c.start(midnight)
	// until is where the activity under way ends; it may be drawn out further.
	var until time.Time
	for d := midnight; d.Before(before); d = d.Add(day) {
		carried, hit := w.pass(d)
		if carried > 0 {
			until = later(until, d.Add(carried))
		}
		if hit {
			for _, s := range w.hits {
				from, to := d.Add(s.from), d.Add(s.to)
				if from.After(until) { // a pause: it closes before it opens
					if until.After(now) {
						return until, until.Before(before)
					}
					if from.After(now) {
						return from, from.Before(before)
					}
				}
				until = later(until, to)
			}
			if w.again {
				until = later(until, w.end)
			}
		}
		if until.After(now) && until.Before(d.Add(day)) { // nothing more that day
			return until, until.Before(before)
		}
		if !until.After(now) && w.next.After(d.Add(day)) { // nothing until then
			d = w.next.Add(-day)
		}
	}
	return time.Time{}, false
}

// Pattern is a set of entries that are active together, by index, and one
// instant at which exactly these are: the first.
type Pattern struct {
	Active []int
	At     time.Time
}

// has reports whether an entry is active; they are in order.
func (p Pattern) has(entry int) bool {
	_, is := slices.BinarySearch(p.Active, entry)
	return is
}

// Patterns are the distinct sets of entries that are active at some time in
// [from, until), by when they first are. Entries that cannot be parsed are in
// none of them.
//
// Days on which every entry does the same are looked into once, so the work is
// bounded by how many kinds of days there are and not by how often schedules
// hit.
func (b NodeBudgets) Patterns(from, until time.Time) []Pattern {
	from, until = from.UTC(), until.UTC()
	walkers := make([]*walker, len(b.entries))
	for i := range b.entries {
		if e := &b.entries[i]; e.schedule != nil {
			walkers[i] = e.days.start(from.Truncate(day))
		}
	}
	seenDays, seenSets := map[string]bool{}, map[string]bool{}
	var patterns []Pattern
	days := make([]dayOf, len(b.entries))
	var key, set []byte
	for midnight := from.Truncate(day); midnight.Before(until); midnight = midnight.Add(day) {
		within := span{max(from.Sub(midnight), 0), min(until.Sub(midnight), day)}
		key = binary.AppendVarint(binary.AppendVarint(key[:0], int64(within.from)), int64(within.to))
		for i, w := range walkers {
			days[i] = b.entries[i].dayOf(w, midnight)
			key = binary.AppendVarint(key, int64(days[i].carried))
			key = binary.AppendVarint(key, int64(len(days[i].hits)))
		}
		if seenDays[string(key)] {
			continue
		}
		seenDays[string(key)] = true
		sweep(days, within, func(at time.Duration, active []bool) {
			set = set[:0]
			for i, on := range active {
				if on {
					set = binary.AppendUvarint(set, uint64(i))
				}
			}
			if seenSets[string(set)] {
				return
			}
			seenSets[string(set)] = true
			p := Pattern{At: midnight.Add(at), Active: []int{}}
			for i, on := range active {
				if on {
					p.Active = append(p.Active, i)
				}
			}
			patterns = append(patterns, p)
		})
	}
	return patterns
}

// dayOf is what one entry does on one day: active from midnight for as long as
// it carries on from before, and at its hits.
type dayOf struct {
	carried time.Duration
	hits    []span
}

func (e *nodeEntry) dayOf(w *walker, midnight time.Time) dayOf {
	switch {
	case e.badCron != nil:
		return dayOf{}
	case w == nil || w.active:
		return dayOf{carried: day}
	case w.steady:
		return dayOf{}
	}
	carried, hit := w.pass(midnight)
	if !hit {
		return dayOf{carried: carried}
	}
	if w.again { // once more, for the rest of the day
		last := w.hits[len(w.hits)-1]
		return dayOf{carried, append(slices.Clone(w.hits), span{last.from, day})}
	}
	return dayOf{carried, w.hits}
}

// sweep calls visit for each stretch of a day in which the same entries are
// active, with its start.
func sweep(days []dayOf, within span, visit func(at time.Duration, active []bool)) {
	type edge struct {
		at    time.Duration
		entry int
		by    int
	}
	var edges []edge
	add := func(i int, s span) {
		if s.from < s.to {
			edges = append(edges, edge{s.from, i, 1}, edge{s.to, i, -1})
		}
	}
	for i, d := range days {
		add(i, span{0, d.carried})
		for _, s := range d.hits {
			add(i, s)
		}
	}
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Compare(x.at, y.at) })
	depth, active := make([]int, len(days)), make([]bool, len(days))
	at := within.from
	for k := 0; at < within.to; {
		for ; k < len(edges) && edges[k].at <= at; k++ {
			depth[edges[k].entry] += edges[k].by
			active[edges[k].entry] = depth[edges[k].entry] > 0
		}
		visit(at, active)
		if k == len(edges) {
			break
		}
		at = edges[k].at
	}
}
