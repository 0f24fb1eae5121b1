package compute

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// The longest time in which no node goes: as long as nodes live at the most, and begun within a year.
func TestLongestClosed(t *testing.T) {
	day := 24 * time.Hour
	closed := func(schedule string, d time.Duration) disruption.NodeBudget {
		return disruption.NodeBudget{Nodes: "0", Schedule: schedule, Duration: d}
	}
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		life    time.Duration
		from    time.Time
		long    time.Duration
	}{
		"weekends": {[]disruption.NodeBudget{closed("0 0 * * 6", 2*day)}, 14 * day, monday.Add(5 * day), 2 * day},
		"two that follow each other": {[]disruption.NodeBudget{closed("0 0 * * 6", day), closed("0 0 * * 0", day)},
			14 * day, monday.Add(5 * day), 2 * day},
		"the longer one later": {[]disruption.NodeBudget{closed("0 0 * * 2", day), closed("0 0 * * 5", 2*day)},
			14 * day, monday.Add(4 * day), 2 * day},
		"from the start on": {[]disruption.NodeBudget{closed("0 0 * * 1", 3*day)}, 14 * day, monday, 3 * day},
		"once a month":      {[]disruption.NodeBudget{closed("0 0 20 * *", 5*day)}, 14 * day, monday.Add(18 * day), 5 * day},
		"in half a year":    {[]disruption.NodeBudget{closed("0 0 1 9 *", 5*day)}, 14 * day, monday.Add(183 * day), 5 * day},
		"each year, and under way": {[]disruption.NodeBudget{closed("@yearly", 8759*time.Hour)},
			400 * day, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), 8759 * time.Hour},
		"of another reason": {[]disruption.NodeBudget{{Nodes: "0", Schedule: "0 0 * * 6", Duration: 2 * day, Reasons: []string{"Empty"}}},
			14 * day, time.Time{}, 0},
		"most of the week, and none of a pool of one": {
			[]disruption.NodeBudget{{Nodes: "0%", Schedule: "0 1 * * 1", Duration: 7*day - time.Hour}},
			14 * day, monday.Add(time.Hour), 7*day - time.Hour},
	} {
		p := paced{budgets: disruption.ParseNodeBudgets(x.budgets)}
		got := p.longestClosed(10, monday, x.life)
		if !got.From.Equal(x.from) || got.Length() != x.long {
			t.Errorf("%s: from %s for %s, want from %s for %s", name, got.From, got.Length(), x.from, x.long)
		}
	}
	always := paced{budgets: disruption.ParseNodeBudgets([]disruption.NodeBudget{
		closed("0 0 * * *", 12*time.Hour), closed("0 12 * * *", 12*time.Hour)})}
	if got := always.longestClosed(10, monday, 9*day); !got.From.Equal(monday) || got.Length() < 9*day {
		t.Errorf("closed at all times: %+v", got)
	}
	minutes := paced{budgets: disruption.ParseNodeBudgets([]disruption.NodeBudget{closed("*/2 * * * *", time.Minute)})}
	if got := minutes.longestClosed(10, monday, 9*day); got.Length() != time.Minute {
		t.Errorf("each second minute: %+v", got)
	}
}
