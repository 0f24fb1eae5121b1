package gitops

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A release is there once for each environment that gives it other values; one that is called
// as an environment, or beside releases that are, is for that one alone.
func TestReleasesInEnvironments(t *testing.T) {
	r := inFolder(t, "-- values-dev.yaml --\nsize: d\n-- values-prod.yaml --\nsize: p\n-- web"+chartFile+"-- web/values.yaml --\nsize: none\n"+
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
		"three, and two alike":      {[]string{"prod", "west", "north"}, nil, "web", "web/prod p; web/west none"},
		"called as one":             {[]string{"dev", "prod"}, nil, "prod", "prod p"},
		"called as one, to try":     {[]string{"dev", "prod"}, nil, "dev", "dev d early"},
		"to try":                    {[]string{"prod"}, nil, "web-staging", "web-staging p early"},
		"beside one called so":      {[]string{"dev", "prod"}, []string{"prod=web"}, "web", "web/dev d early"},
		"that of another chart":     {[]string{"dev", "prod"}, []string{"prod=api"}, "web", "web/dev d early; web/prod p"},
		"beside others":             {[]string{"dev", "prod"}, []string{"api=web"}, "web", "web/dev d early; web/prod p"},
		"no environments, others":   {nil, []string{"=web"}, "web", "web none"},
	} {
		release := HelmfileRelease{Name: x.release, Chart: "web", Values: []any{"values-" + environmentMark + ".yaml"}}
		h := helmfile{file: "helmfile.yaml", environments: x.environments, releases: []HelmfileRelease{release}}
		for _, o := range x.others {
			name, chart, _ := strings.Cut(o, "=")
			h.releases = append(h.releases, HelmfileRelease{Name: name, Chart: chart})
		}
		var all []string
		for _, a := range (helmfileReleases{r}).inEnvironments(h, release, "web") {
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
	all := (helmfileReleases{r}).installed([]helmfile{{file: "a/../helmfile.yaml", releases: []HelmfileRelease{
		{Name: "web-dev", Chart: "./web"}, {Name: "web", Chart: "./web", index: 1}, {Name: "api-dev", Chart: "./api", index: 2},
		{Name: "gone", Chart: "./gone", index: 3}, {Name: "far", Chart: "stable/redis", index: 4},
	}}}, read, others)
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
		"-- helmfile.bases.yaml --\nbases: []\n"+
		"-- other.yaml --\n"+text)
	unittest.Write(t, "helmfile.large.yaml", text+strings.Repeat("#", longest-len(text)))
	unittest.Write(t, "helmfile.larger.yaml", text+strings.Repeat("#", longest-len(text)+1))
	unittest.Write(t, "helmfile.gone.yaml", text)
	r.in = unittest.Tree(t, ".")
	if err := os.Remove("helmfile.gone.yaml"); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, h := range (helmfileReleases{r}).helmfiles() {
		files = append(files, h.file)
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
		o, _, _ := (helmfileReleases{r}).helmfileOptions(helmfile{file: "helmfile.yaml"}, HelmfileRelease{Name: "web", Values: []any{file}}, "")
		if len(o.Values) != want {
			t.Errorf("%s: %v", file, o.Values)
		}
	}
}
