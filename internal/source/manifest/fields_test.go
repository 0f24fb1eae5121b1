package manifest

import (
	"slices"
	"strings"
	"testing"
)

// The ports that one container declares its pod has, whichever of them it is.
func TestPortsOfPods(t *testing.T) {
	const port = "ports: [{name: web, containerPort: 80}]"
	for name, x := range map[string]struct {
		containers string
		ports      int
	}{
		"nothing":   {"[{name: a}, {name: b}]", 0},
		"the first": {"[{name: a, " + port + "}, {name: b}]", 1},
		"the last":  {"[{name: a}, {name: b, " + port + "}]", 1},
		"both":      {"[{name: a, " + port + "}, {name: b, " + port + "}]", 2},
		"no port":   {"[{name: a, ports: []}]", 0},
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"+
			"  template: {spec: {containers: "+x.containers+"}}\n")
		ports := slices.Collect(e.Workloads[0].Template.Ports())
		if len(ports) != x.ports || len(ports) > 0 && (ports[0].Name != "web" || ports[0].Number != 80) {
			t.Errorf("%s: %v", name, ports)
		}
	}
}

// Amounts are taken as the API server takes them, up to their bounds and no further.
func TestBoundsOfNumbers(t *testing.T) {
	budget := func(v string) string {
		return "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {maxUnavailable: " + v + "}\n"
	}
	pool := func(v string) string {
		return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {weight: " + v + "}\n"
	}
	for _, c := range []struct{ text, want string }{
		{budget("0"), ""}, {budget("1"), ""}, {budget("0%"), ""}, {budget("100%"), ""},
		{budget("-1"), "wants 0 or more"}, {budget("101%"), "wants no more than 100%"},
		{budget("-5%"), "wants a whole number or a percentage"}, {budget("+5%"), "wants a whole number or a percentage"},
		{budget("some%"), "wants a whole number or a percentage"}, {budget("'5'"), "wants a whole number or a percentage"},
		{budget("99999999999999999999%"), "wants a whole number or a percentage"}, {budget("'%'"), "wants a whole number or a percentage"},
		{pool("1"), ""}, {pool("100"), ""}, {pool("0"), "is 0, wants 1 to 100"}, {pool("101"), "is 101, wants 1 to 100"},
		{pool("-1"), "is -1, wants 1 to 100"},
	} {
		_, err := read(t, c.text)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s%v, want %q", c.text, err, c.want)
		}
	}
}

// A class of a priority preempts unless it says that it does not.
func TestPriorityClasses(t *testing.T) {
	e := mustRead(t, `apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: plain}
value: 1000
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: polite}
value: -5
globalDefault: true
preemptionPolicy: Never
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: pushy}
value: 1
preemptionPolicy: PreemptLowerPriority
`)
	if len(e.PriorityClasses) != 3 {
		t.Fatalf("%+v", e.PriorityClasses)
	}
	for i, want := range []struct {
		name              string
		value             int32
		fallback, preempt bool
	}{{"plain", 1000, false, true}, {"polite", -5, true, false}, {"pushy", 1, false, true}} {
		if c := e.PriorityClasses[i]; c.Name != want.name || c.Value != want.value || c.Default != want.fallback || c.Preempts != want.preempt {
			t.Errorf("%+v, want %+v", c, want)
		}
	}
}

// A container elects a leader where a flag says so, or says how.
func TestElectsALeader(t *testing.T) {
	for args, want := range map[string]bool{
		"--leader-elect": true, "--leader-elect=true": true, "--leader-elect=false": false, "-enable-leader-election": true,
		"--leader-election-namespace=kube-system": true, "'--leader-elect=false', --leader-election-id=x": false, "--v=2": false,
		"leader-elect": false,
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"+
			"  template: {spec: {containers: [{name: c, args: ["+args+"]}]}}\n")
		got := &e.Workloads[0].Template
		if off := strings.Contains(args, "=false"); got.Elects != want || (got.ElectsNot == "--leader-elect=false") != off {
			t.Errorf("%s: %t, %q", args, got.Elects, got.ElectsNot)
		}
	}
	for env, want := range map[string]bool{
		"{name: STRIMZI_LEADER_ELECTION_ENABLED, value: \"true\"}": true, "{name: STRIMZI_LEADER_ELECTION_ENABLED, value: \"false\"}": false,
		"{name: LEADER_ELECTION_NAMESPACE, value: kube-system}": false, "{name: DEBUG, value: \"true\"}": false,
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"+
			"  template: {spec: {containers: [{name: c, env: ["+env+"]}]}}\n")
		got := &e.Workloads[0].Template
		if off := strings.Contains(env, "false"); got.Elects != want || (got.ElectsNot == "STRIMZI_LEADER_ELECTION_ENABLED=false") != off {
			t.Errorf("%s: %t, %q", env, got.Elects, got.ElectsNot)
		}
	}
}

// Pods whose images are all never pulled are for nodes that somebody has put them on.
func TestImagesThatAreNeverPulled(t *testing.T) {
	for containers, want := range map[string]bool{
		"{name: c, imagePullPolicy: Never}": true, "{name: c, imagePullPolicy: Never}, {name: d}": false,
		"{name: c, imagePullPolicy: IfNotPresent}": false, "{name: c}": false,
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"+
			"  template: {spec: {containers: ["+containers+"]}}\n")
		if got := e.Workloads[0].Template.Unpulled; got != want {
			t.Errorf("%s: %t", containers, got)
		}
	}
}

// What outlasts a pod is told from what goes with it.
func TestVolumesThatLast(t *testing.T) {
	for volume, want := range map[string]bool{
		"emptyDir: {}": false, "configMap: {name: a}": false, "hostPath: {path: /a}": true, "nfs: {server: a, path: /}": true,
		"csi: {driver: a}":                      true,
		"persistentVolumeClaim: {claimName: a}": false, "ephemeral: {}": false,
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n"+
			"  template: {spec: {containers: [{name: c}], volumes: [{name: v, "+volume+"}]}}\n")
		if got := e.Workloads[0].Template.Lasting; got != want {
			t.Errorf("%s: %t", volume, got)
		}
	}
}
