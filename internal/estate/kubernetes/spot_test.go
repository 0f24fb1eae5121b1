package kubernetes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// spotLabels are some labels that say how nodes are bought, and the values of spot capacity.
var spotLabels = map[string]string{"karpenter.sh/capacity-type": "spot", "cloud.google.com/gke-spot": "true"}

func TestSpotByLabels(t *testing.T) {
	for label, want := range map[[2]string][2]bool{ // spot, known
		{"", ""}: {}, {"karpenter.sh/capacity-type", "spot"}: {true, true}, {"karpenter.sh/capacity-type", "on-demand"}: {false, true},
		{"cloud.google.com/gke-spot", "true"}: {true, true}, {"cloud.google.com/gke-spot", "spot"}: {false, true}, {"team", "spot"}: {},
	} {
		if spot, known := Spot(map[string]string{label[0]: label[1]}, spotLabels); spot != want[0] || known != want[1] {
			t.Errorf("%v: %t, known %t", label, spot, known)
		}
	}
	for range 20 { // in whatever order they are looked at
		both := map[string]string{"karpenter.sh/capacity-type": "spot", "cloud.google.com/gke-spot": "false"}
		if spot, known := Spot(both, spotLabels); !spot || !known {
			t.Errorf("two labels of which one says so: %t, known %t", spot, known)
		}
	}
}

// A Karpenter pool may have spot capacity where its requirements let it, and has none
// where they do not speak of it.
func TestSpotPools(t *testing.T) {
	req := func(o corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
		return corev1.NodeSelectorRequirement{Key: "karpenter.sh/capacity-type", Operator: o, Values: values}
	}
	for name, x := range map[string]struct {
		pool Pool
		want bool
	}{
		"nothing said":         {Pool{}, false},
		"spot":                 {Pool{Requirements: []corev1.NodeSelectorRequirement{req("In", "spot")}}, true},
		"either":               {Pool{Requirements: []corev1.NodeSelectorRequirement{req("In", "on-demand", "spot")}}, true},
		"on-demand":            {Pool{Requirements: []corev1.NodeSelectorRequirement{req("In", "on-demand")}}, false},
		"whatever is no spot":  {Pool{Requirements: []corev1.NodeSelectorRequirement{req("NotIn", "spot")}}, false},
		"no reserved capacity": {Pool{Requirements: []corev1.NodeSelectorRequirement{req("NotIn", "reserved")}}, true},
		"both, and then one": {Pool{Requirements: []corev1.NodeSelectorRequirement{
			req("In", "spot", "on-demand"), req("NotIn", "spot")}}, false},
		"by the label of its nodes": {Pool{NodeLabels: map[string]string{"karpenter.sh/capacity-type": "on-demand"},
			Requirements: []corev1.NodeSelectorRequirement{req("In", "spot")}}, false},
	} {
		if got := x.pool.Spot(spotLabels); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
