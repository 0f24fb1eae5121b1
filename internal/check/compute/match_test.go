package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// labelled are pods of one workload, each with labels as a selector spells them.
// The workload has them, and its floor is how many there are.
func labelled(kind string, template string, pods ...string) *kubernetes.Estate {
	set := func(s string) map[string]string {
		if s == "" {
			return nil
		}
		set, _ := labels.ConvertSelectorToLabelsMap(s)
		return set
	}
	w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: kind, Name: "db"}, Replicas: len(pods), Lasting: true,
		Evictable: true}
	w.Template.Labels = set(template)
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}
	for _, p := range pods {
		e.Workloads[0].Pods = append(e.Workloads[0].Pods, len(e.Pods))
		e.Pods = append(e.Pods, kubernetes.Pod{Namespace: "shop", Labels: set(p)})
	}
	return e
}

func selector(t testing.TB, s string) labels.Selector {
	t.Helper()
	selector, err := labels.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector
}

// A selector gets hold of pods by the labels that they have, and where none were
// read by those of their template; of what it gets hold of in part the part counts.
func TestPodsThatASelectorMatches(t *testing.T) {
	finished := func(e *kubernetes.Estate, n int) *kubernetes.Estate {
		w := &e.Workloads[0]
		w.Pods, w.Finished = w.Pods[n:], w.Pods[:n]
		return e
	}
	sized := func(e *kubernetes.Estate, n int) *kubernetes.Estate {
		e.Workloads[0].Replicas, e.Workloads[0].ReplicasSet = n, true
		return e
	}
	passing := func(e *kubernetes.Estate) *kubernetes.Estate {
		e.Workloads[0].Lasting = false
		return e
	}
	for _, x := range []struct {
		name     string
		estate   *kubernetes.Estate
		selector string
		want     *match
	}{
		{"all pods", labelled("Deployment", "a=w", "a=w", "a=w"), "a=w", &match{pods: 2}},
		{"by one of some values", labelled("Deployment", "a=w", "a=w", "a=v"), "a in (v, w)", &match{pods: 2}},
		{"by a key", labelled("Deployment", "a=w", "a=w", "a=v"), "a", &match{pods: 2}},
		{"by a label that is not there", labelled("Deployment", "a=w", "a=w", "a=v"), "a, !b", &match{pods: 2}},
		{"by everything", labelled("Deployment", "a=w", "a=w", "a=v"), "", &match{pods: 2}},
		{"some of them", labelled("Deployment", "a=w", "a=w", "a=v", "a=w"), "a=w", &match{pods: 2, partly: true}},
		{"by two labels", labelled("Deployment", "a=w", "a=w,b=x", "a=w,b=y"), "a=w, b=y", &match{pods: 1, partly: true}},
		{"none of them, as their template says", labelled("Deployment", "a=w", "a=v", "a=v"), "a=w", nil},
		{"fewer than its floor", sized(labelled("Deployment", "a=w", "a=w", "a=w"), 5), "a=w", &match{pods: 5}},
		{"more than its floor, in part", sized(labelled("Deployment", "a=w", "a=w", "a=w", "a=v"), 1), "a=w", &match{pods: 1, partly: true}},
		{"no pods, by their template", sized(labelled("Deployment", "a=w"), 3), "a=w", &match{pods: 3}},
		{"scaled to nothing", sized(labelled("Deployment", "a=w"), 0), "a=w", &match{}},
		{"scaled to nothing, and others", sized(labelled("Deployment", "a=w"), 0), "a=v", nil},
		{"finished", finished(labelled("Job", "a=w", "a=w", "a=w", "a=w"), 1), "a=w", &match{pods: 3, down: 1}},
		{"finished, and others", finished(labelled("Job", "a=w", "a=v", "a=w"), 1), "a=w", &match{pods: 2}},
		{"all have finished, of a run", passing(finished(labelled("Job", "a=w", "a=w", "a=w"), 2)), "a=w", &match{down: 2}},
		{"all have finished, of what runs on", finished(labelled("Deployment", "a=w", "a=w", "a=w"), 2), "a=w", &match{pods: 2, down: 2}},
		{"by the number", sized(labelled("StatefulSet", "a=w"), 3), "apps.kubernetes.io/pod-index=2", &match{pods: 1, partly: true}},
		{"by the name", sized(labelled("StatefulSet", "a=w"), 3), "a=w, statefulset.kubernetes.io/pod-name in (db-0, db-1)",
			&match{pods: 2, partly: true}},
		{"by a number that none has", sized(labelled("StatefulSet", "a=w"), 3), "apps.kubernetes.io/pod-index=3", nil},
		{"all but one number", sized(labelled("StatefulSet", "a=w"), 3), "a=w, apps.kubernetes.io/pod-index!=0", &match{pods: 2, partly: true}},
		{"all but one number, of very many", sized(labelled("StatefulSet", "a=w"), 1500), "a=w, apps.kubernetes.io/pod-index!=0",
			&match{pods: 1499, partly: true}},
		{"a number of a kind without", sized(labelled("Deployment", "a=w"), 3), "apps.kubernetes.io/pod-index=2", nil},
		{"numbers of pods that were read", labelled("StatefulSet", "a=w", "a=w,apps.kubernetes.io/pod-index=0",
			"a=w,apps.kubernetes.io/pod-index=1"), "apps.kubernetes.io/pod-index=1", &match{pods: 1, partly: true}},
	} {
		found := newMatcher(x.estate).match("shop", selector(t, x.selector))
		if (len(found) == 1) != (x.want != nil) || x.want != nil && found[0] != *x.want {
			t.Errorf("%s: %+v, want %+v", x.name, found, x.want)
		}
		if elsewhere := newMatcher(x.estate).match("bank", selector(t, x.selector)); len(elsewhere) > 0 {
			t.Errorf("%s: in another namespace %+v", x.name, elsewhere)
		}
	}
}

