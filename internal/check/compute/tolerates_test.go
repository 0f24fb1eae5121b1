package compute

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Pods come onto nodes with a taint that one of their tolerations is for, by key,
// effect and value.
func TestTolerates(t *testing.T) {
	taint := kubernetes.Taint{Key: "pool", Value: "spot", Effect: "NoSchedule"}
	for name, x := range map[string]struct {
		toleration kubernetes.Toleration
		want       bool
	}{
		"of this value":                 {kubernetes.Toleration{Key: "pool", Value: "spot", Effect: "NoSchedule"}, true},
		"of any effect":                 {kubernetes.Toleration{Key: "pool", Value: "spot"}, true},
		"of any value":                  {kubernetes.Toleration{Key: "pool", Operator: "Exists", Effect: "NoSchedule"}, true},
		"of anything":                   {kubernetes.Toleration{Operator: "Exists"}, true},
		"of another key":                {kubernetes.Toleration{Key: "other", Operator: "Exists"}, false},
		"of another value":              {kubernetes.Toleration{Key: "pool", Value: "ondemand"}, false},
		"of another effect":             {kubernetes.Toleration{Key: "pool", Value: "spot", Effect: "NoExecute"}, false},
		"of anything, once it is there": {kubernetes.Toleration{Operator: "Exists", Effect: "NoExecute"}, false},
	} {
		if got := tolerates(&kubernetes.PodTemplate{Tolerations: []kubernetes.Toleration{x.toleration}}, taint); got != x.want {
			t.Errorf("a toleration %s: %t", name, got)
		}
	}
	if tolerates(&kubernetes.PodTemplate{}, taint) {
		t.Error("without a toleration")
	}
	if taint.Effect = "PreferNoSchedule"; !tolerates(&kubernetes.PodTemplate{}, taint) {
		t.Error("a taint that only asks is one that nobody needs to tolerate")
	}
	if got := lower("Deployments are"); got != "deployments are" {
		t.Errorf("%q", got)
	}
}
