package kubernetes

import (
	"slices"
	"testing"
)

// Workloads that are there all the time call what they and their ConfigMaps are told.
func TestCalls(t *testing.T) {
	web := RawWorkload{Workload: Workload{
		Ref: Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, Lasting: true, Replicas: 1,
		Calls:    []string{"api", "db-0.db", "queue.jobs"},
		Template: PodTemplate{ConfigMaps: []string{"settings", "gone"}},
	}}
	job := RawWorkload{Workload: Workload{Ref: Ref{Namespace: "shop", Kind: "Job", Name: "migrate"}, Replicas: 1, Calls: []string{"db"}}}
	off := RawWorkload{Workload: Workload{Ref: Ref{Namespace: "shop", Kind: "Deployment", Name: "off"}, Lasting: true, Calls: []string{"db"}}}
	e := Link(&Raw{
		Workloads: []RawWorkload{web, job, off},
		Configs: []Config{
			{Namespace: "shop", Name: "settings", Calls: []string{"cache", "api"}}, {Namespace: "shop", Name: "others", Calls: []string{"mail"}},
			{Namespace: "bank", Name: "settings", Calls: []string{"ledger"}},
		},
	})
	var got []string
	for _, c := range e.Calls {
		got = append(got, c.By.Name+" "+c.Namespace+"/"+c.Service)
	}
	want := []string{"web shop/api", "web db/db-0", "web shop/db", "web jobs/queue", "web shop/cache"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
