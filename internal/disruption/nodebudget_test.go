package disruption

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func utc(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		t, err = time.Parse("2006-01-02 15:04", s)
	}
	if err != nil {
		panic(err)
	}
	return t
}

// The cases of pkg/apis/v1/nodepool_budgets_test.go of Karpenter 1.14, Context
// GetAllowedDisruptionsByReason.
func TestAllowedByReason(t *testing.T) {
	all := func(nodes, schedule string, reasons ...string) NodeBudget {
		return NodeBudget{nodes, schedule, time.Hour, reasons}
	}
	six := func(edit func(b []NodeBudget)) []NodeBudget {
		b := []NodeBudget{
			all("10", "* * * * *"),
			all("100", "* * * * *"),
			all("100%", "* * * * *"),
			all("15", "* * * * *", Drifted, Underutilized),
			all("5", "* * * * *", Drifted),
			all("0", "@weekly", Underutilized, Drifted, EmptyNode),
		}
		edit(b)
		return b
	}
	type by map[string]int
	tests := []struct {
		name    string
		budgets []NodeBudget
		want    by
	}{
		{"0 for all reasons if a budget is active for all reasons", six(func(b []NodeBudget) { b[5].Schedule = "* * * * *" }),
			by{EmptyNode: 0, Underutilized: 0, Drifted: 0}},
		{"MaxInt32 for all reasons when there are no active budgets", six(func(b []NodeBudget) {
			for i := range b {
				b[i].Schedule = "@yearly"
			}
		}), by{EmptyNode: Unlimited, Underutilized: Unlimited, Drifted: Unlimited}},
		{"reason-defined budgets are ignored when inactive", six(func(b []NodeBudget) { b[3].Schedule, b[4].Schedule = "@yearly", "@yearly" }),
			by{EmptyNode: 10, Underutilized: 10, Drifted: 10}},
		{"the budget for all reasons when undefined", six(func([]NodeBudget) {})[:1], by{EmptyNode: 10, Underutilized: 10, Drifted: 10}},
		{"the minimum budget for each reason", append(six(func([]NodeBudget) {}), all("4", "* * * * *", EmptyNode)),
			by{EmptyNode: 4, Underutilized: 10, Drifted: 5}},
		// Not upstream's.
		{"one bad schedule freezes reasons it does not name", []NodeBudget{{Nodes: "10%"}, all("5", "61 0 * * *", EmptyNode)},
			by{EmptyNode: 0, Underutilized: 0, Drifted: 0}},
		{"a bad number freezes all reasons while it is active", []NodeBudget{{Nodes: "10%"}, all("x", "* * * * *", EmptyNode)},
			by{EmptyNode: 0, Underutilized: 0, Drifted: 0}},
		{"a bad number does nothing while it is inactive", []NodeBudget{{Nodes: "10%"}, all("x", "@yearly", EmptyNode)},
			by{EmptyNode: 10, Underutilized: 10, Drifted: 10}},
		{"no reasons, but a list of them", []NodeBudget{{Nodes: "1", Reasons: []string{}}},
			by{EmptyNode: Unlimited, Underutilized: Unlimited, Drifted: Unlimited}},
		{"no budgets", nil, by{EmptyNode: Unlimited, Underutilized: Unlimited, Drifted: Unlimited}},
		{"30 February is always", []NodeBudget{all("3", "0 0 30 2 *")}, by{EmptyNode: 3, Underutilized: 3, Drifted: 3}},
		{"numbers wrap around at 32 bits", []NodeBudget{{Nodes: "4294967297"}}, by{EmptyNode: 1, Underutilized: 1, Drifted: 1}},
	}
	// The middle of the year 2000, as upstream has it.
	now := utc("2000-06-15 12:30:30")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := ParseNodeBudgets(test.budgets)
			for reason, want := range test.want {
				if got := b.Allowed(now, 100, reason); got != want {
					t.Errorf("%s: %d, want %d", reason, got, want)
				}
			}
		})
	}
}

