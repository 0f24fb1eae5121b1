package remedy

import (
	"context"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// overridden takes a finding back on what a chart makes with its defaults where values that
// stand elsewhere in the input for it make it otherwise: what installs the chart is not read,
// and is likely to give it those.
func (x *Fitter) overridden(ctx context.Context, u *estate.Unit, f *finding.Finding) {
	if u.Chart == nil || u.Chart.Overrides == nil || f.Verdict != finding.Broken {
		return
	}
	known, ok := x.overrides[u]
	if !ok {
		known = u.Chart.Overrides()
		x.overrides[u] = known
	}
	for _, o := range known {
		after := x.otherwise(ctx, u, o.Set)
		if after == nil || len(after.Workloads) == 0 {
			continue
		}
		if is := x.broken(ctx, u, after, f); is != nil && is[f.Fingerprint] == "" {
			why := "with the values that " + o.File + " has for its chart, as far as they can be read, this is not so"
			f.Evidence = append(slices.Clone(f.Evidence), finding.Evidence{Text: why, Position: origin.Position{File: o.File}})
			f.Doubt, f.Undoubted, f.Message = why, f.Message, f.Message+finding.But+why
			f.Verdict, f.Consequence, f.Fix = finding.Unknown, "", nil
			return
		}
	}
}

// mostOverridden bounds how often charts are rendered with values that stand elsewhere.
const mostOverridden = 80

// otherwise is what a unit's chart makes with values that stand elsewhere: these have a
// bound of their own, as what they tell weighs more than a fix.
func (x *Fitter) otherwise(ctx context.Context, u *estate.Unit, set []string) *kubernetes.Estate {
	key := withValues{u, strings.Join(set, "\n")}
	if done, ok := x.rendered[key]; ok {
		return done.estate
	}
	if x.overridings == mostOverridden || ctx.Err() != nil {
		return nil
	}
	x.overridings++
	after, refused := u.Chart.With(ctx, set)
	x.rendered[key] = made{after, refused}
	return after
}
