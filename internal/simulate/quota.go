package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// quota is what the pods of some workloads may have together. One that stops
// counts until it is gone.
//
// Source: PodUsageFunc and QuotaV1Pod in pkg/quota/v1/evaluator/core/pods.go of
// Kubernetes 1.36.
type quota struct {
	name      string
	hard      charge // below none of what it does not count
	workloads []int32
}

// charge is what a pod counts with: what it asks for and what it is limited to.
type charge struct{ asks, limits amount }

func (c *charge) add(o *charge, times int64) {
	for i := range c.asks {
		c.asks[i] += o.asks[i] * times
		c.limits[i] += o.limits[i] * times
	}
}

func (c *charge) holds(o *charge) bool { return c.asks.holds(&o.asks) && c.limits.holds(&o.limits) }

// quotaCharges are what ResourceQuotas count of pods.
type quotaCharges struct{ *builder }

// findQuotas finds which pods count together, and of which that is not known.
func (b quotaCharges) findQuotas() {
	for _, u := range b.estate.Lacks(kubernetes.QuotaKinds) {
		for l := range b.workloads {
			b.workloads[l].may = append(b.workloads[l].may, words.Plural(u.Kind)+" that could not be read")
		}
	}
	for i := range b.estate.Quotas {
		q := &b.estate.Quotas[i]
		x := quota{name: fmt.Sprintf("ResourceQuota %s/%s", q.Namespace, q.Name), hard: b.chargeOf(q)}
		b.count(q, &x)
		b.quotas = append(b.quotas, x)
	}
}

// count finds the workloads whose pods a quota counts. One that does not allow what
// was read to be there at all was not read in full, or is not for it.
func (b quotaCharges) count(q *kubernetes.Quota, x *quota) {
	var covered []int32
	var wanted charge
	for k, l := range b.workloadOf {
		w := &b.estate.Workloads[k]
		if l < 0 || w.Namespace != q.Namespace {
			continue
		}
		switch covers := b.estate.Covers(q, &w.Template); {
		case covers == kubernetes.Maybe, covers == kubernetes.Yes && q.Wants(&w.Template) && len(w.Pods) == 0:
			b.workloads[l].may = append(b.workloads[l].may, x.name)
		case covers == kubernetes.Yes:
			covered = append(covered, l)
			wanted.add(b.chargeFor(l), int64(b.workloads[l].replicas))
		}
	}
	if !b.estate.Live && !x.hard.holds(&wanted) {
		for _, l := range covered {
			b.workloads[l].may = append(b.workloads[l].may, x.name)
		}
		b.note("%s does not allow all pods that were read, and is not played", x.name)
		return
	}
	x.workloads = covered
	for _, l := range covered {
		b.workloads[l].quotas = append(b.workloads[l].quotas, int32(len(b.quotas)))
	}
}

// chargeFor is what a pod of a workload counts with.
func (w *World) chargeFor(l int32) *charge {
	c := &w.classes[w.workloads[l].class]
	return &charge{c.asks, c.limits}
}

// chargeOf is what a quota allows. Extended resources that no pod asks for are
// never used up.
func (b quotaCharges) chargeOf(q *kubernetes.Quota) charge {
	c := charge{unlimited, unlimited}
	for name, n := range q.Hard {
		switch name {
		case "pods":
			c.asks[slots] = n
		case "requests.cpu":
			c.asks[cpu] = n
		case "requests.memory":
			c.asks[memory] = n
		case "limits.cpu":
			c.limits[cpu] = n
		case "limits.memory":
			c.limits[memory] = n
		default:
			if i, known := b.podClasses.dims[strings.TrimPrefix(name, "requests.")]; known && i < dims {
				c.asks[i] = n
			}
		}
	}
	return c
}

// overdrawn is the first of a workload's quotas that allows no further pod
// of it, and what is used up; -1 for none.
func (a *admission) overdrawn(l int32) (quota int32, of string) {
	for _, q := range a.World.workloads[l].quotas {
		x := &a.quotas[q]
		var used charge
		for _, o := range x.workloads {
			for _, p := range a.workloads[o].pods {
				c := &a.classes[a.pods[p].class]
				used.add(&charge{c.asks, c.limits}, 1)
			}
			used.add(a.chargeFor(o), int64(len(a.workloads[o].orphans)))
		}
		if of := x.short(&used, a.chargeFor(l)); of != "" {
			return q, of
		}
	}
	return -1, ""
}

// short is what there is not enough of for one more; empty where there is.
func (q *quota) short(used, more *charge) string {
	for i, name := range []string{cpu: "requests.cpu", memory: "requests.memory", slots: "pods", others: "an extended resource"} {
		for j := i; j < dims && (j == i || i == others); j++ {
			if more.asks[j] > 0 && used.asks[j]+more.asks[j] > q.hard.asks[j] {
				return name
			}
		}
	}
	for i, name := range []string{cpu: "limits.cpu", memory: "limits.memory"} {
		if more.limits[i] > 0 && used.limits[i]+more.limits[i] > q.hard.limits[i] {
			return name
		}
	}
	return ""
}

// modelQuotas says by workload which quotas may refuse its pods: those that do not
// allow all pods twice, which is as many as there are while each that stops is
// there beside the one in its place.
func (w boundModel) modelQuotas(m *bound.Model) {
	there := make([]int, len(w.workloads))
	for i := range w.pods {
		there[w.classes[w.pods[i].class].workload]++
	}
	for i := range w.quotas {
		q := &w.quotas[i]
		var most charge
		for _, l := range q.workloads {
			c := *w.chargeFor(l)
			for k := range w.classes { // pods may ask for more than their template
				if o := &w.classes[k]; o.workload == l {
					for r := range c.asks {
						c.asks[r] = max(c.asks[r], o.asks[r])
					}
				}
			}
			most.add(&c, 2*int64(max(there[l], w.workloads[l].replicas)))
		}
		if q.hard.holds(&most) {
			continue
		}
		for _, l := range q.workloads {
			x := &m.Workloads[l]
			if !slices.Contains(x.NotCreatedBy, q.name) {
				x.NotCreatedBy = append(x.NotCreatedBy, q.name)
			}
		}
	}
}
