package remedy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// values are those that mend a finding; nil where none were found. A chart that
// makes a budget by itself, or can, is asked for that; else the fix's own stands
// beside the values.
func (x *Fitter) values(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	set, creates, ok := named(u.Chart, f.Fix)
	if !ok {
		return nil
	}
	var beside *finding.Fix
	if len(set) > 0 {
		after, refused := x.with(ctx, u, set)
		if refused != nil {
			return cmp.Or(x.asked(ctx, u, f, set, creates, refused), x.refused(ctx, u, refused))
		}
		if x.mends(ctx, u, f, after, nil) {
			return &finding.Fix{Summary: f.Fix.Summary, Values: set}
		}
		if fix := x.three(ctx, u, f, set); fix != nil {
			return fix
		}
		if fix := x.switched(ctx, u, f, set); fix != nil {
			return fix
		}
		if len(creates) == 0 {
			return nil
		}
		if x.mends(ctx, u, f, after, creates) {
			beside = &finding.Fix{Summary: f.Fix.Summary, Values: set, Changes: creates}
		}
	}
	if len(creates) == 0 {
		return beside
	}
	near := cmp.Or(strings.Join(set, ","), strings.Join(u.Chart.Named(f.Position.File, f.Position.Line, "replicas"), ","))
	on := nearest(u.Chart.Budgets(), strings.Split(near, ","))
	for _, budget := range on[:min(len(on), mostTries)] {
		with := slices.Concat(set, budget)
		if after, _ := x.with(ctx, u, with); x.mends(ctx, u, f, after, nil) {
			return &finding.Fix{Summary: f.Fix.Summary, Values: with}
		}
	}
	return beside
}

// three asks for three replicas in place of two, of which a budget that the chart
// makes lets none go, or both.
func (x *Fitter) three(ctx context.Context, u *estate.Unit, f *finding.Finding, set []string) *finding.Fix {
	three := ofThree(set)
	if three == nil {
		return nil
	}
	if after, _ := x.with(ctx, u, three); !x.mends(ctx, u, f, after, nil) {
		return nil
	}
	return &finding.Fix{Summary: asksForThree.Replace(f.Fix.Summary) + " (of two its PDB lets none go, or both)", Values: three}
}

// asksForThree says three where the summary of a fix says two, in each way in which
// a workload gets them.
var asksForThree = strings.NewReplacer(
	"two replicas", "three replicas", "minReplicas: 2", "minReplicas: 3", "minReplicaCount: 2", "minReplicaCount: 3",
)

// switched asks for the values of a fix with what the template decides on whether
// to take them.
func (x *Fitter) switched(ctx context.Context, u *estate.Unit, f *finding.Finding, set []string) *finding.Fix {
	for _, c := range f.Fix.Changes {
		if c.Action == finding.Create || len(c.Edits) == 0 {
			continue
		}
		for _, key := range u.Chart.Switches(c.Position.File, c.Position.Line, last(c.Edits[0].Path)) {
			if slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, key+"=") }) {
				continue
			}
			with := append(slices.Clone(set), key+"=true")
			if after, _ := x.with(ctx, u, with); x.mends(ctx, u, f, after, nil) {
				return &finding.Fix{Summary: f.Fix.Summary, Values: with}
			}
		}
	}
	return nil
}

// forbidden is the fix of a finding that asks for two replicas where a chart
// refuses two; nil for others.
func (x *Fitter) forbidden(ctx context.Context, u *estate.Unit, f *finding.Finding) *finding.Fix {
	at := raised(f)
	if u.Chart == nil || at == nil {
		return nil
	}
	keys := u.Chart.Named(at.File, at.Line, "replicas")
	if len(keys) == 0 {
		return nil
	}
	if _, refused := x.with(ctx, u, []string{keys[0] + "=2"}); refused != nil {
		return x.refused(ctx, u, refused)
	}
	return nil
}

