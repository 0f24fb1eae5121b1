package disruption

import (
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// deadOneByOne is what findDead finds, in the plain way: each entry is held against each.
func deadOneByOne(b NodeBudgets, patterns []Pattern) map[int]int {
	gone := map[int]int{}
	for i := len(b.entries) - 1; i >= 0; i-- {
		by, decides := -1, false
		for _, p := range patterns {
			for _, reason := range Reasons {
				if !slices.Contains(p.Active, i) || !b.entries[i].covers(reason) {
					continue
				}
				others := slices.DeleteFunc(slices.Clone(p.Active), func(k int) bool {
					_, is := gone[k]
					return k == i || is || !b.entries[k].covers(reason)
				})
				for total := 1; total <= largestPool; total++ {
					least := b.least(others, total, reason)
					decides = decides || len(others) == 0 || b.entries[i].value(total) < least
					if by < 0 && !decides && (total == largestPool || !onlyPercentages(b, append(others, i))) {
						by = others[slices.IndexFunc(others, func(k int) bool { return b.entries[k].value(total) == least })]
					}
				}
			}
		}
		if !decides {
			gone[i] = by
		}
	}
	return gone
}

func onlyPercentages(b NodeBudgets, entries []int) bool {
	return !slices.ContainsFunc(entries, func(k int) bool { return b.entries[k].nodes.StrVal == "" })
}

func TestDeadEntriesAreThoseOfThePlainWay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var all []NodeBudget
		for range rapid.IntRange(0, 7).Draw(r, "entries") {
			x := NodeBudget{Nodes: rapid.SampledFrom([]string{"0", "1", "2", "5", "9", "999", "2147483647", "0%", "1%", "2%", "10%", "50%",
				"100%"}).Draw(r, "nodes")}
			if rapid.Bool().Draw(r, "narrow") {
				x.Reasons = rapid.SliceOfNDistinct(rapid.SampledFrom(Reasons), 0, 2, rapid.ID[string]).Draw(r, "reasons")
			}
			if hour := rapid.IntRange(-6, 3).Draw(r, "hour"); hour >= 0 {
				x.Schedule, x.Duration = "0 "+strconv.Itoa(hour)+" * * *", 2*time.Hour
			}
			all = append(all, x)
		}
		b := ParseNodeBudgets(all)
		j := b.Judge(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
		if want := deadOneByOne(b, j.Patterns); !maps.Equal(j.Dead, want) {
			r.Fatalf("%+v: dead are %v, want %v", all, j.Dead, want)
		}
	})
}

// Ten thousand budgets are judged within the time that a hundred thousand steps take, not
// as many as each with each.
func TestManyEntriesAreJudgedInTime(t *testing.T) {
	var all []NodeBudget
	for i := range 10_000 {
		all = append(all, NodeBudget{Nodes: strconv.Itoa(20_000 - i)}, NodeBudget{Nodes: strconv.Itoa(i%100) + "%"})
	}
	began := time.Now()
	j := ParseNodeBudgets(all).Judge(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
	if len(j.Dead) != len(all)-1 {
		t.Errorf("%d are dead", len(j.Dead))
	}
}

// Percentages above 100 order as all others: a budget that never decides is told to stand
// behind the smallest of them, and not behind one that never decides either.
func TestDeadPercentagesAboveTheWholePool(t *testing.T) {
	all := []NodeBudget{{Nodes: "150%"}, {Nodes: "151%"}, {Nodes: "152%"}}
	j := ParseNodeBudgets(all).Judge(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if want := map[int]int{1: 0, 2: 0}; !maps.Equal(j.Dead, want) {
		t.Errorf("dead are %v, want %v", j.Dead, want)
	}
}
