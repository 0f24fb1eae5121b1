package simulate

import (
	"slices"
	"time"
)

// orphan is a pod whose node is gone. It does not run, and no endpoint has it,
// but it is there until it is collected as garbage: its controller makes no
// other in its place, and its budget counts it as it was.
type orphan struct {
	class, ordinal, cause int32
	ready, gone           bool
}

// How long an orphan lasts.
//
// Source: gcCheckPeriod and quarantineTime in
// pkg/controller/podgc/gc_controller.go of Kubernetes 1.36: each look lists
// the nodes that are missing, and pods go at the first look 40 s after that.
const (
	collects   = 20 * time.Second
	quarantine = 40 * time.Second
)

// orphaned has a pod that is left on a node go with it. Of a StatefulSet's one
// that was told to stop leaves its name behind, too. DaemonSets have one on
// every node and are not short of any.
func (e *engine) orphaned(p, cause int32) {
	x := &e.pods[p]
	c := &e.classes[x.class]
	kind := e.World.loads[c.load].kind
	o := orphan{class: x.class, ordinal: x.ordinal, cause: cause, ready: x.ready}
	runs, lasts := x.state == podRunning, kind != daemon && kind != static
	if lasts && (runs || kind == ordered) {
		e.recount(c, boolean(o.ready), 1-boolean(o.ready))
		e.loads[c.load].orphans = append(e.loads[c.load].orphans, o.ordinal)
		e.loads[c.load].ghosts += int32(boolean(o.ready))
		e.at(e.collected(), doCollect, int32(len(e.orphans)), 0, 0)
		e.orphans = append(e.orphans, o)
	}
	if runs {
		e.terminate(p, 0, cause)
	}
}

// collected is when what is orphaned now is collected.
func (e *engine) collected() int64 {
	step := int64(collects)
	if e.collector == 0 {
		e.collector = -1 - e.rng.Int64N(step)
	}
	next := e.collector + ((e.now-e.collector)/step+1)*step
	return next + int64(quarantine+e.between(10*time.Millisecond, 60*time.Millisecond))
}

// collect takes an orphan out of the world. Its controller may make another.
func (e *engine) collect(i int32) {
	o := &e.orphans[i]
	o.gone = true
	e.recount(&e.classes[o.class], -boolean(o.ready), boolean(o.ready)-1)
	l := e.classes[o.class].load
	x := &e.loads[l]
	x.ghosts -= int32(boolean(o.ready))
	e.counted(x)
	k, last := slices.Index(x.orphans, o.ordinal), len(x.orphans)-1
	x.orphans[k] = x.orphans[last]
	x.orphans = x.orphans[:last]
	e.needControl(l, o.cause)
}
