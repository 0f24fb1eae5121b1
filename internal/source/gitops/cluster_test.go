package gitops

import "testing"

// Two objects are for one cluster where they stand in one folder and name one destination.
func TestClusters(t *testing.T) {
	argo := func(file, environment string, to destination) string {
		return object{file: file, environment: environment}.argoCluster(to)
	}
	flux := func(file, spec string) string { return object{file: file, data: []byte("spec: " + spec)}.fluxCluster() }
	here := destination{Server: "https://kubernetes.default.svc", Namespace: "a"}
	for _, x := range []struct {
		name     string
		one, two string
		same     bool
	}{
		{"in the cluster itself", argo("apps/a.yaml", "", here), argo("apps/b.yaml", "", destination{Name: "in-cluster"}), true},
		{"two folders", argo("one/a.yaml", "", here), argo("two/b.yaml", "", here), false},
		{"two servers", argo("apps/a.yaml", "", here), argo("apps/b.yaml", "", destination{Server: "https://b"}), false},
		{"two environments", argo("apps/a.yaml", "dev", here), argo("apps/a.yaml", "prod", here), false},
		{"two tools", argo("apps/a.yaml", "", here), flux("apps/a.yaml", "{}"), false},
		{"of Flux", flux("apps/a.yaml", "{path: ./a}"), flux("apps/b.yaml", "{path: ./b}"), true},
		{"another cluster", flux("apps/a.yaml", "{}"), flux("apps/b.yaml", "{kubeConfig: {secretRef: {name: b}}}"), false},
		{"the same other", flux("a.yaml", "{kubeConfig: {secretRef: {name: b}}}"), flux("b.yaml", "{kubeConfig: {secretRef: {name: b}}}"), true},
	} {
		if x.one == "" || (x.one == x.two) != x.same {
			t.Errorf("%s: %q, %q", x.name, x.one, x.two)
		}
	}
	for _, nothing := range []string{
		argo("a.yaml", "", destination{}), argo("a.yaml", "", destination{Server: "{{server}}"}), flux("a.yaml", "{kubeConfig: {}}"),
	} {
		if nothing != "" {
			t.Errorf("%q of a cluster that is not known", nothing)
		}
	}
}
