package patching

import (
	"cmp"
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// MaintenanceWindowSet looks whether somebody chose when a provider maintains a database.
var MaintenanceWindowSet = check.Check{
	ID: "maintenance-window-set", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		for i := range p.Estate.Database.Instances {
			if p.Estate.Database.Instances[i].Window == "" {
				return true
			}
		}
		return false
	}},
	Run: windowed,
}

func windowed(p *check.Pass) {
	e := &p.Estate.Database
	for _, m := range fleet(p) {
		first := &e.Instances[m[0]]
		text := ""
		for _, i := range m {
			text = cmp.Or(text, e.Instances[i].Window)
		}
		if text == "" {
			continue
		}
		j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: first.Position,
			Evidence: []finding.Evidence{{Text: "its window is " + text, Position: first.Position}}}
		w, err := disruption.ParseEitherWindow(text)
		switch {
		case err != nil:
			j.Verdict, j.Message = finding.Unknown, fmt.Sprintf("%q is no window", text)
		case p.Catalog.Offering(first.Offering).Databases.ChosenByProvider(w.Length):
			j.Verdict, j.Message = finding.Unknown, "its window is one of "+words.Duration(w.Length)+", as "+
				j.Place.Offering.Provider+" chooses where nobody does"
			j.Fix = &finding.Fix{Summary: "set preferred_maintenance_window in code, outside of the peak"}
		default:
			j.Verdict, j.Message = finding.Held, "its maintenance window is set"
		}
		p.Report(j)
	}
}