// Workloads are found in the order of the estate, each once, however many of
// their pods have one of the values.
func TestMatchesComeOnceAndInOrder(t *testing.T) {
	e := &kubernetes.Estate{}
	for i, value := range []string{"b", "a", "b", "c", "a"} {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: fmt.Sprint(i)}, Replicas: 2}
		w.Template.Labels = map[string]string{"v": value, "all": "x"}
		for range 2 {
			w.Pods = append(w.Pods, len(e.Pods))
			e.Pods = append(e.Pods, kubernetes.Pod{Labels: w.Template.Labels})
		}
		e.Workloads = append(e.Workloads, w)
	}
	for s, want := range map[string][]int{
		"v in (a, b)": {0, 1, 2, 4},
		"all=x":       {0, 1, 2, 3, 4},
		"all=x, v=a":  {1, 4},
		"v notin (a)": {0, 2, 3},
		"v=d":         nil,
		"w":           nil,
	} {
		var got []int
		for _, r := range newMatcher(e).match("shop", selector(t, s)) {
			got = append(got, r.workload)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
	if found := newMatcher(e).match("shop", labels.Nothing()); found != nil {
		t.Errorf("a selector of nothing selects %v", found)
	}
}

// Which budgets share a pod, and how many pods no budget covers, is by the labels
// of each pod.
func TestBudgetsOverTheSamePods(t *testing.T) {
	numbered := labelled("StatefulSet", "a=w")
	numbered.Workloads[0].Replicas = 3
	done := labelled("Job", "a=w", "a=w,b=x", "a=w,b=y")
	done.Workloads[0].Finished, done.Workloads[0].Pods = []int{0}, []int{1}
	some := labelled("Deployment", "a=w", "a=w,b=x", "a=w,b=y", "a=w,b=z")
	few := labelled("Deployment", "a=w", "a=w,b=x", "a=w,b=y", "a=w,b=z")
	few.Workloads[0].Replicas = 1
	for _, x := range []struct {
		name      string
		estate    *kubernetes.Estate
		selectors []string
		together  []int
		uncovered int
	}{
		{"two over all", some, []string{"a=w", "a"}, []int{0, 1}, 0},
		{"two apart", some, []string{"b=x", "b=y"}, nil, 1},
		{"two that share one, and one apart", some, []string{"b=z", "b in (x, y)", "b=y"}, []int{1, 2}, 0},
		{"one", some, []string{"b=x"}, nil, 2},
		{"one of fewer than there are", few, []string{"b=x"}, nil, 1},
		{"none", some, nil, nil, 3},
		{"two that share numbers", numbered, []string{"apps.kubernetes.io/pod-index in (0, 1)", "apps.kubernetes.io/pod-index in (1, 2)"},
			[]int{0, 1}, 0},
		{"two that do not", numbered, []string{"apps.kubernetes.io/pod-index=0", "apps.kubernetes.io/pod-index=1"}, nil, 1},
		{"one by number and one by label", numbered, []string{"a=w", "apps.kubernetes.io/pod-index=1"}, []int{0, 1}, 0},
		{"two that share what has finished", done, []string{"b=x", "a, b in (x)"}, nil, 1},
	} {
		var budgets []int
		for i, s := range x.selectors {
			budgets = append(budgets, i)
			x.estate.Budgets = append(x.estate.Budgets[:i:i], kubernetes.Budget{Namespace: "shop", Name: fmt.Sprint(i), Selector: selector(t, s)})
		}
		m, w := newMatcher(x.estate), &x.estate.Workloads[0]
		if got := m.together(w, budgets); !slices.Equal(got, x.together) {
			t.Errorf("%s: %v share a pod, want %v", x.name, got, x.together)
		}
		if got := m.uncovered(w, budgets); got != x.uncovered {
			t.Errorf("%s: %d uncovered, want %d", x.name, got, x.uncovered)
		}
		for i := range x.selectors {
			want := false
			for k := range x.selectors {
				want = want || k != i && slices.Contains(x.together, i) && slices.Contains(x.together, k) &&
					overlaps(m, w, &x.estate.Budgets[i], x.estate.Budgets[k].Selector)
			}
			if got := slices.Contains(x.together, i); got != want {
				t.Errorf("%s: budget %d shares a pod: %t, and by pairs %t", x.name, i, got, want)
			}
		}
	}
}

// A pod is under a budget and under a selector where it has the labels of both, and has
// not finished.
func TestPodsUnderABudgetAndASelector(t *testing.T) {
	done := labelled("Job", "a=w", "a=w,b=x", "a=w")
	done.Workloads[0].Finished, done.Workloads[0].Pods = []int{0}, []int{1}
	for _, x := range []struct {
		estate           *kubernetes.Estate
		budget, selector string
		want             bool
	}{
		{labelled("Deployment", "a=w", "a=w,b=x"), "a=w", "b=x", true},
		{labelled("Deployment", "a=w", "a=w,b=x"), "a=v", "b=x", false},
		{labelled("Deployment", "a=w", "a=w,b=x"), "a=w", "b=y", false},
		{labelled("Deployment", "a=w", "a=w", "a=v,b=x"), "a=w", "b=x", false},
		{labelled("StatefulSet", "a=w", "a=w,b=x"), "a=w", "b=x", true},
		{done, "a=w", "b=x", false},
		{done, "a=w", "a", true},
	} {
		b := &kubernetes.Budget{Selector: selector(t, x.budget)}
		if got := overlaps(newMatcher(x.estate), &x.estate.Workloads[0], b, selector(t, x.selector)); got != x.want {
			t.Errorf("%s and %s: %t", x.budget, x.selector, got)
		}
	}
}

// A StatefulSet that a selector of numbers matches when it is scaled up is told by which
// one it is, and is none where it has such a pod already, or never.
func TestStatefulSetThatIsScaledUp(t *testing.T) {
	set := func(name string, least, most int) kubernetes.Workload {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "StatefulSet", Name: name}, Lasting: true, Scaled: true,
			Replicas: least}
		w.Template.Labels = map[string]string{"a": name}
		w.Scaler = &kubernetes.Scaler{Min: least, Max: most}
		return w
	}
	deployment := set("db", 2, 5)
	deployment.Kind = "Deployment"
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{set("other", 2, 5), deployment, set("db", 2, 5)}}
	for s, want := range map[string]int{
		"a=db, apps.kubernetes.io/pod-index=2": 2, "a=db, apps.kubernetes.io/pod-index=4": 2, "a=other, apps.kubernetes.io/pod-index=3": 0,
		"a=db, apps.kubernetes.io/pod-index=1": -1, "a=db, apps.kubernetes.io/pod-index=5": -1, "a=db": -1,
		"a=none, apps.kubernetes.io/pod-index=3":  -1,
		"statefulset.kubernetes.io/pod-name=db-3": 2,
	} {
		got, ok := newMatcher(e).scaledUp("shop", selector(t, s))
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %d, %t, want %d", s, got, ok, want)
		}
	}
	if _, ok := newMatcher(e).scaledUp("shop", labels.Nothing()); ok {
		t.Error("nothing selects none")
	}
}

