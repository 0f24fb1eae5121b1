package report

import (
	"cmp"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// calendarPage is what node budgets really do, pool by pool.
func calendarPage(c published.Calendar) page {
	c = legible(c)
	zone, err := time.LoadLocation(c.Zone)
	from, _ := time.Parse(time.RFC3339, c.From)
	until, _ := time.Parse(time.RFC3339, c.Until)
	if err != nil || c.Zone == "" || c.Zone == "Local" {
		zone = from.Location()
	}
	from, until = from.In(zone), until.In(zone)
	p := page{title("What " + words.And(subjectsOf(&c)) + " do, " + daysWords(from, until))}
	said := "Times are in " + c.Zone + "."
	if len(c.Pools) > 0 {
		said = "Times are in " + c.Zone + "; schedules of node budgets are in UTC."
	}
	for _, change := range c.Clocks {
		if at, err := time.Parse(time.RFC3339, change.At); err == nil {
			said += " " + at.In(zone).Format("Mon 2 Jan 15:04") + ": " + change.Words + "."
		}
	}
	p = append(p, prose(said))
	for i := range c.Pools {
		p = append(p, poolSection(&c.Pools[i], zone))
	}
	for i := range c.Windows {
		p = append(p, windowSection(&c.Windows[i], zone))
	}
	if l := c.LeftOut; l != nil {
		p = append(p, prose("Left out by --namespace "+words.And(l.Namespaces)+": "+words.Count(l.Pools, "pool")+
			" on whose nodes none of its pods runs."))
	}
	if u := c.Unplaced; u != nil {
		none := "No pod of " + words.And(u.Namespaces) + " is"
		if len(u.Namespaces) > 1 {
			none = "Not each of " + words.And(u.Namespaces) + " has a pod"
		}
		p = append(p, prose(none+" on a node of a pool, as far as was read, so that "+
			words.Count(u.Pools, "pool")+" "+words.Agree(u.Pools, "is", "are")+" shown on which they may run."))
	}
	if len(c.Pools) == 0 {
		return append(p, prose(noneSign+" closed, "+openSign+" open: work may begin, and goes on at the end of it."),
			unreadSection(c.Unread, c.Unreadable))
	}
	return append(p, prose(noneSign+" no node goes, "+freeSign+" no limit, a number: so many nodes at once. "+
		"Budgets limit how many are on their way at the same time, and not how many go in a period."), unreadSection(c.Unread, c.Unreadable))
}

// daysWords are the days from a midnight to the one before another, or else two times.
func daysWords(from, until time.Time) string {
	midnight := func(t time.Time) bool { return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 }
	if !midnight(from) || !midnight(until) {
		return from.Format("Mon 2 Jan 2006 15:04") + " to " + until.Format("Mon 2 Jan 2006 15:04")
	}
	last := until.AddDate(0, 0, -1)
	if last.Format(time.DateOnly) == from.Format(time.DateOnly) {
		return last.Format("Mon 2 Jan 2006")
	}
	if last.Year() == from.Year() {
		return from.Format("Mon 2 Jan") + " to " + last.Format("Mon 2 Jan 2006")
	}
	return from.Format("Mon 2 Jan 2006") + " to " + last.Format("Mon 2 Jan 2006")
}

// poolSection is one pool.
func poolSection(x *published.CalendarPool, zone *time.Location) block {
	head := "NodePool " + x.Subject.Name
	if x.Subject.Unit != "" {
		head += " of " + x.Subject.Unit
	}
	head += ": " + cmp.Or(x.Title, "platform unknown")
	if x.Nodes != nil {
		head += ", " + words.Count(*x.Nodes, "node")
	} else {
		head += ", no nodes read"
	}
	s := section{head: head}
	for _, t := range x.Tracks {
		s.body = append(s.body, hoursOf(words.And(t.Reasons), zone, t))
	}
	s.body = append(s.body, writtenOf(x))
	var remarks bullets
	for _, r := range x.Remarks {
		said := r.Text
		if r.Obligation != "" {
			said += " (" + r.Obligation + ")"
		}
		remarks = append(remarks, said)
	}
	if len(x.Unbound) > 0 {
		remarks = append(remarks, "asks no budget: "+words.And(x.Unbound))
	}
	remarks = append(remarks, "roll: "+rollSaid(&x.Roll))
	s.body = append(s.body, remarks)
	return s
}

// subjectsOf is what a calendar is of.
func subjectsOf(c *published.Calendar) []string {
	var all []string
	if len(c.Pools) > 0 || len(c.Windows) == 0 {
		all = append(all, "node budgets")
	}
	if len(c.Windows) > 0 {
		all = append(all, "maintenance windows")
	}
	return all
}

// windowSection is one window.
func windowSection(w *published.CalendarWindow, zone *time.Location) block {
	head := ofUnit(w.Subject.Kind+" "+w.Subject.Name, w.Subject.Unit)
	s := section{head: head + ": " + cmp.Or(w.Title, w.Offering) + ", " + w.For}
	if w.Track != nil {
		grid := hoursOf(w.For, zone, *w.Track)
		grid.window = true
		s.body = append(s.body, grid)
	}
	var said bullets
	for i, text := range w.Written {
		if text != "any time" {
			said = append(said, "as written: "+text)
		}
		if i == 0 && w.Position.File != "" && len(said) > 0 {
			said[0] += ", " + w.Position.String()
		}
	}
	for _, r := range w.Remarks {
		said = append(said, r.Text)
	}
	if w.Roll != nil {
		said = append(said, "roll: "+rollSaid(w.Roll))
	}
	s.body = append(s.body, said)
	return s
}

// rollSaid is whether a roll fits, with what is proved and played.
func rollSaid(r *published.CalendarRoll) string {
	if r.AtLeast <= 0 {
		return r.Words
	}
	return r.Words + ". There no order of events is done before " + words.Seconds(r.AtLeast) + ", and the slowest of " +
		words.Count(r.Runs, "run") + " was after " + words.Seconds(r.Takes)
}

// writtenOf are the budgets as they are written, each with what it does.
func writtenOf(x *published.CalendarPool) block {
	var list entries
	if x.Default {
		list = append(list, entry{name: "no budgets", beside: "are written, so the API server gives it one of 10%"})
		return list
	}
	for i, e := range x.Written {
		line := entry{name: fmt.Sprintf("budget %d", i+1), beside: e.Text}
		if e.Position.File != "" {
			line.beside += ", " + e.Position.String()
		}
		if e.Means != "" {
			line.under = []string{e.Means}
		}
		list = append(list, line)
	}
	return list
}

// unreadSection is what could not be read.
func unreadSection(unread []origin.Unread, faults []origin.Fault) block {
	var list bullets
	for _, u := range unread {
		list = append(list, u.Words())
	}
	for _, f := range faults {
		list = append(list, f.String())
	}
	return section{"could not be read", []block{list}}
}

// ofUnit is what something is called, with its unit where there are several.
func ofUnit(name, unit string) string {
	if unit == "" {
		return name
	}
	return name + " of " + unit
}
