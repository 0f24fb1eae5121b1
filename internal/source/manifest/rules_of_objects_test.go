package manifest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A role lets somebody be the leader where it lets write leases, or a ConfigMap that is called
// after one, or is called after the election itself.
func TestRolesOfLeaders(t *testing.T) {
	for _, x := range []struct {
		name, rules string
		want        int
	}{
		{"r", "{resources: [leases], verbs: [update]}", 1}, {"r", "{resources: [leases], verbs: [get, patch]}", 1},
		{"r", "{resources: [leases], verbs: ['*']}", 1}, {"r", "{resources: [leases], verbs: [get, list]}", 0},
		{"r", "{resources: [configmaps], verbs: [update]}", 0}, {"r", "{resources: [secrets], resourceNames: [x-leader], verbs: [update]}", 0},
		{"r", "{resources: [configmaps], resourceNames: [x-leader], verbs: [update]}", 1},
		{"r", "{resources: [configmaps], resourceNames: [x-leader], verbs: [get]}", 0},
		{"r", "{resources: [configmaps], resourceNames: [x], verbs: [update]}", 0}, {"r", "{resources: ['*'], verbs: ['*']}", 0},
		{"x-leader-election", "{resources: [pods], verbs: [get]}", 1}, {"leaderelection", "{resources: [pods], verbs: [get]}", 1},
		{"x-leader-election", "", 0}, {"leader", "{resources: [pods], verbs: [get]}", 0},
	} {
		e := mustRead(t, "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: "+x.name+"}\nrules: ["+x.rules+"]\n")
		if len(e.LeaseRoles) != x.want {
			t.Errorf("%s: %s: %+v", x.name, x.rules, e.LeaseRoles)
		}
	}
}

// A binding is kept with the accounts that it gives a role to, and with where; and one to
// people alone, as the role is not one that nobody is given.
func TestBindingsOfRoles(t *testing.T) {
	for _, x := range []struct{ kind, role, subjects, want string }{
		{"RoleBinding", "Role", "{kind: ServiceAccount, name: a, namespace: b}", "ns: ns/Role/r to b/a"},
		{"RoleBinding", "ClusterRole", "{kind: ServiceAccount, name: a, namespace: b}", "ns: /ClusterRole/r to b/a"},
		{"ClusterRoleBinding", "ClusterRole", "{kind: ServiceAccount, name: a, namespace: b}, {kind: User, name: u}", ": /ClusterRole/r to b/a"},
		{"RoleBinding", "Role", "{kind: User, name: a}", "ns: ns/Role/r to"},
		{"RoleBinding", "Role", "", ""},
	} {
		e := mustRead(t, "apiVersion: rbac.authorization.k8s.io/v1\nkind: "+x.kind+"\nmetadata: {name: b, namespace: ns}\n"+
			"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: "+x.role+", name: r}\nsubjects: ["+x.subjects+"]\n")
		got := ""
		for _, b := range e.RoleBindings {
			got += b.Namespace + ": " + b.Role.Namespace + "/" + b.Role.Kind + "/" + b.Role.Name + " to"
			for _, a := range b.Accounts {
				got += " " + a.Namespace + "/" + a.Name
			}
		}
		if got != x.want {
			t.Errorf("%s of a %s: %q, want %q", x.kind, x.role, got, x.want)
		}
	}
}

// Which numbers and percentages the API server refuses, and which where there may be more
// than all.
func TestNumbersThatAreRefused(t *testing.T) {
	for value, want := range map[string]string{
		"0": "", "1": "", "100": "", "500": "", "0%": "", "100%": "",
		"-1": "both", "101%": "refused", "200%": "refused", "-5%": "both", "+5%": "both", "50": "", "half": "both", "5.5%": "both", "%": "both",
	} {
		v := intstr.Parse(value)
		for rule, msg := range map[string]string{"refused": refused(&v), "malformed": malformed(&v)} {
			if (msg != "") != (want == "both" || want == rule) {
				t.Errorf("%s %s: %q", rule, value, msg)
			}
		}
	}
	quoted := intstr.FromString("50")
	if refused(&quoted) == "" || malformed(&quoted) == "" {
		t.Error("a number in quotes is taken")
	}
}

