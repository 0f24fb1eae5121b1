package shrink

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/lab/cluster"
	"github.com/onus-project/onus/lab/record"
)

// parsed is a scenario taken apart, to cut something out of it.
type parsed struct {
	objects []*unstructured.Unstructured
	written record.Written
}

// part is what can be taken away from a scenario.
type part struct {
	name string
	cut  func(*parsed)
}

func parse(s *record.Scenario) (*parsed, error) {
	p := &parsed{written: s.Written}
	p.written.Own = maps.Clone(s.Written.Own)
	p.written.Triggers = slices.Clone(s.Written.Triggers)
	for _, document := range s.Objects {
		data, err := yaml.YAMLToJSON(document)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		var o unstructured.Unstructured
		if err := o.UnmarshalJSON(data); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		p.objects = append(p.objects, &o)
	}
	return p, nil
}

// compose makes a scenario of what is left, played as the whole one was.
func (p *parsed) compose(whole *record.Scenario) (*record.Scenario, error) {
	var documents [][]byte
	for _, o := range p.objects {
		document, err := yaml.Marshal(o.Object)
		if err != nil {
			return nil, err
		}
		documents = append(documents, bytes.TrimSpace(document))
	}
	s, err := record.Compose(whole.Name, documents, p.written)
	if err != nil {
		return nil, err
	}
	s.Phase, s.Before, s.Lose, s.Settle = whole.Phase, whole.Before, whole.Lose, whole.Settle
	return s, nil
}

// playable tells whether nodes, pods and something that happens are left.
func (p *parsed) playable() bool {
	return len(p.written.Triggers) > 0 && slices.ContainsFunc(p.objects, isPool) && slices.ContainsFunc(p.objects, isScaled)
}

// parts are what may be taken away, the largest first: workloads with what is
// about them, pools, other objects, things that happen, timings, settings, and
// in the end replicas.
func (p *parsed) parts() []part {
	var workloads, pools, others, settings, replicas []part
	for i, o := range p.objects {
		name := o.GetKind() + " " + o.GetName()
		switch {
		case isScaled(o):
			workloads = append(workloads, part{name, func(q *parsed) { q.dropWorkload(i) }})
			if n, _, _ := unstructured.NestedInt64(o.Object, "spec", "replicas"); n > 1 {
				replicas = append(replicas, part{fmt.Sprintf("%s: half of %d replicas", name, n), func(q *parsed) {
					q.objects[i].Object["spec"].(map[string]any)["replicas"] = n / 2
				}})
			}
		case isPool(o):
			pools = append(pools, part{name, func(q *parsed) { q.dropPool(i) }})
		case o.GetKind() != "KWOKNodeClass":
			others = append(others, part{name, func(q *parsed) { q.dropObject(i) }})
		}
		settings = append(settings, settingsOf(o, i, name)...)
	}
	return slices.Concat(workloads, pools, others, p.happenings(), p.timings(), settings, replicas)
}

// happenings are the triggers, but that the last one is not taken away.
func (p *parsed) happenings() []part {
	var all []part
	for i, t := range p.written.Triggers {
		all = append(all, part{fmt.Sprintf("trigger %d: %s at %s of %s%s", i, t.Kind, t.At.Duration, t.Pool, t.Workload), func(q *parsed) {
			q.written.Triggers = slices.Delete(q.written.Triggers, i, i+1)
		}})
	}
	return all
}

// timings are those that workloads have of their own.
func (p *parsed) timings() []part {
	var all []part
	for _, ref := range slices.Sorted(maps.Keys(p.written.Own)) {
		all = append(all, part{"timings of " + ref, func(q *parsed) { q.dropOwn(ref) }})
	}
	return all
}

// optional are the settings of pools and workloads that need not be there.
var optional = [][]string{
	{"spec", "disruption", "budgets"}, {"spec", "weight"}, {"spec", "limits"}, {"spec", "template", "spec", "terminationGracePeriod"},
	{"spec", "template", "spec", "affinity"}, {"spec", "template", "spec", "topologySpreadConstraints"},
	{"spec", "template", "spec", "nodeSelector"}, {"spec", "template", "spec", "priorityClassName"},
	{"spec", "template", "spec", "terminationGracePeriodSeconds"},
	{"metadata", "annotations"}, {"spec", "strategy"}, {"spec", "podManagementPolicy"}, {"spec", "minReadySeconds"},
	{"spec", "unhealthyPodEvictionPolicy"},
}

