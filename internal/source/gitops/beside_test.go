package gitops

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// The way out of a chart that is not here gives the values that a kustomization beside it has in
// files, and the folder where budgets stand for what the chart makes.
func TestWayOutBesideFiles(t *testing.T) {
	const release = `{chart: {spec: {chart: web, version: 1.0.0, sourceRef: {kind: HelmRepository, name: x}}}, `
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n"
	const generator = "-- a/kustomization.yaml --\n%sGenerator: [{name: %s, files: [%s]}]\n"
	made := func(of, name, files string) string { return fmt.Sprintf(generator, of, name, files) }
	const vals = "-- vals.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: vals}\ndata: {values.yaml: 'a: 1'}\n"
	for name, c := range map[string]struct{ files, values, want string }{
		"a ConfigMap with a hash": {made("configMap", "vals", "values.yaml=v/web.yaml") + "-- a/v/web.yaml --\n",
			"[{kind: ConfigMap, name: vals-k8h2}]", "-n ns -f a/v/web.yaml | onus check -"},
		"a Secret, by its key": {made("secret", "vals", "more.yaml") + "-- a/more.yaml --\n",
			"[{kind: Secret, name: vals, valuesKey: more.yaml}]", "-f a/more.yaml | onus check -"},
		"from above": {"-- kustomization.yaml --\nconfigMapGenerator: [{name: vals, files: [values.yaml]}]\n" +
			"-- values.yaml --\n-- a/x.yaml --\n", "[{kind: ConfigMap, name: vals}]", "-f values.yaml | onus check -"},
		"another one": {made("configMap", "other", "values.yaml") + "-- a/values.yaml --\n",
			"[{kind: ConfigMap, name: vals}]", "-n ns -f VALUES | onus check -"},
		"one that may not be there": {made("configMap", "other", "values.yaml"),
			"[{kind: Secret, name: vals, optional: true}]", "-n ns | onus check -"},
		"a ConfigMap in a file": {vals, "[{kind: ConfigMap, name: vals}]",
			`-f <(yq 'select(.kind == "ConfigMap" and .metadata.name == "vals") | .data["values.yaml"]' vals.yaml) | onus check -`},
		"another key of it":  {vals, "[{kind: ConfigMap, name: vals, valuesKey: b}]", "-n ns -f VALUES | onus check -"},
		"a Secret called so": {vals, "[{kind: Secret, name: vals}]", "-n ns -f VALUES | onus check -"},
		"one that is encrypted": {made("secret", "vals", "values.yaml") + "-- a/values.yaml --\na: ENC[AES256_GCM,data:x]\n",
			"[{kind: Secret, name: vals}]", "-n ns -f VALUES | onus check -"},
		"a budget beside it":  {"-- a/pdb.yaml --\n" + budget, "[]", "-n ns | onus check - a"},
		"a budget elsewhere":  {"-- b/pdb.yaml --\n" + budget + "-- a/x.yaml --\n", "[]", "-n ns | onus check -"},
		"a file that is gone": {made("secret", "vals", "values.yaml"), "[{kind: Secret, name: vals}]", "-n ns -f VALUES | onus check -"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &Deployed{repository: inFolder(t, c.files)}
			d.repository.configs = d.repository.objects(t.Context())
			var sources Sources
			sources.Add([]kubernetes.CustomResource{resourceOf(t, fluxSource+"/HelmRepository", "a.yaml", `{url: "https://charts.example.com/"}`)})
			all, _ := d.NotHere(resourceOf(t, fluxHelm+"/HelmRelease", "a/release.yaml", release+"valuesFrom: "+c.values+"}"), sources)
			if len(all) != 1 || !strings.HasSuffix(all[0].Hint, c.want) {
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
