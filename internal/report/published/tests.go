package published

import "github.com/onus-project/onus/internal/origin"

// TestsSchema is the schema of Tests.
const TestsSchema = "onus.tests/v1"

// Tests are what came of those that stand beside a team's own obligations.
type Tests struct {
	Head
	File     string   `json:"file"`
	Passed   int      `json:"passed"`
	Failed   int      `json:"failed"`
	Tests    []Test   `json:"tests"`
	Untested []string `json:"untested"` // obligations without a test that expects each verdict
}

// Test is one of them.
type Test struct {
	Obligation string          `json:"obligation"`
	Name       string          `json:"name"`
	Expect     string          `json:"expect"`
	Passed     bool            `json:"passed"`
	Got        string          `json:"got"` // in words
	Position   origin.Position `json:"position"`
}
