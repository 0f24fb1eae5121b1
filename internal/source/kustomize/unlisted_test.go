package kustomize

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What stands beside a kustomization, or below one that names files, is left out by it,
// unless a README or a script has it applied by hand.
func TestUnlisted(t *testing.T) {
	for name, x := range map[string]struct{ files, want string }{
		"beside it":                        {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/b.yaml --\n", "app/b.yaml"},
		"in a folder that it picks from":   {"-- kustomization.yaml --\nresources: [up/a.yaml]\n-- up/b.yaml --\n", "up/b.yaml"},
		"in a folder below":                {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/x/y/b.yaml --\n", "app/x/y/b.yaml"},
		"below the one of an input":        {"-- kustomization.yaml --\nresources: [a.yaml]\n-- old/b.yaml --\n", ""},
		"below one that names folders":     {"-- app/kustomization.yaml --\nresources: [x]\n-- app/old/b.yaml --\n", ""},
		"below one that names files above": {"-- app/kustomization.yaml --\nresources: [../a.yaml]\n-- app/old/b.yaml --\n", ""},
		"below an object of Flux": {"-- app/kustomization.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n" +
			"resources: [a.yaml]\n-- app/old/b.yaml --\n", ""},
		"below a closer one": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/x/kustomization.yaml --\nresources: [y]\n" +
			"-- app/x/old/b.yaml --\n", ""},
		"below one that names files of the web": {"-- app/kustomization.yaml --\nresources: [https://example.com/a.yaml]\n" +
			"-- app/old/b.yaml --\n", ""},
		"applied by its README": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/old/b.yaml --\n" +
			"-- app/old/README.md --\n    kubectl apply -n x -f b.yaml\n", ""},
		"applied with its folder": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/old/b.yaml --\n" +
			"-- Makefile --\nup:\n\t@kubectl create --filename=app/old/ \n", ""},
		"applied from the web": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/old/b.yaml --\n" +
			"-- README.md --\n`kubectl apply -f https://example.com/o/r/main/app/old/b.yaml`\n", ""},
		"applied by the documentation": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/b.yaml --\n" +
			"-- docs/deploy/09-ingress.md --\n   kubectl create -f app/b.yaml\n", ""},
		"applied by a workflow": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/b.yaml --\n" +
			"-- .github/workflows/ci.yml --\n      - run: kubectl -n x apply -f ./app/b.yaml\n", ""},
		"applied by a script elsewhere": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/b.yaml --\n" +
			"-- hack/up.sh --\nkubectl apply -f \"${ROOT}/app/b.yaml\"\n", ""},
		"one of its name elsewhere is applied": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/b.yaml --\n" +
			"-- docs/x.md --\nkubectl apply -f b.yaml and kubectl delete -f app/b.yaml\n", "app/b.yaml"},
		"mentioned by the documentation": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/b.yaml --\n" +
			"-- docs/x.md --\nSee [b](../app/b.yaml), and apply it.\n", "app/b.yaml"},
		"another that is applied": {"-- app/kustomization.yaml --\nresources: [a.yaml]\n-- app/old/b.yaml --\n" +
			"-- app/README.md --\nkubectl apply -f c.yaml; kubectl delete -f old/b.yaml\n", "app/old/b.yaml"},
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(x.files)))
		in := unittest.Tree(t, dir)
		files := slices.DeleteFunc(slices.Clone(in.Files), func(f string) bool { return !strings.HasSuffix(f, "b.yaml") })
		others, unlisted := New(in).Unlisted(files)
		var got []string
		for _, all := range unlisted {
			for _, f := range all {
				got = append(got, in.Name(f))
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: %v, want %q", name, got, x.want)
		}
		for _, f := range others {
			if in.Name(f) == x.want || filepath.Base(f) != "b.yaml" {
				t.Errorf("%s: %s is among others", name, f)
			}
		}
	}
}
