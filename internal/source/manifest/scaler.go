package manifest

import (
	"cmp"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r sizeReader) autoscaler(doc *document.Document) error {
	var o struct {
		APIVersion string `json:"apiVersion"`
		Metadata   meta   `json:"metadata"`
		Spec       struct {
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
	if err := (bounds{minimum, o.Spec.MaxReplicas, "/spec/minReplicas", "/spec/maxReplicas"}).check(r.objectReader, doc); err != nil {
		return err
	}
	r.scaler(doc, o.APIVersion, "HorizontalPodAutoscaler", o.Metadata, o.Spec.ScaleTargetRef, minimum, o.Spec.MaxReplicas, minimum == 0)
	return nil
}

func (r sizeReader) scaledObject(doc *document.Document) error {
	var o struct {
		APIVersion string `json:"apiVersion"`
		Metadata   meta   `json:"metadata"`
		Spec       struct {
			ScaleTargetRef   target    `json:"scaleTargetRef"`
			MinReplicaCount  *int32    `json:"minReplicaCount"`
			IdleReplicaCount *int32    `json:"idleReplicaCount"`
			MaxReplicaCount  *int32    `json:"maxReplicaCount"`
			Triggers         []trigger `json:"triggers"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	// KEDA's defaults: 0 to 100. While no trigger is active it runs with
	// idleReplicaCount, which is below the minimum and in practice 0, and else with
	// the minimum. While one is, it runs with no fewer than the minimum, nor than 1.
	minimum, maximum := int32(0), int32(100)
	if o.Spec.MinReplicaCount != nil {
		minimum = *o.Spec.MinReplicaCount
	}
	if o.Spec.MaxReplicaCount != nil {
		maximum = *o.Spec.MaxReplicaCount
	}
	if err := (bounds{minimum, maximum, "/spec/minReplicaCount", "/spec/maxReplicaCount"}).check(r.objectReader, doc); err != nil {
		return err
	}
	idle := minimum
	if n := o.Spec.IdleReplicaCount; n != nil {
		idle = *n
	}
	toZero := idle == 0
	minimum = max(1, minimum, min(scheduled(o.Spec.Triggers), maximum))
	if !toZero {
		minimum = min(minimum, idle)
	}
	// Paused at a number, it stays there.
	n, err := strconv.Atoi(o.Metadata.Annotations[kubernetes.PausedReplicas])
	paused := err == nil && n >= 0
	if paused {
		minimum, maximum, toZero = int32(n), int32(n), n == 0
	}
	o.Spec.ScaleTargetRef.Kind = cmp.Or(o.Spec.ScaleTargetRef.Kind, "Deployment")
	before := len(r.into.Scalers)
	r.scaler(doc, o.APIVersion, "ScaledObject", o.Metadata, o.Spec.ScaleTargetRef, minimum, maximum, toZero)
	for i := range r.into.Scalers[before:] {
		r.into.Scalers[before+i].Paused = paused
	}
	return nil
}

// trigger is what a ScaledObject scales by.
type trigger struct {
	Type     string                    `json:"type"`
	Metadata map[string]jsontext.Value `json:"metadata"`
}

// scheduled is the fewest pods that some trigger of a ScaledObject asks for while
// one is active, where all of them go by the clock; 0 where some goes by anything
// else. On its way there and back it has fewer for some minutes.
//
// Source: GetMetricsAndActivity in pkg/scalers/cron_scaler.go of KEDA 2.17, which
// asks for 1 outside its time, and of several the autoscaler takes the most.
func scheduled(all []trigger) int32 {
	fewest := int32(0)
	for i, t := range all {
		n, err := strconv.ParseInt(unquoted(t.Metadata)["desiredReplicas"], 10, 32)
		if t.Type != "cron" || err != nil {
			return 0
		}
		if i == 0 || int32(n) < fewest {
			fewest = int32(n)
		}
	}
	return fewest
}

type target struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

func (r sizeReader) scaler(doc *document.Document, api, kind string, m meta, t target, minimum, maximum int32, toZero bool) {
	if t.Name == "" { // a patch of one
		r.into.Seen.Unrelated++
		return
	}
	namespace := namespaceOf(m.Namespace)
	r.into.Scalers = append(r.into.Scalers, kubernetes.Scaler{
		Ref: kubernetes.Ref{Namespace: namespace, Kind: kind, Name: m.Name}, API: api,
		Target: kubernetes.Ref{Namespace: namespace, Kind: t.Kind, Name: t.Name},
		Min:    max(1, int(minimum)), Max: int(maximum), ToZero: toZero, Namespaced: m.Namespace != "", Position: r.at(doc),
	})
}
