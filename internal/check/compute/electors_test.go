package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A workload that reconciles is one by its name, or by the program that it runs; what
// answers requests is none, whatever its name says.
func TestWhatReconciles(t *testing.T) {
	for _, x := range []struct {
		name, runs, account, label, image string
		want                              bool
	}{
		{name: "cert-manager", account: "cert-manager", want: true}, {name: "cert-manager"}, {name: "web-operator", want: true},
		{name: "web-controller", want: true},
		{name: "controllers", want: true}, {name: "web"}, {name: "operators"},
		{name: "web", runs: "manager", want: true}, {name: "web", runs: "kube_controller_x", want: true},
		{name: "web", runs: "my-operator", want: true}, {name: "web", runs: "managers"},
		{name: "web-operator-webhook"}, {name: "web-operator", runs: "webhook"}, {name: "webhook-controller", want: true},
		{name: "account-manager", account: "a", label: "frontend"}, {name: "web-controller", label: "controller", want: true},
		{name: "account-manager", account: "a", image: "nginx"}, {name: "ingress-controller", image: "nginx-ingress-controller", want: true},
		{name: "ingress-controller", image: "nginx", runs: "my-controller", want: true},
	} {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Name: x.name}, Template: kubernetes.PodTemplate{
			Containers: []kubernetes.Container{{Runs: x.runs, Image: x.image}}, ServiceAccount: x.account,
			Labels: map[string]string{"app.kubernetes.io/component": x.label},
		}}
		if got := reconciles(w); got != x.want {
			t.Errorf("%+v: %t", x, got)
		}
	}
}

