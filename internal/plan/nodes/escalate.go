package nodes

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Escalates is how risks are named that only an escalation has: escalate/shop/Deployment/web.
const Escalates = "escalate"

// interval is how long after a pod was deleted past its PDB the next one may be.
const interval = 5 * time.Minute

// escalation is what may be done about the drain of a node that is stuck: nil where no PDB is over a pod
// whose workload can be looked at again.
func (b *builder) escalation(n *node, drain *plan.Step) *plan.Escalation {
	by, held := b.escalated(n), heldBy(b.planner, n)
	if by == nil {
		return nil
	}
	refs := slices.Sorted(maps.Keys(held))
	with := maps.Clone(drain.Action.With)
	with[step.Workloads], with[step.Healthy], with[step.Interval] = strings.Join(refs, ","), by.Healthy.String(), by.Interval.String()
	x := &plan.Escalation{Action: plan.Action{Kind: step.Force, With: with}, TimeoutSeconds: int64(by.Timeout.Seconds())}
	for _, ref := range refs {
		r := plan.Risk{Obligation: Escalates, Subject: ref, Says: fmt.Sprintf("where a drain is stuck, one pod of it after the other is "+
			"deleted past %s, %s apart at the least, while all others have been Ready for %s", held[ref], words.Duration(interval),
			words.Duration(b.Escalate))}
		x.Risks = append(x.Risks, r.Name())
		if !slices.Contains(b.plan.Risks, r) {
			b.plan.Risks = append(b.plan.Risks, r)
		}
	}
	return x
}

// escalated is what is played of that; nil where it is nothing.
func (p *planner) escalated(n *node) *simulate.Escalation {
	held := heldBy(p, n)
	if p.Escalate == 0 || len(held) == 0 {
		return nil
	}
	x := &simulate.Escalation{Healthy: p.Escalate, Interval: interval,
		Timeout: p.timeout(n.name) + time.Duration(n.pods)*(p.Escalate+interval)}
	for i := range p.Estate.Workloads {
		if ref := p.Estate.Workloads[i].Ref; held[ref.String()] != "" {
			x.Workloads = append(x.Workloads, ref)
		}
	}
	return x
}

// forcedPods are those that are deleted past their PDBs, as in the run with the most of them, and when they are over
// all runs.
func (p outcome) forcedPods(x *played) []plan.ForcedPod {
	type key struct{ node, k int }
	at, most := map[key][]time.Duration{}, 0
	of := func(r *simulate.Run) (n int) {
		for _, w := range r.Waves {
			for i := range w.Nodes {
				n += len(w.Nodes[i].Forced)
			}
		}
		return n
	}
	index := map[string]int{}
	for i := range p.nodes {
		index[p.nodes[i].name] = i
	}
	for i := range x.Runs {
		if of(&x.Runs[i]) > of(&x.Runs[most]) {
			most = i
		}
		for _, w := range x.Runs[i].Waves {
			for _, g := range w.Nodes {
				for k := range g.Forced {
					at[key{index[g.Node], k}] = append(at[key{index[g.Node], k}], g.Forced[k].At)
				}
			}
		}
	}
	var all []plan.ForcedPod
	for _, w := range x.Runs[most].Waves {
		for _, g := range w.Nodes {
			for k, f := range g.Forced {
				all = append(all, plan.ForcedPod{Group: g.Node, Pod: f.Pod, Service: f.Workload.String(),
					Past: heldBy(p.planner, &p.nodes[index[g.Node]])[f.Workload.String()], At: spread(at[key{index[g.Node], k}])})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b plan.ForcedPod) int { return cmp.Compare(a.At.MedianSeconds, b.At.MedianSeconds) })
	return all
}

// heldBy are the workloads with pods on a node that a PDB is over, and which PDBs are.
func heldBy(p *planner, n *node) map[string]string {
	held := map[string]string{}
	for _, k := range p.on[n.name] {
		w := &p.Estate.Workloads[p.Estate.Pods[k].Workload]
		if !w.Evictable || !p.known[w.Ref.String()] {
			continue
		}
		var names []string
		for i := range p.Estate.Budgets {
			if x := &p.Estate.Budgets[i]; basis.Selects(x, &p.Estate.Pods[k]) {
				names = append(names, "PDB "+x.Namespace+"/"+x.Name)
			}
		}
		if len(names) > 0 {
			held[w.Ref.String()] = words.And(names)
		}
	}
	return held
}
