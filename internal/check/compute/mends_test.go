package compute

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// A fix is given with its changes only where the budgets that it writes let a pod
// go at the sizes that it sets, without another budget beside them.
func TestFixesAreCheckedAgainstWhatTheyChange(t *testing.T) {
	const autoscaler = "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, " +
		"spec: {minReplicas: 1, maxReplicas: 4, " +
		"scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}\n---\n"
	one := strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 1")
	change := func(action finding.Action, kind, name, value string) finding.Change {
		return finding.Change{Action: action, Object: finding.Object{Kind: kind, Namespace: "default", Name: name}, Value: finding.Data(value)}
	}
	budget := func(name, spec string) finding.Change {
		return change(finding.Create, "PodDisruptionBudget", name, `{"spec": {`+spec+`}}`)
	}
	const web, other = `, "selector": {"matchLabels": {"app": "web"}}`, `, "selector": {"matchLabels": {"app": "other"}}`
	grow := func(kind string) finding.Change { return change(finding.Patch, kind, "web", `{}`) }
	for _, c := range []struct {
		name, docs string
		changes    []finding.Change
		kept       bool
	}{
		{"no budget", twoOfWeb, []finding.Change{grow("Deployment")}, true},
		{"one that lets a pod go", twoOfWeb, []finding.Change{budget("web", `"maxUnavailable": 1`+web)}, true},
		{"one that lets none go", twoOfWeb, []finding.Change{budget("web", `"minAvailable": 2`+web)}, false},
		{"one of two that lets none go", twoOfWeb,
			[]finding.Change{budget("web", `"maxUnavailable": 1`+web), budget("web-2", `"maxUnavailable": 0`+web)}, false},
		{"one that selects nothing", twoOfWeb, []finding.Change{budget("web", `"maxUnavailable": 1`+other)}, false},
		{"one whose selector is none", twoOfWeb,
			[]finding.Change{budget("web", `"maxUnavailable": 1, "selector": {"matchExpressions": [{"key": "a", "operator": "Like"}]}`)}, false},
		{"one that is no budget", twoOfWeb, []finding.Change{change(finding.Create, "PodDisruptionBudget", "web", `[]`)}, false},
		{"one that goes", twoOfWeb, []finding.Change{change(finding.Delete, "PodDisruptionBudget", "web", ``)}, true},
		{"too few pods", one, []finding.Change{budget("web", `"minAvailable": 1`+web)}, false},
		{"enough, once there are more", one, []finding.Change{grow("Deployment"), budget("web", `"minAvailable": 1`+web)}, true},
		{"enough, once the minimum is higher", one + autoscaler,
			[]finding.Change{grow("HorizontalPodAutoscaler"), budget("web", `"minAvailable": 1`+web)}, true},
		{"another minimum is higher", one + autoscaler, []finding.Change{grow("ScaledObject"), budget("web", `"minAvailable": 1`+web)}, false},
		{"beside another budget", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"),
			[]finding.Change{budget("web", `"maxUnavailable": 1`+web)}, false},
		{"in place of another budget", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"),
			[]finding.Change{change(finding.Delete, "PodDisruptionBudget", "pdb", ``), budget("web", `"maxUnavailable": 1`+web)}, true},
		{"beside one of others", twoOfWeb + pdbOver("app: other", "maxUnavailable: 1"),
			[]finding.Change{budget("web", `"maxUnavailable": 1`+web)}, true},
	} {
		within(t, "karpenter", parse(t, c.docs), func(p *check.Pass) {
			if checked(p, nil) != nil {
				t.Error("a fix of nothing")
			}
			got := checked(p, &finding.Fix{Summary: "do it", Changes: c.changes})
			if got == nil || got.Summary != "do it" || (len(got.Changes) > 0) != c.kept {
				t.Errorf("%s: %+v, want its changes kept: %t", c.name, got, c.kept)
			}
		})
	}
}

