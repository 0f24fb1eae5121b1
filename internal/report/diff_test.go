package report

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// diffOf is the difference of two offerings, and an empty one where they share no axis.
func diffOf(t *testing.T, c *responsibility.Catalog, from, to string) published.Diff {
	t.Helper()
	d, err := responsibility.Compare(c, c.Offering(from), c.Offering(to))
	if err != nil {
		return published.Diff{}
	}
	return publish.Diff(c, d)
}

func diffText(t *testing.T, c *responsibility.Catalog, from, to, format string, s Screen) string {
	t.Helper()
	return written(t, diffOf(t, c, from, to), format, s)
}

func TestDiffTable(t *testing.T) {
	got := diffText(t, small(t), "plain", "managed", "text", Screen{Width: 72})
	want := `Plain form → 管理型プラットフォーム

moves
  Layer                from      to          note
  ───────────────────  ────────  ──────────  ───────────
  Node lifecycle       customer  Helpers     Helpers do.
  Upgrades             n/a       split
  Disruption controls  customer  customer !

  Upgrades
    customer: start (end of support)
    by path or setting: install (cli: customer, console: Acme)

now yours because of it
  ! survive
      Every service stays up.

what you can no longer do
  - Nodes cannot be logged into

what the provider may now do
  expiry
    every 14 days at most, drain waits 24 h for PDBs, then force; node
    budgets and windows do not apply

terms
  maximum node age  no contract → 14 days
    set by expireAfter
  windows  no contract → node-budget-schedules
  whatever you set
    Expiry goes ahead.

! load-bearing: a service goes down if the customer does not do it

next  onus explain survive
      onus check --as managed PATH
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDiffOfTheSame(t *testing.T) {
	got := diffText(t, small(t), "plain", "plain", "text", Screen{Width: 80})
	if want := "Plain form → Plain form\n\nnothing differs\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDiffJSON(t *testing.T) {
	got := diffText(t, small(t), "managed", "plain", "json", Screen{})
	for _, want := range []string{`"schema": "onus.diff/v1"`, `"was": "induced"`, `"is": "not-yours"`, `"limitsGone": [`, `"to": null`,
		`"gained": []`} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
}

func TestDiffsFitEveryScreen(t *testing.T) {
	c := builtin(t)
	for _, axis := range c.Axes {
		on := c.On(axis.ID)
		for i := 1; i < len(on); i++ {
			for width := 60; width <= 220; width += 20 {
				fits(t, "diff", diffText(t, c, on[i-1].ID, on[i].ID, "text", Screen{Width: width}), width)
			}
		}
	}
}
