package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// named is a Deployment of some pods that have a label of their name, and others.
func named(name string, replicas int, labels string) string {
	return fmt.Sprintf("{apiVersion: apps/v1, kind: Deployment, metadata: {name: %[1]s}, spec: {replicas: %[2]d, "+
		"selector: {matchLabels: {app: %[1]s}}, "+
		"template: {metadata: {labels: {app: %[1]s%[3]s}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n", name, replicas, labels)
}

// pdbNamed is a budget with a name of its own.
func pdbNamed(name, labels, terms string) string {
	return strings.Replace(pdbOver(labels, terms), "name: pdb", "name: "+name, 1)
}

// cronJob is one whose pods have a label that others have, too.
const cronJob = "{apiVersion: batch/v1, kind: CronJob, metadata: {name: mirror}, spec: {schedule: '0 1 * * *', " +
	"jobTemplate: {spec: {template: {metadata: {labels: {of: all}}, " +
	"spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}}\n---\n"

// changesOf are the changes of a fix: what is done to what, and the terms of a budget.
func changesOf(fix *finding.Fix) string {
	var all []string
	for _, c := range fix.Changes {
		said := string(c.Action) + " " + c.Object.Name
		for line := range strings.Lines(c.Manifest()) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "maxUnavailable") || strings.HasPrefix(line, "minAvailable") ||
				strings.HasPrefix(line, "unhealthy") {
				said += " " + line
			}
		}
		all = append(all, said)
	}
	return strings.Join(all, "; ")
}

// How a budget that never allows an eviction is put right, by what is under it.
func TestFixOfABudgetThatNeverAllows(t *testing.T) {
	daemons := "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {selector: {matchLabels: {app: d}}, " +
		"template: {metadata: {labels: {app: d, of: all}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	pod := func(name string) string {
		return strings.NewReplacer("name: web", "name: "+name, "{app: web}", "{of: all}").Replace(barePod)
	}
	eight, nine := "", ""
	for i := range 9 {
		if nine += named(fmt.Sprintf("w%d", i), 1, ", of: all"); i < 8 {
			eight = nine
		}
	}
	for _, x := range []struct{ name, docs, summary, changes string }{
		{"one workload", named("a", 3, ", of: all") + pdbOver("of: all", "maxUnavailable: 0"), "allow one eviction at a time",
			"replace pdb maxUnavailable: 1"},
		{"one workload, by a number", named("a", 3, ", of: all") + pdbOver("of: all", "minAvailable: 3"),
			"allow one eviction at a time; or keep minAvailable 3 and run at least 4", "replace pdb maxUnavailable: 1"},
		{"one workload, by more than it has", named("a", 3, ", of: all") + pdbOver("of: all", "minAvailable: 5"),
			"allow one eviction at a time, with maxUnavailable: 1, which works at any number of replicas", "replace pdb maxUnavailable: 1"},
		{"one workload, by a share", named("a", 3, ", of: all") + pdbOver("of: all", "minAvailable: 100%"),
			"allow one eviction at a time, with maxUnavailable: 1, which works at any number of replicas", "replace pdb maxUnavailable: 1"},
		{"two workloads", named("a", 3, ", of: all") + named("b", 2, ", of: all") + pdbOver("of: all", "maxUnavailable: 0"),
			"replace this PDB by one for each workload that allows one eviction at a time",
			"delete pdb; create a maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow; create b maxUnavailable: " +
				"1 unhealthyPodEvictionPolicy: AlwaysAllow"},
		{"two, of which one has one pod", named("a", 3, ", of: all") + named("b", 1, ", of: all") + pdbOver("of: all", "maxUnavailable: 0"),
			"replace this PDB by one for each workload that allows one eviction at a time",
			"delete pdb; create a maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow"},
		{"eight workloads", eight + pdbOver("of: all", "maxUnavailable: 0"),
			"replace this PDB by one for each workload that allows one eviction at a time", "delete pdb"},
		{"nine workloads", nine + pdbOver("of: all", "maxUnavailable: 0"), "allow one eviction at a time", "replace pdb maxUnavailable: 1"},
		{"a part of one", threeOfDB + pdbOver(`apps.kubernetes.io/pod-index: "0"`, "maxUnavailable: 0"),
			"give the whole workload one PDB, in place of PDBs over parts of it", "delete pdb; create db maxUnavailable: 1"},
		{"what has no scale", daemons + pdbOver("of: all", "maxUnavailable: 1"), "delete the PDB: it cannot count DaemonSet d, and gains nothing",
			"delete pdb"},
		{"runs, by a number", cronJob + pdbOver("of: all", "minAvailable: 1"), "keep the PDB, if a run that is lost costs more", ""},
		{"runs, by a share", cronJob + pdbOver("of: all", "minAvailable: 50%"),
			"delete the PDB: it cannot count CronJob mirror, and gains nothing", "delete pdb"},
		{"runs, by a number that may go", cronJob + pdbOver("of: all", "maxUnavailable: 0"),
			"delete the PDB: it cannot count CronJob mirror, and gains nothing", "delete pdb"},
		{"what has no scale, and what has", daemons + named("a", 2, ", of: all") + pdbOver("of: all", "maxUnavailable: 1"),
			"replace this PDB by one for each workload that has a scale",
			"delete pdb; create a maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow"},
		{"what has no scale, and pods", daemons + pod("pod-x") + pdbOver("of: all", "maxUnavailable: 1"),
			"exclude what has no scale (DaemonSets, Jobs) from the PDB's selector", ""},
		{"two pods without a controller", pod("pod-x") + pod("pod-y") + pdbOver("of: all", "maxUnavailable: 1"),
			"use a number for pods without a controller: minAvailable 1 of 2", "replace pdb minAvailable: 1"},
		{"one pod without a controller", pod("pod-x") + pdbOver("of: all", "maxUnavailable: 1"),
			"run the pods under a controller; for pods without one, a PDB works only with a number in minAvailable", ""},
		{"the only pod", named("a", 1, ", of: all") + pdbOver("of: all", "maxUnavailable: 0"), "allow the eviction of the only pod",
			"replace pdb maxUnavailable: 1"},
		{"the only pod, which somebody waits for", named("a", 1, ", of: all") + strings.ReplaceAll(routed, "app: web", "app: a") +
			pdbOver("of: all", "maxUnavailable: 0"),
			"run two replicas, and allow one eviction at a time: no PDB can keep a single pod up", "patch a; replace pdb maxUnavailable: 1"},
		{"two, of which one has its pods on one volume", mounting(named("a", 2, ", of: all")) + named("b", 2, ", of: all") + diskOnce +
			pdbOver("of: all", "maxUnavailable: 0"), "replace this PDB by one for each workload that allows one eviction at a time",
			"delete pdb; create b maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow"},
		{"pods on one volume", mounting(named("a", 2, ", of: all")) + diskOnce + pdbOver("of: all", "maxUnavailable: 0"), volumeEach +
			", and allow one eviction at a time then; until then delete the PDB", ""},
		{"what is scaled to nothing beside it", named("a", 3, ", of: all") + named("b", 0, ", of: all") + pdbOver("of: all", "maxUnavailable: 0"),
			"allow one eviction at a time", "replace pdb maxUnavailable: 1"},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			fix := fixesOf(p).neverAllows(0)
			if !strings.HasPrefix(fix.Summary, x.summary) || strings.Contains(fix.Summary, "; or keep") != strings.Contains(x.summary,
				"; or keep") || changesOf(fix) != x.changes {
				t.Errorf("%s: %q: %s", x.name, fix.Summary, changesOf(fix))
			}
		})
	}
}