// Contexts AllowedDisruptions and IsActive of the same file.
func TestActive(t *testing.T) {
	tests := []struct {
		name     string
		at       time.Time
		schedule string
		duration time.Duration
		want     bool
	}{
		{"always in UTC", time.Date(2000, time.June, 0, 0, 0, 0, 0, time.FixedZone("fake-zone", 3600)), "@daily", 30 * time.Minute, false},
		{"neither schedule nor duration", utc("2000-06-15 12:30:30"), "", 0, true},
		{"active", utc("2000-06-15 12:30:30"), "* * * * *", time.Hour, true},
		{"inactive", utc("2000-06-15 12:30:30"), "@yearly", time.Hour, false},
		{"hit in the middle of the duration", utc("1000-01-01 12:00"), "@yearly", 24 * time.Hour, true},
		{"duration longer than the recurrence", utc("2024-01-07 00:00"), "@daily", 48 * time.Hour, true},
		{"hit after the duration", utc("2024-01-07 00:00"), "30 6 * * SUN", 6 * time.Hour, false},
		// Not upstream's: the interval is [hit, hit+duration).
		{"at the hit", utc("2026-11-22 02:00"), "0 2 * * *", time.Hour, true},
		{"just before the hit", utc("2026-11-22 02:00").Add(-1), "0 2 * * *", time.Hour, false},
		{"just before the end", utc("2026-11-22 03:00").Add(-1), "0 2 * * *", time.Hour, true},
		{"at the end", utc("2026-11-22 03:00"), "0 2 * * *", time.Hour, false},
		{"a schedule with no duration", utc("2026-11-22 02:00"), "0 2 * * *", 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := ParseNodeBudgets([]NodeBudget{{Nodes: "10", Schedule: test.schedule, Duration: test.duration}})
			if got := b.Active(0, test.at); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestErrExplains(t *testing.T) {
	for _, test := range []struct {
		budget NodeBudget
		words  []string
	}{
		{NodeBudget{"10", "@wrongly", time.Hour, nil}, []string{"budget 1", "schedule", `"@wrongly"`, "descriptor"}},
		{NodeBudget{"10", "0 0 * * tue-mon", time.Hour, nil}, []string{"beginning of range (2) beyond end of range (1)"}},
		{NodeBudget{"10", "61 0 * * *", time.Hour, nil}, []string{"61"}},
		{NodeBudget{"10", "TZ=Europe/Berlin 0 2 * * *", time.Hour, nil}, []string{"found 6"}},
		{NodeBudget{"10", "", time.Hour, nil}, []string{"schedule", `""`}},
		{NodeBudget{"1000a%", "", 0, nil}, []string{"budget 1", "nodes", `"1000a%"`}},
	} {
		b := ParseNodeBudgets([]NodeBudget{test.budget})
		err := b.Err()
		if err == nil {
			t.Errorf("%+v was taken", test.budget)
			continue
		}
		for _, w := range test.words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q lacks %q", err, w)
			}
		}
		var invalid *Invalid
		if !errors.As(err, &invalid) || invalid.Index != 0 {
			t.Errorf("%v tells no entry", err)
		} else if !errors.Is(err, invalid.Err) || invalid.Err == nil {
			t.Errorf("%v hides its cause", err)
		}
		if test.budget.Schedule != "" && b.Active(0, utc("2026-11-22 00:00")) {
			t.Errorf("%+v is active", test.budget)
		}
		if got := b.Allowed(utc("2026-11-22 00:00"), 100, Drifted); got != 0 {
			t.Errorf("%+v allows %d", test.budget, got)
		}
	}
	if err := ParseNodeBudgets([]NodeBudget{{Nodes: "10%"}}).Err(); err != nil {
		t.Error(err)
	}
}

// Percentages are rounded up before what is under way is taken off.
func TestRemaining(t *testing.T) {
	for _, test := range []struct {
		nodes                   string
		total, disrupting, want int
	}{
		{"5%", 10, 0, 1},
		{"10%", 1, 0, 1},
		{"10%", 0, 0, 0},
		{"10%", 19, 1, 1},
		{"10%", 19, 3, 0}, // more are going than may: not a negative number
		{"0%", 100, 0, 0},
		{"5", 3, 1, 4}, // a number does not shrink with the pool
		{"100%", 7, 7, 0},
	} {
		b := ParseNodeBudgets([]NodeBudget{{Nodes: test.nodes}})
		if got := max(0, b.Allowed(utc("2026-11-22 00:00"), test.total, Drifted)-test.disrupting); got != test.want {
			t.Errorf("%s of %d with %d going leaves %d, want %d", test.nodes, test.total, test.disrupting, got, test.want)
		}
	}
	none := ParseNodeBudgets(nil)
	if got := none.Allowed(utc("2026-11-22 00:00"), 10, Drifted); got != Unlimited {
		t.Errorf("no budgets leave %d", got)
	}
}

// crons draws schedules as people write them, and some that nobody should.
func crons(t *rapid.T) string {
	field := func(name string, low, high int) string {
		switch rapid.IntRange(0, 6).Draw(t, name+" form") {
		case 0, 1:
			return fmt.Sprint(rapid.IntRange(low, high).Draw(t, name))
		case 2:
			a := rapid.IntRange(low, high).Draw(t, name+" from")
			return fmt.Sprintf("%d-%d", a, rapid.IntRange(a, high).Draw(t, name+" to"))
		case 3:
			return fmt.Sprintf("*/%d", rapid.IntRange(1, 30).Draw(t, name+" step"))
		case 4:
			return fmt.Sprintf("%d,%d", rapid.IntRange(low, high).Draw(t, name), rapid.IntRange(low, high).Draw(t, name+" too"))
		}
		return "*"
	}
	if rapid.IntRange(0, 9).Draw(t, "named") == 0 {
		return rapid.SampledFrom([]string{"@yearly", "@monthly", "@weekly", "@daily", "@hourly", "0 0 30 2 *", "0 0 31 4,6 *", "0 0 29 2 *",
			"0 3 1 * 1"}).Draw(t, "name")
	}
	return strings.Join([]string{field("minute", 0, 59), field("hour", 0, 23), field("day", 1, 31), field("month", 1, 12),
		field("weekday", 0, 6)}, " ")
}

func durations(t *rapid.T) time.Duration {
	if rapid.IntRange(0, 2).Draw(t, "short") == 0 { // shorter than what lies between two hits, mostly
		return time.Duration(rapid.IntRange(1, 45).Draw(t, "minutes")) * time.Minute
	}
	if rapid.Bool().Draw(t, "long") {
		return time.Duration(rapid.IntRange(0, 24*40).Draw(t, "hours")) * time.Hour
	}
	return time.Duration(rapid.IntRange(0, 48*60).Draw(t, "minutes")) * time.Minute
}

func nodeBudgets(t *rapid.T) []NodeBudget {
	budgets := make([]NodeBudget, rapid.IntRange(1, 4).Draw(t, "entries"))
	for i := range budgets {
		b := &budgets[i]
		b.Nodes = rapid.SampledFrom([]string{"0", "1", "3", "20", "0%", "10%", "33%", "100%"}).Draw(t, "nodes")
		if rapid.IntRange(0, 3).Draw(t, "scheduled") > 0 {
			b.Schedule, b.Duration = crons(t), durations(t)
		}
		if rapid.Bool().Draw(t, "scoped") {
			b.Reasons = rapid.SliceOfNDistinct(rapid.SampledFrom(Reasons), 0, 3, rapid.ID).Draw(t, "reasons")
		}
	}
	return budgets
}

func instants(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "unix"),
		int64(rapid.IntRange(0, 2).Draw(t, "ns"))*500_000_000).UTC()
}

