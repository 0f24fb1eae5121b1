package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
)

// A finding that is not held says why it weighs less than its obligation: as its check says, or
// because it rests on what is assumed.
func TestWhyItWeighsLess(t *testing.T) {
	for _, x := range []struct {
		verdict                         finding.Verdict
		severity, obligation, judgement string
		want                            string
	}{
		{finding.Broken, "low", "high", "low", "it is so"}, {finding.Unknown, "medium", "high", "medium", "it is so"},
		{finding.Broken, "medium", "high", "", assumed}, {finding.Broken, "low", "high", "medium", assumed},
		{finding.Broken, "high", "high", "", ""}, {finding.Broken, "high", "low", "high", ""}, {finding.Held, "low", "high", "low", ""},
	} {
		j := Judgement{Severity: x.judgement, Because: "it is so"}
		if got := lighter(&finding.Finding{Verdict: x.verdict, Severity: x.severity}, x.obligation, &j); got != x.want {
			t.Errorf("%s, %s of %s: %q, want %q", x.verdict, x.severity, x.obligation, got, x.want)
		}
	}
	for of, want := range map[[2]string]string{
		{"high", string(locate.Assumed)}: "medium", {"high", string(locate.Proof)}: "high", {"low", string(locate.Assumed)}: "low",
		{"medium", string(locate.Assumed)}: "medium",
	} {
		if got := weighed(of[0], locate.Basis(of[1])); got != want {
			t.Errorf("%v weighs %s", of, got)
		}
	}
}

// What follows of a verdict that rests on an assumption is evidence, and no consequence.
func TestConsequenceOfARisk(t *testing.T) {
	for _, consequence := range []string{"Down.", ""} {
		j := Judgement{Verdict: finding.Broken, Assumed: true, Consequence: consequence}.asRisk(false)
		texts := ""
		for _, e := range j.Evidence {
			texts += e.Text
		}
		if j.Verdict != finding.Unknown || j.Consequence != "" || texts != consequence || len(j.Evidence) != len(consequence)/5 {
			t.Errorf("%q: %+v", consequence, j)
		}
	}
}

// What is broken is told with what explains that, up to the first cause; what an unknown one
// explains is told with it where it is an outcome.
func TestCausesOfCauses(t *testing.T) {
	of := func(name string, verdict finding.Verdict, causes ...Cause) *reported {
		s := finding.Subject{Kind: "Deployment", Name: name}
		return &reported{finding.Finding{Obligation: "o", Subject: s, Verdict: verdict, Severity: "high", Message: name,
			Fingerprint: finding.Fingerprint("o", s)}, causes}
	}
	by := func(name string) Cause {
		return Cause{Obligation: "o", Subject: finding.Subject{Kind: "Deployment", Name: name}, Says: true}
	}
	same := func(name string) Cause {
		c := by(name)
		c.Same = true
		return c
	}
	outcome := func(r *reported) *reported {
		r.Outcome = true
		return r
	}
	other := of("other", finding.Broken)
	for name, x := range map[string]struct {
		all  []*reported
		want string // of each finding its name and in brackets what it leads to, with + where the cause says so itself
	}{
		"one of another":       {[]*reported{other, of("a", finding.Broken), of("b", finding.Broken, by("a"))}, "other a(b+)"},
		"one before its cause": {[]*reported{of("b", finding.Broken, by("a")), other, of("a", finding.Broken)}, "other a(b+)"},
		"a chain": {[]*reported{other, of("a", finding.Broken), of("b", finding.Broken, by("a")),
			of("c", finding.Broken, by("b"))}, "other a(b+ c)"},
		"of itself":           {[]*reported{other, of("a", finding.Broken, by("a"))}, "other a"},
		"of one that is held": {[]*reported{of("a", finding.Held), of("b", finding.Broken, by("a"))}, "a b"},
		"of one that is gone": {[]*reported{other, of("b", finding.Broken, by("a"))}, "other b"},
		"of the nearest": {[]*reported{other, of("a", finding.Broken),
			of("b", finding.Broken, by("gone"), by("a"), by("other"))}, "other a(b+)"},
		"unknown of unknown":    {[]*reported{other, of("a", finding.Unknown), of("b", finding.Unknown, by("a"))}, "other a b"},
		"an outcome of unknown": {[]*reported{other, of("a", finding.Unknown), outcome(of("b", finding.Unknown, by("a")))}, "other a(b+)"},
		"of an outcome":         {[]*reported{other, outcome(of("a", finding.Broken)), of("b", finding.Broken, by("a"))}, "other a b"},
		"mended together":       {[]*reported{other, of("a", finding.Broken), of("b", finding.Broken, same("a"))}, "other a(b+=)"},
		"perhaps mended":        {[]*reported{other, of("a", finding.Broken), of("b", finding.Unknown, same("a"))}, "other a b"},
	} {
		findings, outcomes := explained(x.all)
		var said []string
		told := 0
		for _, f := range findings {
			var leads []string
			for _, o := range f.LeadsTo {
				mark := o.Message
				if o.Said {
					mark += "+"
				}
				if o.Also {
					mark += "="
				}
				leads = append(leads, mark)
				told++
				if alone, ok := outcomes[o.Fingerprint]; !ok || alone.Message != o.Message {
					t.Errorf("%s: by itself %s is %+v", name, o.Message, alone)
				}
			}
			one := f.Message
			if len(leads) > 0 {
				one += "(" + strings.Join(leads, " ") + ")"
			}
			said = append(said, one)
		}
		if got := strings.Join(said, " "); got != x.want || len(outcomes) != told {
			t.Errorf("%s: %s, want %s, and %d by themselves", name, got, x.want, len(outcomes))
		}
		other.LeadsTo = nil
	}
}

