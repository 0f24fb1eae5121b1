package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
)

// comparisonPage says what became of findings: the numbers, who holds them, and each
// that is new or was cured; of those that are still there the list comes last.
func comparisonPage(c published.Comparison) page {
	c = legible(c)
	n := c.Summary
	numbers := []string{fmt.Sprintf("%d new", n.New), fmt.Sprintf("%d cured", n.Cured), fmt.Sprintf("%d still there", n.Still)}
	for _, of := range []struct {
		n    int
		word string
	}{{n.Gone, "not found any more"}, {n.Waived, "waived since"}, {n.Undecided, "undecided now"}} {
		if of.n > 0 {
			numbers = append(numbers, fmt.Sprintf("%d %s", of.n, of.word))
		}
	}
	p := page{title(c.Old + " → " + c.New), prose(strings.Join(numbers, ", "))}
	if len(c.Owners) > 0 {
		p = append(p, section{"by owner", []block{ownersGrid(c)}})
	}
	for _, of := range []struct{ became, head string }{
		{"new", "new"}, {"cured", "cured"}, {"waived", "waived since"}, {"gone", "not found any more"}, {"undecided", "undecided now"},
		{"still", "still there"},
	} {
		p = append(p, section{of.head, []block{changesOf(c, of.became)}})
	}
	return append(p, section{"what to know", []block{bullets(c.Notes)}})
}

func ownersGrid(c published.Comparison) block {
	g := grid{head: []string{"owner", "new", "cured", "still", "else"}}
	for _, o := range c.Owners {
		g.rows = append(g.rows, []string{
			cmp.Or(o.Owner, "nobody known"), fmt.Sprint(o.New), fmt.Sprint(o.Cured), fmt.Sprint(o.Still),
			fmt.Sprint(o.Gone + o.Waived + o.Undecided),
		})
	}
	return g
}

func changesOf(c published.Comparison, became string) block {
	var list entries
	for _, x := range c.Changes {
		if x.Became != became {
			continue
		}
		e := entry{name: x.Obligation, beside: x.Severity + "  " + named(x.Subject)}
		if became == "new" || became == "undecided" {
			e.under = []string{sentence(x.Message)}
			if x.Position.File != "" {
				e.under = append(e.under, x.Position.String())
			}
		}
		list = append(list, e)
	}
	return list
}
