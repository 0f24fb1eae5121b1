package custom

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/finding"
)

// What does not fit the types is told with the line of the expression.
func TestCompile(t *testing.T) {
	for _, x := range []struct {
		kind, text string
		line       int
		want       string
	}{
		{OfWorkload, "workload.replica > 1", 1, "undefined field 'replica'"},
		{OfWorkload, "workload.replicas >\n  \"a\"", 1, "no matching overload for '_>_' applied to '(int, string)'"},
		{OfWorkload, "workload.replicas > 1 &&\n  workload.nane == 'x'", 2, "undefined field 'nane'"},
		{OfWorkload, "workload.replicas", 1, "is a int, wants true (held) or false (broken)"},
		{OfWorkload, "budget.name == ''", 1, "undeclared reference to 'budget'"},
		{OfWorkload, "workload.replicas > 1 &&", 1, "Syntax error: "},
		{OfBudget, "budget.maxUnavailable == 1", 1, "no matching overload"},
		{OfPool, "pool.budgets.exists(b, b.node == '0')", 1, "undefined field 'node'"},
	} {
		_, err := Compile(x.kind, x.text)
		var fault *Fault
		if !errors.As(err, &fault) || fault.Line != x.line || !strings.Contains(fault.Msg, x.want) || strings.Contains(fault.Msg, "\n") {
			t.Errorf("%s: %v on line %d, want %q on %d", x.text, err, fault.Line, x.want, x.line)
		}
	}
}

// An expression is true of what is held; one that cannot be worked out, or costs too much,
// is neither.
func TestJudge(t *testing.T) {
	web := &Workload{
		Namespace: "shop", Kind: "Deployment", Name: "web", Labels: map[string]string{"team": "a"}, Replicas: 3, Images: []string{"web"},
		Grace: time.Minute, Budgets: []*Budget{{Name: "web", MaxUnavailable: "1"}},
	}
	pool := &Pool{Name: "spot", Expires: true, ExpireAfter: 14 * 24 * time.Hour, Budgets: []*NodeBudget{{Nodes: "10%", Reasons: []string{}}}}
	for _, x := range []struct {
		kind, text string
		of         any
		want       finding.Verdict
	}{
		{OfWorkload, `"team" in workload.labels && workload.replicas >= 2`, web, finding.Held},
		{OfWorkload, `"cost-center" in workload.labels`, web, finding.Broken},
		{OfWorkload, `workload.labels["cost-center"] == "1"`, web, finding.Unknown},
		{OfWorkload, `workload.grace >= duration("45s")`, web, finding.Held},
		{OfWorkload, `workload.budgets.exists(b, b.maxUnavailable == "1")`, web, finding.Held},
		{OfWorkload, `workload.images.all(i, i != "web")`, web, finding.Broken},
		{OfWorkload, `workload.name.startsWith("we") && workload.owner == ""`, web, finding.Held},
		{OfPool, `pool.budgets.all(b, b.nodes != "0") && pool.expireAfter < duration("500h")`, pool, finding.Held},
		{OfBudget, `budget.minAvailable == ""`, web.Budgets[0], finding.Held},
		{OfWorkload, strings.Repeat("[1,2,3,4,5,6,7,8,9,10].all(x, ", 6) + "true" + strings.Repeat(")", 6), web, finding.Unknown},
	} {
		e, err := Compile(x.kind, x.text)
		if err != nil {
			t.Errorf("%s: %v", x.text, err)
			continue
		}
		if got, why := e.Judge(x.of); got != x.want || (why == "") != (got != finding.Unknown) {
			t.Errorf("%s is %s (%s), want %s", x.text, got, why, x.want)
		}
	}
}
