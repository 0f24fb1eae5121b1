package patching

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// ReadyForUrgentMaintenance looks whether an election at any hour was rehearsed, and whether somebody is told of maintenance
// and of a set without a primary. What batch jobs and releases do meanwhile it cannot tell.
var ReadyForUrgentMaintenance = check.Check{
	ID: "ready-for-urgent-maintenance", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		return slices.ContainsFunc(fleet(p), func(m members) bool { return !m.tested(p).Known() && m.alerts(p) == nil })
	}},
	Run: ready,
}

// quarter is how old the last rehearsal may be.
const quarter = 90 * 24 * time.Hour

func ready(p *check.Pass) {
	for _, m := range fleet(p) {
		alerts := m.alerts(p)
		if !m.tested(p).Known() && alerts == nil {
			continue
		}
		e := &p.Estate.Database
		j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: e.Instances[m[0]].Position}
		worst := m.rehearsed(p)
		if told := alerted(alerts); rankOf(told.verdict) < rankOf(worst.verdict) {
			worst = told
		}
		j.Verdict, j.Message = worst.verdict, worst.message
		if j.Verdict == finding.Broken {
			j.Consequence = worst.consequence
		}
		if worst.do != "" {
			j.Fix = &finding.Fix{Summary: worst.do}
		}
		if at := m.tested(p); at.Known() {
			j.Evidence = append(j.Evidence, finding.Evidence{Text: "its last failover was rehearsed on " + on(at), Position: j.Position})
		}
		for _, a := range alerts {
			if a.On && aboutElections(a.Event) {
				j.Evidence = append(j.Evidence, finding.Evidence{Text: "somebody is told of " + a.Event + of(a), Position: a.Position})
			}
		}
		if len(j.Evidence) == 0 {
			j.Evidence = []finding.Evidence{{Text: words.Count(len(alerts), "alert") + " of its project, none of them on this",
				Position: alerts[0].Position}}
		}
		p.Report(j)
	}
}

// tested is when a failover of a database was last rehearsed, by the latest of its members.
func (m members) tested(p *check.Pass) (last database.Moment) {
	for _, i := range m {
		if at := p.Estate.Database.Instances[i].Tested; at.From.After(last.From) {
			last = at
		}
	}
	return last
}

// rehearsed says whether a failover was rehearsed, lately and at an hour that the window does not choose.
func (m members) rehearsed(p *check.Pass) election {
	const drill = "rehearse a failover at the peak, once a quarter: atlas clusters failover NAME (M10 and above)"
	at := m.tested(p)
	in, windows := m.inWindow(p, at.From)
	switch {
	case !at.Known():
		return election{finding.Unknown, "whether a failover of it was rehearsed is not told", "",
			drill + "; and write the day into the inventory, as tested"}
	case p.Estate.Today.Sub(at.Until) > quarter:
		return election{finding.Broken, fmt.Sprintf("its last failover was rehearsed on %s, %s ago", on(at),
			words.Count(int(p.Estate.Today.Sub(at.From)/(24*time.Hour)), "day")),
			"Urgent maintenance asks no window, and what has changed since meets its first election then.", drill}
	case at.From.After(p.Estate.Today):
		return election{finding.Unknown, "its failover is to be rehearsed on " + on(at) + ", and was not yet", "", drill}
	case !at.Hour():
		return election{finding.Unknown, "its last failover was rehearsed on " + on(at) + "; at what hour is not told", "",
			"write the hour into the inventory, such as 2026-11-12T14:00:00Z"}
	case in:
		return election{finding.Unknown, "its last failover was rehearsed in its window, which says nothing of other hours", "", drill}
	case windows == unread:
		return election{finding.Unknown, "its last failover was rehearsed on " + on(at) + "; whether that was in its window is not known", "",
			"write its window into the inventory, such as sun:02:00-sun:04:00"}
	case windows == without:
		return election{verdict: finding.Held, message: "a failover was rehearsed at an hour that is told, and somebody hears of the next one"}
	}
	return election{verdict: finding.Held, message: "a failover was rehearsed outside of its window, and somebody is told of the next one"}
}

// knownWindow is what is known of the window of a database.
type knownWindow int

const (
	without knownWindow = iota // it has none, or none is told of
	unread                     // it has one that cannot be read, or whose project is not known
	read
)

// inWindow reports whether a moment is in the window of a database: its own, or else that of its project.
func (m members) inWindow(p *check.Pass, at time.Time) (in bool, windows knownWindow) {
	if text, none := m.window(p); text != "" {
		w, err := disruption.ParseEitherWindow(text)
		if err != nil {
			return false, unread
		}
		return w.Contains(at, false), read
	} else if none {
		return false, without
	}
	of := m.project(p)
	switch {
	case of == nil && slices.ContainsFunc(projectsOf(p).windows[p.Estate.Database.Instances[m[0]].Offering],
		func(w *cloud.Window) bool { return w.Set }):
		return false, unread
	case of == nil || !of.Set:
		return false, without
	}
	return slices.ContainsFunc(of.Windows, func(w disruption.Window) bool { return w.Contains(at, false) }), read
}

// alerted says whether the alerts of a project tell an election from an outage.
//
// Source: the event types of the Atlas Admin API: NO_PRIMARY, and MAINTENANCE_STARTED. That of maintenance in advance,
// or of maintenance that is needed no longer, is not sent when urgent maintenance begins.
func alerted(alerts []*database.Alert) election {
	on := func(is func(event string) bool) bool {
		return slices.ContainsFunc(alerts, func(a *database.Alert) bool { return a.On && !a.Some && is(a.Event) })
	}
	some := func(is func(event string) bool) bool {
		return slices.ContainsFunc(alerts, func(a *database.Alert) bool { return a.On && a.Some && is(a.Event) })
	}
	more := slices.ContainsFunc(alerts, func(a *database.Alert) bool { return a.More })
	switch {
	case alerts == nil:
		return election{finding.Unknown, "whether somebody is told of maintenance is not known", "",
			"give what atlas alerts settings list -o json prints, too"}
	case !on(noPrimary) && some(noPrimary), on(noPrimary) && !on(maintained) && some(maintained):
		return election{finding.Unknown,
			"an alert of its project is on some of its databases alone, by matchers; whether on this one is not known", "",
			"have NO_PRIMARY and MAINTENANCE_STARTED alert without matchers"}
	case !on(noPrimary) && !more:
		return election{finding.Broken, "no alert of its project says that a set has no primary (NO_PRIMARY)",
			"An election that urgent maintenance begins and that does not end is found out by those who cannot write.",
			"have NO_PRIMARY alert the channel of who is on call"}
	case !on(noPrimary), !on(maintained) && more:
		return election{finding.Unknown, "the list of alerts goes on, and the rest was not read", "", "give all pages of the list"}
	case !on(maintained):
		return election{finding.Unknown, "no alert of its project says that maintenance began: an election is not told from a fault", "",
			"have MAINTENANCE_STARTED alert the channel of who is on call"}
	}
	return election{verdict: finding.Held, message: "somebody is told of maintenance, and of a set without a primary"}
}

// of says of which databases an alert is.
func of(a *database.Alert) string {
	if a.Some {
		return ", by matchers"
	}
	return ""
}

func noPrimary(event string) bool  { return event == "NO_PRIMARY" }
func maintained(event string) bool { return event == "MAINTENANCE_STARTED" }

func aboutElections(event string) bool {
	return noPrimary(event) || maintained(event) || event == "PRIMARY_ELECTED"
}
