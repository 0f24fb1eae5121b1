package shrink

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/lab/mix"
	"github.com/onus-project/onus/lab/record"
)

// text is everything that is played.
func text(s *record.Scenario) string {
	var b strings.Builder
	for _, o := range s.Objects {
		b.Write(o)
		b.WriteString("\n---\n")
	}
	return b.String()
}

func kinds(t *testing.T, s *record.Scenario) []string {
	t.Helper()
	p, err := parse(s)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, o := range p.objects {
		all = append(all, o.GetKind()+"/"+o.GetName())
	}
	return all
}

func isBudget(kind string) bool { return strings.HasPrefix(kind, "PodDisruptionBudget/") }

// What is missed because of one setting keeps that one, whatever else the mix
// has, and the least that can be played with it.
func TestShrink(t *testing.T) {
	for _, needle := range []string{
		"whenUnsatisfiable: ScheduleAnyway", "terminationGracePeriod:", "minReadySeconds", "type: Recreate", "unhealthyPodEvictionPolicy",
	} {
		tried := 0
		for n := range uint64(100) {
			s, err := mix.Draw(11, n)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(text(s), needle) {
				continue
			}
			if tried++; tried > 3 {
				break
			}
			small, err := Shrink(t.Context(), s, 1000, func(_ context.Context, s *record.Scenario) (bool, error) {
				return strings.Contains(text(s), needle), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			left := kinds(t, small)
			if !strings.Contains(text(small), needle) || len(left) > 5 || len(small.Written.Triggers) != 1 {
				t.Errorf("mix %d with %q: %q and %d triggers are left", n, needle, left, len(small.Written.Triggers))
			}
			if small.Settle != s.Settle || small.Name != s.Name {
				t.Errorf("mix %d is played in another way", n)
			}
		}
		if tried == 0 {
			t.Errorf("no mix has %q", needle)
		}
	}
}

// A part that is needed while another one stands is taken away once that is gone.
func TestShrinkTriesAgain(t *testing.T) {
	s, err := mix.Draw(11, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(kinds(t, s), isBudget) || len(s.Written.Triggers) < 2 {
		t.Fatal("the mix has no budget, or one thing happens")
	}
	small, err := Shrink(t.Context(), s, 1000, func(_ context.Context, s *record.Scenario) (bool, error) {
		all := kinds(t, s)
		events := len(s.Written.Triggers) > 1
		return !events || slices.ContainsFunc(all, isBudget), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if left := kinds(t, small); slices.ContainsFunc(left, isBudget) {
		t.Errorf("%q are left", left)
	}
}

// No more is played than may be, and an error ends it with what was found.
func TestShrinkEnds(t *testing.T) {
	s, err := mix.Draw(11, 1)
	if err != nil {
		t.Fatal(err)
	}
	plays := 0
	everyOther := func(context.Context, *record.Scenario) (bool, error) { plays++; return plays%2 == 0, nil }
	if _, err := Shrink(t.Context(), s, 4, everyOther); err != nil || plays != 4 {
		t.Errorf("%d plays, %v", plays, err)
	}
	broken := errors.New("no cluster")
	plays = 0
	small, err := Shrink(t.Context(), s, 1000, func(context.Context, *record.Scenario) (bool, error) {
		if plays++; plays == 3 {
			return false, broken
		}
		return true, nil
	})
	if !errors.Is(err, broken) || len(small.Objects) >= len(s.Objects) {
		t.Errorf("%d of %d objects, %v", len(small.Objects), len(s.Objects), err)
	}
}

// Whatever is taken away, what is left can be applied: no pod wants a pool, a
// priority or timings that are gone, and the scenario that it comes from is as it was.
func TestPartsLeaveNothingBehind(t *testing.T) {
	for n := range uint64(15) {
		s, err := mix.Draw(12, n)
		if err != nil {
			t.Fatal(err)
		}
		before := text(s)
		whole, err := parse(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range whole.parts() {
			without, err := parse(s)
			if err != nil {
				t.Fatal(err)
			}
			part.cut(without)
			if !without.playable() {
				continue
			}
			small, err := without.compose(s)
			if err != nil {
				t.Errorf("mix %d without %s: %v", n, part.name, err)
				continue
			}
			left, objects := text(small), kinds(t, small)
			for _, named := range []struct{ field, kind string }{
				{"karpenter.sh/nodepool: ", "NodePool/"}, {"priorityClassName: ", "PriorityClass/"},
			} {
				for _, line := range strings.Split(left, "\n") {
					_, value, found := strings.Cut(strings.TrimSpace(line), named.field)
					if found && !strings.HasPrefix(value, "system-") && !slices.Contains(objects, named.kind+value) {
						t.Errorf("mix %d without %s: pods want %s%s", n, part.name, named.kind, value)
					}
				}
			}
			if left == before && len(small.Written.Triggers) == len(s.Written.Triggers) && len(small.Written.Own) == len(s.Written.Own) {
				t.Errorf("mix %d without %s is the same", n, part.name)
			}
		}
		if text(s) != before {
			t.Errorf("mix %d was changed", n)
		}
	}
}

// Timings of its own go with what the lab reads them from.
func TestTimingsGoWithTheirAnnotations(t *testing.T) {
	seen := false
	for n := range uint64(40) {
		s, err := mix.Draw(13, n)
		if err != nil {
			t.Fatal(err)
		}
		for ref, own := range s.Written.Own {
			if own.PodReady.Duration != 25*time.Second || len(s.Written.Own) > 1 {
				continue
			}
			seen = true
			p, err := parse(s)
			if err != nil {
				t.Fatal(err)
			}
			p.dropOwn(ref)
			small, err := p.compose(s)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text(small), "25s") {
				t.Errorf("mix %d: the pods of %s keep their timings:\n%s", n, ref, text(small))
			}
		}
	}
	if !seen {
		t.Error("no mix has a workload with timings of its own")
	}
}
