package simulate

import (
	"cmp"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// dims is how many resources are counted: CPU, memory, pods, and the first
// others that some pod asks for.
const dims = 6

// amount is how much of each resource. CPU is in thousandths of a core, memory
// in bytes.
type amount [dims]int64

const (
	cpu = iota
	memory
	slots
	others // the first of the extended resources
)

func (a *amount) add(b *amount) {
	for i := range a {
		a[i] += b[i]
	}
}

func (a *amount) sub(b *amount) {
	for i := range a {
		a[i] -= b[i]
	}
}

// holds reports whether b fits into a.
func (a *amount) holds(b *amount) bool {
	for i := range a {
		if b[i] > 0 && a[i] < b[i] {
			return false
		}
	}
	return true
}

func (a amount) compare(b amount) int {
	return cmp.Or(
		cmp.Compare(a[cpu], b[cpu]), cmp.Compare(a[memory], b[memory]),
		cmp.Compare(a[others], b[others]), cmp.Compare(a[slots], b[slots]),
	)
}

// unlimited is what a node has of everything where that was not read.
var unlimited = amount{1 << 50, 1 << 60, 1 << 40, 1 << 50, 1 << 50, 1 << 50}

// amountOf counts resources. Extended ones get a place as they are asked for;
// those beyond the last are not counted.
func (b *podClasses) amountOf(r kubernetes.Resources, asks bool) amount {
	a := amount{cpu: r.CPU, memory: r.Memory, slots: r.Pods}
	for name, n := range r.Other {
		i, known := b.dims[name]
		if !known {
			if !asks {
				continue
			}
			i = others + len(b.dims)
			b.dims[name] = i
			if i >= dims {
				b.note("%s is not counted when pods are placed: more than %d resources are asked for", name, dims)
			}
		}
		if i < dims {
			a[i] = n
		}
	}
	return a
}
