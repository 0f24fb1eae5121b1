package simulate

import (
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// moves reports whether an operator moves the pods of a workload to other nodes while they run,
// or may do so: then no budget holds their nodes, and nothing about them is counted.
func moves(w *kubernetes.Workload) bool { return w.Move != nil && w.Move.Cannot == "" }

// noteMoved says of which workloads that is, and has those stand open of which it is not sure.
func (b *podClasses) noteMoved() {
	names := map[string][]string{}
	for i := range b.estate.Workloads {
		w := &b.estate.Workloads[i]
		if b.workloadOf[i] < 0 || !moves(w) {
			continue
		}
		by := w.Move.Operator
		names[by] = append(names[by], w.Name)
		if w.Move.Unsure != "" {
			x := &b.workloads[b.workloadOf[i]]
			x.refusers = append(x.refusers, by+" (whether it moves "+w.Kind+" "+w.Name+" is not known: "+w.Move.Unsure+")")
		}
	}
	for _, by := range slices.Sorted(maps.Keys(names)) {
		b.note("%s moves pods of %s to other nodes while they run: how long that takes is not played", by, words.Few(names[by]))
	}
}
