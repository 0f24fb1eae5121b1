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

// All that a pool says of how its nodes go is handed on.
func TestSettingsOfPools(t *testing.T) {
	p := Pool{Rolling: contract.Rolling{Surge: contract.Pace{Kind: contract.PaceNodes, Nodes: 2}},
		Soak: time.Minute, OnDelete: true, InPlace: true,
		DrainTimeout: time.Hour, Detach: contract.Forever}
	want := contract.Settings{Drain: time.Hour, Detach: contract.Forever, Rolling: p.Rolling, Soak: time.Minute, OnDelete: true, InPlace: true}
	if got := p.Settings(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A claim's age limit, and that of a node that has no claim.
func TestExpiryOfClaims(t *testing.T) {
	var none *NodeClaim
	if none.Expires() != (contract.ExpireAfter{}) || (&NodeClaim{ExpireAfter: contract.NeverExpires}).Expires() != contract.NeverExpires {
		t.Error("expireAfter of a claim")
	}
}
