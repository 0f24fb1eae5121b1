package gitops

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
)

func releaseOf(name, chart, more string) string {
	return "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: " + name + ", namespace: ns}\n" +
		"spec: {chart: {spec: {chart: " + chart + ", sourceRef: {kind: GitRepository, name: g}}}" + more + "}\n"
}

// A HelmRelease installs a chart of the repository by its path, or one that was published from
// there by its name and version.
func TestLocalCharts(t *testing.T) {
	r := inFolder(t, "-- web"+chartFile+"-- plain/a.yaml --\n")
	of := func(kind, spec string) object {
		return object{group: fluxHelm, kind: kind, data: []byte("spec: " + spec)}
	}
	chart := func(of string) string { return "{chart: {spec: {" + of + "}}}" }
	for name, x := range map[string]struct {
		o    object
		want string
	}{
		"by its path":      {of("HelmRelease", chart("chart: ./web, sourceRef: {kind: GitRepository}")), "web"},
		"no chart":         {of("HelmRelease", chart("chart: ./plain, sourceRef: {kind: GitRepository}")), ""},
		"not here":         {of("HelmRelease", chart("chart: ./gone, sourceRef: {kind: GitRepository}")), ""},
		"published":        {of("HelmRelease", chart("chart: c, version: 1.0.0, sourceRef: {kind: HelmRepository}")), "web"},
		"another version":  {of("HelmRelease", chart("chart: c, version: 2.0.0, sourceRef: {kind: HelmRepository}")), ""},
		"of a bucket":      {of("HelmRelease", chart("chart: ./web, sourceRef: {kind: Bucket}")), ""},
		"another kind":     {of("HelmChart", chart("chart: ./web, sourceRef: {kind: GitRepository}")), ""},
		"no specification": {of("HelmRelease", "["), ""},
	} {
		spec, dir, ok := (helmReleases{r}).localChart(x.o)
		if ok != (x.want != "") || ok && dir != x.want || ok && spec.Chart.Spec.Chart == "" {
			t.Errorf("%s: %s, %t", name, dir, ok)
		}
	}
}

// A chart that a release installs takes the place of the release, with what it lacks; one that
// makes a release of itself does so only so often.
func TestReleasesInPlace(t *testing.T) {
	r := inFolder(t, "-- web"+chartFile+"dependencies: [{name: gone, version: 1.0.0}]\n"+
		"-- web/templates/a.yaml --\napiVersion: v1\nkind: Service\n"+
		"metadata: {name: {{ required \"a name\" (index .Values \"of\") }}}\n-- top"+chartFile+"-- top/templates/a.yaml --\n"+
		releaseOf("inner", "./web", "")+
		"-- loop"+chartFile+"-- loop/values.yaml --\nsize: 0\n-- loop/templates/a.yaml --\n"+
		releaseOf("x-{{ .Values.size }}", "./loop", ", values: {size: {{ add1 .Values.size }}}"))
	built := func(text string) unit.Built { return unit.Built{Documents: []unit.Document{{Bytes: []byte(text)}}} }
	got := helmReleases{r}.withReleases(t.Context(), built(releaseOf("outer", "./top", ", valuesFrom: [{kind: Secret, name: s}]")))
	if len(got.Documents) != 1 || !strings.Contains(string(got.Documents[0].Bytes), "kind: Service") || len(got.Absent) != 1 ||
		len(got.Refused) != 1 ||
		len(got.Missing) != 1 || fmt.Sprint(got.Released) != "[top web]" {
		t.Errorf("%+v", got)
	}
	if got := (helmReleases{r}).withReleases(t.Context(), built("kind: Service\n")); len(got.Documents) != 1 || len(got.Released) > 0 {
		t.Errorf("without a release: %+v", got)
	}
	got = helmReleases{r}.withReleases(t.Context(), built(releaseOf("x", "./loop", "")))
	if len(got.Released) != mostGenerations+1 || len(got.Documents) != 1 ||
		!strings.Contains(string(got.Documents[0].Bytes), fmt.Sprintf("name: x-%d", mostGenerations)) {
		t.Errorf("%d, then %s", len(got.Released), got.Documents[0].Bytes)
	}
}

