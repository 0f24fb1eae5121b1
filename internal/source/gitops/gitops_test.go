package gitops

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/unit"
)

var update = flag.Bool("update", false, "write what is built into the archives")

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // Helm's warnings
	os.Exit(m.Run())
}

func unpacked(t testing.TB, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		p := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func tree(t testing.TB, dir string) *unit.Tree {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(p, "/.git/") {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in, err := unit.NewTree(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// kustomize builds a directory with the library alone.
func kustomize(_ context.Context, in *unit.Tree, dir string) unit.Built {
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return unit.Built{Missing: []origin.Fault{{File: dir, Reason: err.Error()}}}
	}
	var b unit.Built
	for _, f := range in.Files {
		if strings.HasPrefix(f, dir+string(filepath.Separator)) {
			b.Files = append(b.Files, f)
		}
	}
	for _, r := range made.Resources() {
		b.Documents = append(b.Documents, unit.Document{Bytes: []byte(r.MustYaml()), File: filepath.Join(dir, "built"), Line: 1})
	}
	return b
}

// found are the charts of an input, and the directories with a kustomization.
func found(t testing.TB, in *unit.Tree) []unit.Found {
	all := helm.Units(helm.Given{})(t.Context(), in)
	for _, f := range in.Files {
		if dir := filepath.Dir(f); filepath.Base(f) == "kustomization.yaml" {
			all = append(all, unit.Found{
				Unit:  unit.Unit{Name: in.Name(dir), Kind: unit.Kustomization, Path: dir},
				Build: func(ctx context.Context) unit.Built { return kustomize(ctx, in, dir) },
			})
		}
	}
	return all
}

// shown are units with what they hold.
func shown(t testing.TB, dir string, all []unit.Found) string {
	var b strings.Builder
	for _, u := range all {
		built := u.Build(t.Context())
		fmt.Fprintf(&b, "%s (%s)\n", u.Name, u.Kind)
		for _, d := range built.Documents {
			var o struct {
				Kind     string `json:"kind"`
				Metadata struct {
					Name      string `json:"name"`
					Namespace string `json:"namespace"`
				} `json:"metadata"`
				Spec struct {
					Replicas any `json:"replicas"`
				} `json:"spec"`
			}
			if err := yaml.Unmarshal(d.Bytes, &o); err != nil {
				o.Kind = err.Error()
			}
			fmt.Fprintf(&b, "  %s:%d %s %s/%s", d.File, d.Line, o.Kind, o.Metadata.Namespace, o.Metadata.Name)
			if o.Spec.Replicas != nil {
				fmt.Fprintf(&b, " %v", o.Spec.Replicas)
			}
			b.WriteByte('\n')
		}
		for _, m := range built.Missing {
			fmt.Fprintf(&b, "  missing %s\n    %s\n", m, m.Hint)
		}
	}
	return strings.ReplaceAll(b.String(), dir+string(filepath.Separator), "")
}

// Each archive in testdata is a repository; its file "want" says which units it
// has, and what they hold.
func TestUnits(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := unpacked(t, a)
			in := tree(t, dir)
			got := shown(t, dir, Units(t.Context(), in, found(t, in), kustomize))
			for i, f := range a.Files {
				if f.Name != "want" {
					continue
				}
				if *update {
					a.Files[i].Data = []byte(got)
					if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if got != string(f.Data) {
					t.Errorf("got:\n%swant:\n%s", got, f.Data)
				}
			}
		})
	}
}
