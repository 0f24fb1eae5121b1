package report

import (
	"testing"

	"github.com/onus-project/onus/internal/report/published"
)

// The line of a pool tells what was played, and the best case only where no run and no
// bound says otherwise.
func TestFinishText(t *testing.T) {
	seconds := func(n float64) *float64 { return &n }
	because := []string{"3 nodes, at most 1 at a time"}
	for want, f := range map[string]published.SimulatedFinish{
		"all 3 nodes replaced in the runs that were played, in the best case after 1 min: 3 nodes, at most 1 at a time": {
			Nodes: 3, TakesSeconds: seconds(60), Because: because},
		"all 3 nodes replaced in the runs that were played": {Nodes: 3, TakesSeconds: seconds(0)},
		"all 3 nodes replaced in the runs that were played, but in the worst order 2 may be left: 3 nodes, at most 1 at a time": {
			Nodes: 3, AtWorst: 2, TakesSeconds: seconds(60), Because: because},
		"2 to 3 of 3 nodes left in the runs that were played: pod db-0 is still stopping": {
			Nodes: 3, Left: published.Left{Min: 2, Max: 3}, TakesSeconds: seconds(60), Because: because,
			Stays: []published.SimulatedStay{{Why: "pod db-0 is still stopping"}}},
		"3 of 3 nodes stay as they are, whatever the order: 3 nodes, at most 1 at a time": {
			Nodes: 3, Unpatched: 3, AtWorst: 3, Left: published.Left{Min: 3, Max: 3}, Because: because},
		"all 2 nodes replaced in the runs that were played; 2 of them by force": {Nodes: 2, Forced: 2},
		"its node replaced in the runs that were played":                        {Nodes: 1},
		"1 of 1 node stays as it is, whatever the order":                        {Nodes: 1, Unpatched: 1},
	} {
		if got := finishText(&f); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
