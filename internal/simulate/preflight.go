package simulate

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
)

// refusal says by which PDB a platform that looks at them first refuses a trigger on nodes
// of a pool, before any is begun; nil where it does not. It refuses those of some form. PDBs
// of pods on other nodes count as well, and only numbers do: how many pods there would be, and
// not how many are ready.
func (w *World) refusal(s *Scenario, t *Trigger, pool int32, form contract.Preflight) *Stay {
	if form == "" || s.Begins {
		return nil
	}
	for i := range w.pdbs {
		g := &w.pdbs[i]
		why := w.unfit(g, form, s, t)
		if why == "" {
			continue
		}
		who := "the platform"
		if o := w.pools[pool].offering; o != nil {
			who = o.Title
		}
		refused := &Stay{Stuck: true, Cause: ByPreflight}
		refused.Why = fmt.Sprintf("%s refuses the %s before it begins: PDB %s %s", who, t.Kind, g.named(), why)
		if len(g.workloads) > 0 {
			refused.Holder = w.workloads[g.workloads[0]].Ref
		}
		return refused
	}
	return nil
}

// unfit says by what a PDB is of a form by which a trigger is refused; empty where it is not.
func (w *World) unfit(g *pdb, form contract.Preflight, s *Scenario, t *Trigger) string {
	switch {
	case g.unserved:
	case form == contract.NoneUnavailable && isZero(g.spec.MaxUnavailable):
		return "has maxUnavailable 0"
	case form == contract.AllAvailable:
		return w.needsAll(g, s, t)
	}
	return ""
}

// needsAll says by what number a PDB needs as many pods as there are when a trigger comes;
// empty where it does not, or is of another form.
func (w *World) needsAll(g *pdb, s *Scenario, t *Trigger) string {
	switch {
	case g.primary != "":
		return "stands for " + g.primary + ", which needs 1 of 1 pod, the primary's"
	case g.spec.MinAvailable == nil || g.spec.MinAvailable.Type != intstr.Int:
		return ""
	}
	pods := 0
	for _, l := range g.workloads {
		if w.workloads[l].kind == daemon {
			return ""
		}
		pods += w.wantedBy(l, s, t)
	}
	if least := int(g.spec.MinAvailable.IntVal); pods == 0 || least < pods {
		return ""
	}
	return fmt.Sprintf("needs %d of %d available", g.spec.MinAvailable.IntVal, pods)
}

// reported says that users report a refusal, which is not played; empty where none does, or
// where it is refused by what is played.
func (w *World) reported(s *Scenario, t *Trigger, pool int32, policy *contract.Policy) string {
	r := w.refusal(s, t, pool, policy.PreflightReported)
	if r == nil || w.refusal(s, t, pool, policy.Preflight) != nil {
		return ""
	}
	return r.Why + " (so users report, and its documentation does not say)"
}

// reportedNotes say which triggers may be refused, and are played as if they were not: once
// for all nodes of a pool, as there may be many PDBs.
func (tr *triggers) reportedNotes() []string {
	var notes []string
	for i := range tr.scenario.Triggers {
		t := &tr.scenario.Triggers[i]
		asked, looked := contractTerms{tr.World}.policies(tr.scenario, t), make([]bool, len(tr.World.pools))
		for n := range tr.World.nodes {
			x := &tr.World.nodes[n]
			pool := tr.shapes[x.shape].pool
			policy, ok := asked(pool, x)
			if looked[pool] || !ok || policy.PreflightReported == "" || !(takenNodes{tr.World}).takes(t, x, tr.scenario) {
				continue
			}
			looked[pool] = true
			if why := tr.World.reported(tr.scenario, t, pool, policy); why != "" {
				notes = append(notes, why+": it is played as one that begins")
			}
		}
	}
	return notes
}

// named is a PDB with its namespace, as any of the cluster may be meant.
func (g *pdb) named() string {
	if g.Namespace == "" {
		return g.Name
	}
	return g.Namespace + "/" + g.Name
}

func isZero(n *intstr.IntOrString) bool { return n != nil && n.Type == intstr.Int && n.IntVal == 0 }

// wantedBy is how many pods a workload is to have when a trigger comes: what it was scaled
// to last.
func (w *World) wantedBy(l int32, s *Scenario, t *Trigger) int {
	wanted, at := w.workloads[l].replicas, int64(-1)
	for i := range s.Triggers {
		x := &s.Triggers[i]
		if x.Kind == Scale && x.At <= t.At && int64(x.At) >= at && w.workloadNamed(x.Workload) == l {
			wanted, at = x.Replicas, int64(x.At)
		}
	}
	return wanted
}

// refuse has all of some nodes of a pool stay, where a platform refuses to begin; false where
// it begins.
func (tr *triggers) refuse(t *Trigger, nodes []int32) bool {
	form := func(n int32) contract.Preflight {
		if p := tr.policy(t, n); p != nil {
			return p.Preflight
		}
		return ""
	}
	first := slices.IndexFunc(nodes, func(n int32) bool { return form(n) != "" })
	if first < 0 {
		return false
	}
	why := tr.World.refusal(tr.scenario, t, tr.nodes[nodes[first]].pool, form(nodes[first]))
	if why == nil {
		return false
	}
	for _, n := range nodes {
		if x := &tr.nodes[n]; x.state != nodeDraining && form(n) != "" {
			tr.ask(n, tr.policy(t, n), x.cause)
			x.refused = why
		}
	}
	return true
}
