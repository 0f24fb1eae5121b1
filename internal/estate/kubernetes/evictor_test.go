package kubernetes

import "testing"

func TestWhoseAnEvictorTakes(t *testing.T) {
	web := Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}
	for name, test := range map[string]struct {
		evictor Evictor
		asks    string
		want    bool
	}{
		"of any":                 {Evictor{}, "", true},
		"of this one":            {Evictor{Of: web, Least: 2}, "", true},
		"that has too few":       {Evictor{Of: web, Least: 3}, "", false},
		"of another":             {Evictor{Of: Ref{Namespace: "other", Kind: "Deployment", Name: "web"}}, "", false},
		"of those with devices":  {Evictor{Asks: []string{"nvidia.com/gpu"}}, "", false},
		"which it asks for":      {Evictor{Asks: []string{"nvidia.com/mig-", "nvidia.com/gpu"}}, "nvidia.com/gpu.shared", true},
		"but for others of them": {Evictor{Asks: []string{"nvidia.com/gpu"}}, "amd.com/gpu", false},
	} {
		w := &Workload{Ref: web}
		if test.asks != "" {
			w.Template.Requests.Other = map[string]int64{test.asks: 1}
		}
		if got := test.evictor.Takes(w, 2); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
