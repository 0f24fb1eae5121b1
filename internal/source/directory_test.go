package source

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/purpose"
)

// testdata/tree has Kubernetes objects among other things: a dot directory,
// files of other kinds, YAML and JSON that is not Kubernetes.
func TestReadDirectory(t *testing.T) {
	whole, err := Read(t.Context(), Input{Paths: []string{filepath.Join("testdata", "tree")}})
	if err != nil || len(whole.Units) != 2 || len(whole.Unreadable) != 1 ||
		whole.Unreadable[0].Reason != "asks for ../../base, a directory without a kustomization" {
		t.Fatal(whole, err)
	}
	e, overlay := whole.Units[0], whole.Units[1]
	const want = "shop/Deployment/web@3\nshop/PodDisruptionBudget/web@1 spec@6\nservice shop/web@1\n4 skipped\n"
	if got := summary(e.Kubernetes); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	if overlay.Name != "overlays/prod" || overlay.Kind != "kustomization" || overlay.Estate.Name != overlay.Name || e.Name != "files" ||
		e.Estate.Name != "" {
		t.Errorf("%+v and %+v", e, overlay)
	}
	if whole.Files != 6 {
		t.Errorf("%d files", whole.Files)
	}
	if got, want := e.Kubernetes.Workloads[0].Position.File, filepath.Join("testdata", "tree", "base", "web.yaml"); got != want {
		t.Errorf("stands in %s, want %s", got, want)
	}
}

