package report

import (
	"fmt"

	"github.com/onus-project/onus/internal/words"
)

// rolloutText says of each release that was not through how far it got. What it waits for
// stands in the notes.
func (x *simulationWriter) rolloutText() {
	s := x.s
	for i := range x.Rollouts {
		r := &x.Rollouts[i]
		says := fmt.Sprintf("not through in %d of %s; nothing of it got on for %s", r.UnfinishedRuns, words.Count(x.Runs, "run"),
			words.Seconds(r.StillSeconds))
		if r.FailedRuns > 0 && r.DeadlineSeconds != nil {
			says += fmt.Sprintf(": it counts as failed after %s", words.Seconds(*r.DeadlineSeconds))
		}
		x.line(s.hang(0, s.verdict(r.Verdict)+"  "+s.paint(strong, r.Workload.Namespace+"/"+r.Workload.Name)+" "+
			s.paint(faint, "release"), 8, says))
	}
}
