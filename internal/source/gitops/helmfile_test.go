package gitops

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/helmfile"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A release is there once for each environment that gives it other values; one that is called
// as an environment, or beside releases that are, is for that one alone.
func TestReleasesInEnvironments(t *testing.T) {
	r := inFolder(t, "-- values-dev.yaml --\nsize: d\n-- values-prod.yaml --\nsize: p\n-- web"+chartFile+"-- web/values.yaml --\n"+
		"size: none\n"+
		"-- web/templates/a.yaml --\nkind: {{ .Values.size }}\n")
	for name, x := range map[string]struct {
		environments, others []string // environments, and NAME=CHART of other releases
		release              string
		want                 string // each with the size that it has there
	}{
		"no environments":           {nil, nil, "web", "web none"},
		"one":                       {[]string{"prod"}, nil, "web", "web p"},
		"one before production":     {[]string{"dev"}, nil, "web", "web d early"},
		"two":                       {[]string{"dev", "prod"}, nil, "web", "web/dev d early; web/prod p"},
		"two, of which one has any": {[]string{"prod", "west"}, nil, "web", "web/prod p; web/west none"},
		"three, and two alike":      {[]string{"prod", "west", "north"}, nil, "web", "web/north none; web/prod p"},
		"called as one":             {[]string{"dev", "prod"}, nil, "prod", "prod p"},
		"called as one, to try":     {[]string{"dev", "prod"}, nil, "dev", "dev d early"},
		"to try":                    {[]string{"prod"}, nil, "web-staging", "web-staging p early"},
		"beside one called so":      {[]string{"dev", "prod"}, []string{"prod=web"}, "web", "web/dev d early"},
		"that of another chart":     {[]string{"dev", "prod"}, []string{"prod=api"}, "web", "web/dev d early; web/prod p"},
		"beside others":             {[]string{"dev", "prod"}, []string{"api=web"}, "web", "web/dev d early; web/prod p"},
		"no environments, others":   {nil, []string{"=web"}, "web", "web none"},
	} {
		text := "missingFileHandler: Warn\nenvironments: {" + strings.Join(x.environments, ": {}, ") + "}\n---\nreleases:\n" +
			"- name: " + x.release +
			"\n  chart: web\n  values:\n  - values-{{ .Environment.Name }}.yaml\n"
		for _, o := range x.others {
			name, chart, _ := strings.Cut(o, "=")
			text += "- {name: " + name + ", chart: " + chart + "}\n"
		}
		h := helmfile.Load(t.Context(), r.in, "helmfile.yaml", []byte(text))
		var all []string
		for _, a := range (helmfileReleases{r}).inEnvironments(t.Context(), h, h.Releases[0], "web") {
			_, size, _ := strings.Cut(strings.TrimSpace(string(a.build(t.Context()).Documents[0].Bytes)), ": ")
			if a.early {
				size += " early"
			}
			all = append(all, a.name+" "+size)
		}
		if got := strings.Join(all, "; "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Of the releases of a chart those that come before production are left out where others install
// it, and stay where none does.
func TestReleasesThatCount(t *testing.T) {
	r := inFolder(t, "-- web"+chartFile+"-- api"+chartFile+"-- values-dev.yaml --\na: 1\n")
	read, others := map[Object]bool{}, map[string]int{}
	all := (helmfileReleases{r}).installed(t.Context(), []*helmfile.State{
		helmfile.Load(t.Context(), r.in, "a/../helmfile.yaml", []byte("releases:\n"+
			"- {name: web-dev, chart: ./web}\n- {name: web, chart: ./web}\n- {name: api-dev, chart: ./api}\n- {name: gone, chart: ./gone}\n"+
			"- {name: far, chart: stable/redis}\n"))}, read, others)
	if got := fmt.Sprint(others); got != "map[web-dev:1]" {
		t.Errorf("left out: %s", got)
	}
	var names []string
	for _, a := range all {
		names = append(names, a.name)
	}
	if got := strings.Join(names, " "); got != "web api-dev" {
		t.Error(got)
	}
	for index, want := range []bool{true, true, true, false, false} {
		if got := read[ReleaseAt("helmfile.yaml", index)]; got != want {
			t.Errorf("release %d is known: %t", index, got)
		}
	}
}

// Helmfiles are files of YAML with releases, no larger than people write.
func TestFilesOfHelmfile(t *testing.T) {
	const text = "releases: []\n"
	r := inFolder(t, "-- helmfile.yaml --\n"+text+"-- helmfile.YML --\n"+text+"-- helmfile.json --\n"+text+
		"-- other.yaml --\n"+text)
	unittest.Write(t, "helmfile.large.yaml", text+strings.Repeat("#", longest-len(text)))
	unittest.Write(t, "helmfile.larger.yaml", text+strings.Repeat("#", longest-len(text)+1))
	unittest.Write(t, "helmfile.gone.yaml", text)
	r.in = unittest.Tree(t, ".")
	if err := os.Remove("helmfile.gone.yaml"); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, h := range (helmfileReleases{r}).helmfiles(t.Context()).states {
		files = append(files, h.File)
	}
	if got := fmt.Sprint(files); got != "[helmfile.YML helmfile.large.yaml helmfile.yaml]" {
		t.Error(got)
	}
	for text, want := range map[string]string{
		"a: 1\nb: {}\n": "[a b]", "  a: 1\n": "[]",
		"a b: 1\n# c: 1\n- d: 1\n{e: 1}\n\tf: 1\n": "[]", ": 1\n": "[]", "a\n": "[]", "a:\n---\nb:\n": "[a b]",
	} {
		if got := fmt.Sprint(keysOf([]byte(text))); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Values at an absolute path are those of the machine that helmfile runs on, and none of the
// repository, though a file of that path stands in it.
func TestValuesAtAnAbsolutePath(t *testing.T) {
	r := inFolder(t, "-- etc/values.yaml --\nsize: 1\n")
	for file, want := range map[string]int{"etc/values.yaml": 1, "/etc/values.yaml": 0} {
		o, _, _ := (helmfileReleases{r}).helmfileOptions(t.Context(), &helmfile.State{File: "helmfile.yaml"}, helmfile.Environment{},
			helmfile.Release{Name: "web", Values: []any{file}})
		if len(o.Values) != want {
			t.Errorf("%s: %v", file, o.Values)
		}
	}
}

// A release is a unit in the environments that install it, with the values that it has there, and a file that others
// are made of none of its own. Where it is not known whether it is installed the unit says so.
func TestReleasesThatAreInstalled(t *testing.T) {
	for name, x := range map[string]struct{ files, want string }{
		"in one of two": {"-- helmfile.yaml --\nenvironments:\n  east: {values: [{releases: [web]}]}\n" +
			"  west: {values: [{releases: []}]}\n---\n" +
			"releases:\n- name: web\n  chart: ./web\n  installedTemplate: '{{`{{ has .Release.Name .Values.releases }}`}}'\n", "web/east none"},
		"in none": {"-- helmfile.yaml --\nreleases:\n- {name: web, chart: ./web, installed: false}\n", ""},
		"by a base": {"-- live/helmfile.yaml --\nenvironments: {east: {values: [{group: big}]}}\n---\nbases: [web/helmfile.yaml]\n" +
			"-- live/web/helmfile.yaml --\nreleases:\n- name: web\n  chart: stable/web\n  missingFileHandler: Warn\n  values:\n" +
			"  - values/{{ .Values.group }}.yaml\n-- live/values/big.yaml --\nsize: 3\n", "web 3"},
		"run by another": {"-- live/helmfile.yaml --\nhelmfiles:\n- path: ../apps/helmfile.yaml\n  values: [{size: 4}]\n" +
			"-- apps/helmfile.yaml --\nreleases:\n- name: web\n  chart: ../web\n  values:\n  - size: {{ .Values.size }}\n", "web 4"},
		"in two clusters": {"-- helmfile.yaml --\nreleases:\n- {name: web, chart: ./web, kubeContext: eu, values: [{size: 1}]}\n" +
			"- {name: web, chart: ./web, kubeContext: us, values: [{size: 2}]}\n", "web/eu 1; web/us 2"},
		"run by two": {"-- a/helmfile.yaml --\nhelmfiles:\n- {path: ../apps/helmfile.yaml, values: [{size: 4}]}\n" +
			"-- b/helmfile.yaml --\nhelmfiles:\n- {path: ../apps/helmfile.yaml, values: [{size: 6}]}\n" +
			"-- apps/helmfile.yaml --\nreleases:\n- name: web\n  chart: ../web\n  values:\n  - size: {{ .Values.size }}\n",
			"web/a/helmfile.yaml 4; web/b/helmfile.yaml 6"},
		"known of one, with other values": {"-- helmfile.yaml --\nenvironments:\n" +
			"  east: {values: [{}]}\n  west: {values: [{live: true}]}\n" +
			"---\n" +
			"releases:\n- name: web\n  chart: ./web\n  installed: {{ index .Values \"live\" | default (env \"WEB\") }}\n" +
			"  values: [{size: {{ .Environment.Name }}}]\n", "web/west west; web/east east ?"},
		"with settings": {"-- helmfile.yaml --\nreleases:\n- name: web\n  chart: ./web\n  set: [{name: size, value: 5}]\n", "web 5"},
		"not known": {"-- helmfile.yaml --\nreleases:\n- name: web\n  chart: ./web\n  installed: {{ env \"WEB\" | eq \"on\" }}\n" +
			"", "web none ?"},
		"known of one": {"-- helmfile.yaml --\nenvironments:\n  east: {values: [{live: true}]}\n  west: {values: [{}]}\n---\n" +
			"releases:\n- name: web\n  chart: ./web\n  installed: {{ index .Values \"live\" | default (env \"WEB\") }}\n", "web/east none"},
	} {
		r := inFolder(t, "-- web"+chartFile+"-- web/values.yaml --\nsize: none\n-- web/templates/a.yaml --\nkind: {{ .Values.size }}\n"+x.files)
		var all []string
		states := (helmfileReleases{r}).helmfiles(t.Context()).states
		for _, a := range (helmfileReleases{r}).installed(t.Context(), states, map[Object]bool{}, map[string]int{}) {
			built := a.build(t.Context())
			_, size, _ := strings.Cut(strings.TrimSpace(string(built.Documents[0].Bytes)), ": ")
			if len(built.Missing) > 0 {
				size += " ?"
			}
			all = append(all, a.name+" "+size)
		}
		if got := strings.Join(all, "; "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}
