package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/disruption"
)

// budgets are the PDBs of a cluster, by namespace.
type budgets map[string][]policyv1.PodDisruptionBudget

func (c *Client) budgets(ctx context.Context) (budgets, error) {
	ctx, done := c.brief(ctx)
	defer done()
	list, err := c.kube.PolicyV1().PodDisruptionBudgets(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, unread("PodDisruptionBudgets", err)
	}
	all := budgets{}
	for i := range list.Items {
		all[list.Items[i].Namespace] = append(all[list.Items[i].Namespace], list.Items[i])
	}
	return all, nil
}

// of are the budgets that select a pod, as the API server finds them.
func (b budgets) of(p *corev1.Pod) (all []policyv1.PodDisruptionBudget) {
	for i := range b[p.Namespace] {
		s, err := metav1.LabelSelectorAsSelector(b[p.Namespace][i].Spec.Selector)
		if err == nil && s.Matches(labels.Set(p.Labels)) {
			all = append(all, b[p.Namespace][i])
		}
	}
	return all
}

func stateOf(b *policyv1.PodDisruptionBudget) disruption.BudgetState {
	policy := b.Spec.UnhealthyPodEvictionPolicy
	return disruption.BudgetState{AlwaysAllow: policy != nil && *policy == policyv1.AlwaysAllow, BudgetStatus: disruption.BudgetStatus{
		Allowed: int(b.Status.DisruptionsAllowed), Healthy: int(b.Status.CurrentHealthy), Desired: int(b.Status.DesiredHealthy),
		Expected: int(b.Status.ExpectedPods), Observed: b.Status.ObservedGeneration >= b.Generation,
	}}
}

// decide is the server's answer to an eviction, as far as it can be told before it is asked,
// and why it is no.
func (b budgets) decide(p *corev1.Pod) (disruption.Decision, string) {
	all := b.of(p)
	states := make([]disruption.BudgetState, len(all))
	for i := range all {
		states[i] = stateOf(&all[i])
	}
	d := disruption.Decide(state(p), states)
	switch {
	case d.Evicts():
		return d, ""
	case len(all) > 1:
		return d, overlap(p, all)
	}
	return d, blocking(p, &all[0])
}

// counted reports whether all budgets over a pod were, since they were changed, and within reason.
func (b budgets) counted(p *corev1.Pod) bool {
	all := b.of(p)
	return !slices.ContainsFunc(all, func(x policyv1.PodDisruptionBudget) bool {
		return x.Status.ObservedGeneration < x.Generation || x.Status.DisruptionsAllowed < 0
	})
}

// The obligations that say what is wrong with a budget that holds a drain, and how it is fixed.
const (
	neverAllows = "pdb-never-allows"
	overlaps    = "pdb-overlap"
)

// explain says which finding of check has the fix.
func explain(obligation, namespace string) string {
	return fmt.Sprintf("%s: onus check --only %s -n %s has the fix", obligation, obligation, namespace)
}

func overlap(p *corev1.Pod, all []policyv1.PodDisruptionBudget) string {
	var names []string
	for i := range all {
		names = append(names, all[i].Name)
	}
	slices.Sort(names)
	return fmt.Sprintf("%s is selected by several PodDisruptionBudgets (%s), so that it cannot be evicted at all (%s)",
		named(p), strings.Join(names, ", "), explain(overlaps, p.Namespace))
}

// blocking says of a budget that holds a pod what it wants and what it has.
func blocking(p *corev1.Pod, b *policyv1.PodDisruptionBudget) string {
	s := &b.Status
	name := fmt.Sprintf("PodDisruptionBudget %s/%s", b.Namespace, b.Name)
	switch {
	case s.ObservedGeneration < b.Generation:
		return name + " was not counted yet since it was changed"
	case s.ExpectedPods > 0 && s.DesiredHealthy >= s.ExpectedPods:
		return fmt.Sprintf("%s wants all %d pods healthy, so that %s cannot be evicted unless there are more (%s)",
			name, s.DesiredHealthy, named(p), explain(neverAllows, p.Namespace))
	}
	return fmt.Sprintf("%s needs %d healthy pods and has %d: %s has to wait", name, s.DesiredHealthy, s.CurrentHealthy, named(p))
}
