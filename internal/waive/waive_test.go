package waive

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

var rules = Rules{Obligations: []string{"budget-gap", "pdb-missing", "single-replica", "survives-replacement"}, Today: "2026-11-29"}

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"pdb-missing: by hand":                                      "pdb-missing(by hand)",
		"pdb-missing: by hand; until 2027-01-31":                    "pdb-missing(by hand;2027-01-31)",
		"  pdb-missing :  by hand ;  UNTIL   2027-01-31  ":          "pdb-missing(by hand;2027-01-31)",
		"pdb-missing: by hand; until 2026-11-29":                    "pdb-missing(by hand;2026-11-29)",
		"pdb-missing: by hand; until 2026-11-28":                    "!it ended on 2026-11-28",
		"pdb-missing: by hand; until next year":                     "!until next year is no date",
		"pdb-missing: by hand; until":                               "!until then is no date",
		"pdb-missing: by hand; until 2027-02-30":                    "!until 2027-02-30 is no date",
		"pdb-missing: until 2027-01-31":                             "!it has no reason",
		"pdb-missing: ; until 2027-01-31":                           "!it has no reason",
		"pdb-missing:":                                              "!it has no reason",
		"pdb-missing: ...":                                          "!it has no reason",
		"pdb-missing":                                               "!it has no reason",
		"pdb-mising: by hand":                                       "!there is no obligation pdb-mising (did you mean pdb-missing?)",
		"*: by hand":                                                "!there is no obligation *",
		"pdb-missing: see https://x.example/a:b; it is known":       "pdb-missing(see https://x.example/a:b; it is known)",
		"pdb-missing: waits until 2020; we know":                    "pdb-missing(waits until 2020; we know)",
		"pdb-missing, single-replica: by hand":                      "pdb-missing(by hand) single-replica(by hand)",
		"pdb-missing: a | single-replica: b; until 2027-01-31":      "pdb-missing(a) single-replica(b;2027-01-31)",
		"pdb-missing: a\nsingle-replica: b\n\n":                     "pdb-missing(a) single-replica(b)",
		"pdb-missing: a\n\tsingle-replica: ; until 2027-01-31\n|\n": "pdb-missing(a) !it has no reason",
		"":                        "",
		"pdb-missing, : a":        "pdb-missing(a) !there is no obligation ",
		"pdb-missing: für später": "pdb-missing(für später)",
		"pdb-missing: 日本":         "pdb-missing(日本)",
		"pdb-missing: by hand; until 2027-01-31; and then some":     "!until 2027-01-31; and then some is no date",
		"pdb-missing: untilted":                                     "pdb-missing(untilted)",
		"pdb-missing: a; until 2027-01-31\r\nsingle-replica: b\r\n": "pdb-missing(a;2027-01-31) single-replica(b)",
	} {
		var got []string
		waivers, ignored := Parse(text, rules)
		for _, w := range waivers {
			got = append(got, strings.Replace(fmt.Sprintf("%s(%s;%s)", w.Obligation, w.Reason, w.Until), ";)", ")", 1))
		}
		for _, x := range ignored {
			said := "!" + x.Reason
			if strings.HasPrefix(x.Hint, "did you") {
				said += " (" + x.Hint + ")"
			}
			got = append(got, said)
		}
		if said := strings.Join(got, " "); said != want {
			t.Errorf("%q\nis   %s\nwant %s", text, said, want)
		}
	}
}

// On what a mark is, by the object that carries it.
func TestMarks(t *testing.T) {
	cr := kubernetes.Ref{Namespace: "shop", Kind: "MongoDBCommunity", Name: "db"}
	e := &kubernetes.Estate{
		Workloads: []kubernetes.Workload{
			{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}},
			{Ref: kubernetes.Ref{Namespace: "shop", Kind: "StatefulSet", Name: "db"}, MadeBy: &kubernetes.Maker{Ref: cr}},
			{Ref: kubernetes.Ref{Namespace: "jobs", Kind: "Deployment", Name: "web"}},
		},
		Budgets: []kubernetes.Budget{
			{Namespace: "shop", Name: "web", Selector: labels.SelectorFromSet(labels.Set{"app": "web"})},
			{Namespace: "shop", Name: "db", Selector: labels.Nothing(), MadeBy: &kubernetes.Maker{Ref: cr}},
		},
	}
	for i := range e.Workloads {
		e.Workloads[i].Template.Labels = map[string]string{"app": e.Workloads[i].Name}
	}
	subjects := []finding.Subject{
		{Namespace: "shop", Kind: "Deployment", Name: "web"}, {Namespace: "shop", Kind: "PodDisruptionBudget", Name: "web"},
		{Namespace: "shop", Kind: "StatefulSet", Name: "db"}, {Namespace: "shop", Kind: "PodDisruptionBudget", Name: "db"},
		{Namespace: "jobs", Kind: "Deployment", Name: "web"}, {Kind: "NodePool", Name: "spot"},
	}
	for name, x := range map[string]struct {
		on   kubernetes.Ref
		want string
	}{
		"a workload":        {e.Workloads[0].Ref, "shop/web/Deployment"},
		"its budget":        {e.Budgets[0].Ref(), "shop/web/Deployment shop/web/PodDisruptionBudget"},
		"its namespace":     {kubernetes.Ref{Kind: "Namespace", Name: "jobs"}, "jobs/web/Deployment"},
		"a pool":            {kubernetes.Ref{Kind: "NodePool", Name: "spot"}, "/spot/NodePool"},
		"a custom resource": {cr, "shop/db/StatefulSet shop/db/PodDisruptionBudget"},
	} {
		mark := kubernetes.Mark{Object: x.on, Key: "waive", Text: "pdb-missing: by hand", Position: origin.Position{File: "a.yaml", Line: 7}}
		e.Marks = []kubernetes.Mark{mark}
		waivers, ignored := Marks(e, rules)
		if len(waivers) != 1 || len(ignored) != 0 || waivers[0].Position.Line != 7 {
			t.Fatalf("%s: %v %v", name, waivers, ignored)
		}
		var on []string
		for _, s := range subjects {
			if waivers[0].On(s, origin.Position{}) {
				on = append(on, s.Namespace+"/"+s.Name+"/"+s.Kind)
			}
		}
		if got := strings.Join(on, " "); got != x.want {
			t.Errorf("%s: is on %s, want %s", name, got, x.want)
		}
	}
}

