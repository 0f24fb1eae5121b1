package cluster

import (
	"bytes"
	"os"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// docs/rbac.yaml grants a list of what is read, and nothing else.
func TestRBAC(t *testing.T) {
	data, err := os.ReadFile("../../../docs/rbac.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var role struct {
		Kind  string
		Rules []map[string][]string
	}
	first, _, _ := bytes.Cut(data, []byte("\n---\n"))
	if err := yaml.Unmarshal(first, &role); err != nil {
		t.Fatal(err)
	}
	if role.Kind != "ClusterRole" {
		t.Fatalf("the first object is a %s", role.Kind)
	}
	var granted, needed []string
	for _, rule := range role.Rules {
		if len(rule) != 3 || !slices.Equal(rule["verbs"], []string{"list"}) {
			t.Errorf("grants more than a list: %v", rule)
		}
		for _, group := range rule["apiGroups"] {
			for _, resource := range rule["resources"] {
				granted = append(granted, schema.GroupResource{Group: group, Resource: resource}.String())
			}
		}
	}
	for _, k := range kinds() {
		needed = append(needed, k.GroupResource())
	}
	slices.Sort(granted)
	slices.Sort(needed)
	if !slices.Equal(granted, needed) {
		t.Errorf("granted %v\nneeded  %v", granted, needed)
	}
}
