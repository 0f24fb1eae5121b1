package kubernetes

import "slices"

// Subset is the estate with only some of its workloads, and the places that
// these had among all of them, in ascending order. Pods of the others are left
// out; nodes, pools, budgets and all else stay. Workloads, pods, scalers and
// nodes refer to each other within the subset as they did before.
//
// The two estates share no slice, so that either can be appended to or written
// into; labels, templates and selectors, which nothing writes into once they
// are read, are shared.
func (e *Estate) Subset(wanted func(*Workload) bool) (subset *Estate, kept []int) {
	s := *e
	s.Pools = slices.Clone(e.Pools)
	s.Budgets = slices.Clone(e.Budgets)
	s.Services = slices.Clone(e.Services)
	s.Backends = slices.Clone(e.Backends)
	s.Calls = slices.Clone(e.Calls)
	s.Scrapes, s.Spreads = slices.Clone(e.Scrapes), slices.Clone(e.Spreads)
	s.Configs = slices.Clone(e.Configs)
	s.LeaseRoles, s.StatusRoles, s.RoleBindings = slices.Clone(e.LeaseRoles), slices.Clone(e.StatusRoles), slices.Clone(e.RoleBindings)
	s.PodRoles, s.PriorityClasses = slices.Clone(e.PodRoles), slices.Clone(e.PriorityClasses)
	s.VolumeClaims, s.VolumeLimits = slices.Clone(e.VolumeClaims), slices.Clone(e.VolumeLimits)
	s.Namespaces = slices.Clone(e.Namespaces)
	s.Webhooks = slices.Clone(e.Webhooks)
	s.Quotas = slices.Clone(e.Quotas)
	s.DrainRules = slices.Clone(e.DrainRules)
	s.HealthChecks, s.Attachments = slices.Clone(e.HealthChecks), slices.Clone(e.Attachments)
	s.Machines, s.Evictors = slices.Clone(e.Machines), slices.Clone(e.Evictors)
	s.LimitRanges = slices.Clone(e.LimitRanges)
	s.CustomResources = slices.Clone(e.CustomResources)
	s.Objects = slices.Clone(e.Objects)
	s.Withdrawn, s.Current = slices.Clone(e.Withdrawn), slices.Clone(e.Current)
	s.Contexts, s.Servers = slices.Clone(e.Contexts), slices.Clone(e.Servers)
	s.Unread = slices.Clone(e.Unread)
	s.Hidden, s.Glimpses = slices.Clone(e.Hidden), e.Glimpses
	s.NotJudged = slices.Clone(e.NotJudged)
	s.Elsewhere, s.Marks = slices.Clone(e.Elsewhere), slices.Clone(e.Marks)
	s.copyNodes(e)
	scalers := s.copyScalers(e)

	s.Workloads = nil
	workloadAt := make([]int, len(e.Workloads)) // in the subset, or -1
	for i := range e.Workloads {
		workloadAt[i] = -1
		if wanted(&e.Workloads[i]) {
			workloadAt[i] = len(kept)
			kept = append(kept, i)
		}
	}
	s.Pods = nil
	podAt := make([]int, len(e.Pods))
	for i := range e.Pods {
		p := e.Pods[i]
		if p.Workload >= 0 {
			if p.Workload = workloadAt[p.Workload]; p.Workload < 0 {
				continue
			}
		}
		podAt[i] = len(s.Pods)
		s.Pods = append(s.Pods, p)
	}
	for _, i := range kept {
		w := e.Workloads[i]
		w.Pods, w.Finished = renumbered(w.Pods, podAt), renumbered(w.Finished, podAt)
		w.rescaled(scalers)
		s.Workloads = append(s.Workloads, w)
	}
	return &s, kept
}

// copyNodes copies nodes and the claims that they point to.
func (e *Estate) copyNodes(of *Estate) {
	e.NodeClaims, e.Nodes = slices.Clone(of.NodeClaims), slices.Clone(of.Nodes)
	copies := make(map[*NodeClaim]*NodeClaim, len(of.NodeClaims))
	for i := range of.NodeClaims {
		copies[&of.NodeClaims[i]] = &e.NodeClaims[i]
	}
	for i := range e.Nodes {
		if c := e.Nodes[i].NodeClaim; c != nil {
			e.Nodes[i].NodeClaim = copies[c]
		}
	}
}

// rescaled points a workload at copies of its autoscalers, where they are of its own unit.
func (w *Workload) rescaled(copies map[*Scaler]*Scaler) {
	for _, s := range []**Scaler{&w.Scaler, &w.Missed} {
		if own, ok := copies[*s]; ok {
			*s = own
		}
	}
}

// copyScalers copies scalers, and returns the copy of each.
func (e *Estate) copyScalers(of *Estate) map[*Scaler]*Scaler {
	e.Scalers = slices.Clone(of.Scalers)
	copies := make(map[*Scaler]*Scaler, len(of.Scalers))
	for i := range of.Scalers {
		copies[&of.Scalers[i]] = &e.Scalers[i]
	}
	return copies
}

func renumbered(all, at []int) []int {
	if all == nil {
		return nil
	}
	renumbered := make([]int, len(all))
	for k, i := range all {
		renumbered[k] = at[i]
	}
	return renumbered
}
