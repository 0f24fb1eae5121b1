package source

import (
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A folder that is called legacy is used where a pipeline has it; one that a pipeline leaves out,
// or a word of another meaning, changes nothing.
func TestFoldersThatAreUsed(t *testing.T) {
	const at = ".github/workflows/merge.yml"
	for name, x := range map[string]struct {
		pipeline, text, folder string
		want                   purpose.Purpose
	}{
		"in a matrix":       {at, "matrix:\n  component: [backend, legacy, database]\n", "legacy", purpose.Deployed},
		"by its path":       {at, "- run: kubectl apply -f legacy/deploy.yaml\n", "legacy", purpose.Deployed},
		"a path of several": {".gitlab-ci.yml", "script:\n- oc apply -f ./apps/legacy\n", "apps/legacy", purpose.Deployed},
		"an archive":        {"Jenkinsfile", "sh 'helm upgrade x archive/web'\n", "archive", purpose.Deployed},
		"of a comment":      {at, "# kubectl apply -f legacy/deploy.yaml\n", "legacy", purpose.Retired},
		"ignored": {at,
			"on:\n  push:\n    paths-ignore:\n    - 'legacy/**'\n    - docs/\n    branches: [main]\n", "legacy", purpose.Retired},
		"excluded":            {at, "- run: lint --exclude legacy/ .\n", "legacy", purpose.Retired},
		"a word":              {at, "- run: npm ci --legacy-peer-deps\n- name: legacy\n", "legacy", purpose.Retired},
		"a list of words":     {at, "mode: [legacy, modern]\n", "legacy", purpose.Retired},
		"of another folder":   {at, "- run: kubectl apply -f apps/legacy/a.yaml\n", "legacy", purpose.Retired},
		"no pipeline":         {"notes.md", "kubectl apply -f legacy/deploy.yaml\n", "legacy", purpose.Retired},
		"none of these words": {at, "component: [backend, examples]\n", "examples", purpose.Samples},
	} {
		dir := t.TempDir()
		unittest.Write(t, filepath.Join(dir, x.pipeline), x.text)
		unittest.Write(t, filepath.Join(dir, "backend/a.yaml"), "")
		unittest.Write(t, filepath.Join(dir, x.folder, "deploy.yaml"), "")
		in := unittest.Tree(t, dir)
		d := &door{}
		d.folders.Add(filepath.ToSlash(dir), in.Files)
		d.retired(in)
		if of, _ := d.folders.Of(filepath.ToSlash(filepath.Join(dir, x.folder, "deploy.yaml"))); of != x.want {
			t.Errorf("%s: %q, want %q", name, of, x.want)
		}
	}
}
