package check

import (
	"cmp"
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/purpose"
)

// foremost is the one of those of one cause that is told: the gravest; of several the one that
// most depends on, which is that of production, and then that with the most pods.
func (c *copies) foremost(all []member) member {
	return slices.MinFunc(all, func(a, b member) int {
		return cmp.Or(
			cmp.Compare(slices.Index(finding.Severities, a.Severity), slices.Index(finding.Severities, b.Severity)),
			cmp.Compare(c.standing(a), c.standing(b)),
			cmp.Compare(c.pods(b), c.pods(a)),
		)
	})
}

// standing is how far what a finding is about is from production, by what its unit is called.
func (c *copies) standing(m member) purpose.Standing {
	u := c.units[m.unit]
	if u.Trial {
		return purpose.Tried
	}
	return purpose.StandingOf(u.Name + "/" + u.Environment)
}

func (c *copies) pods(m member) int {
	if w := c.workload(m); w != nil {
		return w.AtLeast()
	}
	return 0
}