// asked sets what a chart asks for beside the values that it refuses alone; nil where
// it asks for nothing, or that is not enough.
func (x *Fitter) asked(ctx context.Context, u *estate.Unit, f *finding.Finding, set []string, creates []finding.Change, by *origin.Fault) *finding.Fix {
	if by.Sets == "" {
		return nil
	}
	with := append(slices.Clone(set), by.Sets)
	after, _ := x.with(ctx, u, with)
	about := f.Fix.Summary + "; its chart asks for " + by.Sets + " with it"
	at := &origin.Position{File: by.File, Line: by.Line}
	switch {
	case x.mends(ctx, u, f, after, nil):
		return &finding.Fix{Summary: about, At: at, Values: with}
	case len(creates) > 0 && x.mends(ctx, u, f, after, creates):
		return &finding.Fix{Summary: about, At: at, Values: with, Changes: creates}
	}
	return nil
}

// refused says that a chart refuses what a fix asks for; nil where it refuses what
// it has, too.
func (x *Fitter) refused(ctx context.Context, u *estate.Unit, by *origin.Fault) *finding.Fix {
	if after, _ := x.with(ctx, u, nil); after == nil {
		return nil
	}
	return &finding.Fix{
		Summary: compute.Accepted + ": its chart refuses two replicas, and says: " + by.Reason, At: &origin.Position{File: by.File, Line: by.Line},
		AcceptOnly: true,
	}
}

// inTheChart is a fix that is to be made in the chart, and as far as it is known
// where: no value of it is one that does so alone.
func inTheChart(u *estate.Unit, fix *finding.Fix) *finding.Fix {
	where := ", in the chart that makes it (which of its values does so is not known)"
	if u.Chart != nil {
		for _, c := range fix.Changes {
			if c.Position == nil || len(c.Edits) == 0 {
				continue
			}
			field := last(c.Edits[0].Path)
			if line := u.Chart.Written(c.Position.File, c.Position.Line, field); line > 0 {
				return &finding.Fix{
					Summary: fix.Summary + ", in the template that writes " + field + " as it is: the chart has no value for it",
					At:      &origin.Position{File: c.Position.File, Line: line},
				}
			}
			if keys := u.Chart.Named(c.Position.File, c.Position.Line, field); len(keys) > 0 {
				where = ", in the chart that makes it (which of its values does so alone is not known: its template names " + keys[0] + ")"
				break
			}
		}
	}
	return &finding.Fix{Summary: fix.Summary + where}
}

// ofThree are values that set two with three in place of it: a budget that a chart
// makes may keep two. It is nil where none sets two.
func ofThree(set []string) []string {
	three := slices.Clone(set)
	for i, s := range set {
		if key, two := strings.CutSuffix(s, "=2"); two {
			three[i] = key + "=3"
		}
	}
	if slices.Equal(set, three) {
		return nil
	}
	return three
}

// with is what a unit's chart makes with other values; nil where it makes nothing,
// with what Helm says where it refuses them, or where enough was rendered.
func (x *Fitter) with(ctx context.Context, u *estate.Unit, set []string) (*kubernetes.Estate, *origin.Fault) {
	if x.renders == 0 || ctx.Err() != nil {
		return nil, nil
	}
	x.renders--
	return u.Chart.With(ctx, set)
}

// named are the values that templates name where they write the fields which a
// fix changes, and the objects that it adds. It fails where a field has none.
func named(c *estate.Chart, fix *finding.Fix) (set []string, creates []finding.Change, ok bool) {
	for _, change := range fix.Changes {
		switch {
		case change.Action == finding.Create:
			creates = append(creates, change)
			continue
		case change.Position == nil || change.Action == finding.Delete:
			return nil, nil, false
		}
		for _, e := range change.Edits {
			keys := c.Named(change.Position.File, change.Position.Line, last(e.Path))
			if len(keys) == 0 {
				return nil, nil, false
			}
			set = append(set, keys[0]+"="+cmp.Or(string(e.After), "null"))
		}
	}
	return set, creates, true
}

// nearest sorts settings by how much of the path of their first value they have in
// common with others, most first.
func nearest(settings [][]string, others []string) [][]string {
	common := func(setting []string) int {
		key, n := setting[0], 0
		for _, s := range others {
			k := 0
			for k < min(len(key), len(s)) && key[k] == s[k] {
				k++
			}
			n = max(n, strings.Count(key[:k], "."))
		}
		return n
	}
	sorted := slices.Clone(settings)
	slices.SortStableFunc(sorted, func(a, b []string) int { return common(b) - common(a) })
	return sorted
}