// A number needs no scale: it helps where the controller could not find one.
func TestFixOfABudgetThatTheClusterCannotCount(t *testing.T) {
	for _, x := range []struct {
		replicas int
		want     string
	}{{3, "use a number, which needs no scale: minAvailable 2 of 3"}, {1, "allow the eviction of the only pod"}} {
		e := parse(t, named("a", x.replicas, "")+pdbOver("app: a", "maxUnavailable: 1"))
		e.Budgets[0].Status = &kubernetes.BudgetStatus{SyncFailed: "no scale"}
		within(t, "karpenter", e, func(p *check.Pass) {
			if fix := fixesOf(p).neverAllows(0); !strings.HasPrefix(fix.Summary, x.want) {
				t.Errorf("%d: %q", x.replicas, fix.Summary)
			}
		})
	}
	for lasting, want := range map[bool]string{
		true:  "use a number, which needs no scale: minAvailable 1 of 2",
		false: "delete the PDB: it cannot count Database a, and gains nothing",
	} {
		e := parse(t, named("a", 2, "")+pdbOver("app: a", "maxUnavailable: 1"))
		w := &e.Workloads[0]
		w.Kind, w.Inferred, w.UID, w.Scaled, w.Lasting = "Database", true, "", false, lasting
		within(t, "karpenter", e, func(p *check.Pass) {
			if j := strictnessOf(p).of(0); j.Verdict != finding.Broken || j.Fix.Summary != want {
				t.Errorf("a custom kind without a scale, lasting %t: %s, %+v", lasting, j.Verdict, j.Fix)
			}
		})
	}
}

// A number counts the pods of a DaemonSet as well, of which there are as many as nodes: where one
// is under a budget that the controller cannot count, what has a scale gets a budget of its own.
//
// Source: getExpectedPodCount in pkg/controller/disruption/disruption.go of Kubernetes 1.36.
func TestNumberIsNoWayOutBesideADaemonSet(t *testing.T) {
	const daemons = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {selector: {matchLabels: {app: d}}, " +
		"template: {metadata: {labels: {app: d, of: all}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	for beside, want := range map[string]string{
		"":      "use a number, which needs no scale: minAvailable 2 of 3",
		daemons: "replace this PDB by one for each workload that has a scale",
	} {
		e := parse(t, named("a", 3, ", of: all")+beside+pdbOver("of: all", "maxUnavailable: 1"))
		e.Budgets[0].Status = &kubernetes.BudgetStatus{SyncFailed: "no scale"}
		within(t, "karpenter", e, func(p *check.Pass) {
			if fix := fixesOf(p).neverAllows(0); fix.Summary != want {
				t.Errorf("beside %q: %q, want %q", beside, fix.Summary, want)
			}
		})
	}
}

// A budget that selects pods of another unit stays theirs: it is loosened, and not replaced by
// budgets of this unit, after which nothing would keep those up.
func TestFixLeavesAnotherUnitItsBudget(t *testing.T) {
	for units, want := range map[int]string{
		0: "delete pdb; create a maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow; " +
			"create b maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow",
		1: "replace pdb maxUnavailable: 1",
		2: "replace pdb maxUnavailable: 1",
	} {
		e := parse(t, named("a", 3, ", of: all")+named("b", 3, ", of: all")+pdbOver("of: all", "maxUnavailable: 0"))
		for k := range units {
			e.Budgets[0].Beyond = append(e.Budgets[0].Beyond, kubernetes.Beyond{Unit: fmt.Sprint(k), Workload: kubernetes.Workload{
				Ref: kubernetes.Ref{Kind: "Deployment", Name: "api"}, Replicas: 2, Scaled: true, Lasting: true, Evictable: true}})
		}
		within(t, "karpenter", e, func(p *check.Pass) {
			if got := changesOf(fixesOf(p).neverAllows(0)); got != want {
				t.Errorf("beside %d units: %s, want %s", units, got, want)
			}
		})
	}
}

