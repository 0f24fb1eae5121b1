// Package remedy gives fixes the form in which they can be meant. Of what a chart
// makes they are values of the chart: what is changed in a rendered object is gone
// with the next upgrade, and a template is somebody else's. Of what a kustomization
// builds they stand where they count, in the base or in the patch over it. Both are
// given only where what is rendered or built with them has the finding no more and
// no other one. And what its author wants alone gets no second replica.
package remedy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// Fitter gives fixes the form that their source wants.
type Fitter struct {
	catalog *responsibility.Catalog
	table   []check.Check
	units   []*estate.Unit
	read    func(file string) ([]byte, error)
	lines   map[string][]string // of files that remarks are looked for in, each read once
	texts   map[string][]byte   // files of kustomizations, each read once
	renders int                 // of charts that may still be made
	builds  int                 // objects of kustomizations that may still be made
	before  map[asked]map[string]string
	// rendered has what came of charts with other values: one switch mends several.
	rendered  map[withValues]made
	overrides map[*estate.Unit][]estate.Override // of charts, once asked
	// overridings counts charts that were rendered with values that stand elsewhere.
	overridings int
	worked      map[mended][]string // the values that mended a finding, for other units of the chart
}

// asked is a question that is asked of several findings: what is broken in a unit
// as it is, on an offering.
type asked struct {
	unit     *estate.Unit
	offering string
}

// mostRenders bounds how often charts are rendered in one run, mostBuilt how many
// objects of kustomizations are built again: a large one takes seconds each time,
// a small one none. mostTries is how many settings of budgets are tried for one finding. Beyond
// that a fix says only that it is for the values of the chart, or for a patch.
const (
	mostRenders = 120
	mostBuilt   = 1500
	mostTries   = 6
)

// New is for one run over some checks and units, of which read gives the files as
// they are written. Outcomes are not looked at again: what is played takes long,
// and rests on the same objects.
func New(c *responsibility.Catalog, table []check.Check, units []*estate.Unit, read func(file string) ([]byte, error)) *Fitter {
	quick := slices.Clone(table)
	for i := range quick {
		if quick[i].Outcome || quick[i].ByContract {
			quick[i].Run, quick[i].Subjects = func(*check.Pass) {}, check.Subjects{}
		}
	}
	return &Fitter{
		catalog: c, table: quick, units: units, read: read, lines: map[string][]string{}, texts: map[string][]byte{},
		renders: mostRenders, builds: mostBuilt, before: map[asked]map[string]string{}, rendered: map[withValues]made{},
		worked: map[mended][]string{}, overrides: map[*estate.Unit][]estate.Override{},
	}
}

// Fit gives the fixes of a unit's findings the form that its source wants. What
// changes nothing but new objects stays as it is.
func (x *Fitter) Fit(ctx context.Context, u *estate.Unit, findings []finding.Finding) {
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	urgent := func(i int) int { // what holds up nodes comes first: there is only so much that is built again
		if findings[i].BlocksNodes {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b int) int { return urgent(a) - urgent(b) })
	for _, i := range order {
		x.overridden(ctx, u, &findings[i])
		x.decided(u, &findings[i])
		if f := &findings[i]; f.Fix != nil && f.Verdict == finding.Broken {
			if fix, why := x.meant(ctx, u, f); fix != nil {
				f.Fix, f.Severity, f.SeverityBecause = fix, "low", why
				continue
			}
			could := !f.Fix.AcceptOnly
			f.Fix = x.substituted(u, f)
			if f.Fix = x.written(unplaced(u, x.fitted(ctx, u, f))); could && f.Fix.AcceptOnly {
				f.Severity, f.SeverityBecause = resigned(f.Severity), finding.NothingEnds
			}
			x.unwanted(u, f)
		}
	}
}

// resigned is the severity of a finding of which it came out that nothing can be done
// about it: who sees it has nothing to do at once.
func resigned(severity string) string {
	if severity == "high" {
		return "medium"
	}
	return "low"
}

// fitted is the fix of a finding in the form that its source wants.
func (x *Fitter) fitted(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	if fix := cmp.Or(x.remarked(f), x.advised(u, f)); fix != nil {
		return fix
	}
	if len(f.Fix.Changes) == 0 {
		return cmp.Or(chartFixes{x}.forbidden(ctx, u, f), chartFixes{x}.runsSeveral(ctx, u, f), f.Fix)
	}
	if u.Kustomization != nil {
		f.Fix = patchFixes{x}.patched(ctx, u, f)
	}
	if !rendered(u, f.Fix) {
		return f.Fix
	}
	if u.Chart != nil {
		if fix := (chartFixes{x}).values(ctx, u, f); fix != nil {
			return fix
		}
	}
	if slices.ContainsFunc(f.Fix.Changes, func(c finding.Change) bool { return c.Action != finding.Create }) {
		return chartFixes{x}.inTheChart(u, f)
	}
	return f.Fix
}

// rendered reports whether what a fix changes, or is for, stands in templates.
func rendered(u *estate.Unit, fix *finding.Fix) bool {
	return u.Chart != nil || u.Kind != estate.Files && slices.ContainsFunc(fix.Changes, func(c finding.Change) bool {
		return c.Position != nil && (strings.Contains(c.Position.File, "/templates/") || strings.HasSuffix(c.Position.File, ".tgz"))
	})
}

