package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// A chart that many lack is told once, whichever version each asks for and however much
// it takes; what else could not be read is told by its reason.
func TestMissingChartIsToldOnce(t *testing.T) {
	lacks := func(file, name, what string) origin.Fault {
		return origin.Fault{
			File: file, Reason: "depends on the chart " + name + what + ", which is not here", Hint: "helm dependency build " + file,
			Lacks: origin.Lack{What: origin.LackingChart, Name: name},
		}
	}
	all := []origin.Fault{
		lacks("a", "owner", " 0.2.0 of oci://r"), lacks("b", "owner", " >= 0.0.0 of oci://r"), lacks("c", "other", " 1.0.0 of oci://r"),
		{File: "d", Reason: "is a Go template"},
	}
	all[1].Reason += "; 2 templates cannot be rendered without it"
	got := unreadableList(Screen{Width: 300}, all, mostReasons, "")
	for _, want := range []string{"a and b: depends on the chart owner, which is not here; helm",
		"c: depends on the chart other 1.0.0 of oci://r, which is not here", "d: is a Go template"} {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("not told: %s\n%s", want, got)
		}
	}
	asks := func(file string, what origin.Lacking, name, is, hint string) origin.Fault {
		return origin.Fault{File: file, Reason: "asks for " + name + ", which is " + is, Hint: hint, Lacks: origin.Lack{What: what, Name: name}}
	}
	all = []origin.Fault{
		asks("k", origin.LackingRemote, "github.com/a/b", "remote", "render it"),
		asks("l", origin.LackingRemote, "https://c/d", "remote", "render it"),
		asks("m", origin.LackingPath, "e.yaml", "not there", "make it"),
	}
	parts := unreadableList(Screen{Width: 300}, all, mostReasons, "")
	if !strings.Contains(parts, "k and l: asks for what is remote; render it") ||
		!strings.Contains(parts, "m: asks for e.yaml, which is not there; make it") {
		t.Errorf("parts of kustomizations:\n%s", parts)
	}
	if n := strings.Count(got, "- "); n != 3 {
		t.Errorf("told in %d lines:\n%s", n, got)
	}
}

// What a tool says of many directories for one cause is one reason, whatever they are about.
func TestOneCauseOfManyDirectories(t *testing.T) {
	fault := func(file, reason string) origin.Fault { return origin.Fault{File: file, Reason: reason} }
	const said = `kustomize does not build this: no resource matches strategic merge patch ` +
		`"HelmRelease.v2beta1.helm.toolkit.fluxcd.io/%s.ns": ` +
		`no matches for Id HelmRelease.v2beta1.helm.toolkit.fluxcd.io/%s…; what could not be applied is left out`
	for name, x := range map[string]struct {
		all  []origin.Fault
		want int
	}{
		"one cause": {[]origin.Fault{fault("a", fmt.Sprintf(said, "web", "we")), fault("b", fmt.Sprintf(said, "api", "ap")),
			fault("c", fmt.Sprintf(said, "db", "d"))}, 1},
		"two causes": {[]origin.Fault{fault("a", fmt.Sprintf(said, "web", "we")),
			fault("b", `kustomize does not build this: "x.yaml" is not there`)}, 2},
		"releases of one file": {[]origin.Fault{fault("h:1", "release a takes x from v, where a template decides by what is not here"),
			fault("h:1", "release b is installed or not by what is not here"), fault("h:1", "release c has values by what is not here")}, 1},
		"other reasons": {[]origin.Fault{fault("a", `does not render: "a" is missing`), fault("b", `does not render: "b" is missing`)}, 2},
	} {
		groups := unreadableGroups(x.all)
		if len(groups) != x.want {
			t.Errorf("%s: %d reasons", name, len(groups))
		}
		if x.want == 1 && !strings.Contains(groups[0].words(), "(the first; 2 others are the same of other names)") {
			t.Error(groups[0].words())
		}
	}
}
