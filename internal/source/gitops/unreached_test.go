package gitops

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// fluxOf is a Kustomization of Flux in a file.
func fluxOf(file, path string) object {
	return object{group: fluxKustomize, kind: "Kustomization", name: path, file: file, data: []byte("spec: {path: " + path + "}")}
}

// What applies something is left out where nothing has its file, and something has others of its
// folder or of one above; not what applies such objects, what helmfile does, and what a chart makes.
func TestApplicationsLeftOut(t *testing.T) {
	r := inFolder(t, "-- chart"+chartFile+"-- chart/templates/a.yaml --\n")
	app := func(file string) application { return application{by: fluxOf(file, "x"), dir: "web"} }
	changed := func(change func(*application)) application {
		a := app("ks/old.yaml")
		change(&a)
		return a
	}
	listed := []string{"./ks/web.yaml", "chart/templates/b.yaml"}
	for name, x := range map[string]struct {
		a    application
		more []application
		want bool
	}{
		"beside one that is listed": {a: app("ks/old.yaml"), want: true},
		"below one that is listed":  {a: app("ks/deep/old.yaml"), want: true},
		"listed":                    {a: app("ks/web.yaml")},
		"elsewhere":                 {a: app("other/old.yaml")},
		"above":                     {a: app("old.yaml")},
		"of a chart":                {a: app("chart/templates/a.yaml")},
		"needed by nobody":          {a: changed(func(a *application) { a.unneeded = "is a copy" })},
		"of helmfile":               {a: changed(func(a *application) { a.kind = unit.Helmfile })},
		"a release":                 {a: changed(func(a *application) { a.by.group, a.by.kind = fluxHelm, "HelmRelease" })},
		"what applies such objects": {a: changed(func(a *application) { a.dir = "ks" })},
		"one that is applied":       {a: app("ks/old.yaml"), more: []application{{by: fluxOf("x.yaml", "y"), files: []string{"./ks/old.yaml"}}}},
	} {
		objects := []object{
			fluxOf("ks/web.yaml", "web"), x.a.by, {kind: "ConfigMap", file: "other/map.yaml"},
			fluxOf("chart/templates/b.yaml", "c"),
		}
		applied := append([]application{x.a}, x.more...)
		before := x.a.unneeded
		r.leftOut(objects, applied, append(listed, "other/map.yaml"))
		want := before
		if x.want {
			want = "is applied by " + x.a.by.file + ", which no kustomization lists"
		}
		if got := applied[0].unneeded; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// An Application is such an object as well, and one that another application has is had.
	app2 := application{by: object{group: argo, kind: "Application", file: "apps/old.yaml"}, dir: "web"}
	applied := []application{app2, {by: fluxOf("x.yaml", "apps"), files: []string{"apps/./new.yaml"}}}
	r.leftOut([]object{{group: argo, kind: "Application", file: "apps/new.yaml"}, app2.by}, applied, nil)
	if applied[0].unneeded == "" {
		t.Error("an Application beside one that is applied is had by none")
	}
}

// Where applications have most of what is built, the rest is applied by none of them: unless an
// object, a helmfile or a file may do that, or something has it after all.
func TestUnitsThatNothingApplies(t *testing.T) {
	const helmfiles = "-- deploy/helmfile.yaml --\nreleases:\n- name: x\n  chart: "
	unitOf := func(kind unit.Kind, path, by string) unit.Found {
		return unit.Found{Unit: unit.Unit{Kind: kind, Path: path, By: by}}
	}
	apps := []application{{dir: "apps/a"}, {dir: "apps/b"}, {dir: "apps/c"}}
	objects := []object{fluxOf("x.yaml", "./apps/a"), fluxOf("y.yaml", "./apps/b")}
	lone := unitOf(unit.Kustomization, "apps/lone", "")
	c1, c2, c3 := unitOf(unit.Chart, "c/1", ""), unitOf(unit.Chart, "c/2", ""), unitOf(unit.Chart, "c/3", "")
	valuesOf := func(n string) unit.Found {
		return unit.Found{Unit: unit.Unit{Kind: unit.Chart, Path: "c/1/values-" + n + ".yaml"}, Owns: []string{"c/1"}}
	}
	over := func(of, where string) unit.Found { return unitOf(unit.Kustomization, of+"/overlays/"+where, "") }
	overs := func(where string) []application {
		return []application{{dir: "web/overlays/" + where}, {dir: "api/overlays/" + where}, {dir: "apps/c"}}
	}
	const why = "is applied by none of the 2 Kustomizations of Flux"
	for name, x := range map[string]struct {
		archive string
		units   []unit.Found
		applied []application
		objects []object
		want    string // of the last unit
	}{
		"one of four":                 {"", []unit.Found{unitOf(unit.Flux, "apps/a", "x.yaml"), lone}, apps, objects, why},
		"as many as are applied":      {"", []unit.Found{c1, c2, lone}, apps, objects, why},
		"more than are applied":       {"", []unit.Found{c1, c2, c3, lone}, apps, objects, ""},
		"values of one chart":         {"", []unit.Found{valuesOf("1"), valuesOf("2"), valuesOf("3"), lone}, apps, objects, why},
		"two are applied":             {"", []unit.Found{lone}, apps[:2], objects, ""},
		"one of three is for none":    {"", []unit.Found{lone}, append(apps[:2:2], application{dir: "apps/c", unneeded: "a copy"}), objects, ""},
		"one that is applied":         {"", []unit.Found{unitOf(unit.Flux, "apps/a", "x.yaml")}, apps, objects, ""},
		"a directory that is had":     {"", []unit.Found{unitOf(unit.Kustomization, "apps/a", "")}, apps, objects, ""},
		"a name of one word":          {"", []unit.Found{unitOf(unit.Kustomization, "lone", "")}, apps, objects, ""},
		"a script names it":           {"-- run.sh --\napply apps/lone\n", []unit.Found{lone}, apps, objects, ""},
		"a page names it":             {"-- README.md --\napply apps/lone\n", []unit.Found{lone}, apps, objects, why},
		"one that may have it":        {"", []unit.Found{lone}, apps, append(objects[:2:2], fluxOf("z.yaml", "'apps/${name}'")), ""},
		"one that may have others":    {"", []unit.Found{lone}, apps, append(objects[:1:1], fluxOf("z.yaml", "'other/${name}'")), why},
		"one that may have all":       {"", []unit.Found{lone}, apps, append(objects[:2:2], fluxOf("z.yaml", "'${name}'")), ""},
		"a helmfile of any charts":    {helmfiles + "{{ .Values.chart }}\n", []unit.Found{lone}, apps, objects, ""},
		"a helmfile of one":           {helmfiles + "./x\n", []unit.Found{lone}, apps, objects, why},
		"a helmfile names it":         {helmfiles + "stable/3 # of {{ .Values.all }}\n", []unit.Found{c3}, apps, objects, ""},
		"a helmfile names another":    {helmfiles + "stable/33\n", []unit.Found{c3}, apps, objects, why},
		"a kustomization's name":      {helmfiles + "stable/lone\n", []unit.Found{lone}, apps, objects, why},
		"overlays of another cluster": {"", []unit.Found{c1, c2, c3, over("web", "prod")}, overs("staging"), objects, ""},
		"another file of any": {strings.Replace(helmfiles, "helmfile", "other", 1) + "{{ .Values.chart }}\n", []unit.Found{lone}, apps,
			objects, why},
	} {
		r := inFolder(t, "-- apps/lone/kustomization.yaml --\n"+x.archive)
		units := append([]unit.Found(nil), x.units...)
		r.unreached(units, x.applied, x.objects)
		if got := units[len(units)-1].Unneeded; got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// What is too large, is read by people, or cannot be read, names nothing.
func TestFilesThatName(t *testing.T) {
	r := inFolder(t, "-- apps/web/x --\n")
	text := "apps/web\n"
	for file, size := range map[string]int{"run.sh": longest, "large.sh": longest + 1, "page.TXT": len(text)} {
		unittest.Write(t, file, text+strings.Repeat(" ", size-len(text)))
		if got, want := r.mentions([]string{"gone.sh", file}, map[string]bool{"apps/web": true})["apps/web"], file == "run.sh"; got != want {
			t.Errorf("%s names it: %t", file, got)
		}
	}
	for text, want := range map[string]bool{"base": false, "x/base": false, "a/x": true} {
		if got := names([]byte("a/x"), "run.sh", text, text); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
	if !names([]byte("a/x{"), "run.sh", "a/x", "a/x") || !names([]byte("~a/x"), "run.sh", "a/x", "a/x") {
		t.Error("what is no letter is part of a name")
	}
}

// Only what has left out a kustomization by another one is taken back.
func TestMayBeApplied(t *testing.T) {
	of := func(kind unit.Kind, path, unneeded string) unit.Found {
		return unit.Found{Unit: unit.Unit{Kind: kind, Path: path, Unneeded: unneeded}}
	}
	r := inFolder(t, "-- run.sh --\nbuild apps/a\nbuild apps/c\nbuild top\n-- apps/a/kustomization.yaml --\n-- top/x --\n")
	units := []unit.Found{
		of(unit.Kustomization, "apps/a", "left"), of(unit.Kustomization, "apps/b", "left"), of(unit.Chart, "apps/c", "left"),
		of(unit.Kustomization, "top", "left"), of(unit.Kustomization, "apps/d", ""),
	}
	r.mayBeApplied(units, nil)
	var left []string
	for _, u := range units {
		left = append(left, u.Unneeded)
	}
	if got := fmt.Sprintf("%q", left); got != `["" "left" "left" "left" ""]` {
		t.Error(got)
	}
}
