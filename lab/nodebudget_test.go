package lab

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clock "k8s.io/utils/clock/testing"
	"pgregory.net/rapid"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/onus-project/onus/internal/disruption"
)

// theirs is a budget as Karpenter has it. A schedule or duration that is not
// set is nil; a duration of nothing beside a schedule is set to that, as "0h"
// is, which the API server takes.
func theirs(b disruption.NodeBudget) karpenter.Budget {
	k := karpenter.Budget{Nodes: b.Nodes}
	if b.Schedule != "" {
		k.Schedule = &b.Schedule
		k.Duration = &metav1.Duration{Duration: b.Duration}
	} else if b.Duration != 0 {
		k.Duration = &metav1.Duration{Duration: b.Duration}
	}
	if b.Reasons != nil {
		k.Reasons = []karpenter.DisruptionReason{}
		for _, r := range b.Reasons {
			k.Reasons = append(k.Reasons, karpenter.DisruptionReason(r))
		}
	}
	return k
}

func pool(budgets []disruption.NodeBudget) *karpenter.NodePool {
	p := &karpenter.NodePool{}
	for _, b := range budgets {
		p.Spec.Disruption.Budgets = append(p.Spec.Disruption.Budgets, theirs(b))
	}
	return p
}

func cronField(t *rapid.T, low, high int) string {
	n := func(low int) int { return rapid.IntRange(low, high).Draw(t, "n") }
	switch rapid.IntRange(0, 8).Draw(t, "form") {
	case 0, 1:
		return fmt.Sprint(n(low))
	case 2:
		a := n(low)
		return fmt.Sprintf("%d-%d", a, n(a))
	case 3:
		return fmt.Sprintf("*/%d", rapid.IntRange(1, 40).Draw(t, "step"))
	case 4:
		return fmt.Sprintf("%d,%d", n(low), n(low))
	case 5:
		a := n(low)
		return fmt.Sprintf("%d-%d/%d", a, n(a), rapid.IntRange(1, 9).Draw(t, "step"))
	}
	return "*"
}

func schedules(t *rapid.T) string {
	switch rapid.IntRange(0, 19).Draw(t, "kind of schedule") {
	case 0: // names, dates that do not exist, both kinds of day
		return rapid.SampledFrom([]string{
			"@annually", "@yearly", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every 1h", "@every 3h30m",
			"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 29 2 *", "0 3 1 * 1", "0 0 * * SUN", "30 6 * jan-mar mon-fri", "0 9 ? * MON",
		}).Draw(t, "schedule")
	case 1: // what the pattern of the API server takes and cron does not, and worse
		return rapid.SampledFrom([]string{
			"61 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 * * 7", "0 0 * * tue-mon", "0 0 * 13 *", "@dailyish", "0 0 9 * * *",
			"TZ=Europe/Berlin 0 2 * * *", "CRON_TZ=UTC 0 2 * * *", "0 2 L * *", "0 2 * * 1#1", "x x x x x", "@wrongly", "* * * *", " ", "-1 0 * * *",
			"*/0 * * * *",
		}).Draw(t, "schedule")
	}
	return strings.Join([]string{cronField(t, 0, 59), cronField(t, 0, 23), cronField(t, 1, 31), cronField(t, 1, 12), cronField(t, 0, 6)}, " ")
}

func budgets(t *rapid.T) []disruption.NodeBudget {
	all := make([]disruption.NodeBudget, rapid.IntRange(0, 5).Draw(t, "entries"))
	for i := range all {
		b := &all[i]
		switch rapid.IntRange(0, 9).Draw(t, "kind of number") {
		case 0:
			b.Nodes = rapid.SampledFrom([]string{"1000a%", "", "%", "-5", "+5", "007", "2147483648", "4294967297", "99999999999999999999", "-10%",
				"1e3", "150%", "10 %", "٣"}).Draw(t, "nodes")
		case 1, 2, 3, 4:
			b.Nodes = fmt.Sprintf("%d%%", rapid.IntRange(0, 100).Draw(t, "percent"))
		default:
			b.Nodes = fmt.Sprint(rapid.IntRange(0, 60).Draw(t, "number"))
		}
		if rapid.IntRange(0, 3).Draw(t, "scheduled") > 0 {
			b.Schedule = schedules(t)
			if !chance(t, 12, "no duration") {
				b.Duration = time.Duration(rapid.IntRange(0, 40*24).Draw(t, "h"))*time.Hour +
					time.Duration(rapid.IntRange(0, 59).Draw(t, "m"))*time.Minute
			}
		} else if chance(t, 30, "duration alone") {
			b.Duration = time.Hour
		}
		if rapid.Bool().Draw(t, "scoped") {
			b.Reasons = rapid.SliceOfNDistinct(rapid.SampledFrom(disruption.Reasons), 0, 3, rapid.ID).Draw(t, "reasons")
		}
	}
	return all
}

func instant(t *rapid.T) time.Time {
	at := time.Unix(rapid.Int64Range(1_700_000_000, 2_100_000_000).Draw(t, "unix"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns"))
	switch rapid.IntRange(0, 3).Draw(t, "roundness") { // boundaries are where mistakes are
	case 0:
		at = at.Truncate(time.Minute)
	case 1:
		at = at.Truncate(time.Hour)
	case 2:
		at = at.Truncate(24 * time.Hour)
	}
	at = at.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "beside")))
	return at.In(time.FixedZone("", 3600*rapid.IntRange(-12, 14).Draw(t, "zone")))
}

