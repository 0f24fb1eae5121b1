package publish

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/baseline"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/custom"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/waive"
	"github.com/onus-project/onus/internal/words"
)

// Looked is what was looked at: a whole, and for each of its units where things
// run and what the checks said.
type Looked struct {
	*estate.Whole
	Places   []locate.Places
	Results  []check.Result
	Own      []*custom.Obligation // of the team's own
	Filter   *filter.Filter
	Left     finding.Tally // what it left out
	Waivers  []*waive.Waiver
	Ignored  []waive.Ignored
	Baseline string // the file of the baseline; empty for none
	Since    baseline.Since
	Config   string // the file that it was configured by; empty for none
	FailOn   string // the severity from which on a finding fails the run
}

// Findings are those of one look at everything that was read.
func Findings(c *responsibility.Catalog, looked Looked) published.Findings {
	f := published.Findings{
		Head: published.Head{Schema: published.FindingsSchema}, Tool: tool(), Read: read(looked), Units: units(looked),
		Lines: lines(c, looked), Unlocated: []string{},
		Unread: append([]origin.Unread{}, looked.Unread()...), Unreadable: append([]origin.Fault{}, looked.Unreadable...),
		Notes:    looked.Notes,
		Findings: findings(looked), NotLookedAt: notLookedAt(c, looked),
	}
	for i, u := range looked.Units {
		f.Unlocated = append(f.Unlocated, unlocated(u.Kubernetes, looked.Places[i])...)
	}
	f.Baseline = since(looked.Baseline, looked.Since)
	f.Waivers, f.Ignored = waivers(looked.Waivers), ignored(looked.Ignored)
	f.Summary = finding.Count(f.Findings)
	f.Summary.Cured, f.Summary.Gone = len(looked.Since.Cured), len(looked.Since.Gone)
	f.Summary.Unreadable, f.Summary.NotRead = len(f.Unreadable), notRead(f.Unreadable)
	f.Config, f.FailOn = looked.Config, looked.FailOn
	if f.Filter = filterOf(looked.Filter); f.Filter != nil {
		f.Summary.LeftOut = &looked.Left
	}
	if n := f.Summary; n.Broken+n.Unknown+n.Held+n.Waived+n.Known == 0 && n.LeftOut == nil {
		f.Nothing = nothing(f.Read, len(looked.Unreadable))
	}
	if f.Read.Contexts == nil {
		f.Read.Contexts = []string{}
	}
	var cited []string
	for i := range f.Findings {
		for _, id := range f.Findings[i].Sources {
			if !slices.Contains(cited, id) {
				cited = append(cited, id)
			}
		}
	}
	f.Sources = sources(c, cited)
	f.Obligations = obligationsOf(c, looked.Own, f.Findings)
	return f
}

// nothing says why no obligation was checked: that is not the same as none broken.
func nothing(r published.Read, unread int) string {
	if r.Workloads+r.Budgets+r.Nodes+r.Pools+r.Instances == 0 {
		return "Nothing was checked: no workload, PDB, node or pool was read."
	}
	if unread > 0 {
		return "Nothing was checked: what was read leaves you no obligation that onus checks, and " +
			words.Count(unread, "file or object", "files or objects") + " could not be read."
	}
	return "Nothing to check: what was read leaves you no obligation that onus checks."
}

// filterOf is what was asked for; nil for everything.
func filterOf(asked *filter.Filter) *published.Filter {
	if asked == nil || asked.Empty() {
		return nil
	}
	f := published.Filter{Only: asked.Only, Skip: asked.Skip, MinSeverity: asked.MinSeverity, Namespaces: asked.Namespaces}
	for _, n := range asked.Workloads {
		f.Workloads = append(f.Workloads, string(n))
	}
	if asked.Selector != nil {
		f.Selector = asked.Selector.String()
	}
	return &f
}

