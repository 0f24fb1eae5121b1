package helm

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// An autoscaler that is off is switched on with two pods at least; one that is on, that has no
// switch or says of no number is left alone.
func TestAutoscalerValues(t *testing.T) {
	for _, c := range []struct{ name, values, want string }{
		{"off", "autoscaling:\n  enabled: false\n  minReplicas: 1\n  maxReplicas: 5\n  verbose: false\n",
			"[autoscaling.enabled=true autoscaling.minReplicas=2]"},
		{"off, of one pod at most", "hpa:\n  create: false\n  min: 1\n  max: 1\n", "[hpa.create=true hpa.min=2 hpa.max=2]"},
		{"off, of none", "keda:\n  enabled: false\n  minReplicaCount: 0\n  maxReplicaCount: 0\n",
			"[keda.enabled=true keda.minReplicaCount=2 keda.maxReplicaCount=2]"},
		{"another number of one", "hpa:\n  enabled: false\n  min: 1\n  periods: 1\n", "[hpa.enabled=true hpa.min=2]"},
		{"on", "autoscaling:\n  enabled: true\n  minReplicas: 1\n", ""},
		{"without a switch", "autoscaling:\n  minReplicas: 1\n", ""},
		{"without a number", "autoscaling:\n  enabled: false\n", ""},
		{"of another name", "scaling:\n  enabled: false\n  minReplicas: 1\n", ""},
		{"no more than a word", "hpa: false\nautoscaling: off\n", ""},
		{"deep, and in order", "web:\n  hpa:\n    enabled: false\n    min: 1\napi:\n  hpa:\n    enabled: false\n    min: 1\n",
			"[api.hpa.enabled=true api.hpa.min=2] [web.hpa.enabled=true web.hpa.min=2]"},
		{"in another one", "autoscaling:\n  enabled: false\n  min: 1\n  keda:\n    enabled: false\n    min: 1\n",
			"[autoscaling.enabled=true autoscaling.min=2]"},
	} {
		dir := unpacked(t, files(minimal+"-- chart/values.yaml --\n"+c.values))
		if got := fmt.Sprint(Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{}).Autoscalers()); got != "["+c.want+"]" {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	dir := unpacked(t, files(minimal+"-- chart/charts/sub/Chart.yaml --\napiVersion: v2\nname: sub\nversion: 1.0.0\n"+
		"-- chart/charts/sub/values.yaml --\nhpa: {enabled: false, min: 1}\n-- broken/Chart.yaml --\na: ]\n"))
	in := unittest.Tree(t, dir)
	if got := fmt.Sprint(Asked(in, filepath.Join(dir, "chart"), Options{}).Autoscalers()); got != "[[sub.hpa.enabled=true sub.hpa.min=2]]" {
		t.Errorf("of a chart in a chart: %s", got)
	}
	if got := Asked(in, filepath.Join(dir, "broken"), Options{}).Autoscalers(); got != nil {
		t.Errorf("of no chart: %s", got)
	}
}
