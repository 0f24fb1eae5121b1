package simulate

import (
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// evictor asks the API server to evict pods, and asks again where it refuses.
type evictor struct{ *engine }

// ask asks for a pod's eviction in a moment.
func (ev *evictor) ask(p int32, in window) {
	x := &ev.pods[p]
	if x.evicting || x.state != podRunning {
		return
	}
	x.evicting, x.waiting, x.tries = true, false, 0
	ev.after(ev.between(in), doEvict, p, 0, x.gen)
}

// countRetries counts the tries that a waiting pod made in vain until some time.
func (ev *evictor) countRetries(p int32, until int64) {
	x := &ev.pods[p]
	backoff := ev.backoff(p)
	for x.next < until {
		if x.tries > 20 { // it has grown to its most
			n := (until - x.next + int64(backoff(20)) - 1) / int64(backoff(20))
			ev.run.Refused += int(n)
			x.next += n * int64(backoff(20))
			return
		}
		x.tries++
		ev.run.Refused++
		x.next += int64(backoff(int(x.tries)))
	}
}

// decide is the API server's answer to an eviction of a pod that runs.
func (ev *evictor) decide(p int32) disruption.Decision {
	x := &ev.pods[p]
	c := &ev.classes[x.class]
	pod := disruption.PodState{Phase: "Running", Ready: x.ready}
	switch len(c.pdbs) {
	case 0:
		return disruption.Decide(pod, nil)
	case 1:
		one := [1]disruption.BudgetState{ev.pdbs[c.pdbs[0].pdb].BudgetState}
		one[0].AlwaysAllow = ev.World.pdbs[c.pdbs[0].pdb].alwaysAllow
		return disruption.Decide(pod, one[:])
	}
	several := [2]disruption.BudgetState{} // how many more does not matter
	return disruption.Decide(pod, several[:])
}

// evict asks for the eviction of a pod.
func (ev *evictor) evict(p int32) {
	x := &ev.pods[p]
	if x.state != podRunning {
		x.evicting = false
		return
	}
	n := x.node
	if ev.unanswered(p) {
		return
	}
	if d := ev.decide(p); d.Evicts() {
		ev.run.Evicted++
		cause := int32(-1)
		if ev.recording {
			cause = ev.event(Event{
				Kind: Evicted, Node: n, Pod: p, Workload: ev.classes[x.class].workload, Cause: ev.nodes[n].cause, Number: int32(x.tries + 1),
			})
		}
		ev.kubelet.terminate(p, ev.graceOf(p, n), cause)
		return
	}
	x.tries++
	ev.run.Refused++
	if x.tries == 1 && ev.recording {
		ev.event(Event{Kind: Refused, Node: n, Pod: p, Workload: ev.classes[x.class].workload, Cause: ev.nodes[n].cause, Detail: ev.refusal(p)})
	}
	x.next = ev.now + int64(ev.backoff(p)(int(x.tries))+ev.between(evictionSlip))
	x.waiting = true
	if c := &ev.classes[x.class]; len(c.pdbs) == 1 {
		g := &ev.pdbs[c.pdbs[0].pdb]
		g.waiters = append(g.waiters, p)
	}
}

// unanswered refuses an eviction because a webhook does not answer, and reports
// whether it did. Whoever asked asks again after the same back-off as when a
// budget refuses.
func (ev *evictor) unanswered(p int32) bool {
	g := ev.admission.refusesEviction(p)
	if g < 0 {
		return false
	}
	x := &ev.pods[p]
	x.tries++
	ev.run.Refused++
	if x.tries == 1 && ev.recording {
		ev.event(Event{
			Kind: Refused, Node: x.node, Pod: p, Workload: ev.classes[x.class].workload, Cause: ev.nodes[x.node].cause, Detail: ev.gates[g].silent(),
		})
	}
	ev.after(ev.backoff(p)(int(x.tries))+ev.between(evictionSlip), doEvict, p, 0, x.gen)
	return true
}

// refusal says in words why a pod is not evicted.
func (ev *evictor) refusal(p int32) string {
	c := &ev.classes[ev.pods[p].class]
	if len(c.pdbs) > 1 {
		return "several PDBs select it, and the API server then refuses every eviction"
	}
	g := c.pdbs[0].pdb
	return "PDB " + ev.World.pdbs[g].Name + " allows no eviction now"
}

// backoff is that of who drains the node of a pod.
func (ev *evictor) backoff(p int32) disruption.Backoff {
	x := &ev.nodes[ev.pods[p].node]
	if x.byHand || x.policy != nil && !x.policy.Karpenter {
		return disruption.KubectlBackoff
	}
	return disruption.KarpenterBackoff
}

// graceOf is the grace that a pod gets on a node.
func (ev *evictor) graceOf(p, n int32) time.Duration {
	own := ev.classes[ev.pods[p].class].grace
	if policy := ev.nodes[n].policy; policy != nil {
		return policy.Deadline.Grace(own)
	}
	return own
}