// Of several budgets over one workload that is kept which an operator makes, then the
// one over the fewest workloads, then one that keeps some pods and lets some go.
func TestBudgetToKeep(t *testing.T) {
	wide := pdbNamed("b-wide", "of: all", "maxUnavailable: 1")
	for _, x := range []struct{ name, docs, keep string }{
		{"the narrower one", wide + pdbNamed("c-narrow", "app: a", "maxUnavailable: 0"), "c-narrow"},
		{"one that lets some go", pdbNamed("a-none", "app: a", "maxUnavailable: 0") +
			pdbNamed("b-some", "app: a", "maxUnavailable: 1"), "b-some"},
		{"one that keeps none before one that lets none go", pdbNamed("a-none", "app: a", "maxUnavailable: 0") +
			pdbNamed("b-all", "app: a", "maxUnavailable: 3"), "b-all"},
		{"one that keeps some before one that keeps none", pdbNamed("a-all", "app: a", "maxUnavailable: 3") +
			pdbNamed("b-some", "app: a", "maxUnavailable: 2"), "b-some"},
		{"by name", pdbNamed("b", "app: a", "maxUnavailable: 1") + pdbNamed("a", "app: a", "maxUnavailable: 1"), "a"},
		{"one that an operator makes", pdbNamed("a", "app: a", "maxUnavailable: 1") +
			strings.Replace(wide, "b-wide", "b-wide, ownerReferences: [{apiVersion: kafka.strimzi.io/v1, kind: Kafka, name: k, uid: u, "+
				"controller: true}]", 1), "b-wide"},
		{"one that an operator makes, told first",
			strings.Replace(wide, "b-wide", "b-wide, ownerReferences: [{apiVersion: kafka.strimzi.io/v1, kind: Kafka, name: k, uid: u, "+
				"controller: true}]", 1) +
				pdbNamed("a", "app: a", "maxUnavailable: 1"), "b-wide"},
	} {
		e := parse(t, named("a", 3, ", of: all")+named("b", 3, ", of: all")+x.docs)
		within(t, "karpenter", e, func(p *check.Pass) {
			if keep := fixesOf(p).keeper(coverageOf(p).covered[0]); e.Budgets[keep].Name != x.keep {
				t.Errorf("%s: %s", x.name, e.Budgets[keep].Name)
			}
		})
	}
}

// What shares pods with the budget that is kept is narrowed, split, or goes.
func TestFixOfBudgetsThatShare(t *testing.T) {
	own := pdbNamed("own", "app: a", "maxUnavailable: 1")
	manyBudgets, nine := "", ""
	for i := range 9 {
		nine += named(fmt.Sprintf("w%d", i), 2, ", of: all")
	}
	for i := range 12 {
		manyBudgets += pdbNamed(fmt.Sprintf("x%02d", i), "app: a", "maxUnavailable: 1")
	}
	for _, x := range []struct{ name, docs, summary, changes string }{
		{"over nothing else", named("a", 3, "") + own + pdbNamed("p-second", "app: a", "maxUnavailable: 1"),
			"keep PDB own for it, and delete the other one", "delete p-second"},
		{"two over nothing else", named("a", 3, "") + own + pdbNamed("p-second", "app: a", "maxUnavailable: 1") +
			pdbNamed("p-third", "app: a", "maxUnavailable: 1"), "keep PDB own for it, and delete the others", "delete p-second; delete p-third"},
		{"over another workload", named("a", 3, ", of: all") + named("b", 3, ", of: all") + own +
			pdbNamed("wide", "of: all", "maxUnavailable: 1"),
			"keep PDB own for it, and exclude it from the others", "replace wide maxUnavailable: 1"},
		{"over another one, of which it would let all go", named("a", 3, ", of: all") + named("b", 2, ", of: all") + own +
			pdbNamed("wide", "of: all", "maxUnavailable: 2"),
			"keep PDB own for it, and exclude it from the others", "replace wide maxUnavailable: 1"},
		{"over another one, of which it would let none go", named("a", 3, ", of: all") + named("b", 3, ", of: all") + own +
			pdbNamed("wide", "of: all", "minAvailable: 5"),
			"keep PDB own for it, and exclude it from the others", "replace wide maxUnavailable: 1"},
		{"over another one, of which it lets some go and keeps one", named("a", 3, ", of: all") + named("b", 3, ", of: all") + own +
			pdbNamed("wide", "of: all", "maxUnavailable: 2"),
			"keep PDB own for it, and exclude it from the others", "replace wide maxUnavailable: 2"},
		{"over a single pod beside", named("a", 3, ", of: all") + named("b", 1, ", of: all") + own +
			pdbNamed("wide", "of: all", "maxUnavailable: 1"),
			"keep PDB own for it, and exclude it from the others", "replace wide maxUnavailable: 1"},
		{"over two others, of which it would let none go", named("a", 3, ", of: all") + named("b", 3, ", of: all") + named("c", 2, ", of: all") +
			own + pdbNamed("wide", "of: all", "minAvailable: 7"),
			"keep PDB own for it, and exclude it from the others",
			"delete wide; create b maxUnavailable: 1 unhealthyPodEvictionPolicy: AlwaysAllow; create c maxUnavailable: " +
				"1 unhealthyPodEvictionPolicy: AlwaysAllow"},
		{"over what is scaled to nothing beside", named("a", 3, ", of: all") + named("b", 0, ", of: all") + own +
			pdbNamed("wide", "of: all", "maxUnavailable: 2"),
			"keep PDB own for it, and exclude it from the others", "replace wide maxUnavailable: 2"},
		{"over more than anybody splits, of which it would let none go", named("a", 3, ", of: all") + nine + own +
			pdbNamed("wide", "of: all", "minAvailable: 50"), "keep PDB own for it, and exclude it from the others",
			"replace wide maxUnavailable: 1"},
		{"very many", named("a", 3, "") + manyBudgets, "keep PDB x00 for it, and exclude it from the others; 3 more are not shown",
			"delete x01; delete x02; delete x03; delete x04; delete x05; delete x06; delete x07; delete x08"},
		{"one that an operator makes", named("a", 3, "") +
			pdbNamed("own, ownerReferences: [{apiVersion: kafka.strimzi.io/v1, kind: Kafka, name: k, uid: u, controller: true}]", "app: a",
				"maxUnavailable: 1") +
			pdbNamed("two, ownerReferences: [{apiVersion: kafka.strimzi.io/v1, kind: Kafka, name: l, uid: v, controller: true}]", "app: a",
				"maxUnavailable: 1") + pdbNamed("x", "app: a", "maxUnavailable: 1"),
			"keep PDB own for it, and exclude it from the others; PDB two is to be changed in Kafka l, of which an operator makes it", "delete x"},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			f := fixesOf(p)
			together := coverageOf(p).together(0)
			for range 2 { // what was worked out once is said again
				if fix := f.overlap(together, f.keeper(together)); fix.Summary != x.summary || changesOf(fix) != x.changes {
					t.Errorf("%s: %q: %s", x.name, fix.Summary, changesOf(fix))
				}
			}
		})
	}
}

