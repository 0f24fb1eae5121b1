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

// mostOwners is how many owners are told of by name.
const mostOwners = 8

// held counts what one of the customer's teams holds.
type held struct {
	owner           string
	broken, unknown int
}

// ownersWords say who of the customer holds what is broken or unknown, who has the most
// of it first; empty where of nothing an owner is known.
func ownersWords(f *published.Findings) string {
	var all []held
	known := false
	for i := range f.Findings {
		x := &f.Findings[i]
		if x.Verdict != finding.Broken && x.Verdict != finding.Unknown {
			continue
		}
		known = known || x.Owner != ""
		k := slices.IndexFunc(all, func(h held) bool { return h.owner == x.Owner })
		if k < 0 {
			k, all = len(all), append(all, held{owner: x.Owner})
		}
		if x.Verdict == finding.Broken {
			all[k].broken++
		} else {
			all[k].unknown++
		}
	}
	if !known {
		return ""
	}
	slices.SortFunc(all, func(a, b held) int {
		return cmp.Or(lastWhere(a.owner == "", b.owner == ""), b.broken-a.broken, b.unknown-a.unknown, strings.Compare(a.owner, b.owner))
	})
	var said []string
	for k, h := range all {
		if k == mostOwners && len(all) > mostOwners+1 {
			said = append(said, words.Count(len(all)-k, "more owner"))
			break
		}
		var numbers []string
		if h.broken > 0 {
			numbers = append(numbers, fmt.Sprintf("%d broken", h.broken))
		}
		if h.unknown > 0 {
			numbers = append(numbers, fmt.Sprintf("%d unknown", h.unknown))
		}
		said = append(said, cmp.Or(h.owner, "nobody known")+" "+strings.Join(numbers, ", "))
	}
	return "By owner: " + strings.Join(said, "; ") + "."
}
