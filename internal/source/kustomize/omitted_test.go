package kustomize

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A kustomization that another one leaves out, which lists others beside it, is applied by
// nothing, unless something names it.
func TestOmitted(t *testing.T) {
	const (
		others = "-- apps/a/kustomization.yaml --\nresources: [a.yaml]\n-- apps/b/kustomization.yaml --\nresources: [b.yaml]\n"
		db     = others + "-- apps/db/kustomization.yaml --\nresources: [db.yaml]\n"
		unsaid = "is not listed by apps/kustomization.yaml, which lists 2 folders beside it: nothing else that was read applies it"
	)
	in := func(parent string) string { return "-- apps/kustomization.yaml --\n" + parent }
	for name, x := range map[string]struct{ files, want string }{
		"not listed":    {in("resources: [a, ./b/, ns.yaml]\n") + db, unsaid},
		"commented out": {in("resources:\n- a\n- b\n# - ./db/ # later\n") + db, "is commented out in apps/kustomization.yaml"},
		"listed from above": {"-- kustomization.yaml --\nresources: [apps/a, apps/b]\n" + db,
			"is not listed by kustomization.yaml, which lists 2"},
		"a comment on another":    {in("resources:\n- a\n- b\n# - db2\n") + db, unsaid},
		"listed":                  {in("resources: [a, b, db]\n") + db, ""},
		"a file of it listed":     {in("resources: [a, b, db/db.yaml]\n") + db, ""},
		"one beside it":           {in("resources: [a]\n") + db, ""},
		"files beside it":         {in("resources: [a.yaml, b.yaml]\n") + db, ""},
		"folders elsewhere":       {in("resources: [../x/a, ../x/b]\n") + db, ""},
		"no kustomization beside": {in("resources: [x, y]\n") + db, ""},
		"included elsewhere":      {in("resources: [a, b]\n") + db + "-- prod/kustomization.yaml --\nresources: [../apps/db]\n", ""},
		"built by a page":         {in("resources: [a, b]\n") + db + "-- README.md --\nkubectl apply -k apps/db\n", ""},
		"built by a script": {in("resources: [a, b]\n") + db +
			"-- up.sh --\nkustomize build --enable-helm apps/db/ | kubectl apply -f -\n", ""},
		"another that is built": {in("resources: [a, b]\n") + db + "-- README.md --\nkubectl apply -k apps/a\n", unsaid},
		"another kind":          {in("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nresources: [a, b]\n") + db, ""},
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(x.files)))
		units, _ := New(unittest.Tree(t, dir)).Units(t.Context())
		found, got := false, ""
		for _, u := range units {
			if u.Kind == unit.Kustomization && u.Name == "apps/db" {
				found, got = true, u.Unneeded
			}
		}
		listed := name == "listed" || name == "included elsewhere"
		if listed == found || !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
			t.Errorf("%s: %t %q, want %q", name, found, got, x.want)
		}
	}
}