// A label tells those that are to leave from those that stay, where all that leave
// have it, and none that stays has a value of theirs.
func TestLabelThatTellsApart(t *testing.T) {
	for _, x := range []struct {
		name        string
		leave, stay []map[string]string
		key, values string
	}{
		{"the first by name", []map[string]string{{"b": "1", "a": "1"}}, []map[string]string{{"a": "2", "b": "2"}}, "a", "1"},
		{"one whose values differ", []map[string]string{{"a": "1", "b": "1"}}, []map[string]string{{"a": "1", "b": "2"}}, "b", "1"},
		{"one that those which stay lack", []map[string]string{{"a": "1", "b": "1"}}, []map[string]string{{"a": "1"}}, "b", "1"},
		{"of several", []map[string]string{{"a": "2"}, {"a": "1"}, {"a": "2"}}, []map[string]string{{"a": "3"}}, "a", "1 2"},
		{"one that not all have", []map[string]string{{"a": "1", "b": "1"}, {"b": "2"}}, []map[string]string{{"b": "3"}}, "b", "1 2"},
		{"one that the second lacks", []map[string]string{{"a": "1"}, {"b": "2"}}, []map[string]string{{"b": "3"}}, "", ""},
		{"one that the second lacks, and all that stay have", []map[string]string{{"a": "1"}, {"b": "2"}},
			[]map[string]string{{"a": "3", "b": "2"}}, "", ""},
		{"one that stays has a value of theirs", []map[string]string{
			{"a": "1"},
			{"a": "2"},
		}, []map[string]string{{"a": "3"}, {"a": "2"}}, "", ""},
		{"none", []map[string]string{{}}, []map[string]string{{"a": "1"}}, "", ""},
	} {
		e := &kubernetes.Estate{}
		add := func(all []map[string]string) (matches []match) {
			for _, set := range all {
				matches = append(matches, match{workload: len(e.Workloads)})
				e.Workloads = append(e.Workloads, kubernetes.Workload{Template: kubernetes.PodTemplate{Labels: set}})
			}
			return matches
		}
		leave, stay := add(x.leave), add(x.stay)
		key, values, ok := (&fixes{estate: e}).tellApart(leave, stay)
		if key != x.key || strings.Join(values, " ") != x.values || ok != (x.key != "") {
			t.Errorf("%s: %s of %v, %t", x.name, key, values, ok)
		}
	}
}

// A budget of its own for a workload has a name that nothing else has.
func TestNameOfANewBudget(t *testing.T) {
	w := &kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}}
	for _, x := range []struct {
		taken     []string
		namesakes int
		want      string
	}{
		{nil, 1, "web"}, {[]string{"web"}, 1, "web-pdb"}, {[]string{"web", "web-pdb"}, 1, "web-deployment"},
		{[]string{"web", "web-pdb", "web-deployment"}, 1, "web-deployment-one-at-a-time"},
		{nil, 2, "web-deployment"}, {[]string{"web-deployment"}, 2, "web-deployment-one-at-a-time"},
	} {
		f := &fixes{budgetNames: map[string]bool{"bank/web": true}, namesakes: map[string]int{"shop/web": x.namesakes}}
		for _, name := range x.taken {
			f.budgetNames["shop/"+name] = true
		}
		if got := f.freeName(w); got != x.want {
			t.Errorf("beside %v and %d of the name: %s", x.taken, x.namesakes, got)
		}
	}
}

