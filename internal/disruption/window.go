package disruption

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// Work is what a provider does in a maintenance window.
type Work string

// The kinds of work that exclusions tell apart.
const (
	NodeWork  Work = "node"  // nodes are replaced
	MinorWork Work = "minor" // the control plane goes to another minor version
	PatchWork Work = "patch" // the control plane gets a patch
)

// Window is when a provider may do its work. The zero value is no window, as
// with EKS managed node groups, where work begins when it is asked for: it is
// always open.
//
// A window starts at a time of day on some days and lasts for a fixed time by
// the clock on no wall. Where its zone has daylight saving the start moves with
// it; the zones of GKE (UTC) and AKS (a fixed offset) have none, so that for
// people who do change their clocks the window moves by an hour twice a year.
//
// It says when work may begin. Work under way at its end goes on.
type Window struct {
	Days       Days
	At         time.Duration // since midnight
	Length     time.Duration
	Zone       *time.Location // nil is UTC
	From       time.Time      // no earlier than the day of this, from which intervals count; zero for no bound
	Exclusions []Exclusion
}

// Days are those on which a window starts.
type Days struct {
	Every    Unit
	Interval int            // every how many of them, counted from From; 0 is 1
	Weekdays []time.Weekday // for Week: on these; for Month: on the Nth of these
	Nth      int            // for Month with a weekday: 1 to 4, or Last
	Monthday int            // for Month without: 1 to 31; months without it have no window
}

// Unit is what windows repeat by.
type Unit int

// The units. Never is that of the zero Window.
const (
	Never Unit = iota
	Daily
	Weekly
	Monthly
)

// Last is the last of a weekday in its month.
const Last = -1

// Exclusion is a time without some work, in spite of windows: [From, Until).
type Exclusion struct {
	Name        string
	From, Until time.Time
	Scope       Scope
}

// Scope is what an exclusion keeps out. They are GKE's; the dates on which
// maintenance is not allowed in AKS keep out everything.
type Scope string

// The scopes.
const (
	NoUpgrades            Scope = "no_upgrades"
	NoMinorUpgrades       Scope = "no_minor_upgrades"
	NoMinorOrNodeUpgrades Scope = "no_minor_or_node_upgrades"
)

// Excludes reports whether the scope keeps out some work.
func (s Scope) Excludes(w Work) bool {
	switch s {
	case NoMinorUpgrades:
		return w == MinorWork
	case NoMinorOrNodeUpgrades:
		return w != PatchWork
	}
	return true
}

// Contains reports whether nodes may be replaced now. Urgent work, such as for
// a vulnerability that is exploited, asks neither windows nor exclusions: every
// provider keeps that right.
func (w Window) Contains(now time.Time, urgent bool) bool {
	return w.Allows(NodeWork, now, urgent)
}

// Allows reports whether some work may begin now.
func (w Window) Allows(work Work, now time.Time, urgent bool) bool {
	if urgent {
		return true
	}
	for _, x := range w.Exclusions {
		if x.Scope.Excludes(work) && !now.Before(x.From) && now.Before(x.Until) {
			return false
		}
	}
	open := w.Days.Every == Never
	w.occurrences(now.Add(-w.Length), now, func(s Opening) bool {
		open = !now.Before(s.From) && now.Before(s.Until)
		return !open
	})
	return open
}

// Opening is a stretch of time in which work may begin: [From, Until).
type Opening struct{ From, Until time.Time }

// Length is how long it is.
func (o Opening) Length() time.Duration { return o.Until.Sub(o.From) }

// windowHorizon is how far ahead the next window is looked for: twice the longest
// interval there is, long enough for a 29 February.
const windowHorizon = 5 * 366 * day

// Next is the opening for nodes that now is in, from now on, or else the next
// one. It is false where there is none within five years, or where it has no
// end.
func (w Window) Next(now time.Time) (Opening, bool) {
	var next Opening
	if w.Days.Every == Never {
		return next, false
	}
	w.openings(NodeWork, now, now.Add(windowHorizon), func(o Opening) bool {
		next = o
		return false
	})
	return next, !next.Until.IsZero()
}

