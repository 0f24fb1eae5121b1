package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/simulate"
)

// asked reports whether what is in a namespace is told. What is in none is of the whole
// cluster, and so of each.
func (p *Played) asked(namespace string) bool {
	return len(p.Namespaces) == 0 || namespace == "" || slices.Contains(p.Namespaces, namespace)
}

// within leaves what is in the namespaces that are asked for, and nodes that nothing of another
// one holds. All of it was played, since all pods share the nodes: only the telling and the
// verdict are narrowed, and what is left out is counted.
func (p *played) within() {
	if len(p.Namespaces) == 0 {
		return
	}
	v := &p.value
	v.Filter, v.LeftOut = &published.Filter{Namespaces: p.Namespaces}, &published.SimulatedLeftOut{}
	at := make([]int, len(v.Workloads)) // of each that is told, its place afterwards
	var told []published.SimulatedWorkload
	for i := range v.Workloads {
		w := &v.Workloads[i]
		if p.asked(w.Namespace) {
			at[i] = len(told)
			told = append(told, *w)
			continue
		}
		v.LeftOut.Count(w.Verdict)
	}
	v.Workloads = append([]published.SimulatedWorkload{}, told...)
	for i := range v.Story.Ready {
		v.Story.Ready[i].Workload = at[v.Story.Ready[i].Workload]
	}
	v.Bounds = slices.DeleteFunc(v.Bounds, func(b published.SimulatedBound) bool { return !p.asked(b.Namespace) })
	v.Rollouts = slices.DeleteFunc(v.Rollouts, func(r published.SimulatedRollout) bool { return !p.asked(r.Workload.Namespace) })
	v.Waiting = slices.DeleteFunc(v.Waiting, func(w published.SimulatedWait) bool { return !p.asked(w.Workload.Namespace) })
	for i := range v.Margins {
		m := &v.Margins[i]
		m.Workloads = slices.DeleteFunc(m.Workloads, func(w published.SimulatedMarginWorkload) bool { return !p.asked(w.Namespace) })
		if m.Verdict == finding.Broken && !slices.ContainsFunc(m.Workloads, func(w published.SimulatedMarginWorkload) bool { return w.Breaks }) {
			m.Verdict = finding.Held
		}
	}
	p.poolsWithin()
}

// poolsWithin leaves out nodes that stay for a pod of another namespace, with a pool of which
// no other ones stay, and takes the verdict anew.
func (p *played) poolsWithin() {
	v := &p.value
	v.Verdict = finding.Held
	if len(p.Unread) > 0 {
		v.Verdict = finding.Unknown
	}
	for i := range v.Workloads {
		v.Verdict = forecast.Worst(v.Verdict, v.Workloads[i].Verdict)
	}
	v.Finish = slices.DeleteFunc(v.Finish, func(f published.SimulatedFinish) bool {
		elsewhere := slices.ContainsFunc(f.Stays, p.heldElsewhere) && !slices.ContainsFunc(f.Stays, func(s published.SimulatedStay) bool {
			return !p.heldElsewhere(s) && s.Cause != string(simulate.ByOthers) // which wait for the first to go
		})
		if elsewhere {
			v.LeftOut.Pools++
		}
		return elsewhere
	})
	for i := range v.Finish {
		f := &v.Finish[i]
		f.Stays = slices.DeleteFunc(f.Stays, p.heldElsewhere)
	}
	p.overPools()
}

// heldElsewhere reports whether a node stays for a pod of a namespace that is not asked for.
func (p *Played) heldElsewhere(s published.SimulatedStay) bool {
	return s.Workload != nil && !p.asked(s.Workload.Namespace)
}
