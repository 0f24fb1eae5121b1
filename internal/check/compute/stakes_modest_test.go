package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source"
)

// brokenIn is the severity of a broken obligation of a unit, and all that is given as
// evidence; empty where it is not broken.
func brokenIn(t *testing.T, unit *estate.Estate, obligation string) (severity, said string) {
	t.Helper()
	c := knowledge(t)
	result, err := check.Run(t.Context(), every, c, unit, locate.Locate(c, unit.Kubernetes, c.Offering("eks-auto-mode"), nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Verdict == finding.Broken && f.Obligation == obligation {
			return f.Severity, allEvidence(&f)
		}
	}
	return "", ""
}

// inShop is a budget in the namespace of the workloads.
func inShop(pdb string) string {
	return strings.Replace(pdb, "metadata: {name: pdb", "metadata: {namespace: shop, name: pdb", 1)
}

// inSet is a Deployment as a StatefulSet.
func inSet(docs string) string {
	return strings.Replace(docs, "kind: Deployment", "kind: StatefulSet", 1)
}

const homely = "my home cluster"

// Whose cluster it is, in which namespace something runs, and what cannot be applied with
// it, weigh on all that is said of it, with the reason.
func TestWhatFewWaitFor(t *testing.T) {
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{name: http, port: 80}]")
	two := strings.Replace(fmt.Sprintf(deployment, "web", ""), "replicas: 1", "replicas: 2", 1)
	never := fmt.Sprintf(deployment, "web", "") + public + "---\n" + inShop(pdbOver("a: w", "maxUnavailable: 0"))
	quorum := inSet(strings.Replace(strings.Replace(two, "replicas: 2", "replicas: 3", 1), "image: i", "image: etcd", 1))
	home := func(u *estate.Estate) { u.Folders.AtHome("README.md", homely) }
	apps := func(u *estate.Estate) { u.AtHome = "a household has this cluster: x, y and z run in it" }
	old := func(file string, chart bool) func(*estate.Estate) {
		return func(u *estate.Estate) {
			u.OfChart = chart
			u.Kubernetes.Withdrawn = []kubernetes.Withdrawn{{API: "extensions/v1beta1", Kind: "Ingress", Since: "1.22",
				Position: origin.Position{File: file, Line: 3}}}
		}
	}
	within := func(file string, current int, standsIn ...string) func(*estate.Estate) {
		return func(u *estate.Estate) {
			old(file, false)(u)
			at := append(standsIn, "k8s/in.yaml")[0]
			for i := range u.Kubernetes.Workloads {
				u.Kubernetes.Workloads[i].Position.File = at
			}
			u.Folders.Add(".", []string{at, file})
			u.Kubernetes.Current = nil
			if current > 0 {
				u.Kubernetes.Current = []kubernetes.Current{{Minor: current, Position: origin.Position{File: "k8s/new.yaml", Line: 1}}}
			}
		}
	}
	unserved := func(of string, chart bool) func(*estate.Estate) {
		return func(u *estate.Estate) {
			u.OfChart, u.Older = chart, of
			for i := range u.Kubernetes.Budgets {
				u.Kubernetes.Budgets[i].Unserved = true
			}
		}
	}
	covered := two + public + "---\n" + inShop(pdbOver("a: w", "maxUnavailable: 1"))
	chat := func(text string) string { return strings.ReplaceAll(text, "name: web", "name: slack-first") }
	in := func(ns, text string) string { return strings.ReplaceAll(text, "namespace: shop", "namespace: "+ns) }
	one := fmt.Sprintf(deployment, "web", "") + public
	for why, x := range map[string]struct {
		input      string
		with       func(*estate.Estate)
		obligation string
		severity   string
		said       string
	}{
		"public":                             {one, nil, SingleReplica.ID, "high", "routes to it"},
		"of a household":                     {one, home, SingleReplica.ID, "low", "; a household waits for it: its README says \"" + homely},
		"of a household by its programs":     {one, apps, SingleReplica.ID, "low", "routes to it; a household has this cluster"},
		"two of a household":                 {two + public, home, PDBMissing.ID, "low", "a household waits for it"},
		"a drain that a household waits for": {never, home, PDBNeverAllows.ID, "medium", "a household waits for it"},
		"a quorum of a household":            {quorum + public, home, PDBMissing.ID, "high", ""},
		"in a namespace for development":     {in("shop-dev", one), nil, SingleReplica.ID, "low", "shop-dev is there for development"},
		"in a namespace for tests":           {in("testing", one), nil, SingleReplica.ID, "low", "is there for tests"},
		"in a namespace for samples":         {in("sandbox", one), nil, SingleReplica.ID, "low", "is there for samples"},
		"in a namespace that is called so":   {in("developers", one), nil, SingleReplica.ID, "high", ""},
		"what answers a chat service":        {chat(one), nil, SingleReplica.ID, "low", "sends again"},
		"two that do":                        {chat(two + public), nil, PDBMissing.ID, "high", ""},
		"beside what is not applied":         {one, old("in.yaml", false), SingleReplica.ID, "low", "the kind Ingress of extensions/v1beta1"},
		"with what is applied elsewhere":     {one, old("elsewhere/other.yaml", false), SingleReplica.ID, "high", ""},
		"in the folder that was read":        {one, old("other.yaml", false), SingleReplica.ID, "low", "applied to no cluster since"},
		"in a stale folder":                  {one, within("k8s/ingress.yaml", 0), SingleReplica.ID, "low", "applied to no cluster since"},
		"in a folder of a stale one":         {one, within("k8s/ingress.yaml", 0, "k8s/a/in.yaml"), SingleReplica.ID, "low", "k8s/ingress.yaml"},
		"beside a file that is put aside":    {one, within("k8s/ingress-old.yaml", 0), SingleReplica.ID, "high", ""},
		"beside a stale folder":              {one, within("old/ingress.yaml", 0), SingleReplica.ID, "high", ""},
		"below the whole input":              {one, within("ingress.yaml", 0), SingleReplica.ID, "high", ""},
		"beside what a later cluster takes":  {one, within("k8s/ingress.yaml", 22), SingleReplica.ID, "high", ""},
		"beside what an older one took":      {one, within("k8s/ingress.yaml", 16), SingleReplica.ID, "low", "since Kubernetes 1.22"},
		"a budget in a stale folder":         {never, within("k8s/ingress.yaml", 0), PDBNeverAllows.ID, "low", "since Kubernetes 1.22"},
		"under a budget that is not served":  {covered, unserved("", false), PDBMissing.ID, "high", "routes to it"},
		"under one of an old cluster":        {covered, unserved("its cluster is old", false), PDBMissing.ID, "low", "its cluster is old"},
		"under one of a chart":               {covered, unserved("", true), PDBMissing.ID, "low", "PodDisruptionBudget of policy/v1beta1"},
		"in a chart that is not installed":   {one, old("other.yaml", true), SingleReplica.ID, "low", "since Kubernetes 1.22"},
		"a budget in such a chart":           {never, old("other.yaml", true), PDBNeverAllows.ID, "low", "since Kubernetes 1.22"},
	} {
		e := parse(t, x.input)
		for i := range e.Workloads {
			e.Workloads[i].Position.File = "in.yaml"
		}
		unit := &estate.Estate{Kubernetes: e}
		if x.with != nil {
			x.with(unit)
		}
		if severity, said := brokenIn(t, unit, x.obligation); severity != x.severity || !strings.Contains(said, x.said) {
			t.Errorf("%s: %q, want %q and %q: %s", why, severity, x.severity, x.said, said)
		}
	}
}

