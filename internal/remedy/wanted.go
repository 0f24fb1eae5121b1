package remedy

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
)

// unwanted gives a workload of one pod a low severity where too little tells that its
// owner wants several, or would mind its absence; else it is told what does. That its
// chart has values for several is one such thing.
func (x *Fitter) unwanted(u *estate.Unit, f *finding.Finding) {
	if f.Wanted == nil || f.Severity == "low" || f.BlocksNodes {
		return
	}
	told, hints := slices.Clone(f.Wanted.Told), f.Wanted.Hints
	if f.Wanted.Value && x.valued(u, f) {
		told, hints = append(told, "its chart has values for several"), false
	}
	said := "reasons for more than one: " + strings.Join(told, "; ")
	switch {
	case len(told) == 0:
		said = "nothing that was read asks for more than one of it: no autoscaler may run several"
	case len(told) < f.Wanted.Needs || hints:
		said = "little tells that its owner wants more than one of it: " + strings.Join(told, "; ")
	}
	if len(told) < f.Wanted.Needs || hints {
		f.Severity, f.SeverityBecause = "low", said
	}
	f.Evidence = append(slices.Clone(f.Evidence), finding.Evidence{Text: said})
}

// valued reports whether the chart of a unit has values that mend a finding; where enough
// was rendered to try any, whether its template takes the number from one.
func (x *Fitter) valued(u *estate.Unit, f *finding.Finding) bool {
	if u.Chart == nil || len(f.Fix.Values) > 0 {
		return len(f.Fix.Values) > 0
	}
	return x.renders == 0 && len(u.Chart.Named(f.Position.File, f.Position.Line, "replicas")) > 0
}
