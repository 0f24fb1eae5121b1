package check

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// unprotected is a Deployment that a chart makes in a release, and that no budget covers.
func unprotected(unit, name, image string) copied {
	budget := &finding.Fix{Summary: "add a budget", Changes: []finding.Change{{Action: finding.Create}}}
	return copied{unit, "charts/site/templates/deployment.yaml", name, name, image, "none covers its 2 pods", "medium", 1, budget, nil}
}

// Of several releases of a chart its template is told once, whatever they are called and
// wherever an edit of it mends them all; what raises a number does that for one program.
func TestCopiesOfReleases(t *testing.T) {
	raise := &finding.Fix{Summary: "set replicas to 2", Raise: &finding.Raise{}, Values: []string{"replicas=2"}}
	on := &finding.Fix{Summary: "add a budget", Values: []string{"budget.enabled=true"}}
	for name, c := range map[string]struct {
		change func(a, b *copied)
		told   int
	}{
		"two releases":                      {func(_, _ *copied) {}, 1},
		"of two programs":                   {func(_, b *copied) { b.image = "blog:1" }, 1},
		"with other numbers":                {func(_, b *copied) { b.message = "none covers its 4 pods" }, 1},
		"another sentence":                  {func(_, b *copied) { b.message = "keeps data on an emptyDir" }, 2},
		"another line":                      {func(_, b *copied) { b.line = 40 }, 2},
		"another template":                  {func(_, b *copied) { b.file = "charts/site/templates/worker.yaml" }, 2},
		"the chart, fetched twice":          {func(_, b *copied) { b.file = "vendor/site/templates/deployment.yaml" }, 1},
		"another chart of its name":         {func(_, b *copied) { b.file, b.image = "other/site/templates/deployment.yaml", "x:1" }, 2},
		"in a loop":                         {func(a, b *copied) { b.unit = a.unit }, 1},
		"in a loop, of two programs":        {func(a, b *copied) { b.unit, b.image = a.unit, "blog:1" }, 1},
		"plain manifests":                   {func(a, b *copied) { a.unit, b.unit, a.file, b.file = "a", "b", "all.yaml", "all.yaml" }, 2},
		"a number each, of one program":     {func(a, b *copied) { a.fix, b.fix = raise, raise }, 1},
		"a number each, of two programs":    {func(a, b *copied) { a.fix, b.fix, b.image = raise, raise, "blog:1" }, 2},
		"a switch of the chart":             {func(a, b *copied) { a.fix, b.fix, b.image = on, on, "blog:1" }, 1},
		"a switch, and an object":           {func(_, b *copied) { b.fix = on }, 2},
		"without a fix":                     {func(a, b *copied) { a.fix, b.fix = nil, nil }, 1},
		"without a fix, of two programs":    {func(a, b *copied) { a.fix, b.fix, b.image = nil, nil, "blog:1" }, 2},
		"of no container, in another place": {func(a, b *copied) { a.with, b.with, b.file = empty, empty, "y/"+b.file }, 2},
	} {
		a, b := unprotected("chart charts/site@blog", "site-blog", "site:1"), unprotected("chart charts/site@docs", "site-docs", "site:1")
		c.change(&a, &b)
		if told, _, _ := copiesOf(a, b); told != c.told {
			t.Errorf("%s: %d are told, want %d", name, told, c.told)
		}
	}
}

func empty(w *kubernetes.Workload) { w.Template.Containers = nil }

// What differs in nothing but an index is told once: shards that a loop wrote.
func TestCopiesOfShards(t *testing.T) {
	labelled := func(shard string) func(*kubernetes.Workload) {
		return func(w *kubernetes.Workload) { w.Template.Labels = map[string]string{"app": "store", "shard": shard} }
	}
	shard := func(name, shard string, line int) copied {
		return copied{"a", "all.yaml", "metrics", name, "store:1", "none covers its 5 pods", "medium", line, nil, labelled(shard)}
	}
	for name, c := range map[string]struct {
		change func(*copied)
		told   int
	}{
		"the next one":         {func(*copied) {}, 1},
		"of another word":      {func(x *copied) { x.name = "store-main" }, 2},
		"of another kind":      {func(x *copied) { x.name = "cache-shard1" }, 2},
		"of another namespace": {func(x *copied) { x.namespace = "logs" }, 2},
		"of another release":   {func(x *copied) { x.image = "store:2" }, 2},
		"with other labels":    {func(x *copied) { x.with = labelled("main") }, 2},
		"with more labels": {func(x *copied) {
			x.with = func(w *kubernetes.Workload) { w.Template.Labels = map[string]string{"app": "store"} }
		}, 2},
		"of another size":        {func(x *copied) { x.message = "none covers its 3 pods" }, 2},
		"mended by other values": {func(x *copied) { x.fix = &finding.Fix{Values: []string{"b=2"}} }, 2},
	} {
		next := shard("store-shard1", "shard1", 90)
		c.change(&next)
		if told, _, _ := copiesOf(shard("store-shard0", "shard0", 10), next); told != c.told {
			t.Errorf("%s: %d are told, want %d", name, told, c.told)
		}
	}
	six := []copied{}
	for _, unit := range []string{"a", "b"} {
		for _, n := range []string{"0", "1", "2"} {
			x := shard("store-shard"+n, "shard"+n, 10)
			x.unit, x.file = unit, "clusters/"+unit+"/all.yaml"
			six = append(six, x)
		}
	}
	if told, first, _ := copiesOf(six...); told != 1 || first.Units() != 1 || len(first.Beside()) != 2 {
		t.Errorf("of shards in two units %d are told: %+v", told, first)
	}
}

