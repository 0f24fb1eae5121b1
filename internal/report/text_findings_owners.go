package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// mostTold is how many owners, or namespaces, are told of by name.
const mostTold = 8

// share counts what is broken and unknown of one of several.
type share struct {
	of              string
	broken, unknown int
}

// ownersWords say who of the customer holds what is broken or unknown, who has the most
// of it first; empty where of nothing an owner is known.
func ownersWords(f *published.Findings) string {
	all := shares(f, func(x *finding.Finding) string { return x.Owner })
	if len(all) == 0 || all[0].of == "" { // the one that is not known comes last
		return ""
	}
	return "By owner: " + sharesWords(all, "nobody known", "more owner") + "."
}

// namespacesWords say in which namespaces it is; empty where that is one alone.
func namespacesWords(f *published.Findings) string {
	all := shares(f, func(x *finding.Finding) string { return x.Subject.Namespace })
	if len(all) < 2 {
		return ""
	}
	return "By namespace: " + sharesWords(all, "of the cluster", "more namespace") + "."
}

// shares are those of what is broken or unknown, by some word of each finding, the largest
// first, and what has none at the end.
func shares(f *published.Findings, of func(*finding.Finding) string) []share {
	var all []share
	for i := range f.Findings {
		x := &f.Findings[i]
		if x.Verdict != finding.Broken && x.Verdict != finding.Unknown {
			continue
		}
		k := slices.IndexFunc(all, func(h share) bool { return h.of == of(x) })
		if k < 0 {
			k, all = len(all), append(all, share{of: of(x)})
		}
		if x.Verdict == finding.Broken {
			all[k].broken++
		} else {
			all[k].unknown++
		}
	}
	slices.SortFunc(all, func(a, b share) int {
		return cmp.Or(lastWhere(a.of == "", b.of == ""), b.broken-a.broken, b.unknown-a.unknown, strings.Compare(a.of, b.of))
	})
	return all
}

// sharesWords list them, with words for what is of none, and for how many more there are.
func sharesWords(all []share, none, more string) string {
	var said []string
	for k, h := range all {
		if k == mostTold && len(all) > mostTold+1 {
			said = append(said, words.Count(len(all)-k, more))
			break
		}
		var numbers []string
		if h.broken > 0 {
			numbers = append(numbers, fmt.Sprintf("%d broken", h.broken))
		}
		if h.unknown > 0 {
			numbers = append(numbers, fmt.Sprintf("%d unknown", h.unknown))
		}
		said = append(said, cmp.Or(h.of, none)+" "+strings.Join(numbers, ", "))
	}
	return strings.Join(said, "; ")
}