// Each doubt is added to what is said, and to the doubt alone; without any it is told as before.
func TestDoubtsAreAdded(t *testing.T) {
	j := Judgement{Message: "it holds"}
	j.DoubtedBy("x may differ")
	if j.Message != "it holds; but x may differ" || j.Doubt != "x may differ" || j.Undoubted != "it holds" {
		t.Errorf("%+v", j)
	}
	j.DoubtedBy("so may y")
	if j.Message != "it holds; but x may differ; but so may y" || j.Doubt != "x may differ; but so may y" || j.Undoubted != "it holds" {
		t.Errorf("%+v", j)
	}
	j = Judgement{Message: "who knows"}
	if j.add("; and z"); j.Message != "who knows; and z" || j.Doubt != "" {
		t.Errorf("%+v", j)
	}
	file := origin.Unread{Of: "a.yaml", Cause: origin.Unreadable, Reason: "is no YAML"}
	if j := (Judgement{Verdict: finding.Held, Message: "m"}).WithDoubt([]origin.Unread{file, file}); len(j.Evidence) != 1 {
		t.Errorf("twice: %+v", j.Evidence)
	}
}

// rendered is a unit with a Deployment of a size in a namespace.
func rendered(kind, path, namespace string, replicas int) *estate.Unit {
	w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: namespace, Kind: "Deployment", Name: "web"}, Replicas: replicas, Scaled: true}
	return &estate.Unit{Kind: kind, Path: path, Name: path,
		Estate: &estate.Estate{Kubernetes: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}}}
}

func saidOf(kind, namespace, file string, verdict finding.Verdict) finding.Finding {
	return finding.Finding{
		Obligation: "o", Verdict: verdict, Message: "m", Severity: "low", Fingerprint: file, Position: origin.Position{File: file, Line: 1},
		Subject: finding.Subject{Kind: kind, Namespace: namespace, Name: "web"},
	}
}

// What is unknown of an object that two units state is told once as well, wherever they put it;
// what is held, and what one unit says twice, stays. What was given is not changed.
func TestWhatIsSaidOnce(t *testing.T) {
	one := []Result{{Findings: []finding.Finding{saidOf("Deployment", "", "a.yaml", finding.Broken)}}}
	if got := Renditions(one, []*estate.Unit{rendered("chart", "helm-chart", "", 1)}); len(got) != 1 || len(got[0].Findings) != 1 {
		t.Errorf("of one unit: %+v", got)
	}
	files := func(namespace string, verdict finding.Verdict) []finding.Finding {
		return []finding.Finding{saidOf("Deployment", namespace, "deploy/a.yaml", verdict)}
	}
	chart := func(verdict finding.Verdict) []finding.Finding {
		return []finding.Finding{saidOf("Deployment", "", "helm-chart/b.yaml", verdict)}
	}
	for name, x := range map[string]struct {
		files, chart []finding.Finding
		namespace    string // of the plain files
		want         string
	}{
		"unknown":           {files("", finding.Unknown), chart(finding.Unknown), "", "0 1"},
		"broken":            {files("", finding.Broken), chart(finding.Broken), "", "0 1"},
		"held":              {files("", finding.Held), chart(finding.Held), "", "1 1"},
		"another namespace": {files("shop", finding.Broken), chart(finding.Broken), "shop", "0 1"},
		"twice in one": {[]finding.Finding{saidOf("PodDisruptionBudget", "", "deploy/a.yaml", finding.Broken),
			saidOf("PodDisruptionBudget", "", "deploy/c.yaml", finding.Broken)},
			nil, "", "2 0"},
	} {
		for i := range x.chart {
			x.chart[i].Evidence = make([]finding.Evidence, 1, 4)
		}
		results := []Result{{Findings: x.files}, {Findings: x.chart}}
		all := Renditions(results, []*estate.Unit{rendered(estate.Files, ".", x.namespace, 1), rendered("chart", "helm-chart", "", 1)})
		if got := fmt.Sprint(len(all[0].Findings), len(all[1].Findings)); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
		for _, f := range x.chart {
			if f.Evidence[:2][1].Text != "" {
				t.Errorf("%s: what was given has changed: %+v", name, f.Evidence[:2])
			}
		}
	}
}

