package compute

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What a workload itself, or what sets its size, says of several pods.
func TestWhatSpeaksOfSeveralPods(t *testing.T) {
	of := func(kind string, change func(*kubernetes.Workload)) *kubernetes.Workload {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: kind, Name: "web"}}
		change(w)
		return w
	}
	unavailable := func(setting string) func(*kubernetes.Workload) {
		return func(w *kubernetes.Workload) {
			v := intstr.Parse(setting)
			w.Rollout.MaxUnavailable = &v
		}
	}
	autoscaler := func(most int) func(*kubernetes.Workload) {
		return func(w *kubernetes.Workload) {
			w.Scaler = &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "ScaledObject", Name: "s"}, Max: most}
		}
	}
	priority := func(class string) func(*kubernetes.Workload) {
		return func(w *kubernetes.Workload) { w.Template.PriorityClass = class }
	}
	for name, x := range map[string]struct {
		w    *kubernetes.Workload
		want string
	}{
		"nothing":                  {of("Deployment", func(*kubernetes.Workload) {}), ""},
		"an autoscaler":            {of("Deployment", autoscaler(2)), "ScaledObject s may run up to 2"},
		"an autoscaler of one":     {of("Deployment", autoscaler(1)), ""},
		"never away":               {of("Deployment", unavailable("0")), "its maxUnavailable 0 keeps it up in rollouts"},
		"never away, in percent":   {of("Deployment", unavailable("0%")), "its maxUnavailable 0 keeps it up in rollouts"},
		"one away":                 {of("Deployment", unavailable("1")), ""},
		"a quarter away":           {of("Deployment", unavailable("25%")), ""},
		"no number":                {of("Deployment", unavailable("x")), ""},
		"of a StatefulSet":         {of("StatefulSet", unavailable("0")), ""},
		"a vital priority":         {of("Deployment", priority("shop-critical")), "it has the priority class shop-critical"},
		"one of Kubernetes itself": {of("Deployment", priority("system-node")), "it has the priority class system-node"},
		"another priority":         {of("Deployment", priority("batch")), ""},
		"a spread": {of("Deployment", func(w *kubernetes.Workload) {
			w.Template.Spread = []corev1.TopologySpreadConstraint{{}}
		}), "it has topologySpreadConstraints"},
		"apart": {of("Deployment", func(w *kubernetes.Workload) {
			w.Template.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{}}
		}), "it has a podAntiAffinity"},
		"near others": {of("Deployment", func(w *kubernetes.Workload) {
			w.Template.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{}}
		}), ""},
	} {
		if got := strings.Join([]string{scaled(x.w), keptApart(x.w), neverAway(x.w), vital(x.w)}, ""); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// Others beside a workload that run several pods are told: one by its name, more by their
// number. It is none of them itself, and what ends, runs on every node or alone is none.
func TestSeveralBeside(t *testing.T) {
	of := func(kind, name string, pods int, lasting bool) kubernetes.Workload {
		return kubernetes.Workload{Ref: kubernetes.Ref{Kind: kind, Name: name}, Replicas: pods, Lasting: lasting, Scaled: true}
	}
	web := of("Deployment", "web", 3, true)
	for name, x := range map[string]struct {
		others []kubernetes.Workload
		want   string
	}{
		"nobody": {nil, ""},
		"one":    {[]kubernetes.Workload{of("Deployment", "api", 2, true)}, "Deployment api beside it runs 2 pods"},
		"two": {[]kubernetes.Workload{of("Deployment", "api", 2, true), of("StatefulSet", "db", 3, true)},
			"2 workloads beside it run several pods"},
		"of one pod":  {[]kubernetes.Workload{of("Deployment", "api", 1, true)}, ""},
		"a DaemonSet": {[]kubernetes.Workload{of("DaemonSet", "agent", 3, true)}, ""},
		"a Job":       {[]kubernetes.Workload{of("Job", "batch", 3, false)}, ""},
		"one, and what does not count": {[]kubernetes.Workload{of("Job", "batch", 3, false), of("DaemonSet", "agent", 3, true),
			of("Deployment", "api", 2, true)}, "Deployment api beside it runs 2 pods"},
	} {
		e := &kubernetes.Estate{Workloads: append([]kubernetes.Workload{web}, x.others...)}
		if got := severalBeside(e, 0, true); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
	elsewhere := of("Deployment", "api", 2, true)
	elsewhere.Namespace = "other"
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{web, elsewhere}}
	for built, want := range map[bool]string{true: "Deployment api beside it runs 2 pods", false: ""} {
		if got := severalBeside(e, 0, built); got != want {
			t.Errorf("in another namespace, built %v: %q, want %q", built, got, want)
		}
	}
}

// Who gives a few plain files of what is reached from outside asks about just that: nothing
// more has to tell that several are wanted, nor in a cluster. Of a repository of more it is asked. Of what nobody is known to reach it
// is asked, and more of what a tool builds.
func TestWhereItIsAskedWhetherSeveralAreWanted(t *testing.T) {
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]")
	for name, x := range map[string]struct {
		services string
		live     bool
		others   int
		needs    int // 0 where it is not asked
	}{
		"reached by nobody": {"", false, 0, 1}, "reached from outside": {public, false, 0, 0}, "in a cluster": {"", true, 9, 0},
		"among a few": {public, false, 4, 0}, "among many": {public, false, 5, 3},
	} {
		others := ""
		for k := range x.others {
			others += strings.ReplaceAll(fmt.Sprintf(deployment, fmt.Sprintf("web-%d", k), ""), "a: w", fmt.Sprintf("a: o%d", k))
		}
		e := parse(t, fmt.Sprintf(deployment, "web", "")+x.services+others)
		e.Live = x.live
		within(t, "karpenter", e, func(p *check.Pass) {
			if got := wanted(p, 0, nil); (got != nil) != (x.needs > 0) || got != nil && got.Needs != x.needs {
				t.Errorf("%s: %+v", name, got)
			}
		})
	}
}
