package kubernetes

import (
	"fmt"
	"maps"
	"testing"
)

// A pod has the annotations that autoscalers of nodes go by of its workload's template, but
// where it has others itself.
func TestAnnotationsOfPods(t *testing.T) {
	const evict = "cluster-autoscaler.kubernetes.io/safe-to-evict"
	w := workload("StatefulSet", "s", 3)
	w.Template.Annotations = map[string]string{evict: "false", "note": "x"}
	var pods []RawPod
	for i, own := range []map[string]string{{evict: "false", "note": "y"}, {evict: "true"}, nil} {
		p := pod(fmt.Sprint("s-", i), "StatefulSet", "s")
		p.Template.Annotations = own
		pods = append(pods, p)
	}
	e := Link(&Raw{Workloads: []RawWorkload{w}, Pods: pods})
	for i, want := range []string{"false", "true", ""} {
		if got := e.AnnotationsOf(&e.Pods[i])[evict]; got != want {
			t.Errorf("%s: %q, want %q", e.Pods[i].Name, got, want)
		}
	}
}

// A workload of which only pods were read has the labels that all of them share:
// a budget selects it by those, and not by what one pod alone is labelled with.
func TestLabelsOfInferredWorkloads(t *testing.T) {
	pods := func(labels ...[]string) (raw Raw) {
		for i, l := range labels {
			p := pod(fmt.Sprint("s-", i), "StatefulSet", "s", l...)
			p.Template.Labels = p.Labels
			raw.Pods = append(raw.Pods, p)
		}
		return raw
	}
	read := workload("StatefulSet", "s", 2)
	read.Template.Labels = map[string]string{"app": "s", "own": "yes"}
	for _, c := range []struct {
		name string
		in   Raw
		want map[string]string
	}{
		{"one pod", pods([]string{"app=s", "pod=0"}), map[string]string{"app": "s", "pod": "0"}},
		{"a label of each", pods([]string{"app=s", "pod=0"}, []string{"app=s", "pod=1"}), map[string]string{"app": "s"}},
		{"a label of one", pods([]string{"app=s"}, []string{"app=s", "role=leader"}), map[string]string{"app": "s"}},
		{"three pods", pods([]string{"app=s", "a=b"}, []string{"app=s", "a=b"}, []string{"app=s"}), map[string]string{"app": "s"}},
		{"nothing shared", pods([]string{"app=s"}, []string{"app=t"}), map[string]string{}},
		{"the workload was read", Raw{Workloads: []RawWorkload{read}, Pods: pods([]string{"app=s"}, []string{"app=s"}).Pods},
			read.Template.Labels},
		{"its revision was read", Raw{
			Workloads: []RawWorkload{
				owned(RawWorkload{
					Workload: Workload{Ref: Ref{"ns", "ReplicaSet", "a-1"}, Lasting: true, Replicas: 1,
						Template: PodTemplate{Labels: read.Template.Labels}},
				}, "apps/v1", "Deployment", "a"),
			},
			Pods: []RawPod{pod("a-1-x", "ReplicaSet", "a-1", "app=s"), pod("a-1-y", "ReplicaSet", "a-1", "app=s")},
		}, read.Template.Labels},
	} {
		if got := Link(&c.in).Workloads[0].Template.Labels; !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A pod that asks for more than its workload's template counts with what it asks for.
func TestRequestsOfPodsThatWereChanged(t *testing.T) {
	w := workload("StatefulSet", "s", 2)
	w.Template.Requests = Resources{CPU: 100}
	same, more := pod("s-0", "StatefulSet", "s"), pod("s-1", "StatefulSet", "s")
	same.Template.Requests, more.Template.Requests = Resources{CPU: 100}, Resources{CPU: 150}
	e := Link(&Raw{Workloads: []RawWorkload{w}, Pods: []RawPod{same, more}})
	if a, b := e.Pods[0].Requests, e.Pods[1].Requests; a != nil || b == nil || b.CPU != 150 {
		t.Errorf("as the template: %v; with a sidecar: %v", a, b)
	}
}