func TestIndexed(t *testing.T) {
	for names, want := range map[string]bool{
		"store-0 store-1": true, "store0 store11": true, "queue-shard2-web queue-shard3-web": true, "zone-a zone-b": true,
		"job-7f9c2 job-81ab4": true, "cassandra.r1 cassandra.r2": true, "web-v1 web-v2": false, "web-1 api-1": false, "web web-1": false,
		"web-a web-1": false, "a-0-0 a-1-1": false, "web web": false, "blue-web green-web": false, "pg14 mysql14": false, "face beef": false,
	} {
		a, b, _ := strings.Cut(names, " ")
		if indexed(a, b) != want || indexed(b, a) != want {
			t.Errorf("%s: %v", names, !want)
		}
	}
}

// Of a custom resource that an obligation is not kept by in two fields it is told once, with
// what mends each.
func TestCopiesOfOneResource(t *testing.T) {
	of := func(resource, part string) copied {
		return copied{"a", "kafka.yaml", "", resource + "-" + part, "", "keeps " + part + " on an emptyDir", "medium", 1,
			&finding.Fix{Summary: "ask for a volume with spec." + part}, func(w *kubernetes.Workload) {
				w.MadeBy = &kubernetes.Maker{Ref: kubernetes.Ref{Kind: "Kafka", Name: resource}}
			}}
	}
	told, first, _ := copiesOf(of("events", "kafka"), of("events", "zookeeper"), of("logs", "kafka"))
	if told != 2 || first == nil || len(first.Beside()) != 1 {
		t.Fatalf("%d are told: %+v", told, first)
	}
	want := "the same is so of Deployment events-zookeeper, for which: ask for a volume with spec.zookeeper"
	if !slices.ContainsFunc(first.Evidence, func(e finding.Evidence) bool { return e.Text == want }) {
		t.Errorf("%+v", first.Evidence)
	}
}

// Of those that weigh the same that of production is told, and then the one with the most pods.
func TestTheForemostOfCopies(t *testing.T) {
	of := func(unit string, pods int) copied {
		return copied{unit, "web/deploy.yaml", "shop", "web", "web:1", "none covers its pods", "medium", 1, nil, func(w *kubernetes.Workload) {
			w.Scaled, w.Replicas, w.ReplicasSet = true, pods, true
		}}
	}
	for want, all := range map[string][]copied{
		"web/prod":                   {of("web/integration", 9), of("web/base", 9), of("web/prod", 2), of("web/staging", 9)},
		"web":                        {of("web/values-digest.yaml", 3), of("web/ci/web-values.yaml", 3), of("web", 3)},
		"web/values-production.yaml": {of("web", 3), of("web/values-production.yaml", 3)},
		"clusters/south":             {of("clusters/base", 2), of("clusters/north", 4), of("clusters/south", 10)},
	} {
		if _, first, _ := copiesOf(all...); first == nil || first.Subject.Unit != want {
			t.Errorf("want %s: %+v", want, first)
		}
	}
}

// What one unit has two of, which another unit has as well, is of one cause with that in either.
func TestCopiesOfALoopInTwoUnits(t *testing.T) {
	var all []copied
	for _, unit := range []string{"chart charts/site@a", "chart charts/site@b"} {
		for _, name := range []string{"blog", "docs"} {
			x := unprotected(unit, name, "site:1")
			x.fix = nil // nothing but their images tells that one edit mends them
			if strings.HasSuffix(unit, "@b") && name == "docs" {
				x.image = "docs:1"
			}
			all = append(all, x)
		}
	}
	if told, first, _ := copiesOf(all...); told != 1 || first.Units() != 1 {
		t.Errorf("%d are told: %+v", told, first)
	}
}
