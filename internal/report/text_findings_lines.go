package report

import (
	"cmp"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
)

// mostLayers is of how many platforms it is told who holds which layer. Of more each
// takes one line: who has something to mend comes to it on the first screen.
const mostLayers = 2

// linesText says where things run, by what that is known, and who holds what there.
func linesText(s Screen, all []published.Line) string {
	var b strings.Builder
	if len(all) <= mostLayers || s.full() {
		for _, l := range all {
			b.WriteString(lineText(s, l) + "\n")
		}
		return b.String()
	}
	open := false
	for _, l := range all {
		open = open || len(l.Candidates) > 0
		by := ""
		if told := l.Nodes + l.Pools + l.Workloads - l.Basis[published.BasisUnknown]; told > 0 {
			by = s.paint(faint, ": "+cmp.Or(l.Short, l.Evidence))
		}
		b.WriteString(s.hang(0, s.paint(strong, l.Title)+":", 2, onLine(l)+by) + "\n")
	}
	said := "Who holds which layer there: -v."
	if open {
		said = "Where several platforms fit, what is found holds on each of them; --as OFFERING takes one. " + said
	}
	return b.String() + s.paint(faint, s.wrap(0, said)) + "\n\n"
}

// onLine counts what runs on a line.
func onLine(l published.Line) string {
	return amounts{{l.Workloads, "workload"}, {l.Nodes, "node"}, {l.Pools, "pool"}}.words()
}