// mends reports whether a finding is gone from what a chart or a kustomization
// makes otherwise, and no other one came, but what the changes beside them are for. Of the
// other workloads none has another size.
func (x *Fitter) mends(ctx context.Context, u *estate.Unit, f *finding.Finding, after *kubernetes.Estate, rest []finding.Change) bool {
	return after != nil && othersKeep(u, f, after, func(before, after int) bool { return before == after }) && x.cures(ctx, u, f, after, rest)
}

// othersKeep reports whether the workloads of a unit that a finding is not about have
// sizes that are as they may be.
func othersKeep(u *estate.Unit, f *finding.Finding, after *kubernetes.Estate, may func(before, after int) bool) bool {
	before := map[kubernetes.Ref]int{}
	for i := range u.Kubernetes.Workloads {
		before[u.Kubernetes.Workloads[i].Ref] = u.Kubernetes.Workloads[i].AtLeast()
	}
	return !slices.ContainsFunc(after.Workloads, func(w kubernetes.Workload) bool {
		n, was := before[w.Ref]
		return was && !about(f, &w) && !may(n, w.AtLeast())
	})
}

// about reports whether a finding is about a workload.
func about(f *finding.Finding, w *kubernetes.Workload) bool {
	return f.Subject.Kind == w.Kind && f.Subject.Name == w.Name && f.Subject.Namespace == w.Namespace
}

// cures reports whether a finding is gone from what is made otherwise, and no other one
// came, but what the changes beside it are for.
func (x *Fitter) cures(ctx context.Context, u *estate.Unit, f *finding.Finding, after *kubernetes.Estate, rest []finding.Change) bool {
	there := len(after.Workloads) > 0 && f.Subject.Kind == "PodDisruptionBudget" ||
		slices.ContainsFunc(after.Workloads, func(w kubernetes.Workload) bool { return about(f, &w) })
	if !there || unapplicable(after) > unapplicable(u.Kubernetes) || len(rest) == 0 && makesBudget(f.Fix) && !hasBudget(after, f.Subject) {
		return false
	}
	is := x.broken(ctx, u, after, f)
	return is[f.Fingerprint] == "" && addsNothing(x.brokenBefore(ctx, u, f), is, rest)
}

// unapplicable is how much of what was read no API server takes: what could not be read, and
// autoscalers that keep more than they may have.
func unapplicable(e *kubernetes.Estate) int {
	n := len(e.Hidden)
	for i := range e.Scalers {
		if e.Scalers[i].Min > e.Scalers[i].Max {
			n++
		}
	}
	return n
}

// makesBudget reports whether a fix asks for a new PDB.
func makesBudget(fix *finding.Fix) bool {
	return slices.ContainsFunc(fix.Changes, func(c finding.Change) bool {
		return c.Action == finding.Create && c.Object.Kind == "PodDisruptionBudget"
	})
}

// hasBudget reports whether a PDB that was read selects a workload's pods: one that
// may stand in what was not read is none that a fix can promise.
func hasBudget(e *kubernetes.Estate, s finding.Subject) bool {
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if w.Kind != s.Kind || w.Name != s.Name || w.Namespace != s.Namespace {
			continue
		}
		return slices.ContainsFunc(e.Budgets, func(b kubernetes.Budget) bool {
			return b.Namespace == w.Namespace && b.Selector != nil && b.Selector.Matches(w.PodLabels())
		})
	}
	return false
}

// addsNothing reports whether all that is broken was before, but what new objects
// beside the change are for, and that nothing says when pods are ready, which is so of one
// pod, too, and asked of several. What could not be looked at, before or after, is not known
// to add nothing.
func addsNothing(was, is map[string]string, rest []finding.Change) bool {
	if was == nil || is == nil {
		return false
	}
	for fingerprint, obligation := range is {
		if was[fingerprint] == "" && obligation != compute.ReadyMeansServing.ID && (len(rest) == 0 || obligation != compute.PDBMissing.ID) {
			return false
		}
	}
	return true
}

// brokenBefore is what is broken in a unit as it is.
func (x *Fitter) brokenBefore(ctx context.Context, u *estate.Unit, f *finding.Finding) map[string]string {
	key := asked{u, cmp.Or(f.Offering, strings.Join(f.Candidates, " "))}
	if _, ok := x.before[key]; !ok {
		x.before[key] = x.broken(ctx, u, u.Kubernetes, f)
	}
	return x.before[key]
}

// broken are the obligations that are broken in an estate, by fingerprint, as on
// the offering of a finding; nil where that cannot be looked at.
func (x *Fitter) broken(ctx context.Context, u *estate.Unit, e *kubernetes.Estate, f *finding.Finding) map[string]string {
	on := x.catalog.Offering(f.Offering)
	if on == nil && len(f.Candidates) > 0 {
		on = x.catalog.Offering(f.Candidates[0])
	}
	if on == nil {
		return nil
	}
	made := *u.Estate
	made.Kubernetes = e
	made.Database = database.Estate{} // no edit of files that are applied changes what is judged of one
	result, err := check.Run(ctx, x.table, x.catalog, &made, locate.Locate(x.catalog, e, on, nil))
	if err != nil {
		return nil
	}
	all := map[string]string{}
	for _, r := range result.Findings {
		if r.Verdict == finding.Broken {
			all[r.Fingerprint] = r.Obligation
		}
		for _, o := range r.LeadsTo {
			if o.Verdict == finding.Broken {
				all[o.Fingerprint] = o.Obligation
			}
		}
	}
	return all
}
