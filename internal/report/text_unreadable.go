package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// How many reasons are told for which something could not be read, and how many
// places for each.
const (
	mostReasons = 4
	mostPlaces  = 3
)

// unreadableText counts what could not be read of the input, and names the first
// few.
func unreadableText(s Screen, all []origin.Fault) string {
	return unreadableCount(s, all) + unreadableList(s, all, mostReasons, "-o json lists all")
}

// unreadableCount says that something could not be read.
func unreadableCount(s Screen, all []origin.Fault) string {
	if len(all) == 0 {
		return ""
	}
	count := words.Count(len(all), "file or object", "files or objects")
	return s.paint(warn, s.wrap(0, "Could not read "+count+" of the input; everything else was read.")) + "\n"
}

// unreadableList names the first few that could not be read, by what they have in
// common, for the most frequent reasons; rest says what shows the others.
func unreadableList(s Screen, all []origin.Fault, most int, rest string) string {
	type group struct {
		reason, hint string
		lacks        origin.Lack
		places       []string
	}
	var groups []group
	for _, f := range all {
		i := slices.IndexFunc(groups, func(g group) bool { return g.reason == f.Reason || g.lacks.Same(f.Lacks) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{reason: f.Reason, hint: f.Hint, lacks: f.Lacks})
		} else if groups[i].reason != f.Reason {
			groups[i].reason = f.Lacks.Words()
		}
		groups[i].places = append(groups[i].places, f.At())
	}
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(len(b.places), len(a.places)) })
	var b strings.Builder
	for _, g := range groups[:min(most, len(groups))] {
		places := slices.Clone(g.places[:min(mostPlaces, len(g.places))])
		if more := len(g.places) - len(places); more > 0 {
			places = append(places, fmt.Sprintf("%d more", more))
		}
		said := words.And(places) + ": " + g.reason
		if g.hint != "" {
			said += "; " + g.hint
		}
		b.WriteString(s.hang(2, "-", 2, said) + "\n")
	}
	if more := len(groups) - most; more > 0 {
		b.WriteString(s.wrap(2, "- and "+words.Count(more, "other reason")+"; "+rest) + "\n")
	}
	return b.String()
}
