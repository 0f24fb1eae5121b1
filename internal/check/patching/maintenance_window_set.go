package patching

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// MaintenanceWindowSet looks whether somebody chose when a provider maintains a database.
var MaintenanceWindowSet = check.Check{
	ID: "maintenance-window-set", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		return slices.ContainsFunc(fleet(p), func(m members) bool {
			text, none := m.window(p)
			return text == "" && !none && m.project(p) == nil
		})
	}},
	Run: windowed,
}

// window is in which one its members are maintained, as the first that tells it writes it; none says that one is told to
// have none.
func (m members) window(p *check.Pass) (text string, none bool) {
	for _, i := range m {
		x := &p.Estate.Database.Instances[i]
		text, none = cmp.Or(text, x.Window), none || x.NoWindow
	}
	return text, none
}

func windowed(p *check.Pass) {
	e := &p.Estate.Database
	for _, m := range fleet(p) {
		first := &e.Instances[m[0]]
		j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: first.Position}
		text, none := m.window(p)
		switch project := m.project(p); {
		case none:
			j.Evidence = []finding.Evidence{{Text: "its inventory says that it has none", Position: first.Position}}
			unset(&j)
		case text != "":
			j.Evidence = []finding.Evidence{{Text: "its window is " + text, Position: first.Position}}
			chosen(p, &j, text, first.Offering)
		case project == nil:
			continue
		case !project.Set:
			j.Evidence = []finding.Evidence{{Text: "its project has no window", Position: project.Position}}
			unset(&j)
		default:
			j.Evidence = []finding.Evidence{{Text: "its project has a window", Position: project.Position}}
			if j.Verdict, j.Message = finding.Held, "its project has a maintenance window and protected hours"; !project.Protected {
				j.Verdict, j.Message = finding.Unknown, "its project has a maintenance window, and no protected hours are told"
				j.Fix = &finding.Fix{Summary: "set protected hours over the hours of business"}
			}
		}
		p.Report(j)
	}
}

// unset is the judgement where nobody chose a window.
func unset(j *check.Judgement) {
	j.Verdict, j.Message = finding.Broken, "nobody chose when it is maintained"
	j.Consequence = j.Place.Offering.Provider + " chooses, and that may be the busiest hour of the week."
	j.Fix = &finding.Fix{Summary: "set a maintenance window in code, outside of the peak"}
}

// chosen judges a window that is told.
func chosen(p *check.Pass, j *check.Judgement, text, offering string) {
	w, err := disruption.ParseEitherWindow(text)
	switch {
	case err != nil:
		j.Verdict, j.Message = finding.Unknown, fmt.Sprintf("%q is no window", text)
		j.Fix = &finding.Fix{Summary: "write it as sun:02:00-sun:04:00, or none where nobody chose one"}
	case p.Catalog.Offering(offering).Databases.ChosenByProvider(w.Length):
		j.Verdict, j.Message = finding.Unknown, "its window is one of "+words.Duration(w.Length)+", as "+
			j.Place.Offering.Provider+" chooses where nobody does"
		j.Fix = &finding.Fix{Summary: "set preferred_maintenance_window in code, outside of the peak"}
	default:
		j.Verdict, j.Message = finding.Held, "its maintenance window is set"
	}
}
