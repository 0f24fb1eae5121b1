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
// of tried, in a folder of overlays or environments, or in one of a part in that; empty where there is none.
func ToTry(dir string) string {
	parts := strings.Split(dir, "/")
	for i := 1; i < len(parts); i++ {
		if holds(parts[max(0, i-2):i]) && slices.Contains(tried, strings.ToLower(parts[i])) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// ofEnvironments are folders that hold environments, each a folder or one for each part.
var ofEnvironments = []string{"overlays", "environments", "envs", "env"}

// holds reports whether one of some folders is such.
func holds(folders []string) bool {
	return slices.ContainsFunc(folders, func(name string) bool { return slices.Contains(ofEnvironments, strings.ToLower(name)) })
}

// OfNamespace is the purpose of what runs in a namespace, by the name of that: as of an
// object, and of one that is called or ends like an environment to try things in.
func OfNamespace(name string) Purpose {
	words := strings.Split(name, "-")
	switch last := words[len(words)-1]; {
	case slices.Contains([]string{"test", "testing", "tests", "e2e"}, last):
		return Tests
	case slices.Contains([]string{"dev", "devel", "develop", "development"}, last):
		return Development
	case slices.Contains([]string{"sandbox", "playground", "demo", "poc", "example", "examples", "sample", "samples"}, last):
		return Samples
	}
	return OfObject(name)
}

// IsProduction reports whether a word of a name, of an environment or of a file for one,
// says production: values-prod.yaml.
func IsProduction(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(".-_", r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(productions, word) })
}

// Productions are the names that production has.
func Productions() []string { return slices.Clone(productions) }
