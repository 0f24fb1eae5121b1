package kubernetes

import "testing"

// Priorities are those that the API server gives pods when it makes them.
func TestPriorities(t *testing.T) {
	classes := []PriorityClass{
		{Name: "high", Value: 1000, Preempts: true},
		{Name: "patient", Value: 900},
		{Name: "headroom", Value: -10, Preempts: true},
	}
	standard := []PriorityClass{{Name: "standard", Value: 70, Default: true, Preempts: true}, {Name: "other", Value: 50, Default: true}}
	lowest := []PriorityClass{
		{Name: "low", Value: 5, Default: true, Preempts: true},
		{Name: "late", Value: 5, Default: true},
		{Name: "high", Value: 9, Default: true},
	}
	number := func(n int32) *int32 { return &n }
	for name, x := range map[string]struct {
		classes  []PriorityClass
		class    string
		pod      int32
		value    *int32
		preempts bool
	}{
		"of its class":                      {classes, "high", 0, number(1000), true},
		"whose policy is Never":             {classes, "patient", 0, number(900), false},
		"below zero":                        {classes, "headroom", 0, number(-10), true},
		"of the system":                     {nil, "system-node-critical", 0, number(2000001000), true},
		"of the cluster":                    {nil, "system-cluster-critical", 0, number(2000000000), true},
		"none, and no default":              {classes, "", 0, number(0), true},
		"none, and the lowest default":      {standard, "", 0, number(50), false},
		"none, and the first of the lowest": {lowest, "", 0, number(5), true},
		"of a class that was not read":      {classes, "unread", -1, nil, true},
		"which its pods carry":              {classes, "unread", 77, number(77), true},
		"of none, and pods from before it":  {standard, "", 12, number(50), false},
	} {
		raw := &Raw{PriorityClasses: x.classes, Workloads: []RawWorkload{{Workload: Workload{
			Ref: Ref{Namespace: "a", Kind: "Deployment", Name: "w"}, Template: PodTemplate{PriorityClass: x.class, Preempts: true},
		}}}}
		if x.pod >= 0 && x.pod != 0 {
			raw.Pods = []RawPod{{Pod: Pod{Namespace: "a", Name: "w-0", Priority: x.pod, Workload: -1}, Owner: &Owner{Kind: "Deployment", Name: "w"},
				Template: &PodTemplate{}}}
		}
		w := Link(raw).Workloads[0].Template
		if (w.Priority == nil) != (x.value == nil) || w.Priority != nil && *w.Priority != *x.value || w.Preempts != x.preempts {
			t.Errorf("%s: %v, preempts %v", name, w.Priority, w.Preempts)
		}
	}
}

// A machine's owner is the MachineSet of a MachineDeployment, or a MachinePool.
func TestOwnerOfMachine(t *testing.T) {
	e := &Estate{Pools: []Pool{
		{API: "cluster.x-k8s.io/MachineDeployment", Name: "workers"},
		{API: "cluster.x-k8s.io/MachinePool", Name: "mp-1"},
		{API: "cluster.x-k8s.io/MachineDeployment", Name: "a"},
		{API: KarpenterPool, Name: "kp"},
	}}
	for owner, want := range map[[2]string]string{
		{"MachineSet", "workers-x7k2p"}: "workers", {"", "workers-abc"}: "workers", {"MachinePool", "mp-1"}: "mp-1",
		{"MachineSet", "others-abc"}: "",
		{"MachineSet", "a-abc"}:      "a", {"MachinePool", "workers-1"}: "", {"MachineSet", "kp-abc"}: "", {"", ""}: "",
		{"MachineSet", "workers"}: "workers",
	} {
		n := &Node{Annotations: map[string]string{"cluster.x-k8s.io/owner-kind": owner[0], "cluster.x-k8s.io/owner-name": owner[1]}}
		if got := e.OwnerOfMachine(n); got != want {
			t.Errorf("%v: %q, wants %q", owner, got, want)
		}
	}
}

// Pods that give way to others do so whatever their class lets them do.
func TestPreemptionPolicies(t *testing.T) {
	class := []PriorityClass{{Name: "high", Value: 1, Preempts: true}}
	w := RawWorkload{Workload: Workload{Ref: Ref{"ns", "Deployment", "a"}, Template: PodTemplate{PriorityClass: "high"}}}
	if Link(&Raw{PriorityClasses: class, Workloads: []RawWorkload{w}}).Workloads[0].Template.Preempts {
		t.Error("pods whose own policy is Never push out others")
	}
}