func TestMarksThatDoNotCount(t *testing.T) {
	on := kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}
	for _, x := range []struct{ key, text, why string }{
		{"waive", "pdb-missing", "it has no reason"},
		{"wave", "pdb-missing: x", "onus knows no such annotation; did you mean onus.dev/waive?"},
		{"x", "", "onus knows no such annotation; there is onus.dev/floor, onus.dev/owner, onus.dev/waive"},
		{"floor", "two", "it is no number of ready pods"},
		{"floor", "-1", "it is no number of ready pods"},
		{"floor", "0", ""},
		{"owner", "payments", ""},
	} {
		_, ignored := Marks(&kubernetes.Estate{Marks: []kubernetes.Mark{{Object: on, Key: x.key, Text: x.text}}}, rules)
		got := ""
		for _, i := range ignored {
			if got = i.Reason; x.key != "waive" && i.Hint != "" {
				got += "; " + i.Hint
			}
			if i.By != "annotation of Deployment shop/web" {
				t.Errorf("%s: stands in the %s", x.key, i.By)
			}
		}
		if got != x.why {
			t.Errorf("%s: %s: %q, want %q", x.key, x.text, got, x.why)
		}
	}
}

// What comes of a waived finding is accepted with it on the same object, and told by
// itself on others.
func TestApply(t *testing.T) {
	of := func(obligation string, verdict finding.Verdict, kind, name string) finding.Finding {
		return finding.Finding{Obligation: obligation, Verdict: verdict, Subject: finding.Subject{Unit: "charts/x", Kind: kind, Name: name}}
	}
	own := of("survives-replacement", finding.Broken, "NodePool", "spot")
	other := of("survives-replacement", finding.Broken, "Deployment", "web")
	own.Fingerprint, other.Fingerprint = "own", "other"
	pool := of("budget-gap", finding.Broken, "NodePool", "spot")
	pool.LeadsTo = []finding.Outcome{own.Told(), other.Told()}
	all := []finding.Finding{
		pool, of("budget-gap", finding.Held, "NodePool", "spot"), of("budget-gap", finding.Unknown, "NodePool", "spot"),
		of("pdb-missing", finding.Broken, "NodePool", "spot"), of("budget-gap", finding.Broken, "NodePool", "od"),
		of("budget-gap", finding.Unknown, "NodePool", ""),
	}
	w := &Waiver{Obligation: "budget-gap", Reason: "by hand", On: func(s finding.Subject, _ origin.Position) bool {
		return s.Unit == "" && (s.Name == "spot" || s.Name == "")
	}}
	var got []string
	for _, x := range Apply(all, finding.Explained{"own": own, "other": other}, []*Waiver{w}) {
		said := string(x.Verdict) + " " + x.Obligation + " " + x.Subject.Name
		if x.Waiver != nil {
			said += fmt.Sprintf(" (was %s, %d)", x.Waiver.Was, len(x.LeadsTo))
		}
		got = append(got, said)
	}
	want := "waived budget-gap spot (was broken, 1), held budget-gap spot, waived budget-gap spot (was unknown, 0), " +
		"broken pdb-missing spot, broken budget-gap od, unknown budget-gap , broken survives-replacement web"
	if said := strings.Join(got, ", "); said != want {
		t.Errorf("is\n%s, want\n%s", said, want)
	}
	if w.Findings != 2 || all[0].Verdict != finding.Broken || len(all[0].LeadsTo) != 2 {
		t.Errorf("waived %d, and changed what it was given: %+v", w.Findings, all[0])
	}
}
