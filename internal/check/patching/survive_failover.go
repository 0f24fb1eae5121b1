package patching

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// SurviveFailover looks whether a database that its provider patches has something to fail over to. Whether its
// clients connect again it cannot tell.
var SurviveFailover = check.Check{
	ID: "survive-failover", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		for i := range p.Estate.Database.Instances {
			x := &p.Estate.Database.Instances[i]
			if x.Standby != nil || x.Deployment != "" && p.Catalog.Offering(x.Offering).Databases.Standby.Members {
				return false
			}
		}
		return true
	}},
	Run: standby,
}

func standby(p *check.Pass) {
	for _, m := range fleet(p) {
		if j, ok := m.standby(p); ok {
			p.Report(j)
		}
	}
}

// standby is the judgement on one database; false for a copy of another one, and where nobody says anything of it.
func (m members) standby(p *check.Pass) (j check.Judgement, ok bool) {
	e := &p.Estate.Database
	first := &e.Instances[m[0]]
	if strings.HasPrefix(first.Role, "read replica") {
		return j, false
	}
	j = check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: first.Position}
	of := &p.Catalog.Offering(first.Offering).Databases.Standby
	known := of.Members && first.Deployment != ""
	has := len(m) > 1 && known
	evidence := fmt.Sprintf("its cluster has %s", words.Count(len(m), "instance"))
	for _, i := range m {
		if s := e.Instances[i].Standby; s != nil {
			known, has = true, has || *s
			evidence = map[bool]string{true: of.Has, false: of.Lacks}[*s]
		}
	}
	switch {
	case !known:
		return j, false
	case has:
		j.Verdict, j.Message = finding.Held, "it has a standby to fail over to"
	default:
		j.Verdict, j.Message = finding.Broken, "it has nothing to fail over to"
		j.Consequence = "Each patch that needs a restart is an outage for as long as it takes, at an hour of the provider's."
		if of.Loses != "" {
			j.Consequence += " " + of.Loses
		}
		j.Fix = &finding.Fix{Summary: of.Fix}
	}
	j.Evidence = []finding.Evidence{{Text: evidence, Position: first.Position}}
	return j, true
}
