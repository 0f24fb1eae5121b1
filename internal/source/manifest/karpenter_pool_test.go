package manifest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
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
	b, at := p.NodeBudgets().Written(), p.BudgetsAt
	if !p.WhenEmpty || p.ConsolidateAfter != time.Minute || len(b) != 3 || len(at) != 3 {
		t.Fatalf("%+v", p)
	}
	if b[0].Nodes != "2" || b[0].Schedule != "0 2 * * 6" || b[0].Duration != 4*time.Hour+30*time.Minute || len(b[0].Reasons) != 1 ||
		at[0].Line != 9 {
		t.Errorf("%+v", b[0])
	}
	// The default of nodes is the CRD's; an empty list of reasons is none of them.
	if b[1].Nodes != "10%" || b[1].Reasons == nil || len(b[1].Reasons) != 0 || at[1].Line != 13 {
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

// Terms of pools and claims that the API server would take are typed; what the
// patterns of the CRDs refuse is a fault on its line.
//
// Source: the patterns of expireAfter, terminationGracePeriod and
// consolidateAfter in pkg/apis/crds of Karpenter 1.14.
func TestTermsOfNodes(t *testing.T) {
	of := func(terms string) string {
		return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      " + terms + "\n"
	}
	for terms, want := range map[string]kubernetes.Pool{
		"expireAfter: Never":                {ExpireAfter: contract.NeverExpires},
		"expireAfter: 1h30m":                {ExpireAfter: contract.ExpiresAfter(90 * time.Minute)},
		"expireAfter: null":                 {},
		"terminationGracePeriod: 30m":       {Grace: 30 * time.Minute},
		"terminationGracePeriod: 0s":        {Grace: kubernetes.AtOnce},
		"terminationGracePeriod: null":      {},
		"nodeClassRef: {kind: NodeClass}":   {},
		"terminationGracePeriod: 1h5m5s":    {Grace: time.Hour + 5*time.Minute + 5*time.Second},
		"{ terminationGracePeriod: \"1s\"}": {Grace: time.Second},
	} {
		if p := mustRead(t, of(terms)).Pools[0]; p.ExpireAfter != want.ExpireAfter || p.Grace != want.Grace {
			t.Errorf("%s: expires %s, grace %s", terms, p.ExpireAfter, p.Grace)
		}
	}
	for terms, want := range map[string]string{
		"expireAfter: 30d":              `7: spec.template.spec.expireAfter: is "30d", wants a duration such as 336h, or Never`,
		"expireAfter: never":            `7: spec.template.spec.expireAfter: is "never", wants a duration such as 336h, or Never`,
		`expireAfter: ""`:               `7: spec.template.spec.expireAfter: is "", wants a duration such as 336h, or Never`,
		"terminationGracePeriod: -30m":  `7: spec.template.spec.terminationGracePeriod: is "-30m", wants a duration such as 30m`,
		"terminationGracePeriod: Never": `7: spec.template.spec.terminationGracePeriod: is "Never", wants a duration such as 30m`,
		"terminationGracePeriod: 1.5h":  `7: spec.template.spec.terminationGracePeriod: is "1.5h", wants a duration such as 30m`,
	} {
		if _, err := readFrom(strings.NewReader(of(terms))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", terms, err, want)
		}
	}
	claim := "apiVersion: karpenter.sh/v1\nkind: NodeClaim\nmetadata: {name: c}\nspec:\n  terminationGracePeriod: -1h\n"
	if _, err := readFrom(strings.NewReader(claim)); err == nil || !strings.Contains(err.Error(), "5: spec.terminationGracePeriod") {
		t.Errorf("a claim: %v", err)
	}
	for after, want := range map[string]time.Duration{"Never": kubernetes.Never, "0s": 0, "null": 0, "2m": 2 * time.Minute} {
		text := "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {disruption: {consolidateAfter: " + after + "}}\n"
		if p := mustRead(t, text).Pools[0]; p.ConsolidateAfter != want {
			t.Errorf("%s: %s", after, p.ConsolidateAfter)
		}
	}
	text := "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {disruption: {consolidateAfter: soon}}\n"
	if _, err := readFrom(strings.NewReader(text)); err == nil ||
		!strings.Contains(err.Error(), `spec.disruption.consolidateAfter: is "soon"`) {
		t.Errorf("consolidateAfter: %v", err)
	}
}
