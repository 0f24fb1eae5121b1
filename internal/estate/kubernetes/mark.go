package kubernetes

import (
	"slices"
	"strconv"

	"github.com/onus-project/onus/internal/origin"
)

// MarkPrefix begins the annotations by which the owner of an object tells onus
// something.
const MarkPrefix = "onus.dev/"

// FloorKey is that of the mark which says with how many ready pods a workload counts
// as up.
const FloorKey = "floor"

// Mark is one of these annotations: of an object, or of the template of its pods.
type Mark struct {
	Object   Ref    // of a pool as findings name it, whatever its kind
	Key      string // without the prefix: waive, floor, owner
	Text     string
	Position origin.Position // of the annotation
	On       origin.Position // of the object
}

// marks are those of the objects that count: of one that stands more than once,
// the one that was read last.
func (l *linker) marks() {
	if len(l.raw.Marks) == 0 {
		return
	}
	counts := map[Ref]origin.Position{}
	for _, m := range l.raw.Marks {
		counts[m.Object] = m.On
	}
	for i := range l.Workloads {
		counts[l.Workloads[i].Ref] = l.Workloads[i].Position
	}
	for i := range l.Budgets {
		counts[l.Budgets[i].Ref()] = l.Budgets[i].Position
	}
	for _, m := range l.raw.Marks {
		if m.On == counts[m.Object] {
			l.Marks = append(l.Marks, m)
		}
	}
	floors := map[Ref]int{}
	for _, m := range l.Marks {
		if n, err := strconv.Atoi(m.Text); m.Key == FloorKey && err == nil && n >= 0 {
			floors[m.Object] = n
		}
	}
	for i := range l.Workloads {
		w := &l.Workloads[i]
		if n, ok := floors[w.Ref]; ok {
			w.Floor = &n
		} else if w.MadeBy != nil {
			if n, ok := floors[w.MadeBy.Ref]; ok {
				w.Floor = &n
			}
		}
	}
}

// MarksOf are the marks on an object with a key, in the order of the input.
func (e *Estate) MarksOf(r Ref, key string) []Mark {
	return slices.DeleteFunc(slices.Clone(e.Marks), func(m Mark) bool { return m.Object != r || m.Key != key })
}
