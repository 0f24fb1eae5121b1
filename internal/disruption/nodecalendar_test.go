package disruption

import (
	"slices"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

// What never opens or closes, and which of the two it is.
func TestSteady(t *testing.T) {
	tests := []struct {
		name           string
		schedule       string
		duration       time.Duration
		steady, active bool
	}{
		{"all day, every day", "0 0 * * *", day, true, true},
		{"every minute, for a minute", "* * * * *", time.Minute, true, true},
		{"every hour, for an hour", "0 * * * *", time.Hour, true, true},
		{"a second short of a day", "0 0 * * *", day - time.Second, false, false},
		{"every hour, for 59 minutes", "0 * * * *", 59 * time.Minute, false, false},
		{"no time at all", "0 0 * * *", 0, true, false},
		{"not on the 1st", "0 0 2-31 * *", day, false, false},
		{"not on the 31st", "0 0 1-30 * *", day, false, false},
		{"not in January", "0 0 * 2-12 *", day, false, false},
		{"not in December", "0 0 * 1-11 *", day, false, false},
		{"not on Sundays", "0 0 * * 1-6", day, false, false},
		{"not on Saturdays", "0 0 * * 0-5", day, false, false},
		{"30 February, which never comes", "0 0 30 2 *", time.Hour, true, true},
		{"counted from whenever it is asked, and over by then", "@every 2h", time.Hour, true, false},
		{"counted from whenever it is asked, and not over", "@every 2h", 3 * time.Hour, true, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, err := cron.ParseStandard("TZ=UTC " + test.schedule)
			if err != nil {
				t.Fatal(err)
			}
			if c := newDayCycle(s, test.duration); c.steady != test.steady || c.active != test.active {
				t.Errorf("steady %t, active %t", c.steady, c.active)
			}
			b := ParseNodeBudgets([]NodeBudget{{Nodes: "1", Schedule: test.schedule, Duration: test.duration}})
			if _, changes := b.NextChange(utc("2026-11-22 12:00")); changes == test.steady {
				t.Errorf("changes: %t", changes)
			}
		})
	}
}

// Patterns and changes of schedules at the edges of days, years and of what cron
// looks ahead, held against Active, minute by minute.
func TestCalendarAtTheEdges(t *testing.T) {
	tests := []struct {
		name     string
		from     string
		days     int
		schedule string
		duration time.Duration
	}{
		{"two hits with a pause", "2026-11-22 00:00", 3, "0 7,9 * * *", 30 * time.Minute},
		{"three hits, two of which meet", "2026-11-22 00:00", 2, "0 7,8,12 * * *", time.Hour},
		{"opens at midnight", "2026-11-22 00:00", 3, "0 0 * * 1", 24 * time.Hour},
		{"closes at midnight", "2026-11-21 23:59", 2, "0 12 * * *", 12 * time.Hour},
		{"runs on over several days", "2026-11-22 00:00", 9, "0 22 * * 1", 50 * time.Hour},
		{"the year's end", "2026-12-30 12:00", 4, "0 6 1 1 *", 6 * time.Hour},
		{"29 February, far from one", "2097-06-01 00:00", 2, "0 0 29 2 *", time.Hour},
		{"29 February, New Year's Day before cron sees it", "2097-12-30 12:00", 3, "0 0 29 2 *", time.Hour},
		{"29 February, when cron sees the next one again", "2098-12-30 00:00", 4, "0 0 29 2 *", time.Hour},
		{"29 February, the last one that cron sees for years", "2096-02-28 12:00", 4, "0 0 29 2 *", time.Hour},
		{"on that day", "2096-02-29 12:00", 3, "30 11 29 2 *", time.Hour},
		{"two hits on that day", "2096-02-28 12:00", 4, "0 0,6 29 2 *", time.Hour},
		{"a hit on that day that runs on", "2096-02-28 12:00", 4, "0 23 29 2 *", 30 * time.Hour},
		{"29 February with another one in sight", "2092-02-28 12:00", 4, "0 0,6 29 2 *", time.Hour},
		{"the last day before cron gives up", "2096-12-30 00:00", 4, "0 0 29 2 *", 36 * time.Hour},
		{"never, at any time", "2026-11-22 00:00", 2, "0 0 30 2 *", time.Hour},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := ParseNodeBudgets([]NodeBudget{{Nodes: "1", Schedule: test.schedule, Duration: test.duration}, {Nodes: "2"}})
			from := utc(test.from)
			until := from.Add(time.Duration(test.days) * day)
			var changes []time.Time
			var want []Pattern
			for at := from; at.Before(until); at = at.Add(time.Minute) {
				set := []int{1}
				if b.Active(0, at) {
					set = []int{0, 1}
				}
				if !slices.ContainsFunc(want, func(p Pattern) bool { return slices.Equal(p.Active, set) }) {
					want = append(want, Pattern{set, at})
				}
				if at.After(from) && b.Active(0, at) != b.Active(0, at.Add(-time.Minute)) {
					changes = append(changes, at)
				}
			}
			got := b.Patterns(from, until)
			if !slices.EqualFunc(got, want, func(x, y Pattern) bool { return x.At.Equal(y.At) && slices.Equal(x.Active, y.Active) }) {
				t.Errorf("patterns %v, want %v", got, want)
			}
			for at := from; ; {
				next, ok := b.NextChange(at)
				if !ok || !next.Before(until) {
					break
				}
				if len(changes) == 0 || !next.Equal(changes[0]) {
					t.Fatalf("changes at %v, want %v", next, changes)
				}
				at, changes = next, changes[1:]
			}
			if len(changes) > 0 {
				t.Errorf("%v are not found", changes)
			}
		})
	}
}

// An entry that opens twice a day is open the second time, too.
func TestPatternsOfASecondHit(t *testing.T) {
	b := ParseNodeBudgets([]NodeBudget{{"1", "0 7,9 * * *", 30 * time.Minute, nil}, {"2", "15 9 * * *", 30 * time.Minute, nil}})
	want := []Pattern{
		{[]int{}, utc("2026-11-22 00:00")}, {[]int{0}, utc("2026-11-22 07:00")}, {[]int{0, 1}, utc("2026-11-22 09:15")},
		{[]int{1}, utc("2026-11-22 09:30")},
	}
	got := b.Patterns(utc("2026-11-22 00:00"), utc("2026-11-23 00:00"))
	if !slices.EqualFunc(got, want, func(x, y Pattern) bool { return x.At.Equal(y.At) && slices.Equal(x.Active, y.Active) }) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A gap is told by the first time that it is there.
func TestJudgeTellsTheFirstGap(t *testing.T) {
	b := ParseNodeBudgets([]NodeBudget{
		{"1", "0 2 * * *", 2 * time.Hour, nil},
		{"3", "0 4 * * *", 4 * time.Hour, []string{Drifted}},
	})
	j := b.Judge(utc("2026-11-22 03:00"))
	for reason, want := range map[string]string{Drifted: "2026-11-22 08:00", EmptyNode: "2026-11-22 04:00"} {
		if gap := j.Gaps[reason]; !gap.At.Equal(utc(want)) {
			t.Errorf("%s is not limited from %v on, want %s", reason, gap.At, want)
		}
	}
}
