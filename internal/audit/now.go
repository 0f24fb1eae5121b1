package audit

import (
	"fmt"
)

// blockedNow looks at what the cluster counts at this moment, where it says.
func (a *auditor) blockedNow(i, budget int) {
	b := &a.estate.Budgets[budget]
	s := b.Status
	if s == nil || s.Expected == 0 {
		return
	}
	w := &a.estate.Workloads[i]
	j := judgement{verdict: Held, message: fmt.Sprintf("the cluster lets %s under budget %s go now", countPods(s.Allowed), b.Name), position: b.Position, evidence: a.strict(budget).evidence}
	switch {
	case s.Allowed > 0:
	case s.Healthy >= s.Expected:
		j.verdict = Unknown
		j.message = fmt.Sprintf("the cluster allows no eviction under budget %s now although all of %s are healthy: its count may be behind, or evictions are under way; look again", b.Name, countPods(s.Expected))
	default:
		j.verdict = Broken
		j.message = fmt.Sprintf("only %d of %s under budget %s are healthy, so the cluster allows no eviction now", s.Healthy, countPods(s.Expected), b.Name)
		j.consequence = a.consequence(i).blockedWhileUnhealthy()
		j.fix = &Fix{Summary: "get its pods healthy"}
		if b.Unhealthy != "AlwaysAllow" {
			fixed := rewritten(b)
			fixed.Spec.Unhealthy = "AlwaysAllow"
			j.fix = &Fix{Summary: "let pods be evicted that are not ready anyway, so that they do not freeze drains; and get them healthy", Changes: []Change{fixed.change(Replace, b.Namespace, at(b.Position))}}
		}
	}
	a.find("pdb-blocked-now", w.Ref, a.places.Workloads[i], j)
}
