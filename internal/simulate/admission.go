package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// gate is a webhook that the API server asks, and without whose answer it
// refuses: it answers while a pod behind its Service is ready. A pod that is
// stopping is taken to answer no more.
type gate struct {
	webhook string  // by which refusers name it as well
	backers []int32 // the workloads of these pods
}

// String names a gate, with what has the API server refuse without its answer.
func (g *gate) String() string { return g.webhook + " (failurePolicy Fail)" }

// silent says why a gate does not answer.
func (g *gate) silent() string { return g.String() + " has no ready pod" }

// gated is by whom pods of a workload may be refused.
type gated struct {
	creates []int32 // gates that are asked when one is made
	evicts  []int32 // and when one is evicted
	// may are the webhooks of which it is not known whether they are asked: they
	// are not played, and nothing is promised that they could break.
	may []string
	// refusers are the webhooks that may refuse to let its pods go though they answer:
	// that is not played, either.
	refusers []string
	// quotas count its pods.
	quotas []int32
}

// webhookGates are webhooks that may keep the API server from making or evicting pods.
type webhookGates struct{ *builder }

// findGates finds the webhooks that may refuse pods.
func (b webhookGates) findGates() {
	var outside, open []string
	for i := range b.estate.Webhooks {
		h := &b.estate.Webhooks[i]
		if h.Optional {
			continue
		}
		g := gate{webhook: h.String(), backers: b.behind(h)}
		if len(g.backers) == 0 {
			outside = append(outside, h.Name)
			continue
		}
		id := int32(len(b.gates))
		b.gates = append(b.gates, g)
		if b.gate(h, id) {
			open = append(open, h.Name)
		}
	}
	for _, u := range b.estate.Lacks(kubernetes.WebhookKinds) {
		for l := range b.workloads {
			b.workloads[l].may = append(b.workloads[l].may, words.Plural(u.Kind)+" that could not be read")
		}
	}
	if len(outside) > 0 {
		b.note("the pods behind %s were not read: it is taken that the API server always gets an answer", webhooksNamed(outside))
	}
	if len(open) > 0 {
		b.note("which pods %s is asked about was not read in full: it is played as if the API server did not ask it about those",
			webhooksNamed(open))
	}
}

func webhooksNamed(names []string) string {
	if len(names) == 1 {
		return "webhook " + names[0]
	}
	return "webhooks " + words.Few(names)
}

// behind are the workloads whose pods a webhook's Service selects.
func (b webhookGates) behind(h *kubernetes.Webhook) []int32 {
	var all []int32
	for i := range b.estate.Services {
		s := &b.estate.Services[i]
		if s.Name != h.Service || s.Namespace != h.ServiceNamespace {
			continue
		}
		for k, l := range b.workloadOf {
			w := &b.estate.Workloads[k]
			if l >= 0 && w.Namespace == s.Namespace && labelSet(s.Selector).AsSelector().Matches(labelSet(w.Template.Labels)) {
				all = append(all, l)
			}
		}
	}
	return all
}

// gate notes the workloads whose pods a webhook is asked about, and reports
// whether that is not known of some.
func (b webhookGates) gate(h *kubernetes.Webhook, id int32) (open bool) {
	for k, l := range b.workloadOf {
		if l < 0 {
			continue
		}
		w, x := &b.estate.Workloads[k], &b.workloads[l]
		created := b.estate.Asked(h, w.Namespace, w.Template.Labels)
		// An eviction is an object of its own, which has no labels.
		evicted := b.estate.Asked(h, w.Namespace, nil)
		if h.Creates && created == kubernetes.Yes {
			x.creates = append(x.creates, id)
		}
		if h.Evicts && evicted == kubernetes.Yes {
			x.evicts = append(x.evicts, id)
		}
		if h.Creates && created == kubernetes.Maybe || h.Evicts && evicted == kubernetes.Maybe || h.Starts && created != kubernetes.No {
			x.may = append(x.may, b.gates[id].String())
			open = true
		}
	}
	return open
}

// admission is the API server's answer where it asks webhooks.
type admission struct{ *engine }

// shut is the first of some gates that does not answer; -1 where all do.
func (a *admission) shut(gates []int32) int32 {
	for _, g := range gates {
		if !slices.ContainsFunc(a.gates[g].backers, func(l int32) bool { return a.workloads[l].ready > 0 }) {
			return g
		}
	}
	return -1
}

