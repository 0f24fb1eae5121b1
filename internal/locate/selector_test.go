package locate

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A pool of Karpenter makes nodes with the labels that it says and no others of its
// owner's: what asks for others runs on nodes that something else makes. Where no
// platform is known to have such beside it, it is left where everything is.
func TestNoPoolHasTheLabelsAskedFor(t *testing.T) {
	c := knowledge(t)
	pool := func(class string, labels map[string]string) kubernetes.Pool {
		requirements := []corev1.NodeSelectorRequirement{
			{Key: "kubernetes.io/arch", Operator: corev1.NodeSelectorOpIn, Values: []string{"amd64"}},
			{Key: "tier", Operator: corev1.NodeSelectorOpExists}}
		return kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "dags", NodeClass: class, NodeLabels: labels, Requirements: requirements}
	}
	own := pool("karpenter.k8s.aws/EC2NodeClass", map[string]string{"workload": "dags"})
	const why = "no pool that was read makes nodes with the labels that it asks for"
	for name, x := range map[string]struct {
		pool     kubernetes.Pool
		selector map[string]string
		on       string // that it surely is, or empty for one of several without
	}{
		"no selector":                  {own, nil, "karpenter"},
		"another value":                {own, map[string]string{"workload": "web"}, ""},
		"a label that it does not set": {own, map[string]string{"team": "web"}, ""},
		"one that it may set":          {own, map[string]string{"tier": "web"}, "karpenter"},
		"one of the platform":          {own, map[string]string{"node.example.com/x": "y"}, "karpenter"},
		"another architecture":         {own, map[string]string{"kubernetes.io/arch": "arm64"}, ""},
		"a pool that says too little": {kubernetes.Pool{API: own.API, Name: "dags", NodeClass: own.NodeClass},
			map[string]string{"workload": "web"},
			"karpenter"},
	} {
		e := &kubernetes.Estate{Pools: []kubernetes.Pool{x.pool}, Workloads: []kubernetes.Workload{
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Template: kubernetes.PodTemplate{NodeSelector: x.selector}}}}
		at := Locate(c, e, nil, nil).Workloads[0]
		switch {
		case at.Offering == nil:
			t.Errorf("%s: it stands nowhere", name)
		case x.on != "" && at.Offering.ID != x.on:
			t.Errorf("%s: on %s: %s", name, at.Offering.ID, at.Evidence)
		case x.on == "" && (!at.Offering.Undecided() || at.Basis != Hint || !strings.HasPrefix(at.Evidence.String(), why)):
			t.Errorf("%s: on %s, %s: %s", name, at.Offering.ID, at.Basis, at.Evidence)
		}
		if x.on == "" {
			for _, o := range at.Offering.Candidates {
				if o.ID == "karpenter" {
					t.Errorf("%s: it may still run on the pool", name)
				}
			}
		}
	}
}