// The charts that nobody installs with their defaults are those that releases install, as far as
// the units that these stand in count.
func TestReleasedCharts(t *testing.T) {
	build := func(dirs ...string) func(context.Context) unit.Built {
		return func(context.Context) unit.Built { return unit.Built{Released: dirs} }
	}
	chart := func(path string, dirs ...string) unit.Found {
		return unit.Found{Unit: unit.Unit{Kind: unit.Chart, Path: path}, Build: build(dirs...)}
	}
	kustomization := func(path string, dirs ...string) unit.Found {
		return unit.Found{Unit: unit.Unit{Kind: unit.Kustomization, Path: path}, Build: build(dirs...)}
	}
	by := func(file string, dirs ...string) application {
		return application{by: object{file: file}, build: build(dirs...)}
	}
	r := inFolder(t, "-- web"+chartFile)
	r.in.Tried = func(file string) bool { return strings.Contains(file, "test") }
	local := []object{{group: fluxHelm, kind: "HelmRelease", data: []byte(releaseOf("x", "./web", ""))}}
	for name, x := range map[string]struct {
		objects []object
		found   []unit.Found
		applied []application
		want    string
	}{
		"by an application":                 {local, nil, []application{by("a.yaml", "web")}, "web"},
		"by one that tries it":              {local, nil, []application{by("test/a.yaml", "web")}, ""},
		"by one that tries it, and another": {local, nil, []application{by("a.yaml", "web"), by("test/a.yaml", "web")}, "web"},
		"what is there to be tried":         {local, nil, []application{by("test/a.yaml", "test-web")}, "test-web"},
		"by a kustomization":                {local, []unit.Found{kustomization("k", "web")}, nil, "web"},
		"by one in tests":                   {local, []unit.Found{kustomization("test", "web")}, nil, ""},
		"by one in tests, and another":      {local, []unit.Found{kustomization("k", "web"), kustomization("test", "web")}, nil, "web"},
		"by a chart":                        {local, []unit.Found{chart("top", "web")}, nil, "web"},
		"by a chart with values":            {local, []unit.Found{chart("top", "web"), chart("top", "api")}, nil, "api web"},
		"by a chart of a chart":             {local, []unit.Found{chart("top", "mid", "web"), chart("mid", "web"), chart("web")}, nil, "mid web"},
		"by charts that install each other": {local, []unit.Found{chart("a", "b"), chart("b", "a")}, nil, ""},
		"by a chart that installs itself":   {local, []unit.Found{chart("a", "a", "web")}, nil, "web"},
		"by a chart that is released":       {local, []unit.Found{chart("a", "web")}, []application{by("a.yaml", "a")}, "a"},
		"without any release":               {nil, []unit.Found{chart("top", "web")}, []application{by("a.yaml", "web")}, ""},
	} {
		all := (helmReleases{r}).releasedCharts(t.Context(), x.objects, x.found, x.applied)
		maps.DeleteFunc(all, func(_ string, is bool) bool { return !is })
		if got := strings.Join(slices.Sorted(maps.Keys(all)), " "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// The first of charts that install others are those that nothing installs; what is released
// installs nothing of its own.
func TestFirstsOfCharts(t *testing.T) {
	for name, x := range map[string]struct {
		by       map[string][]string
		released map[string]bool
		want     string
	}{
		"none":                    {nil, nil, ""},
		"one":                     {map[string][]string{"a": {"b"}}, nil, "a"},
		"a chain":                 {map[string][]string{"a": {"b"}, "b": {"c"}}, nil, "a"},
		"a circle":                {map[string][]string{"a": {"b"}, "b": {"a"}}, nil, ""},
		"itself":                  {map[string][]string{"a": {"a"}}, nil, "a"},
		"two for one":             {map[string][]string{"a": {"c"}, "b": {"c"}, "c": nil}, nil, "a b"},
		"of one that is":          {map[string][]string{"a": {"b"}, "b": nil}, map[string]bool{"a": true}, "b"},
		"one that is":             {map[string][]string{"a": nil}, map[string]bool{"a": true}, ""},
		"by itself and another":   {map[string][]string{"a": {"b"}, "b": {"b"}}, nil, "a"},
		"by one that is, and not": {map[string][]string{"a": {"c"}, "b": {"c"}, "c": nil}, map[string]bool{"a": true}, "b"},
	} {
		got := firsts(x.by, x.released)
		slices.Sort(got)
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: %v, want %s", name, got, x.want)
		}
	}
}
