package manifest

import (
	"cmp"
	"strconv"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r *objectReader) autoscaler(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ScaleTargetRef target `json:"scaleTargetRef"`
			MinReplicas    *int32 `json:"minReplicas"`
			MaxReplicas    int32  `json:"maxReplicas"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	minimum := int32(1)
	if o.Spec.MinReplicas != nil {
		minimum = *o.Spec.MinReplicas
	}
	r.scaler(doc, "HorizontalPodAutoscaler", o.Metadata, o.Spec.ScaleTargetRef, minimum, o.Spec.MaxReplicas, minimum == 0)
	return nil
}

func (r *objectReader) scaledObject(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ScaleTargetRef   target `json:"scaleTargetRef"`
			MinReplicaCount  *int32 `json:"minReplicaCount"`
			IdleReplicaCount *int32 `json:"idleReplicaCount"`
			MaxReplicaCount  *int32 `json:"maxReplicaCount"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	// KEDA's defaults: 0 to 100. While idle it runs with idleReplicaCount, which
	// is below the minimum and in practice 0, and never in between.
	minimum, maximum := int32(0), int32(100)
	if o.Spec.MinReplicaCount != nil {
		minimum = *o.Spec.MinReplicaCount
	}
	toZero := minimum == 0
	if idle := o.Spec.IdleReplicaCount; idle != nil {
		toZero = *idle == 0
		if *idle > 0 {
			minimum = min(minimum, *idle)
		}
	}
	if o.Spec.MaxReplicaCount != nil {
		maximum = *o.Spec.MaxReplicaCount
	}
	// Paused at a number, it stays there.
	if n, err := strconv.Atoi(o.Metadata.Annotations["autoscaling.keda.sh/paused-replicas"]); err == nil && n >= 0 {
		minimum, maximum, toZero = int32(n), int32(n), n == 0
	}
	o.Spec.ScaleTargetRef.Kind = cmp.Or(o.Spec.ScaleTargetRef.Kind, "Deployment")
	r.scaler(doc, "ScaledObject", o.Metadata, o.Spec.ScaleTargetRef, minimum, maximum, toZero)
	return nil
}

type target struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

func (r *objectReader) scaler(doc *document.Document, kind string, m meta, t target, minimum, maximum int32, toZero bool) {
	if t.Name == "" { // a patch of one
		r.into.Seen.Unrelated++
		return
	}
	namespace := namespaceOf(m.Namespace)
	r.into.Scalers = append(r.into.Scalers, kubernetes.Scaler{
		Ref:    kubernetes.Ref{Namespace: namespace, Kind: kind, Name: m.Name},
		Target: kubernetes.Ref{Namespace: namespace, Kind: t.Kind, Name: t.Name},
		Min:    max(1, int(minimum)), Max: int(maximum), ToZero: toZero, Namespaced: m.Namespace != "", Position: r.at(doc),
	})
}