// obligationsOf are what the catalog says of those that findings are about, by id.
func obligationsOf(c *responsibility.Catalog, own []*custom.Obligation, all []finding.Finding) map[string]published.Obligation {
	about := map[string]bool{}
	for i := range all {
		about[all[i].Obligation] = true
		for _, o := range all[i].LeadsTo {
			about[o.Obligation] = true
		}
	}
	by := map[string]published.Obligation{}
	for _, o := range c.Obligations {
		if about[o.ID] {
			by[o.ID] = published.Obligation{Title: o.Title, Axis: o.Axis, Layer: o.Layer, Severity: o.Severity, LoadBearing: o.LoadBearing,
				Statement: o.Statement, Why: o.Why, Held: o.Held, Fix: o.Fix}
		}
	}
	for _, o := range own {
		if about[o.ID] {
			by[o.ID] = published.Obligation{Title: o.Title, Axis: compute.Axis, Layer: o.Layer(), Severity: o.Severity, Own: true, Fix: o.Fix,
				Statement: o.Title}
		}
	}
	return by
}

// read counts what was looked at.
func read(looked Looked) published.Read {
	seen := looked.Seen()
	r := published.Read{
		Clusters: seen.Clusters, Files: seen.Files, Objects: seen.Objects, Unrelated: seen.Unrelated, Skipped: seen.Skipped,
		Replaced: seen.Replaced, Patched: seen.Patched, Encrypted: seen.Encrypted,
	}
	if a := looked.Aside; a.Files > 0 {
		r.Aside = &published.Aside{Files: a.Files, Folders: a.Folders, Holds: a.Holds}
	}
	if len(looked.Others) > 0 {
		r.OtherEnvironments = looked.Others
	}
	for _, u := range looked.Units {
		e := u.Kubernetes
		r.Contexts = append(r.Contexts, e.Contexts...)
		r.Workloads += workloads(e)
		r.Budgets += budgets(e)
		r.Nodes += len(e.Nodes)
		r.Pools += len(e.Pools)
		r.Instances += len(u.Database.Instances)
		counted(&r.NotJudged, e.NotJudged)
		counted(&r.Elsewhere, e.Elsewhere)
	}
	return r
}

// counted adds how often each of some kinds is there.
func counted(by *map[string]int, kinds []string) {
	for _, kind := range kinds {
		if *by == nil {
			*by = map[string]int{}
		}
		(*by)[kind]++
	}
}

// units name what was read side by side.
func units(looked Looked) []published.Unit {
	all := make([]published.Unit, len(looked.Units))
	for i, u := range looked.Units {
		all[i] = published.Unit{Name: u.Name, Kind: u.Kind, Path: u.Path, Objects: u.Objects(), Unreadable: len(u.Unreadable), Empty: u.Empty}
	}
	return all
}

// findings are those of all units, by subject and obligation.
func findings(looked Looked) []finding.Finding {
	var all []*finding.Finding // sorted as such: a finding is large
	for _, r := range looked.Results {
		for i := range r.Findings {
			all = append(all, &r.Findings[i])
		}
	}
	slices.SortStableFunc(all, func(x, y *finding.Finding) int {
		return cmp.Or(x.Subject.Compare(y.Subject), strings.Compare(x.Obligation, y.Obligation))
	})
	sorted := make([]finding.Finding, len(all))
	for i, f := range all {
		sorted[i] = *f
	}
	return sorted
}

// notLookedAt are the obligations that were looked at in no unit, in the order of
// the catalog.
func notLookedAt(c *responsibility.Catalog, looked Looked) []string {
	ids := []string{}
	for _, o := range c.Obligations {
		missed, found := false, false
		for _, r := range looked.Results {
			missed = missed || slices.Contains(r.NotLookedAt, o.ID)
			found = found || len(looked.Results) > 1 && slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return f.Obligation == o.ID })
		}
		if missed && !found && (looked.Filter == nil || looked.Filter.Obligation(o.ID)) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// unlocated names the nodes that no evidence rule recognises.
func unlocated(e *kubernetes.Estate, places locate.Places) []string {
	names := []string{}
	for i := range e.Nodes {
		if places.Nodes[i].Offering == nil {
			names = append(names, e.Nodes[i].Name)
		}
	}
	return names
}

