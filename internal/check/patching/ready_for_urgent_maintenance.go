package patching

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
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
				j.Evidence = append(j.Evidence, finding.Evidence{Text: "somebody is told of " + a.Event, Position: a.Position})
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
	text, _ := m.window(p)
	w, err := disruption.ParseEitherWindow(text)
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
	case text != "" && err == nil && w.Contains(at.From, false):
		return election{finding.Unknown, "its last failover was rehearsed in its window, which says nothing of other hours", "", drill}
	}
	return election{verdict: finding.Held, message: "a failover was rehearsed outside of its window, and somebody is told of the next one"}
}

// alerted says whether the alerts of a project tell an election from an outage.
//
// Source: the event types of the Atlas Admin API: NO_PRIMARY, and MAINTENANCE_STARTED and others of that kind.
func alerted(alerts []*database.Alert) election {
	on := func(is func(event string) bool) bool {
		return slices.ContainsFunc(alerts, func(a *database.Alert) bool { return a.On && is(a.Event) })
	}
	more := slices.ContainsFunc(alerts, func(a *database.Alert) bool { return a.More })
	switch {
	case alerts == nil:
		return election{finding.Unknown, "whether somebody is told of maintenance is not known", "",
			"give what atlas alerts settings list -o json prints, too"}
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

func noPrimary(event string) bool  { return event == "NO_PRIMARY" }
func maintained(event string) bool { return strings.HasPrefix(event, "MAINTENANCE_") }

func aboutElections(event string) bool {
	return noPrimary(event) || maintained(event) || event == "PRIMARY_ELECTED"
}
