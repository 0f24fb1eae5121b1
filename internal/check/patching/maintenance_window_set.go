package patching

import (
	"cmp"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
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

// byItself is how long a window is that AWS chose.
const byItself = 30 * time.Minute

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
		w, err := disruption.ParseAWSWindow(text)
		if err != nil {
			w, err = disruption.ParseWindow(text)
		}
		switch {
		case err != nil:
			j.Verdict, j.Message = finding.Unknown, fmt.Sprintf("%q is no window", text)
		case w.Length <= byItself && (first.Offering == "rds" || first.Offering == "aurora"):
			j.Verdict, j.Message = finding.Unknown, "its window is one of 30 minutes, as AWS chooses where nobody does"
			j.Fix = &finding.Fix{Summary: "set preferred_maintenance_window in code, outside of the peak"}
		default:
			j.Verdict, j.Message = finding.Held, "its maintenance window is set"
		}
		p.Report(j)
	}
}
