package patching

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/version"
	"github.com/onus-project/onus/internal/words"
)

// VersionManifestFresh looks whether automation can install the versions that members with a flaw are to go to. How
// old a manifest is it cannot tell.
var VersionManifestFresh = check.Check{
	ID: "version-manifest-fresh", Axis: axis,
	Subjects: check.Subjects{
		Offerings: databases.Offerings,
		Untold:    func(p *check.Pass) bool { return len(p.Estate.Database.Offers) == 0 || p.Estate.Flaws == nil },
	},
	Run: manifests,
}

func manifests(p *check.Pass) {
	e := &p.Estate.Database
	if p.Estate.Flaws == nil || p.Estate.Today.IsZero() {
		return
	}
	x := newJudgements(p)
	for i := range e.Offers {
		o := &e.Offers[i]
		on := p.Catalog.Offering(o.Offering)
		if on == nil || !p.Obligation().AppliesTo(on) {
			continue
		}
		wanted, lacks := x.wantedOf(o)
		j := check.Judgement{Subject: finding.Subject{Kind: "Version manifest", Name: o.Position.File}, Position: o.Position,
			Place:    locate.Place{Offering: on, Basis: locate.Proof, Evidence: locate.Seen("Ops Manager has such a manifest")},
			Evidence: []finding.Evidence{{Text: "it has " + words.Count(len(o.Versions), "version"), Position: o.Position}}}
		switch {
		case len(lacks) > 0:
			j.Verdict, j.Message = finding.Broken, "automation cannot install "+words.And(lacks)
			j.Consequence = "Members that have a flaw stay on what they run until somebody brings the manifest up to date."
			j.Fix = &finding.Fix{Summary: "let Ops Manager fetch its manifest; in local mode upload it, with the archives of these versions"}
		case len(wanted) > 0:
			j.Verdict, j.Message = finding.Held, "it has "+words.And(wanted)+", which members with a flaw are to go to"
		case p.Estate.Flaws.Few:
			continue
		default:
			j.Verdict, j.Message = finding.Unknown, "no member waits for a fix, and how old the manifest is, is not told"
		}
		p.Report(j)
	}
}

// wantedOf are the versions that members with a flaw are to go to, and those of them that a manifest has not, nor a
// later one of the same branch.
func (x *judgements) wantedOf(o *database.Offer) (wanted, lacks []string) {
	e := &x.p.Estate.Database
	for i := range e.Instances {
		in := &e.Instances[i]
		b := x.build(in)
		if in.Offering != o.Offering || b == nil || b.to == "" {
			continue
		}
		said := fmt.Sprintf("%s %s or later", in.Product, b.to)
		if slices.Contains(wanted, said) {
			continue
		}
		wanted = append(wanted, said)
		product, _ := in.Versions()
		if !offers(o, product, b.to) {
			lacks = append(lacks, said)
		}
	}
	return wanted, lacks
}

// offers reports whether a manifest has a version, or a later one of its branch.
func offers(o *database.Offer, p version.Product, text string) bool {
	to, ok := p.Bound(text)
	return ok && slices.ContainsFunc(o.Versions, func(s string) bool {
		v, ok := p.Parse(s)
		return ok && v.Branch() == to.Branch() && v.Patch(to) >= 0
	})
}
