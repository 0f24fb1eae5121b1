package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// By what the number of a workload's pods is known.
func TestSizeInWords(t *testing.T) {
	for _, x := range []struct {
		w    kubernetes.Workload
		want string
		line int
	}{
		{kubernetes.Workload{Replicas: 3, ReplicasSet: true, Scaled: true}, "replicas: 3", 1},
		{kubernetes.Workload{Replicas: 1, Scaled: true}, "replicas is not set, which means 1, and no autoscaler of it was read", 1},
		{kubernetes.Workload{Replicas: 1}, "replicas: 1", 1},
		{kubernetes.Workload{Replicas: 3, Scaler: &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "HPA", Name: "h"}, Min: 2, Max: 5,
			Position: origin.Position{Line: 9}}}, "HPA h keeps it between 2 and 5 replicas", 9},
		{kubernetes.Workload{Scaler: &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "KEDA", Name: "k"}, Min: 2, Max: 5, ToZero: true,
			Position: origin.Position{Line: 9}}}, "KEDA k keeps it at 0, or between 2 and 5 replicas", 9},
		{kubernetes.Workload{Ref: kubernetes.Ref{Kind: "DaemonSet"}}, "one pod on every node it fits", 1},
		{kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Pod"}, Bare: true}, "a pod without a controller", 1},
		{kubernetes.Workload{Ref: kubernetes.Ref{Kind: "StatefulSet"}, Inferred: true, Pods: []int{0, 1}},
			"2 pods of it were read, and not the StatefulSet itself", 1},
		{kubernetes.Workload{Ref: kubernetes.Ref{Kind: "ReplicaSet"}, Inferred: true, UID: "u", Replicas: 2, ReplicasSet: true},
			"replicas: 2", 1},
		{kubernetes.Workload{Replicas: 2, MadeBy: &kubernetes.Maker{Ref: kubernetes.Ref{Kind: "Kafka", Name: "k"}, Operator: "Strimzi"}},
			"replicas: 2, as Strimzi makes it of Kafka k", 1},
		{kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Job"}, Replicas: 4, ReplicasSet: true}, "runs 4 at a time", 1},
	} {
		x.w.Position.Line = 1
		if got := size(&x.w); got.Text != x.want || got.Line != x.line {
			t.Errorf("%q in line %d, want %q", got.Text, got.Line, x.want)
		}
	}
}

// What looks held is not known where something it rests on stands twice and differs;
// it is said once.
func TestObjectsThatStandTwice(t *testing.T) {
	twice := &origin.Position{Line: 7}
	scaler := func(at *origin.Position) *kubernetes.Scaler {
		return &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "HPA", Name: "h"}, Min: 2, Max: 2, ConflictsAt: at}
	}
	for name, x := range map[string]struct {
		w       kubernetes.Workload
		budget  *origin.Position
		budgets []int
		verdict finding.Verdict
		doubt   string
	}{
		"nothing does":              {kubernetes.Workload{}, nil, []int{0}, finding.Held, ""},
		"it does":                   {kubernetes.Workload{ConflictsAt: twice}, nil, []int{0}, finding.Unknown, "Deployment web"},
		"its autoscaler does":       {kubernetes.Workload{Scaler: scaler(twice)}, nil, []int{0}, finding.Unknown, "HPA h"},
		"its autoscaler does not":   {kubernetes.Workload{Scaler: scaler(nil)}, nil, []int{0}, finding.Held, ""},
		"its budget does":           {kubernetes.Workload{}, twice, []int{0}, finding.Unknown, "PodDisruptionBudget b"},
		"another budget does":       {kubernetes.Workload{}, twice, nil, finding.Held, ""},
		"it and its budget do":      {kubernetes.Workload{ConflictsAt: twice}, twice, []int{0}, finding.Unknown, "Deployment web"},
		"it does, and it is broken": {kubernetes.Workload{ConflictsAt: twice}, nil, nil, finding.Broken, ""},
	} {
		x.w.Ref = kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "web"}
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{x.w},
			Budgets: []kubernetes.Budget{{Name: "b", Namespace: "other", Selector: selector(t, "a=b"), ConflictsAt: x.budget}}}
		before := check.Judgement{Verdict: finding.Held, Message: "m"}
		if x.verdict == finding.Broken {
			before.Verdict = finding.Broken
		}
		within(t, "karpenter", e, func(p *check.Pass) {
			j := sure(p, before, 0, x.budgets)
			if j.Verdict != x.verdict || strings.Count(j.Message, "defined in two places") != min(1, len(x.doubt)) ||
				!strings.Contains(j.Message, x.doubt) || x.doubt != "" && len(j.Evidence) != 2 {
				t.Errorf("%s: %s, %q, %v", name, j.Verdict, j.Message, j.Evidence)
			}
		})
	}
}