// timings are the annotations by which the lab knows the timings that workloads
// have of their own; record.Compose writes them.
var timings = []string{cluster.ReadyAfter, cluster.StopAfter, cluster.CrashAfter, cluster.CrashFor}

func settingsOf(o *unstructured.Unstructured, i int, name string) []part {
	var all []part
	paths := slices.Clone(optional)
	of, _, _ := unstructured.NestedStringMap(o.Object, "spec", "template", "metadata", "annotations")
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if !slices.Contains(timings, key) {
			paths = append(paths, []string{"spec", "template", "metadata", "annotations", key})
		}
	}
	for _, path := range paths {
		if _, found, _ := unstructured.NestedFieldNoCopy(o.Object, path...); !found || o.GetKind() == "KWOKNodeClass" {
			continue
		}
		all = append(all, part{name + ": " + strings.Join(path, "."), func(q *parsed) {
			unstructured.RemoveNestedField(q.objects[i].Object, path...)
		}})
	}
	return all
}

// dropWorkload takes a workload away, and with it its own timings, what
// happens to it and the budgets that select nothing else.
func (p *parsed) dropWorkload(i int) {
	gone := p.objects[i]
	p.objects = slices.Delete(p.objects, i, i+1)
	left := slices.Clone(p.objects)
	p.objects = slices.DeleteFunc(p.objects, func(o *unstructured.Unstructured) bool {
		return o.GetKind() == "PodDisruptionBudget" && selects(o, gone) &&
			!slices.ContainsFunc(left, func(w *unstructured.Unstructured) bool { return hasPods(w) && selects(o, w) })
	})
	for ref := range p.written.Own {
		if names(ref, gone) {
			delete(p.written.Own, ref)
		}
	}
	p.written.Triggers = slices.DeleteFunc(p.written.Triggers, func(t record.Trigger) bool { return names(t.Workload, gone) })
}

// dropPool takes a pool away, what happens to it alone, and that pods want it.
func (p *parsed) dropPool(i int) {
	name := p.objects[i].GetName()
	p.objects = slices.Delete(p.objects, i, i+1)
	p.written.Triggers = slices.DeleteFunc(p.written.Triggers, func(t record.Trigger) bool { return t.Pool == name })
	p.forget(name, "spec", "template", "spec", "nodeSelector", "karpenter.sh/nodepool")
}

// dropObject takes another object away, and that pods have its priority.
func (p *parsed) dropObject(i int) {
	gone := p.objects[i]
	p.objects = slices.Delete(p.objects, i, i+1)
	if gone.GetKind() == "PriorityClass" {
		p.forget(gone.GetName(), "spec", "template", "spec", "priorityClassName")
	}
}

// forget removes a field wherever it has this value.
func (p *parsed) forget(value string, path ...string) {
	for _, o := range p.objects {
		if v, _, _ := unstructured.NestedString(o.Object, path...); v == value {
			unstructured.RemoveNestedField(o.Object, path...)
		}
	}
}

// dropOwn gives a workload the timings of all.
func (p *parsed) dropOwn(ref string) {
	delete(p.written.Own, ref)
	for _, o := range p.objects {
		if !hasPods(o) || !names(ref, o) {
			continue
		}
		for _, key := range timings {
			unstructured.RemoveNestedField(o.Object, "spec", "template", "metadata", "annotations", key)
		}
	}
}

func isPool(o *unstructured.Unstructured) bool { return o.GetKind() == "NodePool" }

func isScaled(o *unstructured.Unstructured) bool {
	return o.GetKind() == "Deployment" || o.GetKind() == "StatefulSet"
}

func hasPods(o *unstructured.Unstructured) bool { return isScaled(o) || o.GetKind() == "DaemonSet" }

// names tells whether a scenario means this workload by a reference, which is
// namespace/name or namespace/kind/name.
func names(ref string, o *unstructured.Unstructured) bool {
	return strings.EqualFold(ref, o.GetNamespace()+"/"+o.GetName()) ||
		strings.EqualFold(ref, o.GetNamespace()+"/"+o.GetKind()+"/"+o.GetName())
}

func selects(budget, workload *unstructured.Unstructured) bool {
	want, _, _ := unstructured.NestedStringMap(budget.Object, "spec", "selector", "matchLabels")
	has, _, _ := unstructured.NestedStringMap(workload.Object, "spec", "template", "metadata", "labels")
	return budget.GetNamespace() == workload.GetNamespace() && labels.SelectorFromSet(want).Matches(labels.Set(has))
}
