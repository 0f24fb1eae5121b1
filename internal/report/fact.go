package report

import (
	"cmp"
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

// factNames are what fields of a contract are called in text, where not by their name.
var factNames = map[string]string{
	"maxNodeLife":       "maximum node age",
	"override":          "whatever you set",
	"initiator":         "started by",
	"cadence":           "how often",
	"pace":              "nodes at once",
	"unless":            "left to you with",
	"zone":              "in zone",
	"names":             "node names are",
	"candidates":        "while a PDB blocks",
	"preflight":         "refused by",
	"preflightReported": "refused, by reports, by",
	"deadline":          "PDBs kept for",
	"onDeadline":        "then",
	"graceCap":          "longest grace",
	"unhealthyFor":      "once unhealthy for",
	"unhealthy":         "unhealthy at most",
	"extended":          "extended pods run",
	"earlyDeletion":     "early deletion",
	"nodeReady":         "new node in",
	"timeout":           "cancelled after",
}

func factName(field string) string { return cmp.Or(factNames[field], field) }

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
