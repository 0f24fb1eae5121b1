package remedy

import (
	"context"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// autoscaled has the autoscaler of a chart keep two pods of a workload whose template
// leaves their number to it: a number that was written there would be taken back each time
// the chart is installed with that on. It is nil where no such autoscaler mends the finding.
func (x chartFixes) autoscaled(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	if !leavesReplicas(u, f.Fix) {
		return nil
	}
	_, creates := settingsOf(u.Chart, f.Fix)
	for _, set := range autoscalersOf(u, f) {
		after, refused := x.with(ctx, u, set)
		if refused != nil {
			continue
		}
		if fix, _ := x.set(ctx, u, f, set, after, creates); fix != nil {
			fix.Raise, fix.Summary = nil, "have its autoscaler keep two, for which its chart has values"
			if len(fix.Changes) > 0 {
				fix.Summary += finding.AddsPDB.Words()
			}
			return fix
		}
	}
	return nil
}

// leavesReplicas reports whether a fix asks for more replicas in a template that writes no
// number of them.
func leavesReplicas(u *estate.Unit, fix *finding.Fix) bool {
	return raisesReplicas(fix) && slices.ContainsFunc(fix.Changes, func(c finding.Change) bool {
		return c.Position != nil && u.Chart.Lacks(c.Position.File, c.Position.Line, "replicas")
	})
}

// autoscalersOf are the settings that switch on the autoscaler of a workload: those below a
// key that is a word of its name, or else those at the top of the values.
func autoscalersOf(u *estate.Unit, f *finding.Finding) [][]string {
	if u.Chart.Autoscalers == nil {
		return nil
	}
	var named, top [][]string
	of := strings.Split(strings.ToLower(f.Subject.Name), "-")
	for _, set := range u.Chart.Autoscalers() {
		key, _, _ := strings.Cut(set[0], "=")
		path := strings.Split(strings.ToLower(key), ".")
		switch parents := path[:len(path)-2]; {
		case len(parents) == 0:
			top = append(top, set)
		case slices.ContainsFunc(parents, func(p string) bool { return slices.Contains(of, p) }):
			named = append(named, set)
		}
	}
	all := append(named, top...)
	return all[:min(len(all), mostTries)]
}

// byAutoscaler says that the number of a workload's pods is left to an autoscaler that its
// chart can switch on; empty where it is not.
func byAutoscaler(u *estate.Unit, f *finding.Finding) string {
	on := autoscalersOf(u, f)
	if len(on) == 0 || !leavesReplicas(u, f.Fix) {
		return ""
	}
	key, _, _ := strings.Cut(on[0][0], "=")
	others := func(w kubernetes.Workload) bool { return w.Scaled && w.Lasting && w.Name != f.Subject.Name }
	if strings.Count(key, ".") == 1 && slices.ContainsFunc(u.Kubernetes.Workloads, others) {
		return "" // which of them it is for nothing says
	}
	return ", by the autoscaler that its chart makes with " + key + ": its template leaves the number to that"
}
