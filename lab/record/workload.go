package record

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// kindsOfWorkloads are those that a scenario can name, as kubectl takes them.
var kindsOfWorkloads = []string{"deployment", "statefulset", "daemonset"}

// findWorkloads finds the workloads that triggers change.
func (s *Scenario) findWorkloads() error {
	for i := range s.Written.Triggers {
		t := &s.Written.Triggers[i]
		if t.Workload == "" {
			continue
		}
		o, err := s.workload(t.Workload)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Kind, err)
		}
		u, err := read(s.Objects[o])
		if err != nil {
			return err
		}
		t.namespace, t.object = u.GetNamespace(), kindAndName(u)
	}
	return nil
}

// workload finds the object that is called namespace/name or
// namespace/kind/name.
func (s *Scenario) workload(ref string) (int, error) {
	for i, o := range s.Objects {
		u, err := read(o)
		if err != nil {
			return 0, err
		}
		kind := strings.ToLower(u.GetKind())
		if !slices.Contains(kindsOfWorkloads, kind) {
			continue
		}
		if short := u.GetNamespace() + "/" + u.GetName(); ref == short || strings.EqualFold(ref, u.GetNamespace()+"/"+kind+"/"+u.GetName()) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("no workload is called %s", ref)
}

func read(object []byte) (*unstructured.Unstructured, error) {
	var u unstructured.Unstructured
	if err := yaml.Unmarshal(object, &u.Object); err != nil {
		return nil, err
	}
	return &u, nil
}

// kindAndName is what an object is to kubectl.
func kindAndName(u *unstructured.Unstructured) string {
	return strings.ToLower(u.GetKind()) + "/" + u.GetName()
}
