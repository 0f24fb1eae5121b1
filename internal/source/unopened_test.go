package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/unit"
)

// A file that could not be opened may hold anything, and one that could be read and does
// not parse is not such a one.
func TestWhatCouldNotBeOpenedIsUnseen(t *testing.T) {
	var r reading
	r.unit.Kind = unit.Files
	r.faultsOf(document.PathError("d/s", fs.ErrPermission))
	r.fault(manifest.Fault{Error: &document.Error{File: "d/x.yaml", Msg: "is no YAML"}, Any: true})
	if got := r.kubernetes.Hidden; len(got) != 2 || !got[0].Unseen || got[1].Unseen {
		t.Errorf("hidden are %+v", got)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"a.yaml": "kind: Pod\napiVersion: v1\nmetadata: {name: a}\n",
		"b.yaml": "apiVersion: v1\nkind: [\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read, err := Read(t.Context(), Input{Paths: []string{dir, filepath.Join(dir, "a.yaml")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range read.Units {
		for _, h := range u.Kubernetes.Hidden {
			if h.Unseen {
				t.Errorf("%+v was looked at", h)
			}
		}
	}
}
