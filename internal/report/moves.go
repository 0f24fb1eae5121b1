package report

import (
	"strings"

	"github.com/onus-project/onus/internal/responsibility"
)

// A contract's terms in plain words. The words are made from the facts and
// published beside them; what a provider leaves unstated is said to be.

// inWords tells a move as a person would: how often, how many nodes at once,
// how long a drain waits and what follows, and whether windows bind it.
func (o Offering) inWords(c *responsibility.Contract, m responsibility.Move) string {
	return strings.Join([]string{o.howOften(c, m), drains(m)}, ", ") + "; " + bounds(c, m)
}

func (o Offering) howOften(c *responsibility.Contract, m responsibility.Move) string {
	byYou := m.Initiator.Is == string(responsibility.Customer)
	switch m.Cadence.Is {
	case "timer":
		if c.MaxNodeLife.Is == "unlimited" || c.MaxNodeLife.Is == "unstated" {
			return "at the age you set"
		}
		return "every " + c.MaxNodeLife.Is + " at most"
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

// factInWords is a fact with its range and the setting that changes it.
func factInWords(f responsibility.Fact) string {
	details := factDetails(f)
	if details == "" {
		return f.Is
	}
	return f.Is + " (" + details + ")"
}

func factDetails(f responsibility.Fact) string {
	var with []string
	if f.Min != "" {
		with = append(with, "at least "+f.Min)
	}
	if f.Max != "" {
		with = append(with, "at most "+f.Max)
	}
	if f.Control != "" {
		with = append(with, "set by "+f.Control)
	}
	if f.Assumed {
		with = append(with, "assumed")
	}
	if f.Note != "" {
		with = append(with, strings.TrimSuffix(f.Note, "."))
	}
	return strings.Join(with, "; ")
}

// disputes says which sources state something else about a fact, and why that
// does not hold.
func disputes(field string, f responsibility.Fact) []string {
	var said []string
	for _, d := range f.Disputed {
		said = append(said, strings.Join(d.From, ", ")+" on "+factName(field)+": "+d.Is+", which does not hold. "+d.Because)
	}
	return said
}

// factName is what a field of a contract is called in text.
func factName(field string) string {
	switch field {
	case "maxNodeLife":
		return "oldest node"
	case "windows":
		return "windows"
	case "override":
		return "whatever you set"
	case "initiator":
		return "started by"
	case "cadence":
		return "how often"
	case "pace":
		return "nodes at once"
	case "replacement":
		return "replacement"
	case "candidates":
		return "while a PDB blocks"
	case "deadline":
		return "PDBs kept for"
	case "onDeadline":
		return "then"
	case "graceCap":
		return "longest grace"
	case "earlyDeletion":
		return "early deletion"
	case "nodeReady":
		return "new node in"
	case "timeout":
		return "cancelled after"
	}
	return field
}
