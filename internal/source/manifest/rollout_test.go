package manifest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// rolledOut is how a workload replaces its pods, in one line.
func rolledOut(w kubernetes.Workload) string {
	r := w.Rollout
	s := r.Strategy
	if r.MaxUnavailable != nil {
		s += " unavailable " + r.MaxUnavailable.String()
	}
	if r.MaxSurge != nil {
		s += " surge " + r.MaxSurge.String()
	}
	if r.Partition > 0 {
		s += fmt.Sprintf(" partition %d", r.Partition)
	}
	if r.Parallel {
		s += " parallel"
	}
	if r.MinReady > 0 {
		s += " after " + r.MinReady.String()
	}
	if r.Paused {
		s += " paused"
	}
	if len(w.VolumeClaimTemplates) > 0 {
		s += " claims " + strings.Join(w.VolumeClaimTemplates, " ")
	}
	return strings.TrimSpace(s)
}

func TestRollouts(t *testing.T) {
	for _, c := range []struct{ name, api, kind, spec, want string }{
		{"nothing said", "apps/v1", "Deployment", "", ""},
		{"null", "apps/v1", "Deployment", "strategy: null", ""},
		{"numbers", "apps/v1", "Deployment", "strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 2}}, minReadySeconds: 30",
			"unavailable 0 surge 2 after 30s"},
		{"more than twice the pods", "apps/v1", "Deployment",
			"strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 100%, maxSurge: 150%}}", "RollingUpdate unavailable 100% surge 150%"},
		{"none at a time, with a surge left out", "apps/v1", "Deployment", "strategy: {rollingUpdate: {maxUnavailable: 0}}", "unavailable 0"},
		{"Recreate", "apps/v1", "Deployment", "strategy: {type: Recreate, rollingUpdate: null}", "Recreate"},
		{"paused", "apps/v1", "Deployment", "paused: true", "paused"},
		{"a StatefulSet has no such field", "apps/v1", "StatefulSet", "paused: true", ""},
		{"StatefulSet", "apps/v1", "StatefulSet", "podManagementPolicy: OrderedReady, updateStrategy: {type: RollingUpdate, " +
			"rollingUpdate: {partition: 2, maxUnavailable: 50%}}", "RollingUpdate unavailable 50% partition 2"},
		{"StatefulSet in parallel", "apps/v1", "StatefulSet", "podManagementPolicy: Parallel, volumeClaimTemplates: [{metadata: {name: data}}, " +
			"{metadata: {name: log}}]", "parallel claims data log"},
		{"OnDelete", "apps/v1", "StatefulSet", "updateStrategy: {type: OnDelete}, minReadySeconds: 5", "OnDelete after 5s"},
		{"DaemonSet", "apps/v1", "DaemonSet", "updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 10%, maxSurge: 0}}",
			"RollingUpdate unavailable 10% surge 0"},
		{"DaemonSet with a surge", "apps/v1", "DaemonSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}",
			"unavailable 0 surge 1"},
		{"DaemonSet OnDelete, with what is not looked at", "apps/v1", "DaemonSet",
			"updateStrategy: {type: OnDelete, rollingUpdate: {maxUnavailable: 0}}", "OnDelete"},
		{"ReplicaSet", "apps/v1", "ReplicaSet", "minReadySeconds: 5, strategy: nothing", "after 5s"},
		{"a custom resource's own", "argoproj.io/v1alpha1", "Rollout", "strategy: {canary: {maxSurge: 1}}, minReadySeconds: -5", ""},
		{"another's", "apps.kruise.io/v1beta1", "StatefulSet", "podManagementPolicy: Parallel, updateStrategy: {type: InPlaceIfPossible, " +
			"rollingUpdate: {partition: 20%}}, volumeClaimTemplates: [{metadata: {name: data}}]", "parallel claims data"},
		{"an older one", "apps.openshift.io/v1", "DeploymentConfig", "strategy: {type: Rolling}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			selector := "{matchLabels: {a: b}}"
			if c.kind == "DeploymentConfig" {
				selector = "{a: b}"
			}
			e := mustRead(t, "apiVersion: "+c.api+"\nkind: "+c.kind+"\nmetadata: {name: a}\nspec: {selector: "+selector+", "+c.spec+"}\n")
			if got := rolledOut(e.Workloads[0]); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What the API server refuses is refused here, at its line.
func TestRolloutsRefused(t *testing.T) {
	strategy := func(s string) string { return "  strategy:\n    " + s }
	update := func(s string) string { return "  updateStrategy:\n    " + s }
	const both = "rollingUpdate:\n      maxUnavailable: %s\n      maxSurge: %s\n"
	for _, c := range []struct{ name, kind, spec, want string }{
		{"seconds", "Deployment", "  minReadySeconds: -1\n", `7: spec.minReadySeconds: is -1, wants 0 or more`},
		{"a type", "Deployment", strategy("type: OnDelete\n"), `8: spec.strategy.type: is "OnDelete", wants RollingUpdate or Recreate`},
		{"a type of another kind", "StatefulSet", update("type: Recreate\n"),
			`8: spec.updateStrategy.type: is "Recreate", wants RollingUpdate or OnDelete`},
		{"a word", "Deployment", "  strategy: Recreate\n", `7: spec.strategy: is a string ("Recreate"), wants a mapping`},
		{"what Recreate does not know", "Deployment", strategy("type: Recreate\n    rollingUpdate: {}\n"),
			`9: spec.strategy.rollingUpdate: cannot be set with the type Recreate; the API server refuses it`},
		{"what OnDelete does not know", "StatefulSet", update("type: OnDelete\n    rollingUpdate: {partition: 1}\n"),
			`9: spec.updateStrategy.rollingUpdate: cannot be set with the type OnDelete; the API server refuses it`},
		{"less than none", "Deployment", strategy(fmt.Sprintf(both, "-1", "1")),
			`9: spec.strategy.rollingUpdate.maxUnavailable: is -1, wants 0 or more`},
		{"a percentage", "Deployment", strategy(fmt.Sprintf(both, "1", "half")),
			`10: spec.strategy.rollingUpdate.maxSurge: is "half", wants a whole number or a percentage such as 50%`},
		{"more than all", "Deployment", strategy(fmt.Sprintf(both, "101%", "1")),
			`9: spec.strategy.rollingUpdate.maxUnavailable: is 101%, wants no more than 100%`},
		{"more than all of a DaemonSet", "DaemonSet", update(fmt.Sprintf(both, "0", "101%")),
			`10: spec.updateStrategy.rollingUpdate.maxSurge: is 101%, wants no more than 100%`},
		{"no way", "Deployment", strategy(fmt.Sprintf(both, "0", "0%")), `9: spec.strategy.rollingUpdate.maxUnavailable: ` +
			`is 0 and so is maxSurge, which leaves no way to replace a pod; the API server refuses it`},
		{"no way for a DaemonSet, which has no surge unless told", "DaemonSet", update("rollingUpdate:\n      maxUnavailable: 0\n"),
			`9: spec.updateStrategy.rollingUpdate.maxUnavailable: is 0 and so is maxSurge, which leaves no way to replace a pod; ` +
				`the API server refuses it`},
		{"both ways", "DaemonSet", update("rollingUpdate:\n      maxSurge: 1\n"), `9: spec.updateStrategy.rollingUpdate.maxSurge: is 1, ` +
			`for which a DaemonSet wants maxUnavailable: 0, which is 1 unless set; the API server refuses it`},
		{"none at a time", "StatefulSet", update("rollingUpdate:\n      maxUnavailable: 0%\n"),
			`9: spec.updateStrategy.rollingUpdate.maxUnavailable: is 0%, wants 1 or more`},
		{"a partition", "StatefulSet", update("rollingUpdate:\n      partition: -1\n"),
			`9: spec.updateStrategy.rollingUpdate.partition: is -1, wants 0 or more`},
		{"a partition in percent", "StatefulSet", update("rollingUpdate:\n      partition: 50%\n"),
			`9: spec.updateStrategy.rollingUpdate.partition: is a string ("50%"), wants a whole number`},
		{"a policy", "StatefulSet", "  podManagementPolicy: Ordered\n",
			`7: spec.podManagementPolicy: is "Ordered", wants OrderedReady or Parallel`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "apiVersion: apps/v1\nkind: " + c.kind + "\nmetadata:\n  name: a\nspec:\n  selector: {matchLabels: {a: b}}\n" + c.spec
			if got, want := fault(t, text).Error(), "<stdin>:"+c.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// A patch is not a workload, and what it leaves out may make it whole.
func TestRolloutOfAPatch(t *testing.T) {
	e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"+
		"spec: {strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 0}}}\n")
	if len(e.Workloads) != 0 || e.Seen.Unrelated != 1 {
		t.Errorf("%+v", e.Seen)
	}
}

func TestMinReadyIsInSeconds(t *testing.T) {
	e := mustRead(t, "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a}\n"+
		"spec: {selector: {a: b}, minReadySeconds: 2147483647}\n")
	if got := e.Workloads[0].Rollout.MinReady; got != 2147483647*time.Second {
		t.Errorf("%s", got)
	}
}

// A Deployment that says nothing of its progress has ten minutes for it.
func TestProgressDeadlines(t *testing.T) {
	for written, want := range map[string]time.Duration{
		"": 10 * time.Minute, "progressDeadlineSeconds: 60": time.Minute, "progressDeadlineSeconds: 2147483647": 2147483647 * time.Second,
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, "+
			"template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}, "+written+"}\n")
		if got := e.Workloads[0].Rollout.Progress; got != want {
			t.Errorf("%q: %s, wants %s", written, got, want)
		}
	}
}
