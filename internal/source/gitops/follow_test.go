package gitops

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// unitsIn are the units of an archive: each with why nobody needs it and how many documents it has.
func unitsIn(t *testing.T, archive string) []string {
	t.Helper()
	dir := t.TempDir()
	unittest.Unpack(t, dir, txtar.Parse([]byte(archive)))
	in := unittest.Tree(t, dir)
	builder := kustomize.New(in)
	all, listed := found(t, in, builder)
	var names []string
	for _, u := range Units(t.Context(), in, all, listed, builder).Units {
		if u.Unneeded != "" {
			u.Name += ", " + u.Unneeded
		}
		names = append(names, u.Name)
	}
	slices.Sort(names)
	return names
}

const chartFile = "/Chart.yaml --\napiVersion: v2\nname: c\nversion: 1.0.0\n"

func appOf(name, path, helm string) string {
	return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + "}\n" +
		"spec: {source: {path: " + path + ", helm: {" + helm + "}}}\n"
}

// Charts that make Applications of each other are followed in the order in which they apply each
// other, from those that nothing applies.
func TestChartsOfApplications(t *testing.T) {
	const plain = "-- web" + chartFile + "-- web/templates/a.yaml --\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
	for name, x := range map[string]struct{ archive, want string }{
		"one of another": {plain + "-- b" + chartFile + "-- b/templates/a.yaml --\n" + appOf("b", "a", "parameters: [{name: at, value: web}]") +
			"-- a" + chartFile + "-- a/templates/a.yaml --\n{{- if .Values.at }}\n" + appOf("w", "{{ .Values.at }}", "") + "{{- end }}\n",
			"a b web"},
		"one that names another in turn": {plain + "-- b" + chartFile + "-- b/templates/a.yaml --\n" + appOf("b", "a", "") +
			"-- a" + chartFile + "-- a/templates/a.yaml --\n" + appOf("a", "b", ""), "a b web"},
		"one in a file": {plain + "-- app.yaml --\n" + appOf("a", "a", "") +
			"-- a" + chartFile + "-- a/templates/a.yaml --\n" + appOf("w", "web", ""), "a web"},
	} {
		if got := strings.Join(unitsIn(t, x.archive), " "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// A chart that makes an Application of itself, each time with other values, is not followed for
// ever; what it applies is not known then.
func TestChartsThatNeverEnd(t *testing.T) {
	r := inFolder(t, "-- loop"+chartFile+"-- loop/values.yaml --\nsize: 0\n-- loop/templates/a.yaml --\n"+
		appOf("loop", "loop", "parameters: [{name: size, value: '{{ add1 .Values.size }}'}]"))
	found := []unit.Found{{Unit: unit.Unit{Kind: unit.Chart, Path: "loop"}, Build: func(ctx context.Context) unit.Built {
		return r.asked("loop", helm.Options{}, "").With(ctx, nil)
	}}}
	f := following{repository: r, makers: r.makers(found), reached: map[string]bool{}, seen: map[string]bool{}, read: map[Object]bool{}}
	f.everything(t.Context(), nil)
	if !f.unsure || len(f.applied) != mostGenerations+1 {
		t.Errorf("unsure %t, after %d", f.unsure, len(f.applied))
	}
}

// What charts make is known where all of them can be rendered whole.
func TestChartsThatCannotBeRendered(t *testing.T) {
	for name, x := range map[string]struct {
		built unit.Built
		want  bool
	}{
		"whole":   {unit.Built{}, false},
		"missing": {unit.Built{Missing: []origin.Fault{{}}}, true},
		"absent":  {unit.Built{Absent: []unit.Absent{{}}}, true},
		"refused": {unit.Built{Refused: []unit.Refused{{}}}, true},
		"all":     {unit.Built{Refused: []unit.Refused{{}}, Absent: []unit.Absent{{}}}, true},
	} {
		var f following
		f.madeBy(x.built, "")
		if f.unsure != x.want {
			t.Errorf("%s: unsure %t", name, f.unsure)
		}
		f.unsure = true
		if f.madeBy(x.built, ""); !f.unsure {
			t.Errorf("%s: sure again", name)
		}
	}
	r := inFolder(t, "-- web"+chartFile+"-- plain/templates/a.yaml --\nkind: Application\n-- apps"+chartFile+
		"-- apps/templates/a.yaml --\nkind: Application\n")
	builds := 0
	build := func(context.Context) unit.Built { builds++; return unit.Built{} }
	found := []unit.Found{
		{Unit: unit.Unit{Kind: unit.Chart, Path: "web"}, Build: build}, {Unit: unit.Unit{Kind: unit.Chart, Path: "apps"}, Build: build},
		{Unit: unit.Unit{Kind: unit.Kustomization, Path: "apps"}, Build: build},
		{Unit: unit.Unit{Kind: unit.Chart, Path: "apps/values-x.yaml"}, Build: build, Owns: []string{"apps"}},
	}
	makers := r.makers(found)
	if len(makers) != 1 || len(makers["apps"]) != 2 {
		t.Errorf("%v", makers)
	}
	for range 2 {
		found[1].Build(t.Context())
	}
	if builds != 1 {
		t.Errorf("built %d times", builds)
	}
}

// An object of which all that it applies is known is told so, if that holds of each that stands
// in its place.
func TestAllOfAnObject(t *testing.T) {
	r := inFolder(t, "-- a/x.yaml --\n-- b/x.yaml --\n")
	at := func(line int, path string) object {
		data := []byte("spec: {source: {path: " + path + "}}")
		return object{group: argo, kind: "Application", name: path, file: "apps.yaml", line: line, data: data}
	}
	for name, x := range map[string]struct {
		objects []object
		want    bool
	}{
		"one":                {[]object{at(1, "a")}, true},
		"two":                {[]object{at(1, "a"), at(1, "b")}, true},
		"one that is gone":   {[]object{at(1, "gone")}, false},
		"the first is gone":  {[]object{at(1, "gone"), at(1, "b")}, false},
		"the second is gone": {[]object{at(1, "a"), at(1, "gone")}, false},
		"another is gone":    {[]object{at(2, "gone"), at(1, "a")}, true},
	} {
		f := following{repository: r, reached: map[string]bool{}, seen: map[string]bool{}, read: map[Object]bool{}}
		f.follow(t.Context(), x.objects)
		if got := f.read[x.objects[len(x.objects)-1].place()]; got != x.want {
			t.Errorf("%s: %t", name, got)
		}
		f.follow(t.Context(), x.objects) // and once
		if len(f.objects) != len(x.objects) {
			t.Errorf("%s: %d objects", name, len(f.objects))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := following{repository: r, reached: map[string]bool{}, seen: map[string]bool{}, read: map[Object]bool{}}
	if f.follow(ctx, []object{at(1, "a")}); len(f.objects) > 0 {
		t.Error("what is given up goes on")
	}
}

// Files with objects are of YAML, no larger than people write, no templates, and name a tool.
func TestFilesWithObjects(t *testing.T) {
	app := appOf("x", "a", "")
	large := app + strings.Repeat("#", longest-len(app))
	r := inFolder(t, "-- a.yaml --\n"+app+"-- b.YML --\n"+app+"-- c.json --\n"+app+"-- d.yaml --\nkind: Service\nmetadata: {name: x}\n"+
		"-- chart"+chartFile+"-- chart/templates/e.yaml --\n"+app+"-- plain/templates/f.yaml --\n"+app)
	unittest.Write(t, "large.yaml", large)
	unittest.Write(t, "larger.yaml", large+"#")
	r.in = unittest.Tree(t, ".")
	var files []string
	for _, o := range r.objects(t.Context()) {
		files = append(files, filepath.ToSlash(o.file))
	}
	if got := strings.Join(files, " "); got != "a.yaml b.YML large.yaml plain/templates/f.yaml" {
		t.Error(got)
	}
	for text, want := range map[string]bool{
		fluxKustomize: true, fluxHelm: true, fluxArtifact: true, "kind: Application": true, "kind: ConfigMap": true,
		"kind: Service": false, "": false,
	} {
		if got := marked("a.yaml", []byte("x\n"+text+"\n")); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// A chart applies others by its templates, and by no other file or chart.
func TestChartsThatApply(t *testing.T) {
	for name, x := range map[string]struct {
		archive string
		want    bool
	}{
		"an Application":        {"-- c/templates/a.yaml --\nkind: Application\n", true},
		"a set":                 {"-- c/templates/a.yaml --\nkind: ApplicationSet\n", true},
		"a Kustomization":       {"-- c/templates/a.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\n", true},
		"a HelmRelease":         {"-- c/templates/a.yaml --\napiVersion: helm.toolkit.fluxcd.io/v2\n", false},
		"of a part":             {"-- c/charts/d/templates/a.yaml --\nkind: Application\n", true},
		"beside its templates":  {"-- c/a.yaml --\nkind: Application\n", false},
		"of another chart":      {"-- cd/templates/a.yaml --\nkind: Application\n", false},
		"one behind another":    {"-- c/templates/a.yaml --\nkind: Service\n-- c/templates/b.yaml --\nkind: Application\n", true},
		"nothing":               {"-- c/templates/a.yaml --\nkind: Service\n", false},
		"nothing but a comment": {"-- c/templates/a.yaml --\n", false},
	} {
		r := inFolder(t, x.archive)
		if got := r.applies(unit.Found{Unit: unit.Unit{Kind: unit.Chart, Path: "c"}}); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if r := inFolder(t, "-- templates/a.yaml --\nkind: Application\n"); !r.applies(unit.Found{Unit: unit.Unit{Kind: unit.Chart, Path: "."}}) {
		t.Error("a chart in the working directory applies nothing")
	}
}

// In a repository where Flux applies the rest, a kustomization is applied by nothing; where it is
// not known what charts apply, nothing is said. A release in what is applied is rendered there.
func TestRepositoryOfFlux(t *testing.T) {
	archive := "-- apps/lone/kustomization.yaml --\nresources: [x.yaml]\n-- apps/lone/x.yaml --\nkind: ConfigMap\nmetadata: {name: x}\n" +
		"-- charts/web" + chartFile + "-- charts/web/templates/a.yaml --\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
	for _, name := range []string{"a", "b", "c"} {
		archive += "-- flux/" + name + ".yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n" +
			"metadata: {name: " + name + "}\nspec: {path: apps/" + name + "}\n-- apps/" + name + "/kustomization.yaml --\nresources: [x.yaml]\n" +
			"-- apps/" + name + "/x.yaml --\n" + releaseOf(name, "charts/web", "")
	}
	const applied, why = "apps/a; apps/b; apps/c; apps/lone", ", is applied by none of the 3 Kustomizations of Flux"
	if got := strings.Join(unitsIn(t, archive), "; "); got != applied+why {
		t.Error(got)
	}
	unsure := "-- sure" + chartFile + "-- sure/templates/a.yaml --\n{{ fail \"no\" }}\n" + appOf("x", "apps/gone", "")
	if got := strings.Join(unitsIn(t, archive+unsure), "; "); got != applied+"; sure" {
		t.Errorf("not known: %s", got)
	}
	dir := t.TempDir()
	unittest.Unpack(t, dir, txtar.Parse([]byte(archive)))
	in := unittest.Tree(t, dir)
	builder := kustomize.New(in)
	all, listed := found(t, in, builder)
	for _, u := range Units(t.Context(), in, all, listed, builder).Units {
		made := u.Build(t.Context()).Documents
		if u.By != "" && (len(made) != 1 || !strings.Contains(string(made[0].Bytes), "kind: Service")) {
			t.Errorf("%s has %+v", u.Name, made)
		}
	}
}

// What production has as well is left out of other environments and counted there; what is in
// others alone stays, and where none is production all do.
func TestOtherEnvironments(t *testing.T) {
	in := func(name, environment string) application {
		return application{by: object{kind: "Application", file: "apps.yaml", line: 3, name: name, environment: environment}}
	}
	for name, x := range map[string]struct {
		all          []application
		kept, others string
	}{
		"three": {[]application{in("web", "prod"), in("web", "staging"), in("web", "summit")}, "web@prod", "map[staging:1 summit:1]"},
		"two of one": {[]application{in("web", "eu-prod"), in("api", "prod"), in("web", "base"), in("api", "base"), in("db", "base")},
			"web@eu-prod api@prod db@base", "map[base:2]"},
		"values of its own": {[]application{in("web", "prod"), in("web", "")}, "web@prod", "map[]"},
		"no production":     {[]application{in("web", "summit"), in("web", "base")}, "web@summit web@base", "map[]"},
	} {
		kept, others := inProduction(x.all)
		var all []string
		for _, a := range kept {
			all = append(all, a.by.name+"@"+a.by.environment)
		}
		if got := strings.Join(all, " "); got != x.kept || fmt.Sprint(others) != x.others {
			t.Errorf("%s: %s, %v", name, got, others)
		}
	}
}
