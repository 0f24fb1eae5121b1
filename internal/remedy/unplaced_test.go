package remedy

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
)

// A new object beside what a chart makes has no namespace where that is only what
// the chart was rendered for; one that a manifest names stays.
func TestNewObjectsBesideCharts(t *testing.T) {
	for _, x := range []struct {
		kind, namespace string
		action          finding.Action
		named           bool
	}{
		{"chart", "default", finding.Create, false},
		{"chart", "shop", finding.Create, true},
		{"chart", "default", finding.Patch, true},
		{"argocd", "default", finding.Create, true},
		{"files", "default", finding.Create, true},
	} {
		fix := &finding.Fix{Changes: []finding.Change{{
			Action: x.action, Object: finding.Object{Namespace: x.namespace, Kind: "PodDisruptionBudget", Name: "web"},
			Value: finding.DataOf(map[string]any{
				"kind":     "PodDisruptionBudget",
				"metadata": map[string]any{"name": "web", "namespace": x.namespace},
			}),
		}}}
		made := unplaced(&estate.Unit{Kind: x.kind}, fix)
		if got := strings.Contains(made.Changes[0].Manifest(), "namespace: "+x.namespace); got != x.named {
			t.Errorf("%v: %s", x, made.Changes[0].Manifest())
		}
		if !strings.Contains(fix.Changes[0].Manifest(), "namespace: ") {
			t.Errorf("%v: the fix that was given is changed", x)
		}
	}
	if unplaced(&estate.Unit{Kind: "chart"}, nil) != nil {
		t.Error("a fix of nothing")
	}
}
