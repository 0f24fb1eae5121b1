package report

import (
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// someMatrix has one service of which two obligations were assessed, and one of which none
// was, on a line of two layers.
func someMatrix() published.Matrix {
	return published.Matrix{
		Head: published.Head{Schema: published.MatrixSchema}, Date: "2026-11-29",
		Offerings: []published.MatrixOffering{{
			ID: "eks", Title: "EKS", Axis: "compute", Provider: "AWS", Services: 2, Layers: []published.MatrixLayer{
				{ID: "guest-os", Title: "Guest OS", Party: published.Provider, Sources: []string{"a"}, Read: "2026-11-22"},
				{ID: "workload", Title: "Workload", Party: published.Customer, NotAssessed: []published.MatrixObligation{{ID: "tested"}}},
				{ID: "cluster-upgrades", Title: "Upgrades", Party: published.Split, Duties: []published.Duty{
					{Title: "start", Party: published.Customer}, {Title: "roll", Party: published.Provider}}},
			},
		}},
		Services: []published.MatrixService{
			{Subject: finding.Subject{Namespace: "shop", Kind: "Deployment", Name: "web"}, Owner: "shopkeepers", Offering: "eks",
				Obligations: []published.MatrixObligation{
					{ID: "single-replica", Layer: "workload", Party: "customer", State: "broken", Severity: "high", LoadBearing: true,
						Evidence: "runs on a single pod", Date: "2026-11-28", Position: origin.Position{File: "web.yaml", Line: 3}},
					{ID: "pdb-missing", Layer: "elsewhere", State: "held", Evidence: "a PDB covers its pods"},
				}},
			{Subject: finding.Subject{Namespace: "shop", Kind: "Deployment", Name: "queue"}, Offering: "eks"},
		},
	}
}

// The table has a line for each layer of each service, and each obligation on one of its
// own, with who holds it.
func TestMatrixCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(written(t, someMatrix(), "csv", Screen{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, strings.Join([]string{row[3], row[6], row[7], row[8], row[9], row[10], row[12], row[15], row[16]}, " "))
	}
	want := []string{
		"web guest-os provider AWS     2026-11-22", "web workload customer shopkeepers single-replica broken yes 3 2026-11-28",
		"web cluster-upgrades split shopkeepers     ", "web elsewhere  shopkeepers pdb-missing held   ",
		"queue guest-os provider AWS     2026-11-22", "queue workload customer customer     ", "queue cluster-upgrades split split     ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The text says who holds each layer and each service, and what nobody looked at.
func TestMatrixText(t *testing.T) {
	text := strings.Join(strings.Fields(written(t, someMatrix(), "text", Screen{Width: 200})), " ")
	for _, want := range []string{
		"Guest OS AWS 2026-11-22", "Workload you tested", "Upgrades you: start; AWS: roll", "shop/web Deployment: eks, held by shopkeepers",
		"workload single-replica broken high Runs on a single pod. 2026-11-28", "shop/queue Deployment: eks, held by you nothing was assessed",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q\n%s", want, text)
		}
	}
}

// What names hold makes no row, no line and no formula.
func TestMatrixOfHostileNames(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := someMatrix()
		s := &m.Services[0]
		for _, of := range []*string{&s.Subject.Name, &s.Subject.Unit, &s.Owner, &s.Obligations[0].Evidence, &s.Obligations[0].Position.File} {
			*of = hostile.Draw(r, "name")
		}
		text := written(t, m, "csv", Screen{})
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != 8 || strings.Count(text, "\n") != 8 {
			r.Fatalf("%d rows, %v\n%q", len(rows), err, text)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
					r.Fatalf("a spreadsheet runs %q", cell)
				}
			}
		}
	})
}

// Who holds what is broken is told, the one who has the most first.
func TestOwnersWords(t *testing.T) {
	f := published.Findings{}
	add := func(owner string, verdict finding.Verdict, n int) {
		for range n {
			f.Findings = append(f.Findings, finding.Finding{Owner: owner, Verdict: verdict})
		}
	}
	add("", finding.Broken, 5)
	if got := ownersWords(&f); got != "" {
		t.Errorf("nobody is known, and it says %q", got)
	}
	add("a", finding.Unknown, 2)
	add("b", finding.Broken, 1)
	add("b", finding.Unknown, 1)
	add("c", finding.Held, 9)
	if got := ownersWords(&f); got != "By owner: b 1 broken, 1 unknown; a 2 unknown; nobody known 5 broken." {
		t.Error(got)
	}
	for i := range 12 {
		add(strings.Repeat("x", i+1), finding.Broken, 2)
	}
	if got := ownersWords(&f); !strings.HasSuffix(got, "; 7 more owners.") {
		t.Error(got)
	}
}

// What is broken or unknown is counted by namespace as well, where it is in several; what is
// in none comes last.
func TestNamespacesWords(t *testing.T) {
	f := published.Findings{}
	add := func(namespace string, verdict finding.Verdict) {
		f.Findings = append(f.Findings, finding.Finding{Subject: finding.Subject{Namespace: namespace}, Verdict: verdict})
	}
	add("shop", finding.Broken)
	add("jobs", finding.Held)
	if got := namespacesWords(&f); got != "" {
		t.Errorf("of one namespace %q", got)
	}
	add("", finding.Broken)
	add("jobs", finding.Unknown)
	add("jobs", finding.Broken)
	if got := namespacesWords(&f); got != "By namespace: jobs 1 broken, 1 unknown; shop 1 broken; of the cluster 1 broken." {
		t.Error(got)
	}
}
