package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// Findings are those of one look at an estate.
func Findings(c *responsibility.Catalog, read *estate.Estate, places locate.Places, result check.Result) published.Findings {
	e := read.Kubernetes
	f := published.Findings{
		Head: published.Head{Schema: published.FindingsSchema}, Summary: finding.Count(result.Findings), Findings: result.Findings,
		NotLookedAt: result.NotLookedAt,
		Read: published.Read{
			Clusters: e.Seen.Clusters, Contexts: e.Contexts, Files: e.Seen.Files, Objects: e.Seen.Objects,
			Workloads: workloads(e), Budgets: len(e.Budgets), Nodes: len(e.Nodes), Pools: len(e.Pools), Instances: len(read.Database.Instances),
			Unrelated: e.Seen.Unrelated, Skipped: e.Seen.Skipped, Replaced: e.Seen.Replaced, Patched: e.Seen.Patched, Encrypted: e.Seen.Encrypted,
		},
		Unread: append([]origin.Unread{}, e.Unread...), Unreadable: append([]origin.Fault{}, read.Unreadable...), Lines: lines(c, e, places), Unlocated: unlocated(e, places),
	}
	f.Summary.Unreadable = len(f.Unreadable)
	if f.Read.Contexts == nil {
		f.Read.Contexts = []string{}
	}
	if f.Findings == nil {
		f.Findings = []finding.Finding{}
	}
	if f.NotLookedAt == nil {
		f.NotLookedAt = []string{}
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
	return f
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

func lines(c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places) []published.Line {
	all := []published.Line{}
	axis := c.Axis(compute.Axis)
	for _, o := range places.Offerings() {
		l := published.Line{Offering: o.ID, Title: o.Title, Provider: o.Provider, Basis: map[string]int{}, Layers: []published.LineLayer{}}
		tally := func(at []locate.Place, n *int, what func(i int) string) {
			for i, p := range at {
				if p.Offering != o && !slices.Contains(p.Also, o) {
					continue
				}
				*n++
				l.Basis[string(p.Basis)]++
				if l.Evidence == "" {
					l.Evidence = what(i) + p.Evidence
				}
			}
		}
		tally(places.Nodes, &l.Nodes, func(i int) string { return "node " + e.Nodes[i].Name + ": " })
		tally(places.Pools, &l.Pools, func(i int) string { return "pool " + e.Pools[i].Name + ": " })
		tally(places.Workloads, &l.Workloads, func(int) string { return "" })
		for _, candidate := range o.Candidates {
			l.Candidates = append(l.Candidates, candidate.ID)
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
