package disruption

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Stretches follow each other without a gap, each with other entries than the one before,
// and at any instant what they allow is what the budgets allow.
func TestStretches(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var written []NodeBudget
		for range rapid.IntRange(0, 4).Draw(r, "entries") {
			b := NodeBudget{Nodes: rapid.SampledFrom([]string{"0", "1", "7", "0%", "10%", "100%", "250%", "x"}).Draw(r, "nodes")}
			b.Schedule = rapid.SampledFrom([]string{"", "@hourly", "0 9 * * mon-fri", "*/20 * * * *", "0 0 30 2 *", "0 0 1 * *", "61 * * * *"}).
				Draw(r, "schedule")
			if b.Schedule != "" {
				b.Duration = rapid.SampledFrom([]time.Duration{5 * time.Minute, time.Hour, 30 * time.Hour}).Draw(r, "duration")
			}
			b.Reasons = rapid.SampledFrom([][]string{nil, {}, {Drifted}, {Drifted, EmptyNode}}).Draw(r, "reasons")
			written = append(written, b)
		}
		b := ParseNodeBudgets(written)
		from := utc("2026-11-29 00:00").Add(time.Duration(rapid.IntRange(0, 600).Draw(r, "start")) * time.Second)
		until := from.Add(60 * time.Hour)
		all := b.Stretches(from, until)
		if !all[0].From.Equal(from) || !all[len(all)-1].Until.Equal(until) {
			r.Fatalf("%v: from %s until %s", written, all[0].From, all[len(all)-1].Until)
		}
		at := from.Add(time.Duration(rapid.IntRange(0, 60*3600-1).Draw(r, "at")) * time.Second)
		for i, s := range all {
			if !s.From.Before(s.Until) || i > 0 && !s.From.Equal(all[i-1].Until) {
				r.Fatalf("%v: stretch %d is %v", written, i, s)
			}
			if at.Before(s.From) || !at.Before(s.Until) {
				continue
			}
			for _, reason := range Reasons {
				agrees(r, b, s, at, reason)
			}
		}
	})
}

func agrees(r *rapid.T, b NodeBudgets, s Stretch, at time.Time, reason string) {
	limit := b.Limit(s.Active, reason)
	for _, total := range []int{1, 9, 10, 33} {
		want := b.Allowed(at, total, reason)
		if got := b.LeastOf(s.Active, total, reason); got != want {
			r.Fatalf("%v at %s, %d nodes, %s: %d, and the budgets allow %d", b.Written(), at, total, reason, got, want)
		}
		if limit.Unlimited != (want == Unlimited) || limit.Zero() != (want == 0) {
			r.Fatalf("%v at %s, %d nodes, %s: %+v, and the budgets allow %d", b.Written(), at, total, reason, limit, want)
		}
		if always := b.Always(s.Active); b.Err() == nil && always.Allowed(at, total, reason) != want {
			r.Fatalf("%v at %s: without schedules %d, and the budgets allow %d", b.Written(), at, always.Allowed(at, total, reason), want)
		}
	}
}

// What several entries allow together, in words.
func TestLimit(t *testing.T) {
	for _, test := range []struct {
		nodes []string
		want  string
	}{
		{nil, "no limit"},
		{[]string{"5", "3"}, "3"},
		{[]string{"10%", "20%"}, "10%"},
		{[]string{"5", "10%", "7", "20%"}, "5 or 10%, whichever is fewer"},
		{[]string{"5", "100%"}, "5"},
		{[]string{"1", "10%"}, "1"},
		{[]string{"130%"}, "100%"},
		{[]string{"5", "0%"}, "0"},
		{[]string{"5", "0"}, "0"},
		{[]string{"5", "many"}, "0"},
	} {
		var written []NodeBudget
		var all []int
		for i, n := range test.nodes {
			written, all = append(written, NodeBudget{Nodes: n}), append(all, i)
		}
		if got := ParseNodeBudgets(written).Limit(all, Drifted).String(); got != test.want {
			t.Errorf("%v: %s, want %s", test.nodes, got, test.want)
		}
	}
}

// What a budget allows while it is active it allows at any time once it is taken without
// its schedule.
func TestBudgetsWithoutTheirSchedules(t *testing.T) {
	b := ParseNodeBudgets([]NodeBudget{{Nodes: "0", Schedule: "0 8 * * *", Duration: time.Hour}, {Nodes: "3"}})
	for hour, want := range map[int]int{8: 0, 12: 3} {
		at := time.Date(2026, 11, 23, hour, 30, 0, 0, time.UTC)
		if got := b.Allowed(at, 10, Drifted); got != want {
			t.Errorf("at %s: %d, want %d", at, got, want)
		}
		if got := b.Always([]int{0}).Allowed(at, 10, Drifted); got != 0 {
			t.Errorf("at %s, without its schedule: %d", at, got)
		}
	}
}