// Each file of testdata/broken is refused with what its first line says.
func TestReadBrokenFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "broken", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(text), "\n")
		_, want, _ := strings.Cut(first, "want ")
		want = strings.TrimSuffix(strings.ReplaceAll(want, `\"`, `"`), `",`)
		if _, err := read(t, file); err == nil || err.Error() != filepath.Dir(file)+string(filepath.Separator)+want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestReadPaths(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	link := func(to, name string) string {
		p := filepath.Join(dir, name)
		if err := os.Symlink(to, p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: NAME}\n"
	image := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	one := write("one/a.yml", strings.ReplaceAll(node, "NAME", "a"))
	write("one/B.YAML", strings.ReplaceAll(node, "NAME", "b"))
	images := filepath.Dir(write("images/a.png", image))
	write("images/b.jpg", image)
	disguised := write("disguised/a.yaml", image)
	bad := write("bad/x/a.yaml", "a: 1\n---\nkind: Pod\na: ]\n")
	foreign := write("foreign/find.json", "switched to db a\n")
	write("foreign/a.yaml", "a: ]\n")
	write("links/..data/a.yaml", strings.ReplaceAll(node, "NAME", "c"))
	link("..data/a.yaml", "links/a.yaml")
	link("nowhere.yaml", "links/dangling.yaml")
	link("..data", "links/dir.yaml")
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		name  string
		paths []string
		want  string
	}{
		{"a file", []string{one}, "node a@1\n"},
		{"a directory, in order", []string{filepath.Dir(one)}, "node a@1\nnode b@1\n"},
		{"a link to a directory", []string{link("one", "other")}, "node a@1\nnode b@1\n"},
		{"a directory and a file in it", []string{filepath.Dir(one) + "/", one}, "node a@1\nnode b@1\n1 replaced\n"},
		{"links in a directory", []string{filepath.Join(dir, "links")}, "node c@1\n2 skipped\n"},
		{"images", []string{images}, "2 skipped\n"},
		{"an empty directory", []string{empty}, ""},
		{"an image under a false name", []string{filepath.Dir(disguised)}, "1 skipped\n"},
		{"an image", []string{filepath.Join(images, "a.png")}, "! " + filepath.Join(images, "a.png") + ": is neither YAML nor JSON but binary"},
		{"a broken file deep down", []string{filepath.Join(dir, "bad")}, "! " + bad + ":4: did not find expected node content"},
		{"files that are not Kubernetes", []string{filepath.Dir(foreign)}, "2 skipped\n"},
		{"one of them by its name", []string{foreign}, "! " + foreign + ":1: is not JSON: invalid character 's' at start of value"},
		{"nothing there", []string{filepath.Join(dir, "gone")}, "! " + filepath.Join(dir, "gone") + ": no such file or directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			if e, err := read(t, c.paths...); err == nil {
				got = summary(e)
			} else {
				var fault *document.Error
				if !errors.As(err, &fault) {
					t.Fatalf("%T: %v", err, err)
				}
				got = "! " + err.Error()
			}
			if got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// An object is applied where all that it applies is read as a unit of its own;
// not where that stands elsewhere, and not where the user picked units.
func TestReadApplied(t *testing.T) {
	dir := t.TempDir()
	application := func(name, source string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name +
			"}\nspec: {destination: {namespace: shop}, source: " + source + "}\n"
	}
	for name, text := range map[string]string{
		"apps/here.yaml":          application("here", "{path: web}"),
		"apps/elsewhere.yaml":     application("elsewhere", "{path: gone}"),
		"apps/kustomization.yaml": "resources: [here.yaml, elsewhere.yaml]\nnameSuffix: -prod\n",
		"web/web.yaml":            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n",
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		units []string
		want  string
	}{{nil, "here-prod true, elsewhere-prod false"}, {[]string{"apps"}, "here-prod false, elsewhere-prod false"}} {
		whole, err := Read(t.Context(), Input{Paths: []string{dir}, Units: c.units})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range whole.Units {
			if n := len(u.Kubernetes.Pods); n > 0 && u.Name != "web" {
				t.Errorf("%s has %d pods: what a unit applies is read again as a plain file", u.Name, n)
			}
			for _, r := range u.Kubernetes.CustomResources {
				got = append(got, fmt.Sprint(r.Name, " ", r.Applied))
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("of units %v: %v", c.units, got)
		}
	}
}

// What a chart's author asks for hides the kinds that the template which asks may
// make, and no others.
func TestReadRefused(t *testing.T) {
	for _, c := range []struct{ name, template, want string }{
		{"a secret", "apiVersion: v1\nkind: Secret\nmetadata: {name: {{ required \"a name\" .Values.name }}}\n", "[]"},
		{"a budget", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: {{ required \"a name\" .Values.name }}}\n" +
			"spec: {maxUnavailable: 1}\n", "[PodDisruptionBudget]"},
		{"a budget that is left out", "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: {{ .Chart.Name.x }}}\n",
			"[PodDisruptionBudget]"},
		{"whatever is included", "{{ include \"gone\" . }}\n", "[any]"},
	} {
		dir := t.TempDir()
		for name, text := range map[string]string{
			"Chart.yaml":         "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
			"templates/web.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n",
			"templates/z.yaml":   c.template,
		} {
			p := filepath.Join(dir, "shop", name)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}, Units: []string{"shop"}})
		if err != nil || len(whole.Units) != 1 {
			t.Fatal(whole, err)
		}
		e := whole.Units[0].Kubernetes
		hidden := []string{}
		for _, h := range e.Hidden {
			hidden = append(hidden, cmp.Or(h.Kind, "any"))
		}
		if got := fmt.Sprint(hidden); got != c.want || len(e.Pods) != 1 || len(whole.Unreadable) != 1 {
			t.Errorf("%s: hides %s, want %s; %d pods, %d faults", c.name, got, c.want, len(e.Pods), len(whole.Unreadable))
		}
	}
}

// Of folders beside each other that are called by versions the newest counts: where a
// workload of its name stands in a newer one, and where there are three or more,
// whatever is called how in them.
func TestOlderVersions(t *testing.T) {
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {selector: {matchLabels: {a: b}}, " +
		"template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n"
	for why, c := range map[string]struct {
		files map[string]string // the name of the Deployment in each
		older []string
	}{
		"renamed parts": {map[string]string{
			"install/v0.6.0/a.yaml":  "old",
			"install/v0.7.0/a.yaml":  "new",
			"install/v0.20.0/a.yaml": "new",
		}, []string{"install/v0.6.0", "install/v0.7.0"}},
		"two with other parts":  {map[string]string{"install/v0.6.0/a.yaml": "old", "install/v0.7.0/a.yaml": "new"}, nil},
		"two with the same":     {map[string]string{"install/v0.6.0/a.yaml": "a", "install/v0.7.0/a.yaml": "a"}, []string{"install/v0.6.0"}},
		"one number each":       {map[string]string{"apps/v1/a.yaml": "a", "apps/v2/a.yaml": "b", "apps/v3/a.yaml": "c"}, nil},
		"versions of clusters":  {map[string]string{"clusters/1.28/a.yaml": "a", "clusters/1.29/a.yaml": "b", "clusters/1.30/a.yaml": "c"}, nil},
		"one that is not there": {map[string]string{"op/1.0.0/a.yaml": "a", "op/1.1.0/a.yaml": "b", "op/1.2.0/README.md": "c"}, nil},
		"the newest not out": {map[string]string{"op/1.0.0/a.yaml": "a", "op/1.1.0/a.yaml": "b", "op/1.2.0-rc1/a.yaml": "c"},
			[]string{"op/1.0.0"}},
	} {
		dir := t.TempDir()
		folders := map[string]bool{}
		for file, name := range c.files {
			at := filepath.Join(dir, filepath.FromSlash(file))
			if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, fmt.Appendf(nil, deployment, name), 0o644)); err != nil {
				t.Fatal(err)
			}
			folders[filepath.Dir(file)] = true
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		for folder := range folders {
			of, _ := whole.Units[0].Folders.OfDir(filepath.ToSlash(filepath.Join(dir, folder)))
			if got, want := of == purpose.Retired, slices.Contains(c.older, folder); got != want {
				t.Errorf("%s: %s is older: %t, want %t", why, folder, got, want)
			}
		}
	}
}
