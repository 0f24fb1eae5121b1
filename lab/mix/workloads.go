package mix

import (
	"fmt"
	"strconv"

	"github.com/onus-project/onus/lab/cluster"
	"github.com/onus-project/onus/lab/record"
)

const namespace = "default"

// mostCPU is what the pods of a mix ask for in all, in thousandths: some six
// nodes, so that what happens to them is over before the horizon.
const mostCPU = 16_000

// workload is one that was drawn.
type workload struct {
	kind, name string
	replicas   int
	priorities bool // those of the mix are there
}

// ref names a workload as scenarios do.
func (w *workload) ref() string { return namespace + "/" + w.name }

// drawWorkloads draws two to four workloads, and at times a DaemonSet beside them.
func (d *dice) drawWorkloads() {
	priorities := d.chance(25)
	if priorities {
		d.add("scheduling.k8s.io/v1", "PriorityClass", "high", nil)["value"] = 1000
		d.add("scheduling.k8s.io/v1", "PriorityClass", "low", nil)["value"] = -10
	}
	if d.chance(12) { // before what makes nodes, so that these have free capacity for it
		d.add("apps/v1", "DaemonSet", "agent", object{
			"selector": matching("agent"),
			"template": object{
				"metadata": object{"labels": labels("agent")},
				"spec":     object{"containers": containers(100), "priorityClassName": "system-node-critical"},
			},
		})
	}
	for _, name := range []string{"web", "api", "db", "queue"}[:one(d, 2, 2, 3, 3, 3, 4)] {
		w := workload{name: name, priorities: priorities}
		w.kind, w.replicas = one(d, "Deployment", "Deployment", "StatefulSet"), one(d, 1, 2, 3, 3, 4, 5, 6)
		if name == "db" {
			w.kind = one(d, "Deployment", "StatefulSet", "StatefulSet")
		}
		if len(d.workloads) > 1 && d.cpu > mostCPU/2 {
			w.replicas = min(w.replicas, 3)
		}
		d.drawWorkload(&w)
		d.workloads = append(d.workloads, w)
	}
	d.drawBudgets()
}

func (d *dice) drawWorkload(w *workload) {
	cpu := one(d, 200, 400, 900, 900, 1500, 1500)
	for w.replicas > 1 && d.cpu+w.replicas*cpu > mostCPU {
		w.replicas--
	}
	d.cpu += w.replicas * cpu
	grace := one(d, 30, 30, 30, 60)
	pod := object{"containers": containers(cpu), "terminationGracePeriodSeconds": grace}
	annotations := object{}
	d.place(w.name, pod)
	if w.priorities && d.chance(60) {
		pod["priorityClassName"] = one(d, "high", "low")
	}
	if d.chance(6) {
		annotations["karpenter.sh/do-not-disrupt"] = one(d, "true", "90s")
	}
	spec := object{
		"replicas": w.replicas, "selector": matching(w.name),
		"template": object{"metadata": object{"labels": labels(w.name), "annotations": annotations}, "spec": pod},
	}
	if d.chance(10) {
		spec["minReadySeconds"] = 10
	}
	o := d.add("apps/v1", w.kind, w.name, spec)
	fails := d.chance(12)
	if w.kind == "StatefulSet" {
		spec["serviceName"], spec["podManagementPolicy"] = w.name, one(d, "OrderedReady", "Parallel")
		if fails {
			annotations[cluster.NeverReady] = strconv.Itoa(d.IntN(w.replicas))
		}
	} else {
		spec["strategy"] = d.strategy()
		if fails && d.chance(70) {
			o["metadata"].(object)["annotations"] = object{record.Failing: "1"}
		} else if fails {
			annotations[cluster.Readiness] = "crash-loop"
		}
	}
	d.drawTimings(w, fails)
}

