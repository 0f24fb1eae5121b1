package kustomize

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
)

// A file may hold another text than on the disk, for one build and not for the
// next; kustomizations themselves stay as they stand.
func TestBuildWithTexts(t *testing.T) {
	in := tree(t, web+"-- top/kustomization.yaml --\nresources: [../base]\npatches: [{path: p.yaml}]\n-- top/p.yaml --\n"+
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5}\n")
	b := New(in)
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\napiVersion: apps/v1\nkind: Deployment\n" +
		"metadata: {name: web}\nspec: {replicas: 2}\n"
	for _, c := range []struct {
		name  string
		texts map[string][]byte
		want  string
	}{
		{"as it stands", nil, "/Service/web <nil> base/web.yaml:2\n/Deployment/web 5 base/web.yaml:6\n"},
		{"another patch", map[string][]byte{
			"top/p.yaml": []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 7}\n"),
		},
			"/Service/web <nil> base/web.yaml:2\n/Deployment/web 7 base/web.yaml:6\n"},
		{"more objects", map[string][]byte{"base/web.yaml": []byte(service + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: new}\n")},
			"/Service/web <nil> base/web.yaml:2\n/Deployment/web 5 base/web.yaml:6\n/Secret/new <nil> top/kustomization.yaml:0\n"},
		{"a text of no file", map[string][]byte{"gone.yaml": []byte("a: b")}, "/Service/web <nil> base/web.yaml:2\n" +
			"/Deployment/web 5 base/web.yaml:6\n"},
		{"YAML that is none", map[string][]byte{"base/web.yaml": []byte("a: ]\n")}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			made := b.With(t.Context(), "top", c.texts)
			if got := said(made); got != c.want && (c.want != "" || len(made.Documents) > 0) {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// What a unit owns are the files that were read for it, and those of what it
// includes, however it could be built.
func TestFilesOfAUnit(t *testing.T) {
	for name, c := range map[string]struct{ top, files string }{
		"built": {"resources: [../base]\npatches: [{path: p.yaml}]\n",
			"base/kustomization.yaml base/web.yaml top/kustomization.yaml top/p.yaml"},
		"without what is missing": {"resources: [../base, gone.yaml]\npatches: [{path: p.yaml}, {patch: '{apiVersion: v1, kind: A, " +
			"metadata: {name: a}}'}]\n", "base/kustomization.yaml base/web.yaml top/kustomization.yaml top/p.yaml"},
		"as it is": {"resources: [../base, p.yaml, p.yaml, ../base]\nresource: []\n",
			"base/kustomization.yaml base/web.yaml top/kustomization.yaml top/p.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			in := tree(t, web+"-- top/p.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n-- top/kustomization.yaml --\n"+c.top)
			made := New(in).Build(t.Context(), "top")
			got := slices.Sorted(slices.Values(made.Files))
			if s := strings.Join(got, " "); s != c.files {
				t.Errorf("read %s, want %s", s, c.files)
			}
		})
	}
}

// A file that kustomize refuses is read as it is, once, and so is what others
// that it includes have; its faults are told once.
func TestRaw(t *testing.T) {
	in := tree(t, web+`
-- top/kustomization.yaml --
resource: [x]
resources: [../base, a.yaml, a.yaml, ../base, gone.yaml, broken, sub, .]
-- top/a.yaml --
kind: A
-- top/broken/kustomization.yaml --
resources: [
-- top/sub/kustomization.yaml --
resources: [gone.yaml]
`)
	made := New(in).Build(t.Context(), "top")
	var got []string
	for _, d := range made.Documents {
		if !d.Whole || d.Line != 1 {
			t.Errorf("%s: whole %t, line %d", d.File, d.Whole, d.Line)
		}
		got = append(got, d.File+" "+strings.SplitN(string(d.Bytes), "\n", 2)[0])
	}
	if want := []string{"top/a.yaml kind: A", "base/web.yaml # of the shop"}; !slices.Equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
	for _, file := range []string{"top/kustomization.yaml:2", "top/sub/kustomization.yaml:1"} { // which kustomize does not come to
		if n := strings.Count(said(made), file+": asks for gone.yaml"); n != 1 {
			t.Errorf("%s: said %d times that a file is missing:\n%s", file, n, said(made))
		}
	}
	if got := said(made); strings.Count(got, "! top/kustomization.yaml: kustomize does not build this: ") != 1 ||
		!strings.Contains(got, "; its resources are read as they are\n") {
		t.Errorf("no fault of its own:\n%s", got)
	}
}

// What could not be applied for another reason than a missing part is told, and
// the rest is built.
func TestLeftOut(t *testing.T) {
	in := tree(t, web+"-- top/kustomization.yaml --\nresources: [../base]\n"+
		"patches: [{patch: '{apiVersion: v1, kind: A, metadata: {name: a}}'}]\nreplicas: [{name: web, count: 5}]\n")
	got := said(New(in).Build(t.Context(), "top"))
	before, fault, _ := strings.Cut(got, "! ")
	if before != "/Service/web <nil> base/web.yaml:2\n/Deployment/web 5 base/web.yaml:6\n" ||
		!strings.Contains(fault, "what could not be applied is left out") || strings.Contains(fault, "! ") {
		t.Errorf("got:\n%s", got)
	}
}

// A file that kustomize cannot read is told, and nothing else of what it takes
// along.
func TestUnreadableFile(t *testing.T) {
	in := tree(t, web+"-- top/kustomization.yaml --\nresources: [../base, bad.yaml]\n-- top/bad.yaml --\na: ]\n")
	const want = "/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\n! top/kustomization.yaml:1: includes bad.yaml, " +
		"which kustomize cannot read: yaml: did not find expected node content\n"
	if got := said(New(in).Build(t.Context(), "top")); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// A build that is given up makes nothing, and says so.
func TestBuildOfWhatWasEnded(t *testing.T) {
	in := tree(t, web)
	made := New(in).With(ended(t), "base", map[string][]byte{})
	if len(made.Documents) > 0 {
		t.Errorf("made %s", said(made))
	}
}

// What is found can be built, built with other texts, and read.
func TestFound(t *testing.T) {
	in := tree(t, web+"-- top/kustomization.yaml --\nresources: [../base]\n")
	units, _ := New(in).Units(t.Context())
	if len(units) != 1 {
		t.Fatalf("%d units", len(units))
	}
	u := units[0]
	if u.Kind != unit.Kustomization || u.Path != "top" || u.Name != "top" {
		t.Errorf("%+v", u.Unit)
	}
	if got := said(u.Build(t.Context())); got != "/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\n" {
		t.Error(got)
	}
	if got := said(u.With(t.Context(),
		map[string][]byte{
			"base/web.yaml": []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"),
		})); got != "/Service/web <nil> base/web.yaml:2\n" {
		t.Error(got)
	}
	if b, err := u.Read("base/web.yaml"); err != nil || !strings.HasPrefix(string(b), "# of the shop") {
		t.Errorf("%s, %v", b, err)
	}
}

// Paths are named as the user named the root, wherever that is.
func TestNamedAsTheUserDid(t *testing.T) {
	tree(t, web)
	dir := t.TempDir()
	for _, root := range []string{".", "./base/.."} {
		in, err := unit.NewTree(root, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := said(New(in).Build(t.Context(), "base")); !strings.Contains(got, " base/web.yaml:2") {
			t.Errorf("%s: %s", root, got)
		}
	}
	// Of an input that is gone nothing is known, and paths are what they are.
	in, err := unit.NewTree(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := New(in)
	b.root = ""
	if got := b.named("/a/b"); got != "/a/b" {
		t.Errorf("named %s", got)
	}
}

// What makes kustomize itself break off is a fault, and not the end of the program.
func TestFaultsOfKustomizeItself(t *testing.T) {
	in := tree(t, "-- top/kustomization.yaml --\nresources: []\n")
	made, err := New(in).krusty(t.Context(), "top", nil) // a file system that is none
	if made != nil || err == nil || !strings.Contains(err.Error(), "kustomize ended in a fault of its own") {
		t.Errorf("%v, %v", made, err)
	}
}
