package calendar

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Window is the calendar of one window of a provider.
type Window struct {
	*cloud.Window
	Offering *responsibility.Offering // nil where the catalog does not have it
	Written  []string
	Openings []disruption.Opening // in the range
	// Next is the first opening that begins after the range, where none is in it.
	Next    disruption.Opening
	Remarks []Remark
	// Roll is whether the nodes that are replaced in it fit into it; nil where none are.
	Roll *Roll
}

// windowsOf are the calendars of windows.
func windowsOf(ctx context.Context, c *responsibility.Catalog, all []cloud.Window, in Range, on *stage) ([]Window, error) {
	var made []Window
	for i := range all {
		w := Window{Window: &all[i], Offering: c.Offering(all[i].Offering)}
		for _, one := range w.Windows {
			w.Written = append(w.Written, one.String())
		}
		w.Openings = w.openings(in.From, in.Until)
		w.remarks(in)
		if w.Nodes {
			r, err := w.roll(ctx, in, on)
			if err != nil {
				return nil, err
			}
			w.Roll = &r
		}
		made = append(made, w)
	}
	return made, nil
}

// openings are those of all windows together, joined where they touch. With none that is
// set it is always open.
func (w *Window) openings(from, until time.Time) []disruption.Opening {
	if w.Manual {
		return nil
	}
	windows := w.Windows
	if len(windows) == 0 {
		windows = []disruption.Window{{}}
	}
	var all, joined []disruption.Opening
	for _, one := range windows {
		all = append(all, one.Openings(w.Work, from, until)...)
	}
	slices.SortFunc(all, func(a, b disruption.Opening) int { return a.From.Compare(b.From) })
	for _, o := range all {
		o.From, o.Until = o.From.In(from.Location()), o.Until.In(from.Location())
		if n := len(joined); n > 0 && !o.From.After(joined[n-1].Until) {
			if o.Until.After(joined[n-1].Until) {
				joined[n-1].Until = o.Until
			}
			continue
		}
		joined = append(joined, o)
	}
	return joined
}

// Track is the window as a track: open without a limit, or closed.
func (w *Window) Track(in Range) Track {
	t := Track{Reasons: []string{w.For}}
	add := func(from, until time.Time, open bool) {
		if !from.Before(until) {
			return
		}
		s := Stretch{From: from, Until: until, Limit: disruption.Limit{Unlimited: open}}
		n := disruption.Unlimited
		if !open {
			n, s.Limit.Number = 0, "0"
		}
		s.Allowed = &n
		t.Stretches = append(t.Stretches, s)
	}
	at := in.From
	for _, o := range w.Openings {
		add(at, o.From, false)
		add(o.From, o.Until, true)
		at = o.Until
	}
	add(at, in.Until, false)
	return t
}

// remarks are what there is to know of the window.
func (w *Window) remarks(in Range) {
	note := func(said string) {
		if r := (Remark{Text: said}); !slices.Contains(w.Remarks, r) {
			w.Remarks = append(w.Remarks, r)
		}
	}
	for _, said := range w.Notes {
		note(said)
	}
	switch {
	case w.Manual:
	case !w.Set:
		note("no window is set: the provider takes any time")
	case len(w.Openings) == 0:
		if later := w.openings(in.Until, in.Until.AddDate(1, 0, 0)); len(later) > 0 {
			w.Next = later[0]
			note("closed in all of this time; it opens next on " + later[0].From.Format("Mon 2 Jan 2006 15:04"))
		} else {
			note("closed in all of this time, and in the year after it")
		}
	}
	for _, one := range w.Windows {
		for _, x := range one.Exclusions {
			if x.Scope.Excludes(w.Work) && x.From.Before(in.Until) && x.Until.After(in.From) {
				said := fmt.Sprintf("excluded %s", Between(x.From.In(in.From.Location()), x.Until.In(in.From.Location())))
				if x.Name != "" {
					said += " (" + x.Name + ")"
				}
				note(said)
			}
		}
		_, was := in.From.Zone()
		_, is := in.Until.Zone()
		if was != is && one.Days.Every != disruption.Never && (one.Zone == nil || !shifts(one.Zone, in)) {
			note("clocks change in this time, and the window keeps to its own: by the clock here it moves by " +
				words.Duration(time.Duration(max(was-is, is-was))*time.Second))
		}
	}
	w.unbound(note)
}

// shifts reports whether a zone changes its clocks in a range.
func shifts(zone *time.Location, in Range) bool {
	_, was := in.From.In(zone).Zone()
	_, is := in.Until.In(zone).Zone()
	return was != is
}

