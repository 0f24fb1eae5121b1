package remedy

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// A number that Flux puts in is set where it is put in, and no edit of the file is shown.
func TestNumberThatFluxPutsIn(t *testing.T) {
	const before = "apiVersion: v1\nkind: Other\nspec: {replicas: 2}\n---\n"
	object := func(line string) string { return "kind: Dragonfly\nmetadata: {name: web}\nspec:\n" + line + "\n" }
	for why, x := range map[string]struct{ kind, line, after, want string }{
		"a default":           {"flux", "  replicas: ${WEB_REPLICAS:=1}", "", "set WEB_REPLICAS in spec.postBuild"},
		"no default":          {"flux", "  replicas: ${WEB}", "", "there stands ${WEB}; set WEB"},
		"another form":        {"flux", `  instances: "${PODS:-1}" # of it`, "", "there stands ${PODS:-1}; set PODS"},
		"a number":            {"flux", "  replicas: 1", "", ""},
		"of another field":    {"flux", "  image: ${IMAGE:=web}", "", ""},
		"of the next object":  {"flux", "  replicas: 1", "---\nspec:\n  replicas: ${API:=1}\n", ""},
		"what kustomize does": {"kustomization", "  replicas: ${WEB:=1}", "", ""},
	} {
		x0 := &Fitter{lines: map[string][]string{"a.yaml": strings.Split(before+object(x.line)+x.after, "\n")}}
		at := origin.Position{File: "a.yaml", Line: 5}
		f := &finding.Finding{Obligation: "single-replica", Position: at, Fix: &finding.Fix{Summary: "set spec.replicas: 2",
			Changes: []finding.Change{{Action: finding.Create}, {Position: &at}}}}
		fix := x0.substituted(&estate.Unit{Kind: x.kind}, f)
		if said := fix.Summary != f.Fix.Summary; said != (x.want != "") || !strings.Contains(fix.Summary, x.want) ||
			(len(fix.Changes) == 1) != said || said && (fix.At == nil || fix.At.Line != 8) {
			t.Errorf("%s: %+v", why, fix)
		}
	}
}