// A budget covers a workload whose pods it selects, and is for one that has none now; what
// is there for minutes it is for as well, and is not counted.
func TestWhatABudgetIsOver(t *testing.T) {
	soonGone := strings.Replace(aJob, "spec: {parallelism", "spec: {ttlSecondsAfterFinished: 60, parallelism", 1)
	for name, x := range map[string]struct {
		docs            string
		covers, covered int
	}{
		"two pods":                  {twoOfWeb, 1, 1},
		"none now":                  {noneOfWeb, 1, 0},
		"a run":                     {aJob, 1, 1},
		"a run that goes when over": {soonGone, 1, 0},
		"others":                    {threeOfDB, 0, 0},
	} {
		c := cover(parse(t, x.docs+pdbOver("app: web", "maxUnavailable: 1")))
		if len(c.covers[0]) != x.covers || len(c.covered[0]) != x.covered {
			t.Errorf("%s: it covers %v, and over it are %v", name, c.covers[0], c.covered[0])
		}
	}
}

// The labels that the StatefulSet controller writes are those of numbers alone.
func TestLabelsOfNumbers(t *testing.T) {
	for key, want := range map[string]bool{
		"statefulset.kubernetes.io/pod-name": true, "apps.kubernetes.io/pod-index": true, "app": false, "apps.kubernetes.io/name": false,
	} {
		if got := ordinalLabel(key); got != want {
			t.Errorf("%s: %t", key, got)
		}
		requirements, _ := selector(t, "app=x, "+key+"=y").Requirements()
		if got := byOrdinal(requirements); got != want {
			t.Errorf("a selector by %s: %t", key, got)
		}
	}
}

