package compute

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// Pods that ask for as long to stop as their drain may take are deleted as it begins: that
// is the cause of what comes of it, and no deadline and no want of a PDB is told as one.
func TestGraceOfThePeriodIsTheCause(t *testing.T) {
	whole, err := os.ReadFile("testdata/grace-within-deadline/broken-all-of-the-period.yaml")
	if err != nil {
		t.Fatal(err)
	}
	pdb := strings.LastIndex(string(whole), "---\n")
	for name, x := range map[string]struct {
		input string
		void  bool
	}{
		"all of the period":     {string(whole), true},
		"more than it":          {strings.Replace(string(whole), "1800", "3600", 1), true},
		"half of it":            {strings.Replace(string(whole), "1800", "900", 1), false},
		"all of it and no PDB":  {string(whole)[:pdb], false},
		"one pod under its PDB": {strings.Replace(string(whole), "replicas: 3", "replicas: 1", 1), false},
	} {
		told, leads := false, ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Obligation == GraceWithinDeadline.ID {
				told = told || f.Verdict == finding.Broken && strings.Contains(f.Consequence, "no PDB is asked")
				leads += fmt.Sprint(f.LeadsTo)
			}
		}
		if told != x.void || x.void != strings.Contains(leads, ExpiryCohortID) || strings.Contains(leads, "deadline") {
			t.Errorf("%s: told %t, leads to %s", name, told, leads)
		}
	}
}
