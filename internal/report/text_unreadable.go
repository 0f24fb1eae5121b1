package report

import (
	"cmp"
	"fmt"
	"regexp"
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

// unreadableGroup are those that could not be read for one reason.
type unreadableGroup struct {
	reason, hint string
	lacks        origin.Lack
	places       []string
	names        []string // of what is lacked
	differ       bool     // in their hints
	kind         string   // its reason without the names in it; empty where these tell more than it
	alike        int      // whose reason has other names
}

// unreadableGroups are those that could not be read, by what they have in common, the most
// frequent reasons first.
func unreadableGroups(all []origin.Fault) []unreadableGroup {
	var groups []unreadableGroup
	for _, f := range all {
		kind := withoutNames(f)
		i := slices.IndexFunc(groups, func(g unreadableGroup) bool {
			return g.reason == f.Reason || g.lacks.Same(f.Lacks) || kind != "" && g.kind == kind
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, unreadableGroup{reason: f.Reason, kind: kind, hint: f.Hint, lacks: f.Lacks})
		} else if groups[i].reason != f.Reason && f.Lacks.What != "" {
			groups[i].reason = f.Lacks.Words()
		} else if groups[i].reason != f.Reason {
			groups[i].alike++
		}
		groups[i].differ = groups[i].differ || groups[i].hint != f.Hint
		groups[i].places, groups[i].names = append(groups[i].places, f.At()), append(groups[i].names, f.Lacks.Name)
	}
	slices.SortStableFunc(groups, func(a, b unreadableGroup) int { return cmp.Compare(len(b.places), len(a.places)) })
	return groups
}

// quotedName is a name that a tool quotes: an object, or a file.
var quotedName = regexp.MustCompile(`"[^"]*"?|\b\S+\.\S+/\S+|\S*…\S*`)

// withoutNames is what a tool says of a directory that it does not build, without the names of what it says it of: one
// cause, such as a patch for another version of a kind, stands in many directories. So it is with a file of which the
// releases are decided by what is not here. It is empty for other reasons.
func withoutNames(f origin.Fault) string {
	switch {
	case f.Lacks.What != "":
		return ""
	case strings.Contains(f.Reason, " by what is not here"): // of each release of one file
		return f.File + " is decided by what is not here"
	case !strings.Contains(f.Reason, " does not build this: "):
		return ""
	}
	return quotedName.ReplaceAllString(f.Reason, "X")
}

// unreadableList names the first few that could not be read, by what they have in
// common, for the most frequent reasons; rest says what shows the others. What is deployed
// from elsewhere is named in any case, after the others: each is a line.
func unreadableList(s Screen, all []origin.Fault, most int, rest string) string {
	var groups, deployed []unreadableGroup
	for _, g := range unreadableGroups(all) {
		if g.lacks.Deployed() {
			deployed = append(deployed, g)
		} else {
			groups = append(groups, g)
		}
	}
	var b strings.Builder
	for _, g := range groups[:min(most, len(groups))] {
		b.WriteString(s.hang(2, "-", 2, g.words()) + "\n")
	}
	if more := len(groups) - most; more > 0 {
		b.WriteString(s.wrap(2, "- and "+words.Count(more, "other reason")+"; "+rest) + "\n")
	}
	for _, g := range deployed {
		b.WriteString(s.hang(2, "-", 2, g.words()) + "\n")
	}
	return b.String()
}

// words are the first few places, the reason and the way out.
func (g *unreadableGroup) words() string {
	if g.lacks.Deployed() && len(g.places) > 1 {
		return g.deployed()
	}
	said := someOf(g.places) + ": " + g.reason
	if g.alike > 0 {
		said = someOf(distinct(g.places)) + ": " + g.reason + " (the first; " +
			words.Agree(g.alike, "1 other is", fmt.Sprintf("%d others are", g.alike)) + " the same of other names)"
	}
	if g.hint != "" {
		said += "; " + g.hint
	}
	return said
}

// deployed are the words for what several objects deploy from elsewhere.
func (g *unreadableGroup) deployed() string {
	said := fmt.Sprintf("%d objects apply what is not here", len(g.places))
	if g.lacks.What == origin.LackingInstalled {
		said = fmt.Sprintf("%d releases install charts that are not here", len(g.places))
	}
	if names := distinct(g.names); len(names) > 0 {
		said += ", such as " + words.And(names[:min(mostPlaces, len(names))])
	}
	said += " (" + someOf(distinct(g.places)) + ")"
	switch {
	case g.hint == "":
	case g.differ:
		said += "; the first: " + g.hint + "; -o json has it for each"
	default:
		said += "; " + g.hint
	}
	return said
}

// someOf are the first few of some places, and how many more there are.
func someOf(all []string) string {
	places := slices.Clone(all[:min(mostPlaces, len(all))])
	if more := len(all) - len(places); more > 0 {
		places = append(places, fmt.Sprintf("%d more", more))
	}
	return words.And(places)
}

// distinct are strings each once, in their order, without empty ones.
func distinct(all []string) []string {
	var once []string
	for _, one := range all {
		if one != "" && !slices.Contains(once, one) {
			once = append(once, one)
		}
	}
	return once
}