// A rollout that the API server refuses is a fault, and one that it takes is none.
func TestNumbersOfRollouts(t *testing.T) {
	for update, fault := range map[string]bool{
		"StatefulSet partition: 0": false, "StatefulSet partition: 2": false, "StatefulSet partition: -1": true,
		"StatefulSet maxUnavailable: 0": true, "StatefulSet maxUnavailable: 1": false, "Deployment maxUnavailable: 101%": true,
		"Deployment maxSurge: 200%": false, "DaemonSet maxSurge: 200%": true, "Deployment maxSurge: half": true,
	} {
		kind, numbers, _ := strings.Cut(update, " ")
		strategy := map[string]string{"Deployment": "strategy"}[kind]
		if strategy == "" {
			strategy = "updateStrategy"
		}
		_, err := readFrom(strings.NewReader("apiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: a}\n" +
			"spec: {selector: {matchLabels: {a: b}}, " +
			strategy + ": {type: RollingUpdate, rollingUpdate: {" + numbers + "}}, template: {metadata: {labels: {a: b}}, " +
			"spec: {containers: [{name: c}]}}}\n"))
		if (err != nil) != fault {
			t.Errorf("%s: %v", update, err)
		}
	}
}

// Metrics are read in the namespace of a monitor, unless it says where.
func TestNamespacesOfMonitors(t *testing.T) {
	for where, want := range map[string]string{"": "[ns] [web 81]", "any: true": "[] [web 81]", "matchNames: [a, b]": "[a b] [web 81]"} {
		e := mustRead(t, "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a, namespace: ns}\n"+
			"spec: {selector: {}, namespaceSelector: {"+where+"}, endpoints: [{port: web}, {targetPort: 81}, {}]}\n")
		if got := fmt.Sprint(e.Scrapes[0].Namespaces, " ", e.Scrapes[0].Ports); got != want {
			t.Errorf("%q: %s", where, got)
		}
	}
}

// A ConfigMap is kept for what it tells of stores, of settings, of an election, of hosts or of flags, and
// for nothing else.
func TestConfigMapsThatAreKept(t *testing.T) {
	for data, want := range map[string]bool{
		"a: b": false, "leaderElection: 'true'": true, "config: \"leaderElection:\\n  leaderElect: true\\n\"": true,
		"DB_TYPE: postgres": true, "DB_TYPE: sqlite": true, "API_URL: 'http://api'": true, "leaderElection: 'false'": true,
	} {
		e := mustRead(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {"+data+"}\n")
		if (len(e.Configs) == 1) != want {
			t.Errorf("%s: %+v", data, e.Configs)
		}
	}
}

// A document of markers, directives and comments holds nothing.
func TestDocumentsThatHoldNothing(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "\n": false, "# a\n": false, "---\n": false, "--- # a\n": false, "%YAML 1.2\n---\n": false, "a: b\n": true, "--- a\n": true,
		"---\na: b\n": true, "----\n": true,
	} {
		if significant([]byte(text)) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

// Data on the node are such where they are kept, and a pod without containers does nothing.
func TestTemplatesOfPods(t *testing.T) {
	host := corev1.Volume{Name: "v", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/x"}}}
	for path, want := range map[string]bool{"/data": true, "/tmp": false, "": true} {
		spec := &corev1.PodSpec{Volumes: []corev1.Volume{host, {Name: "w"}}, Containers: []corev1.Container{{Name: "c"}}}
		if path != "" {
			spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "v", MountPath: path}}
		}
		if got := Template(nil, nil, spec); got.OnNode != want || got.Pause || got.Sleeps || got.Unpulled {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if got := Template(nil, nil, &corev1.PodSpec{}); got.OnNode || got.Pause || got.Sleeps || got.Unpulled {
		t.Errorf("%+v", got)
	}
	gated := &corev1.PodSpec{SchedulingGates: []corev1.PodSchedulingGate{{Name: "a.com/x"}, {Name: "b.com/y"}}}
	if got := Template(nil, nil, gated).Gates; !slices.Equal(got, []string{"a.com/x", "b.com/y"}) {
		t.Errorf("gates %q", got)
	}
	never := corev1.PreemptNever
	for policy, want := range map[*corev1.PreemptionPolicy]bool{nil: true, &never: false} {
		if got := Template(nil, nil, &corev1.PodSpec{PreemptionPolicy: policy}); got.Preempts != want {
			t.Errorf("preempts %t", got.Preempts)
		}
	}
}

// A webhook is for custom kinds alone where each of its rules is.
func TestWebhooksForCustomKinds(t *testing.T) {
	for groups, want := range map[string]bool{
		"[example.com]": true, "['*']": false, "['']": false, "[apps]": false, "[example.com, apps]": false, "[example.com, other.io]": true,
	} {
		e := mustRead(t, "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\n"+
			"webhooks: [{name: w, clientConfig: {service: {name: s, namespace: ns}}, rules: [{apiGroups: "+groups+
			", apiVersions: [v1], operations: [CREATE], resources: ['*']}]}]\n")
		if len(e.Backends) != 1 || e.Backends[0].Custom != want {
			t.Errorf("%s: %+v", groups, e.Backends)
		}
	}
}
