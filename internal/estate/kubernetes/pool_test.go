package kubernetes

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// A pool that says nothing of budgets has the default; one that says none has none.
func TestNodeBudgetsOfPools(t *testing.T) {
	none := disruption.ParseNodeBudgets(nil)
	frozen := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "5", Schedule: "0 24 * * *", Duration: 8 * time.Hour}})
	for _, c := range []struct {
		name    string
		in      *disruption.NodeBudgets
		allowed int
		faults  int
	}{
		{"nothing said", nil, 2, 0},
		{"an empty list", &none, disruption.Unlimited, 0},
		{"a schedule that cron cannot parse", &frozen, 0, 1},
	} {
		b := (&Pool{Budgets: c.in}).NodeBudgets()
		if got := b.Allowed(time.Time{}, 20, disruption.Drifted); got != c.allowed || len(b.Invalid()) != c.faults {
			t.Errorf("%s: allows %d, %v", c.name, got, b.Err())
		}
	}
}

// A claim's age limit, and that of a node that has no claim.
func TestExpiryOfClaims(t *testing.T) {
	var none *NodeClaim
	if none.Expires() != (contract.ExpireAfter{}) || (&NodeClaim{ExpireAfter: contract.NeverExpires}).Expires() != contract.NeverExpires {
		t.Error("expireAfter of a claim")
	}
}
