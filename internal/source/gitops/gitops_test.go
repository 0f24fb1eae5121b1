package gitops

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

var update = flag.Bool("update", false, "write what is built into the archives")

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // Helm's warnings
	os.Exit(m.Run())
}

// found are the charts of an input, and the directories with a kustomization.
func found(t testing.TB, in *unit.Tree, builder *kustomize.Builder) (all []unit.Found, listed []string) {
	all = helm.Units(helm.Given{})(t.Context(), in)
	kustomizations, listed := builder.Units(t.Context())
	return append(all, kustomizations...), listed
}

// shown are units with what they hold.
func shown(t testing.TB, dir string, all []unit.Found) string {
	var b strings.Builder
	for _, u := range all {
		built := u.Build(t.Context())
		fmt.Fprintf(&b, "%s (%s)\n", u.Name, u.Kind)
		if u.Unneeded != "" {
			fmt.Fprintf(&b, "  %s\n", u.Unneeded)
		}
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
		for _, f := range built.Files { // they are counted
			if _, err := os.Stat(f); err != nil {
				t.Errorf("%s is built from a file that is not there: %v", u.Name, err)
			}
		}
		for _, m := range built.Missing {
			fmt.Fprintf(&b, "  missing %s\n    %s\n", m, m.Hint)
		}
		for _, r := range built.Refused {
			fmt.Fprintf(&b, "  refused %s\n    %s\n", r.Fault, r.Hint)
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
			dir := t.TempDir()
			unittest.Unpack(t, dir, a)
			in := unittest.Tree(t, dir)
			builder := kustomize.New(in)
			all, listed := found(t, in, builder)
			made := Units(t.Context(), in, all, listed, builder)
			got := shown(t, dir, made.Units)
			var whole []string
			for o, all := range made.Read {
				if all {
					whole = append(whole, fmt.Sprintf("all of %s %s:%d\n", o.Kind, in.Name(o.File), o.Line))
				}
			}
			slices.Sort(whole)
			got += strings.Join(whole, "")
			for _, f := range made.Files {
				got += "applied as it is " + in.Name(f) + "\n"
			}
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