// offerings are those that something runs on in any unit, each once. What one
// unit does not tell has its own candidates there.
func offerings(looked Looked) []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, p := range looked.Places {
		for _, o := range p.Offerings() {
			if !slices.ContainsFunc(all, func(x *responsibility.Offering) bool { return x.ID == o.ID }) {
				all = append(all, o)
			}
		}
	}
	slices.SortFunc(all, func(a, b *responsibility.Offering) int { return cmp.Or(a.Order-b.Order, strings.Compare(a.ID, b.ID)) })
	return all
}

// basis is how results name by what a place is known.
func basis(b locate.Basis) string {
	if b == locate.Unknown {
		return published.BasisUnknown
	}
	return string(b)
}

// lines are those of the offerings that something runs on, over all units.
func lines(c *responsibility.Catalog, looked Looked) []published.Line {
	all := []published.Line{}
	axis := c.Axis(compute.Axis)
	for _, o := range offerings(looked) {
		l := published.Line{Offering: o.ID, Title: o.Title, Provider: o.Provider, Basis: map[string]int{}, Layers: []published.LineLayer{}}
		tally := func(at []locate.Place, n *int, what func(i int) string) {
			for i, p := range at {
				same := func(x *responsibility.Offering) bool { return x.ID == o.ID }
				if p.Offering == nil || !same(p.Offering) && !slices.ContainsFunc(p.Also, same) {
					continue
				}
				*n++
				l.Basis[basis(p.Basis)]++
				if l.Evidence == "" {
					l.Evidence = what(i) + p.Evidence.String()
					if len(p.Evidence) > 1 {
						l.Short = what(i) + p.Evidence[0].String()
					}
				}
			}
		}
		for k, u := range looked.Units {
			e, places := u.Kubernetes, looked.Places[k]
			tally(places.Nodes, &l.Nodes, func(i int) string { return "node " + e.Nodes[i].Name + ": " })
			tally(places.Pools, &l.Pools, func(i int) string { return "pool " + e.Pools[i].Name + ": " })
			tally(places.Workloads, &l.Workloads, func(int) string { return "" })
		}
		for _, candidate := range o.Candidates {
			l.Candidates = append(l.Candidates, candidate.ID)
		}
		if l.Basis[string(locate.Unknown)] > 0 {
			l.Soonest = soonest(o.Hardest())
		}
		for _, layer := range axis.Layers {
			cell, agreed := o.Line[axis.ID][layer.ID]
			if !agreed {
				continue
			}
			l.Layers = append(l.Layers, published.LineLayer{ID: layer.ID, Title: layer.Title, Party: published.Party(cell.Party),
				LoadBearing: cell.LoadBearing})
		}
		all = append(all, l)
	}
	return all
}

// soonest says how often nodes are replaced on an offering; empty where that is not
// published.
func soonest(o *responsibility.Offering) string {
	if o.Contract == nil {
		return ""
	}
	often := o.Contract.Routine().Cadence
	if often.Kind != contract.EveryDuration {
		return ""
	}
	return "on " + o.Title + ", about every " + words.Duration(often.Every)
}

// budgets counts each in the unit in which it is judged.
func budgets(e *kubernetes.Estate) int {
	n := 0
	for i := range e.Budgets {
		if !e.Budgets[i].Judged {
			n++
		}
	}
	return n
}

// workloads counts them without static pods, which are nobody's workload.
func workloads(e *kubernetes.Estate) int {
	n := 0
	for i := range e.Workloads {
		if e.Workloads[i].Kind != kubernetes.Static {
			n++
		}
	}
	return n
}

// notRead counts what is deployed among what could not be read; nil where nothing is.
func notRead(all []origin.Fault) *finding.NotRead {
	var n finding.NotRead
	for _, f := range all {
		switch f.Lacks.What {
		case origin.LackingInstalled:
			n.Installed++
		case origin.LackingApplied:
			n.Applied++
		case origin.LackingChart:
			n.Charts++
		}
	}
	if n == (finding.NotRead{}) {
		return nil
	}
	return &n
}