// Why a budget allows no eviction.
func TestWhyABudgetIsTooStrict(t *testing.T) {
	number := func(n int32) *intstr.IntOrString { v := intstr.FromInt32(n); return &v }
	share := func(s string) *intstr.IntOrString { v := intstr.FromString(s); return &v }
	for _, x := range []struct {
		least, most *intstr.IntOrString
		count       disruption.Arithmetic
		why, what   string
	}{
		{nil, number(0), disruption.Arithmetic{Reason: disruption.TooStrict, Expected: 3, Healthy: 3, Desired: 3},
			"PDB b has maxUnavailable 0", "it"},
		{number(3), nil, disruption.Arithmetic{Reason: disruption.TooStrict, Expected: 3, Healthy: 3, Desired: 3},
			"PDB b needs 3 of 3 pods available", "it"},
		{share("100%"), nil, disruption.Arithmetic{Reason: disruption.TooStrict, Expected: 3, Healthy: 3, Desired: 3},
			"PDB b needs all of 3 pods available", "it"},
		{share("70%"), nil, disruption.Arithmetic{Reason: disruption.TooStrict, Expected: 3, Healthy: 3, Desired: 3},
			"minAvailable 70% of 3 pods is rounded up to 3", "PDB b"},
		{share("70%"), nil, disruption.Arithmetic{Reason: disruption.TooStrict, Expected: 3, Healthy: 2, Desired: 3},
			"PDB b selects only 2 of the 3 pods that it counts, and 3 must stay", "it"},
		{nil, number(1), disruption.Arithmetic{Reason: disruption.TooStrict, Expected: 3, Healthy: 2, Desired: 2},
			"PDB b selects only 2 of the 3 pods that it counts, and 2 must stay", "it"},
		{nil, number(1), disruption.Arithmetic{Reason: disruption.NoScale},
			"PDB b needs the scale of its pods' controllers, and one of them has none", "it"},
		{nil, number(1), disruption.Arithmetic{Reason: disruption.Unmanaged},
			"PDB b needs the scale of a controller, and its pods have no controller", "it"},
		{nil, nil, disruption.Arithmetic{Reason: disruption.Empty},
			"PDB b sets neither minAvailable nor maxUnavailable; the disruption controller then expects no pods", "it"},
	} {
		why, what := tooStrict(&kubernetes.Budget{Name: "b", MinAvailable: x.least, MaxUnavailable: x.most}, x.count)
		if why != x.why || what != x.what {
			t.Errorf("%q, %q, want %q", why, what, x.why)
		}
	}
}

