package publish

import (
	"strings"

	"github.com/onus-project/onus/internal/responsibility"
)

// A contract's terms in plain words. The words are made from the facts and
// published beside them; what a provider leaves unstated is said to be.

// inWords tells a move as a person would: how often, how many nodes at once,
// how long a drain waits and what follows, and whether windows bind it.
func inWords(o *responsibility.Offering, m responsibility.Move) string {
	c := o.Contract
	return strings.Join([]string{howOften(o, m), drains(m)}, ", ") + "; " + bounds(c, m)
}

func howOften(o *responsibility.Offering, m responsibility.Move) string {
	life := o.Contract.MaxNodeLife
	byYou := m.Initiator.Is == string(responsibility.Customer)
	switch m.Cadence.Is {
	case "timer":
		if life.Is == "unlimited" || life.Is == "unstated" {
			return "at the age you set"
		}
		return "every " + life.Is + " at most"
	case "on-demand":
		if byYou {
			return "when you start it"
		}
		return "when " + o.Provider + " starts it"
	case "continuous":
		return "at any time"
	case "event":
		return "when it happens"
	case "unstated":
		return "as often as " + o.Provider + " sees fit"
	}
	return "about every " + m.Cadence.Is
}

func drains(m responsibility.Move) string {
	after := map[string]string{
		"force": "then force",
		"fail":  "then it fails and the node stays",
		"skip":  "then the node is skipped",
		"wait":  "and goes on waiting",
	}[m.OnDeadline.Is]
	waits := "drain waits " + m.Deadline.Is + " for PDBs"
	switch m.Deadline.Is {
	case "none":
		return "PDBs are not waited for"
	case "unlimited":
		return "drain waits for PDBs without limit"
	case "unstated":
		waits = "how long a drain waits for PDBs is not published"
	}
	if after == "" { // nobody says what follows
		return waits
	}
	return waits + ", " + after
}

func bounds(c *responsibility.Contract, m responsibility.Move) string {
	if m.Pace.Is == "unbounded" && m.Windows.Is == "ignored" && c.Windows.Is == "node-budget-schedules" {
		return "node budgets and windows do not apply"
	}
	return pace(m) + ", " + map[string]string{
		"bind":        "windows bind it",
		"best-effort": "windows are kept where possible",
		"ignored":     "windows do not apply",
		"none":        "there is no window to set",
	}[m.Windows.Is]
}

func pace(m responsibility.Move) string {
	switch m.Pace.Is {
	case "unbounded":
		return "any number of nodes at once"
	case "unstated":
		return "how many nodes at once is not published"
	case "1":
		return "one node at a time"
	}
	if strings.HasSuffix(m.Pace.Is, "%") {
		return m.Pace.Is + " of nodes at a time"
	}
	return m.Pace.Is + " nodes at a time"
}
