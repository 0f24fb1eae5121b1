package publish

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/calendar"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// Dated is what a calendar was made of: a whole, and the pools of each of its units.
type Dated struct {
	*estate.Whole
	calendar.Range
	Pools   [][]calendar.Pool
	Windows [][]calendar.Window
	Config  string
	// LeftOut is how many pools are not shown, as no pod of some namespaces runs on their
	// nodes; Unplaced how many are though, as no node that was read has one.
	LeftOut, Unplaced int
	Namespaces        []string
}

// Calendar is what node budgets really do.
func Calendar(d Dated) published.Calendar {
	c := published.Calendar{
		Head: published.Head{Schema: published.CalendarSchema}, From: stamp(d.From), Until: stamp(d.Until), Zone: d.From.Location().String(),
		Clocks: clocks(d.Range), Config: d.Config, Pools: []published.CalendarPool{},
		Windows: []published.CalendarWindow{},
		Unread:  append([]origin.Unread{}, d.Unread()...), Unreadable: append([]origin.Fault{}, d.Unreadable...),
	}
	if d.LeftOut > 0 {
		c.LeftOut = &published.PoolsLeftOut{Namespaces: d.Namespaces, Pools: d.LeftOut}
	}
	if d.Unplaced > 0 {
		c.Unplaced = &published.PoolsUnplaced{Namespaces: d.Namespaces, Pools: d.Unplaced}
	}
	for i, pools := range d.Pools {
		for k := range pools {
			p := calendarPool(&pools[k])
			if len(d.Units) > 1 || d.Units[i].Kind != estate.Files {
				p.Subject.Unit = d.Units[i].Name
			}
			c.Pools = append(c.Pools, p)
		}
	}
	for i, windows := range d.Windows {
		for k := range windows {
			w := calendarWindow(&windows[k], d.Range)
			if len(d.Units) > 1 || d.Units[i].Kind != estate.Files {
				w.Subject.Unit = d.Units[i].Name
			}
			c.Windows = append(c.Windows, w)
		}
	}
	return c
}

func calendarWindow(x *calendar.Window, in calendar.Range) published.CalendarWindow {
	w := published.CalendarWindow{
		Subject: finding.Subject{Kind: x.Kind, Name: x.Name}, Position: x.Position, Offering: x.Window.Offering, For: x.For, Set: x.Set,
		Manual: x.Manual, Written: append([]string{}, x.Written...), Remarks: []published.CalendarRemark{},
	}
	if x.Offering != nil {
		w.Title = x.Offering.Title
	}
	if !x.Manual {
		t := calendarTrack(x.Track(in))
		w.Track = &t
	}
	if !x.Next.From.IsZero() {
		w.Next = stamp(x.Next.From)
	}
	for _, r := range x.Remarks {
		w.Remarks = append(w.Remarks, published.CalendarRemark{Obligation: r.Obligation, Text: r.Text})
	}
	if x.Roll != nil {
		r := calendarRoll(x.Roll)
		w.Roll = &r
	}
	return w
}