// Who is given the role to hold the lease of a leader may elect one, and a ConfigMap that
// asks for it tells as a flag does.
func TestLeaderElectionByRolesAndConfigMaps(t *testing.T) {
	controller := strings.ReplaceAll(deployed("image: app", ", serviceAccountName: acc"), "name: web", "name: web-controller")
	role := func(kind, name, rule string) string {
		return "{apiVersion: rbac.authorization.k8s.io/v1, kind: " + kind + ", metadata: {name: " + name + "}, rules: [{" + rule + "}]}\n---\n"
	}
	binding := func(kind, of, name, account string) string {
		return "{apiVersion: rbac.authorization.k8s.io/v1, kind: " + kind + ", metadata: {name: b}, roleRef: {kind: " + of + ", name: " + name +
			"}, subjects: [{kind: ServiceAccount, name: " + account + ", namespace: default}]}\n---\n"
	}
	const leases = "apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, update]"
	configured := func(text string) string {
		return strings.ReplaceAll(deployed("image: app", given), "name: web", "name: web-controller") + told("config.yaml", text)
	}
	for name, x := range map[string]struct{ docs, want string }{
		"a role of its namespace": {controller + role("Role", "r", leases) + binding("RoleBinding", "Role", "r", "acc"),
			"Role r lets it hold the lease"},
		"a role, and a flag that is off": {strings.Replace(controller, "image: app", "image: app, args: [--leader-elect=false]", 1) +
			role("Role", "r", leases) + binding("RoleBinding", "Role", "r", "acc"), "which --leader-elect=false switches off"},
		"a flag that is off alone": {strings.Replace(controller, "image: app", "image: app, args: [--leader-elect=false]", 1),
			"which --leader-elect=false switches off"},
		"a role of the cluster": {controller + role("ClusterRole", "r", leases) +
			binding("ClusterRoleBinding", "ClusterRole", "r", "acc"), "ClusterRole r lets it"},
		"a role of the cluster, here": {controller + role("ClusterRole", "r", leases) + binding("RoleBinding", "ClusterRole", "r", "acc"),
			"ClusterRole r lets it"},
		"a role that is called so": {controller + role("Role", "leader-election-role", "resources: [configmaps], verbs: [get]") +
			binding("RoleBinding", "Role", "leader-election-role", "acc"), "leader-election-role lets it"},
		"a ConfigMap of the leader": {controller +
			role("Role", "r", "resources: [configmaps], resourceNames: [x-leader], verbs: [update]") + binding("RoleBinding", "Role", "r", "acc"),
			"Role r lets it"},
		"a role that only reads": {controller + role("Role", "r", "resources: [leases], verbs: [get, list]") +
			binding("RoleBinding", "Role", "r", "acc"), "nothing that was read says so"},
		"a role that may do everything": {controller + role("Role", "r", "apiGroups: ['*'], resources: ['*'], verbs: ['*']") +
			binding("RoleBinding", "Role", "r", "acc"), "nothing that was read says so"},
		"a role of another account": {controller + role("Role", "r", leases) + binding("RoleBinding", "Role", "r", "other"),
			"nothing that was read says so"},
		"a role that nobody is given": {controller + role("Role", "r", leases), "nothing that was read says so"},
		"a binding of another role": {controller + role("Role", "r", leases) + binding("RoleBinding", "Role", "s", "acc"),
			"nothing that was read says so"},
		"an account that all have": {strings.Replace(controller, "acc", "default", 1) + role("Role", "r", leases) +
			binding("RoleBinding", "Role", "r", "default"), "nothing that was read says so"},
		"a role that writes a status": {strings.ReplaceAll(controller, "web-controller", "web") +
			role("ClusterRole", "r", "apiGroups: [shop.example.com], resources: [orders, orders/status], verbs: [get, patch]") +
			binding("ClusterRoleBinding", "ClusterRole", "r", "acc"),
			"once it elects a leader, which nothing that was read says: ClusterRole r lets it write the status of orders"},
		"a role that writes a status, and one for leases": {strings.ReplaceAll(controller, "web-controller", "web") +
			role("ClusterRole", "r", "apiGroups: [shop.example.com], resources: [orders/status], verbs: [patch]") +
			binding("ClusterRoleBinding", "ClusterRole", "r", "acc") + role("Role", "l", leases) + binding("RoleBinding", "Role", "l", "acc"),
			"run two replicas, and add"},
		"a role that reads a status": {strings.ReplaceAll(controller, "web-controller", "web") +
			role("ClusterRole", "r", "apiGroups: [shop.example.com], resources: [orders/status], verbs: [get]") +
			binding("ClusterRoleBinding", "ClusterRole", "r", "acc"), "run two replicas, and add"},
		"a role that writes a status of Kubernetes": {strings.ReplaceAll(controller, "web-controller", "web") +
			role("ClusterRole", "r", "apiGroups: [apps, networking.k8s.io], resources: [ingresses/status], verbs: [update]") +
			binding("ClusterRoleBinding", "ClusterRole", "r", "acc"), "run two replicas, and add"},
		"a setting":            {configured("leader_election: true\n"), "it elects a leader"},
		"a setting, by its id": {configured("health: {}\nleader_election_id: x.example.org\n"), "it elects a leader"},
		"a heading":            {configured("leaderElection:\n  leaderElect: true\n  resourceName: x\n"), "it elects a leader"},
		"a heading, and it is off": {configured("leaderElection:\n  leaderElect: false\n  resourceName: x\n"),
			"nothing that was read says so"},
		"a setting of the election alone": {configured("leaderElectionNamespaces: x\n"), "nothing that was read says so"},
		"a metric of the election":        {configured("expr: leader_election_master_status == 0\n"), "nothing that was read says so"},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			fix := (singleFixes{fixesOf(p)}).single(0)
			unchanged := strings.Contains(x.want, "nothing") || strings.Contains(x.want, "off")
			if !strings.Contains(fix.Summary, x.want) || unchanged != (len(fix.Changes) == 0) {
				t.Errorf("%s: %q with %d changes, want %q", name, fix.Summary, len(fix.Changes), x.want)
			}
		})
	}
}