// Whether a budget ever allows an eviction, by its arithmetic and by what the
// cluster says of it.
func TestWhetherABudgetEverAllows(t *testing.T) {
	scaledDown := named("a", 1, "") + "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, " +
		"spec: {minReplicas: 1, maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}}}\n---\n"
	owned := func(kind, api string) string {
		return strings.NewReplacer("StatefulSet", kind, "apps/v1", api, "app: web", "app: a").Replace(ofOwner)
	}
	also := func(api, kind, of string) string {
		return named("a", 3, "") + fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {name: other}, spec: %s}\n---\n", api, kind, fmt.Sprintf(of,
			"template: {metadata: {labels: {app: a}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}"))
	}
	for _, x := range []struct {
		name, docs, terms string
		status            *kubernetes.BudgetStatus
		verdict           finding.Verdict
		says              string
	}{
		{"it allows one", named("a", 3, ""), "maxUnavailable: 1", nil, finding.Held, "PDB pdb allows the eviction of 1 of 3 pods at a time"},
		{"it never does", named("a", 3, ""), "maxUnavailable: 0", nil, finding.Broken,
			"PDB pdb has maxUnavailable 0, so it never allows an eviction"},
		{"it does not at the minimum", scaledDown, "minAvailable: 1", nil, finding.Broken,
			"PDB pdb needs 1 of 1 pod available, so it allows no eviction while HorizontalPodAutoscaler h is at its minimum"},
		{"nor at the maximum", scaledDown, "maxUnavailable: 0", nil, finding.Broken,
			"PDB pdb has maxUnavailable 0, so it never allows an eviction"},
		{"the cluster cannot count", named("a", 3, ""), "maxUnavailable: 1", &kubernetes.BudgetStatus{SyncFailed: "no scale"}, finding.Broken,
			"the disruption controller cannot evaluate PDB pdb, so it never allows an eviction: no scale"},
		{"pods without a controller", strings.Replace(barePod, "app: web", "app: a", 1), "maxUnavailable: 1", nil, finding.Broken,
			"needs the scale of a controller, and its pods have no controller"},
		{"and the cluster allows it", strings.Replace(barePod, "app: web", "app: a", 1), "maxUnavailable: 1",
			&kubernetes.BudgetStatus{Allowed: 2, Expected: 3, Healthy: 3}, finding.Held,
			"the cluster allows the eviction of 2 pods under PDB pdb"},
		{"what the cluster allows does not change what it says", named("a", 3, ""), "maxUnavailable: 0", &kubernetes.BudgetStatus{Allowed: 1},
			finding.Broken, "has maxUnavailable 0"},
		{"a Job among them", also("batch/v1", "Job", "{%s}"), "maxUnavailable: 1", nil, finding.Broken,
			"PDB pdb needs the scale of its pods' controllers, and Job other has none, so it allows no eviction while a pod of Job other is there"},
		{"a CronJob among them", also("batch/v1", "CronJob", "{schedule: '0 3 * * *', jobTemplate: {spec: {%s}}}"), "maxUnavailable: 1", nil,
			finding.Broken, "and CronJob other has none, so it allows no eviction while a pod of CronJob other is there"},
		{"a DaemonSet among them", also("apps/v1", "DaemonSet", "{selector: {matchLabels: {app: a}}, %s}"), "maxUnavailable: 1", nil,
			finding.Broken, "and DaemonSet other has none, so it never allows an eviction"},
		{"pods of an operator", owned("Cluster", "db.example.org/v1"), "maxUnavailable: 1", nil, finding.Unknown,
			"covers pods that an operator runs for Cluster web; only the operator decides whether they may be evicted"},
		{"pods of what was not read", owned("StatefulSet", "apps/v1"), "minAvailable: 1", nil, finding.Unknown,
			"needs the scale of StatefulSet web, which was not read; read it as well"},
		{"pods of what was not read, of however many", owned("StatefulSet", "apps/v1"), "maxUnavailable: 0", nil, finding.Broken,
			"has maxUnavailable 0"},
	} {
		e := parse(t, x.docs+pdbOver("app: a", x.terms))
		e.Budgets[0].Status = x.status
		within(t, "karpenter", e, func(p *check.Pass) {
			j := strictnessOf(p).of(0)
			if j.Verdict != x.verdict || !strings.Contains(j.Message, x.says) || (j.Fix != nil) != (x.verdict == finding.Broken) {
				t.Errorf("%s: %s, %q", x.name, j.Verdict, j.Message)
			}
			if again := strictnessOf(p).of(0); again != j {
				t.Errorf("%s: it is judged twice", x.name)
			}
			if counted := slices.ContainsFunc(j.Evidence, func(e finding.Evidence) bool {
				return strings.HasPrefix(e.Text, "the cluster counts")
			}); counted != (x.status != nil) {
				t.Errorf("%s: %v", x.name, j.Evidence)
			}
		})
	}
}

