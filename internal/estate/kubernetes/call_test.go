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
	scaled := RawWorkload{Workload: Workload{
		Ref: Ref{Namespace: "shop", Kind: "Deployment", Name: "scaled"}, Lasting: true, Scaled: true, Calls: []string{"db"},
	}}
	e := Link(&Raw{
		Workloads: []RawWorkload{web, job, off, scaled},
		Scalers:   []Scaler{{Ref: Ref{"shop", "ScaledObject", "s"}, Target: scaled.Ref, ToZero: true, Max: 3}},
		Configs: []Config{
			{Namespace: "shop", Name: "settings", Calls: []string{"cache", "api"}}, {Namespace: "shop", Name: "others", Calls: []string{"mail"}},
			{Namespace: "bank", Name: "settings", Calls: []string{"ledger"}},
		},
	})
	var got []string
	for _, c := range e.Calls {
		got = append(got, c.By.Name+" "+c.Namespace+"/"+c.Service)
	}
	want := []string{"scaled shop/db", "web shop/api", "web db/db-0", "web shop/db", "web jobs/queue", "web shop/cache"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A ConfigMap that no workload is given names what it says, but for the Service that it is
// called like: that is its own.
func TestNamedByConfigMaps(t *testing.T) {
	web := RawWorkload{Workload: Workload{
		Ref: Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, Lasting: true, Replicas: 1,
		Template: PodTemplate{ConfigMaps: []string{"settings"}},
	}}
	e := Link(&Raw{
		Workloads: []RawWorkload{web},
		Configs: []Config{
			{Namespace: "shop", Name: "settings", Addresses: []string{"given"}},
			{Namespace: "bank", Name: "settings", Addresses: []string{"ledger"}},
			{Namespace: "shop", Name: "api-env", Addresses: []string{"api", "api-env-db", "queue.jobs"}},
		},
	})
	var got []string
	for _, c := range e.Calls {
		if got = append(got, c.By.String()+" "+c.Namespace+"/"+c.Service); !c.Names {
			t.Errorf("%+v is a call", c)
		}
	}
	if want := []string{"bank/ConfigMap/settings bank/ledger", "shop/ConfigMap/api-env jobs/queue"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
