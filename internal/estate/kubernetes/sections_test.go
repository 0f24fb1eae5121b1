package kubernetes

import (
	"reflect"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/labels"
)

// Whatever sections were read, the estate has them.
func TestLinkTakesEverything(t *testing.T) {
	var raw Raw
	v := reflect.ValueOf(&raw).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		}
	}
	for i := range raw.Pods {
		raw.Pods[i].Template = &PodTemplate{}
	}
	raw.Volumes[0], raw.Volumes[1] = Volume{Name: "a", ClaimName: "a"}, Volume{Name: "b", ClaimName: "b"}
	raw.VolumeClaims = nil   // they are those of the volumes
	raw.InstanceGroups = nil // they are pools
	raw.Workloads[0].Workload = Workload{Lasting: true, Replicas: 1, Calls: []string{"db", "queue"}}
	e := reflect.ValueOf(Link(&raw)).Elem()
	for i := range e.NumField() {
		f := e.Field(i)
		want := 2
		if name := e.Type().Field(i).Name; name == "Workloads" {
			want = 3 // and that of the pods
		}
		if f.Kind() == reflect.Slice && f.Len() != want {
			t.Errorf("%d of %s", f.Len(), e.Type().Field(i).Name)
		}
	}
}

// Of what stands twice under one name one is left, whatever it is, and what
// differs in what makes its name is something else.
func TestReplacedOfOtherKinds(t *testing.T) {
	for _, c := range []struct {
		name           string
		raw            Raw
		left, replaced int
	}{
		{"namespaces", Raw{Namespaces: []Namespace{{Name: "a"}, {Name: "a"}, {Name: "b"}}}, 2, 1},
		{"quotas", Raw{Quotas: []Quota{
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "b"},
			{Namespace: "other", Name: "a"},
		}}, 3, 1},
		{"rules of drains", Raw{DrainRules: []DrainRule{
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "b"},
			{Namespace: "other", Name: "a"},
		}}, 3, 1},
		{"ranges of limits", Raw{LimitRanges: []LimitRange{
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "b"},
			{Namespace: "other", Name: "a"},
		}}, 3, 1},
		{"limits of volumes", Raw{VolumeLimits: []NodeLimits{{Node: "a"}, {Node: "a"}, {Node: "b"}}}, 2, 1},
		{"classes of priority", Raw{PriorityClasses: []PriorityClass{{Name: "a"}, {Name: "a"}, {Name: "b"}}}, 2, 1},
		// Webhooks are parts of an object: they are not counted as replaced.
		{"webhooks", Raw{Webhooks: []Webhook{
			{Name: "a", In: Ref{Kind: "K", Name: "x"}},
			{Name: "a", In: Ref{Kind: "K", Name: "x"}},
			{Name: "b", In: Ref{Kind: "K", Name: "x"}},
			{Name: "a", In: Ref{Kind: "K", Name: "y"}},
		}}, 3, 0},
		{"all at once", Raw{Namespaces: make([]Namespace, 1), Quotas: []Quota{{Name: "a"}, {Name: "a"}}, DrainRules: []DrainRule{
			{Name: "a"},
			{Name: "a"},
			{Name: "a"},
		}, LimitRanges: []LimitRange{{Name: "a"}, {Name: "a"}}}, 4, 4},
	} {
		e := Link(&c.raw)
		left := len(e.Namespaces) + len(e.Quotas) + len(e.DrainRules) + len(e.LimitRanges) + len(e.PriorityClasses) + len(e.Webhooks) +
			len(e.VolumeLimits)
		if left != c.left || e.Seen.Replaced != c.replaced {
			t.Errorf("%s: %d left, %d replaced; want %d and %d", c.name, left, e.Seen.Replaced, c.left, c.replaced)
		}
	}
}

// Somebody registers webhooks if any part of the input says so, and was not asked if any part was not.
func TestAppendOfRegisters(t *testing.T) {
	for _, c := range []struct {
		first, other, want bool
	}{{false, false, false}, {true, false, true}, {false, true, true}, {true, true, true}} {
		r := Raw{Registers: c.first, Unasked: c.first}
		if r.Append(&Raw{Registers: c.other, Unasked: c.other}); r.Registers != c.want || r.Unasked != c.want {
			t.Errorf("%+v: %t", c, r.Registers)
		}
	}
}