// A budget is used up where it allows none now, and would if its pods were healthy.
func TestBudgetThatIsUsedUp(t *testing.T) {
	for _, x := range []struct {
		name, terms string
		status      *kubernetes.BudgetStatus
		want        bool
	}{
		{"one is not healthy", "maxUnavailable: 1", &kubernetes.BudgetStatus{Expected: 3, Healthy: 2, Desired: 2}, true},
		{"all are healthy", "maxUnavailable: 1", &kubernetes.BudgetStatus{Expected: 3, Healthy: 3, Desired: 2}, false},
		{"it allows one", "maxUnavailable: 1", &kubernetes.BudgetStatus{Expected: 3, Healthy: 2, Desired: 1, Allowed: 1}, false},
		{"it never allows any", "maxUnavailable: 0", &kubernetes.BudgetStatus{Expected: 3, Healthy: 2, Desired: 3}, false},
		{"it expects none", "maxUnavailable: 1", &kubernetes.BudgetStatus{}, false},
		{"nobody counted", "maxUnavailable: 1", nil, false},
	} {
		e := parse(t, named("a", 3, "")+pdbOver("app: a", x.terms))
		e.Budgets[0].Status = x.status
		within(t, "karpenter", e, func(p *check.Pass) {
			if _, ok := strictnessOf(p).usedUp(0); ok != x.want {
				t.Errorf("%s: %t", x.name, ok)
			}
		})
	}
	single := parse(t, named("a", 1, "")+pdbOver("app: a", "maxUnavailable: 1"))
	single.Budgets[0].Status = &kubernetes.BudgetStatus{Expected: 1}
	within(t, "karpenter", single, func(p *check.Pass) {
		if _, ok := strictnessOf(p).usedUp(0); !ok {
			t.Error("its one pod is not healthy")
		}
	})
	e := &kubernetes.Estate{Budgets: []kubernetes.Budget{
		{Name: "a"},
		{Name: "b", Unhealthy: "AlwaysAllow"},
		{Name: "c", MadeBy: &kubernetes.Maker{}},
		{Name: "a", Status: &kubernetes.BudgetStatus{Expected: 3, Healthy: 1, Desired: 2}},
		{Name: "as many as must be", Status: &kubernetes.BudgetStatus{Expected: 3, Healthy: 2, Desired: 2}},
		{Name: "a", Status: &kubernetes.BudgetStatus{Expected: 1}}, // none has to be, and so none may go
	}}
	for budget, changes := range map[int]int{0: 1, 1: 0, 2: 0, 3: 1, 4: 0, 5: 1} {
		if fix := (&fixes{estate: e}).usedUp(budget); len(fix.Changes) != changes || changes == 1 &&
			changesOf(fix) != "replace a unhealthyPodEvictionPolicy: AlwaysAllow" {
			t.Errorf("%s: %q, %s", e.Budgets[budget].Name, fix.Summary, changesOf(fix))
		}
	}
}

// A workload of a kind that is known from pods alone is some operator's.
func TestWorkloadsOfOperators(t *testing.T) {
	for _, x := range []struct {
		kind              string
		inferred          bool
		foreign, operated bool
	}{{"Cluster", true, true, true}, {"Cluster", false, false, false}, {"StatefulSet", true, false, false}, {"Rollout", true, false, false}} {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: x.kind}, Inferred: x.inferred, Lasting: true}
		if foreign(w) != x.foreign || w.Operated() != x.operated {
			t.Errorf("%s, inferred %t: foreign %t, operated %t", x.kind, x.inferred, foreign(w), w.Operated())
		}
		if w.Bare = true; w.Operated() {
			t.Errorf("%s: nobody operates a pod without a controller", x.kind)
		}
		if w.Bare, w.Lasting = false, false; w.Operated() {
			t.Errorf("%s: nobody moves a run", x.kind)
		}
	}
}

