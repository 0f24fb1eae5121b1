package report

import (
	"strings"
	"time"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// factInWords is a fact with its range and the setting that changes it.
func factInWords(f published.Fact) string {
	details := factDetails(f)
	if details == "" {
		return inWords(f.Is)
	}
	return inWords(f.Is) + " (" + details + ")"
}

func factDetails(f published.Fact) string {
	var with []string
	if f.Min != "" {
		with = append(with, "at least "+inWords(f.Min))
	}
	if f.Max != "" {
		with = append(with, "at most "+inWords(f.Max))
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
func disputes(field string, f published.Fact, cited sources) []string {
	var said []string
	for _, d := range f.Disputed {
		said = append(said, "rejected: "+factName(field)+" "+inWords(d.Is)+", from "+cited.titles(d.From)+". "+d.Because)
	}
	return said
}

// factName is what a field of a contract is called in text.
func factName(field string) string {
	switch field {
	case "maxNodeLife":
		return "maximum node age"
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
	case "unless":
		return "left to you with"
	case "zone":
		return "in zone"
	case "names":
		return "node names are"
	case "candidates":
		return "while a PDB blocks"
	case "preflight":
		return "refused by"
	case "deadline":
		return "PDBs kept for"
	case "onDeadline":
		return "then"
	case "graceCap":
		return "longest grace"
	case "unhealthy":
		return "unhealthy at most"
	case "extended":
		return "extended pods run"
	case "earlyDeletion":
		return "early deletion"
	case "nodeReady":
		return "new node in"
	case "timeout":
		return "cancelled after"
	}
	return field
}

// inWords is a term as people write it, where the catalog has a duration: 14
// days for 336h.
func inWords(is string) string {
	if d, err := time.ParseDuration(is); err == nil && d > 0 {
		return words.Duration(d)
	}
	return is
}

// sources are the documents that a result cites, by their ids.
type sources map[string]published.Source

// titles names documents as a reader knows them: by title and not by id.
func (s sources) titles(ids []string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		if all[i] = s[id].Title; all[i] == "" {
			all[i] = id
		}
	}
	return words.And(all)
}
