package contract

import (
	"strings"
	"testing"
)

// contractOf parses a contract with one way in which nodes go.
func contractOf(t *testing.T, window string, f TermFacts) *Contract {
	t.Helper()
	if f.Trigger == "" {
		f.Trigger = Upgrade
	}
	if f.Replacement.Is == "" {
		f.Replacement.Is = "after"
	}
	c, err := Parse(&Facts{MaxNodeLife: Fact{Is: "336h"}, Windows: Fact{Is: window}, PoolKind: &Fact{Is: "example.com/Pool"},
		Triggers: []TermFacts{f}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func facts(by, cadence, pace, windows, deadline, then string) TermFacts {
	return TermFacts{Initiator: Fact{Is: by}, Cadence: Fact{Is: cadence}, Pace: Fact{Is: pace}, Windows: Fact{Is: windows},
		Deadline: Fact{Is: deadline}, OnDeadline: Fact{Is: then}}
}

func TestWords(t *testing.T) {
	for name, test := range map[string]struct {
		window string
		of     TermFacts
		want   string
	}{
		"expiry on node budgets": {"node-budget-schedules", facts("provider", "timer", "unbounded", "ignored", "24h", "force"),
			"every 14 days at most, drain waits 24 h for PDBs, then force; node budgets and windows do not apply"},
		"drift": {"node-budget-schedules", facts("provider", "168h", "10%", "bind", "24h", "force"),
			"about every 7 days, drain waits 24 h for PDBs, then force; 10% of nodes at a time, windows bind it"},
		"an update that fails": {"own-schedule", facts("customer", "on-demand", "1", "bind", "15m", "fail"),
			"when you start it, drain waits 15 min for PDBs, then it fails and the node stays; one node at a time, windows bind it"},
		"a drain without end": {"none", facts("provider", "on-demand", "2", "best-effort", "unlimited", "wait"),
			"when Acme starts it, drain waits for PDBs without limit; 2 nodes at a time, windows are kept where possible"},
		"a node that is taken": {"none", facts("provider", "event", "unbounded", "ignored", "none", "force"),
			"when it happens, PDBs are not waited for; any number of nodes at once, windows do not apply"},
		"what is not published": {"none", facts("provider", "unstated", "unstated", "none", "unstated", "skip"),
			"as often as Acme sees fit, how long a drain waits for PDBs is not published, then the node is skipped; " +
				"how many nodes at once is not published, there is no window to set"},
		"a deadline with nothing stated after it": {"none", facts("provider", "continuous", "1", "none", "1h", "unstated"),
			"at any time, drain waits 1 h for PDBs; one node at a time, there is no window to set"},
	} {
		t.Run(name, func(t *testing.T) {
			c := contractOf(t, test.window, test.of)
			if got := c.Words(c.Terms[0], "Acme"); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A node that no age ends has no "every 14 days at most".
func TestWordsOfATimerWithoutAnAge(t *testing.T) {
	for _, life := range []string{"unlimited", "unstated"} {
		f := facts("provider", "timer", "unbounded", "ignored", "24h", "force")
		f.Trigger, f.Replacement.Is = Expiry, "after"
		c, err := Parse(&Facts{MaxNodeLife: Fact{Is: life}, Windows: Fact{Is: "none"}, Triggers: []TermFacts{f}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Words(c.Terms[0], "Acme"); !strings.HasPrefix(got, "at the age you set, ") {
			t.Errorf("%s: %s", life, got)
		}
	}
}

// What becomes of a drain that a PDB never lets end, by what follows.
func TestBlocked(t *testing.T) {
	for _, test := range []struct {
		deadline, then string
		pods           int
		want           string
	}{
		{"unlimited", "wait", 3, "a drain waits without limit: the node stays unpatched until somebody acts"},
		{"none", "force", 3, "the platform does not use the eviction API: the pods are deleted with the node"},
		{"24h", "force", 1, "a drain waits 24 h for an eviction that never comes, then its pod is force-deleted: an outage"},
		{"none", "force", 1, "the platform does not use the eviction API: the pod is deleted with the node"},
		{"24h", "force", 3, "a drain waits 24 h for an eviction that never comes, then all its pods that are left on the node are " +
			"force-deleted together: an outage"},
		{"unstated", "force", 3,
			"a drain waits for an eviction that never comes, then all its pods that are left on the node are force-deleted together: an outage"},
		{"15m", "fail", 3, "a drain fails after 15 min and stops the rolling update: nodes stay unpatched until the PDB is corrected, " +
			"or until somebody forces it, bypassing the PDB"},
		{"unstated", "fail", 3, "a drain fails at its deadline and stops the rolling update: nodes stay unpatched until the PDB is corrected, " +
			"or until somebody forces it, bypassing the PDB"},
		{"1h", "skip", 3, "a drain is abandoned after 1 h and the node is skipped: it stays unpatched"},
		{"1h", "unstated", 3, "a drain waits for an eviction that never comes, and what follows is not published"},
	} {
		c := contractOf(t, "none", facts("provider", "event", "1", "none", test.deadline, test.then))
		if got := c.Terms[0].Blocked(test.pods); got != test.want {
			t.Errorf("%s, then %s:\ngot  %s\nwant %s", test.deadline, test.then, got, test.want)
		}
	}
}

// When terms come next, who starts them, and how many nodes they take.
func TestComingBeginsAndAtOnce(t *testing.T) {
	for _, test := range []struct {
		by, cadence, pace, windows, window string
		budgets                            bool
		coming, begins, atOnce             string
	}{
		{"customer", "on-demand", "1", "none", "none", false, "It comes with each upgrade that is started", "You start it",
			"upgrade takes 1 node at a time by default, but a node may carry several of its pods"},
		{"provider", "event", "2", "none", "none", false, "It comes with each upgrade, at no fixed time", "Acme starts it",
			"upgrade takes 2 nodes at once"},
		{"provider", "continuous", "unbounded", "none", "none", false, "It may come at any time (upgrade)", "Acme starts it",
			"upgrade has no limit of its own"},
		{"provider", "unstated", "unstated", "none", "none", false, "It is not published when the next upgrade comes", "Acme starts it",
			"how many nodes an upgrade takes at once is not published"},
		{"provider", "timer", "10%", "bind", "node-budget-schedules", false, "It comes when a node reaches its maximum age",
			"Acme starts it by a timer",
			"upgrade takes 10% of nodes at once by default"},
		{"provider", "168h", "10%", "bind", "node-budget-schedules", true, "Nodes are upgraded about every 7 days",
			"Acme starts it, about every 7 days",
			"upgrade takes as many nodes at once as your node budgets allow"},
		{"provider", "168h", "10%", "ignored", "node-budget-schedules", true, "Nodes are upgraded about every 7 days",
			"Acme starts it, about every 7 days",
			"upgrade takes 10% of nodes at once by default"},
	} {
		c := contractOf(t, test.window, facts(test.by, test.cadence, test.pace, test.windows, "15m", "fail"))
		terms := c.Terms[0]
		if got := terms.Coming(); got != test.coming {
			t.Errorf("%+v: coming: %s", test, got)
		}
		if got := c.AtOnce(terms, test.budgets, true); strings.Contains(got, "several of its pods") || test.pace != "1" && got != test.atOnce {
			t.Errorf("%+v: at once, with a pod a node: %s", test, got)
		}
		if got := terms.Begins("Acme"); got != test.begins {
			t.Errorf("%+v: begins: %s", test, got)
		}
		if got := c.AtOnce(terms, test.budgets, false); got != test.atOnce {
			t.Errorf("%+v: at once: %s", test, got)
		}
	}
}