// drawTimings draws how long the pods of a workload take, and whether they crash.
func (d *dice) drawTimings(w *workload, fails bool) {
	var own record.Own
	if d.chance(30) {
		own.PodReady = seconds(one(d, 5, 25, 25, 40))
	}
	if d.chance(25) {
		own.PodStop = seconds(one(d, 1, 10, 20))
	}
	if !fails && d.chance(5) {
		own.Crashes = &record.Crashes{After: seconds(40), For: seconds(15)}
	}
	if own != (record.Own{}) {
		d.written.Own[w.ref()] = own
	}
}

func (d *dice) strategy() object {
	if d.chance(10) {
		return object{"type": "Recreate"}
	}
	limits := one(d,
		object{"maxSurge": "25%", "maxUnavailable": "25%"}, object{"maxSurge": 1, "maxUnavailable": 0},
		object{"maxSurge": 0, "maxUnavailable": 1})
	return object{"type": "RollingUpdate", "rollingUpdate": limits}
}

// place draws where the pods of a workload may be, and where they would rather.
func (d *dice) place(name string, pod object) {
	if len(d.pools) > 1 && d.chance(45) {
		pod["nodeSelector"] = object{"karpenter.sh/nodepool": one(d, d.pools...)}
	}
	term := object{"labelSelector": matching(name), "topologyKey": "kubernetes.io/hostname"}
	anti := object{}
	switch {
	case d.chance(25):
		anti["requiredDuringSchedulingIgnoredDuringExecution"] = []any{term}
	case d.chance(30):
		anti["preferredDuringSchedulingIgnoredDuringExecution"] = []any{object{"weight": one(d, 1, 100), "podAffinityTerm": term}}
	}
	affinity := object{}
	if len(anti) > 0 {
		affinity["podAntiAffinity"] = anti
	}
	if len(d.workloads) > 0 && d.chance(10) {
		whom := matching(one(d, d.workloads...).name)
		near := object{"labelSelector": whom, "topologyKey": one(d, "kubernetes.io/hostname", "topology.kubernetes.io/zone")}
		affinity["podAffinity"] = object{"preferredDuringSchedulingIgnoredDuringExecution": []any{object{"weight": 50, "podAffinityTerm": near}}}
	}
	if len(affinity) > 0 {
		pod["affinity"] = affinity
	}
	if d.chance(35) {
		pod["topologySpreadConstraints"] = []any{object{
			"labelSelector": matching(name), "maxSkew": one(d, 1, 1, 2),
			"topologyKey":       one(d, "topology.kubernetes.io/zone", "topology.kubernetes.io/zone", "kubernetes.io/hostname"),
			"whenUnsatisfiable": one(d, "DoNotSchedule", "ScheduleAnyway"),
		}}
	}
}

// drawBudgets draws a budget for most workloads.
func (d *dice) drawBudgets() {
	for i := range d.workloads {
		w := &d.workloads[i]
		if !d.chance(75) {
			continue
		}
		spec := object{"selector": matching(w.name)}
		switch d.IntN(8) {
		case 0:
			spec["minAvailable"] = 1 + d.IntN(w.replicas)
		case 1:
			spec["minAvailable"] = one(d, "50%", "50%", "75%", "100%")
		case 2:
			spec["maxUnavailable"] = one(d, "25%", "34%", "50%")
		case 3:
			spec["maxUnavailable"] = one(d, 0, 2, 2)
		default:
			spec["maxUnavailable"] = 1
		}
		if d.chance(25) {
			spec["unhealthyPodEvictionPolicy"] = one(d, "AlwaysAllow", "AlwaysAllow", "IfHealthyBudget")
		}
		d.add("policy/v1", "PodDisruptionBudget", w.name, spec)
	}
	if d.chance(5) {
		w := one(d, d.workloads...)
		d.add("policy/v1", "PodDisruptionBudget", w.name+"-too", object{"selector": matching(w.name), "maxUnavailable": 1})
	}
}

func labels(app string) object   { return object{"app": app} }
func matching(app string) object { return object{"matchLabels": labels(app)} }

func containers(cpu int) []any {
	return []any{object{"name": "c", "image": "registry.k8s.io/pause:3.10",
		"resources": object{"requests": object{"cpu": fmt.Sprintf("%dm", cpu), "memory": "256Mi"}}}}
}
