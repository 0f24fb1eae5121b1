package compute

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
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

// Pods are deleted as a drain begins where the grace that they get is all that it may take:
// not where less of it is honoured, nor where it waits without end or nobody says for how long,
// or what follows.
func TestDeletedEarly(t *testing.T) {
	half, hour := 30*time.Minute, time.Hour
	early := contract.Terms{Deadline: contract.Setting{Limit: contract.After(half)}, OnDeadline: contract.ThenForce, EarlyDeletion: true}
	changed := func(change func(t *contract.Terms)) contract.Terms {
		t := early
		change(&t)
		return t
	}
	for name, x := range map[string]struct {
		terms contract.Terms
		asks  time.Duration
		want  bool
	}{
		"all of it":             {early, half, true},
		"more than it":          {early, hour, true},
		"less than it":          {early, half - 1, false},
		"at the deadline":       {changed(func(t *contract.Terms) { t.EarlyDeletion = false }), hour, false},
		"no deadline":           {changed(func(t *contract.Terms) { t.Deadline.Limit = contract.Unlimited }), hour, false},
		"a deadline not told":   {changed(func(t *contract.Terms) { t.Deadline.Limit = contract.Unstated }), hour, false},
		"given up":              {changed(func(t *contract.Terms) { t.OnDeadline = contract.ThenSkip }), hour, false},
		"nobody says what":      {changed(func(t *contract.Terms) { t.OnDeadline = contract.ThenUnstated }), hour, false},
		"less of it honoured":   {changed(func(t *contract.Terms) { t.GraceCap = contract.After(half / 2) }), hour, false},
		"all of it is honoured": {changed(func(t *contract.Terms) { t.GraceCap = contract.After(half) }), hour, true},
	} {
		if got := deletedEarly(x.terms, x.asks); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
