package kubernetes

import (
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// What a Karpenter pool says of its terms is kept as written, and read here and
// nowhere else.

// Expires is how old the pool lets its nodes get.
func (p *Pool) Expires() contract.ExpireAfter {
	x, _ := contract.ParseExpireAfter(p.ExpireAfter) // what cannot be read says so itself
	return x
}

// Expires is how old the claim lets its node get.
func (c *NodeClaim) Expires() contract.ExpireAfter {
	switch {
	case c == nil || c.ExpireAfter == 0:
		return contract.ExpireAfter{}
	case c.ExpireAfter == Never:
		return contract.NeverExpires
	}
	return contract.ExpiresAfter(c.ExpireAfter)
}

// GracePeriod is how long a drain of the pool's nodes waits at most; 0 for
// without end, which is also what Karpenter makes of none.
func (p *Pool) GracePeriod() time.Duration {
	d, _ := time.ParseDuration(p.Grace) // 0 where it is not set
	return max(d, 0)
}

// ConsolidatesAfter is how long a node of the pool has to be left alone by pods
// until it is consolidated; false where the pool says Never.
func (p *Pool) ConsolidatesAfter() (time.Duration, bool) {
	if p.ConsolidateAfter == "Never" {
		return 0, false
	}
	d, _ := time.ParseDuration(p.ConsolidateAfter) // 0 where it is not set
	return d, true
}

// NodeBudgets are the pool's budgets, or those that the API server gives to one
// that says nothing about them. The reader held them against the patterns of
// the CRD. Those let through a schedule that cron cannot parse, which is a
// fault that disruption.ParseNodeBudgets keeps.
func (p *Pool) NodeBudgets() []disruption.NodeBudget {
	if p.Budgets == nil {
		return disruption.DefaultNodeBudgets
	}
	all := make([]disruption.NodeBudget, len(p.Budgets))
	for i, b := range p.Budgets {
		all[i] = disruption.NodeBudget{Nodes: b.Nodes, Schedule: b.Schedule, Reasons: b.Reasons}
		all[i].Duration, _ = time.ParseDuration(b.Duration)
	}
	return all
}

// Settings are what the pool says of how its nodes go when they are replaced.
func (p *Pool) Settings() contract.Settings {
	return contract.Settings{Drain: p.DrainTimeout, Detach: p.Detach, Rolling: p.Rolling, Soak: p.Soak, OnDelete: p.OnDelete}
}
