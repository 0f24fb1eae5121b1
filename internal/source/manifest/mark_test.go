package manifest

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What is written on objects for onus is read with the line on which it stands, of
// whatever kind they are.
func TestMarks(t *testing.T) {
	for name, x := range map[string]struct{ in, want string }{
		"a workload and its pods": {`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations:
    onus.dev/floor: "2"
    other.dev/floor: "3"
    onus.dev/waive: a
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata:
      labels: {a: b}
      annotations:
        onus.dev/waive: b
`, "shop/Deployment/web floor=2 f:7, shop/Deployment/web waive=a f:9, shop/Deployment/web waive=b f:16"},
		"a CronJob": {`apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        metadata: {annotations: {onus.dev/waive: a}}
`, "default/CronJob/nightly waive=a f:8"},
		"a namespace": {"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {onus.dev/owner: us}}\n",
			"Namespace/shop owner=us f:3"},
		"a pool": {"apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: spot, annotations: {onus.dev/waive: a}}\n",
			"NodePool/spot waive=a f:3"},
		"a pool of another kind": {
			"apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachineDeployment\nmetadata: {name: md, annotations: {onus.dev/waive: a}}\n",
			"NodePool/md waive=a f:3",
		},
		"a custom resource": {"apiVersion: x.example/v1\nkind: Shop\nmetadata: {name: s, namespace: db, annotations: {onus.dev/waive: a}}\n",
			"db/Shop/s waive=a f:3"},
		"a list in JSON": {`{"apiVersion":"v1","kind":"List","items":[
{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web","annotations":{
"onus.dev/waive":"a"}},"spec":{"maxUnavailable":1}}]}`, "default/PodDisruptionBudget/web waive=a f:3"},
		"what a controller made": {`apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-1
  annotations: {onus.dev/waive: a}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: x, controller: true}]
`, ""},
		"not text":  {"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {onus.dev/floor: 2}}\n", ""},
		"elsewhere": {"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {onus.dev/floor: \"2\"}}\n", ""},
	} {
		var raw kubernetes.Raw
		if _, err := Read(t.Context(), "f", bufio.NewReader(strings.NewReader(x.in)), &raw); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range raw.Marks {
			got = append(got, fmt.Sprintf("%s %s=%s %s", m.Object, m.Key, m.Text, m.Position))
		}
		if said := strings.Join(got, ", "); said != x.want {
			t.Errorf("%s: %s, want %s", name, said, x.want)
		}
	}
}