// unbound notes what goes on whatever the window says.
func (w *Window) unbound(note func(string)) {
	if !w.Nodes || w.Manual || w.Offering == nil || w.Offering.Contract == nil {
		return
	}
	var all []string
	for _, t := range w.Offering.Contract.Terms {
		if t.Windows == contract.Ignored && !slices.Contains(all, t.Title()) {
			all = append(all, t.Title())
		}
	}
	if len(all) > 0 {
		note("asks no window: " + words.And(all))
	}
}

// terms are those of the contract that go by the window.
func (w *Window) terms() (contract.Terms, bool) {
	if w.Offering == nil || w.Offering.Contract == nil {
		return contract.Terms{}, false
	}
	if w.Control != "" && w.Offering.Facts != nil {
		for _, f := range w.Offering.Facts.Triggers {
			if f.Windows.Control == w.Control {
				return w.Offering.Contract.TermsOf(f), true
			}
		}
		return contract.Terms{}, false
	}
	return w.Offering.Contract.Routine(), true
}

// roll plays what goes in the window on the nodes that were read.
func (w *Window) roll(ctx context.Context, in Range, on *stage) (Roll, error) {
	r := Roll{Fits: finding.Unknown}
	t, ok := w.terms()
	switch {
	case !ok:
		r.Why = "the catalog has no terms for it"
		return r, nil
	case on.why != "":
		r.Why = on.why
		return r, nil
	case !slices.ContainsFunc(on.Offerings, func(o *responsibility.Offering) bool { return o.ID == w.Offering.ID }):
		r.Why = "nothing that was read beside it runs on " + w.Offering.Title
		return r, nil
	}
	if r.Opening.From = in.From; !w.Manual {
		first, found := w.first(in)
		if r.Opening, r.Never = first, !found; !found {
			return r, nil
		}
	}
	r.Always = w.Manual || len(w.Windows) == 0 || !w.Set
	r.Title, r.Runs, r.Assumed = t.Title(), runsFor(on.Pods()), on.MadeUp() > 0
	roll := forecast.Roll{
		Trigger: simulate.Trigger{Kind: t.Trigger, Move: t.Name, Pool: w.Pool}, From: r.Opening.From, Within: Longest, Runs: r.Runs,
	}
	if w.Rolling != (contract.Rolling{}) {
		roll.Terms = []simulate.PoolTerms{{Pool: w.Pool, Unavailable: &w.Rolling.Unavailable}}
	}
	return w.play(ctx, r, roll, on)
}

// first is the first opening that begins in the range or after it, whole; one that is
// under way counts where it is the only one.
func (w *Window) first(in Range) (disruption.Opening, bool) {
	all := w.openings(in.From.AddDate(0, 0, -8), in.Until.AddDate(0, 3, 0))
	for _, o := range all {
		if !o.From.Before(in.From) || len(all) == 1 && o.Until.After(in.From) {
			return o, true
		}
	}
	return disruption.Opening{}, false
}

// play plays the roll in windows of several lengths.
func (w *Window) play(ctx context.Context, r Roll, roll forecast.Roll, on *stage) (Roll, error) {
	in := func(length, within time.Duration) (forecast.Replacement, error) {
		x := roll
		x.Within = within
		if length > 0 {
			closes := roll.From.Add(length)
			x.Window.Exclusions = []disruption.Exclusion{{From: closes, Until: closes.AddDate(5, 0, 0), Scope: disruption.NoUpgrades}}
		}
		return on.Roll(ctx, x)
	}
	whole, err := in(0, Longest)
	if err != nil {
		r.Why = err.Error()
		return r, ctx.Err()
	}
	if !r.possible(&whole, "none of its nodes was read") {
		return r, nil
	}
	r.AtLeast, _ = on.AtLeast(roll)
	r.Smallest, err = smallest(whole.Takes, func(length time.Duration) (forecast.Replacement, error) {
		return in(length, whole.Takes+length+time.Hour)
	})
	if err != nil {
		return r, err
	}
	if length := r.Opening.Length(); r.Always || r.Smallest <= length {
		r.Fits, r.Openings, r.Done = finding.Held, 1, roll.From.Add(r.Takes)
		return r, nil
	}
	some, err := in(r.Opening.Length(), r.Opening.Length()+r.Takes)
	if err != nil {
		return r, err
	}
	if r.Fits, r.InOpening = finding.Broken, some.Nodes-some.Left; r.Assumed {
		r.Fits = finding.Unknown
	}
	roll.Window = w.Windows[0]
	real, err := on.Roll(ctx, roll)
	if err == nil && real.Left == 0 {
		r.Done = roll.From.Add(real.Takes)
		r.Openings = len(w.openings(roll.From, r.Done))
	}
	return r, err
}
