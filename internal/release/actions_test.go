package release

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rhysd/actionlint"
)

// The workflows of this repository, and the action that it publishes with all its inputs, are as
// GitHub takes them.
func TestActions(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	uses := "on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@v4\n    - uses: ./\n" +
		"      with: {version: v0.1.0, path: deploy, args: --as eks-auto-mode}\n"
	files := map[string]string{filepath.Join(root, ".github/workflows/uses.yml"): uses}
	listed, err := filepath.Glob(filepath.Join(root, ".github/workflows/*.yml"))
	if err != nil || len(listed) == 0 {
		t.Fatal(listed, err)
	}
	for _, f := range listed {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		files[f] = string(text)
	}
	project, err := actionlint.NewProject(root)
	if err != nil {
		t.Fatal(err)
	}
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		faults, err := linter.Lint(name, []byte(text), project)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults {
			t.Errorf("%s:%d: %s", name, f.Line, f.Message)
		}
	}
	// What it says of an input that there is none of shows that it looks at the action.
	wrong := []byte(uses[:len(uses)-2] + ", pth: x}\n")
	if faults, err := linter.Lint(filepath.Join(root, ".github/workflows/wrong.yml"), wrong, project); err != nil || len(faults) != 1 {
		t.Errorf("an input that there is not: %v, %v", faults, err)
	}
}
