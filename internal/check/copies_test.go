package check

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// copied is what one unit says of a Deployment, with the image that this runs.
type copied struct {
	unit, file, namespace, name, image, message, severity string
	line                                                  int
	fix                                                   *finding.Fix
	with                                                  func(*kubernetes.Workload)
}

func (x copied) finding() finding.Finding {
	s := finding.Subject{Unit: x.unit, Namespace: x.namespace, Kind: "Deployment", Name: x.name}
	return finding.Finding{
		Obligation: "single-replica", Verdict: finding.Broken, Message: x.message, Severity: x.severity, Subject: s, Fix: x.fix,
		Fingerprint: x.unit + "/" + x.name, Position: origin.Position{File: x.file, Line: x.line},
	}
}

// copiesOf are how many are told of some, and the one that stands for the others.
func copiesOf(all ...copied) (told int, first *finding.Finding, marked []finding.Finding) {
	units, results, at := []*estate.Unit{}, []Result{}, map[string]int{}
	for _, x := range all {
		i, ok := at[x.unit]
		if !ok {
			i = len(units)
			at[x.unit] = i
			units = append(units, &estate.Unit{Name: x.unit, Estate: &estate.Estate{
				Kubernetes: &kubernetes.Estate{}, OfChart: strings.HasPrefix(x.unit, "chart "),
			}})
			results = append(results, Result{})
		}
		w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Namespace: x.namespace, Name: x.name}}
		w.Template.Containers = []kubernetes.Container{{Image: x.image}}
		if x.with != nil {
			x.with(&w)
		}
		units[i].Kubernetes.Workloads = append(units[i].Kubernetes.Workloads, w)
		results[i].Findings = append(results[i].Findings, x.finding())
	}
	for _, r := range Copies(results, units) {
		for k := range r.Findings {
			f := &r.Findings[k]
			marked = append(marked, *f)
			if f.CopyOf == "" {
				told++
			}
			if len(f.Copies) > 0 {
				first = f
			}
		}
	}
	return told, first, marked
}

// What has one cause is told once: objects of one line or of files beside each other, copies of
// one manifest wherever they are kept, and what one value of a chart makes.
func TestCopies(t *testing.T) {
	one := copied{"a", "clusters/a/deploy.yaml", "shop", "web", "example.org/web:1", "runs on a single pod", "medium", 10, nil, nil}
	other := func(change func(*copied)) copied {
		x := one
		x.unit, x.file = "b", "clusters/b/deploy.yaml"
		change(&x)
		return x
	}
	values := func(set ...string) *finding.Fix { return &finding.Fix{Values: set} }
	for name, c := range map[string]struct {
		with copied
		told int
	}{
		"beside it":                        {other(func(*copied) {}), 1},
		"on another line":                  {other(func(x *copied) { x.line = 25 }), 1},
		"what it is generated from":        {other(func(x *copied) { x.file = "clusters/b/resources/service.yaml" }), 1},
		"far from it":                      {other(func(x *copied) { x.file = "teams/west/dev/all.yaml" }), 1},
		"another release":                  {other(func(x *copied) { x.line, x.image = 11, "example.org/web:2@sha256:ab" }), 1},
		"another image":                    {other(func(x *copied) { x.line, x.image = 11, "example.org/web2:1" }), 2},
		"another image, at its place":      {other(func(x *copied) { x.image = "example.org/web2:1" }), 1},
		"in another namespace":             {other(func(x *copied) { x.line, x.namespace = 11, "till" }), 2},
		"in another namespace, its place":  {other(func(x *copied) { x.namespace = "till" }), 1},
		"of another name":                  {other(func(x *copied) { x.name = "api" }), 2},
		"another sentence":                 {other(func(x *copied) { x.message = "may go to one" }), 2},
		"another number":                   {other(func(x *copied) { x.message = "runs on 2 pods" }), 2},
		"of one file":                      {other(func(x *copied) { x.file = one.file }), 1},
		"of one file, with a name before":  {other(func(x *copied) { x.file, x.name = one.file, "eu-web" }), 1},
		"of one file, of another name":     {other(func(x *copied) { x.file, x.name = one.file, "api" }), 2},
		"another one of its unit":          {other(func(x *copied) { x.unit, x.name = "a", "api" }), 2},
		"one of its name, of its own unit": {other(func(x *copied) { x.unit = "a" }), 2},
		"nowhere":                          {other(func(x *copied) { x.file = "" }), 2},
	} {
		if told, _, _ := copiesOf(one, c.with); told != c.told {
			t.Errorf("%s: %d are told, want %d", name, told, c.told)
		}
	}
	of := one
	of.fix = values("persistence.enabled=true")
	for name, c := range map[string]struct {
		fix  *finding.Fix
		told int
	}{
		"by the same value": {values("persistence.enabled=true"), 1},
		"by another":        {values("web.persistence.enabled=true"), 2},
		"by one more":       {values("persistence.enabled=true", "size=8Gi"), 2},
		"by an edit":        {&finding.Fix{Summary: "give it a volume"}, 2},
		"and a change":      {&finding.Fix{Values: values("persistence.enabled=true").Values, Changes: []finding.Change{{}}}, 2},
		"by none":           {nil, 2},
	} {
		x := other(func(x *copied) { x.unit, x.name, x.fix = "a", "api", c.fix })
		if told, _, _ := copiesOf(of, x); told != c.told {
			t.Errorf("of one unit, mended %s: %d are told, want %d", name, told, c.told)
		}
	}
}

