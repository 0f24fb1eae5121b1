package cluster

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// customObject is an object as a snapshot has it.
type customObject struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ObjectMeta `json:"metadata"`
	Spec            map[string]any    `json:"spec,omitempty"`
	Status          map[string]any    `json:"status,omitempty"`
}

// keepCustom keeps of a custom object what its kind says.
func keepCustom(k kubernetes.Kept, object map[string]any) (any, error) {
	var o customObject
	if err := convert(object, &o); err != nil {
		return nil, fmt.Errorf("an object that cannot be read: %w", err)
	}
	o.Metadata = keepMeta(&o.Metadata)
	if !k.Whole {
		o.Status = nil
		maps.DeleteFunc(o.Spec, func(field string, _ any) bool { return !slices.Contains(k.Spec, field) })
	}
	if written, ok := o.Spec["triggers"]; ok && !k.Whole {
		var all []scheduledTrigger // what others go by may be a secret
		if err := convert(written, &all); err != nil {
			return nil, fmt.Errorf("%s/%s cannot be read: spec.triggers: %w", o.Metadata.Namespace, o.Metadata.Name, err)
		}
		o.Spec["triggers"] = all
	}
	if !k.Template {
		return o, nil
	}
	if written := o.Spec["template"]; written != nil {
		var t corev1.PodTemplateSpec
		if err := convert(written, &t); err != nil {
			return nil, fmt.Errorf("%s/%s cannot be read: spec.template: %w", o.Metadata.Namespace, o.Metadata.Name, err)
		}
		o.Spec["template"] = keepTemplate(&t)
	}
	if written, ok := o.Spec["volumeClaimTemplates"]; ok {
		var named []struct {
			Metadata struct {
				Name        string            `json:"name"`
				Annotations map[string]string `json:"annotations,omitempty"`
			} `json:"metadata"`
			Spec struct {
				StorageClassName *string `json:"storageClassName,omitempty"`
			} `json:"spec"`
		}
		if err := convert(written, &named); err != nil {
			return nil, fmt.Errorf("%s/%s cannot be read: spec.volumeClaimTemplates: %w", o.Metadata.Namespace, o.Metadata.Name, err)
		}
		for i := range named {
			maps.DeleteFunc(named[i].Metadata.Annotations, func(k, _ string) bool { return k != kubernetes.ClassAnnotation })
		}
		o.Spec["volumeClaimTemplates"] = named
	}
	return o, nil
}

// scheduledTrigger is what is kept of a trigger of KEDA.
type scheduledTrigger struct {
	Type     string `json:"type"`
	Metadata struct {
		DesiredReplicas any `json:"desiredReplicas,omitempty"`
	} `json:"metadata"`
}

// convert reads a value as another type would be read from its JSON.
func convert(from, into any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
