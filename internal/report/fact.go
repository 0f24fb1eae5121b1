package report

import (
	"strings"

	"github.com/onus-project/onus/internal/report/published"
)

// factInWords is a fact with its range and the setting that changes it.
func factInWords(f published.Fact) string {
	details := factDetails(f)
	if details == "" {
		return f.Is
	}
	return f.Is + " (" + details + ")"
}

func factDetails(f published.Fact) string {
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
func disputes(field string, f published.Fact) []string {
	var said []string
	for _, d := range f.Disputed {
		said = append(said, strings.Join(d.From, ", ")+" on "+factName(field)+": "+d.Is+", rejected. "+d.Because)
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