// Between now and the next change nothing changes, and there something does:
// held against Active, which asks cron as Karpenter does, minute by minute.
func TestNextChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, now := ParseNodeBudgets(nodeBudgets(t)), instants(t)
		active := func(at time.Time) (set []bool) {
			for i := range b.entries {
				set = append(set, b.Active(i, at))
			}
			return set
		}
		next, ok := b.NextChange(now)
		limit := now.Add(8 * day)
		if ok {
			if !next.After(now) || next.Location() != time.UTC {
				t.Fatalf("%v is not after %v, in UTC", next, now)
			}
			if slices.Equal(active(next), active(next.Add(-1))) {
				t.Fatalf("nothing changes at %v", next)
			}
			if next.Before(limit) {
				limit = next
			}
		}
		was := active(now)
		for at := now.Truncate(time.Minute).Add(time.Minute); at.Before(limit); at = at.Add(time.Minute) {
			if !slices.Equal(was, active(at)) {
				t.Fatalf("it changes at %v, not at %v %t", at, next, ok)
			}
		}
	})
}

// The first of several entries to change is found whichever comes first in the
// list, and on the day of the change of another.
func TestNextChangeOfSeveral(t *testing.T) {
	b := ParseNodeBudgets([]NodeBudget{{"1", "0 0 * * *", 5 * time.Hour, nil}, {"1", "* 0 * * 4", time.Minute, nil}})
	for at, want := range map[string]string{
		"2023-12-07 00:00": "2023-12-07 01:00",
		"2023-12-07 01:00": "2023-12-07 05:00",
		"2023-12-07 05:00": "2023-12-08 00:00",
	} {
		if next, ok := b.NextChange(utc(at)); !ok || !next.Equal(utc(want)) {
			t.Errorf("after %s: %v %t, want %s", at, next, ok, want)
		}
	}
}

