package kubernetes

import (
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// An autoscaler of nothing is told to the one workload that it seems to be written for.
func TestMissed(t *testing.T) {
	workload := func(namespace, kind, name string) RawWorkload {
		ref := Ref{Namespace: namespace, Kind: kind, Name: name}
		return RawWorkload{Workload: Workload{Ref: ref, Group: "apps", Scaled: kind != "DaemonSet", Lasting: true, Replicas: 1}}
	}
	web := workload("shop", "Deployment", "web")
	part := workload("shop", "Deployment", "front")
	part.Labels = map[string]string{"app.kubernetes.io/name": "web"}
	made := web
	made.MadeBy = &Maker{}
	for _, x := range []struct {
		name   string
		raw    Raw
		target Ref
		want   string
	}{
		{"another kind", Raw{Workloads: []RawWorkload{web}}, Ref{"shop", "StatefulSet", "web"}, "web"},
		{"a word more", Raw{Workloads: []RawWorkload{web}}, Ref{"shop", "Deployment", "web-app"}, "web"},
		{"a word less", Raw{Workloads: []RawWorkload{workload("shop", "Deployment", "b-web")}}, Ref{"shop", "Deployment", "web"}, "b-web"},
		{"a hyphen", Raw{Workloads: []RawWorkload{workload("shop", "Deployment", "web-app")}}, Ref{"shop", "Deployment", "webapp"}, "web-app"},
		{"by the name of the whole", Raw{Workloads: []RawWorkload{part}}, Ref{"shop", "Deployment", "web"}, "front"},
		{"another namespace", Raw{Workloads: []RawWorkload{web}}, Ref{"bank", "Deployment", "web"}, "web"},
		{"two that are alike", Raw{Workloads: []RawWorkload{
			workload("shop", "Deployment", "web-a"), workload("shop", "Deployment", "web-b"),
		}}, Ref{"shop", "Deployment", "web"}, ""},
		{"another name", Raw{Workloads: []RawWorkload{web}}, Ref{"shop", "Deployment", "api"}, ""},
		{"its target is there", Raw{Workloads: []RawWorkload{web, workload("bank", "Deployment", "web")}},
			Ref{"bank", "Deployment", "web"}, ""},
		{"its target is a custom resource", Raw{
			Workloads: []RawWorkload{web}, CustomResources: []CustomResource{{API: "example.org/Web", Namespace: "shop", Name: "web"}},
		}, Ref{"shop", "Web", "web"}, ""},
		{"what has no scale", Raw{Workloads: []RawWorkload{workload("shop", "DaemonSet", "web")}}, Ref{"shop", "Deployment", "web"}, ""},
		{"what was only inferred", Raw{Pods: []RawPod{pod("web-0", "StatefulSet", "web")}}, Ref{"ns", "Deployment", "web"}, ""},
		{"what something makes", Raw{Workloads: []RawWorkload{made}}, Ref{"shop", "StatefulSet", "web"}, ""},
		{"something was not read", Raw{Workloads: []RawWorkload{web}, Hidden: []origin.Unread{{Of: "b.yaml"}}},
			Ref{"bank", "Deployment", "web"}, ""},
	} {
		x.raw.Scalers = []Scaler{{Ref: Ref{x.target.Namespace, "HorizontalPodAutoscaler", "h"}, Target: x.target, Min: 3, Max: 9}}
		got := ""
		for _, w := range Link(&x.raw).Workloads {
			if w.Missed != nil {
				got += w.Name
			}
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}
