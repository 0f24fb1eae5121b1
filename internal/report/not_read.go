package report

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// notReadWords say how much of what is deployed was not read, where that is no less than the workloads that were: numbers
// of findings say nothing of it. They are empty where it is less. How much a chart holds nobody knows, and one that scripts
// or environments install more than once is counted each time: it is no share.
func notReadWords(n finding.Summary, workloads int) string {
	if n.NotRead == nil || n.NotRead.Installed+n.NotRead.Applied+n.NotRead.Charts < max(workloads, 2) {
		return ""
	}
	var parts []string
	for _, part := range []struct {
		n         int
		one, more string
	}{
		{n.NotRead.Installed, "chart that is installed", "charts that are installed"},
		{n.NotRead.Applied, "object that applies others", "objects that apply others"},
		{n.NotRead.Charts, "chart that others depend on", "charts that others depend on"},
	} {
		if part.n > 0 {
			parts = append(parts, words.Count(part.n, part.one, part.more))
		}
	}
	return "Much of what is deployed may not have been read: what " + words.And(parts) + " hold; " + words.Count(workloads, "workload") +
		" " + words.Agree(workloads, "was", "were") + ". The numbers above say nothing of the rest."
}
