package source

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A folder with an index of charts is a Helm repository, with all folders in it, and so
// is one that holds a chart in several versions.
func TestHelmRepositories(t *testing.T) {
	for name, x := range map[string]struct {
		files     map[string]string
		chart     string
		published bool
	}{
		"an index":             {map[string]string{"index.yaml": "apiVersion: v1\nentries:\n  a: []\n", "a-1.0.0.tgz": ""}, "a-1.0.0.tgz", true},
		"an index above":       {map[string]string{"index.yaml": "apiVersion: v1\nentries: {}\n", "x/a-1.0.0.tgz": ""}, "x/a-1.0.0.tgz", true},
		"an index of another":  {map[string]string{"y/index.yaml": "entries: {}\n", "a-1.0.0.tgz": ""}, "a-1.0.0.tgz", false},
		"an index of no chart": {map[string]string{"index.yaml": "title: docs\n", "a-1.0.0.tgz": ""}, "a-1.0.0.tgz", false},
		"several versions":     {map[string]string{"a-1.0.0.tgz": "", "a-1.0.1-rc.2.tgz": ""}, "a-1.0.0.tgz", true},
		"several charts":       {map[string]string{"a-1.0.0.tgz": "", "b-1.0.1.tgz": ""}, "a-1.0.0.tgz", false},
		"in several folders":   {map[string]string{"x/a-1.0.0.tgz": "", "y/a-1.0.1.tgz": ""}, "x/a-1.0.0.tgz", false},
	} {
		dir := t.TempDir()
		var files []string
		for file, text := range x.files {
			file = filepath.Join(dir, file)
			unittest.Write(t, file, text)
			files = append(files, file)
		}
		d := &door{}
		d.findRepositories(files)
		if got := d.published(filepath.Join(dir, x.chart)); got != x.published {
			t.Errorf("%s: published: %v", name, got)
		}
	}
}

// A package that a Helm repository has published is nobody's to change, unlike one that
// somebody keeps for themselves.
func TestPublishedIsUnneeded(t *testing.T) {
	dir := t.TempDir()
	chart := filepath.Join(dir, "a-1.0.0.tgz")
	for _, published := range []bool{false, true} {
		if published {
			unittest.Write(t, filepath.Join(dir, "index.yaml"), "entries: {}\n")
		}
		d := &door{ctx: t.Context()}
		d.plain = d.reading(unit.Unit{Kind: unit.Files})
		d.findRepositories([]string{filepath.Join(dir, "index.yaml"), chart})
		got := d.unneeded(d.reading(unit.Unit{Kind: unit.Chart, Path: chart}))
		if is := strings.HasPrefix(got, "is a package that a Helm repository has published"); is != published || !published && got != "" {
			t.Errorf("published %v: %q", published, got)
		}
	}
}
