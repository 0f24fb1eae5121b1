package kubernetes

import (
	"slices"
	"testing"
)

// A volume is abandoned on a node where no pod there mounts it, by the claims that were read.
func TestAbandoned(t *testing.T) {
	claim := func(namespace, name string) []VolumeClaim {
		return []VolumeClaim{{Namespace: namespace, Name: name, Volume: "v"}}
	}
	data := []string{"data"}
	for name, test := range map[string]struct {
		template []string // claims of the pod's template
		perPod   bool     // a StatefulSet makes some
		claims   []VolumeClaim
		on       string
		want     []string
	}{
		"no pod mounts anything":            {on: "n", want: []string{"a"}},
		"the pod mounts it":                 {template: data, claims: claim("d", "data"), on: "n"},
		"a pod elsewhere mounts it":         {template: data, claims: claim("d", "data"), on: "m", want: []string{"a"}},
		"the pod mounts another":            {template: data, claims: claim("d", "old"), on: "n", want: []string{"a"}},
		"a claim of another namespace":      {template: data, claims: claim("e", "data"), on: "n", want: []string{"a"}},
		"of a StatefulSet":                  {perPod: true, claims: claim("d", "data-web-0"), on: "n"},
		"of the pod alone":                  {claims: claim("d", "web-0-scratch"), on: "n"},
		"no claim was read, and some mount": {template: data, on: "n"},
	} {
		e := Estate{VolumeClaims: test.claims,
			Attachments: []Attachment{{Name: "a", Node: "n", Volume: "v"}, {Name: "b", Node: "other", Volume: "v"}}}
		w := Workload{Ref: Ref{Namespace: "d", Kind: "StatefulSet", Name: "web"}}
		w.Template.VolumeClaims = test.template
		if test.perPod {
			w.VolumeClaimTemplates = []string{"data"}
		}
		e.Workloads = []Workload{w}
		e.Pods = []Pod{{Namespace: "d", Name: "web-0", Node: test.on, Workload: 0}}
		if got := e.Abandoned("n"); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