func calendarTrack(t calendar.Track) published.CalendarTrack {
	out := published.CalendarTrack{Reasons: t.Reasons}
	for i := range t.Stretches {
		out.Stretches = append(out.Stretches, calendarStretch(&t.Stretches[i]))
	}
	return out
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

// clocks are the changes of clocks in a range.
func clocks(in calendar.Range) []published.ClockChange {
	all := []published.ClockChange{}
	for at := in.From; ; {
		_, end := at.ZoneBounds()
		if end.IsZero() || !end.Before(in.Until) {
			return all
		}
		before, was := end.Add(-time.Second).Zone()
		after, is := end.Zone()
		way, by := "forward", is-was
		if by < 0 {
			way, by = "back", -by
		}
		said := fmt.Sprintf("clocks go %s by %s, from %s to %s", way, words.Duration(time.Duration(by)*time.Second), before, after)
		if by == 0 {
			said = fmt.Sprintf("clocks are called %s from then on, and %s before", after, before)
		}
		all = append(all, published.ClockChange{At: stamp(end), Words: said})
		at = end
	}
}

func calendarPool(x *calendar.Pool) published.CalendarPool {
	p := published.CalendarPool{
		Subject: finding.Subject{Kind: "NodePool", Name: x.Name}, Position: x.Position, Basis: string(x.Place.Basis), Nodes: x.Nodes,
		Default: x.Default, Written: []published.CalendarEntry{}, Tracks: []published.CalendarTrack{}, Remarks: []published.CalendarRemark{},
		Expires: []published.CalendarExpiry{}, Unbound: append([]string{}, x.Unbound...), Roll: calendarRoll(&x.Roll),
	}
	if o := x.Place.Offering; o != nil {
		p.Offering, p.Title = o.ID, o.Title
	}
	for _, e := range x.Entries {
		p.Written = append(p.Written, published.CalendarEntry{Text: e.Written, Means: e.Means, Counts: e.Counts, Position: e.Position})
	}
	for _, t := range x.Tracks {
		p.Tracks = append(p.Tracks, calendarTrack(t))
	}
	for _, r := range x.Remarks {
		p.Remarks = append(p.Remarks, published.CalendarRemark{Obligation: r.Obligation, Text: r.Text})
	}
	for _, e := range x.Expires {
		p.Expires = append(p.Expires, published.CalendarExpiry{At: stamp(e.At), Nodes: slices.Clone(e.Nodes)})
	}
	return p
}

func calendarStretch(s *calendar.Stretch) published.CalendarStretch {
	out := published.CalendarStretch{From: stamp(s.From), Until: stamp(s.Until), State: "limited", Limit: s.Limit.String()}
	switch {
	case s.Open():
		out.State = "unlimited"
	case s.Closed():
		out.State = "closed"
	}
	if s.Allowed != nil && *s.Allowed != disruption.Unlimited {
		out.Allowed = s.Allowed
	}
	return out
}

func calendarRoll(r *calendar.Roll) published.CalendarRoll {
	out := published.CalendarRoll{
		Fits: r.Fits, Words: rollWords(r), Disruption: r.Title, Nodes: r.Nodes, Assumed: r.Assumed, Runs: r.Runs, Opens: "sometimes",
		Pace:     r.Pace,
		Smallest: r.Smallest.Seconds(), Takes: r.Takes.Seconds(), AtLeast: r.AtLeast.Seconds(), Openings: r.Openings,
	}
	switch {
	case r.Never:
		out.Opens = "never"
	case r.Always:
		out.Opens = "always"
	case r.Opening.From.IsZero():
		out.Opens = "unknown"
	default:
		out.From = stamp(r.Opening.From)
		if !r.Opening.Until.IsZero() {
			out.Until = stamp(r.Opening.Until)
		}
		if r.Fits != finding.Held && r.Smallest > 0 {
			out.InOpening = &r.InOpening
		}
	}
	if !r.Done.IsZero() && !r.Always {
		out.Done = stamp(r.Done)
	}
	return out
}

// rollWords say whether a roll fits, and the smallest window that would do.
func rollWords(r *calendar.Roll) string {
	if r.Smallest == 0 {
		switch {
		case r.Never:
			return "never: nodes do not go for drift; how large a window would do is unknown: " + r.Why
		case r.Fits == finding.Broken:
			return r.Why
		}
		return "unknown: " + r.Why
	}
	nodes := words.Count(r.Nodes, "node")
	if r.Assumed {
		nodes += " (assumed)"
	}
	would := "; the smallest window that would do is " + words.Duration(r.Smallest)
	switch r.Pace {
	case "": // that of the platform
	case "no limit":
		would += ", with all at once"
	default:
		would += ", with " + r.Pace + " at once"
	}
	switch {
	case r.Never:
		return fmt.Sprintf("never: %s of %s does not happen%s", r.Title, nodes, would)
	case r.Always:
		return fmt.Sprintf("%s of %s fits: nothing closes, and it takes %s%s", r.Title, nodes, words.Duration(r.Takes), would)
	case r.Opening.Until.IsZero():
		return fmt.Sprintf("%s of %s fits from %s on, which has no end%s", r.Title, nodes, r.Opening.From.Format("Mon 2 Jan 15:04"), would)
	}
	opening := fmt.Sprintf("%s, %s", calendar.Between(r.Opening.From, r.Opening.Until), words.Duration(r.Opening.Length()))
	if r.Fits == finding.Held {
		return fmt.Sprintf("%s of %s fits into one opening (%s)%s", r.Title, nodes, opening, would)
	}
	said := fmt.Sprintf("%s of %s does not fit into one opening (%s), which takes %d of them%s", r.Title, nodes, opening, r.InOpening, would)
	if !r.Done.IsZero() {
		return said + fmt.Sprintf("; as it is it needs %s, until %s", words.Count(r.Openings, "opening"), r.Done.Format("Mon 2 Jan 15:04"))
	}
	return said + fmt.Sprintf("; as it is it is not done in %d weeks", calendar.Longest/(7*24*time.Hour))
}
