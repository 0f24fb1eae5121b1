package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// The hours outside of windows are closed by as many as four budgets; more than
// that nobody would write down, and none can be written of months and years.
func TestComplementOfWindows(t *testing.T) {
	daily := func(hours ...int) []disruption.NodeBudget {
		var all []disruption.NodeBudget
		for _, h := range hours {
			all = append(all, disruption.NodeBudget{Nodes: "1", Schedule: fmt.Sprintf("0 %d * * *", h), Duration: time.Hour})
		}
		return all
	}
	one := func(b disruption.NodeBudget) []disruption.NodeBudget { return []disruption.NodeBudget{b} }
	for _, x := range []struct {
		name string
		open []disruption.NodeBudget
		want []string
	}{
		{"a window a day", daily(2), []string{"0 3 * * * 23h0m0s"}},
		{"a window a week", one(disruption.NodeBudget{Nodes: "1", Schedule: "30 0 * * 6", Duration: 48 * time.Hour}),
			[]string{"30 0 * * 1 120h0m0s"}},
		{"gaps of four lengths", daily(0, 4, 9, 15), []string{"0 1 * * * 3h0m0s", "0 5 * * * 4h0m0s", "0 10 * * * 5h0m0s", "0 16 * * * 8h0m0s"}},
		{"on two days", []disruption.NodeBudget{
			{Nodes: "1", Schedule: "0 5 * * 3", Duration: time.Hour},
			{Nodes: "1", Schedule: "0 2 * * 1", Duration: time.Hour},
		},
			[]string{"0 3 * * 1 50h0m0s", "0 6 * * 3 116h0m0s"}},
		{"on two days, the later one earlier", []disruption.NodeBudget{
			{Nodes: "1", Schedule: "0 2 * * 3", Duration: time.Hour},
			{Nodes: "1", Schedule: "0 5 * * 1", Duration: time.Hour},
		},
			[]string{"0 6 * * 1 44h0m0s", "0 3 * * 3 122h0m0s"}},
		{"for one reason and for another", []disruption.NodeBudget{
			{Nodes: "1", Schedule: "0 2 * * 3", Duration: time.Hour, Reasons: []string{disruption.Drifted}},
			{Nodes: "1", Schedule: "0 5 * * 1", Duration: time.Hour, Reasons: []string{disruption.EmptyNode}},
		}, nil},
		{"of five", daily(0, 4, 9, 15, 22), nil},
		{"none", daily(0)[:0], nil},
		{"always open", one(disruption.NodeBudget{Nodes: "1", Schedule: "@daily", Duration: 24 * time.Hour}), nil},
		{"on a day of the month", one(disruption.NodeBudget{Nodes: "1", Schedule: "0 2 1 * *", Duration: time.Hour}), nil},
		{"in a month", one(disruption.NodeBudget{Nodes: "1", Schedule: "0 2 * 6 *", Duration: time.Hour}), nil},
		{"monthly", one(disruption.NodeBudget{Nodes: "1", Schedule: "@monthly", Duration: time.Hour}), nil},
		{"a schedule that cron cannot parse", one(disruption.NodeBudget{Nodes: "1", Schedule: "0 24 * * *", Duration: time.Hour}), nil},
		{"for different reasons",
			append(daily(2), disruption.NodeBudget{Nodes: "1", Schedule: "0 8 * * *", Duration: time.Hour, Reasons: []string{disruption.Drifted}}),
			nil},
	} {
		for range 20 { // in one order each time
			closed, ok := complement(x.open)
			var got []string
			for _, b := range closed {
				got = append(got, b.Schedule+" "+b.Duration.String())
				if b.Nodes != "0" {
					t.Errorf("%s: %s lets %s go", x.name, b.Schedule, b.Nodes)
				}
			}
			if ok != (x.want != nil) || !slices.Equal(got, x.want) {
				t.Fatalf("%s: %t, %q, want %q", x.name, ok, got, x.want)
			}
		}
	}
}

// An empty list of budgets limits nothing, where a pool without that field has 10%: no fix leaves
// a pool with one.
func TestNoFixLeavesAnEmptyList(t *testing.T) {
	if x := pacedBy(); x.sound(nil) {
		t.Error("an empty list is taken as sound")
	}
	none := disruption.NodeBudget{Nodes: "1", Reasons: []string{}}
	for name, x := range map[string]paced{
		"an empty list":       pacedBy(),
		"never active":        pacedBy(scheduled("1", "0 0 31 2 *", time.Hour)),
		"for no reason":       pacedBy(none),
		"twice for no reason": pacedBy(none, none),
	} {
		fix := x.fixBudgets()
		if len(fix.Changes) != 1 || !strings.Contains(fix.Changes[0].Manifest(), "- nodes: ") {
			t.Errorf("%s: %s", name, fix.Summary)
		}
	}
}
