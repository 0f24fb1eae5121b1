package kubernetes

import "testing"

// A pool that does not say of which kind its node class is has that of the only kind with
// one of its name.
func TestNodeClasses(t *testing.T) {
	const aws, azure, auto = "karpenter.k8s.aws/EC2NodeClass", "karpenter.azure.com/AKSNodeClass", "eks.amazonaws.com/NodeClass"
	for why, x := range map[string]struct {
		said, name string
		objects    []Object
		want       string
	}{
		"of AWS":           {"/", "main", []Object{{API: aws, Name: "main"}}, aws},
		"of Azure":         {"/", "main", []Object{{API: azure, Name: "main"}, {API: aws, Name: "other"}}, azure},
		"written twice":    {"/", "main", []Object{{API: aws, Name: "main"}, {API: aws, Name: "main"}}, aws},
		"of two kinds":     {"/", "main", []Object{{API: aws, Name: "main"}, {API: azure, Name: "main"}}, "/"},
		"of another name":  {"/", "main", []Object{{API: aws, Name: "other"}}, "/"},
		"another kind":     {"/", "main", []Object{{API: "v1/ConfigMap", Name: "main"}}, "/"},
		"it says its kind": {auto, "main", []Object{{API: aws, Name: "main"}}, auto},
		"it names none":    {"/", "", []Object{{API: aws}}, "/"},
	} {
		e := Link(&Raw{Objects: x.objects, Pools: []Pool{{API: KarpenterPool, Name: "p", NodeClass: x.said, ClassName: x.name}}})
		if got := e.Pools[0].NodeClass; got != x.want {
			t.Errorf("%s: %q, want %q", why, got, x.want)
		}
	}
}
