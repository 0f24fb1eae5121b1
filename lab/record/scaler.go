package record

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// findScalers finds the autoscalers of workloads that are scaled. Such a one is
// scaled by them, as somebody who did it by hand would be overruled: the
// trigger raises their minimum, as schedules do.
func (s *Scenario) findScalers() error {
	for _, o := range s.Objects {
		u, err := read(o)
		if err != nil {
			return err
		}
		if u.GetKind() != "HorizontalPodAutoscaler" {
			continue
		}
		kind, _, _ := unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "kind")
		name, _, _ := unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "name")
		for i := range s.Written.Triggers {
			t := &s.Written.Triggers[i]
			if t.Kind == "scale" && t.namespace == u.GetNamespace() && t.object == strings.ToLower(kind)+"/"+name {
				t.scaler = u.GetName()
			}
		}
	}
	return nil
}
