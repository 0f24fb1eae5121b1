package patching

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
)

// ExposureClosed looks whether the address of a database is one of the Internet. Who a security group lets in
// it does not read.
var ExposureClosed = check.Check{
	ID: "exposure-closed", Axis: axis,
	Subjects: check.Subjects{Offerings: databases.Offerings, Untold: func(p *check.Pass) bool {
		for i := range p.Estate.Database.Instances {
			if p.Estate.Database.Instances[i].Public == nil {
				return true
			}
		}
		return false
	}},
	Run: exposed,
}

func exposed(p *check.Pass) {
	e := &p.Estate.Database
	for _, m := range fleet(p) {
		j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: e.Instances[m[0]].Position}
		open, told := 0, 0
		for _, i := range m {
			x := &e.Instances[i]
			if x.Public == nil {
				continue
			}
			told++
			if *x.Public {
				open++
				j.Position = x.Position
				j.Evidence = append(j.Evidence, finding.Evidence{Text: x.Name + " has a public address", Position: x.Position})
			}
		}
		switch {
		case told == 0:
			continue
		case open > 0:
			j.Verdict = finding.Unknown
			j.Message = "its address is public, and whether a security group or a policy lets none but known networks in was not read"
			j.Fix = &finding.Fix{Summary: "take its public address away, or look that its security group names its sources"}
		case told < len(m):
			j.Verdict = finding.Unknown
			j.Message = fmt.Sprintf("of %d of its %d instances it is not known whether their address is public", len(m)-told, len(m))
		default:
			j.Verdict, j.Message = finding.Held, "it has no public address"
			j.Evidence = []finding.Evidence{{Text: "what lists it says so", Position: j.Position}}
		}
		p.Report(j)
	}
}
