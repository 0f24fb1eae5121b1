package purpose

import (
	"slices"
	"strings"
)

// Environments in which changes are tried before production has them, and the last one,
// by the names that folders, files and releases have of them.
var (
	beforeProduction = []string{
		"dev", "devel", "development", "local", "ci", "test", "testing", "qa", "ithc", "sbox", "sandbox", "stg", "stage", "staging",
		"uat", "preprod",
	}
	productions = []string{"prod", "production", "prd"}
)

// BeforeProduction reports whether an environment of a name, in small letters, comes
// before production.
func BeforeProduction(name string) bool { return slices.Contains(beforeProduction, name) }

// IsProduction reports whether a word of a name, of an environment or of a file for one,
// says production: values-prod.yaml.
func IsProduction(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(".-_", r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(productions, word) })
}

// Productions are the names that production has.
func Productions() []string { return slices.Clone(productions) }
