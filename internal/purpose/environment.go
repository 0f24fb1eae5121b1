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

// tried are those in which nobody counts on what runs there but who tries it, as others
// may in one for staging.
var tried = []string{"dev", "devel", "develop", "development", "test", "testing", "sandbox"}

// ToTry is the folder on a path that is by its name an environment to try things in: one
// of tried, in a folder of overlays or environments; empty where there is none.
func ToTry(dir string) string {
	parts := strings.Split(dir, "/")
	for i := 1; i < len(parts); i++ {
		holds := slices.Contains([]string{"overlays", "environments", "envs"}, strings.ToLower(parts[i-1]))
		if holds && slices.Contains(tried, strings.ToLower(parts[i])) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// IsProduction reports whether a word of a name, of an environment or of a file for one,
// says production: values-prod.yaml.
func IsProduction(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(".-_", r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(productions, word) })
}

// Productions are the names that production has.
func Productions() []string { return slices.Clone(productions) }
