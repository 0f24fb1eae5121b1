package source

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What a README or a chart says of its folder is known of the files below it, and of those that
// are built from it.
func TestReadmesAreRead(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"mimic/README.md": "# Mimic\n\nThis is a non-production imitation.\n",
		"mimic/apps/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"apps/README.md":       "# Apps\n\nThis is what runs in production.\n",
		"apps/not-a-readme.md": "This is not for production.\n",
		"apps/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: api}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"apps/README.old/leave.yaml": "a: b\n",
		"given/Chart.yaml":           "apiVersion: v2\nname: given\nversion: 1.0.0\n",
		"given/README.md":            "# Given\n\n## Web\n\nThis chart is deprecated.\n",
		"given/templates/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"README.md":      "# All\n\n## Worker\n\nThis chart is deprecated.\n",
		"idp/Chart.yaml": "apiVersion: v2\nname: idp\nversion: 1.0.0\ndescription: An example idp of the shop\n",
		"idp/templates/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
		"real/Chart.yaml": "apiVersion: v2\nname: real\nversion: 1.0.0\ndescription: The identity provider\n",
		"real/templates/web.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: idp}, spec: {selector: {matchLabels: {a: w}}, " +
			"template: {metadata: {labels: {a: w}}}}}",
	} {
		unittest.Write(t, filepath.Join(dir, file), text)
	}
	whole, err := Read(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range whole.Units {
		for i := range u.Estate.Kubernetes.Workloads {
			w := &u.Estate.Kubernetes.Workloads[i]
			if _, said := u.Estate.Folders.Disclaimer(filepath.ToSlash(w.Position.File)); (said != "") != (w.Name == "web") {
				t.Errorf("%s is said to be %q", w.Name, said)
			}
		}
	}
}

// What a README has deployed by a workflow that is not there any more is deployed no more; a workflow
// that tests, one that is there, and a repository without any tell nothing.
func TestFoldersWithoutTheirPipeline(t *testing.T) {
	const gone = "Deployed by [this workflow](../../.github/workflows/deploy-shop.yml) on each push.\n"
	for name, x := range map[string]struct {
		readme, at, other string
		want              purpose.Purpose
	}{
		"gone":                    {gone, "stacks/shop", "test.yml", purpose.Retired},
		"gone, by its name":       {"See [this](../../.github/workflows/terraform-apply.yaml).\n", "stacks/shop", "test.yml", purpose.Retired},
		"applies, and gone":       {"It [applies](../../.github/workflows/shop.yml) the stack.\n", "stacks/shop", "test.yml", purpose.Retired},
		"there":                   {gone, "stacks/shop", "deploy-shop.yml", purpose.Deployed},
		"one of two is there":     {gone + strings.Replace(gone, "-shop", "-all", 1), "stacks/shop", "deploy-all.yml", purpose.Deployed},
		"a test":                  {"[CI](../../.github/workflows/ci.yml)\n", "stacks/shop", "test.yml", purpose.Deployed},
		"no link":                 {"Deployed by .github/workflows/deploy-shop.yml.\n", "stacks/shop", "test.yml", purpose.Deployed},
		"of the whole repository": {strings.ReplaceAll(gone, "../", "./"), ".", "test.yml", purpose.Deployed},
		"no workflows at all":     {gone, "stacks/shop", "", purpose.Deployed},
	} {
		dir := t.TempDir()
		unittest.Write(t, filepath.Join(dir, x.at, "README.md"), x.readme)
		unittest.Write(t, filepath.Join(dir, "stacks/shop/main.tf"), "")
		if x.other != "" {
			unittest.Write(t, filepath.Join(dir, ".github/workflows", x.other), "on: push\n")
		}
		in := unittest.Tree(t, dir)
		d := &door{}
		d.folders.Add(filepath.ToSlash(dir), in.Files)
		d.withoutPipeline(in)
		if of, _ := d.folders.OfDir(filepath.ToSlash(filepath.Join(dir, "stacks/shop"))); of != x.want {
			t.Errorf("%s: %q, want %q", name, of, x.want)
		}
	}
}
