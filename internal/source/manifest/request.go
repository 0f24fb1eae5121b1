package manifest

import (
	"math"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// requests is what the scheduler sets aside for a pod: its containers and
// sidecars together, or what starting up takes where that is more, and the
// overhead of its runtime class. Requests of the whole pod count for those of
// its containers.
//
// Source: PodRequests in k8s.io/component-helpers/resource/helpers.go, and
// defaultPodRequests in pkg/apis/core/v1/defaults.go.
func requests(spec *corev1.PodSpec) kubernetes.Resources {
	var all, sidecars, start kubernetes.Resources
	for i := range spec.Containers {
		add(&all, asked(&spec.Containers[i].Resources))
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		own := asked(&c.Resources)
		if sidecar(c) {
			add(&all, own)
			add(&sidecars, own)
			raise(&start, sidecars)
			continue
		}
		add(&own, sidecars) // those started before it run beside it
		raise(&start, own)
	}
	raise(&all, start)
	if r := spec.Resources; r != nil {
		for name, q := range r.Limits {
			if get(&all, name) == 0 && wholePod(name) {
				set(&all, name, q)
			}
		}
		for name, q := range r.Requests {
			if wholePod(name) {
				set(&all, name, q)
			}
		}
	}
	add(&all, resources(spec.Overhead))
	all.Pods = 1
	return all
}

// wholePod reports whether a resource can be asked for by a pod as a whole.
func wholePod(name corev1.ResourceName) bool {
	return name == corev1.ResourceCPU || name == corev1.ResourceMemory || strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

// asked is what a container requests. A limit stands in for a request that is
// not there, as the API server has it when it makes the pod.
//
// Source: SetDefaults_Pod in pkg/apis/core/v1/defaults.go.
func asked(r *corev1.ResourceRequirements) kubernetes.Resources {
	all := resources(r.Requests)
	for name, q := range r.Limits {
		if _, said := r.Requests[name]; !said {
			set(&all, name, q)
		}
	}
	return all
}

// resources turns a list of quantities into whole numbers, rounded up.
func resources(list corev1.ResourceList) kubernetes.Resources {
	var r kubernetes.Resources
	for name, q := range list {
		set(&r, name, q)
	}
	return r
}

func set(r *kubernetes.Resources, name corev1.ResourceName, q resource.Quantity) {
	switch name {
	case corev1.ResourceCPU:
		r.CPU = thousandths(q)
	case corev1.ResourceMemory:
		r.Memory = whole(q)
	case corev1.ResourcePods:
		r.Pods = whole(q)
	default:
		if r.Other == nil {
			r.Other = make(map[string]int64, 2)
		}
		r.Other[string(name)] = whole(q)
	}
}

func get(r *kubernetes.Resources, name corev1.ResourceName) int64 {
	switch name {
	case corev1.ResourceCPU:
		return r.CPU
	case corev1.ResourceMemory:
		return r.Memory
	case corev1.ResourcePods:
		return r.Pods
	}
	return r.Other[string(name)]
}

// whole is a quantity as a number; of one too large for that, the most there is.
func whole(q resource.Quantity) int64 {
	if q.CmpInt64(math.MaxInt64) > 0 {
		return math.MaxInt64
	}
	return q.Value()
}

// thousandths is whole in thousandths.
func thousandths(q resource.Quantity) int64 {
	if q.CmpInt64(math.MaxInt64/1000) > 0 {
		return math.MaxInt64
	}
	return q.MilliValue()
}

// add adds what b has to a.
func add(a *kubernetes.Resources, b kubernetes.Resources) { combine(a, b, plus) }

// raise lifts a to what b has of anything, where that is more.
func raise(a *kubernetes.Resources, b kubernetes.Resources) {
	combine(a, b, func(x, y int64) int64 { return max(x, y) })
}

func combine(a *kubernetes.Resources, b kubernetes.Resources, f func(x, y int64) int64) {
	a.CPU, a.Memory, a.Pods = f(a.CPU, b.CPU), f(a.Memory, b.Memory), f(a.Pods, b.Pods)
	for name, n := range b.Other {
		if a.Other == nil {
			a.Other = make(map[string]int64, len(b.Other))
		}
		a.Other[name] = f(a.Other[name], n)
	}
}

// plus stops at the most there is, where a sum would turn negative.
func plus(x, y int64) int64 {
	if x > 0 && y > math.MaxInt64-x {
		return math.MaxInt64
	}
	return x + y
}
