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

// tolerance is for how long a pod stays on a node that is not ready; never for good.
type tolerance struct{ notReady, unreachable int64 }

// until is for how long a pod stays, by whether the kubelet of its node reports.
func (t tolerance) until(unreachable bool) int64 {
	if unreachable {
		return t.unreachable
	}
	return t.notReady
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
	return !n.evictsFrom.IsZero() && w.classes[p.class].tolerates.until(n.unreachable) < never
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
	if left := te.toleratesFor(p, x.unreachable); left < never {
		te.at(max(0, int64(x.evictsFrom.Sub(te.start))+left)+int64(te.between(taintEvicts)), doTaintEvict, p, 0, te.pods[p].gen)
	}
}

func (te *taintEvicter) toleratesFor(p int32, unreachable bool) int64 {
	return te.classes[te.pods[p].class].tolerates.until(unreachable)
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
		is := "not ready"
		if te.nodes[x.node].unreachable {
			is = "unreachable"
		}
		cause = te.event(Event{
			Kind: ForceDeleted, Node: x.node, Pod: p, Workload: c.workload, Cause: te.nodes[x.node].cause,
			Detail: fmt.Sprintf("its node is %s, which it tolerates for %s", is,
				words.Duration(time.Duration(te.toleratesFor(p, te.nodes[x.node].unreachable)))),
		})
	}
	te.kubelet.terminate(p, c.grace, cause)
}
