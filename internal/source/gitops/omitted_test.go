package gitops

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What another kustomization leaves out, which lists others beside it, is applied by
// nothing, but where an object may apply it or a file names it.
func TestOmittedKustomizations(t *testing.T) {
	apps := "-- apps/kustomization.yaml --\nresources: [a, b]\n"
	for _, name := range []string{"a", "b", "db-eu"} {
		apps += "-- apps/" + name + "/kustomization.yaml --\nresources: [" + name + ".yaml]\n-- apps/" + name + "/" + name + ".yaml --\n" +
			"{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}\n"
	}
	flux := func(path string) string {
		return "-- flux/x.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n" +
			"metadata: {name: x, namespace: flux-system}\nspec: {path: " + path + ", interval: 5m}\n"
	}
	for why, x := range map[string]struct {
		more string
		idle bool
	}{
		"nothing names it":        {"", true},
		"a page names it":         {"-- README.md --\nsee apps/db-eu\n", true},
		"a kustomization does":    {"-- kustomization.yaml --\n# - apps/db-eu\nresources: [apps]\n", true},
		"another is applied":      {flux("./apps/a"), true},
		"a file names it":         {"-- deploy.toml --\nsteps: apps/db-eu\n", false},
		"a file of its own does":  {"-- apps/db-eu/deploy.toml --\nsteps: apps/db-eu\n", true},
		"a script copies it":      {"-- up.sh --\ncp -r \"$ROOT/apps/db-eu\" backup\necho apps/db-eu\n# apply apps/db-eu\n", true},
		"a script names a file":   {"-- up.sh --\nsed -i s/a/b/ apps/db-eu/db-eu.yaml\n", true},
		"a script builds it":      {"-- up.sh --\nfor d in apps/a apps/db-eu/; do build $d; done\n", false},
		"Flux applies it":         {flux("./apps/db-eu"), false},
		"Flux may apply it":       {flux(`"./apps/db-${region}"`), false},
		"Flux may apply anything": {flux(`"${path}"`), false},
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(apps+x.more)))
		in := unittest.Tree(t, dir)
		builder := kustomize.New(in)
		all, listed := found(t, in, builder)
		idle := slices.ContainsFunc(Units(t.Context(), in, all, listed, builder).Units, func(u unit.Found) bool {
			return u.Path == dir+"/apps/db-eu" && strings.Contains(u.Unneeded, "is not listed by apps/kustomization.yaml")
		})
		if idle != x.idle {
			t.Errorf("%s: %t", why, idle)
		}
	}
}
