package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Patterns pick units as path.Match has it, and a star at the end also past a
// slash.
func TestFits(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a*", "a/b/c", true}, {"*", "a/b", true}, {"a/*", "a/b/c", true}, {"a/*", "a", false},
		{"a/*/c", "a/b/c", true},
		{"a/*/c", "a/b/d/c", false}, {"*/b*", "a/bc", true}, {"*/b*", "a/b/c", false}, {"a?c", "abc", true}, {"[ab]", "a", true},
		{"[ab]", "c", false},
		{"a[", "a[", true}, {"a[", "ab", false}, {"[", "a", false}, {"", "", true}, {"", "a", false},
	} {
		if got := fits(c.pattern, c.name); got != c.want {
			t.Errorf("%s fits %s: %t", c.pattern, c.name, got)
		}
	}
}

// Folders part where their paths do.
func TestParting(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"a/b", "a/c", "a/b a/c"}, {"a/b/x", "a/c/y/z", "a/b a/c"}, {"a", "a/b", "a/b"}, {"a/b", "a", "a/b"}, {"a", "b", "a b"}, {"a", "a", ""},
		{"a/b/c", "a/b/d", "a/b/c a/b/d"},
	} {
		if got := strings.Join(parting(c.a, c.b), " "); got != c.want {
			t.Errorf("%s and %s: %s, want %s", c.a, c.b, got, c.want)
		}
	}
	for _, c := range []struct{ folders, file, want string }{
		{"a a/b", "a/b/c.yaml", "a/b"}, {"a/b a", "a/b/c.yaml", "a/b"}, {"a a/b", "a/c.yaml", "a"}, {"a", "ab/c.yaml", ""},
		{"a/c.yaml a", "a/c.yaml", "a/c.yaml"},
		{"a a/c.yaml", "a/c.yaml", "a/c.yaml"}, {"", "a", ""},
	} {
		if got := deepest(strings.Fields(c.folders), c.file); got != c.want {
			t.Errorf("%s in %s: %s, want %s", c.file, c.folders, got, c.want)
		}
	}
}

