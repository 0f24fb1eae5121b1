package report

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// unitsText says which units were seen, by what builds them; with all their names
// where everything is asked for. One unit goes without saying. Of those that hold no object
// nothing was checked.
func unitsText(s Screen, all []published.Unit) string {
	if len(all) < 2 {
		return ""
	}
	checked, empty := byKind(all, false), byKind(all, true)
	said := ""
	if len(checked) > 0 {
		said = "Checked " + words.And(unitCounts(checked))
		if len(checked) > 1 || len(checked[0].names) > 1 {
			said += ", each as an estate of its own (--unit picks)"
		}
		said += "."
	}
	if len(empty) > 0 {
		said += " Nothing was read of " + words.And(unitCounts(empty)) + "."
	}
	said = s.wrap(0, strings.TrimSpace(said)) + "\n"
	if !s.Held {
		return said
	}
	var b strings.Builder
	b.WriteString(said)
	for _, of := range checked {
		for _, name := range of.names {
			b.WriteString(s.hang(2, "-", 2, name) + "\n")
		}
	}
	return b.String()
}

// unitsOfKind are units that are built alike, by name.
type unitsOfKind struct {
	kind  string
	names []string
}

// byKind are the units that hold objects, or those that hold none, in the order in which
// their kinds come first. Files that stand for themselves were looked at, whatever they hold.
func byKind(all []published.Unit, empty bool) []unitsOfKind {
	var by []unitsOfKind
	for _, u := range all {
		if (u.Objects == 0 && u.Kind != "files") != empty {
			continue
		}
		i := slices.IndexFunc(by, func(of unitsOfKind) bool { return of.kind == u.Kind })
		if i < 0 {
			i = len(by)
			by = append(by, unitsOfKind{kind: u.Kind})
		}
		by[i].names = append(by[i].names, u.Name)
	}
	return by
}

// unitCounts are how many units of each kind there are.
func unitCounts(by []unitsOfKind) []string {
	var all []string
	for _, of := range by {
		all = append(all, words.Count(len(of.names), unitKinds[of.kind]))
	}
	return all
}

// unitKinds are what a unit of each kind is called.
var unitKinds = map[string]string{
	"files": "plain file set", "kustomization": "kustomization", "chart": "chart",
	"flux": "Flux release", "argocd": "Argo CD application", "helmfile": "helmfile release",
	"terraform": "Terraform release",
}
