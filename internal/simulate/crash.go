package simulate

import "time"

// crashLater has a pod that is ready since some time crash, if its workload is
// of that kind.
func (k *kubelet) crashLater(p int32, since int64) {
	x := &k.pods[p]
	if c := &k.workloads[k.classes[x.class].workload].crashes; c.After > 0 {
		k.at(since+int64(c.After+k.between(crashSlip)), doCrash, p, 0, x.gen)
	}
}

// crash has a pod fail that runs on. Under AlwaysAllow it may be evicted now,
// whatever its budget refused before.
func (k *kubelet) crash(p int32) {
	x := &k.pods[p]
	k.setReady(p, false, k.podEvent(PodUnready, p, -1))
	k.recoverLater(p, k.now)
	if c := &k.classes[x.class]; x.waiting && len(c.pdbs) == 1 && k.World.pdbs[c.pdbs[0].pdb].alwaysAllow {
		k.pdbController.wake(&k.pdbs[c.pdbs[0].pdb])
	}
	k.loop.wake()
}

// recoverLater has a pod that crashed get ready again.
func (k *kubelet) recoverLater(p int32, since int64) {
	x := &k.pods[p]
	k.at(since+int64(k.workloads[k.classes[x.class].workload].crashes.For+k.between(crashSlip)), doReady, p, 0, x.gen)
}

// goOnCrashing has a pod that ran before the scenario go on as it was, from
// when it last got ready or ceased to be. That it waits to be started again
// does not mean that it stays down.
func (k *kubelet) goOnCrashing(p int32, changed time.Time) {
	x := &k.pods[p]
	x.stuck = false
	since := int64(0)
	if !changed.IsZero() {
		since = int64(changed.Sub(k.start))
	}
	if x.ready {
		k.crashLater(p, since)
	} else {
		k.recoverLater(p, since)
	}
}
