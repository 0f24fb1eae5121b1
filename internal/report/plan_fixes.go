package report

import (
	"strings"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// fixesPlanPage is a plan object by object.
func fixesPlanPage(v *published.Plan) page {
	p := page{title(capitalized(v.Title) + ", of " + v.Target.Name)}
	if len(v.Steps) > 0 {
		p = append(p, prose("~ change, + create, - delete. One object at a time, and only where it still is as it was read; one that does not "+
			"come about is set back."))
	}
	var list entries
	for i := range v.Steps {
		x := &v.Steps[i]
		_, what, _ := strings.Cut(x.Title, " ")
		said, beside, _ := strings.Cut(what, ": ")
		e := entry{name: glyphOf(x.Action.Kind) + " " + said}
		for part := range strings.SplitSeq(beside, ", ") {
			if part != "" {
				e.under = append(e.under, part)
			}
		}
		for _, g := range x.Guards {
			e.under = append(e.under, "where "+g.Says)
		}
		list = append(list, e)
	}
	said := "Plan: " + words.Count(len(v.Steps), "change")
	if n := len(v.Left); n > 0 {
		said += "; " + words.Count(n, "finding") + " left"
	}
	p = append(p, section{"in this order", []block{list}}, section{"left", []block{planLeft(v)}}, planUnread(v),
		prose(said+unreadSaid(v)+"."))
	if len(v.Steps) > 0 {
		p = append(p, steps{"onus apply plan.json", "onus abort plan.json  (sets all of it back afterwards)"})
	}
	return p
}