// Hours in which none of some windows is open go from one of their ends to the next
// beginning, whatever opens and closes beside them.
func TestClosedHoursAmongOtherBudgets(t *testing.T) {
	window := func(schedule string, hours int) disruption.NodeBudget {
		return disruption.NodeBudget{Nodes: "1", Schedule: schedule, Duration: time.Duration(hours) * time.Hour}
	}
	for _, c := range []struct {
		name    string
		all     []disruption.NodeBudget
		windows int
		want    string
	}{
		{"one window", []disruption.NodeBudget{window("0 2 * * 1", 2)}, 1, "4h0m0s for 166h0m0s on [1]"},
		{"another one in the hours between", []disruption.NodeBudget{window("0 2 * * 1", 2), window("0 12 * * 3", 1)}, 1,
			"4h0m0s for 166h0m0s on [1]"},
		{"another one as it opens", []disruption.NodeBudget{window("0 2 * * 1", 2), window("0 1 * * 1", 2)}, 1, "4h0m0s for 166h0m0s on [1]"},
		{"two windows", []disruption.NodeBudget{window("0 2 * * 1", 2), window("0 12 * * 3", 1)}, 2,
			"4h0m0s for 56h0m0s on [1]; 13h0m0s for 109h0m0s on [3]"},
	} {
		var all []string
		for s, days := range closedDays(disruption.ParseNodeBudgets(c.all), c.windows) {
			all = append(all, fmt.Sprintf("%s for %s on %v", s.at, s.length, days))
		}
		got := strings.Join(all, "; ")
		if len(all) == 2 && strings.HasPrefix(all[0], "13h") {
			got = all[1] + "; " + all[0]
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Pods that have to be spread over nodes stand apart from one another; those that
// are spread over zones alone do not.
func TestSpreadOverNodesAndZones(t *testing.T) {
	domains := int32(9)
	of := func(change func(*corev1.TopologySpreadConstraint)) bool {
		x := corev1.TopologySpreadConstraint{TopologyKey: corev1.LabelHostname, WhenUnsatisfiable: corev1.DoNotSchedule, MaxSkew: 1,
			MinDomains:    &domains,
			LabelSelector: &metav1.LabelSelector{}}
		change(&x)
		w := &kubernetes.Workload{Replicas: 3, Template: kubernetes.PodTemplate{Spread: []corev1.TopologySpreadConstraint{x}}}
		return apart(&kubernetes.Estate{}, w)
	}
	for name, c := range map[string]struct {
		change func(*corev1.TopologySpreadConstraint)
		want   bool
	}{
		"over nodes":               {func(*corev1.TopologySpreadConstraint) {}, true},
		"over zones":               {func(x *corev1.TopologySpreadConstraint) { x.TopologyKey = corev1.LabelTopologyZone }, false},
		"if that is possible":      {func(x *corev1.TopologySpreadConstraint) { x.WhenUnsatisfiable = corev1.ScheduleAnyway }, false},
		"two on a node":            {func(x *corev1.TopologySpreadConstraint) { x.MaxSkew = 2 }, false},
		"over as many as it has":   {func(x *corev1.TopologySpreadConstraint) { *x.MinDomains = 3 }, true},
		"over fewer":               {func(x *corev1.TopologySpreadConstraint) { *x.MinDomains = 2 }, false},
		"over any number of nodes": {func(x *corev1.TopologySpreadConstraint) { x.MinDomains = nil }, false},
		"other pods":               {func(x *corev1.TopologySpreadConstraint) { x.LabelSelector = nil }, false},
	} {
		if domains = 9; of(c.change) != c.want {
			t.Errorf("%s: apart %t", name, !c.want)
		}
	}
}

// Of Services behind which as many others stand the first is told, and what only
// sends requests to a workload is no webhook of it.
func TestFirstServiceAndWebhooksAmongBackends(t *testing.T) {
	e := &kubernetes.Estate{
		Workloads: []kubernetes.Workload{{Lasting: true, Replicas: 1}, {Lasting: true, Replicas: 1}, {Lasting: true, Replicas: 3}, {Replicas: 9}},
		Services:  []kubernetes.Service{{Namespace: "ns", Name: "a"}, {Namespace: "ns", Name: "b"}, {Namespace: "ns", Name: "c"}},
		Backends: []kubernetes.Backend{
			{Service: "a"},
			{Service: "b", Webhook: true, Optional: true},
			{Service: "b", Webhook: true},
			{Service: "b", Webhook: true, Optional: true},
		},
	}
	s := &serving{estate: e, behind: [][]int{{0, 1, 3}, {0, 1}, {0, 2}}, services: [][]int{{0}, {1}, nil, {0, 1}}}
	for _, c := range []struct {
		services      []int
		pods, through int
	}{
		{[]int{0, 1}, 1, 0}, {[]int{1, 0}, 1, 1}, {[]int{2, 1, 0}, 1, 1}, {[]int{2}, 3, 2}, {nil, 0, 0},
	} {
		if pods, through := s.company(0, c.services); pods != c.pods || through != c.through {
			t.Errorf("behind %v: %d pods through %d, want %d through %d", c.services, pods, through, c.pods, c.through)
		}
	}
	x := &stakes{estate: e, serving: s, backends: map[string][]int{"ns/a": {0}, "ns/b": {1, 2, 3}}}
	for i, want := range []*kubernetes.Backend{nil, &e.Backends[2], nil, &e.Backends[2]} {
		if got := x.webhook(i); got != want {
			t.Errorf("of workload %d: %+v, want %+v", i, got, want)
		}
	}
}

// Where the platform was asked for, deadlines that nodes have of their own are not
// told to count in its place.
func TestNothingCountsInPlaceOfWhatWasAsked(t *testing.T) {
	e := parse(t, strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 1"))
	e.Unread = []origin.Unread{unread("NodeClaim")}
	broken := 0
	for _, f := range look(t, knowledge(t), "karpenter", e) {
		if f.Verdict == finding.Broken {
			broken++
		}
		for _, x := range f.Evidence {
			if strings.Contains(x.Text, "in place of the contract's") {
				t.Errorf("%s: %s", f.Obligation, x.Text)
			}
		}
	}
	if broken == 0 {
		t.Error("nothing is broken")
	}
}
