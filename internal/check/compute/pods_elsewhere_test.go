package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// A budget in the namespace of a platform's own pods may be for those, as long as none of them
// was read; and so may one where something may make pods when it runs.
func TestBudgetForPodsMadeElsewhere(t *testing.T) {
	role := func(kind, groups, resources, verbs, more string) string {
		return "{apiVersion: rbac.authorization.k8s.io/v1, kind: " + kind + ", metadata: {name: makes, namespace: default}, " +
			"rules: [{apiGroups: [" + groups + "], resources: [" + resources + "], verbs: [" + verbs + "]" + more + "}]}\n---\n"
	}
	binding := func(kind, of, namespace, to string) string {
		return "{apiVersion: rbac.authorization.k8s.io/v1, kind: " + kind + ", metadata: {name: b, namespace: " + namespace + "}, " +
			"roleRef: {kind: " + of + ", name: makes}, subjects: [" + to + "]}\n---\n"
	}
	system := func(selector string) string {
		return strings.Replace(pdbNamed("x", selector, "maxUnavailable: 1"), "name: x", "name: x, namespace: kube-system", 1)
	}
	const bot, elsewhere = "{kind: ServiceAccount, name: bot, namespace: default}", "{kind: ServiceAccount, name: bot, namespace: other}"
	web, made := named("web", 2, ""), pdbNamed("x", "kind: executor", "maxUnavailable: 1")
	one, two := role("Role", "apps", "deployments, statefulsets", "create", ""), role("ClusterRole", "batch", "jobs", `"*"`, "")
	for why, x := range map[string]struct{ input, says string }{
		"of the platform": {
			web + system("k8s-app: kube-dns"),
			"the platform itself runs in namespace kube-system, which have the label k8s-app",
		},
		"of its network":             {web + system("io.cilium/app: operator"), "the label io.cilium/app"},
		"of its storage, by a value": {web + system("app: ebs-csi-controller"), "the label app;"},
		"of something else there":    {web + system("app: mine"), "in namespace kube-system, of which no workload was read"},
		"of something beside it": {
			web + strings.Replace(web, "name: web}", "name: dns, namespace: kube-system}", 1) + system("app: mine"), "",
		},
		"of labels that others have elsewhere": {web + system("app: web"), ""},
		"of such a label elsewhere":            {web + pdbNamed("x", "k8s-app: kube-dns", "maxUnavailable: 1"), ""},
		"named after what stands there": {
			strings.Replace(web, "name: web}", "name: web, namespace: kube-system}", 1) +
				strings.Replace(system("k8s-app: wep"), "name: x", "name: web", 1),
			"",
		},
		"no role": {web + made, ""},
		"a role that nothing was read to give": {
			web + made + one,
			"Role makes lets who is given it create deployments and statefulsets",
		},
		"one that an account has": {
			web + made + one + binding("RoleBinding", "Role", "default", bot),
			"Role makes lets ServiceAccount bot create deployments and statefulsets",
		},
		"an account of another namespace": {
			web + made + one + binding("RoleBinding", "Role", "default", elsewhere),
			"lets ServiceAccount bot create",
		},
		"a ClusterRole, by a RoleBinding": {
			web + made + two + binding("RoleBinding", "ClusterRole", "default", elsewhere),
			"ClusterRole makes lets ServiceAccount bot create jobs",
		},
		"a ClusterRole, everywhere": {
			web + made + two + binding("ClusterRoleBinding", "ClusterRole", "default", bot),
			"create jobs",
		},
		"pods themselves": {web + made + role("Role", `""`, "pods", "create", ""), "create pods"},
		"everywhere, from another namespace": {
			web + made + two + binding("ClusterRoleBinding", "ClusterRole", "default", elsewhere),
			"",
		},
		"a ClusterRole that nobody is given": {web + made + two, ""},
		"in another namespace":               {web + made + two + binding("RoleBinding", "ClusterRole", "other", elsewhere), ""},
		"in another namespace, for an account of this one": {
			web + made + two + binding("RoleBinding", "ClusterRole", "other", bot),
			"",
		},
		"people alone": {
			web + made + one + binding("RoleBinding", "Role", "default", "{kind: Group, name: dev}"),
			"",
		},
		"who only reads":            {web + made + role("Role", "apps", "deployments", "get, list, patch", ""), ""},
		"who runs commands in pods": {web + made + role("Role", `""`, "pods/exec, pods/eviction", "create", ""), ""},
		"one by its name": {
			web + made + role("Role", "apps", "deployments", "create", ", resourceNames: [a]"),
			"",
		},
		"who may do everything": {web + made + role("Role", `"*"`, `"*"`, `"*"`, ""), ""},
		"the workload that it misses is read": {
			named("web", 2, ", of: all, is: a") + one + pdbNamed("web", "of: all, is: b", "maxUnavailable: 1"),
			"",
		},
	} {
		seen := 0
		for _, f := range withOutcomes(look(t, knowledge(t), "karpenter", parse(t, x.input))) {
			if f.Obligation != PDBOrphan.ID {
				continue
			}
			seen++
			said := f.Message
			for _, e := range f.Evidence {
				said += "\n" + e.Text
			}
			if x.says == "" && f.Verdict != finding.Broken || x.says != "" && (f.Verdict != finding.Unknown || !strings.Contains(said, x.says)) {
				t.Errorf("%s: %s: %s", why, f.Verdict, said)
			}
		}
		if seen != 1 {
			t.Errorf("%s: %d findings", why, seen)
		}
	}
}

// That a budget never allows an eviction is so whatever it selects, and told where its pods are
// made elsewhere; where all that may have its labels was read, it selects nothing.
func TestClosedBudgetForPodsMadeElsewhere(t *testing.T) {
	web := named("web", 2, "")
	role := "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: makes, namespace: default}, " +
		"rules: [{apiGroups: [batch], resources: [jobs], verbs: [create]}]}\n---\n"
	there := func(budget string) string { return strings.Replace(budget, "name: x", "name: x, namespace: runs", 1) }
	for why, x := range map[string]struct{ input, want string }{
		"a namespace that was not read": {web + there(pdbNamed("x", "run: a", "maxUnavailable: 0")), "broken pdb-never-allows"},
		"in percent":                    {web + there(pdbNamed("x", "run: a", "maxUnavailable: 0%")), "broken pdb-never-allows"},
		"all of them":                   {there(pdbNamed("x", "run: a", "minAvailable: 100%")), "broken pdb-never-allows"},
		"one that lets one go":          {web + there(pdbNamed("x", "run: a", "maxUnavailable: 1")), "unknown pdb-orphan"},
		"what makes pods when it runs":  {web + role + pdbNamed("x", "run: a", "maxUnavailable: 0"), "broken pdb-never-allows"},
		"nothing that makes any":        {web + pdbNamed("x", "run: a", "maxUnavailable: 0"), "broken pdb-orphan"},
		"the wrong namespace":           {web + there(pdbNamed("x", "app: web", "maxUnavailable: 0")), ""}, // told with what it misses
		"a version that no API server takes": {
			web + strings.Replace(there(pdbNamed("x", "run: a", "maxUnavailable: 0")), "policy/v1,", "policy/v1beta1,", 1), "unknown pdb-orphan",
		},
	} {
		got := ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Subject.Kind == "PodDisruptionBudget" && f.Subject.Name == "x" {
				got += string(f.Verdict) + " " + f.Obligation
			}
			if strings.Contains(f.Consequence, "protects nothing.") {
				t.Errorf("%s: %s", why, f.Consequence)
			}
		}
		if got != x.want {
			t.Errorf("%s: %s, want %s", why, got, x.want)
		}
	}
}
