package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// poolsAdmitted says of Karpenter's node pools what their platform refuses of them. What runs in
// a cluster was admitted there. Where --as asks what if they ran elsewhere, what does not work
// there is listed as such.
func poolsAdmitted(p *check.Pass) {
	for _, x := range poolsOf(p) {
		if on := x.at.Offering; x.Held || on == nil || on.Undecided() || len(x.at.Also) > 0 || x.at.Basis == locate.Asked || !replaced(&x.at) {
			continue
		}
		has := fields.OfPool(x.Pool)
		for _, u := range p.Catalog.UnsupportedOn(x.at.Offering) {
			if u.On != "pool" {
				continue
			}
			evidence, ok := has.Match(u.Rule())
			if !ok {
				continue
			}
			x.report(p, check.Judgement{
				Verdict: finding.Broken, Settled: true, Position: x.Position, Severity: u.Weight(), Consequence: u.Then,
				Message:  fmt.Sprintf("asks for what %s does not support: %s", x.at.Offering.Title, small(u.Is)),
				Evidence: []finding.Evidence{{Text: evidence, Position: x.Position}},
				Fix:      &finding.Fix{Summary: small(strings.TrimSuffix(u.Cure, "."))},
			})
			break // the rest goes with the same edit
		}
	}
}