// The other way out of a budget, or why the first one is better.
func TestOtherWayOutOfABudget(t *testing.T) {
	number, share := intstr.FromInt32(3), intstr.FromString("60%")
	const better = ", with maxUnavailable: 1, which works at any number of replicas"
	for _, x := range []struct {
		least *intstr.IntOrString
		count disruption.Arithmetic
		want  string
	}{
		{nil, disruption.Arithmetic{Desired: 3, Healthy: 3}, ""},
		{&number, disruption.Arithmetic{Desired: 3, Healthy: 3}, "; or keep minAvailable 3 and run at least 4"},
		{&number, disruption.Arithmetic{Desired: 3, Healthy: 2}, better}, {&share, disruption.Arithmetic{Desired: 3, Healthy: 3}, better},
	} {
		if got := instead(&kubernetes.Budget{MinAvailable: x.least}, x.count); got != x.want {
			t.Errorf("%v, %+v: %q", x.least, x.count, got)
		}
	}
}

// What an operator makes is changed where that is told to.
func TestWayOutOfWhatAnOperatorMakes(t *testing.T) {
	kafka := kubernetes.Ref{Kind: "Kafka", Name: "k"}
	if made(&kubernetes.Budget{}) != nil {
		t.Error("nobody makes it")
	}
	for want, by := range map[string]kubernetes.Maker{
		"change it in Kafka k: its operator makes this PDB, and makes it again":       {Ref: kafka},
		"set spec.x: 1 in its Kafka: its operator makes this PDB, and makes it again": {Ref: kafka, Change: "spec.x: 1 in its Kafka"},
	} {
		if got := made(&kubernetes.Budget{MadeBy: &by}).Summary; got != want {
			t.Errorf("%q", got)
		}
	}
	for want, by := range map[string]kubernetes.Maker{
		"accept the absence: Strimzi makes one pod of a Kafka":       {Ref: kafka, Operator: "Strimzi"},
		"give Kafka k two replicas or more, if it can run with them": {Ref: kafka},
		"set spec.x: 2 in its Kafka, if two may do the same work; else " + Accepted: {Ref: kafka, Operator: "Strimzi", Change: "spec.x: 2",
			Unsure: true},
		"set spec.x: 2 or more in its Kafka": {Ref: kafka, Operator: "Strimzi", Change: "spec.x: 2"},
	} {
		if got := grown(&by).Summary; got != want {
			t.Errorf("%q", got)
		}
	}
}

// The workload that a budget of nothing seems to be written for: by labels of the
// workload itself, by its name, or by the labels of pods in another namespace.
func TestWorkloadThatAnOrphanIsFor(t *testing.T) {
	labelled := strings.Replace(named("web", 2, ""), "name: web}", "name: web, labels: {own: web}}", 1)
	elsewhere := strings.Replace(named("web", 2, ""), "name: web}", "name: web, namespace: shop}", 1)
	for _, x := range []struct{ name, docs, want string }{
		{"by a label of the workload", labelled + pdbOver("own: web", "maxUnavailable: 1"), "web"},
		{"by its name", named("web", 2, "") + pdbNamed("web-pdb", "app: wep", "maxUnavailable: 1"), "web"},
		{"by the pods of another namespace", elsewhere + pdbOver("app: web", "maxUnavailable: 1"), "web"},
		{"by nothing", named("web", 2, "") + pdbOver("app: wep", "maxUnavailable: 1"), ""},
		{"one that selects everything there", elsewhere + "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, " +
			"spec: {maxUnavailable: 1, selector: {}}}\n", ""},
		{"by a name that two have", named("web", 2, "") + strings.ReplaceAll(threeOfDB, "name: db}", "name: web}") +
			pdbNamed("web", "app: wep", "maxUnavailable: 1"), ""},
		{"one that selects others", named("api", 2, "") + named("web", 2, "") + pdbNamed("web", "app: api", "maxUnavailable: 1") +
			pdbNamed("nothing", "app: none", "maxUnavailable: 1"), ""},
		{"a DaemonSet, which drains leave", strings.NewReplacer("StatefulSet", "DaemonSet", "replicas: 3, serviceName: db, ", "",
			"name: db}", "name: web}").Replace(threeOfDB) + pdbNamed("web", "app: wep", "maxUnavailable: 1"), ""},
		{"what is covered already", named("web", 2, "") + pdbOver("app: web", "maxUnavailable: 1") +
			pdbNamed("web", "app: wep", "maxUnavailable: 1"), ""},
		{"what is no service", strings.ReplaceAll(aJob, "app: web", "app: job") + pdbNamed("web", "app: wep", "maxUnavailable: 1"), ""},
		{"a pod without a controller", barePod + pdbNamed("web", "app: wep", "maxUnavailable: 1"), ""},
		{"the second of two for it", named("web", 2, "") + pdbNamed("web", "app: wep", "maxUnavailable: 1") +
			pdbNamed("web-pdb", "app: wee", "maxUnavailable: 1"), "web"},
	} {
		e := parse(t, x.docs)
		within(t, "karpenter", e, func(p *check.Pass) {
			o, got := orphansOf(p), ""
			for budget, w := range o.writtenFor {
				got += e.Workloads[w].Name
				if o.orphanOf[w] != budget {
					t.Errorf("%s: it is for %d, which has %d", x.name, w, o.orphanOf[w])
				}
			}
			if got != x.want {
				t.Errorf("%s: %q", x.name, got)
			}
		})
	}
	for budget, want := range map[string]string{
		"web-pdb":                 "web",
		"pdb-web":                 "web",
		"web-budget":              "web",
		"web-disruption-budget":   "web",
		"poddisruptionbudget-web": "web",
		"web":                     "web",
		"pdb":                     "pdb",
	} {
		if got := bareName(budget); got != want {
			t.Errorf("%s is for %s", budget, got)
		}
	}
}