// Of what tells late or shows graphs nobody minds a single pod; who runs several minds.
func TestWhatIsMissedOnlyOfSeveral(t *testing.T) {
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{name: http, port: 80}]")
	for image, alone := range map[string]bool{
		"prom/alertmanager": true, "prom/prometheus": true, "victoriametrics/vmagent": true, "grafana/grafana": true,
		"app": false, "prometheus-api": false, "grafana/mcp-grafana": false, "alertmanager-router": false,
	} {
		one := strings.Replace(fmt.Sprintf(deployment, "web", "")+public, "image: i", "image: "+image, 1)
		severity, said := brokenIn(t, &estate.Estate{Kubernetes: parse(t, one)}, SingleReplica.ID)
		if (severity == "low") != alone {
			t.Errorf("one %s: %s: %s", image, severity, said)
		}
		two := strings.Replace(one, "replicas: 1", "replicas: 2", 1)
		if severity, said = brokenIn(t, &estate.Estate{Kubernetes: parse(t, two)}, PDBMissing.ID); severity != "high" {
			t.Errorf("two %s: %q: %s", image, severity, said)
		}
	}
}

// What an operator makes of a resource is minded but where the resource says that one is
// meant.
func TestWhatIsMeantToBeAlone(t *testing.T) {
	cluster := "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db, namespace: shop}\nspec: {instances: 1%s}\n"
	for spec, want := range map[string]string{
		", enablePDB: false": "low", ", enablePDB: true": "", "": "",
	} {
		e, err := source.Kubernetes(t.Context(), source.Input{
			Paths: []string{source.Stdin}, Stdin: strings.NewReader(fmt.Sprintf(cluster, spec)), Catalog: knowledge(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		if severity, said := brokenIn(t, &estate.Estate{Kubernetes: e}, SingleReplica.ID); severity != want && want != "" {
			t.Errorf("%q: %q: %s", spec, severity, said)
		}
		if severity, _ := brokenIn(t, &estate.Estate{Kubernetes: e}, PDBNeverAllows.ID); (severity == "high") != (want == "") {
			t.Errorf("%q: a drain that never ends is %q", spec, severity)
		}
	}
}

// Who may hold a lease and is called by nobody has time until a pod leads again.
func TestWhoMayLeadWaits(t *testing.T) {
	role := "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}, " +
		"rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}]}\n---\n" +
		"{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: b}, " +
		"roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}, " +
		"subjects: [{kind: ServiceAccount, name: copier, namespace: shop}]}\n"
	two := strings.NewReplacer("replicas: 1", "replicas: 2", "containers: [", "serviceAccountName: copier, containers: [").
		Replace(fmt.Sprintf(deployment, "web", ""))
	routed := fmt.Sprintf(service, "ports: [{name: http, port: 80}]")
	for why, x := range map[string]struct{ input, severity string }{
		"called by nobody": {two + role, "low"},
		"called":           {two + role + routed, "medium"},
		"it may not":       {two, "medium"},
	} {
		if severity, said := brokenIn(t, &estate.Estate{Kubernetes: parse(t, x.input)}, PDBMissing.ID); severity != x.severity {
			t.Errorf("%s: %q, want %q: %s", why, severity, x.severity, said)
		}
	}
}

// A budget that selects nothing and comes with a chart of others hurts nobody who is known,
// unless it is written for a workload or goes by the name of one.
func TestOrphanThatNobodyMisses(t *testing.T) {
	web := fmt.Sprintf(deployment, "web", "")
	other := pdbOver("app: other", "maxUnavailable: 1")
	called := func(name string) string { return strings.Replace(other, "name: pdb", "name: "+name, 1) }
	for why, x := range map[string]struct{ unit, file, budget, severity string }{
		"of a unit":                     {"u", "u/templates/in.yaml", other, "medium"},
		"of a chart of its own in it":   {"u", "u/charts/own/templates/in.yaml", other, "medium"},
		"of files":                      {"", "in.yaml", other, "medium"},
		"of a copy":                     {"u", "u/charts/redis/templates/in.yaml", other, "low"},
		"of a chart in a copy":          {"u", "u/charts/redis/charts/common/templates/in.yaml", other, "low"},
		"of a package":                  {"u", "u/charts/db-1.0.0.tgz", other, "low"},
		"by the name of a workload":     {"u", "u/charts/db-1.0.0.tgz", called("web"), "medium"},
		"by that of one somewhere else": {"u", "u/charts/db-1.0.0.tgz", called("api"), "low"},
	} {
		e := parse(t, web+"---\n"+strings.Replace(x.budget, "metadata: {name: ", "metadata: {namespace: shop, name: ", 1))
		e.Budgets[0].Position.File = x.file
		u := &estate.Estate{Kubernetes: e, Name: x.unit}
		u.Folders.Fetch("u/charts/redis")
		if severity, said := brokenIn(t, u, PDBOrphan.ID); severity != x.severity {
			t.Errorf("%s: %q, want %q: %s", why, severity, x.severity, said)
		}
	}
}

// Of a program of which nothing is known the fix says under which condition two may run.
func TestTwoOfWhatIsNotKnown(t *testing.T) {
	const condition = "if it keeps no state in the process"
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{name: http, port: 80}]")
	one := fmt.Sprintf(deployment, "web", "") + public
	with := func(pod string) string { return strings.Replace(one, "containers: [", pod+", containers: [", 1) }
	hpa := "---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web, namespace: shop}, " +
		"spec: {minReplicas: 1, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}\n"
	for why, x := range map[string]struct {
		input string
		hedge bool
	}{
		"nothing is known":  {one, true},
		"a web server":      {strings.Replace(one, "image: i", "image: nginx", 1), false},
		"one that scales":   {strings.Replace(one, "image: i", "image: quay.io/oauth2-proxy/oauth2-proxy", 1), false},
		"its author scales": {one + hpa, false},
		"its author spreads": {with("topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, " +
			"whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}]"), false},
		"kept apart": {with("affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: " +
			"{topologyKey: h, labelSelector: {matchLabels: {a: w}}}}]}}"), false},
	} {
		c := knowledge(t)
		e := parse(t, x.input)
		for _, f := range look(t, c, "karpenter", e) {
			if f.Obligation == SingleReplica.ID && strings.Contains(f.Fix.Summary, condition) != x.hedge {
				t.Errorf("%s: %s", why, f.Fix.Summary)
			}
		}
	}
}