// refuses reports whether the API server refuses to make a pod of a workload. Its
// controller then tries again, later each time, and sooner only where something
// happens to one of its pods.
//
// Source: slowStartBatch in pkg/controller/replicaset/replica_set.go of
// Kubernetes 1.36, which stops at the first failure, and
// DefaultTypedControllerRateLimiter in util/workqueue of client-go.
func (a *admission) refuses(l int32) bool {
	if len(a.gates)+len(a.quotas) == 0 {
		return false
	}
	w, x := &a.World.workloads[l], &a.workloads[l]
	if len(w.creates)+len(w.quotas) == 0 {
		return false
	}
	why := a.refusal(l)
	if why == "" {
		x.refusals = 0
		return false
	}
	if x.refusals == 0 {
		a.event(Event{Kind: NotCreated, Node: -1, Pod: -1, Workload: l, Cause: x.cause, Detail: why})
	}
	wait := createBackoff << x.refusals
	x.refusals = min(x.refusals+1, 30)
	if next := a.now + int64(min(wait, maxCreateBackoff)); x.retry <= a.now || next < x.retry {
		x.retry = next
		a.at(next, doRetry, l, 0, 0)
	}
	return true
}

// refusal says why the API server makes no pod of a workload now; empty where it
// does. Quotas are looked at last, as by the API server.
//
// Source: AllOrderedPlugins in pkg/kubeapiserver/options/plugins.go of Kubernetes
// 1.36.
func (a *admission) refusal(l int32) string {
	if g := a.shut(a.World.workloads[l].creates); g >= 0 {
		return a.gates[g].silent()
	}
	if q, of := a.overdrawn(l); q >= 0 {
		return fmt.Sprintf("%s allows no further pod: %s", a.quotas[q].name, of)
	}
	return ""
}

// freed has the controller of a workload look again that a quota refused, where one
// of its pods is gone. Whether the quota is counted anew by then is chance.
func (a *admission) freed(l int32, cause int32) {
	if a.workloads[l].refusals > 0 && len(a.World.workloads[l].quotas) > 0 && a.rng.IntN(2) == 0 {
		a.controllers.wake(l, cause)
	}
}

// Kubernetes, version 1.36: the first and the longest back-off of a controller
// whose work failed.
const (
	createBackoff    = 5 * time.Millisecond
	maxCreateBackoff = 1000 * time.Second
)

// refusesEviction is the gate for want of whose answer the eviction of a pod is
// refused; -1 for none.
func (a *admission) refusesEviction(p int32) int32 {
	if len(a.gates) == 0 {
		return -1
	}
	gates := a.World.workloads[a.classes[a.pods[p].class].workload].evicts
	if len(gates) == 0 {
		return -1
	}
	return a.shut(gates)
}

// modelRefusals says which pods the API server may refuse to make or to evict. A
// webhook of which some pod is ready in any order of events, even if it and all
// others may refuse what they are asked about, always answers.
func (w boundModel) modelRefusals(m *bound.Model) {
	if len(w.gates)+len(w.quotas) == 0 && !slices.ContainsFunc(w.workloads, func(l workload) bool { return len(l.may)+len(l.refusers) > 0 }) {
		return
	}
	answers := make([]bool, len(w.gates))
	for {
		w.refuse(m, answers)
		w.modelQuotas(m)
		bounds, found := bound.Bounds(m), false
		for g := range w.gates {
			if !answers[g] && slices.ContainsFunc(w.gates[g].backers, func(l int32) bool { return bounds[l].Least > 0 }) {
				answers[g], found = true, true
			}
		}
		if !found {
			return
		}
	}
}

// refuse says what follows where only some gates are sure to answer.
func (w boundModel) refuse(m *bound.Model, answers []bool) {
	named := func(gates []int32, more []string) []string {
		all := slices.Clone(more)
		for _, g := range gates {
			if !answers[g] && !slices.Contains(more, w.gates[g].webhook) {
				all = append(all, w.gates[g].String())
			}
		}
		return all
	}
	for l := range w.workloads {
		x := &w.workloads[l]
		m.Workloads[l].NotCreatedBy = named(x.creates, x.may)
		m.Workloads[l].NotEvictedBy = named(x.evicts, append(slices.Clone(x.refusers), x.may...))
		m.Workloads[l].RefusedBy = x.refusers
	}
}