// The custom resource whose operator seems to make a budget's pods.
func TestMakersOfPodsUnderABudget(t *testing.T) {
	const made = "that an operator creates for Cluster orders (db.example.org)"
	o := &orphans{catalog: knowledge(t), estate: &kubernetes.Estate{
		CustomResources: []kubernetes.CustomResource{{API: "db.example.org/Cluster", Namespace: "shop", Name: "orders"}},
	}}
	for _, x := range []struct {
		namespace string
		selector  *metav1.LabelSelector
		want      string
	}{
		{"shop", &metav1.LabelSelector{MatchLabels: map[string]string{"cluster": "orders"}}, made},
		{"shop", &metav1.LabelSelector{
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "cluster", Operator: "In", Values: []string{"x", "orders"}}},
		}, made},
		{"shop", &metav1.LabelSelector{MatchLabels: map[string]string{"cluster": "other"}}, ""},
		{"bank", &metav1.LabelSelector{MatchLabels: map[string]string{"cluster": "orders"}}, ""},
		{"shop", nil, ""},
	} {
		if got := o.makers(&kubernetes.Budget{Namespace: x.namespace, LabelSelector: x.selector}); got != x.want {
			t.Errorf("%s %v: %q", x.namespace, x.selector, got)
		}
	}
}

// How a budget of nothing is put right.
func TestFixOfAnOrphan(t *testing.T) {
	elsewhere := strings.Replace(named("web", 2, ""), "name: web}", "name: web, namespace: shop}", 1)
	for _, x := range []struct{ name, docs, summary, changes string }{
		{"for a workload by its name", named("web", 3, "") + pdbNamed("web", "app: wep", "minAvailable: 2"), "select the pods of Deployment web",
			"replace web minAvailable: 2"},
		{"which would let one go", named("web", 3, "") + pdbNamed("web", "app: wep", "maxUnavailable: 1"), "select the pods of Deployment web",
			"replace web maxUnavailable: 1"},
		{"which would let one of two go", named("web", 2, "") + pdbNamed("web", "app: wep", "minAvailable: 1"),
			"select the pods of Deployment web", "replace web minAvailable: 1"},
		{"which would let none go", named("web", 2, "") + pdbNamed("web", "app: wep", "minAvailable: 2"), "select the pods of Deployment web",
			"replace web maxUnavailable: 1"},
		{"which would let all go", named("web", 2, "") + pdbNamed("web", "app: wep", "maxUnavailable: 2"), "select the pods of Deployment web",
			"replace web maxUnavailable: 1"},
		{"by one value that is off", named("web", 2, ", of: all, is: a") + pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"),
			"select the pods of Deployment web", "replace x maxUnavailable: 1"},
		{"by two values that are off", named("web", 2, ", of: any, is: a") + pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"),
			"select labels that the pods have, in their namespace; or check it", ""},
		{"by one value that is off of two workloads", named("web", 2, ", of: all, is: a") + named("api", 2, ", of: all, is: c") +
			pdbNamed("x", "of: all, is: b", "maxUnavailable: 1"), "select labels that the pods have, in their namespace; or check it", ""},
		{"for nothing, by what has to stay", named("web", 1, "") + pdbNamed("x", "app: wep", "minAvailable: 1"),
			"select labels that the pods have, in their namespace, with maxUnavailable: 1 in place of minAvailable 1, which", ""},
		{"which is scaled to nothing", named("web", 0, "") + pdbNamed("web", "app: wep", "maxUnavailable: 2"),
			"select the pods of Deployment web", "replace web maxUnavailable: 2"},
		{"in another namespace", elsewhere + pdbOver("app: web", "maxUnavailable: 1"),
			"move it to namespace shop, where the pods of Deployment web are", "delete pdb; create pdb maxUnavailable: 1"},
		{"in another namespace, where its name is taken", elsewhere + pdbOver("app: web", "maxUnavailable: 1") +
			strings.Replace(pdbOver("app: x", "maxUnavailable: 1"), "name: pdb", "name: pdb, namespace: shop", 1),
			"move it to namespace shop, where the pods of Deployment web are", "delete pdb; create web maxUnavailable: 1"},
		{"for nothing", named("web", 2, "") + pdbOver("app: wep", "maxUnavailable: 1"),
			"select labels that the pods have, in their namespace; or check it together with what makes its pods", ""},
		{"for nothing, with all pods read", barePod + pdbOver("app: wep", "maxUnavailable: 1"),
			"select labels that the pods have, in their namespace; or delete the PDB", "delete pdb"},
	} {
		e := parse(t, x.docs)
		within(t, "karpenter", e, func(p *check.Pass) {
			orphan := slices.IndexFunc(e.Budgets, func(b kubernetes.Budget) bool { return b.Namespace != "shop" })
			if fix := fixesOf(p).orphan(orphan); !strings.HasPrefix(fix.Summary, x.summary) || changesOf(fix) != x.changes {
				t.Errorf("%s: %q: %s", x.name, fix.Summary, changesOf(fix))
			}
		})
	}
}

// A program of which a second replica keeps nothing up.
func TestInPlaceOfASecondReplica(t *testing.T) {
	for want, p := range map[string]responsibility.Program{
		"accept it where what P holds is a cache, which fills again, as sessions and queues do not; a second replica is no way out: S": {
			Keeps: responsibility.KeepsCache,
		},
		"run P with replicated data (R), use a managed service, or accept the absence; a second replica beside it is " +
			"no way out: S": {Keeps: responsibility.KeepsData, Replicated: "R"},
		"run P as R, or accept the absence; a second replica beside it is no way out: S":            {Replicated: "R"},
		"use a managed service, or accept the absence; a second replica beside it is no way out: S": {Keeps: responsibility.KeepsData},
		"accept it; a second replica beside it is no way out: S, unless U":                          {Unless: "U"},
	} {
		p.Title, p.Second = "P", "S"
		if got := inPlaceOfASecond(&p); got.Summary != want || got.AcceptOnly != (p.Replicated == "") {
			t.Errorf("%q (%t), want %q", got.Summary, got.AcceptOnly, want)
		}
	}
}