// Budgets over a StatefulSet tell its pods apart by number; over anything else
// these labels are ones like others.
func TestBudgetsByNumber(t *testing.T) {
	for docs, want := range map[string]bool{
		threeOfDB + pdbOver(`app: db, apps.kubernetes.io/pod-index: "0"`, "maxUnavailable: 1"): true,
		threeOfDB + pdbOver("app: db", "maxUnavailable: 1"):                                    false,
		threeOfDB: false,
		strings.ReplaceAll(threeOfDB, `{app: db}`, `{app: db, apps.kubernetes.io/pod-index: "0"}`) +
			pdbOver("app: db", "maxUnavailable: 1"): false,
		strings.ReplaceAll(twoOfWeb, "{app: web}", `{app: web, apps.kubernetes.io/pod-index: "0"}`) +
			pdbOver(`apps.kubernetes.io/pod-index: "0"`, "maxUnavailable: 1"): false,
	} {
		if got := cover(parse(t, docs)).numbered(0); got != want {
			t.Errorf("%t of\n%s", got, docs)
		}
	}
}

// A budget over a workload alone covers all of its pods and no others.
func TestBudgetOfAWorkloadAlone(t *testing.T) {
	other := strings.ReplaceAll(twoOfWeb, "name: web", "name: web-other")
	for name, x := range map[string]struct {
		docs string
		want bool
	}{
		"all":        {twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), true},
		"all of two": {twoOfWeb + other + pdbOver("app: web", "maxUnavailable: 1"), false},
		"all of two, one of them none": {twoOfWeb + strings.ReplaceAll(other, "replicas: 2", "replicas: 0") +
			pdbOver("app: web", "maxUnavailable: 1"), true},
		"some": {threeOfDB + pdbOver(`apps.kubernetes.io/pod-index: "0"`, "maxUnavailable: 1"), false},
	} {
		if got := cover(parse(t, x.docs)).owns(0, 0); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// Of the workloads under a budget the first four are named.
func TestNamesUnderABudget(t *testing.T) {
	docs := pdbOver("app: web", "maxUnavailable: 1")
	for i, want := range []string{"", "Deployment w0", "Deployment w0, Deployment w1", "",
		"Deployment w0, Deployment w1, Deployment w2, Deployment w3",
		"Deployment w0, Deployment w1, Deployment w2, Deployment w3, 1 more",
		"Deployment w0, Deployment w1, Deployment w2, Deployment w3, 2 more"} {
		if got := cover(parse(t, docs)).covering(0); want != "" && got != want {
			t.Errorf("%q, want %q", got, want)
		}
		docs += strings.ReplaceAll(twoOfWeb, "name: web", fmt.Sprintf("name: w%d", i))
	}
}

// A budget that no API server takes is told of where all over a workload are so.
func TestBudgetsThatNoServerTakes(t *testing.T) {
	for _, x := range []struct {
		unserved []bool
		budget   int
		ok       bool
	}{{nil, 0, false}, {[]bool{true}, 0, true}, {[]bool{false}, 0, false}, {[]bool{true, false}, 0, false}, {[]bool{true, true}, 0, true}} {
		e := labelled("Deployment", "a=w", "a=w", "a=w")
		for i, unserved := range x.unserved {
			e.Budgets = append(e.Budgets, kubernetes.Budget{Namespace: "shop", Name: fmt.Sprint(i), Selector: selector(t, "a=w"),
				Unserved: unserved})
		}
		if budget, ok := cover(e).unserved(0); budget != x.budget || ok != x.ok {
			t.Errorf("%v: %d, %t", x.unserved, budget, ok)
		}
	}
}
