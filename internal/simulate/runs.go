package simulate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// Runs plays a scenario in all its runs, on all cores, and keeps no events. It
// ends with the context, as Play does.
func Runs(ctx context.Context, w *World, s Scenario) ([]Run, error) {
	if err := w.Check(&s); err != nil {
		return nil, err
	}
	runs := playAll(ctx, w, &s, nil)
	return runs, ctx.Err()
}

// RunWithEvents plays a single run once more, with its events.
func RunWithEvents(w *World, s Scenario, seed int64) Run {
	e := newEngine(w, &s, seed, true)
	e.play()
	return e.run
}

// Watched are the workloads whose ready pods are counted, in the order of the
// runs of a scenario.
func (w *World) Watched(s *Scenario) []Watched {
	ready := make([]int, len(w.workloads))
	for i := range w.pods {
		if p := &w.pods[i]; p.ready && p.deleted.IsZero() {
			ready[w.classes[p.class].workload]++
		}
	}
	var all []Watched
	for _, l := range w.watchlist() {
		all = append(all, Watched{Ref: w.workloads[l].Ref, Replicas: w.workloads[l].replicas, Floor: s.floor(&w.workloads[l]), Ready: ready[l]})
	}
	return all
}

// Made is how many nodes were made up to place the workloads on.
func (w *World) Made() int { return w.made }

// Due is when a node reaches its maximum age.
type Due struct {
	Node string
	At   time.Time
}

// Dues are when the nodes under each watched workload reach theirs, the first
// one first. Nodes whose age is not known are not among them.
func (w *World) Dues() [][]Due {
	under := make([]map[int32]bool, len(w.workloads))
	for i := range w.pods {
		p := &w.pods[i]
		if p.node < 0 || w.nodes[p.node].created.IsZero() || w.nodes[p.node].life >= contract.Forever {
			continue
		}
		l := w.classes[p.class].workload
		if under[l] == nil {
			under[l] = map[int32]bool{}
		}
		under[l][p.node] = true
	}
	var all [][]Due
	for _, l := range w.watchlist() {
		var dues []Due
		for n := range under[l] {
			dues = append(dues, Due{w.nodes[n].name, w.nodes[n].created.Add(w.nodes[n].life)})
		}
		slices.SortFunc(dues, func(x, y Due) int {
			if c := x.At.Compare(y.At); c != 0 {
				return c
			}
			return strings.Compare(x.Node, y.Node)
		})
		all = append(all, dues)
	}
	return all
}
