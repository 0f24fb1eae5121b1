package responsibility

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns up to three of names that a person who typed name may have
// meant, the likeliest first: by edit distance, or because one contains the
// other. It is empty when nothing is close.
func Nearest(name string, names []string) []string {
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