// Patterns are exactly the sets that are active at the minutes of the range,
// each at its first instant.
func TestPatterns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, from := ParseNodeBudgets(nodeBudgets(t)), instants(t)
		until := from.Add(time.Duration(rapid.IntRange(1, 9*24*60).Draw(t, "range")) * time.Minute)
		var want []Pattern
		look := func(at time.Time) {
			set := []int{}
			for i := range b.entries {
				if b.Active(i, at) {
					set = append(set, i)
				}
			}
			if !slices.ContainsFunc(want, func(p Pattern) bool { return slices.Equal(p.Active, set) }) {
				want = append(want, Pattern{set, at})
			}
		}
		look(from)
		for at := from.Truncate(time.Minute).Add(time.Minute); at.Before(until); at = at.Add(time.Minute) {
			look(at)
		}
		got := b.Patterns(from, until)
		if len(got) != len(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i := range got {
			if !got[i].At.Equal(want[i].At) || !slices.Equal(got[i].Active, want[i].Active) {
				t.Fatalf("pattern %d is %v, want %v", i, got[i], want[i])
			}
		}
	})
}

// Fifty entries that open and close every two minutes, the most the API
// server takes, over a year.
func TestPatternsAreBounded(t *testing.T) {
	var budgets []NodeBudget
	for i := range 50 {
		budgets = append(budgets, NodeBudget{Nodes: "1", Schedule: fmt.Sprintf("%d-59/2 * %d-31 * *", i%2, i%28+1), Duration: time.Minute})
	}
	began := time.Now()
	patterns := ParseNodeBudgets(budgets).Patterns(utc("2026-01-01 00:00"), utc("2027-01-01 00:00"))
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("%d patterns took %v", len(patterns), took)
	}
	if len(patterns) < 28 {
		t.Errorf("only %d patterns", len(patterns))
	}
}

