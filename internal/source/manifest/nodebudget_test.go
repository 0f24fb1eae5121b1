package manifest

import (
	"errors"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/document"
)

const budgetedPool = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: default}
spec:
  disruption:
    consolidationPolicy: WhenEmpty
    consolidateAfter: 1m
    budgets:
      - nodes: "2"
        schedule: 0 2 * * 6
        duration: 4h30m
        reasons: [Drifted]
      - reasons: []
      - nodes: "0"
`

func TestNodeBudgets(t *testing.T) {
	e, err := readFrom(strings.NewReader(budgetedPool))
	if err != nil {
		t.Fatal(err)
	}
	p := e.Pools[0]
	if p.Consolidation != "WhenEmpty" || p.ConsolidateAfter != "1m" || len(p.Budgets) != 3 {
		t.Fatalf("%+v", p)
	}
	b := p.Budgets
	if b[0].Nodes != "2" || b[0].Schedule != "0 2 * * 6" || b[0].Duration != "4h30m" || len(b[0].Reasons) != 1 || b[0].Position.Line != 9 {
		t.Errorf("%+v", b[0])
	}
	// The default of nodes is the CRD's; an empty list of reasons is none of them.
	if b[1].Nodes != "10%" || b[1].Reasons == nil || len(b[1].Reasons) != 0 || b[1].Position.Line != 13 {
		t.Errorf("%+v", b[1])
	}
	if b[2].Nodes != "0" || b[2].Reasons != nil {
		t.Errorf("%+v", b[2])
	}
}

// An empty list is no list left out.
func TestNodeBudgetsOfNone(t *testing.T) {
	for docs, none := range map[string]bool{
		"{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: a}, spec: {disruption: {budgets: []}}}": false,
		"{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: a}, spec: {disruption: {}}}":            true,
		"{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: a}, spec: {}}":                          true,
	} {
		e, err := readFrom(strings.NewReader(docs))
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Pools[0].Budgets; (got == nil) != none {
			t.Errorf("%s: %#v", docs, got)
		}
	}
}

// What the API server refuses is refused here, at its line.
func TestNodeBudgetsRefused(t *testing.T) {
	for _, test := range []struct {
		old, new, field string
		line            int
	}{
		{`"2"`, `"2x"`, "nodes", 9},
		{`"2"`, `"101%"`, "nodes", 9},
		{`"2"`, `"-1"`, "nodes", 9},
		{"0 2 * * 6", "0 2 * *", "schedule", 10},
		{"0 2 * * 6", "'@wrongly'", "schedule", 10},
		{"4h30m", "1d", "duration", 11},
		{"4h30m", "90s", "duration", 11},
		{"        duration: 4h30m\n", "", "budgets", 9},
		{"        schedule: 0 2 * * 6\n", "", "budgets", 9},
		{"[Drifted]", "[Expired]", "reasons", 12},
	} {
		_, err := readFrom(strings.NewReader(strings.Replace(budgetedPool, test.old, test.new, 1)))
		var fault *document.Error
		if !errors.As(err, &fault) || fault.Line != test.line || !strings.Contains(fault.Field, test.field) {
			t.Errorf("%s for %s: %v", test.new, test.old, err)
		}
	}
}
