package manifest

import (
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
)

// Numbers that no API server takes are faults, as they are to it: what is worked out
// from them would be nonsense.

// checkPod refuses of a pod's spec, which at points to, what the API server does:
// less than nothing, and a spread without a skew.
func (r podReader) checkPod(doc *document.Document, at jsontext.Pointer, spec *corev1.PodSpec) error {
	if err := r.checkDemands(doc, at, spec); err != nil {
		return err
	}
	return r.checkSpread(doc, at+"/topologySpreadConstraints", spec.TopologySpreadConstraints)
}

// checkSpread refuses spreads that cannot be.
//
// Source: validateTopologySpreadConstraints in pkg/apis/core/validation/validation.go.
func (r podReader) checkSpread(doc *document.Document, at jsontext.Pointer, all []corev1.TopologySpreadConstraint) error {
	for i := range all {
		own := at.AppendToken(strconv.Itoa(i))
		// What is not there may be in what this is laid over.
		if n := all[i].MaxSkew; n < 0 || n == 0 && doc.Points(own+"/maxSkew") {
			return r.tooSmall(doc, own+"/maxSkew", int64(n), 1)
		}
		if n := all[i].MinDomains; n != nil && *n < 1 {
			return r.tooSmall(doc, own+"/minDomains", int64(*n), 1)
		}
	}
	return nil
}

// check refuses of a Job, which at points to, less than nothing.
//
// Source: validateJobSpec in pkg/apis/batch/validation/validation.go.
func (j jobSpec) check(r *objectReader, doc *document.Document, at jsontext.Pointer) error {
	for _, of := range []struct {
		field string
		n     *int32
	}{
		{"/parallelism", j.Parallelism}, {"/completions", j.Completions}, {"/ttlSecondsAfterFinished", j.TTL},
		{"/backoffLimit", j.BackoffLimit},
	} {
		if of.n != nil && *of.n < 0 {
			return r.tooSmall(doc, at+jsontext.Pointer(of.field), int64(*of.n), 0)
		}
	}
	return nil
}

// bounds are those of an autoscaler, each with its field.
type bounds struct {
	least, most           int32
	leastField, mostField jsontext.Pointer
}

// check refuses bounds between which there is nothing.
//
// Sources: validateHorizontalPodAutoscalerSpec in
// pkg/apis/autoscaling/validation/validation.go; CheckReplicaCountBoundsAreValid in
// apis/keda/v1alpha1/scaledobject_types.go of KEDA.
func (b bounds) check(r *objectReader, doc *document.Document) error {
	switch {
	case b.least < 0:
		return r.tooSmall(doc, b.leastField, int64(b.least), 0)
	case b.most < 1 && doc.Points(b.mostField):
		return r.tooSmall(doc, b.mostField, int64(b.most), 1)
	case b.most > 0 && b.most < b.least && !doc.Points(b.mostField):
		return r.fault(doc, b.leastField, "is "+strconv.Itoa(int(b.least))+", more than "+document.Field(b.mostField)+", which is "+
			strconv.Itoa(int(b.most)))
	case b.most > 0 && b.most < b.least:
		return r.fault(doc, b.mostField, "is "+strconv.Itoa(int(b.most))+", less than "+document.Field(b.leastField)+", which is "+
			strconv.Itoa(int(b.least)))
	}
	return nil
}

// tooSmall is the fault of a number below the least that there may be.
func (r *objectReader) tooSmall(doc *document.Document, at jsontext.Pointer, n int64, least int) *document.Error {
	return r.fault(doc, at, "is "+strconv.FormatInt(n, 10)+", wants "+strconv.Itoa(least)+" or more")
}
