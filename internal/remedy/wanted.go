package remedy

import (
	"fmt"
	"path/filepath"
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
	off, offers := offered(u, f)
	off = off && f.Severity == "high"
	if offers != "" {
		told, hints = append(told, offers), false
	}
	said := "reasons for more than one: " + strings.Join(told, "; ")
	switch {
	case len(told) == 0:
		said = "nothing that was read asks for more than one of it: no autoscaler may run several"
	case (len(told) < f.Wanted.Needs || hints) && !off:
		said = "little tells that its owner wants more than one of it: " + strings.Join(told, "; ")
	}
	if len(told) < f.Wanted.Needs || hints {
		f.Severity, f.SeverityBecause = "low", said
		if off {
			f.Severity = "medium"
		}
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

// Names below which charts keep the settings of an autoscaler, and those of its minimum.
var (
	scalerValues  = []string{"autoscaling", "hpa", "autoscaler", "horizontalPodAutoscaler", "keda", "horizontalScaling"}
	minimumValues = []string{"minReplicas", "minReplicaCount", "min"}
)

// offered says what the values of a chart have for several pods of a workload, though it is made
// with one: a number of its own that other values replace, or an autoscaler of two or more, which
// is switched off. What outsiders wait for weighs by the latter: its author has foreseen that
// several run, and who installs it has to ask for it.
func offered(u *estate.Unit, f *finding.Finding) (off bool, said string) {
	if u.Chart == nil || u.Chart.Default == nil {
		return false, ""
	}
	for _, key := range u.Chart.Named(f.Position.File, f.Position.Line, "replicas") {
		above := key[:strings.LastIndexByte(key, '.')+1]
		for _, name := range scalerValues {
			if _, on := u.Chart.Line(above + name + ".enabled"); on != false {
				continue
			}
			for _, least := range minimumValues {
				if _, v := u.Chart.Line(above + name + "." + least); twoOrMore(v) {
					return true, fmt.Sprintf("its chart has an autoscaler of at least %v pods, which is switched off (%s)", v, above+name)
				}
			}
		}
		// What the chart begins with is in force where nothing replaces it: it decides nothing then.
		if at, v := u.Chart.Default(key); twoOrMore(v) && !u.OwnValues {
			return false, fmt.Sprintf("its chart runs %v unless it is told otherwise (%s, %s:%d)", v, key, filepath.ToSlash(at.File), at.Line)
		}
	}
	return false, ""
}

// twoOrMore reports whether a value is a number of two or more.
func twoOrMore(v any) bool {
	n, is := v.(float64)
	return is && n >= 2
}
