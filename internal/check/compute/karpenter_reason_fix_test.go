package compute

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// What an author has left open for one reason stays so, and the others are closed outside of
// their windows, or get a limit.
func TestFixOfAGapLeavesOtherReasons(t *testing.T) {
	const hour = time.Hour
	entry := func(nodes, schedule string, length time.Duration, reasons ...string) disruption.NodeBudget {
		return disruption.NodeBudget{Nodes: nodes, Schedule: schedule, Duration: length, Reasons: reasons}
	}
	const drifted, empty, underutilized = disruption.Drifted, disruption.EmptyNode, disruption.Underutilized
	for name, x := range map[string]struct {
		written []disruption.NodeBudget
		added   string // none: it is left to the fix for all reasons
	}{
		"empty at any time, all in a window": {
			[]disruption.NodeBudget{entry("35%", "0 1 * * mon", 4*hour), entry("35%", "", 0, empty)},
			"0 0 5 * * 1 164h0m0s Drifted,Underutilized",
		},
		"empty at any time, others in a window": {
			[]disruption.NodeBudget{entry("1", "0 2 * * *", 4*hour, underutilized, drifted), entry("50%", "", 0, empty)},
			"0 0 6 * * * 20h0m0s Drifted,Underutilized",
		},
		"empty by day and by night, underutilized by night, nothing of drift": {
			[]disruption.NodeBudget{entry("20%", "0 6 * * *", 20*hour, empty), entry("20%", "0 2 * * *", 4*hour, underutilized, empty)},
			"0 0 6 * * * 20h0m0s Underutilized; 10%  0s Drifted",
		},
		"each reason in a window of its own": {
			[]disruption.NodeBudget{
				entry("1", "0 2 * * *", hour, drifted), entry("2", "0 4 * * *", hour, empty), entry("3", "0 6 * * *", hour, underutilized),
			},
			"0 0 3 * * * 23h0m0s Drifted; 0 0 7 * * * 23h0m0s Underutilized; 0 0 5 * * * 23h0m0s Empty",
		},
		"empty alone":              {[]disruption.NodeBudget{entry("50%", "", 0, empty)}, "10%  0s Drifted,Underutilized"},
		"a window for all":         {[]disruption.NodeBudget{entry("1", "0 2 * * *", 4*hour)}, ""},
		"nothing lacks":            {[]disruption.NodeBudget{entry("1", "", 0)}, ""},
		"closed in hours, for all": {[]disruption.NodeBudget{entry("0", "0 2 * * *", 4*hour)}, ""},
	} {
		fix, ok := byReason(x.written)
		if ok != (x.added != "") {
			t.Errorf("%s: %t, %+v", name, ok, fix)
			continue
		}
		if !ok {
			continue
		}
		var added []string
		for _, b := range fix.budgets[len(x.written):] {
			slices.Sort(b.Reasons)
			added = append(added, b.Nodes+" "+b.Schedule+" "+b.Duration.String()+" "+strings.Join(b.Reasons, ","))
		}
		if got := strings.Join(added, "; "); got != x.added {
			t.Errorf("%s: %s, want %s", name, got, x.added)
		}
		if !(paced{}).sound(fix.budgets) {
			t.Errorf("%s: not sound: %+v", name, fix.budgets)
		}
	}
}
