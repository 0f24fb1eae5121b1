package gitops

import (
	"context"
	"fmt"
	"strings"
	"testing"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// A unit is called by its directory; where several apply that, by who does, or by where that
// stands.
func TestNamesOfUnits(t *testing.T) {
	of := func(file, name, environment, as string) application {
		return application{by: object{file: file, name: name, environment: environment}, name: as, dir: "web"}
	}
	r := inFolder(t, "-- web/x --\n")
	one, dev, top := of("ks/a.yaml", "a", "", "a"), of("ks/a.yaml", "a", "dev", "a/dev"), of("a.yaml", "a", "dev", "a/dev")
	for _, x := range []struct {
		a      application
		beside []application
		want   string
	}{
		{one, []application{one}, "web"},
		{one, []application{one, of("ks/b.yaml", "b", "", "b")}, "web@a"},
		{one, []application{one, of("eu/a.yaml", "a", "", "a")}, "web@ks"},
		{dev, []application{dev, of("ks/a.yaml", "a", "prod", "a/prod")}, "web@a/dev"},
		{dev, []application{dev, of("eu/a.yaml", "a", "dev", "a/dev")}, "web@ks/a/dev"},
		{top, []application{top, of("eu/a.yaml", "a", "dev", "a/dev")}, "web@./a/dev"},
	} {
		if got := r.named(x.a, x.beside); got != x.want {
			t.Errorf("%+v: %s, want %s", x.a.by, got, x.want)
		}
	}
}

// The directory of a chart is the one that it owns, whatever file of values it is built with.
func TestDirectory(t *testing.T) {
	for _, x := range []struct {
		kind unit.Kind
		owns []string
		want string
	}{
		{unit.Chart, []string{"./web"}, "web"}, {unit.Chart, nil, "web/values.yaml"}, {unit.Kustomization, []string{"x"}, "web/values.yaml"},
	} {
		if got := directory(unit.Found{Unit: unit.Unit{Kind: x.kind, Path: "web/./values.yaml"}, Owns: x.owns}); got != x.want {
			t.Errorf("%s that owns %v: %s", x.kind, x.owns, got)
		}
	}
}

// A unit that is applied is there once for each object that does, and not as it was found; what
// is there to be tried applies a chart that others need as well.
func TestMergedUnits(t *testing.T) {
	found := func(kind unit.Kind, path string) unit.Found {
		return unit.Found{Unit: unit.Unit{Kind: kind, Name: path, Path: path}}
	}
	by := func(file, name, dir string) application {
		return application{by: object{file: file, name: name}, name: name, dir: dir, kind: unit.ArgoCD}
	}
	for name, x := range map[string]struct {
		found    []unit.Found
		applied  []application
		released string
		want     string
	}{
		"neither": {[]unit.Found{found(unit.Chart, "web")}, nil, "", "web"},
		"applied": {[]unit.Found{found(unit.Chart, "web")}, []application{by("a.yaml", "a", "web")}, "",
			"web by a.yaml owns web"},
		"applied, of files":        {[]unit.Found{found(unit.Kustomization, "k")}, []application{by("a.yaml", "a", "k")}, "", "k by a.yaml"},
		"released":                 {[]unit.Found{found(unit.Chart, "web"), found(unit.Kustomization, "k")}, nil, "web", "k"},
		"a kustomization released": {[]unit.Found{found(unit.Kustomization, "web")}, nil, "web", "web"},
		"applied where it is tried": {[]unit.Found{found(unit.Chart, "web")}, []application{by("test/a.yaml", "a", "web")}, "",
			"web; web by test/a.yaml owns web"},
		"tried, and applied": {[]unit.Found{found(unit.Chart, "test/c")}, []application{by("test/a.yaml", "a", "test/c")}, "",
			"test/c by test/a.yaml owns test/c"},
		"a kustomization that is tried": {[]unit.Found{found(unit.Kustomization, "k")}, []application{by("test/a.yaml", "a", "k")}, "",
			"k by test/a.yaml"},
		"twice": {nil, []application{by("a.yaml", "a", "k"), by("b.yaml", "b", "k")}, "", "k@a by a.yaml; k@b by b.yaml"},
		"twice by one name": {nil, []application{by("x/a.yaml", "a", "k"), by("y/a.yaml", "a", "k")}, "",
			"k@x by x/a.yaml; k@y by y/a.yaml"},
		"twice by one name, in one folder": {nil, []application{by("x/a.yaml", "a", "k"), by("x/b.yaml", "a", "k"), by("x/b.yaml", "a", "k")}, "",
			"k@x by x/a.yaml; k@x/b.yaml by x/b.yaml"},
	} {
		r := inFolder(t, "-- web"+chartFile+"-- test/c"+chartFile+"-- k/kustomization.yaml --\n")
		r.in.Tried = func(file string) bool { return strings.HasPrefix(file, "test/") }
		var all []string
		for _, u := range r.merged(x.found, x.applied, map[string]bool{x.released: true}) {
			said := u.Name
			if u.By != "" {
				said += " by " + u.By
			}
			if len(u.Owns) > 0 {
				said += " owns " + strings.Join(u.Owns, " ")
			}
			all = append(all, said)
		}
		if got := strings.Join(all, "; "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
	r := inFolder(t, "-- web/x --\n") // which nobody asked what is tried there
	if r.tries("test/a.yaml", "web") {
		t.Error("tried without being asked")
	}
}

// Any change that an object asks for is made with kustomize, and without one nothing is built again.
func TestTransformed(t *testing.T) {
	r := inFolder(t, "-- k/a.yaml --\n-- k/c/kustomization.yaml --\n"+
		"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n")
	const text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n" +
		"spec:\n  template:\n    spec:\n      containers:\n      - image: web\n        name: web\n"
	const pause = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {paused: true}\n"
	labelled := func(team string) []kustomizetypes.Label {
		return []kustomizetypes.Label{{Pairs: map[string]string{"team": team}}}
	}
	scaled := func(n int64) []kustomizetypes.Replica { return []kustomizetypes.Replica{{Name: "web", Count: n}} }
	document := func() unit.Built {
		return unit.Built{Documents: []unit.Document{{Bytes: []byte(text), File: "k/a.yaml", Line: 1}}}
	}
	for want, k := range map[string]kustomizetypes.Kustomization{
		"name: web":         {},
		"namespace: shop":   {Namespace: "shop"},
		"name: pre-web":     {NamePrefix: "pre-"},
		"name: web-post":    {NameSuffix: "-post"},
		"replicas: 4":       {Replicas: scaled(4)},
		"image: web:v2":     {Images: []kustomizetypes.Image{{Name: "web", NewTag: "v2"}}},
		"team: a":           {Labels: labelled("a")},
		"note: b":           {CommonAnnotations: map[string]string{"note": "b"}},
		"paused: true":      {Patches: []kustomizetypes.Patch{{Patch: pause}}},
		"team: b":           {Labels: labelled("b"), CommonAnnotations: map[string]string{"note": "b"}},
		"team: c":           {Labels: labelled("c"), Images: []kustomizetypes.Image{{Name: "web", NewTag: "v2"}}},
		"replicas: 5":       {Replicas: scaled(5), Images: []kustomizetypes.Image{{Name: "web", NewTag: "v2"}}},
		"replicas: 6":       {Replicas: scaled(6), Components: []string{"c"}},
		"paused: true\n":    {Patches: []kustomizetypes.Patch{{Patch: pause}}, Components: []string{"c"}},
		"name: c-web":       {Components: []string{"c"}},
		"name: pre-c-web":   {Components: []string{"c"}, NamePrefix: "pre-"},
		"name: web # stays": {Patches: []kustomizetypes.Patch{{Patch: "{"}}},
	} {
		want, stays := strings.CutSuffix(want, " # stays")
		got := r.transformed(t.Context(), "k", document(), k, object{kind: "Application", name: "x"})
		plain, err := yaml.JSONToYAML(got.Documents[0].Bytes)
		if err != nil || len(got.Documents) != 1 || !strings.Contains(string(plain), want) || (len(got.Missing) > 0) != stays {
			t.Errorf("%s: %s, missing %v", want, got.Documents[0].Bytes, got.Missing)
		}
		if has := strings.Contains(fmt.Sprint(got.Files), "k/c/kustomization.yaml"); has != (len(k.Components) > 0) {
			t.Errorf("%s: is made of %v", want, got.Files)
		}
	}
	prefix := kustomizetypes.Kustomization{NamePrefix: "pre-"}
	if got := r.transformed(t.Context(), "k", unit.Built{}, prefix, object{}); len(got.Documents)+len(got.Missing) > 0 {
		t.Errorf("of nothing: %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := r.transformed(ctx, "k", document(), prefix, object{}); string(got.Documents[0].Bytes) != text || len(got.Missing) > 0 {
		t.Errorf("given up: %+v", got)
	}
	for kind, want := range map[string]string{
		"Application": "argocd app manifests x | onus check -", "ApplicationSet": "argocd app manifests x | onus check -",
		"Kustomization": "flux build kustomization x",
	} {
		if got := (object{kind: kind, name: "x"}).render(); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

// Jsonnet that takes in others may make anything; it is among the files of its directory.
func TestJsonnetInADirectory(t *testing.T) {
	r := inFolder(t, "-- d/a.jsonnet --\n{ kind: 'Service' }\n-- d/b.jsonnet --\nimport 'x'\n-- d/c.libsonnet --\n"+
		"-- d/d.yaml --\nkind: Service\n")
	built := (argoApps{r}).ofDirectory(t.Context(), object{kind: "Application", name: "x"}, "d", directorySource{})
	if got := fmt.Sprint(built.Files); got != "[d/d.yaml d/a.jsonnet d/b.jsonnet]" || len(built.Refused) != 2 || built.Refused[0].Any ||
		!built.Refused[1].Any {
		t.Errorf("%s, %+v", got, built.Refused)
	}
}
