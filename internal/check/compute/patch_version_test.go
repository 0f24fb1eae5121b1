package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A patch keeps the version that the file gives: kustomize finds nothing by another.
func TestPatchesKeepTheVersion(t *testing.T) {
	for api, want := range map[string]string{
		"":                    "autoscaling/v2",
		"autoscaling/v1":      "autoscaling/v1",
		"autoscaling/v2beta2": "autoscaling/v2beta2",
	} {
		w := &kubernetes.Workload{Scaler: &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "HorizontalPodAutoscaler", Name: "web"}, API: api,
			Min: 1, Max: 4}}
		change, ok := raise(w, true)
		if got := string(change.Value); !ok || !strings.Contains(got, `"apiVersion":"`+want+`"`) {
			t.Errorf("%q: %s", api, got)
		}
	}
}