// Allowed is MustGetAllowedDisruptions, and Err GetAllowedDisruptionsByReason's.
//
// One difference, in what the API server refuses: a budget with a duration of
// nothing and no schedule is an error to Karpenter where the duration is set,
// and is always active here, because the two cannot be told apart here.
func TestAllowedIsKarpenters(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		written := budgets(t)
		ours, p := disruption.ParseNodeBudgets(written), pool(written)
		for range 4 {
			now, total := instant(t), rapid.IntRange(0, 2000).Draw(t, "total")
			c := clock.NewFakeClock(now)
			for _, reason := range disruption.Reasons {
				compared.n.Add(1)
				got, want := ours.Allowed(now, total, reason), p.MustGetAllowedDisruptions(c, total, karpenter.DisruptionReason(reason))
				if got != want {
					t.Fatalf("%+v at %s: %d of %d for %s, Karpenter has %d", written, now, got, total, reason, want)
				}
			}
			for i := range written {
				compared.n.Add(1)
				want, err := p.Spec.Disruption.Budgets[i].IsActive(c)
				if got := ours.Active(i, now); got != want {
					t.Fatalf("%+v at %s is active: %t, Karpenter has %t, %v", written[i], now, got, want, err)
				}
				if err != nil && ours.Err() == nil {
					t.Fatalf("%+v: %v, and onus says nothing", written[i], err)
				}
			}
		}
	})
	compared.report(t)
}

// Between now and NextChange no budget of Karpenter's opens or closes; at
// NextChange one does.
func TestNextChangeIsKarpenters(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		written := budgets(t)
		p, now := pool(written), instant(t)
		ours := disruption.ParseNodeBudgets(written)
		if slices.ContainsFunc(ours.Invalid(), func(i *disruption.Invalid) bool { return i.Field == "schedule" }) {
			if next, ok := ours.NextChange(now); ok {
				t.Fatalf("a frozen pool changes at %s", next)
			}
			return
		}
		active := func(at time.Time) (set []bool) {
			for i := range p.Spec.Disruption.Budgets {
				on, _ := p.Spec.Disruption.Budgets[i].IsActive(clock.NewFakeClock(at))
				set = append(set, on)
			}
			return set
		}
		next, ok := ours.NextChange(now)
		span := int64(400 * 24 * time.Hour)
		if ok {
			compared.n.Add(1)
			if slices.Equal(active(next.Add(-1)), active(next)) {
				t.Fatalf("%+v: nothing changes at %s", written, next)
			}
			span = min(span, int64(next.Sub(now)))
		}
		was := active(now)
		for range 30 {
			compared.n.Add(1)
			at := now.Add(time.Duration(rapid.Int64Range(0, span-1).Draw(t, "between")))
			if !slices.Equal(was, active(at)) {
				t.Fatalf("%+v: something changed between %s and %s, not at %s", written, now, at, next)
			}
		}
	})
	compared.report(t)
}

// At any time the active set of Karpenter's budgets is one of Patterns, and
// the example of each pattern is right. What Judge makes of them holds.
func TestPatternsAreKarpenters(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		written := budgets(t)
		p, from := pool(written), instant(t)
		ours := disruption.ParseNodeBudgets(written)
		if ours.Err() != nil {
			return
		}
		active := func(at time.Time) []int {
			set := []int{}
			for i := range p.Spec.Disruption.Budgets {
				if on, _ := p.Spec.Disruption.Budgets[i].IsActive(clock.NewFakeClock(at)); on {
					set = append(set, i)
				}
			}
			return set
		}
		judged := ours.Judge(from)
		for _, pattern := range judged.Patterns {
			compared.n.Add(1)
			if got := active(pattern.At); !slices.Equal(got, pattern.Active) {
				t.Fatalf("%+v at %s: %v are active, not %v", written, pattern.At, got, pattern.Active)
			}
		}
		rest := &karpenter.NodePool{}
		for i := range written {
			if _, dead := judged.Dead[i]; !dead {
				rest.Spec.Disruption.Budgets = append(rest.Spec.Disruption.Budgets, theirs(written[i]))
			}
		}
		for range 20 {
			compared.n.Add(1)
			at := from.Add(time.Duration(rapid.Int64Range(0, int64(366*24*time.Hour)-1).Draw(t, "within the year")))
			if set := active(at); !slices.ContainsFunc(judged.Patterns, func(x disruption.Pattern) bool { return slices.Equal(x.Active, set) }) {
				t.Fatalf("%+v at %s: %v are active, which is none of %v", written, at, set, judged.Patterns)
			}
			total, c := rapid.IntRange(1, 1000).Draw(t, "total"), clock.NewFakeClock(at)
			for _, reason := range disruption.Reasons {
				allowed := p.MustGetAllowedDisruptions(c, total, karpenter.DisruptionReason(reason))
				if slices.Contains(judged.Closed, reason) && allowed > 0 {
					t.Fatalf("%+v at %s allows %d for %s, which is said to be closed", written, at, allowed, reason)
				}
				if _, gap := judged.Gaps[reason]; allowed == math.MaxInt32 && !gap {
					t.Fatalf("%+v at %s does not limit %s, which is said to be limited", written, at, reason)
				}
				// Fewer than none is none: BuildDisruptionBudgetMapping takes no less than 0 of what is left.
				if without := rest.MustGetAllowedDisruptions(c, total, karpenter.DisruptionReason(reason)); max(without, 0) != max(allowed, 0) {
					t.Fatalf("%+v at %s allows %d of %d for %s, without the dead %v %d", written, at, allowed, total, reason, judged.Dead, without)
				}
			}
		}
	})
	compared.report(t)
}