// Openings are those for some work in [from, until), cut to it, in order.
func (w Window) Openings(work Work, from, until time.Time) []Opening {
	var all []Opening
	w.openings(work, from, until, func(o Opening) bool {
		all = append(all, o)
		return true
	})
	return all
}

// openings yields occurrences joined where they touch, less the exclusions.
func (w Window) openings(work Work, from, until time.Time, yield func(Opening) bool) {
	going := true
	emit := func(o Opening) bool {
		o.From, o.Until = later(o.From, from), earlier(o.Until, until)
		for _, free := range w.free(work, o) {
			going = going && yield(free)
		}
		return going
	}
	if w.Days.Every == Never {
		emit(Opening{from, until})
		return
	}
	var run Opening
	w.occurrences(from.Add(-w.Length), until, func(o Opening) bool {
		switch {
		case run.Until.IsZero():
			run = o
		case !o.From.After(run.Until):
			run.Until = later(run.Until, o.Until)
			// One that never closes need not be followed further.
			if run.Until.Sub(run.From) > windowHorizon {
				return false
			}
		default:
			done := run
			run = o
			return emit(done)
		}
		return true
	})
	if going && !run.Until.IsZero() {
		emit(run)
	}
}

// free is what exclusions leave of an opening.
func (w Window) free(work Work, o Opening) []Opening {
	left := []Opening{o}
	for _, x := range w.Exclusions {
		if !x.Scope.Excludes(work) || !x.From.Before(x.Until) {
			continue
		}
		var rest []Opening
		for _, o := range left {
			rest = append(rest, Opening{o.From, earlier(o.Until, x.From)}, Opening{later(o.From, x.Until), o.Until})
		}
		left = rest
	}
	return slices.DeleteFunc(left, func(o Opening) bool { return !o.From.Before(o.Until) })
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// occurrences yields the windows that start in [from, until].
func (w Window) occurrences(from, until time.Time, yield func(Opening) bool) {
	if w.Days.Every == Never {
		return
	}
	zone := w.Zone
	if zone == nil {
		zone = time.UTC
	}
	from = later(from, w.From)
	// By the civil date, so that days of 23 and 25 hours do not matter. The
	// day before may reach in where the clock is set back.
	y, m, d := from.In(zone).AddDate(0, 0, -1).Date()
	for k := 0; ; k++ {
		civil := time.Date(y, m, d+k, 0, 0, 0, 0, time.UTC)
		start := wall(civil, w.At, zone)
		if start.After(until) {
			return
		}
		if start.Before(from) || !w.Days.on(civil, w.From.In(zone), w.From.IsZero()) {
			continue
		}
		if !yield(Opening{start, start.Add(w.Length)}) {
			return
		}
	}
}

// wall is when a clock in the zone shows a time of day. Where clocks skip that
// time it is as much later; where they show it twice it is the first.
func wall(date time.Time, at time.Duration, zone *time.Location) time.Time {
	y, m, d := date.Date()
	t := time.Date(y, m, d, 0, int(at/time.Minute), 0, 0, zone)
	for _, back := range []time.Duration{time.Hour, 30 * time.Minute} { // what clocks are set back by
		if before := t.Add(-back); before.Hour() == t.Hour() && before.Minute() == t.Minute() {
			return before
		}
	}
	return t
}

// on reports whether a window starts on a day.
func (d Days) on(date, since time.Time, unbound bool) bool {
	interval := max(1, d.Interval)
	y, m, dd := since.Date()
	first := time.Date(y, m, dd, 0, 0, 0, 0, time.UTC)
	if unbound { // a Monday, so that weeks have their usual bounds
		first = time.Date(1970, time.January, 5, 0, 0, 0, 0, time.UTC)
	}
	days := int(date.Sub(first) / day)
	switch d.Every {
	case Daily:
		return days%interval == 0 && (len(d.Weekdays) == 0 || slices.Contains(d.Weekdays, date.Weekday()))
	case Weekly:
		// Weeks begin on Monday, as RFC 5545 has it where nothing else is said.
		offset := (int(first.Weekday()) + 6) % 7
		weekdays := d.Weekdays
		if len(weekdays) == 0 {
			weekdays = []time.Weekday{first.Weekday()}
		}
		return (days+offset)/7%interval == 0 && slices.Contains(weekdays, date.Weekday())
	}
	months := (date.Year()-first.Year())*12 + int(date.Month()-first.Month())
	if months%interval != 0 {
		return false
	}
	if len(d.Weekdays) == 0 {
		return date.Day() == d.Monthday
	}
	if !slices.Contains(d.Weekdays, date.Weekday()) {
		return false
	}
	if d.Nth == Last {
		return date.AddDate(0, 0, 7).Month() != date.Month()
	}
	return (date.Day()-1)/7+1 == d.Nth
}

// String is the window in words.
func (w Window) String() string {
	if w.Days.Every == Never {
		return "any time"
	}
	zone := "UTC"
	if w.Zone != nil {
		zone = w.Zone.String()
	}
	s := fmt.Sprintf("%s at %02d:%02d %s for %s", w.Days, w.At/time.Hour, w.At%time.Hour/time.Minute, zone, words.Duration(w.Length))
	for i, x := range w.Exclusions {
		if i == 0 {
			s += ", but"
		} else {
			s += ","
		}
		const minute = "2006-01-02 15:04"
		scope := strings.ReplaceAll(string(x.Scope), "_", " ")
		s += fmt.Sprintf(" %s from %s to %s", scope, x.From.UTC().Format(minute), x.Until.UTC().Format(minute))
	}
	return s
}

func (d Days) String() string {
	var weekdays []string
	for _, w := range d.Weekdays {
		weekdays = append(weekdays, w.String()[:3])
	}
	on := strings.Join(weekdays, ", ")
	nth := map[int]string{1: "first", 2: "second", 3: "third", 4: "fourth", Last: "last"}
	every := func(unit string) string {
		if d.Interval > 1 {
			return fmt.Sprintf("every %d %ss", d.Interval, unit)
		}
		return "every " + unit
	}
	switch {
	case d.Every == Daily && on == "":
		return every("day")
	case d.Every == Daily:
		return every("day") + " that is " + on
	case d.Every == Weekly && on == "":
		return every("week")
	case d.Every == Weekly:
		return every("week") + " on " + on
	case on == "":
		return fmt.Sprintf("%s on day %d", every("month"), d.Monthday)
	}
	return fmt.Sprintf("%s on the %s %s", every("month"), nth[d.Nth], on)
}

// usable is the shortest opening that counts as time for maintenance in GKE.
const usable = 4 * time.Hour

// Available is how much time for some work there is in the days that begin at
// from, counting only stretches of four hours and more. GKE wants 48 hours of
// it in any 92 days (32, in older texts).
func (w Window) Available(work Work, from time.Time, days int) time.Duration {
	var sum time.Duration
	for _, o := range w.Openings(work, from, from.Add(time.Duration(days)*day)) {
		if o.Length() >= usable {
			sum += o.Length()
		}
	}
	return sum
}

// Scarcest is the stretch of so many days, of those that begin at a midnight
// in [from, until), with the least time available for some work.
func (w Window) Scarcest(work Work, from, until time.Time, days int) (begin time.Time, available time.Duration) {
	for at := from.UTC().Truncate(day); at.Before(until); at = at.Add(day) {
		if a := w.Available(work, at, days); begin.IsZero() || a < available {
			begin, available = at, a
		}
	}
	return begin, available
}

// clock reads a time of day such as 02:00.
func clock(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day, wants one such as 02:00", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
