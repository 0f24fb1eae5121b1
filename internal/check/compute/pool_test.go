package compute

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source"
)

// ofPools are the findings on what budgets say. What comes of that is played,
// with the workloads that run there.
func ofPools(findings []finding.Finding) []finding.Finding {
	return slices.DeleteFunc(findings, func(f finding.Finding) bool {
		return !slices.Contains(poolChecks, f.Obligation) || slices.Contains(foreseen, f.Obligation)
	})
}

// What a fix writes leaves nothing broken about the pool.
func TestPoolFixesHold(t *testing.T) {
	c := knowledge(t)
	files, _ := filepath.Glob("testdata/budget-*/broken-*.yaml")
	changed := 0
	for _, file := range files {
		e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ofPools(look(t, c, "eks-auto-mode", e)) {
			if f.Verdict != finding.Broken || f.Fix.Changes == nil {
				continue
			}
			changed++
			for _, again := range ofPools(look(t, c, "eks-auto-mode", parse(t, f.Fix.Changes[0].Manifest()))) {
				// A budget that froze the pool may have hidden that it has no effect.
				if again.Verdict != finding.Held && f.Obligation != "budget-invalid" {
					t.Errorf("%s: the fix of %s leaves %s: %s\n%s", file, f.Obligation, again.Obligation, again.Message, f.Fix.Changes[0].Manifest())
				}
			}
		}
	}
	if changed < 15 {
		t.Errorf("only %d fixes carry a change", changed)
	}
}

// The fix that the obligation describes: the hours outside a window are closed,
// whole, and one cap is left.
func TestPoolFixIsTheComplement(t *testing.T) {
	c := knowledge(t)
	for file, want := range map[string][]string{
		"testdata/budget-closed/broken-weekends-only-as-published.yaml": {"nodes: 50%", "nodes: \"0\"", "schedule: 0 0 * * 1", "duration: 120h"},
		"testdata/budget-gap/broken-gradual-rollout-as-published.yaml": {"nodes: \"3\"", "nodes: \"1\"", "schedule: 0 2 * * *", "duration: 2h",
			"nodes: \"0\"", "schedule: 0 8 * * *", "duration: 18h"},
		"testdata/budget-gap/broken-closed-in-business-hours-only.yaml": {"schedule: 0 9 * * mon-fri", "nodes: 10%"},
		"testdata/budget-invalid/broken-sunday-is-not-7.yaml":           {"schedule: 0 0 * * 0", "nodes: 10%"},
		"testdata/budget-invalid/broken-a-week-that-wraps.yaml":         {"schedule: 0 0 * * 0,1,6"},
	} {
		e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ofPools(look(t, c, "eks-auto-mode", e)) {
			if f.Verdict != finding.Broken {
				continue
			}
			if f.Fix.Changes == nil {
				t.Errorf("%s: no change for %s: %s", file, f.Obligation, f.Fix.Summary)
				continue
			}
			for _, w := range want {
				if !strings.Contains(f.Fix.Changes[0].Manifest(), w) {
					t.Errorf("%s: the fix lacks %q:\n%s", file, w, f.Fix.Changes[0].Manifest())
				}
			}
		}
	}
}

