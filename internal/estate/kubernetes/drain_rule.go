package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// DrainRule is a MachineDrainRule of the Cluster API: how drains of some machines
// treat some pods.
type DrainRule struct {
	Namespace, Name string
	Behavior        string // Drain, Skip or WaitCompleted
	Order           int    // of Drain: the lowest first
	Machines        []DrainRuleMachines
	Pods            []DrainRulePods
	Position        origin.Position
}

// DrainRuleMachines are the machines with some labels, of clusters with some
// labels. A rule without any is about all machines of its namespace.
type DrainRuleMachines struct{ Own, Cluster labels.Selector }

// DrainRulePods are the pods with some labels in namespaces with some labels. A
// rule without any is about all pods.
type DrainRulePods struct{ Own, Namespace labels.Selector }

// DrainTreatment is what a drain of the Cluster API does about a pod. The zero
// value is that it evicts it with all others.
type DrainTreatment struct {
	// Skipped: the drain neither evicts it nor waits for it. Awaited: it does not
	// evict it, and waits until it ends by itself.
	Skipped, Awaited bool
	Order            int
	By               string // the rule or label that says so; empty for none
	// Unsure: another rule may be about it, too.
	Unsure bool
}

// drainLabel of a pod goes over all rules.
const drainLabel = "cluster.x-k8s.io/drain"

// Machines are those of one pool, as far as rules tell them from others.
type Machines struct {
	Namespace string // empty where it is not known
	// Labels are those of the pool's template. Unread: no template was read.
	Labels map[string]string
	Unread bool
}

// Drains are the drains of some machines.
type Drains struct {
	estate *Estate
	rules  []machineRule // by name
}

// machineRule is a rule that is about the machines, or may be.
type machineRule struct {
	*DrainRule
	about Answer
}

// Drains are the drains of some machines, with the rules about them.
//
// Source: getMatchingMachineDrainRules in core/reconcilers/machine/drain/drain.go of
// the Cluster API 1.13.
func (e *Estate) Drains(of Machines) *Drains {
	d := &Drains{estate: e}
	for i := range e.DrainRules {
		r := &e.DrainRules[i]
		if about := r.aboutMachines(&of); about != No {
			d.rules = append(d.rules, machineRule{r, about})
		}
	}
	slices.SortStableFunc(d.rules, func(a, b machineRule) int { return cmp.Compare(a.Name, b.Name) })
	return d
}

// Treat is how they treat pods with some labels in a namespace. The first rule by
// name counts that is about both the machines and the pods.
//
// Source: drainLabelFilter and machineDrainRulesFilter in
// core/reconcilers/machine/drain/filters.go of the Cluster API 1.13.
func (d *Drains) Treat(namespace string, own map[string]string) DrainTreatment {
	switch strings.ToLower(strings.Replace(own[drainLabel], "-", "", 1)) {
	case "skip":
		return DrainTreatment{Skipped: true, By: "label " + drainLabel}
	case "waitcompleted":
		return DrainTreatment{Awaited: true, By: "label " + drainLabel}
	}
	var maybe []DrainTreatment
	var found DrainTreatment
	for _, r := range d.rules {
		about := both(r.about, d.estate.aboutPods(r.DrainRule, namespace, own))
		if about == No {
			continue
		}
		t := DrainTreatment{Skipped: r.Behavior == "Skip", Awaited: r.Behavior == "WaitCompleted", Order: r.Order,
			By: "MachineDrainRule " + r.Name}
		if about == Yes {
			found = t
			break
		}
		maybe = append(maybe, t)
	}
	for _, t := range maybe {
		if t.Skipped != found.Skipped || t.Awaited != found.Awaited || t.Order != found.Order {
			found.Unsure, found.By = true, cmp.Or(found.By, t.By)
		}
	}
	return found
}

// aboutMachines reports whether a rule is about some machines.
func (r *DrainRule) aboutMachines(of *Machines) Answer {
	own := answer(of.Namespace == r.Namespace)
	if of.Namespace == "" {
		own = Maybe
	}
	if len(r.Machines) == 0 {
		return own
	}
	any := No
	for _, m := range r.Machines {
		any = either(any, both(m.selects(of), whole(m.Cluster)))
	}
	return both(own, any)
}

// selects reports whether a selector takes some machines. They have the labels of
// the pool's template; of those that the Cluster API adds not all are known.
func (m *DrainRuleMachines) selects(of *Machines) Answer {
	if of.Unread || m.Own == nil || m.Own.Empty() {
		return whole(m.Own)
	}
	all, selectable := m.Own.Requirements()
	if !selectable {
		return No
	}
	known := Yes
	for i := range all {
		switch own := strings.Contains(all[i].Key(), "cluster.x-k8s.io/"); {
		case own && all[i].Key() != "cluster.x-k8s.io/control-plane" && of.Labels[all[i].Key()] == "":
			known = Maybe
		case !all[i].Matches(labels.Set(of.Labels)):
			return No
		}
	}
	return known
}

// whole is the answer of a selector where nothing is known of what it selects from.
func whole(s labels.Selector) Answer {
	if s == nil || s.Empty() {
		return Yes
	}
	return Maybe
}

// aboutPods reports whether a rule is about pods with some labels in a namespace.
func (e *Estate) aboutPods(r *DrainRule, namespace string, own map[string]string) Answer {
	if len(r.Pods) == 0 {
		return Yes
	}
	any := No
	for _, p := range r.Pods {
		any = either(any, both(answer(p.Own == nil || p.Own.Matches(labels.Set(own))), e.SelectsNamespace(p.Namespace, namespace)))
	}
	return any
}

func both(a, b Answer) Answer {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Maybe
}

func either(a, b Answer) Answer {
	switch {
	case a == Yes || b == Yes:
		return Yes
	case a == No && b == No:
		return No
	}
	return Maybe
}
