package simulate

import (
	"slices"
)

// collector takes pods out of the API whose node is gone.
type collector struct {
	*engine
	orphans []orphan
	phase   int64 // some time at which it looks, 0 until there is one
}

// orphan is a pod whose node is gone. It does not run, and no endpoint has it,
// but it is there until it is collected as garbage: its controller makes no
// other in its place, and its budget counts it as it was.
type orphan struct {
	class, ordinal, cause int32
	ready, gone           bool
}

// orphan has a pod that is left on a node go with it. Of a StatefulSet's one
// that was told to stop leaves its name behind, too. DaemonSets have one on
// every node and are not short of any.
func (gc *collector) orphan(p, cause int32) {
	x := &gc.pods[p]
	c := &gc.classes[x.class]
	kind := gc.World.workloads[c.workload].kind
	o := orphan{class: x.class, ordinal: x.ordinal, cause: cause, ready: x.ready}
	runs, lasts := x.state == podRunning, kind != daemon && kind != static
	if lasts && (runs || kind == ordered) {
		gc.pdbController.recount(c, boolean(o.ready), 1-boolean(o.ready))
		gc.workloads[c.workload].orphans = append(gc.workloads[c.workload].orphans, o.ordinal)
		gc.workloads[c.workload].staleReady += int32(boolean(o.ready))
		gc.at(gc.collectedAt(), doCollect, int32(len(gc.orphans)), 0, 0)
		gc.orphans = append(gc.orphans, o)
	}
	if runs {
		gc.kubelet.terminate(p, 0, cause)
	}
}

// collectedAt is when what is orphaned now is collected.
func (gc *collector) collectedAt() int64 {
	step := int64(collectorInterval)
	if gc.phase == 0 {
		gc.phase = -1 - gc.rng.Int64N(step)
	}
	next := gc.phase + ((gc.now-gc.phase)/step+1)*step
	return next + int64(quarantine+gc.between(collectorDeletes))
}

// collect takes an orphan out of the world. Its controller may make another.
func (gc *collector) collect(i int32) {
	o := &gc.orphans[i]
	o.gone = true
	gc.pdbController.recount(&gc.classes[o.class], -boolean(o.ready), boolean(o.ready)-1)
	l := gc.classes[o.class].workload
	x := &gc.workloads[l]
	x.staleReady -= int32(boolean(o.ready))
	gc.counted(x)
	k, last := slices.Index(x.orphans, o.ordinal), len(x.orphans)-1
	x.orphans[k] = x.orphans[last]
	x.orphans = x.orphans[:last]
	gc.controllers.wake(l, o.cause)
}
