package forecast_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
)

// Of many pods each disruption is played once, and a workload that falls is told step by
// step, whether that was likely, so that its events were kept, or not.
func TestOneRunIsTold(t *testing.T) {
	const input = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: 1100\n" +
		"  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n" +
		"    spec: {containers: [{name: web, image: 'registry.example/web:1.0', resources: {requests: {cpu: 500m, memory: 1Gi}}}]}\n"
	path := filepath.Join(t.TempDir(), "web.yaml")
	if err := os.WriteFile(path, []byte(input), 0o600); err != nil {
		t.Fatal(err)
	}
	c := knowledge(t)
	for _, floor := range []int{1099, 1100} { // with a pod to spare, and with none
		e := read(t, path)
		e.Workloads[0].Floor = &floor
		o, err := forecast.Look(t.Context(), e, locate.Locate(c, e, c.Offering("eks-auto-mode"), nil), epoch, func(int) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		judged, _ := o.Of(e.Workloads[0].Ref, func(*forecast.Case) bool { return true })
		if len(judged) == 0 || judged[0].Proof != bound.Refuted || judged[0].Played.Runs != 1 {
			t.Fatalf("floor %d: %+v", floor, judged)
		}
		if steps := judged[0].Steps(); len(steps) == 0 {
			t.Errorf("floor %d: nobody tells how it fell", floor)
		}
	}
}
