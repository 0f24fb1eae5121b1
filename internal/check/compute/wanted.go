package compute

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/words"
)

// wanted is what tells of a workload of one pod that its owner wants more than one, or
// would mind its absence; nil where that is not asked: what runs in a cluster was meant to,
// and who gives a few plain files of what is reached from outside asks about just that,
// unless no edit of them ends it, as of a database.
//
// Of 150 such workloads in public repositories that were read by hand, those that an
// autoscaler may run several of and those that the API server calls were worth acting on.
// Rules that keep pods apart and values of charts stand beside what its owner has on one pod
// by a choice as often as not: it takes more of them, or one of them in production. Rollouts
// without a gap and neighbours of several pods tell nothing by themselves: of 13 in production
// that had no other reason two were worth acting on, for who gives others several pods and
// this one a single one has chosen.
func wanted(p *check.Pass, i int, fix *finding.Fix) *finding.Wanted {
	w, from, built := &p.Estate.Kubernetes.Workloads[i], stakesOf(p).of(i).from, servingOf(p).built
	handful := !built && lasting(p.Estate.Kubernetes) <= mostAsked
	if unasked(p, i, fix, handful) {
		return nil
	}
	said := scaled(w)
	reasons := thingsSaid(said, keptApart(w), vital(w), missedBudget(p, i))
	hints := len(reasons) == 0
	x := &finding.Wanted{Told: append(reasons, thingsSaid(neverAway(w), severalBeside(p.Estate.Kubernetes, i, built))...), Needs: 1}
	// That it is production is so of all that runs there, whatever it is.
	production := inProduction(p, i)
	if production != "" && len(x.Told) > 0 {
		x.Told = append(x.Told, production)
	}
	if said == "" && from != server && !handful {
		x.Needs, x.Hints = 3, hints
		if production != "" {
			x.Needs = 2
		}
		if from == nobody {
			x.Needs++
		}
		return x
	}
	// Many charts begin with a value for the number of pods, whatever runs in them.
	x.Value = from != anybody && from != few || (singleFixes{fixesOf(p)}).scales(w)
	// What only others in the cluster call is on one pod by a choice more often than not,
	// and so is what somebody asks an operator for.
	if from == nobody && (built || w.MadeBy != nil) {
		x.Needs, x.Hints = 3, hints && built
		if (singleFixes{fixesOf(p)}).scales(w) {
			x.Told = append(x.Told, "it is a program of which several run side by side")
		}
	}
	return x
}

// thingsSaid are those that say something.
func thingsSaid(all ...string) []string {
	return slices.DeleteFunc(all, func(said string) bool { return said == "" })
}

// unasked reports whether that is not asked.
func unasked(p *check.Pass, i int, fix *finding.Fix, handful bool) bool {
	e, from := p.Estate.Kubernetes, stakesOf(p).of(i).from
	if e.Live || e.Workloads[i].Bare || holdsUp(p, i) || programsOf(p).losesRecords(i, &e.Workloads[i]) {
		return true
	}
	return handful && from != nobody && (from == server || fix == nil || len(fix.Changes) > 0)
}

// mostAsked is up to how many workloads in plain files are what somebody asks about. A
// repository of more is what somebody runs.
const mostAsked = 5

// lasting is how many workloads of an estate go on until somebody ends them.
func lasting(e *kubernetes.Estate) int {
	n := 0
	for i := range e.Workloads {
		if e.Workloads[i].Lasting {
			n++
		}
	}
	return n
}

// scaled says that something may run several pods of a workload.
func scaled(w *kubernetes.Workload) string {
	if s := w.Scaler; s != nil && s.Max >= 2 {
		return fmt.Sprintf("%s %s may run up to %d", s.Kind, s.Name, s.Max)
	}
	if s := w.Missed; s != nil && s.Max >= 2 {
		return fmt.Sprintf("%s %s, which seems to be written for it, may run up to %d", s.Kind, s.Name, s.Max)
	}
	return ""
}

// missedBudget says that a PDB is there for a workload, which it misses.
func missedBudget(p *check.Pass, i int) string {
	if b, ok := orphansOf(p).orphanOf[i]; ok {
		return "PDB " + p.Estate.Kubernetes.Budgets[b].Name + " seems to be written for it"
	}
	return ""
}

// keptApart says that there are rules for where several pods of a workload stand.
func keptApart(w *kubernetes.Workload) string {
	switch t := &w.Template; {
	case len(t.Spread) > 0:
		return "it has topologySpreadConstraints"
	case t.Affinity != nil && t.Affinity.PodAntiAffinity != nil:
		return "it has a podAntiAffinity"
	}
	return ""
}

// neverAway says that the author of a Deployment has it there in each rollout.
func neverAway(w *kubernetes.Workload) string {
	if w.Kind != "Deployment" || w.Rollout.MaxUnavailable == nil {
		return ""
	}
	if n, err := intstr.GetScaledValueFromIntOrPercent(w.Rollout.MaxUnavailable, 100, false); err == nil && n == 0 {
		return "its maxUnavailable 0 keeps it up in rollouts"
	}
	return ""
}

// severalBeside says that other workloads that are built with one, or in plain files stand
// in its namespace, run several pods: its owner knows how, and what for.
func severalBeside(e *kubernetes.Estate, i int, built bool) string {
	others := 0
	first := ""
	for k := range e.Workloads {
		o := &e.Workloads[k]
		if k == i || !built && o.Namespace != e.Workloads[i].Namespace || !o.Lasting || o.Kind == "DaemonSet" || o.AtLeast() < 2 {
			continue
		}
		if others++; others == 1 {
			first = fmt.Sprintf("%s %s beside it runs %d pods", o.Kind, o.Name, o.AtLeast())
		}
	}
	if others > 1 {
		return words.Count(others, "workload") + " beside it run several pods"
	}
	return first
}

// inProduction says by which name a workload runs in production: of its unit or a folder
// that it stands in, its namespace, or a host that it answers for.
func inProduction(p *check.Pass, i int) string {
	w, s := &p.Estate.Kubernetes.Workloads[i], stakesOf(p)
	places := []string{p.Estate.Name, p.Estate.Folders.Below(filepath.ToSlash(w.Position.File)), w.Namespace}
	for _, k := range s.serving.services[i] {
		service := &s.estate.Services[k]
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			places = append(places, s.estate.Backends[b].Entry.Hosts...)
		}
	}
	for _, at := range places {
		if slices.ContainsFunc(strings.Split(at, "/"), purpose.IsProduction) {
			return "by the name " + at + " it is there for production"
		}
	}
	return ""
}

// vital says that a workload has a priority by which others go first, as Kubernetes has
// two of its own: system-cluster-critical.
func vital(w *kubernetes.Workload) string {
	if class := w.Template.PriorityClass; strings.HasPrefix(class, "system-") || strings.Contains(class, "critical") {
		return "it has the priority class " + class
	}
	return ""
}
