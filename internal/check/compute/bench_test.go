package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/locate"
)

// BenchmarkCheck looks at n workloads with a budget each; growth shows
// whether matching them is linear.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{500, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var docs strings.Builder
			for i := range n {
				fmt.Fprintf(&docs, `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web-%[1]d, namespace: team-%[2]d}, spec: {replicas: 3,
selector: {matchLabels: {app: web-%[1]d}}, template: {metadata: {labels: {app: web-%[1]d, team: team-%[2]d}},
  spec: {containers: [{name: c, image: i}]}}}}
---
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web-%[1]d, namespace: team-%[2]d}, spec: {maxUnavailable: 1,
  selector: {matchLabels: {app: web-%[1]d}}}}
---
`, i, i/100)
			}
			c := knowledge(b)
			e := parse(b, docs.String())
			places := locate.Locate(c, e, c.Offering("eks-auto-mode"), nil)
			b.ReportAllocs()
			for b.Loop() {
				ran(b, c, e, places)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/workload")
		})
	}
}