// In how many runs, and how many pods are ready at worst.
func TestRunsInWords(t *testing.T) {
	for want, p := range map[string]forecast.Played{
		"1 of 1 runs": {Runs: 1, Below: 1},
		"5 of 5 runs": {Runs: 5, Below: 5},
		"2 of 5 runs": {Runs: 5, Below: 2},
	} {
		if got := often(&p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if all, some := atLeast(3, 3), atLeast(2, 3); all != "keeps all 3 pods" || some != "keeps at least 2 of 3 pods" {
		t.Errorf("%q, %q", all, some)
	}
	fates := []forecast.Judged{{}, {}, {}}
	for i, least := range []int{3, 1, 2} {
		fates[i].Bound = &bound.Bound{Least: least}
	}
	if got := leastOf(fates); got != 1 {
		t.Errorf("%d at least", got)
	}
}

// Of the nodes that something holds the first five are told of, each with its
// evidence, and each but the first with why.
func TestReasonsForWhichNodesStay(t *testing.T) {
	var stays []simulate.Stay
	for i := range 7 {
		stays = append(stays, simulate.Stay{Node: fmt.Sprint("n", i), Why: "w", Evidence: []string{fmt.Sprint("e", i)}})
		var got []string
		for _, e := range reasonsOf(stays) {
			got = append(got, e.Text)
		}
		want := min(i+1, mostReasonsHeld)*2 - 1
		if len(got) != want || got[0] != "e0" || i > 0 && (got[1] != "node n1: w" || got[2] != "e1") {
			t.Errorf("of %d: %v", len(stays), got)
		}
	}
}

// All pods of a workload were read, with their nodes, and none is ready; or some is
// ready on a node that was not.
func TestPodsThatAreDownAlready(t *testing.T) {
	gone := time.Date(2026, time.November, 22, 6, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		name         string
		pods         []kubernetes.Pod
		unread       string
		down, astray bool
	}{
		{"none is ready", []kubernetes.Pod{{Node: "n"}, {Node: "n"}}, "", true, false},
		{"one is", []kubernetes.Pod{{Node: "n"}, {Node: "n", Ready: true}}, "", false, false},
		{"one is, and goes", []kubernetes.Pod{{Node: "n"}, {Node: "n", Ready: true, Deleted: gone}}, "", true, false},
		{"one is on a node that was not read", []kubernetes.Pod{{Node: "n"}, {Node: "other"}}, "", false, false},
		{"one is ready on such a node", []kubernetes.Pod{{Node: "n"}, {Node: "other", Ready: true}}, "", false, true},
		{"one is ready and going on such a node", []kubernetes.Pod{{Node: "other", Ready: true, Deleted: gone}}, "", false, false},
		{"one is ready on no node", []kubernetes.Pod{{Ready: true}}, "", false, false},
		{"there are none", nil, "", false, false},
		{"pods were not all read", []kubernetes.Pod{{Node: "n"}}, "Pod", false, false},
	} {
		w := kubernetes.Workload{}
		for i := range x.pods {
			w.Pods = append(w.Pods, i)
		}
		e := &kubernetes.Estate{Pods: x.pods}
		if x.unread != "" {
			e.Unread = []origin.Unread{unread(x.unread)}
		}
		o := &outcomes{estate: e, consequences: &consequences{nodes: map[string]int{"n": 0}}}
		if o.noneReady(&w) != x.down || o.astray(&w) != x.astray {
			t.Errorf("%s: down %t, astray %t", x.name, o.noneReady(&w), o.astray(&w))
		}
	}
}

// What a workload does of what its program can, by what its containers are told or
// by the label of its component.
func TestRolesOfWorkloads(t *testing.T) {
	c := knowledge(t)
	for _, x := range []struct {
		told      []string
		component string
		want      role
	}{
		{nil, "", wholeProgram},
		{[]string{"all"}, "", wholeProgram},
		{[]string{"arbiter"}, "", votes},
		{nil, "arbiter", votes},
		{[]string{"querier"}, "", dataless},
		{nil, "ingest", dataless},
		{[]string{"arbiter"}, "ingest", votes},
	} {
		w := &kubernetes.Workload{Template: kubernetes.PodTemplate{Labels: map[string]string{"app.kubernetes.io/component": x.component},
			Containers: []kubernetes.Container{{}, {Roles: x.told}}}}
		if got := roleOf(c, w); got != x.want {
			t.Errorf("%v, %q: %d", x.told, x.component, got)
		}
	}
}

// Members of one replica set are those of its namespace that are told the same name,
// and have pods that stay.
func TestMembersOfAReplicaSet(t *testing.T) {
	member := func(namespace, name, set string, pods int) kubernetes.Workload {
		return kubernetes.Workload{Ref: kubernetes.Ref{Namespace: namespace, Name: name}, Lasting: true, Replicas: pods, ReplicasSet: true,
			Template: kubernetes.PodTemplate{Containers: []kubernetes.Container{{}, {Set: set}}}}
	}
	job := member("a", "job", "rs0", 1)
	job.Lasting = false
	x := &programs{estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{
		member("a", "it", "rs0", 1), member("a", "two", "rs0", 2), member("b", "elsewhere", "rs0", 1), member("a", "other", "rs1", 1),
		member("a", "off", "rs0", 0), job, member("a", "none", "", 1), member("a", "last", "rs0", 1),
	}}}
	if set, fellows, pods := x.fellows(0); set != "rs0" || strings.Join(fellows, " ") != "two last" || pods != 3 {
		t.Errorf("%s: %v with %d", set, fellows, pods)
	}
	if set, fellows, pods := x.fellows(6); set != "" || fellows != nil || pods != 0 {
		t.Errorf("%s: %v with %d", set, fellows, pods)
	}
}

// What is lost with a pod: nothing where others have it or a volume outlasts it.
func TestWhatIsLostWithAPod(t *testing.T) {
	store := func(told string, memory bool) []kubernetes.Container {
		return []kubernetes.Container{{Store: kubernetes.Store{Told: told, Sole: true, Memory: memory}}}
	}
	data := &responsibility.Program{Title: "P", Keeps: responsibility.KeepsData}
	unless := &responsibility.Program{Title: "P", Keeps: responsibility.KeepsData, Unless: "it is told"}
	for _, x := range []struct {
		name     string
		template kubernetes.PodTemplate
		own      []string
		program  *responsibility.Program
		want     string
	}{
		{"nothing", kubernetes.PodTemplate{}, nil, nil, ""},
		{"a store in memory", kubernetes.PodTemplate{Containers: store("m=x", true), Lasting: true}, nil, nil,
			"It keeps its data in memory (m=x): each eviction loses it."},
		{"a store", kubernetes.PodTemplate{Containers: store("s=x", false)}, nil, nil,
			"It keeps its data in its container (s=x): each eviction loses it."},
		{"a store on an emptyDir", kubernetes.PodTemplate{Containers: store("s=x", false), EmptyDir: true}, nil, nil,
			"It keeps its data on an emptyDir (s=x): each eviction loses it."},
		{"a store on a claim", kubernetes.PodTemplate{Containers: store("s=x", false), VolumeClaims: []string{"c"}}, nil, nil, ""},
		{"a store on a claim of its own", kubernetes.PodTemplate{Containers: store("s=x", false)}, []string{"c"}, nil, ""},
		{"a store on its node", kubernetes.PodTemplate{Containers: store("s=x", false), Lasting: true}, nil, nil, ""},
		{"a place on an emptyDir", kubernetes.PodTemplate{LostData: "/data"}, nil, nil,
			"What it keeps in /data, an emptyDir, is lost with each eviction."},
		{"a program that keeps data", kubernetes.PodTemplate{}, nil, data, "P keeps its data in its container: each eviction loses it."},
		{"unless", kubernetes.PodTemplate{EmptyDir: true}, nil, unless,
			"P keeps its data on an emptyDir: each eviction loses it, unless it is told."},
		{"a program on a claim", kubernetes.PodTemplate{VolumeClaims: []string{"c"}}, nil, data, ""},
		{"a program that keeps a cache", kubernetes.PodTemplate{}, nil,
			&responsibility.Program{Title: "P", Keeps: responsibility.KeepsCache}, ""},
	} {
		w := kubernetes.Workload{Template: x.template, VolumeClaimTemplates: x.own}
		p := &programs{estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}, catalog: knowledge(t),
			all: []*responsibility.Program{x.program}, roles: []role{wholeProgram}}
		if got := p.loses(0, &w); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}
