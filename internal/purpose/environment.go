package purpose

import "slices"

// Environments in which changes are tried before production has them, and the last one,
// by the names that folders, files and releases have of them.
var (
	beforeProduction = []string{
		"dev", "devel", "development", "local", "ci", "test", "testing", "qa", "ithc", "sbox", "sandbox", "stg", "stage", "staging", "uat", "preprod",
	}
	productions = []string{"prod", "production", "prd"}
)

// BeforeProduction reports whether an environment of a name, in small letters, comes
// before production.
func BeforeProduction(name string) bool { return slices.Contains(beforeProduction, name) }

// Productions are the names that production has.
func Productions() []string { return slices.Clone(productions) }
