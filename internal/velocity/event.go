package velocity

import (
	"cmp"
	"time"
)

// kind is what happens at a time. Those with lower numbers come first.
type kind uint8

const (
	ends    kind = iota // a deployment has done what it could in this opening
	fails               // a member of it failed
	overdue             // a wave has taken as long as it may
	begins              // a wave begins
	wakes               // a deployment looks whether it may begin
)

// event is one of them, of a deployment or a wave.
type event struct {
	at time.Duration
	kind
	of int32
}

func (e *event) before(o *event) bool {
	return cmp.Or(cmp.Compare(e.at, o.at), cmp.Compare(e.kind, o.kind), cmp.Compare(e.of, o.of)) < 0
}

// waiting is a deployment that could begin, and waits for its turn: whose opening closes first comes first.
type waiting struct {
	latest time.Duration // after which its opening has no room for it
	wave   int32
	of     int32
}

func (w *waiting) before(o *waiting) bool {
	return cmp.Or(cmp.Compare(w.latest, o.latest), cmp.Compare(w.wave, o.wave), cmp.Compare(w.of, o.of)) < 0
}

// heap has its first element at the front.
type heap[T any, P interface {
	*T
	before(*T) bool
}] []T

func (h *heap[T, P]) push(x T) {
	a := append(*h, x)
	*h = a
	for i := len(a) - 1; i > 0; {
		up := (i - 1) / 2
		if !P(&a[i]).before(&a[up]) {
			return
		}
		a[i], a[up] = a[up], a[i]
		i = up
	}
}

func (h *heap[T, P]) pop() T {
	a := *h
	top, last := a[0], len(a)-1
	a[0] = a[last]
	a = a[:last]
	*h = a
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(a) {
			return top
		}
		if down+1 < len(a) && P(&a[down+1]).before(&a[down]) {
			down++
		}
		if !P(&a[down]).before(&a[i]) {
			return top
		}
		a[i], a[down] = a[down], a[i]
		i = down
	}
}
