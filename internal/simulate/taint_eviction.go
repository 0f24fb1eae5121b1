package simulate

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// taintEvicter deletes the pods of nodes that are not ready, as their tolerations of
// that run out. No PDB is asked.
//
// Source: Controller.processPodOnNode in
// pkg/controller/tainteviction/taint_eviction.go of Kubernetes 1.36.
type taintEvicter struct{ *engine }

// tolerance is for how long a pod stays on a node that is not ready, by why that is; never for
// good.
type tolerance struct{ notReady, unreachable int64 }

// until is for how long a pod stays on a node.
func (c *class) until(n *node) int64 {
	switch {
	case n.outOfService && c.bearsOff:
		return never
	case n.outOfService:
		return 0
	case n.unreachable:
		return c.tolerates.unreachable
	}
	return c.tolerates.notReady
}

// outOfService reports whether somebody has tainted a node of the start so that is there still.
func (e *engine) outOfService(n int32) bool {
	x := &e.nodes[n]
	return x.initial >= 0 && x.gen == 0 && e.World.nodes[x.initial].outOfService
}

// tolerances are those of a template's pods. What runs on every node, or was started
// by the kubelet, tolerates all of it.
//
// Source: AddOrUpdateDaemonPodTolerations in pkg/controller/daemon/util/daemonset_util.go;
// applyDefaults in pkg/kubelet/config/common.go.
func (b *podClasses) tolerances(t *kubernetes.PodTemplate, k kind) tolerance {
	of := func(unreachable bool) int64 {
		d, forever := t.UntilEvicted(unreachable)
		if forever || k == daemon || k == static {
			return never
		}
		return int64(d)
	}
	return tolerance{of(false), of(true)}
}

// waits reports whether a pod waits for a node, or another will in its place because
// it is evicted from one that is not ready.
func (w *World) waits(p *pod) bool {
	if p.node < 0 {
		return true
	}
	n := &w.nodes[p.node]
	return (!n.evictsFrom.IsZero() || n.outOfService) && w.classes[p.class].until(n) < never
}

// anyWaits reports whether some pod does.
func (w *World) anyWaits() bool {
	for i := range w.pods {
		if w.waits(&w.pods[i]) {
			return true
		}
	}
	return false
}

// evictLater has a pod evicted when it no longer tolerates its node, which was not
// ready when the run began.
func (te *taintEvicter) evictLater(p int32) {
	x := &te.World.nodes[te.World.pods[p].node]
	if left := te.classes[te.pods[p].class].until(x); left < never {
		from := int64(x.evictsFrom.Sub(te.start))
		if x.outOfService { // since when nobody says
			from = 0
		}
		te.at(max(0, from+left)+int64(te.between(taintEvicts)), doTaintEvict, p, 0, te.pods[p].gen)
	}
}

// evict deletes a pod, which goes on where it is if nobody is there to stop it.
func (te *taintEvicter) evict(p int32) {
	x := &te.pods[p]
	if x.state != podRunning {
		return
	}
	c := &te.classes[x.class]
	te.run.ForceDeleted++
	cause := int32(-1)
	if te.recording {
		n := &te.World.nodes[te.World.pods[p].node]
		is := "not ready"
		switch {
		case n.outOfService:
			is = "out of service"
		case n.unreachable:
			is = "unreachable"
		}
		cause = te.event(Event{
			Kind: ForceDeleted, Node: x.node, Pod: p, Workload: c.workload, Cause: te.nodes[x.node].cause,
			Detail: fmt.Sprintf("its node is %s, which it tolerates for %s", is, words.Duration(time.Duration(c.until(n)))),
		})
	}
	te.kubelet.terminate(p, c.grace, cause)
}
