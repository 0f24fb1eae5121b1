package responsibility

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/client-go/kubernetes/scheme"
)

// What is written of when versions were removed is what the types of Kubernetes say of
// themselves.
func TestRemovedAsTypesSay(t *testing.T) {
	held := 0
	for of := range scheme.Scheme.AllKnownTypes() {
		object, err := scheme.Scheme.New(of)
		if err != nil {
			t.Fatal(err)
		}
		type removed interface {
			APILifecycleRemoved() (major, minor int)
		}
		x, says := object.(removed)
		r := Removed(of.GroupVersion().String(), of.Kind)
		switch {
		case r == nil:
		case !says:
			t.Errorf("%s: the type does not say that it was removed", of)
		default:
			held++
			if major, minor := x.APILifecycleRemoved(); r.Since != fmt.Sprintf("%d.%d", major, minor) {
				t.Errorf("%s: since %s, want %d.%d", of, r.Since, major, minor)
			}
		}
	}
	if held < 25 {
		t.Errorf("only %d types were compared", held)
	}
}

// Versions are found with what took their place, and the last of several removals counts.
func TestRemoved(t *testing.T) {
	for _, x := range []struct{ api, kind, since, write string }{
		{"policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"},
		{"extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"},
		{"extensions/v1beta1", "NetworkPolicy", "1.16", "networking.k8s.io/v1"},
		{"apps/v1beta1", "StatefulSet", "1.16", "apps/v1"},
		{"apps/v1", "StatefulSet", "", ""},
		{"apps.example.com/v1beta1", "StatefulSet", "", ""},
	} {
		since, write := "", ""
		if r := Removed(x.api, x.kind); r != nil {
			since, write = r.Since, r.Write
		}
		if since != x.since || write != x.write {
			t.Errorf("%s %s: since %q, write %q", x.api, x.kind, since, write)
		}
	}
	for version, since := range map[string]string{
		"autoscaling/v2/HorizontalPodAutoscaler": "1.26", "batch/v1/CronJob": "1.25", "batch/v1/Job": "",
	} {
		parts := strings.Split(version, "/")
		got := ""
		if r := Replaces(parts[0]+"/"+parts[1], parts[2]); r != nil {
			got = r.Since
		}
		if got != since {
			t.Errorf("%s took the place of one that went with %q, want %q", version, got, since)
		}
	}
	if r := (Removal{Since: "1.22"}); r.Minor() != 22 {
		t.Errorf("1.22 is of minor version %d", r.Minor())
	}
	for before, want := range map[int]int{25: 22, 23: 22, 22: 16, 16: 0} {
		if got := MostRemoved(before); got != want {
			t.Errorf("before 1.%d the most went with 1.%d, want 1.%d", before, got, want)
		}
	}
}
