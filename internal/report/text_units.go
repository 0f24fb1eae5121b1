package report

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// unitsText says which units were seen, by what builds them; with all their names
// where everything is asked for. One unit goes without saying.
func unitsText(s Screen, all []published.Unit) string {
	if len(all) < 2 {
		return ""
	}
	var kinds []string
	by := map[string][]string{}
	for _, u := range all {
		if !slices.Contains(kinds, u.Kind) {
			kinds = append(kinds, u.Kind)
		}
		by[u.Kind] = append(by[u.Kind], u.Name)
	}
	var counts []string
	for _, kind := range kinds {
		counts = append(counts, words.Count(len(by[kind]), unitKinds[kind]))
	}
	said := s.wrap(0, "Checked "+words.And(counts)+", each as an estate of its own (--unit picks).") + "\n"
	if !s.Held {
		return said
	}
	var b strings.Builder
	b.WriteString(said)
	for _, kind := range kinds {
		for _, name := range by[kind] {
			b.WriteString(s.hang(2, "-", 2, name) + "\n")
		}
	}
	return b.String()
}

// unitKinds are what a unit of each kind is called.
var unitKinds = map[string]string{
	"files": "plain file set", "kustomization": "kustomization", "chart": "chart",
	"flux": "Flux release", "argocd": "Argo CD application", "helmfile": "helmfile release",
}
