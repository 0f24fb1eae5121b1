package record

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// findScalers finds the autoscalers of workloads that are scaled. Such a one is
// scaled by them, as somebody who did it by hand would be overruled: the
// trigger raises their minimum, as schedules do.
func (s *Scenario) findScalers() error {
	for _, o := range s.Objects {
		var u unstructured.Unstructured
		if err := yaml.Unmarshal(o, &u.Object); err != nil {
			return err
		}
		if u.GetKind() != "HorizontalPodAutoscaler" {
			continue
		}
		kind, _, _ := unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "kind")
		name, _, _ := unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "name")
		for i := range s.Written.Triggers {
			t := &s.Written.Triggers[i]
			if t.Kind != "scale" {
				continue
			}
			namespace, of, err := t.workload()
			if err != nil {
				return err
			}
			if namespace == u.GetNamespace() && of == strings.ToLower(kind)+"/"+name {
				t.scaler = u.GetName()
			}
		}
	}
	return nil
}
