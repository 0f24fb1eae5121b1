package kustomize

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// What kustomize would fetch or clone is told from paths of the file system.
func TestRemote(t *testing.T) {
	for path, want := range map[string]bool{
		"https://example.com/a.yaml": true, "ssh://git@example.com/o/r": true, "file:///a": true, "base?ref=v1": true, "host/o/r.git//base": true,
		"host/o/r.git": true, "git::https://example.com": true, "gh:o/r": true, "git@example.com:o/r": true, "github.com/o/r": true,
		"github.com:o/r": true, "gitlab.com/o/r": true, "bitbucket.org/o/r": true,
		"base": false, "../base": false, "./github.com/o/r": false, "my-github.com/o": false, "a.git.yaml": false, "r.gitops": false,
		"git": false, "": false,
	} {
		if got := remote(path); got != want {
			t.Errorf("%q is remote: %t", path, got)
		}
	}
}

// A file is a kustomization by its whole name.
func TestIs(t *testing.T) {
	for path, want := range map[string]bool{
		"kustomization.yaml": true, "a/kustomization.yml": true, "a/b/Kustomization": true,
		"kustomization": false, "a/kustomization.json": false, "kustomization.yaml/a.yaml": false, "my-kustomization.yaml": false,
	} {
		if got := Is(path); got != want {
			t.Errorf("%s: %t", path, got)
		}
	}
}

// Other tools have objects in files of this name, and of this kind.
func TestKustomizes(t *testing.T) {
	for text, want := range map[string]struct{ kustomizes, component bool }{
		"resources: [a]\n": {true, false},
		"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n": {true, false},
		"kind: Kustomization\n": {true, false},
		"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n": {true, true},
		"kind: [Component]\n":                                               {true, false}, // no word: kustomize names the fault
		"a: &k Component\nkind: *k\n":                                       {true, true},
		"\ufeffkind: Component\n":                                           {true, true},
		"apiVersion: kustomize.toolkit.fluxcd.io/v1":                        {false, false},
		"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n": {false, false},
		"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Deployment\n":   {false, false},
		"kind: Deployment\n":                                                {false, false},
		"- a\n":                                                             {false, false},
		"# nothing\n":                                                       {false, false},
		"":                                                                  {false, false},
	} {
		in := tree(t, "-- kustomization.yaml --\n"+text)
		k, err := parse(in, "kustomization.yaml")
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if k.kustomizes() != want.kustomizes || k.component() != want.component {
			t.Errorf("%q: kustomizes %t, component %t", text, k.kustomizes(), k.component())
		}
	}
	in := tree(t, "-- broken/kustomization.yaml --\na: ]\n")
	for _, file := range []string{"broken/kustomization.yaml", "gone/kustomization.yaml"} {
		if k, err := parse(in, file); err == nil || k != nil {
			t.Errorf("%s: %v, %v", file, k, err)
		}
	}
}

// A directory with several of the names has the first one that kustomize knows.
func TestFileIn(t *testing.T) {
	in := tree(t, "-- both/kustomization.yml --\n-- both/Kustomization --\n-- all/kustomization.yaml --\n-- all/kustomization.yml --\n"+
		"-- none/a.yaml --\n-- dir/kustomization.yaml/a.yaml --\n")
	for dir, want := range map[string]string{
		"both": "both/kustomization.yml", "all": "all/kustomization.yaml", "none": "", "gone": "", "dir": "",
	} {
		if got := fileIn(in, dir); got != want {
			t.Errorf("%s: %s", dir, got)
		}
	}
}

// Files that a kustomization names, by whatever key, are not read as objects of
// their own; what is text, an address or not a word names none.
func TestNamed(t *testing.T) {
	in := tree(t, `
-- top/kustomization.yaml --
resources: [r.yaml, '', 'https://example.com/r.yaml', {a: b}]
bases: [base]
crds: [crd.yaml]
configurations: [conf.yaml]
generators: [gen.yaml, "kind: inline\nmetadata: {}"]
transformers: [trans.yaml, '{kind: inline}']
validators: [val.yaml, '[inline]']
patches: [old.yaml, {path: patch.yaml}, {patch: 'a: b'}]
patchesStrategicMerge: [merge.yaml]
patchesJson6902: [{path: ops.yaml, target: {kind: x}}]
replacements: [{path: rep.yaml}, {source: {kind: x}}]
configMapGenerator: [{name: c, files: [file.txt, key=keyed.txt], envs: [envs.env]}]
secretGenerator: [{name: s, env: one.env}, none]
images: [{name: image.yaml}]
`)
	k, err := parse(in, "top/kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got := k.named()
	for i, file := range got {
		got[i] = strings.TrimPrefix(filepath.ToSlash(file), "top/")
	}
	slices.Sort(got)
	want := strings.Fields("base conf.yaml crd.yaml envs.env file.txt gen.yaml keyed.txt kustomization.yaml merge.yaml old.yaml one.env " +
		"ops.yaml patch.yaml r.yaml rep.yaml trans.yaml val.yaml")
	if !slices.Equal(got, want) {
		t.Errorf("named %q\nwant  %q", got, want)
	}
}

// Directories that a kustomization includes are known by where they lead.
func TestIncludedDirs(t *testing.T) {
	in := tree(t, `
-- top/kustomization.yaml --
resources: [../one, '', a.yaml, ../gone, ../one/., 'github.com/o']
bases: [../two]
components: [three]
crds: [../four]
-- top/a.yaml --
-- top/three/x --
-- top/github.com/o/x --
-- one/x --
-- two/x --
-- four/x --
`)
	k, err := parse(in, "top/kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, dir := range k.includedDirs(in) {
		got = append(got, filepath.Base(dir))
	}
	if want := []string{"one", "two", "three"}; !slices.Equal(got, want) {
		t.Errorf("included %q, want %q", got, want)
	}
}

// Kustomizations in the middle of a search that is given up are no units.
func TestUnitsOfWhatWasEnded(t *testing.T) {
	in := tree(t, web)
	units, named := New(in).Units(ended(t))
	if len(units)+len(named) > 0 {
		t.Errorf("%d units, named %q", len(units), named)
	}
}

// What stands in flow style, in block style, or behind an anchor is the same
// value; what is no mapping has none.
func TestMember(t *testing.T) {
	for text, want := range map[string]string{
		"{a: x, b: y}":         "y",
		"a: x\nb: y\n":         "y",
		"a: &v y\nb: *v\n":     "y",
		"b: y\na: x\n":         "y",
		"a: b\n":               "",
		"- b\n- y\n":           "",
		"a: {b: z}\n":          "",
		"b: {a: z}\nbb: zz\n":  "(!!map)",
		"{x: b, b: first}":     "first",
		"a: b\nc: d\nb: third": "third",
	} {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		got := ""
		if n := member(doc.Content[0], "b"); n != nil {
			if got = n.Value; n.Kind != yaml.ScalarNode {
				got = "(" + n.Tag + ")"
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