// Two replicas are set where the number of pods is decided.
func TestWhereTwoReplicasAreSet(t *testing.T) {
	deployment := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Group: "apps", Replicas: 1, ReplicasSet: true}
	with := func(change func(w *kubernetes.Workload)) kubernetes.Workload {
		w := deployment
		change(&w)
		return w
	}
	scaler := func(kind string, most int, toZero bool) func(*kubernetes.Workload) {
		return func(w *kubernetes.Workload) {
			w.Scaler = &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: kind, Name: "s"}, Min: 1, Max: most, ToZero: toZero}
		}
	}
	for _, x := range []struct {
		name       string
		w          kubernetes.Workload
		dataless   bool
		ok         bool
		said, edit string
	}{
		{"a Deployment", deployment, false, true, "run two replicas", "web /spec/replicas 1 2"},
		{"one that says nothing", with(func(w *kubernetes.Workload) { w.ReplicasSet = false }), false, true, "run two replicas",
			"web /spec/replicas  2"},
		{"a ReplicaSet", with(func(w *kubernetes.Workload) { w.Kind = "ReplicaSet" }), false, true, "run two replicas", "web /spec/replicas 1 2"},
		{"a StatefulSet", with(func(w *kubernetes.Workload) { w.Kind = "StatefulSet" }), false, false, "run two replicas", ""},
		{"a StatefulSet without data", with(func(w *kubernetes.Workload) { w.Kind = "StatefulSet" }), true, true, "run two replicas",
			"web /spec/replicas 1 2"},
		{"a kind of another group", with(func(w *kubernetes.Workload) { w.Group = "argoproj.io" }), false, false, "run two replicas", ""},
		{"another kind", with(func(w *kubernetes.Workload) { w.Kind = "DaemonSet" }), true, false, "run two replicas", ""},
		{"what an operator makes", with(func(w *kubernetes.Workload) { w.MadeBy = &kubernetes.Maker{} }), false, false, "run two replicas", ""},
		{"an autoscaler", with(scaler("HorizontalPodAutoscaler", 2, false)), false, true, "set minReplicas: 2 in its HorizontalPodAutoscaler",
			"s /spec/minReplicas 1 2"},
		{"an autoscaler that stops at one", with(scaler("HorizontalPodAutoscaler", 1, false)), false, false,
			"set minReplicas: 2 in its HorizontalPodAutoscaler, with a maximum that is no less", "s /spec/minReplicas 1 2"},
		{"KEDA", with(scaler("ScaledObject", 2, false)), false, true, "set minReplicaCount: 2 in its ScaledObject",
			"s /spec/minReplicaCount 1 2"},
		{"KEDA that stops at one", with(scaler("ScaledObject", 1, false)), false, false,
			"set minReplicaCount: 2 in its ScaledObject, with a maximum that is no less", "s /spec/minReplicaCount 1 2"},
		{"KEDA that scales to none", with(scaler("ScaledObject", 2, true)), false, false, "run two replicas", ""},
	} {
		change, ok := raise(&x.w, x.dataless)
		edit := ""
		for _, e := range change.Edits {
			edit = change.Object.Name + " " + e.Path + " " + string(e.Before) + " " + string(e.After)
		}
		if got := twoOf(&x.w).Words(); ok != x.ok || edit != x.edit || got != x.said {
			t.Errorf("%s: %t, %q, %q", x.name, ok, edit, got)
		}
	}
}

// Another one of the same differs in the number of its name alone.
func TestNextOneOfItsKind(t *testing.T) {
	workload := func(namespace, name string, images ...string) kubernetes.Workload {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: namespace, Kind: "Deployment", Name: name}}
		for _, image := range images {
			w.Template.Containers = append(w.Template.Containers, kubernetes.Container{Image: image})
		}
		return w
	}
	for _, x := range []struct {
		other kubernetes.Workload
		want  string
	}{
		{workload("a", "web2", "i"), "Deployment web2"}, {workload("a", "web", "i"), "Deployment web"}, {workload("b", "web2", "i"), ""},
		{workload("a", "web2", "o"), ""},
		{workload("a", "web2", "i", "o"), ""}, {workload("a", "web1", "i"), ""}, {workload("a", "api2", "i"), ""},
	} {
		f := &fixes{stakes: &stakes{estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{workload("a", "web1", "i"), x.other}}}}
		if got := (singleFixes{f}).twin(0); got != x.want {
			t.Errorf("beside %s: %q", x.other.Ref, got)
		}
	}
	if got := hostPorts(&kubernetes.Workload{Template: kubernetes.PodTemplate{HostPorts: []string{"TCP/80", "UDP/53"}}}); got != "80 and 53" {
		t.Errorf("%q", got)
	}
	if two, three := goOn(2), goOn(3); !strings.HasPrefix(two, "which takes no writes") || !strings.HasPrefix(three, "which goes on") {
		t.Errorf("%q, %q", two, three)
	}
}

// A volume by which a workload is on one node at a time: one that says so, or one
// that was not read.
func TestVolumeThatBinds(t *testing.T) {
	all := claims{"shop/one": {Once: true}, "shop/many": {}}
	for _, x := range []struct {
		claims []string
		want   string
	}{
		{nil, ": "}, {[]string{"many"}, ": "},
		{[]string{"one"}, "one: its claim is ReadWriteOnce, for one node at a time, so a second replica is no way out"},
		{[]string{"many", "one"}, "one: its claim is ReadWriteOnce, for one node at a time, so a second replica is no way out"},
		{[]string{"other"}, "other: its claim is not in the input; if it is ReadWriteOnce, a second replica is no way out"},
	} {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop"}, Template: kubernetes.PodTemplate{VolumeClaims: x.claims}}
		if name, why := all.bound(w); name+": "+why != x.want {
			t.Errorf("%v: %q, %q", x.claims, name, why)
		}
	}
}