// What a chart writes for two programs of one image is mended by one edit, unless each has a number
// or a line of its own.
func TestCopiesOfOneChart(t *testing.T) {
	said := func(name, image string, fix *finding.Fix) copied {
		return copied{"chart of queue", "queue/templates/" + name + ".yaml", "", name, image, "keeps data on an emptyDir", "medium", 1, fix, nil}
	}
	volume := &finding.Fix{Summary: "give it a volume"}
	for name, c := range map[string]struct {
		with copied
		told int
	}{
		"the same image":    {said("replica", "queue:1", volume), 1},
		"another image":     {said("replica", "metrics:1", volume), 2},
		"to raise":          {said("replica", "queue:1", &finding.Fix{Raise: &finding.Raise{}}), 2},
		"a line of its own": {said("replica", "queue:1", &finding.Fix{At: &origin.Position{}}), 2},
		"no fix":            {said("replica", "queue:1", nil), 2},
	} {
		if told, _, _ := copiesOf(said("queue", "queue:1", volume), c.with); told != c.told {
			t.Errorf("%s: %d are told, want %d", name, told, c.told)
		}
	}
}

// The gravest stands for the others; a number that each environment has of its own is no cause
// of its own.
func TestTheGravestOfCopies(t *testing.T) {
	said := func(unit, message, severity string) copied {
		return copied{unit, "chart/templates/web.yaml", "", "web", "web", message, severity, 1, nil, nil}
	}
	_, first, marked := copiesOf(said("dev", "none covers its 2 pods", "low"), said("prod", "none covers its 4 pods", "high"),
		said("test", "none covers its 3 pods", "high"))
	if first == nil || first.Subject.Unit != "prod" || first.Units() != 2 || len(first.Beside()) != 0 {
		t.Fatalf("%+v", first)
	}
	for _, f := range marked {
		if f.Subject.Unit != "prod" && f.CopyOf != first.Fingerprint {
			t.Errorf("%s is a copy of %q", f.Subject.Unit, f.CopyOf)
		}
	}
}

// Copies of one manifest for several clouds have as many pods as each needs; versions of one chart
// make what has one cause, and each its own way out.
func TestCopiesThatDifferInNumbers(t *testing.T) {
	of := func(unit, file, image, message string, fix *finding.Fix) copied {
		return copied{unit, file, "", "node", image, message, "high", 1, fix, nil}
	}
	by := func(key string) *finding.Fix { return &finding.Fix{Summary: "set " + key, Values: []string{key}} }
	for name, x := range map[string]struct {
		a, b copied
		told int
		said string
	}{
		"two clouds": {of("aws", "aws/app/tb.yml", "tb:1", "none covers its 3 pods", nil),
			of("azure", "azure/app/tb.yml", "tb:1", "none covers its 2 pods", nil), 1, ""},
		"two clouds, far apart": {of("aws", "aws/app/tb.yml", "tb:1", "none covers its 3 pods", nil),
			of("azure", "old/azure/tb-node.yml", "tb:2", "none covers its 2 pods", nil), 1, ""},
		"other programs": {of("aws", "aws/app/tb.yml", "tb:1", "none covers its 3 pods", nil),
			of("azure", "old/azure/tb-node.yml", "other:2", "none covers its 2 pods", nil), 2, ""},
		"two versions of a chart": {of("chart a", "charts/shop-8.8/templates/node/set.yaml", "a:1", "none covers its 3 pods", by("node.pdb")),
			of("chart b", "charts/shop-8.7/templates/set.yaml", "b:1", "none covers its 3 pods", by("old.pdb")), 1,
			"the same is so of Deployment node of charts/shop-8.7, for which: set old.pdb"},
		"two charts": {of("chart a", "charts/shop/templates/set.yaml", "a:1", "none covers its 3 pods", nil),
			of("chart b", "charts/till/templates/other.yaml", "b:1", "none covers its 3 pods", nil), 2, ""},
	} {
		told, first, _ := copiesOf(x.a, x.b)
		if told != x.told {
			t.Errorf("%s: %d are told, want %d", name, told, x.told)
		}
		if x.said != "" && (first == nil || len(first.Evidence) != 1 || first.Evidence[0].Text != x.said) {
			t.Errorf("%s: %+v, want %q", name, first, x.said)
		}
	}
}

// Versions of a chart stand beside each other and are called by them; other numbers are of what runs beside each other.
func TestFoldersOfVersions(t *testing.T) {
	of := func(dir string) member {
		return member{&finding.Finding{Position: origin.Position{File: dir + "/templates/a.yaml"}}, 0}
	}
	for _, x := range []struct {
		a, b string
		want bool
	}{
		{"charts/shop-8.7", "charts/shop-8.8", true},
		{"charts/shop-v1", "charts/shop-v2", true},
		{"clusters/eu-1/web", "clusters/eu-2/web", false},
		{"charts/db1", "charts/db2", false},
		{"charts/tenant-17", "charts/tenant-18", false},
		{"region1/shop-8.7", "region2/shop-8.7", false},
		{"charts/shop-8.7", "charts/bank-8.8", false},
	} {
		if got := oneOfVersions(of(x.a), of(x.b)); got != x.want {
			t.Errorf("%s and %s: %v", x.a, x.b, got)
		}
	}
}
