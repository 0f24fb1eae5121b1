package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/words"
)

// settle orders what is watched and checks that there is something to play.
func (b *firstPlacement) settle() error {
	b.nodeShapes.orderShapes()
	if len(b.pods) == 0 || len(b.nodes) == 0 {
		if err := b.place(); err != nil {
			return err
		}
	}
	nodeFits{b.builder}.measure()
	for i := range b.estate.Workloads {
		if l := b.workloadOf[i]; l >= 0 && (b.workloads[l].watched || b.guarded(i)) {
			return nil
		}
	}
	if names := b.left(); len(names) > 0 && len(b.unplaced) == 0 {
		b.note("no workload is watched: only DaemonSets were read (%s), of which each node has a pod as long as it is there", words.Few(names))
		return nil
	}
	if names := b.ending(); len(names) > 0 && len(b.unplaced) == 0 {
		b.note("no workload is watched: of those that drains evict only Jobs have pods now (%s), and these end by themselves", words.Few(names))
		return nil
	}
	return b.nothingToWatch()
}

// orderShapes has pools ask for their smallest nodes first.
func (b *nodeShapes) orderShapes() {
	for i := range b.pools {
		slices.SortFunc(b.pools[i].shapes, func(x, y int32) int { return b.shapes[x].capacity.compare(b.shapes[y].capacity) })
	}
}

// guarded reports whether a workload that runs to its end, which nobody watches, may hold the
// nodes of its pods, as some budget is over it, or is moved.
func (b *firstPlacement) guarded(i int) bool {
	w := &b.estate.Workloads[i]
	return w.Evictable && moves(w) || w.Evictable && !w.Lasting && len(b.classes[b.workloads[b.workloadOf[i]].class].pdbs) > 0
}

// left are the workloads that keep a pod on each node, and that drains leave alone, where
// there are no others.
func (b *firstPlacement) left() []string {
	var names []string
	for i := range b.estate.Workloads {
		switch w := &b.estate.Workloads[i]; {
		case w.Evictable:
			return nil
		case w.Lasting:
			names = append(names, w.Name)
		}
	}
	return names
}

// ending are the workloads that run to their end and have pods on nodes, whose pods drains
// evict: nobody counts on how many run, but their nodes go.
func (b *firstPlacement) ending() []string {
	if b.made > 0 {
		return nil
	}
	var names []string
	for i := range b.estate.Workloads {
		if w := &b.estate.Workloads[i]; w.Evictable && !w.Lasting && !w.Bare && slices.ContainsFunc(b.pods, func(p pod) bool {
			return p.node >= 0 && b.classes[p.class].workload == b.workloadOf[i]
		}) {
			names = append(names, w.Name)
		}
	}
	return names
}

// nothingToWatch says why no workload can be played.
func (b *firstPlacement) nothingToWatch() error {
	if len(b.unplaced) > 0 {
		return fmt.Errorf("no workload can be placed: %s", strings.Join(b.unplaced, "; "))
	}
	if names := b.left(); len(names) > 0 {
		return fmt.Errorf("there is no workload to watch: only DaemonSets were read (%s), and no nodes that their pods would be on",
			words.Few(names))
	}
	if len(b.estate.Workloads) == 0 {
		return fmt.Errorf("there is no workload to watch: none was read")
	}
	return fmt.Errorf("there is no workload to watch: none of those read runs pods that a drain evicts")
}

// watchlist are the workloads whose ready pods are counted, by namespace, kind
// and name.
func (w *World) watchlist() []int32 {
	if w.watching != nil {
		return w.watching
	}
	all := []int32{}
	for i := range w.workloads {
		if w.workloads[i].watched {
			all = append(all, int32(i))
		}
	}
	slices.SortFunc(all, func(x, y int32) int {
		return cmp.Or(w.workloads[x].Ref.Compare(w.workloads[y].Ref), cmp.Compare(x, y))
	})
	return all
}