// The selector of a workload's pods is its own, without what is of one revision or
// one pod.
func TestSelectorOfItsPods(t *testing.T) {
	revision := map[string]string{"app": "w", "pod-template-hash": "x", "controller-revision-hash": "x", "apps.kubernetes.io/pod-index": "0",
		"job-name": "x", "pod-template-generation": "1",
		"rollouts-pod-template-hash": "x", "statefulset.kubernetes.io/pod-name": "x", "batch.kubernetes.io/job-name": "x"}
	for name, x := range map[string]struct {
		w    kubernetes.Workload
		want string
	}{
		"its own": {kubernetes.Workload{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"own": "w"}},
			Template: kubernetes.PodTemplate{Labels: revision}}, "own=w"},
		"expressions": {kubernetes.Workload{Selector: &metav1.LabelSelector{
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "own", Operator: "Exists"}},
		}, Template: kubernetes.PodTemplate{Labels: revision}}, "own"},
		"an empty one":  {kubernetes.Workload{Selector: &metav1.LabelSelector{}, Template: kubernetes.PodTemplate{Labels: revision}}, "app=w"},
		"none":          {kubernetes.Workload{Template: kubernetes.PodTemplate{Labels: revision}}, "app=w"},
		"of a revision": {kubernetes.Workload{Selector: &metav1.LabelSelector{MatchLabels: revision}}, "app=w"},
	} {
		if got := metav1.FormatLabelSelector(podSelector(&x.w)); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A budget as a manifest has it: its namespace where the object names it, without
// what kubectl keeps, and safe for pods that may have the only data.
func TestBudgetAsAManifest(t *testing.T) {
	three := intstr.FromInt32(3)
	b := &kubernetes.Budget{Namespace: "shop", Name: "b", MinAvailable: &three,
		Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": "x", "a": "1"}}
	if got := rewritten(b); got.Metadata.Namespace != "" || len(got.Metadata.Annotations) != 1 || got.Metadata.Annotations["a"] != "1" ||
		got.Spec.MinAvailable != &three || got.APIVersion != "policy/v1" {
		t.Errorf("%+v", got)
	}
	if b.Namespaced = true; rewritten(b).Metadata.Namespace != "shop" {
		t.Error("it names its namespace")
	}
	if got := oneOf(b); got.Spec.MinAvailable != nil || got.Spec.MaxUnavailable.IntValue() != 1 {
		t.Errorf("%+v", got.Spec)
	}
	for kind, unhealthy := range map[string]string{"Deployment": "AlwaysAllow", "StatefulSet": ""} {
		for _, x := range []struct {
			namespaced, inferred bool
			namespace            string
		}{{false, false, ""}, {true, false, "shop"}, {false, true, "shop"}} {
			w := &kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: kind, Name: "w"}, Namespaced: x.namespaced, Inferred: x.inferred}
			if got := oneAtATime("b", w); got.Spec.Unhealthy != unhealthy || got.Spec.MaxUnavailable.IntValue() != 1 ||
				got.Metadata.Namespace != x.namespace || got.Metadata.Name != "b" {
				t.Errorf("%s, %+v: %+v", kind, x, got)
			}
		}
	}
	if at(origin.Position{}) != nil || at(origin.Position{Line: 1}).Line != 1 {
		t.Error("a position is left out where it is not known")
	}
}

// Of a fix, the budgets that it would create are left out where others over the
// same pods may be there unread, with what they are in place of.
func TestFixWithBudgetsUnread(t *testing.T) {
	change := func(action finding.Action, kind string) finding.Change {
		return finding.Change{Action: action, Object: finding.Object{Kind: kind, Name: strings.ToLower(kind)}}
	}
	create, remove, patch := change(finding.Create, "PodDisruptionBudget"), change(finding.Delete, "PodDisruptionBudget"),
		change(finding.Patch, "Deployment")
	replace := change(finding.Replace, "PodDisruptionBudget")
	for _, x := range []struct {
		name    string
		changes []finding.Change
		left    int
		warned  bool
	}{
		{"a new one", []finding.Change{create}, 0, true}, {"a new one and a workload", []finding.Change{patch, create}, 1, true},
		{"a new one in place of another", []finding.Change{remove, create}, 0, true},
		{"one in its own place", []finding.Change{replace}, 1, false}, {"a new workload", []finding.Change{change(finding.Create, "Deployment")},
			1, false}, {"none", nil, 0, false},
	} {
		for _, unreadable := range []bool{true, false} {
			e := &kubernetes.Estate{}
			want := len(x.changes)
			if unreadable {
				e.Unread, want = []origin.Unread{unread("PodDisruptionBudget")}, x.left
			}
			fix := harmless(e, &finding.Fix{Summary: "do it", Changes: x.changes})
			if len(fix.Changes) != want || strings.Contains(fix.Summary, "not all PDBs could be read") != (x.warned && unreadable) {
				t.Errorf("%s, unread %t: %q with %d changes", x.name, unreadable, fix.Summary, len(fix.Changes))
			}
		}
	}
	if harmless(&kubernetes.Estate{Unread: []origin.Unread{unread("PodDisruptionBudget")}}, nil) != nil {
		t.Error("a fix of nothing")
	}
}
