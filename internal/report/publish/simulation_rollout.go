package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/simulate"
)

// simulatedRollouts are the releases that were not through in some run. Where something could
// not be read there is no verdict.
func simulatedRollouts(runs []simulate.Run, unread bool) []published.SimulatedRollout {
	var all []published.SimulatedRollout
	for i := range runs {
		for _, u := range runs[i].Rollouts {
			ref := published.Ref(u.Workload)
			k := slices.IndexFunc(all, func(x published.SimulatedRollout) bool { return x.Workload == ref })
			if k < 0 {
				k = len(all)
				all = append(all, published.SimulatedRollout{Workload: ref, Verdict: finding.Unknown})
				if u.Deadline > 0 {
					all[k].DeadlineSeconds = new(seconds(u.Deadline))
				}
			}
			x := &all[k]
			x.UnfinishedRuns++
			x.StillSeconds = max(x.StillSeconds, seconds(u.Still))
			if !u.Failed() {
				continue
			}
			if x.FailedRuns++; !unread {
				x.Verdict = finding.Broken
			}
		}
	}
	return all
}