// Kinds that stand in no namespace, and those of which a snapshot has everything.
func TestClusterWide(t *testing.T) {
	for api, want := range map[string]bool{
		"/Node": true, "/Namespace": true, "/PersistentVolume": true, "karpenter.sh/NodePool": true, "karpenter.sh/NodeClaim": true,
		"scheduling.k8s.io/PriorityClass": true, "admissionregistration.k8s.io/MutatingWebhookConfiguration": true,
		"admissionregistration.k8s.io/ValidatingWebhookConfiguration": true, "rbac.authorization.k8s.io/ClusterRole": true,
		"storage.k8s.io/StorageClass": true, "storage.k8s.io/CSINode": true,
		"apiextensions.k8s.io/CustomResourceDefinition": true, "cert-manager.io/ClusterIssuer": true,
		"apps/Deployment": false, "/Pod": false, "hypershift.openshift.io/NodePool": false, "example.com/Database": false, "": false,
		"/PersistentVolumeClaim": false,
		"cert-manager.io/Issuer": false, "example.com/Node": false,
	} {
		if got := ClusterWide(api); got != want {
			t.Errorf("%s stands in no namespace: %t", api, got)
		}
	}
	var whole []string
	for _, k := range Kinds {
		if k.Kept.Whole {
			whole = append(whole, k.API())
		}
	}
	want := []string{
		"karpenter.sh/NodePool", "karpenter.sh/NodeClaim", "cluster.x-k8s.io/MachineDeployment", "cluster.x-k8s.io/MachinePool",
		"cluster.x-k8s.io/MachineDrainRule", "hypershift.openshift.io/NodePool",
	}
	if !slices.Equal(whole, want) {
		t.Errorf("kept whole: %q, want %q", whole, want)
	}
}

