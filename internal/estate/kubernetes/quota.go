package kubernetes

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/origin"
)

// Quota is a ResourceQuota: what the pods of a namespace may have together.
type Quota struct {
	Namespace, Name string
	// Hard is by resource: pods, requests.cpu and limits.cpu in thousandths of a
	// core, requests.memory and limits.memory in bytes, and requests.NAME.
	Hard     map[string]int64
	Scopes   []corev1.ScopedResourceSelectorRequirement // all of which a pod has to match
	Position origin.Position
}

// LimitRange is what the API server gives containers of a namespace that do not
// say it themselves.
type LimitRange struct {
	Namespace, Name  string
	Requests, Limits Resources
	Position         origin.Position
}

// Stated counts containers by what they say something about.
type Stated struct{ CPU, Memory int }

// quotas takes over what namespaces allow and how drains treat pods, and gives templates what the API server
// gives their pods: of several LimitRanges the last counts.
//
// Source: defaultContainerResourceRequirements and mergeContainerResources in
// plugin/pkg/admission/limitranger/admission.go of Kubernetes 1.36. Init containers
// get the same; that none of them thereby asks for more than all others is taken.
func (l *linker) quotas() {
	l.Quotas = deduplicated(l.raw.Quotas, func(q *Quota) string { return q.Namespace + "/" + q.Name })
	l.DrainRules = deduplicated(l.raw.DrainRules, func(r *DrainRule) string { return r.Namespace + "/" + r.Name })
	l.Machines = deduplicated(l.raw.Machines, func(m *Machine) string { return m.API + "/" + m.Namespace + "/" + m.Name })
	l.HealthChecks = deduplicated(l.raw.HealthChecks, func(h *HealthCheck) string { return h.Namespace + "/" + h.Name })
	l.Attachments = deduplicated(l.raw.Attachments, func(a *Attachment) string { return a.Name })
	l.LimitRanges = deduplicated(l.raw.LimitRanges, func(r *LimitRange) string { return r.Namespace + "/" + r.Name })
	l.replaced(len(l.raw.Attachments), len(l.Attachments))
	l.replaced(len(l.raw.Quotas)+len(l.raw.LimitRanges)+len(l.raw.DrainRules)+len(l.raw.Machines)+len(l.raw.HealthChecks),
		len(l.Quotas)+len(l.LimitRanges)+len(l.DrainRules)+len(l.Machines)+len(l.HealthChecks))
	if len(l.LimitRanges) == 0 {
		return
	}
	byNamespace := make(map[string]Resources)
	limits := make(map[string]Resources)
	for _, r := range l.LimitRanges {
		was, most := byNamespace[r.Namespace], limits[r.Namespace]
		byNamespace[r.Namespace] = Resources{CPU: cmp.Or(r.Requests.CPU, was.CPU), Memory: cmp.Or(r.Requests.Memory, was.Memory)}
		limits[r.Namespace] = Resources{CPU: cmp.Or(r.Limits.CPU, most.CPU), Memory: cmp.Or(r.Limits.Memory, most.Memory)}
	}
	for i := range l.Workloads {
		w := &l.Workloads[i]
		t := &w.Template
		fill(&t.Requests, &t.Unstated, byNamespace[w.Namespace])
		fill(&t.Limits, &t.Unlimited, limits[w.Namespace])
	}
}

// fill adds what each container gets that does not say it.
func fill(all *Resources, without *Stated, each Resources) {
	if each.CPU > 0 {
		all.CPU, without.CPU = all.CPU+int64(without.CPU)*each.CPU, 0
	}
	if each.Memory > 0 {
		all.Memory, without.Memory = all.Memory+int64(without.Memory)*each.Memory, 0
	}
}

// Covers reports whether a quota counts pods made from a template.
//
// Source: podMatchesScopeFunc in pkg/quota/v1/evaluator/core/pods.go of Kubernetes
// 1.36.
func (e *Estate) Covers(q *Quota, t *PodTemplate) Answer {
	a := Yes
	for _, s := range q.Scopes {
		var in Answer
		switch s.ScopeName {
		case corev1.ResourceQuotaScopeTerminating:
			in = answer(t.Deadline)
		case corev1.ResourceQuotaScopeNotTerminating:
			in = answer(!t.Deadline)
		case corev1.ResourceQuotaScopeBestEffort:
			in = answer(t.bestEffort())
		case corev1.ResourceQuotaScopeNotBestEffort:
			in = answer(!t.bestEffort())
		case corev1.ResourceQuotaScopePriorityClass:
			in = prioritized(s, cmp.Or(t.PriorityClass, e.standardPriority()))
		case corev1.ResourceQuotaScopeCrossNamespacePodAffinity:
			in = Maybe
		}
		if in == No {
			return No
		}
		a = max(a, in)
	}
	return a
}

// bestEffort reports whether no container asks for CPU or memory, or limits it.
//
// Source: ComputePodQOS in pkg/apis/core/v1/helper/qos/qos.go.
func (t *PodTemplate) bestEffort() bool {
	return t.Requests.CPU+t.Requests.Memory+t.Limits.CPU+t.Limits.Memory == 0
}

// standardPriority is the class of pods that name none; empty where there is no
// default.
func (e *Estate) standardPriority() string {
	least := -1
	for i, c := range e.PriorityClasses {
		if c.Default && (least < 0 || c.Value < e.PriorityClasses[least].Value) {
			least = i
		}
	}
	if least < 0 {
		return ""
	}
	return e.PriorityClasses[least].Name
}

// prioritized reports whether a class of priority is among those of a scope.
func prioritized(s corev1.ScopedResourceSelectorRequirement, class string) Answer {
	operators := map[corev1.ScopeSelectorOperator]selection.Operator{
		corev1.ScopeSelectorOpIn: selection.In, corev1.ScopeSelectorOpNotIn: selection.NotIn,
		corev1.ScopeSelectorOpExists: selection.Exists, corev1.ScopeSelectorOpDoesNotExist: selection.DoesNotExist,
	}
	const key = "class"
	r, err := labels.NewRequirement(key, operators[s.Operator], s.Values)
	if err != nil {
		return Maybe
	}
	own := labels.Set{}
	if class != "" {
		own[key] = class
	}
	return answer(r.Matches(own))
}

// Wants reports whether a quota refuses pods that do not say what they ask for of a
// resource that it counts.
//
// Source: podEvaluator.Constraints, beside podMatchesScopeFunc.
func (q *Quota) Wants(t *PodTemplate) bool {
	for resource, missing := range map[string]int{
		"requests.cpu": t.Unstated.CPU, "requests.memory": t.Unstated.Memory, "limits.cpu": t.Unlimited.CPU, "limits.memory": t.Unlimited.Memory,
	} {
		if _, counts := q.Hard[resource]; counts && missing > 0 {
			return true
		}
	}
	return false
}

// Resources are those that a quota counts, in order.
func (q *Quota) Resources() []string {
	all := make([]string, 0, len(q.Hard))
	for r := range q.Hard {
		all = append(all, r)
	}
	slices.Sort(all)
	return all
}
