package finding

import (
	"testing"
)

func TestKubectl(t *testing.T) {
	for want, o := range map[string]Object{
		"kubectl delete poddisruptionbudget web -n shop": {Namespace: "shop", Kind: "PodDisruptionBudget", Name: "web"},
		"kubectl delete nodepool np1":                    {Kind: "NodePool", Name: "np1"},
	} {
		if got := o.Kubectl("delete"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, o := range []Object{
		{Kind: "Pod", Name: "-A"}, {Kind: "Pod", Name: "a b"}, {Kind: "Pod; rm", Name: "a"}, {Namespace: "$x", Kind: "Pod", Name: "a"},
	} {
		if got := o.Kubectl("delete"); got != "" {
			t.Errorf("%+v: %q", o, got)
		}
	}
}

func TestMerge(t *testing.T) {
	object := map[string]any{"kind": "PodDisruptionBudget"}
	Merge(object, []Edit{
		{Path: "/spec/maxUnavailable", After: Data("1")}, {Path: "/spec/minAvailable"}, {Path: "/metadata/labels/a~1b", After: Data(`"x"`)},
	})
	const want = `{"kind":"PodDisruptionBudget","metadata":{"labels":{"a/b":"x"}},"spec":{"maxUnavailable":1,"minAvailable":null}}`
	if got := string(DataOf(object)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
