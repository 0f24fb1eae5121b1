package simulate

import (
	"cmp"
	"slices"
	"time"
)

// handDrains are drains by hand: kubectl drain of some nodes cordons all of them, and
// then evicts the pods of one after the other, in the order of their names. The nodes
// stay, and take no pods.
//
// Source: DrainCmdOptions.RunDrain in pkg/cmd/drain/drain.go of k8s.io/kubectl 0.36,
// with --ignore-daemonsets, --delete-emptydir-data and --force.
type handDrains struct {
	*engine
	commands [][]handDrained
	open     int // nodes that have pods to see to
}

// handDrained is a node that a command is still to empty.
type handDrained struct {
	node   int32
	gen    uint32
	listed []listedPod // once its turn has come
}

// listedPod is a pod that was on a node when kubectl looked which are. It looks once: a pod
// that comes later, as it tolerates the cordon, stays.
type listedPod struct {
	pod int32
	gen uint32
}

// list takes down the pods of a node that a command waits for.
func (hd *handDrains) list(n int32) []listedPod {
	all := make([]listedPod, 0, len(hd.nodes[n].pods))
	for _, p := range hd.nodes[n].pods {
		all = append(all, listedPod{p, hd.pods[p].gen})
	}
	return all
}

// drainPoll is how often kubectl looks whether the pods of a node are gone.
//
// Source: waitForDelete in pkg/drain/drain.go, by Helper.deletePods and evictPods.
const drainPoll = time.Second

// begin has somebody drain nodes by one command.
func (hd *handDrains) begin(nodes []int32, cause int32) {
	slices.SortFunc(nodes, func(a, b int32) int { return cmp.Compare(hd.nodes[a].pos, hd.nodes[b].pos) })
	var command []handDrained
	for _, n := range nodes {
		x := &hd.nodes[n]
		if x.byHand { // somebody else is at it
			continue
		}
		hd.close(n)
		x.cordoned, x.byHand, x.began = true, true, hd.now
		command = append(command, handDrained{node: n, gen: x.gen})
		if !x.targeted {
			x.targeted, x.asked = true, hd.now
			hd.run.Asked++
			hd.run.Unreplaced++
		}
		hd.open++
		hd.drainer.countDrain()
		x.cause = hd.event(Event{Kind: DrainBegan, Node: n, Pod: -1, Workload: -1, Cause: cause})
		if hd.drainer.waitsFor(n) == 0 {
			hd.done(n)
		}
	}
	hd.run.Draining = max(hd.run.Draining, hd.drainer.draining+hd.open)
	hd.commands = append(hd.commands, command)
	hd.look(int32(len(hd.commands) - 1))
}

// look goes on with a command: it waits for the pods of its first node, and then turns
// to the next.
func (hd *handDrains) look(i int32) {
	for ; len(hd.commands[i]) > 0; hd.commands[i] = hd.commands[i][1:] {
		at := &hd.commands[i][0]
		x := &hd.nodes[at.node]
		if x.gen != at.gen || !x.byHand {
			continue // it is gone, or had no pods
		}
		if at.listed == nil {
			at.listed = hd.list(at.node)
		}
		means := func(p int32) bool { return slices.Contains(at.listed, listedPod{p, hd.pods[p].gen}) }
		if hd.drainer.askAll(at.node, means) > 0 {
			hd.after(drainPoll, doDrainByHand, i, 0, 0)
			return
		}
		hd.done(at.node)
	}
}

// done is called when a node has no more pods that a command waits for, or is gone.
func (hd *handDrains) done(n int32) {
	x := &hd.nodes[n]
	if !x.byHand {
		return
	}
	x.byHand = false
	hd.open--
	if x.targeted && x.policy == nil { // else somebody else wants it gone
		x.targeted = false
		hd.run.Unreplaced--
	}
}
