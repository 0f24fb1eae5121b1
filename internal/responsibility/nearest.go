package responsibility

import (
	"cmp"
	"slices"
	"strings"
)

// mostOfFamily is how many of a family are offered.
const mostOfFamily = 6

// Family are names that begin with a word which was typed, as eks-fargate does with eks, in
// their order; and where there are none, those that have it elsewhere. It is empty for what is
// no word of several letters.
func Family(typed string, names []string) []string {
	typed = strings.ToLower(typed)
	if len(typed) < 3 {
		return nil
	}
	var first, within []string
	for _, n := range names {
		switch said := strings.ToLower(n); {
		case strings.HasPrefix(said, typed+"-"):
			first = append(first, n)
		case strings.HasSuffix(said, "-"+typed) || strings.Contains(said, "-"+typed+"-"):
			within = append(within, n)
		}
	}
	if len(first) == 0 {
		first = within
	}
	return first[:min(mostOfFamily, len(first))]
}

// Nearest returns those of names that a person who typed name may have meant, the likeliest
// first: its family, and else up to three by edit distance, or because one contains the
// other; where none is nearer than one slip from the word of a family, that family. It is empty
// when nothing is close.
func Nearest(name string, names []string) []string {
	if of := Family(name, names); len(of) > 0 {
		return of
	}
	near := closest(name, names)
	if len(near) == 0 || distance(strings.ToLower(name), near[0]) > 1 {
		if of := slipped(name, names); len(of) > 0 {
			return of
		}
	}
	return near
}

// slipped is the family whose word is one slip away from what was typed, as eks is from ekss.
func slipped(typed string, names []string) []string {
	for _, n := range names {
		word, _, several := strings.Cut(n, "-")
		if several && len(word) >= 3 && distance(strings.ToLower(typed), word) == 1 {
			return Family(word, names)
		}
	}
	return nil
}

// closest are up to three names by edit distance, or because one contains the other.
func closest(name string, names []string) []string {
	type scored struct {
		name  string
		score int
	}
	typed := strings.ToLower(name)
	var near []scored
	for _, n := range names {
		score := distance(typed, n)
		if len(typed) >= 3 && (strings.Contains(n, typed) || strings.Contains(typed, n)) {
			score = min(score, 1)
		}
		if score <= max(2, len(n)/3) {
			near = append(near, scored{n, score})
		}
	}
	slices.SortFunc(near, func(a, b scored) int { return cmp.Or(a.score-b.score, strings.Compare(a.name, b.name)) })
	var out []string
	for _, s := range near[:min(3, len(near))] {
		out = append(out, s.name)
	}
	return out
}

// distance is the Damerau-Levenshtein distance with adjacent transpositions,
// in bytes; ids are ASCII.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
