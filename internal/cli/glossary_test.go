package cli

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// glossary reads the terms of docs/glossary.md with their meanings.
func glossary(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	terms := map[string]string{}
	row := regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]*) \| ([^|]*) \|$`)
	defined, _, _ := strings.Cut(string(text), "## One word of each pair")
	for _, m := range row.FindAllStringSubmatch(defined, -1) {
		if m[1] == "term" || strings.HasPrefix(m[1], "---") {
			continue
		}
		for term := range strings.SplitSeq(m[1], ", ") {
			if terms[term] != "" {
				t.Errorf("%s is explained twice", term)
			}
			if terms[term] = m[2]; !strings.HasSuffix(m[2], ".") || m[3] == "" {
				t.Errorf("%s lacks a meaning or where it is from", term)
			}
		}
	}
	return terms
}

// TestGlossary: each term that onus is designed around is explained, and so
// are all that results use: parties, triggers, axes and verdicts.
func TestGlossary(t *testing.T) {
	terms := glossary(t)
	wanted := []string{
		"axis", "layer", "party", "offering", "line", "ladder", "claim", "contract", "trigger", "obligation", "induced", "load-bearing", "estate",
		"finding", "ledger", "scenario", "floor", "plan", "journal", // the words of the design
		"disruption", "verdict", "forecast", "bound", "proof", "witness", "margin", "fault", "trace",
		"drain", "evict", "force-delete", "expiry", "PDB", "node pool", "node budget", "window", "deadline", "grace", "replacement",
		"cohort", "surge",
	}
	for _, v := range []finding.Verdict{finding.Held, finding.Broken, finding.Unknown, finding.Waived} {
		wanted = append(wanted, string(v))
	}
	for _, v := range []bound.Verdict{bound.Proved, bound.Refuted, bound.Open} {
		wanted = append(wanted, string(v))
	}
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.Triggers {
		wanted = append(wanted, x.ID)
	}
	for _, term := range wanted {
		if terms[term] == "" {
			t.Errorf("docs/glossary.md does not explain %q", term)
		}
	}
	for _, x := range c.Axes {
		if !strings.Contains(terms["axis"], "`"+x.ID+"`") {
			t.Errorf("docs/glossary.md: axis does not name %s", x.ID)
		}
	}
	for _, p := range []responsibility.Party{responsibility.Provider, responsibility.Customer, responsibility.Partner, responsibility.None} {
		if !strings.Contains(terms["party"], "`"+string(p)+"`") {
			t.Errorf("docs/glossary.md: party does not name %s", p)
		}
	}
	if n := len(slices.Collect(maps.Keys(terms))); n < len(wanted) {
		t.Errorf("only %d terms were found", n)
	}
}
