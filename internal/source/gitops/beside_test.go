package gitops

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// The way out of a chart that is not here gives the values that a kustomization beside it has in
// files, and the folder where budgets stand for what the chart makes.
func TestWayOutBesideFiles(t *testing.T) {
	const release = `{chart: {spec: {chart: web, version: 1.0.0, sourceRef: {kind: HelmRepository, name: x}}}, `
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
	for name, c := range map[string]struct{ files, values, want string }{
		"a ConfigMap with a hash": {"-- a/kustomization.yaml --\nconfigMapGenerator: [{name: vals, files: [values.yaml=v/web.yaml]}]\n-- a/v/web.yaml --\n",
			"[{kind: ConfigMap, name: vals-k8h2}]", "-n ns -f a/v/web.yaml | onus check -"},
		"a Secret, by its key": {"-- a/kustomization.yaml --\nsecretGenerator: [{name: vals, files: [more.yaml]}]\n-- a/more.yaml --\n",
			"[{kind: Secret, name: vals, valuesKey: more.yaml}]", "-f a/more.yaml | onus check -"},
		"from above": {"-- kustomization.yaml --\nconfigMapGenerator: [{name: vals, files: [values.yaml]}]\n-- values.yaml --\n-- a/x.yaml --\n",
			"[{kind: ConfigMap, name: vals}]", "-f values.yaml | onus check -"},
		"another one": {"-- a/kustomization.yaml --\nconfigMapGenerator: [{name: other, files: [values.yaml]}]\n-- a/values.yaml --\n",
			"[{kind: ConfigMap, name: vals}]", "-n ns | onus check -"},
		"a budget beside it":  {"-- a/pdb.yaml --\n" + budget, "[]", "-n ns | onus check - a"},
		"a budget elsewhere":  {"-- b/pdb.yaml --\n" + budget + "-- a/x.yaml --\n", "[]", "-n ns | onus check -"},
		"a file that is gone": {"-- a/kustomization.yaml --\nsecretGenerator: [{name: vals, files: [values.yaml]}]\n", "[{kind: Secret, name: vals}]", "-n ns | onus"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &Deployed{repository: inFolder(t, c.files)}
			var sources Sources
			sources.Add([]kubernetes.CustomResource{resourceOf(t, fluxSource+"/HelmRepository", "a.yaml", `{url: "https://charts.example.com/"}`)})
			all, _ := d.NotHere(resourceOf(t, fluxHelm+"/HelmRelease", "a/release.yaml", release+"valuesFrom: "+c.values+"}"), sources)
			if len(all) != 1 || !strings.HasSuffix(all[0].Hint, c.want) && !strings.HasSuffix(all[0].Hint, c.want+" check -") {
				t.Errorf("%v, want %s", all, c.want)
			}
		})
	}
}

// A source of another namespace is the one that is meant where it is the only one of its kind and name.
func TestTheOnlySourceOfAName(t *testing.T) {
	at := func(namespace, url string) kubernetes.CustomResource {
		c := resourceOf(t, fluxSource+"/HelmRepository", "a.yaml", `{url: "`+url+`"}`)
		c.Namespace = namespace
		return c
	}
	for name, x := range map[string]struct {
		all  []kubernetes.CustomResource
		want string
	}{
		"one":                   {[]kubernetes.CustomResource{at("other", "https://a.org")}, "https://a.org"},
		"two of one address":    {[]kubernetes.CustomResource{at("other", "https://a.org"), at("third", "https://a.org")}, "https://a.org"},
		"two of two":            {[]kubernetes.CustomResource{at("other", "https://a.org"), at("third", "https://b.org")}, ""},
		"its own and another's": {[]kubernetes.CustomResource{at("other", "https://a.org"), at("ns", "https://b.org")}, "https://b.org"},
	} {
		var sources Sources
		sources.Add(x.all)
		spec, ok := sources.find(sourceRef{Kind: "HelmRepository", Name: "x"}, object{namespace: "ns"})
		if spec.URL != x.want || ok != (x.want != "") {
			t.Errorf("%s: %q, %t", name, spec.URL, ok)
		}
	}
}
