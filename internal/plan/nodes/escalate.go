package nodes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// Escalates is how risks are named that only an escalation has: escalate/shop/Deployment/web.
const Escalates = "escalate"

// interval is how long after a pod was deleted past its PDB the next one may be.
const interval = 5 * time.Minute

// escalation is what may be done about the drain of a node that is stuck: nil where no PDB is over a pod
// whose workload can be looked at again.
func (b *builder) escalation(n *node, drain *plan.Step) *plan.Escalation {
	held := b.heldBy(n)
	if b.Escalate == 0 || len(held) == 0 {
		return nil
	}
	refs := slices.Sorted(maps.Keys(held))
	with := maps.Clone(drain.Action.With)
	with[step.Workloads], with[step.Healthy], with[step.Interval] = strings.Join(refs, ","), b.Escalate.String(), interval.String()
	x := &plan.Escalation{Action: plan.Action{Kind: step.Force, With: with},
		TimeoutSeconds: drain.TimeoutSeconds + int64((time.Duration(n.pods) * (b.Escalate + interval)).Seconds())}
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

// heldBy are the workloads with pods on a node that a PDB is over, and which PDBs are.
func (b *builder) heldBy(n *node) map[string]string {
	held := map[string]string{}
	for _, k := range b.on[n.name] {
		w := &b.Estate.Workloads[b.Estate.Pods[k].Workload]
		if !w.Evictable || !b.known[w.Ref.String()] {
			continue
		}
		var names []string
		for i := range b.Estate.Budgets {
			if x := &b.Estate.Budgets[i]; selects(x, &b.Estate.Pods[k]) {
				names = append(names, "PDB "+x.Namespace+"/"+x.Name)
			}
		}
		if len(names) > 0 {
			held[w.Ref.String()] = words.And(names)
		}
	}
	return held
}