// Two units state one thing where they have the same workload, or the PDB is of none; of one
// file that holds where one of them stands in the other.
func TestSameThing(t *testing.T) {
	r := renditions{units: []*estate.Unit{
		rendered("chart", "helm-chart", "", 1), rendered("kustomization", "kustomize", "", 1), rendered("kustomization", "manifests", "", 2),
		rendered("argocd", "apps", "", 1), rendered("argocd", "apps/web", "", 1),
	}}
	deployment, gone, budget := saidOf("Deployment", "", "a.yaml", finding.Broken), saidOf("Deployment", "", "a.yaml", finding.Broken),
		saidOf("PodDisruptionBudget", "", "a.yaml", finding.Broken)
	gone.Subject.Name = "gone"
	line := deployment
	line.Position.Line = 2
	for name, x := range map[string]struct {
		a, b   finding.Finding
		in, of int
		want   bool
	}{
		"the same":                         {deployment, deployment, 0, 1, true},
		"another size":                     {deployment, deployment, 0, 2, false},
		"a PDB":                            {budget, budget, 0, 1, true},
		"of a workload that neither has":   {gone, gone, 0, 1, false},
		"of one that the first has":        {deployment, gone, 0, 1, false},
		"of one that the second has":       {gone, deployment, 0, 1, false},
		"a PDB, and a workload":            {budget, deployment, 0, 1, false},
		"what is applied":                  {deployment, deployment, 0, 3, false},
		"of one file, one in the other":    {deployment, deployment, 3, 4, true},
		"of two lines, one in the other":   {deployment, line, 3, 4, false},
		"of one file, beside each other":   {deployment, deployment, 4, 1, false},
		"a PDB of one file, in each other": {budget, budget, 3, 4, true},
	} {
		if got := r.same(&x.a, x.in, &x.b, x.of); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	u := rendered("chart", "c", "shop", 1)
	for s, want := range map[finding.Subject]bool{
		{Kind: "Deployment", Namespace: "shop", Name: "web"}: true, {Kind: "StatefulSet", Namespace: "shop", Name: "web"}: false,
		{Kind: "Deployment", Namespace: "bank", Name: "web"}: false, {Kind: "Deployment", Namespace: "shop", Name: "api"}: false,
	} {
		if got := workload(u, s); (got != nil) != want {
			t.Errorf("%+v: %v", s, got)
		}
	}
}

// Of several the gravest stands for the others, and of those what something builds.
func TestWhichOneIsKept(t *testing.T) {
	units := []*estate.Unit{rendered(estate.Files, ".", "", 1), rendered("chart", "helm-chart", "", 1), rendered("kustomization", "k", "", 1)}
	for severities, want := range map[string]int{
		"low low low": 1, "high low low": 0, "low low high": 2, "low medium medium": 1, "medium high low": 1, "high high low": 1,
		"medium low low": 0,
	} {
		of := told{units: []int{0, 1, 2}}
		for _, s := range strings.Fields(severities) {
			of.findings = append(of.findings, &finding.Finding{Severity: s})
		}
		if got := slices.Index(of.findings, of.kept(units)); got != want {
			t.Errorf("%s: %d, want %d", severities, got, want)
		}
	}
}

// Another unit says the same elsewhere; the unit itself, and what stands in the same place, do not.
func TestOthersThatSayIt(t *testing.T) {
	at := func(file string) origin.Position { return origin.Position{File: file, Line: 1} }
	all := []rival{{0, "low", at("a.yaml")}, {0, "low", at("b.yaml")}, {1, "low", at("a.yaml")}, {1, "low", at("c.yaml")}}
	if got := others(all, 0, at("a.yaml")); len(got) != 1 || got[0].Position != at("c.yaml") {
		t.Errorf("%+v", got)
	}
	nowhere := saidOf("Deployment", "", "", finding.Broken)
	somewhere := saidOf("Deployment", "", "a.yaml", finding.Broken)
	results := []Result{{Findings: []finding.Finding{somewhere}}, {Findings: []finding.Finding{nowhere}}}
	told := Distinct(results, []*estate.Unit{{Alternative: true}, {Alternative: true}})
	if f := told[0].Findings; len(f) != 1 || len(f[0].Evidence) > 0 || len(told[1].Findings) != 1 {
		t.Errorf("of what stands nowhere: %+v", told)
	}
	same := saidOf("Deployment", "", "a.yaml", finding.Broken)
	three := []Result{{Findings: []finding.Finding{same}}, {Findings: []finding.Finding{same}}, {Findings: []finding.Finding{same}}}
	told = Distinct(three, []*estate.Unit{{}, {}, {Trial: true}})
	if len(told[0].Findings)+len(told[1].Findings) != 2 || len(told[2].Findings) != 0 {
		t.Errorf("of two environments and a trial: %+v", told)
	}
}