// Published examples, and what their budgets really do.
func TestJudge(t *testing.T) {
	hours := func(n int) time.Duration { return time.Duration(n) * time.Hour }
	tests := []struct {
		name    string
		budgets []NodeBudget
		closed  string
		gaps    string
		dead    string
	}{
		{"the default", DefaultNodeBudgets.Written(), "", "", ""},
		{"weekends only, as published", []NodeBudget{{"50%", "0 0 * * 6", hours(48), nil}, {Nodes: "0"}}, "Drifted Underutilized Empty",
			"", "1 by 2"},
		{"gradual rollout, as published", []NodeBudget{{"1", "0 2 * * *", hours(2), nil}, {"3", "0 4 * * *", hours(4), nil}}, "",
			"Drifted Underutilized Empty", ""},
		{"33 % at weekends beside 10 %, as published", []NodeBudget{{Nodes: "10%"}, {"33%", "0 0 * * 6", hours(48), nil}}, "", "", "2 by 1"},
		{"10 % at weekends beside 33 %", []NodeBudget{{Nodes: "33%"}, {"10%", "0 0 * * 6", hours(48), nil}}, "", "", ""},
		{"weekends only, by the complement", []NodeBudget{{Nodes: "50%"}, {"0", "0 0 * * 1", hours(120), nil}}, "", "", ""},
		{"0 for consolidation only", []NodeBudget{{Nodes: "10%"}, {"0", "", 0, []string{Underutilized, EmptyNode}}},
			"Underutilized Empty", "", ""},
		{"one reason is not limited", []NodeBudget{{"0", "", 0, []string{Underutilized}}}, "Underutilized", "Drifted Empty", ""},
		{"an empty list", nil, "", "Drifted Underutilized Empty", ""},
		{"an empty list of reasons", []NodeBudget{{Nodes: "10%"}, {"0", "", 0, []string{}}}, "", "", "2 by 0"},
		{"a duration of nothing", []NodeBudget{{Nodes: "10%"}, {"0", "0 0 * * *", 0, nil}}, "", "", "2 by 0"},
		{"the same twice", []NodeBudget{{Nodes: "10%"}, {Nodes: "10%"}}, "", "", "2 by 1"},
		{"the one named covers the reason", []NodeBudget{
			{"1", "", 0, []string{EmptyNode}},
			{"1", "", 0, []string{Drifted}},
			{"1", "", 0, []string{Drifted}},
		}, "", "Underutilized", "3 by 2"},
		{"the first of several is named", []NodeBudget{
			{"10%", "", 0, []string{Drifted}},
			{"20%", "", 0, []string{Underutilized}},
			{"5%", "", 0, []string{EmptyNode}},
			{Nodes: "50%"},
		}, "", "", "4 by 1"},
		{"a number that counts in large pools only", []NodeBudget{{Nodes: "10%"}, {Nodes: "50"}}, "", "", ""},
		{"a number larger than any pool", []NodeBudget{{Nodes: "100%"}, {Nodes: "1000"}}, "", "", "2 by 1"},
		{"no gap between neighbours", []NodeBudget{{"1", "0 0 * * *", hours(12), nil}, {"2", "0 12 * * *", hours(12), nil}}, "", "", ""},
		{"a gap on 29 February only", []NodeBudget{{"1", "0 0 1-28,30-31 * *", hours(24), nil}, {"1", "0 0 29 1,3-12 *", hours(24), nil}}, "",
			"Drifted Underutilized Empty", ""},
		{"frozen: nothing to judge", []NodeBudget{{Nodes: "10%"}, {"0", "61 * * * *", hours(1), nil}}, "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			j := ParseNodeBudgets(test.budgets).Judge(utc("2027-06-01 12:00"))
			var gaps, dead []string
			for _, r := range Reasons {
				if _, ok := j.Gaps[r]; ok {
					gaps = append(gaps, r)
				}
			}
			for i := range test.budgets {
				if by, ok := j.Dead[i]; ok {
					dead = append(dead, fmt.Sprintf("%d by %d", i+1, by+1))
				}
			}
			if got := strings.Join(j.Closed, " "); got != test.closed {
				t.Errorf("closed: %q, want %q", got, test.closed)
			}
			if got := strings.Join(gaps, " "); got != test.gaps {
				t.Errorf("gaps: %q, want %q", got, test.gaps)
			}
			if got := strings.Join(dead, " "); got != test.dead {
				t.Errorf("dead: %q, want %q", got, test.dead)
			}
		})
	}
}

