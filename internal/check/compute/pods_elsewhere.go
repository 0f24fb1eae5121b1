package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// madeElsewhere says of a budget that selects nothing of what was read where its pods may come
// from: the platform, or something that makes pods when it runs. False where nothing tells so,
// where pods were read, and where it seems to be written for a workload, whose pods it misses.
func (o *orphans) madeElsewhere(budget int, j *check.Judgement) bool {
	b := &o.estate.Budgets[budget]
	if !o.unknownPods(budget) {
		return false
	}
	if label := ofPlatform(b); label != "" {
		j.Message = fmt.Sprintf("its pods may be those that the platform itself runs in namespace %s, which have the label %s; "+
			"read the cluster's pods to know", b.Namespace, label)
		return true
	}
	role, account := o.podRole(b.Namespace)
	if role == nil && o.unreadNamespace(b) {
		j.Message = fmt.Sprintf("selects %s in namespace %s, of which no workload was read; read what makes its pods as well",
			selected(b), b.Namespace)
		return true
	}
	if role == nil {
		return false
	}
	whom := "who is given it"
	if account != "" {
		whom = "ServiceAccount " + account
	}
	said := fmt.Sprintf("%s %s lets %s create %s", role.Kind, role.Name, whom, words.Few(role.Makes))
	j.Message = fmt.Sprintf("selects %s, and something may make such pods when it runs; read the cluster's pods to know", selected(b))
	j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: role.Position})
	return true
}

// unknownPods reports whether pods that a budget selects may be there unread: it selects none of
// what was read, is written for none of that, and no cluster counted them.
func (o *orphans) unknownPods(budget int) bool {
	b := &o.estate.Budgets[budget]
	_, written := o.writtenFor[budget]
	return !written && b.LabelSelector != nil && b.Status == nil && !o.estate.Live && len(o.estate.Pods) == 0 &&
		len(o.coverage.covers[budget]) == 0
}

// unreadNamespace reports whether no workload of a budget's namespace was read, and none
// elsewhere has the labels that it selects, as where it stands in the wrong one.
func (o *orphans) unreadNamespace(b *kubernetes.Budget) bool {
	selects := func(w kubernetes.Workload) bool { return b.Selector.Matches(w.PodLabels()) }
	return len(o.coverage.matcher.index.inside[b.Namespace]) == 0 && !slices.ContainsFunc(o.estate.Workloads, selects)
}

// closedOverUnread reports whether a budget never allows an eviction of pods that are made
// elsewhere: by what was not read, or when something runs.
func (o *orphans) closedOverUnread(budget int) bool {
	b := &o.estate.Budgets[budget]
	return letsNone(b) && !b.Unserved && o.madeElsewhere(budget, &check.Judgement{})
}

// closed tells of such a budget: that it never allows an eviction is known without its pods.
func closed(p *check.Pass, i int) {
	b := &p.Estate.Kubernetes.Budgets[i]
	said := "minAvailable 100%"
	if b.MaxUnavailable != nil {
		said = "maxUnavailable " + b.MaxUnavailable.String()
	}
	ofBudget(p, i, anywhere(p), check.Judgement{
		Verdict: finding.Broken, Severity: "medium", Because: "which pods it selects was not read", Position: b.Spec,
		Message: fmt.Sprintf("PDB %s has %s, so it never allows an eviction of what it selects: %s in namespace %s", b.Name, said,
			selected(b), b.Namespace),
		Consequence: "None of its pods can be evicted: a drain of their nodes waits for their end, until somebody acts, " +
			"or until the platform forces it.",
		Evidence: []finding.Evidence{{Text: "what makes its pods stands elsewhere, or makes them when it runs"}},
		Fix: &finding.Fix{Summary: "set maxUnavailable: 1, which lets one go at a time; where none may be interrupted, " +
			"keep their runs shorter than drains wait, and plan for drains that do"},
	})
}

// ofPlatform is the label by which a budget selects pods that platforms run; empty for none.
func ofPlatform(b *kubernetes.Budget) string {
	requirements, selectable := b.Selector.Requirements()
	if !selectable {
		return ""
	}
	for _, r := range requirements {
		if op := r.Operator(); op != selection.DoesNotExist && op != selection.NotIn && op != selection.NotEquals &&
			responsibility.OfPlatform(b.Namespace, r.Key(), r.Values().List()) {
			return r.Key()
		}
	}
	return ""
}

// podRole is a role that lets something make pods in a namespace, and the ServiceAccount that
// has it there, or has it everywhere and stands there: what makes pods in all namespaces does
// so for objects that stand there. A Role of the namespace that no binding which was read
// gives to anybody counts, too: a command may bind it. Nil for none.
func (o *orphans) podRole(namespace string) (role *kubernetes.PodRole, account string) {
	for i := range o.estate.PodRoles {
		r, bound := &o.estate.PodRoles[i], false
		for _, b := range o.estate.RoleBindings {
			if b.Role != r.Ref {
				continue
			}
			bound = true
			there := slices.IndexFunc(b.Accounts, func(a kubernetes.Ref) bool { return b.Namespace == namespace || a.Namespace == namespace })
			if there >= 0 && (b.Namespace == "" || b.Namespace == namespace) {
				return r, b.Accounts[there].Name
			}
		}
		if !bound && r.Namespace == namespace {
			role = r
		}
	}
	return role, ""
}