// Files that state an object in the same folder are alternatives where they
// differ in it, or each comes with something of its own; a bundle of others is
// none, nor a copy.
func TestAlternativeFiles(t *testing.T) {
	state := func(file string, judged any) stated {
		return stated{file, kubernetes.State{Key: "x", Judged: judged}}
	}
	for _, c := range []struct {
		name     string
		all      []stated
		contents map[string]string // the other names in a file
		want     string
	}{
		{"two that differ", []stated{state("d/a", 1), state("d/b", 2)}, nil, "d/a d/b"},
		{"a copy", []stated{state("d/a", 1), state("d/b", 1)}, nil, ""},
		{"a copy with more", []stated{state("d/a", 1), state("d/b", 1)}, map[string]string{"d/b": "y"}, "d/a d/b"},
		{"each with more", []stated{state("d/a", 1), state("d/b", 1)}, map[string]string{"d/a": "y", "d/b": "z"}, "d/a d/b"},
		{"a bundle", []stated{state("d/a", 1), state("d/b", 1)}, map[string]string{"d/b": "y", "d/c": "y"}, ""},
		{"a bundle read first", []stated{state("d/b", 1), state("d/a", 1)}, map[string]string{"d/b": "y", "d/c": "y"}, ""},
		{"in another folder", []stated{state("d/a", 1), state("e/b", 2)}, nil, ""},
		{"in one file", []stated{state("d/a", 1), state("d/a", 2)}, nil, ""},
		{"a patch and a whole", []stated{state("d/a", nil), state("d/b", 1)}, nil, ""},
		{"a whole and a patch", []stated{state("d/a", 1), state("d/b", nil)}, nil, ""},
	} {
		in := contents{}
		for _, s := range c.all {
			in.add(s.file, s.Key, s.Rests())
		}
		for file, name := range c.contents {
			in.add(file, name, true)
		}
		got := in.alternatives(c.all)
		slices.Sort(got)
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// The owner of a module is who has it at a host where many have theirs, and the
// host where it is one owner's.
func TestOwnerOf(t *testing.T) {
	for module, want := range map[string]string{
		"github.com/a/b": "github.com/a", "github.com/a/b/v2": "github.com/a", "gitlab.com/a/b": "gitlab.com/a", "sigs.k8s.io/b": "sigs.k8s.io",
		"k8s.io/api": "k8s.io", "github.com": "github.com", "example.com/a/b": "example.com", "codeberg.org/x/y": "codeberg.org/x",
		"bitbucket.org/x/y": "bitbucket.org/x",
	} {
		if got := ownerOf(module); got != want {
			t.Errorf("%s: %s, want %s", module, got, want)
		}
	}
}

const chartOfShop = `
-- %[1]s/shop/Chart.yaml --
apiVersion: v2
name: shop
version: 1.0.0
-- %[1]s/shop/templates/a.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Values.name | default "shop" }}}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  selector: {matchLabels: {app: shop}}
  template: {metadata: {labels: {app: shop}}, spec: {containers: [{name: c, image: i}]}}
{{- if .Values.fail }}{{ fail "no" }}{{ end }}
-- %[1]s/shop/values-b.yaml --
name: b
-- %[1]s/shop/values-a.yaml --
name: a
`

// namesOf are those of the units of an input, in their order.
func namesOf(t *testing.T, in Input) string {
	t.Helper()
	whole, err := Read(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, u := range whole.Units {
		names = append(names, u.Name)
	}
	return strings.Join(names, " ")
}

// Units have names of their own: below the path where there are several, and with
// a number where they would be called the same.
func TestNamesOfUnits(t *testing.T) {
	inFolder(t, fmt.Sprintf(chartOfShop, "one")+fmt.Sprintf(chartOfShop, "two")+"-- three/Chart.yaml --\napiVersion: v2\nname: three\n"+
		"version: 1.0.0\n-- three/kustomization.yaml --\nresources: [a.yaml]\n-- three/a.yaml --\napiVersion: v1\nkind: Service\n"+
		"metadata: {name: a}\n")
	for _, c := range []struct {
		paths, units []string
		want         string
	}{
		{[]string{"one"}, nil, "shop shop/values-a.yaml shop/values-b.yaml"},
		{[]string{"one", "two"}, nil,
			"one/shop one/shop/values-a.yaml one/shop/values-b.yaml two/shop two/shop/values-a.yaml two/shop/values-b.yaml"},
		{[]string{"one"}, []string{"shop/*"}, "shop/values-a.yaml shop/values-b.yaml"},
		{[]string{"one", "two"}, []string{"two/shop"}, "two/shop"},
		{[]string{"one", "one"}, nil,
			"one/shop one/shop/values-a.yaml one/shop/values-b.yaml chart:one/shop chart:one/shop/values-a.yaml chart:one/shop/values-b.yaml"},
		{[]string{"one", "one", "one"}, []string{"*/shop", "*/shop#*"}, "one/shop chart:one/shop chart:one/shop#2"},
	} {
		if got := namesOf(t, Input{Paths: c.paths, Units: c.units}); got != c.want {
			t.Errorf("%s %s:\n%s, want\n%s", c.paths, c.units, got, c.want)
		}
	}
}

// A chart can be asked what it makes of other values, and a kustomization what it
// makes of other texts; neither is part of what was read.
func TestAskedAgain(t *testing.T) {
	inFolder(t, fmt.Sprintf(chartOfShop, "in")+"-- in/k/kustomization.yaml --\nresources: [s.yaml]\n-- in/k/s.yaml --\napiVersion: v1\n"+
		"kind: Service\nmetadata: {name: a}\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range whole.Units {
		switch u.Name {
		case "shop":
			if u.Kustomization != nil || u.Chart == nil {
				t.Fatalf("%+v", u)
			}
			e, refused := u.Chart.With(t.Context(), []string{"replicas=3"})
			if refused != nil || len(e.Workloads) != 1 || e.Workloads[0].Replicas != 3 {
				t.Errorf("three replicas: %+v, refused %v", e, refused)
			}
			e, refused = u.Chart.With(t.Context(), []string{"fail=true"})
			if refused == nil || !strings.Contains(refused.Reason, "no") || e == nil || len(e.Workloads) != 1 {
				t.Errorf("refused with what is left: %+v, refused %v", e, refused)
			}
			e, refused = u.Chart.With(t.Context(), []string{"replicas"})
			if e != nil || refused != nil {
				t.Errorf("what is no value: %+v, refused %v", e, refused)
			}
			if w := u.Estate.Kubernetes.Workloads; len(w) != 1 || w[0].Replicas != 1 {
				t.Errorf("what was read has changed: %+v", w)
			}
		case "k":
			k := u.Kustomization
			if u.Chart != nil || k == nil {
				t.Fatalf("%+v", u)
			}
			files := slices.Sorted(slices.Values(k.Files))
			if got := strings.Join(files, " "); got != "in/k/kustomization.yaml in/k/s.yaml" {
				t.Errorf("built from %s", got)
			}
			if e := k.With(t.Context(),
				map[string][]byte{"in/k/s.yaml": []byte("apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {selector: {a: b}}\n")}); e == nil ||
				len(e.Services) != 1 || e.Services[0].Name != "b" {
				t.Errorf("another Service: %+v", e)
			}
			if e := k.With(t.Context(), map[string][]byte{"in/k/s.yaml": []byte("a: ]\n")}); e != nil {
				t.Errorf("YAML that is none: %+v", e)
			}
			if text, err := k.Read("in/k/s.yaml"); err != nil || !strings.Contains(string(text), "name: a") {
				t.Errorf("%s, %v", text, err)
			}
		}
	}
}

// A folder that cannot be listed is told, and the rest is read.
func TestFolderThatCannotBeListed(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root lists every folder")
	}
	inFolder(t, "-- in/a.yaml --\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n-- in/closed/b.yaml --\n")
	if err := os.Chmod("in/closed", 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod("in/closed", 0o755) })
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil || len(whole.Units) != 1 || len(whole.Units[0].Estate.Unreadable) != 1 ||
		whole.Units[0].Estate.Unreadable[0].File != filepath.Join("in", "closed") {
		t.Errorf("%+v, %v", whole, err)
	}
}

// Folders part over an object where two of them state it differently, and not
// where each states the same, or one states it twice.
func TestPartingFolders(t *testing.T) {
	state := func(file string, value any) stated {
		return stated{file, kubernetes.State{Key: "x", Value: value}}
	}
	for _, c := range []struct {
		name string
		all  []stated
		want string
	}{
		{"one", []stated{state("a/x", 1)}, ""},
		{"the same in two", []stated{state("a/x", 1), state("b/x", 1)}, ""},
		{"two that differ", []stated{state("a/x", 1), state("b/x", 2)}, "b a"},
		{"two that differ in one folder", []stated{state("a/x", 1), state("a/y", 2)}, ""},
		{"deeper", []stated{state("a/b/x", 1), state("a/c/x", 2)}, "a/c a/b"},
		{"three, of which one differs", []stated{state("a/x", 1), state("b/x", 1), state("c/x", 2)}, "b a c a c b"},
	} {
		if got := strings.Join(partingFolders(c.all), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What is there to be tried says so, wherever it was found.
func TestTrialsOfAnInput(t *testing.T) {
	inFolder(t, fmt.Sprintf(chartOfShop, "in")+"-- in/shop/values-test.yaml --\nname: test\n-- in/e2e/small/kustomization.yaml --\n"+
		"resources: [../../s]\n-- in/s/kustomization.yaml --\nresources: [s.yaml]\n-- in/s/s.yaml --\napiVersion: v1\nkind: Service\n"+
		"metadata: {name: a}\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range whole.Units {
		if u.Trial {
			got = append(got, u.Name)
		}
	}
	if s := strings.Join(got, " "); s != "e2e/small shop/values-test.yaml" {
		t.Errorf("to be tried: %s", s)
	}
}

// What a build makes and cannot be read is told, of its unit.
func TestFaultsOfWhatIsBuilt(t *testing.T) {
	inFolder(t, "-- in/shop/Chart.yaml --\napiVersion: v2\nname: shop\nversion: 1.0.0\n-- in/shop/templates/a.yaml --\napiVersion: v1\n"+
		"kind: Service\nmetadata: [a]\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil || len(whole.Units) != 1 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if f := whole.Units[0].Estate.Unreadable; len(f) != 1 || f[0].File != "in/shop/templates/a.yaml" || f[0].Unit != "shop" {
		t.Errorf("unreadable: %+v", f)
	}
}

// A file of a directory is none that the user named, though another path is.
func TestNamedFilesAndDirectories(t *testing.T) {
	inFolder(t, "-- a.yaml --\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n-- in/sealed.yaml --\n$ANSIBLE_VAULT;1.1\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"a.yaml", "in"}})
	if err != nil || len(whole.Units) != 1 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if e := whole.Units[0].Estate; len(e.Unreadable) > 0 || e.Kubernetes.Seen.Encrypted != 1 {
		t.Errorf("unreadable %v, %d encrypted", e.Unreadable, e.Kubernetes.Seen.Encrypted)
	}
	if _, aside := asideOf("in", "/elsewhere/vendor"); aside {
		t.Error("a folder that is not below the root is set aside")
	}
}
