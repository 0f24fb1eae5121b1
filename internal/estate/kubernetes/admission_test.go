package kubernetes

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Of a namespace that was not read only the label with its name is known.
func TestSelectsNamespace(t *testing.T) {
	e := &Estate{Namespaces: []Namespace{{Name: "read", Labels: map[string]string{"gated": "yes"}}}}
	for _, test := range []struct {
		selector      metav1.LabelSelector
		read, notRead Answer
	}{
		{metav1.LabelSelector{}, Yes, Yes},
		{metav1.LabelSelector{MatchLabels: map[string]string{"gated": "yes"}}, Yes, Maybe},
		{metav1.LabelSelector{MatchLabels: map[string]string{"gated": "no"}}, No, Maybe},
		{metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "read"}}, Yes, No},
		{metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "unread"}}, No, Yes},
		{metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "read", "gated": "yes"}}, Yes, No},
		{metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "unread", "gated": "yes"}}, No, Maybe},
	} {
		s, err := metav1.LabelSelectorAsSelector(&test.selector)
		if err != nil {
			t.Fatal(err)
		}
		if read, notRead := e.SelectsNamespace(s, "read"), e.SelectsNamespace(s, "unread"); read != test.read || notRead != test.notRead {
			t.Errorf("%v: %d of one that was read, %d of one that was not", s, read, notRead)
		}
	}
	if e.SelectsNamespace(nil, "read") != Yes || e.SelectsNamespace(labels.Nothing(), "unread") != No {
		t.Error("none selects all, and nothing selects none")
	}
	hook := Webhook{Objects: labels.SelectorFromSet(labels.Set{"app": "a"}), Conditional: true}
	if e.Asked(&hook, "read", map[string]string{"app": "b"}) != No || e.Asked(&hook, "read", map[string]string{"app": "a"}) != Maybe {
		t.Error("conditions matter only where selectors match")
	}
}

// A webhook may keep a pod where it is asked before the pod goes, and is not known to let it go.
func TestMayRefuse(t *testing.T) {
	none := func(map[string]string) bool { return false }
	ofWeb := func(pod map[string]string) bool { return pod["app"] == "web" }
	for name, x := range map[string]struct {
		hook Webhook
		want bool
	}{
		"asked about evictions":         {Webhook{Evicts: true}, true},
		"asked about deletions":         {Webhook{Deletes: true}, true},
		"asked about neither":           {Webhook{}, false},
		"asked about other pods":        {Webhook{Deletes: true, Objects: labels.SelectorFromSet(labels.Set{"app": "db"})}, false},
		"which refuses by rules":        {Webhook{Evicts: true, Habit: &Habit{ByRules: true, Spares: none}}, false},
		"which lets such pods go":       {Webhook{Evicts: true, Habit: &Habit{Spares: ofWeb}}, false},
		"which lets none of those go":   {Webhook{Evicts: true, Habit: &Habit{Spares: none}}, true},
		"evictions, which have no name": {Webhook{Evicts: true, Objects: labels.SelectorFromSet(labels.Set{"app": "web"})}, false},
	} {
		if got := (&Estate{}).MayRefuse(&x.hook, "shop", map[string]string{"app": "web"}); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Of the autoscaler that KEDA makes and the object that it makes it of the object
// counts, in whatever order they were read.
func TestObjectsOfKEDACountBeforeItsAutoscalers(t *testing.T) {
	web := RawWorkload{Workload: Workload{Ref: Ref{"ns", "Deployment", "web"}, Scaled: true}}
	object := Scaler{Ref: Ref{"ns", "ScaledObject", "web"}, Target: web.Ref, Min: 2, Max: 4, ToZero: true}
	made := Scaler{Ref: Ref{"ns", "HorizontalPodAutoscaler", "keda-hpa-web"}, Target: web.Ref, Min: 1, Max: 4}
	for _, all := range [][]Scaler{{object, made}, {made, object}} {
		if s := Link(&Raw{Workloads: []RawWorkload{web}, Scalers: all}).Workloads[0].Scaler; s == nil || s.Kind != "ScaledObject" {
			t.Errorf("%+v", s)
		}
	}
}
