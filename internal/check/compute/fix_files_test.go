package compute

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/source"
)

// objectsIn are the objects of a file or a folder; false where one stands twice,
// or has no name, so that pasting is ambiguous.
func objectsIn(t *testing.T, path string) (objects, bool) {
	t.Helper()
	all, plain := objects{}, true
	err := filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".yaml") || filepath.Base(file) == "kustomization.yaml" {
			return err
		}
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		docs := yaml.NewYAMLOrJSONDecoder(f, 4096)
		for {
			var o map[string]any
			if err := docs.Decode(&o); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				plain = false
				return nil
			}
			if o == nil {
				continue
			}
			meta, _ := o["metadata"].(map[string]any)
			kind, _ := o["kind"].(string)
			name, _ := meta["name"].(string)
			namespace, _ := meta["namespace"].(string)
			if namespace == "" && kind != "NodePool" && kind != "Node" && kind != "PriorityClass" {
				namespace = "default"
			}
			ref := kubernetes.Ref{Namespace: namespace, Kind: kind, Name: name}
			if _, twice := all[ref]; twice || name == "" || kind == "List" {
				plain = false
			}
			all[ref] = o
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, plain
}

// Of everything that the examples and the truth table lead to: a fix that is
// pasted mends its finding, and nothing else is broken by it.
func TestFixesOfFilesMend(t *testing.T) {
	c := knowledge(t)
	paths, _ := filepath.Glob("testdata/*/*.yaml")
	pasted := 0
	for _, path := range append(paths, "../../../examples/insurer", "../../../examples/cockroachdb") {
		cluster, plain := objectsIn(t, path)
		if !plain {
			continue
		}
		read := func(o objects) []finding.Finding {
			file := filepath.Join(t.TempDir(), "all.yaml")
			if err := os.WriteFile(file, []byte(o.yaml()), 0o600); err != nil {
				t.Fatal(err)
			}
			e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{file}})
			if err != nil {
				t.Fatal(path, err)
			}
			return ran(t, c, e, locate.Locate(c, e, nil, c.Offering("eks-auto-mode"))).Findings
		}
		findings := read(cluster)
		before, told := broken(findings), broken(withOutcomes(findings))
		for key, f := range before {
			if f.Fix == nil || len(f.Fix.Changes) == 0 {
				continue
			}
			pasted++
			after := broken(read(cluster.apply(t, f.Fix)))
			if still, is := after[key]; is && budgetNamed(still.Message) == budgetNamed(f.Message) {
				t.Errorf("%s: %s of %s is still broken: %s\nfix: %s\n%s", path, key.obligation, key.subject.Name, still.Message, f.Fix.Summary,
					manifests(f.Fix))
			}
			for k, other := range after {
				if _, was := told[k]; !was && !reveals(f.Fix, k.obligation) {
					t.Errorf("%s: the fix of %s on %s breaks %s: %s", path, key.obligation, key.subject.Name, k.obligation, other.Message)
				}
			}
		}
	}
	if pasted < 100 {
		t.Errorf("only %d fixes were pasted", pasted)
	}
}
