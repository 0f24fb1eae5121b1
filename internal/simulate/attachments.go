package simulate

import (
	"fmt"
	"time"
)

// attacher attaches the volumes of pods to their nodes, where one node at a time has them.
//
// Source: reconciler.attachDesiredVolumes in
// pkg/controller/volume/attachdetach/reconciler/reconciler.go of Kubernetes 1.36, which
// attaches none that another node has (a Multi-Attach error).
type attacher struct {
	*engine
	at    []int32     // by disk: the node that has it, nowhere for none
	waits []diskWaits // pods that have a node, and not their volume
}

type diskWaits struct {
	pod int32
	gen uint32
}

const (
	nowhere = -1
	lost    = -2 // its node is gone or dead, and counts as the one that has it
	// unmountedAfter is how long the controller waits for a kubelet to say that it has
	// unmounted a volume, where none is there to say so.
	//
	// Source: reconcilerMaxWaitForUnmountDuration in
	// pkg/controller/volume/attachdetach/attach_detach_controller.go of Kubernetes 1.36.
	unmountedAfter = 6 * time.Minute
)

// attach attaches the volumes of a pod that is on a node, and reports whether all of them
// are there.
func (a *attacher) attach(p int32) bool {
	x := &a.pods[p]
	if x.tie == untied {
		return true
	}
	if a.lacks(x) != nowhere {
		return false
	}
	for _, d := range a.ties[x.tie].disks {
		if a.disks[d].once {
			a.at[d] = x.node
		}
	}
	return true
}

// lacks is the first disk of a pod that its node cannot have, as another has it; nowhere for
// none.
func (a *attacher) lacks(x *podState) int32 {
	for _, d := range a.ties[x.tie].disks {
		if a.disks[d].once && a.at[d] != nowhere && a.at[d] != x.node {
			return d
		}
	}
	return nowhere
}

// wait has a pod wait for what it mounts.
func (a *attacher) wait(p int32) { a.waits = append(a.waits, diskWaits{p, a.pods[p].gen}) }

// detach takes the volumes from a node whose last pod that mounts them is gone. Where no
// kubelet has unmounted them that is done when the controller has waited for it.
func (a *attacher) detach(tie, n int32, stopped bool) {
	if tie == untied {
		return
	}
	for _, d := range a.ties[tie].disks {
		switch {
		case !a.disks[d].once || a.at[d] != n || a.isOn(d, n):
		case stopped:
			a.free(d)
		default:
			a.at[d] = lost
			a.engine.at(a.collector.collectedAt()+int64(unmountedAfter), doDetach, d, 0, 0)
		}
	}
}

// free attaches a volume that no node has any more where a pod waits for it.
func (a *attacher) free(d int32) {
	a.at[d] = nowhere
	waits := a.waits
	a.waits = nil
	for _, w := range waits {
		x := &a.pods[w.pod]
		switch {
		case x.gen != w.gen || x.state != podRunning: // it is gone
		case a.attach(w.pod):
			a.kubelet.begin(w.pod)
		default:
			a.waits = append(a.waits, w)
		}
	}
}

// begin attaches what the pods have with which the run begins: those first that are ready.
func (a *attacher) begin() {
	a.at = make([]int32, len(a.disks))
	for d := range a.at {
		a.at[d] = nowhere
	}
	for _, ready := range []bool{true, false} {
		for p := range a.World.pods {
			if x := &a.pods[p]; x.node >= 0 && x.ready == ready && len(a.disks) > 0 {
				a.attach(int32(p))
			}
		}
	}
}

func (a *attacher) called(n int32) string { return a.run.Names.Nodes[a.nodeName(n)] }

// unattached says which pods have no volume when the time is over, in the run that is told.
func (a *attacher) unattached() []string {
	var notes []string
	for _, w := range a.waits {
		x := &a.pods[w.pod]
		if x.gen != w.gen || x.state != podRunning {
			continue
		}
		l := &a.World.workloads[a.classes[x.class].workload]
		d := a.lacks(x)
		if d == nowhere {
			continue
		}
		note := fmt.Sprintf("pod %s of %s/%s waits on node %s for its volume (claim %s), which one node at a time can have",
			a.podNamed(w.pod), l.Namespace, l.Name, a.called(x.node), a.disks[d].claim)
		if has := a.at[d]; has >= 0 {
			note += fmt.Sprintf(": node %s has it (a Multi-Attach error)", a.called(has))
		}
		if len(notes) < mostWaits {
			notes = append(notes, note)
		}
	}
	return notes
}
