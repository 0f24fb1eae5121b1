package helm

import (
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

const teams = `
-- shop/charts/shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
dependencies: [{name: redis, version: 1.0.0, condition: redis.enabled}]
-- shop/charts/shop/charts/redis/Chart.yaml --
apiVersion: v2
name: redis
version: 1.0.0
-- shop/charts/shop/values.yaml --
replicas: 1
-- shop/charts/shop/templates/a.yaml --
kind: Deployment
metadata: {name: shop}
spec: {replicas: {{ .Values.replicas }}}
-- shop/values.production.yaml --
replicas: 3
redis: {enabled: false}
-- shop/values.notes.yaml --
owner: somebody
about: something
replicas: 9
-- pay/chart/Chart.yaml --
apiVersion: v2
name: pay
version: 1.0.0
-- pay/chart/values.yaml --
size: 1
-- pay/chart/templates/a.yaml --
kind: Deployment
metadata: {name: pay}
spec: {replicas: {{ .Values.size }}}
-- pay/envs/prod.yaml --
size: 2
-- pay/envs/stage.yaml --
size: 2
-- pay/envs/cluster.yaml --
kind: Cluster
size: 2
-- two/values-prod.yaml --
size: 5
-- two/a/Chart.yaml --
apiVersion: v2
name: a
version: 1.0.0
-- two/a/values.yaml --
size: 1
-- two/b/Chart.yaml --
apiVersion: v2
name: b
version: 1.0.0
-- two/b/values.yaml --
size: 1
-- near/chart/Chart.yaml --
apiVersion: v2
name: near
version: 1.0.0
-- near/chart/values.yaml --
size: 1
-- near/chart/templates/a.yaml --
kind: Deployment
metadata: {name: near}
spec: {replicas: {{ .Values.size }}}
-- near/values-dev.yaml --
size: 3
-- own/Chart.yaml --
apiVersion: v2
name: own
version: 1.0.0
-- own/values.yaml --
size: 1
-- own/templates/a.yaml --
kind: Deployment
metadata: {name: own}
spec: {replicas: {{ .Values.size }}}
-- own/values/prod.yaml --
size: 4
-- own/values/other.yaml --
unknown: 4
`

// A team that keeps the values of its environments above a chart installs the chart
// with these. A folder with several charts says of none that its values are for it.
func TestValuesAboveAChart(t *testing.T) {
	const want = `near/chart (chart, near/chart, owns near/chart): 1 of 1 files
near/values-dev.yaml (chart, near/values-dev.yaml, owns near/chart): 1 of 1 files
own (chart, own, owns own): 1 of 1 files
own/values/prod.yaml (chart, own/values/prod.yaml, owns own): 1 of 1 files
pay/envs/prod.yaml (chart, pay/envs/prod.yaml, owns pay/chart): 1 of 1 files
pay/envs/stage.yaml (chart, pay/envs/stage.yaml, owns pay/chart): 1 of 1 files
shop/values.production.yaml (chart, shop/values.production.yaml, owns shop/charts/shop): 1 of 1 files
two/a (chart, two/a, owns two/a): 0
two/b (chart, two/b, owns two/b): 0
`
	if got := units(t, unittest.Tree(t, unpacked(t, files(teams))), Given{}); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	const alone = "envs/prod.yaml (chart, envs/prod.yaml, owns chart): 1 of 1 files\nenvs/stage.yaml (chart, envs/stage.yaml, " +
		"owns chart): 1 of 1 files\n"
	if got := units(t, unittest.Tree(t, filepath.Join(unpacked(t, files(teams)), "pay")), Given{}); got != alone {
		t.Errorf("of the folder itself:\n%swant:\n%s", got, alone)
	}
}
