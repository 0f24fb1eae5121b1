package manifest

import (
	"iter"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
)

// demand is a list of quantities in a pod's spec.
type demand struct {
	containers string // the field of those it is of; empty where it is of the pod itself
	n          int    // which of them
	field      string
	list       corev1.ResourceList
}

// at points to the list from the spec.
func (d demand) at() jsontext.Pointer {
	var p jsontext.Pointer
	if d.containers != "" {
		p = p.AppendToken(d.containers).AppendToken(strconv.Itoa(d.n))
	}
	if d.field != "overhead" {
		p = p.AppendToken("resources")
	}
	return p.AppendToken(d.field)
}

// demands are all that a pod asks for.
func demands(spec *corev1.PodSpec) iter.Seq[demand] {
	return func(yield func(demand) bool) {
		both := func(containers string, n int, r *corev1.ResourceRequirements) bool {
			return yield(demand{containers, n, "requests", r.Requests}) && yield(demand{containers, n, "limits", r.Limits})
		}
		for i := range spec.InitContainers {
			if !both("initContainers", i, &spec.InitContainers[i].Resources) {
				return
			}
		}
		for i := range spec.Containers {
			if !both("containers", i, &spec.Containers[i].Resources) {
				return
			}
		}
		if spec.Resources != nil && !both("", 0, spec.Resources) {
			return
		}
		yield(demand{field: "overhead", list: spec.Overhead})
	}
}

// checkDemands refuses less than nothing, as the API server does: a pod that
// asks for it would free capacity on its node. Spec is what at points to.
func (r podReader) checkDemands(doc *document.Document, at jsontext.Pointer, spec *corev1.PodSpec) error {
	for d := range demands(spec) {
		for name, q := range d.list {
			if q.Sign() < 0 {
				return r.fault(doc, at+d.at().AppendToken(string(name)), "is "+q.String()+", wants 0 or more")
			}
		}
	}
	return nil
}
