package source

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A helmfile is known by its name, its folder or its keys; what is called so and
// holds something else is none.
func TestHelmfiles(t *testing.T) {
	const release = "releases:\n- {name: web, namespace: shop, chart: stable/web}\n"
	for name, want := range map[string]int{
		"helmfile.yaml": 1, "helmfile.d/web.yaml": 1, "web.yaml": 0, "values/helmfile.yaml": 1,
	} {
		if got := elsewhere(t, name, release); got != want {
			t.Errorf("%s: %d releases, want %d", name, got, want)
		}
	}
	for text, want := range map[string]int{
		"helmDefaults: {wait: true}\n" + release:                       1,
		"apiVersion: v1\nkind: Releases\nrepositories: []\n" + release: 0,
		"bases: [a.yaml]\n---\n" + release:                             2, // keys of several documents; the base is not here
	} {
		if got := elsewhere(t, "live.yaml", text); got != want {
			t.Errorf("%q: %d releases, want %d", text, got, want)
		}
	}
	if got := elsewhere(t, "helmfile.yaml", "releases:\n- {name: web, chart: [}\n"); got != 1 {
		t.Errorf("of one that is no YAML: %d releases, want 1", got)
	}
}

// What a release of a helmfile may hold is unread in its namespace, and nowhere else.
func TestHelmfileHides(t *testing.T) {
	path := filepath.Join(t.TempDir(), "helmfile.yaml")
	if err := os.WriteFile(path, []byte("releases:\n- {name: web, namespace: shop, chart: stable/web}\n- {name: api, chart: stable/api}\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	e, err := One(t.Context(), Input{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Kubernetes.Hidden) != 1 || e.Kubernetes.Hidden[0].Scope.Namespace != "shop" {
		t.Errorf("%+v", e.Kubernetes.Hidden)
	}
}

// The way out of a release names what helmfile cannot do without, and not what is there.
func TestWayOutOfHelmfile(t *testing.T) {
	const (
		head    = "repositories: []\nreleases:\n- {name: web, chart: stable/web"
		command = "helmfile -f helmfile.yaml -l name=web template | onus check -"
	)
	for name, x := range map[string]struct{ files, want string }{
		"nothing": {"-- helmfile.yaml --\n" + head + "}\n", command},
		"a secret that is not there": {"-- helmfile.yaml --\n" + head + ", secrets: [secrets/web.yaml]}\n",
			"with secrets/web.yaml, which is not here: " + command},
		"values that are not there, and a secret": {"-- helmfile.yaml --\n" + head + ", values: [a.yaml], secrets: [b.yaml]}\n",
			"with a.yaml and b.yaml, which are not here: " + command},
		"what is there": {"-- helmfile.yaml --\n" + head + ", values: [a.yaml, {b: 1}], secrets: [s/b.yaml]}\n" +
			"-- a.yaml --\na: 1\n-- s/b.yaml --\nb: 1\n", command},
		"what may be gone":           {"-- helmfile.yaml --\n" + head + ", values: [a.yaml], missingFileHandler: Warn}\n", command},
		"a variable of the helmfile": {"-- helmfile.yaml --\n# {{ requiredEnv \"ROOT_DIR\" }}\n" + head + "}\n", "ROOT_DIR=VALUE " + command},
		"one of its values": {"-- helmfile.yaml --\n" + head + ", values: [a.yaml.gotmpl]}\n-- a.yaml.gotmpl --\n" +
			"a: {{ requiredEnv \"A\" }}\nb: {{requiredEnv `B`}}{{ requiredEnv \"A\" }}{{ env \"C\" }}\n", "A=VALUE B=VALUE " + command},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			unittest.Unpack(t, ".", txtar.Parse([]byte(x.files)))
			whole, err := Read(t.Context(), Input{Paths: []string{"."}})
			if err != nil || len(whole.Unreadable) != 1 || whole.Unreadable[0].Hint != x.want {
				t.Errorf("%v: %+v", err, whole.Unreadable)
			}
		})
	}
}

// A chart whose name a template writes is called as it stands there.
func TestChartsByTemplates(t *testing.T) {
	for chart, want := range map[string]string{
		"{{ .Values.spec.url }}": "{{ .Values.spec.url }}",
		`"{{ env "A" }}"`:        `{{ env "A" }}`, "stable/{{ .Values.chart }}": "stable/{{ .Values.chart }}",
		"'charts/{{ .Release.Name }}'": "charts/web", "{{ .Environment.Name }}/web": "default/web",
	} {
		t.Run(chart, func(t *testing.T) {
			t.Chdir(t.TempDir())
			unittest.Unpack(t, ".", txtar.Parse([]byte("-- helmfile.yaml --\nreleases:\n- name: web\n  chart: "+chart+"\n")))
			whole, err := Read(t.Context(), Input{Paths: []string{"."}})
			said := "release web installs the chart " + want + ", which is not here"
			if err != nil || len(whole.Unreadable) != 1 || whole.Unreadable[0].Reason != said {
				t.Errorf("%v: %+v", err, whole.Unreadable)
			}
		})
	}
}

func elsewhere(t *testing.T, name, text string) int {
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := One(t.Context(), Input{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	return len(e.Kubernetes.Elsewhere)
}
