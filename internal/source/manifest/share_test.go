package manifest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Sharing must not show but in what it saves.
func TestSharedPods(t *testing.T) {
	var b strings.Builder
	for i, own := range []struct{ namespace, set, labels, cpu, claim string }{
		{"one", "a", "{app: a}", "1", "c"},
		{"one", "a", "{app: a}", "1", "c"},
		{"one", "a", "{app: a, pod-index: '2'}", "2", "d"},
		{"one", "b", "{app: b}", "3", "c"},
		{"two", "a", "{app: a}", "4", "c"},
	} {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: %s, labels: %s, ownerReferences: [{kind: ReplicaSet, "+
			"name: %s, controller: true}]}\n"+
			"spec: {nodeName: node-%d, containers: [{name: c, resources: {requests: {cpu: %s}}}], "+
			"volumes: [{persistentVolumeClaim: {claimName: %s}}]}\n", i, own.namespace, own.labels, own.set, i, own.cpu, own.claim)
	}
	e := mustRead(t, b.String())
	p := e.Pods
	if reflect.ValueOf(p[0].Labels).Pointer() != reflect.ValueOf(p[1].Labels).Pointer() || &p[0].VolumeClaims[0] != &p[1].VolumeClaims[0] {
		t.Error("two that are alike share nothing")
	}
	if p[1].Node != "node-1" || p[2].Labels["pod-index"] != "2" || p[2].VolumeClaims[0] != "d" || p[3].Workload != 1 ||
		p[4].Namespace != "two" {
		t.Errorf("%+v", p)
	}
	for i, want := range []int64{0, 0, 2000, 0, 0} {
		if r := p[i].Requests; (r == nil) != (want == 0) || r != nil && r.CPU != want {
			t.Errorf("%s asks for %+v", p[i].Name, r)
		}
	}
	if w := e.Workloads; len(w) != 3 || w[0].Template.Requests.CPU != 1000 || w[1].Template.Requests.CPU != 3000 ||
		w[2].Template.Requests.CPU != 4000 {
		t.Errorf("%+v", w)
	}
}

// What was put into pods on their way is theirs: the template says otherwise.
func TestRequestsOfPods(t *testing.T) {
	pod := func(name, cpu string) string {
		return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", ownerReferences: [{kind: StatefulSet, name: s, " +
			"controller: true}]}\nspec: {containers: [{name: a, resources: {requests: {cpu: " + cpu + "}}}]}\n"
	}
	e := mustRead(t, "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec: {selector: {matchLabels: {a: b}}, "+
		"template: {spec: {containers: [{name: a, resources: {requests: {cpu: 1}}}]}}}\n"+
		pod("s-0", "1")+pod("s-1", "1500m"))
	if e.Pods[0].Requests != nil {
		t.Errorf("%+v", e.Pods[0].Requests)
	}
	if want := (&kubernetes.Resources{CPU: 1500, Pods: 1}); !reflect.DeepEqual(e.Pods[1].Requests, want) {
		t.Errorf("%+v", e.Pods[1].Requests)
	}
}