// Without the dead entries the budgets do the same, and each that is left
// makes a difference somewhere.
func TestDeadEntriesDoNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written, from := nodeBudgets(t), instants(t)
		b := ParseNodeBudgets(written)
		j := b.Judge(from)
		var alive []NodeBudget
		for i := range written {
			if _, dead := j.Dead[i]; !dead {
				alive = append(alive, written[i])
			}
		}
		rest := ParseNodeBudgets(alive)
		for range 50 {
			at := from.Add(time.Duration(rapid.Int64Range(0, int64(judgeHorizon)-1).Draw(t, "later")))
			total := rapid.IntRange(1, largestPool).Draw(t, "total")
			for _, reason := range Reasons {
				if x, y := b.Allowed(at, total, reason), rest.Allowed(at, total, reason); x != y {
					t.Fatalf("%d of %d for %s at %v, and %d without the dead %v", x, total, reason, at, y, j.Dead)
				}
			}
		}
		if again := rest.Judge(from); len(again.Dead) > 0 {
			t.Fatalf("%v are dead after that", again.Dead)
		}
	})
}

// What is active always is so without its schedule, and nothing else is.
func TestSchedulesThatNeverClose(t *testing.T) {
	for schedule, x := range map[string]struct {
		duration time.Duration
		always   bool
	}{
		"@hourly":      {time.Hour, true},
		"0 * * * *":    {59 * time.Minute, false},
		"*/15 * * * *": {15 * time.Minute, true},
		"0 0 * * *":    {24 * time.Hour, true},
		"30 1 * * *":   {23 * time.Hour, false},
		"0 0 * * 1-5":  {72 * time.Hour, true},
		"0 0 * * 6":    {7 * 24 * time.Hour, true},
		"0 6 * * 6":    {164 * time.Hour, false},
	} {
		j := ParseNodeBudgets([]NodeBudget{
			{Nodes: "1"},
			{Nodes: "0", Schedule: schedule, Duration: x.duration},
		}).Judge(time.Date(2028, 1, 3, 0, 0, 0, 0, time.UTC))
		if got := slices.Contains(j.Always, 1); got != x.always || slices.Contains(j.Always, 0) {
			t.Errorf("%s for %s is active at all times: %v, wants %v", schedule, x.duration, got, x.always)
		}
	}
}

// Budgets open and close by the clock where one of them has a schedule; what was
// written is there as it was.
func TestWrittenAndScheduled(t *testing.T) {
	nightly := NodeBudget{"0", "0 2 * * *", time.Hour, []string{Drifted}}
	for _, x := range []struct {
		name      string
		written   []NodeBudget
		scheduled bool
	}{
		{"none", []NodeBudget{}, false},
		{"one without", []NodeBudget{{Nodes: "10%"}}, false},
		{"one with", []NodeBudget{nightly}, true},
		{"the second", []NodeBudget{{Nodes: "10%"}, nightly}, true},
		{"one that cron cannot parse", []NodeBudget{{Nodes: "0", Schedule: "0 24 * * *", Duration: time.Hour}}, true},
	} {
		b := ParseNodeBudgets(x.written)
		if got := b.Written(); !reflect.DeepEqual(got, x.written) || b.Scheduled() != x.scheduled {
			t.Errorf("%s: %+v, scheduled %t", x.name, got, b.Scheduled())
		}
	}
}