// A webhook is asked about objects that both of its selectors take; conditions
// leave open what is else sure, and change nothing of what is not.
func TestAsked(t *testing.T) {
	e := &Estate{Namespaces: []Namespace{{Name: "gated", Labels: map[string]string{"gate": "yes"}}, {Name: "open"}}}
	app, gate := labels.SelectorFromSet(labels.Set{"app": "a"}), labels.SelectorFromSet(labels.Set{"gate": "yes"})
	for _, c := range []struct {
		name string
		w    Webhook
		in   string
		own  map[string]string
		want Answer
	}{
		{"of everything", Webhook{}, "open", nil, Yes},
		{"of everything, in words", Webhook{Namespaces: labels.Everything(), Objects: labels.Everything()}, "unread", nil, Yes},
		{"of its objects", Webhook{Objects: app}, "open", map[string]string{"app": "a"}, Yes},
		{"of other objects", Webhook{Objects: app}, "open", map[string]string{"app": "b"}, No},
		{"in its namespaces", Webhook{Namespaces: gate}, "gated", nil, Yes},
		{"in other namespaces", Webhook{Namespaces: gate}, "open", nil, No},
		{"in one that was not read", Webhook{Namespaces: gate}, "unread", nil, Maybe},
		{"on a condition", Webhook{Conditional: true}, "open", nil, Maybe},
		{"on a condition in other namespaces", Webhook{Namespaces: gate, Conditional: true}, "open", nil, No},
		{"on a condition in one that was not read", Webhook{Namespaces: gate, Conditional: true}, "unread", nil, Maybe},
	} {
		if got := e.Asked(&c.w, c.in, c.own); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// Pods may write how a drain treats them in one word or in two.
func TestDrainLabels(t *testing.T) {
	for value, want := range map[string]DrainTreatment{
		"skip": {Skipped: true}, "Skip": {Skipped: true}, "SKIP": {Skipped: true}, "wait-completed": {Awaited: true},
		"WaitCompleted":   {Awaited: true},
		"wait--completed": {}, "drain": {}, "": {},
	} {
		if want != (DrainTreatment{}) {
			want.By = "label " + drainLabel
		}
		if got := (&Estate{}).Drains(Machines{}).Treat("ns", map[string]string{drainLabel: value}); got != want {
			t.Errorf("%q: %+v, want %+v", value, got, want)
		}
	}
}

// Of two answers both hold if each does, and either if one does.
func TestAnswers(t *testing.T) {
	for _, c := range []struct{ a, b, both, either Answer }{
		{Yes, Yes, Yes, Yes}, {Yes, No, No, Yes}, {Yes, Maybe, Maybe, Yes}, {No, No, No, No}, {No, Maybe, No, Maybe},
		{Maybe, Maybe, Maybe, Maybe},
	} {
		if both(c.a, c.b) != c.both || both(c.b, c.a) != c.both || either(c.a, c.b) != c.either || either(c.b, c.a) != c.either {
			t.Errorf("%d and %d", c.a, c.b)
		}
	}
}

// Which machines a rule is about is not known by what the Cluster API itself
// labels them with, unless the pool says it; the control plane is no pool.
func TestMachinesOfRules(t *testing.T) {
	for _, c := range []struct {
		name string
		own  labels.Selector
		of   Machines
		want Answer
	}{
		{"all", labels.Everything(), Machines{}, Yes},
		{"all, of a pool that was not read", labels.Everything(), Machines{Unread: true}, Yes},
		{"none", labels.Nothing(), Machines{}, No},
		{"a label of its own", labels.SelectorFromSet(labels.Set{"os": "linux"}), Machines{Labels: map[string]string{"os": "linux"}}, Yes},
		{"another one", labels.SelectorFromSet(labels.Set{"os": "linux"}), Machines{Labels: map[string]string{"os": "windows"}}, No},
		{"a label that the Cluster API gives", labels.SelectorFromSet(labels.Set{"cluster.x-k8s.io/cluster-name": "a"}), Machines{}, Maybe},
		{"a label that the Cluster API gives and the pool has", labels.SelectorFromSet(labels.Set{"cluster.x-k8s.io/cluster-name": "a"}),
			Machines{Labels: map[string]string{"cluster.x-k8s.io/cluster-name": "a"}}, Yes},
		{"a label that the Cluster API gives and the pool has otherwise",
			labels.SelectorFromSet(labels.Set{"cluster.x-k8s.io/cluster-name": "a"}),
			Machines{Labels: map[string]string{"cluster.x-k8s.io/cluster-name": "b"}}, No},
		{"one of each, of which one is not its own", labels.SelectorFromSet(labels.Set{"cluster.x-k8s.io/cluster-name": "a", "os": "linux"}),
			Machines{}, No},
		{"the control plane", labels.SelectorFromSet(labels.Set{"cluster.x-k8s.io/control-plane": ""}), Machines{}, No},
	} {
		if got := (&DrainRuleMachines{Own: c.own}).selects(&c.of); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if whole(labels.Everything()) != Yes || whole(nil) != Yes || whole(labels.Nothing()) != Maybe {
		t.Error("selectors of what is not known")
	}
}

// Rules that may be about a pod leave open what the drain does, if they differ in
// any of it from what is sure.
func TestUnsureDrains(t *testing.T) {
	team := []DrainRulePods{{Namespace: labels.SelectorFromSet(labels.Set{"team": "a"})}} // of a namespace that was not read
	sure := DrainRule{Namespace: "m", Name: "z", Behavior: "Drain", Order: 3}
	for name, c := range map[string]struct {
		behavior string
		order    int
		unsure   bool
	}{
		"skips": {"Skip", 3, true}, "waits": {"WaitCompleted", 3, true}, "drains at another time": {"Drain", 4, true},
		"does the same": {"Drain", 3, false},
	} {
		e := &Estate{DrainRules: []DrainRule{{Namespace: "m", Name: "a", Behavior: c.behavior, Order: c.order, Pods: team}, sure}}
		if got := e.Drains(Machines{Namespace: "m"}).Treat("ns", nil); got != (DrainTreatment{Order: 3, By: "MachineDrainRule z",
			Unsure: c.unsure}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