// Findings tell instants as the schedules repeat, in UTC.
func TestPoolFindingsTellWhen(t *testing.T) {
	c := knowledge(t)
	for file, want := range map[string]string{
		"testdata/budget-closed/broken-weekends-only-as-published.yaml":      "Sat 00:00 UTC: budget 1 opens with 50%, budget 2 still says 0",
		"testdata/budget-gap/broken-gradual-rollout-as-published.yaml":       "from 08:00 UTC to 02:00 UTC",
		"testdata/budget-gap/broken-closed-in-business-hours-only.yaml":      "from Mon 17:00 UTC to Tue 09:00 UTC",
		"testdata/budget-gap/broken-29-february.yaml":                        "from 29 Feb 00:00 UTC to 1 Mar 00:00 UTC",
		"testdata/budget-gap/broken-between-neighbours.yaml":                 "from 11:59 UTC to 12:00 UTC",
		"testdata/budget-closed/held-business-hours-as-published.yaml":       "from Mon 17:00 UTC on",
		"testdata/budget-dead/broken-33-percent-beside-10-as-published.yaml": "budget 1 (10% at any time) is as strict or stricter",
		"testdata/budget-closed/held-0-for-consolidation-is-a-wish.yaml":     "never for Underutilized and Empty",
		"testdata/budget-invalid/broken-a-time-zone.yaml":                    "expected exactly 5 fields, found 6",
		"testdata/budget-gap/broken-empty-list.yaml":                         "the default of 10% is for pools without that field",
		"testdata/budget-dead/broken-lasts-for-nothing.yaml":                 "it is never active",
		"testdata/budget-gap/broken-no-budget-about-drift.yaml":              "Drifted and Empty at any time",
		"testdata/budget-closed/broken-opens-when-another-closes.yaml":       "14 days old",
	} {
		e, err := source.Kubernetes(context.Background(), source.Input{Paths: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		obligation := filepath.Base(filepath.Dir(file))
		said := ""
		for _, f := range look(t, c, "eks-auto-mode", e) {
			if f.Obligation == obligation {
				said = f.Message + "\n" + f.Consequence + "\n"
				for _, e := range f.Evidence {
					said += e.Text + "\n"
				}
			}
		}
		if !strings.Contains(said, want) {
			t.Errorf("%s does not say %q:\n%s", file, want, said)
		}
	}
}

// Whatever budgets a pool has: findings and the rules agree, fixes hold.
func TestPoolsOfAnyBudgets(t *testing.T) {
	c := knowledge(t)
	rapid.Check(t, func(t *rapid.T) {
		p := kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "default", Position: origin.Position{Line: 1}}
		var written []disruption.NodeBudget
		for range rapid.IntRange(0, 4).Draw(t, "entries") {
			b := disruption.NodeBudget{Nodes: rapid.SampledFrom([]string{"0", "1", "5", "0%", "10%", "50%"}).Draw(t, "nodes")}
			if rapid.Bool().Draw(t, "scheduled") {
				b.Schedule = fmt.Sprintf("%d %d * * %s", rapid.IntRange(0, 59).Draw(t, "minute"), rapid.IntRange(0, 23).Draw(t, "hour"),
					rapid.SampledFrom([]string{"*", "6", "1-5", "0,3", "7"}).Draw(t, "weekday"))
				b.Duration = time.Duration(rapid.IntRange(1, 72*60).Draw(t, "minutes")) * time.Minute
			}
			if rapid.IntRange(0, 3).Draw(t, "scoped") == 0 {
				b.Reasons = rapid.SliceOfNDistinct(rapid.SampledFrom(disruption.Reasons), 0, 3, rapid.ID).Draw(t, "reasons")
			}
			written = append(written, b)
		}
		budgets := disruption.ParseNodeBudgets(written)
		p.Budgets = &budgets
		e := &kubernetes.Estate{Pools: []kubernetes.Pool{p}}
		findings := ofPools(look(t, c, "karpenter", e))
		if len(findings) == 0 {
			t.Fatal("nothing was looked at")
		}
		for _, f := range findings {
			if f.Verdict != finding.Broken {
				continue
			}
			if f.Fix == nil || f.Consequence == "" {
				t.Fatalf("%+v lacks a fix or a consequence", f)
			}
			if f.Fix.Changes == nil || f.Obligation == "budget-invalid" {
				continue
			}
			for _, again := range ofPools(look(t, c, "karpenter", parse(t, f.Fix.Changes[0].Manifest()))) {
				if again.Verdict != finding.Held {
					t.Fatalf("%+v: the fix of %s leaves %s: %s\n%s", written, f.Obligation, again.Obligation, again.Message, f.Fix.Changes[0].Manifest())
				}
			}
		}
	})
}
