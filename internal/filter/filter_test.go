package filter

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/subject"
)

// shop is a unit with two workloads, the budget of one, and a pool.
func shop() *estate.Unit {
	e := &kubernetes.Estate{Pools: []kubernetes.Pool{{Name: "spot"}}}
	for _, w := range []struct{ namespace, name string }{{"shop", "web"}, {"jobs", "queue"}} {
		x := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: w.namespace, Kind: "Deployment", Name: w.name}}
		x.Template.Labels = map[string]string{"app": w.name}
		x.Labels = map[string]string{"team": w.namespace}
		e.Workloads = append(e.Workloads, x)
		e.Budgets = append(e.Budgets, kubernetes.Budget{
			Namespace: w.namespace, Name: w.name, Selector: labels.SelectorFromSet(labels.Set{"app": w.name}),
		})
	}
	return &estate.Unit{Name: "charts/shop", Estate: &estate.Estate{Kubernetes: e}}
}

// some are findings on them, of which one leads to what is about another subject.
func some() ([]finding.Finding, finding.Explained) {
	of := func(obligation, severity, namespace, kind, name string) finding.Finding {
		s := finding.Subject{Unit: "charts/shop", Namespace: namespace, Kind: kind, Name: name}
		return finding.Finding{Obligation: obligation, Severity: severity, Subject: s, Verdict: finding.Broken}
	}
	down := of("survives-replacement", "high", "shop", "Deployment", "web")
	pool := of("budget-gap", "medium", "", "NodePool", "spot")
	down.Fingerprint = "down"
	pool.LeadsTo = []finding.Outcome{down.Told()}
	return []finding.Finding{
		pool,
		of("pdb-shared", "high", "shop", "PodDisruptionBudget", "web"),
		of("single-replica", "low", "jobs", "Deployment", "queue"),
		of("pdb-orphan", "medium", "", "PodDisruptionBudget", ""), // none could be read
	}, finding.Explained{"down": down}
}

func TestFilter(t *testing.T) {
	selector := func(s string) labels.Selector {
		x, err := labels.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for name, x := range map[string]struct {
		Filter
		kept string
		left int
	}{
		"none":                 {Filter{}, "budget-gap pdb-shared single-replica pdb-orphan", 0},
		"only":                 {Filter{Only: []string{"single-replica"}}, "single-replica", 3},
		"only an outcome":      {Filter{Only: []string{"survives-replacement"}}, "survives-replacement", 4},
		"skip":                 {Filter{Skip: []string{"pdb-shared", "pdb-orphan"}}, "budget-gap single-replica", 2},
		"skip what explains":   {Filter{Skip: []string{"budget-gap"}}, "survives-replacement pdb-shared single-replica pdb-orphan", 1},
		"both":                 {Filter{Only: []string{"pdb-shared", "pdb-orphan"}, Skip: []string{"pdb-shared"}}, "pdb-orphan", 3},
		"severity":             {Filter{MinSeverity: "high"}, "survives-replacement pdb-shared", 3},
		"a lower one":          {Filter{MinSeverity: "medium"}, "budget-gap pdb-shared pdb-orphan", 1},
		"the lowest":           {Filter{MinSeverity: "low"}, "budget-gap pdb-shared single-replica pdb-orphan", 0},
		"namespace":            {Filter{Namespaces: []string{"shop"}}, "survives-replacement pdb-shared pdb-orphan", 2},
		"workload":             {Filter{Workloads: []subject.Name{"web"}}, "survives-replacement pdb-shared pdb-orphan", 2},
		"the budget":           {Filter{Workloads: []subject.Name{"pdb/web"}}, "pdb-shared pdb-orphan", 2},
		"a pool":               {Filter{Workloads: []subject.Name{"spot"}}, "budget-gap pdb-orphan", 2},
		"labels of its pods":   {Filter{Selector: selector("app=queue")}, "single-replica pdb-orphan", 2},
		"its own labels":       {Filter{Selector: selector("team=shop")}, "survives-replacement pdb-shared pdb-orphan", 2},
		"without labels":       {Filter{Selector: selector("team!=jobs")}, "survives-replacement pdb-shared pdb-orphan", 2},
		"namespace and labels": {Filter{Namespaces: []string{"jobs"}, Selector: selector("team=shop")}, "pdb-orphan", 3},
	} {
		t.Run(name, func(t *testing.T) {
			found, outcomes := some()
			all, left := x.About(shop(), found, outcomes)
			all, light := x.Weighty(all, outcomes)
			var kept []string
			for i := range all {
				kept = append(kept, all[i].Obligation)
			}
			if got := strings.Join(kept, " "); got != x.kept {
				t.Errorf("keeps %s, want %s", got, x.kept)
			}
			if n := len(left) + len(light); n != x.left {
				t.Errorf("leaves %d out, want %d", n, x.left)
			}
		})
	}
}

// What an outcome comes of is told beside it, where that is left out.
func TestOutcomeSaysWhatItComesOf(t *testing.T) {
	all, outcomes := some()
	f := Filter{Only: []string{"survives-replacement"}}
	kept, left := f.About(shop(), all, outcomes)
	if len(kept) != 1 || len(left) != 4 {
		t.Fatalf("keeps %d and leaves %d", len(kept), len(left))
	}
	said := kept[0].Evidence[len(kept[0].Evidence)-1].Text
	if said != "comes of budget-gap on NodePool spot, which is left out" {
		t.Errorf("says %q", said)
	}
}

func TestMissing(t *testing.T) {
	whole := &estate.Whole{Units: []*estate.Unit{shop()}}
	for name, x := range map[string]struct {
		Filter
		flag, is string
	}{
		"nothing asked":   {Filter{}, "", ""},
		"there":           {Filter{Namespaces: []string{"shop", "jobs"}, Workloads: []subject.Name{"web", "pdb/web", "spot"}}, "", ""},
		"namespace":       {Filter{Namespaces: []string{"shop", "shpo"}}, "namespace", "shpo"},
		"workload":        {Filter{Workloads: []subject.Name{"web", "sts/web"}}, "workload", "sts/web"},
		"labels":          {Filter{Selector: labels.SelectorFromSet(labels.Set{"app": "gone"})}, "selector", "app=gone"},
		"labels of a pod": {Filter{Selector: labels.SelectorFromSet(labels.Set{"app": "web"})}, "", ""},
	} {
		m := x.Missing(whole)
		switch {
		case m == nil && x.flag == "":
		case m == nil || m.Flag != x.flag || m.Name != x.is:
			t.Errorf("%s: %+v, want %s %s", name, m, x.flag, x.is)
		case m.Flag != "selector" && !slices.Contains(m.Names, "shop") && !slices.Contains(m.Names, "Deployment/web"):
			t.Errorf("%s: names %v", name, m.Names)
		}
	}
	// What could not be read may be it.
	whole.Units[0].Kubernetes.Unread = []origin.Unread{{Resource: "statefulsets.apps", Kind: "StatefulSet"}}
	if m := (&Filter{Workloads: []subject.Name{"sts/db"}}).Missing(whole); m != nil {
		t.Errorf("not read, and said to be missing: %+v", m)
	}
}
