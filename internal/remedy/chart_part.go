package remedy

import (
	"context"
	"slices"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// byItself is what a fix says where some values are all of it: a budget that it asks for is
// one that the chart then makes.
func byItself(f *finding.Finding, set []string) *finding.Fix {
	fix := valued(f, set)
	if fix.Raise != nil && fix.Raise.PDB == finding.AddsPDB {
		by := *fix.Raise
		by.PDB = finding.ChartsPDB
		fix.Raise, fix.Summary = &by, by.Words()
	}
	return fix
}

// part is a part of a fix, or another way out than it, by values of a chart.
type part struct {
	set  string
	said string
}

// inPart mends a PDB that allows no eviction by one value, where the whole of its fix is not
// to be had: more replicas alone, how many pods may go alone, or a switch that is on and makes
// the replicas fewer, or the PDB. It is nil where none does.
func (x chartFixes) inPart(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	if f.Obligation != compute.PDBNeverAllows.ID {
		return nil
	}
	only := slices.ContainsFunc(u.Kubernetes.Workloads, func(w kubernetes.Workload) bool { return about(f, &w) && w.AtLeast() == 1 })
	for _, p := range partsOf(u.Chart, f.Fix, only) {
		set := []string{p.set}
		if after, refused := x.with(ctx, u, set); refused == nil && x.mends(ctx, u, f, after, nil) {
			return &finding.Fix{Summary: p.said, Values: set}
		}
	}
	return nil
}

// partsOf are those of a fix, the more of it first. Only says that it is about a single pod.
func partsOf(c *estate.Chart, fix *finding.Fix, only bool) []part {
	var raises, allows, switches, off []part
	for _, change := range fix.Changes {
		if change.Position == nil || change.Action == finding.Create || change.Action == finding.Delete {
			continue
		}
		at := *change.Position
		if change.Object.Kind != "PodDisruptionBudget" {
			only = true
			for _, key := range settable(c.Named(at.File, at.Line, "replicas")) {
				raises = append(raises, part{key + "=2", "run two replicas, of which its PDB lets one go"})
			}
			for _, key := range c.Guards(at.File, at.Line, "replicas") {
				switches = append(switches, part{key + "=false", "have its chart do without " + key + ", with which it takes no number of replicas"})
			}
			continue
		}
		for _, key := range settable(c.Named(at.File, at.Line, "maxUnavailable")) {
			allows = append(allows, part{key + "=1", "allow one eviction at a time"})
		}
		for _, key := range c.Guards(at.File, at.Line, "") {
			off = append(off, part{key + "=false", "have its chart make no PDB: it keeps no single pod up, and only holds up drains"})
		}
	}
	if !only {
		off = nil // of several pods it would keep some
	}
	for i := range allows {
		if only {
			allows[i].said = compute.OnlyPod
		}
	}
	all := slices.Concat(raises, allows, switches, off)
	return all[:min(len(all), 2*mostTries)]
}
