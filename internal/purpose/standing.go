package purpose

import (
	"path"
	"slices"
	"strings"
)

// Standing is how far something that is deployed is from production, the nearest first.
type Standing int

// What a name may say of where it is deployed.
const (
	InProduction    Standing = iota
	UnderProduction          // what productions have in common, and none is
	Anywhere
	Common  // what places have in common, or a file of values beside those of a chart
	Earlier // in an environment before production
	Tried   // only to be tried
)

// StandingOf is that of what is called by a path, a release and a file of values, of which the
// last that says anything counts: clusters/prod, chart@shop/values-dev.yaml.
func StandingOf(name string) Standing {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("/@:\\", r) })
	common := slices.ContainsFunc(parts, func(part string) bool { return ofValues(part) || slices.Contains(wordsOf(part), "base") })
	for _, part := range slices.Backward(parts) {
		switch {
		case early(part):
			return Earlier
		case IsProduction(part) && common && !ofValues(part):
			return UnderProduction
		case IsProduction(part):
			return InProduction
		}
	}
	if common {
		return Common
	}
	return Anywhere
}

// ofValues reports whether a part of a name is a file of values other than a chart's own.
func ofValues(part string) bool {
	ext := path.Ext(part)
	return (ext == ".yaml" || ext == ".yml") && strings.Contains(part, "values") && part != "values"+ext
}

// early reports whether a word of a name is an environment before production: cluster-staging,
// eu-dev1, pre-prod.
func early(name string) bool {
	words := wordsOf(name)
	for i, word := range words {
		if BeforeProduction(word) || BeforeProduction(unnumbered(word)) || i > 0 && BeforeProduction(words[i-1]+"-"+word) {
			return true
		}
	}
	return false
}

// wordsOf are the words of a part of a name.
func wordsOf(part string) []string {
	return strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune("-_.", r) })
}
