package compute

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/calendar"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// Remarks of a calendar are about obligations that have a check.
func TestObligationsOfTheCalendar(t *testing.T) {
	for id, of := range map[string]check.Check{
		calendar.BudgetInvalid: BudgetInvalid, calendar.BudgetClosed: BudgetClosed, calendar.BudgetGap: BudgetGap,
		calendar.ExpiryUnbounded: ExpiryUnbounded,
	} {
		if id != of.ID {
			t.Errorf("a calendar names %s, and the check is %s", id, of.ID)
		}
	}
}

// What is played follows from what is wrong, and from a contract; everything else is wrong
// in itself.
func TestChecksThatTellOutcomes(t *testing.T) {
	for _, x := range every {
		want := slices.Contains(foreseen, x.ID)
		if x.Outcome != want || x.ByContract != want || x.Axis != Axis {
			t.Errorf("%s: an outcome %t, by contract %t, on %s", x.ID, x.Outcome, x.ByContract, x.Axis)
		}
	}
}

// The webhook that a workload answers is one that does not fail open, the first of them.
func TestWebhookOfAWorkload(t *testing.T) {
	open, shut := kubernetes.Backend{Webhook: true, Optional: true}, kubernetes.Backend{Webhook: true}
	for _, x := range []struct {
		all  []kubernetes.Backend
		want int
	}{
		{nil, -1}, {[]kubernetes.Backend{{}}, -1}, {[]kubernetes.Backend{open}, 0}, {[]kubernetes.Backend{open, shut}, 1},
		{[]kubernetes.Backend{shut, open}, 0}, {[]kubernetes.Backend{shut, shut}, 0}, {[]kubernetes.Backend{open, open}, 0},
		{[]kubernetes.Backend{{}, open, {}, shut, shut}, 3},
	} {
		e := &kubernetes.Estate{Services: []kubernetes.Service{{Namespace: "shop", Name: "svc"}}, Backends: x.all}
		s := &stakes{estate: e, serving: &serving{services: [][]int{{0}}, behind: [][]int{nil}}, backends: map[string][]int{}}
		for i := range x.all {
			s.backends["shop/svc"] = append(s.backends["shop/svc"], i)
		}
		got := -1
		if by := s.webhook(0); by != nil {
			for i := range e.Backends {
				if by == &e.Backends[i] {
					got = i
				}
			}
		}
		if got != x.want {
			t.Errorf("of %+v: %d, want %d", x.all, got, x.want)
		}
	}
}

// Where no budget was read at all that is said, of the unit that it was looked for in, and
// of a cluster with what may have left them out.
func TestNoBudgetWasRead(t *testing.T) {
	for _, x := range []struct {
		unit string
		live bool
		more string
		want string
	}{
		{"", false, "", "no PodDisruptionBudget was read at all"},
		{"apps/web", false, "", "no PodDisruptionBudget was read in unit apps/web"},
		{"", true, "", "no PodDisruptionBudget was read at all; if the dump left them out, add pdb to it"},
		{"", false, pdbOver("app: other", "maxUnavailable: 1"), ""},
	} {
		c, e := knowledge(t), parse(t, twoOfWeb+x.more)
		e.Live = x.live
		places := locate.Locate(c, e, c.Offering("karpenter"), nil)
		result, err := check.Run(t.Context(), every, c, &estate.Estate{Kubernetes: e, Name: x.unit}, places)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, f := range result.Findings {
			for _, e := range f.Evidence {
				if f.Obligation == PDBMissing.ID && strings.HasPrefix(e.Text, "no PodDisruptionBudget was read") {
					said = e.Text
				}
			}
		}
		if said != x.want {
			t.Errorf("in %q, live %t: %q", x.unit, x.live, said)
		}
	}
}

// Of an entry that never applies it is not said as well that its schedule has no effect.
func TestEntriesWithoutEffectAreToldOnce(t *testing.T) {
	daily := scheduled("5", "@daily", 24*60*60*1e9)
	for name, x := range map[string]struct {
		budgets []disruption.NodeBudget
		told    int
	}{
		"always active":                {[]disruption.NodeBudget{daily}, 1},
		"always active, and outdone":   {[]disruption.NodeBudget{daily, {Nodes: "1"}}, 0},
		"always active, and outdoes":   {[]disruption.NodeBudget{daily, {Nodes: "9"}}, 1},
		"two of them":                  {[]disruption.NodeBudget{daily, scheduled("10%", "@hourly", 60*60*1e9)}, 2},
		"active for a part of the day": {[]disruption.NodeBudget{scheduled("5", "@daily", 23*60*60*1e9)}, 0},
	} {
		j := check.Judgement{Verdict: finding.Held}
		pacedBy(x.budgets...).deadSchedules(&j)
		told := strings.Count(j.Message, "its schedule has no effect")
		for _, e := range j.Evidence {
			told += strings.Count(e.Text, "its schedule has no effect")
		}
		if told != x.told || (j.Verdict == finding.Broken) != (told > 0) {
			t.Errorf("%s: %s: %q, %v", name, j.Verdict, j.Message, j.Evidence)
		}
	}
}

// By what it is known that the author of a workload has its only pod gone in each rollout.
func TestRolloutsWithoutAPod(t *testing.T) {
	value := func(s string) *intstr.IntOrString { v := intstr.Parse(s); return &v }
	for _, x := range []struct {
		kind     string
		replicas int
		rollout  kubernetes.Rollout
		want     string
	}{
		{"Deployment", 1, kubernetes.Rollout{}, ""},
		{"Deployment", 1, kubernetes.Rollout{Strategy: "Recreate"}, "its strategy Recreate"},
		{"Deployment", 1, kubernetes.Rollout{MaxSurge: value("0")}, "its maxSurge 0"},
		{"Deployment", 1, kubernetes.Rollout{MaxSurge: value("0%")}, "its maxSurge 0"},
		{"Deployment", 1, kubernetes.Rollout{MaxSurge: value("25%")}, ""},
		{"Deployment", 1, kubernetes.Rollout{MaxSurge: value("none")}, ""},
		{"Deployment", 1, kubernetes.Rollout{MaxUnavailable: value("1")}, "its maxUnavailable 1 "},
		{"Deployment", 1, kubernetes.Rollout{MaxUnavailable: value("100%")}, "its maxUnavailable 100% "},
		{"Deployment", 1, kubernetes.Rollout{MaxUnavailable: value("99%")}, ""},
		{"Deployment", 1, kubernetes.Rollout{MaxUnavailable: value("all")}, ""},
		{"Deployment", 2, kubernetes.Rollout{MaxUnavailable: value("1")}, ""},
		{"StatefulSet", 1, kubernetes.Rollout{MaxUnavailable: value("1")}, ""},
	} {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: x.kind}, Replicas: x.replicas, ReplicasSet: true, Rollout: x.rollout}
		if got := pausesForRollouts(w); !strings.HasPrefix(got, x.want) || got != "" && x.want == "" {
			t.Errorf("%d of a %s, %+v: %q", x.replicas, x.kind, x.rollout, got)
		}
	}
}
