package report

import (
	"fmt"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// testsPage is what came of tests: those that failed, and how many did not.
func testsPage(t published.Tests) page {
	t = legible(t)
	var failed entries
	for _, x := range t.Tests {
		if !x.Passed {
			failed = append(failed, entry{name: x.Obligation, beside: x.Name, under: []string{
				"Expects " + x.Expect + ", and it is " + x.Got + ".", x.Position.String(),
			}})
		}
	}
	var untested bullets
	for _, id := range t.Untested {
		untested = append(untested, id)
	}
	return page{
		title(t.File), section{"failed", []block{failed}}, section{"no test that expects held, or none that expects broken", []block{untested}},
		prose(fmt.Sprintf("%s passed, %d failed", words.Count(t.Passed, "test"), t.Failed)),
	}
}
