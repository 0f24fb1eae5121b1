package operator

import (
	"reflect"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What a custom resource has evicted, by which rules, and what it leaves alone: also one that
// a cluster holds, of which nothing else is made.
func TestEvictors(t *testing.T) {
	vpa := func(meta, spec string) string {
		return "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: v, namespace: shop" + meta + "}\n" +
			"spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: api}" + spec + "}\n"
	}
	gpu := func(policy string) string {
		return "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {driver: {upgradePolicy: {" + policy + "}}}\n"
	}
	plan := func(drain string) string {
		return "apiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata: {name: k, namespace: system-upgrade}\n" +
			"spec: {concurrency: 2" + drain + "}\n"
	}
	by := func(least int) kubernetes.Evictor {
		of := kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "api"}
		return kubernetes.Evictor{By: "VerticalPodAutoscaler v", Of: of, Least: least}
	}
	devices := []string{"nvidia.com/gpu", "nvidia.com/mig-"}
	for name, test := range map[string]struct {
		in   string
		want kubernetes.Evictor
	}{
		"by default":          {vpa("", ""), by(2)},
		"of a cluster":        {vpa(", uid: u", ""), by(2)},
		"with a minimum":      {vpa("", ", updatePolicy: {updateMode: Auto, minReplicas: 1}"), by(1)},
		"in place, or else":   {vpa("", ", updatePolicy: {updateMode: InPlaceOrRecreate}"), by(2)},
		"in place":            {vpa("", ", updatePolicy: {updateMode: InPlace}"), kubernetes.Evictor{}},
		"off":                 {vpa("", `, updatePolicy: {updateMode: "Off"}`), kubernetes.Evictor{}},
		"initial":             {vpa("", ", updatePolicy: {updateMode: Initial}"), kubernetes.Evictor{}},
		"without a target":    {strings.Replace(vpa("", ""), "name: api", "", 1), kubernetes.Evictor{}},
		"driver upgrades":     {gpu("autoUpgrade: true"), kubernetes.Evictor{By: "ClusterPolicy p", Asks: devices}},
		"which drain":         {gpu("autoUpgrade: true, drain: {enable: true}"), kubernetes.Evictor{By: "ClusterPolicy p"}},
		"which nobody starts": {gpu("drain: {enable: true}"), kubernetes.Evictor{}},
		"a plan that drains":  {plan(", drain: {force: true}"), kubernetes.Evictor{By: "Plan k"}},
		"and deletes":         {plan(", drain: {disableEviction: true}"), kubernetes.Evictor{By: "Plan k", Past: true}},
		"that drains nothing": {plan(", cordon: true"), kubernetes.Evictor{}},
		"a policy of another": {strings.Replace(gpu("autoUpgrade: true"), "nvidia.com", "kyverno.io", 1), kubernetes.Evictor{}},
	} {
		raw := read(t, test.in)
		Make(known(t), raw, Configuration{})
		var got kubernetes.Evictor
		if len(raw.Evictors) == 1 {
			got = raw.Evictors[0]
		}
		says := got.Says
		got.Says = ""
		if !reflect.DeepEqual(got, test.want) || (says == "") != (test.want.By == "") || len(raw.Workloads) > 0 {
			t.Errorf("%s: %+v, wants %+v", name, raw.Evictors, test.want)
		}
	}
}
