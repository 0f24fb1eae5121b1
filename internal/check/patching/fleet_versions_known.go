package patching

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/version"
	"github.com/onus-project/onus/internal/words"
)

// FleetVersionsKnown looks whether the inventory says of every instance which
// build it runs. Whether an instance is missing from the inventory, it cannot
// tell.
var FleetVersionsKnown = check.Check{ID: "fleet-versions-known", Axis: axis, Subjects: databases, Run: versionsKnown}

func versionsKnown(p *check.Pass) {
	for _, m := range fleet(p) {
		if !m.left(&p.Estate.Database) {
			p.Report(m.versions(p))
		}
	}
}

// left reports whether the custom resource of a database leaves its version to an operator: a
// manifest is no inventory.
func (m members) left(e *database.Estate) bool {
	return !slices.ContainsFunc(m, func(i int) bool { return !e.Instances[i].Custom || e.Instances[i].Version != "" })
}

// versions is the judgement on one database: the worst of what is said of its
// members.
func (m members) versions(p *check.Pass) check.Judgement {
	e := &p.Estate.Database
	first := &e.Instances[m[0]]
	by := map[finding.Verdict][]finding.Evidence{}
	var asks []string
	for _, i := range m {
		x := &e.Instances[i]
		verdict, said := whole(x)
		if x.Name != "" {
			said = x.Name + ": " + said
		}
		by[verdict] = append(by[verdict], finding.Evidence{Text: said, Position: x.Position})
		if product, ok := x.Versions(); ok && verdict != finding.Held {
			ask := product.Ask + " tells that of " + x.Product
			if x.Wanted {
				ask = "the automation status of Ops Manager tells which processes run what is wanted"
			}
			if !slices.Contains(asks, ask) {
				asks = append(asks, ask)
			}
		}
	}
	j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: first.Position}
	broken, unknown := by[finding.Broken], by[finding.Unknown]
	switch {
	case len(broken) > 0:
		j.Verdict, j.Message = finding.Broken, "the inventory names no build"
		if len(m) > 1 {
			j.Message += fmt.Sprintf(" for %d of its %d instances", len(broken), len(m))
		}
		j.Consequence = "When an advisory comes, nobody can say whether it is affected, " +
			"and it may stay exposed while the rest of the fleet is patched."
	case len(unknown) > 0:
		j.Verdict, j.Message = finding.Unknown, "its version is not known"
		if len(m) > 1 {
			j.Message = fmt.Sprintf("the version of %d of its %d instances is not known", len(unknown), len(m))
		}
	default:
		j.Verdict, j.Message = finding.Held, "the inventory names the build of "+words.Count(len(m), "instance")
	}
	j.Evidence = slices.Concat(broken, unknown, by[finding.Held])
	j.Fix = &finding.Fix{Summary: "write into the inventory the version that each instance itself reports"}
	if len(asks) > 0 {
		j.Fix.Summary += ": " + words.And(asks)
	}
	return j
}

// whole says of one instance whether its version is known, and how that
// shows.
func whole(i *database.Instance) (finding.Verdict, string) {
	product, ok := i.Versions()
	switch {
	case i.Version == "":
		return finding.Unknown, "the inventory gives no version"
	case !ok:
		return finding.Unknown, fmt.Sprintf("whether %s is a version of %s cannot be told; onus knows those of %s", i.Version, i.Product,
			words.And(version.Products()))
	case i.Wanted:
		return finding.Unknown, i.Version + " is what it is to run; whether it does yet is not known"
	case !product.Names(i.Version):
		return finding.Broken, fmt.Sprintf("%s names no build of %s, as %s does", i.Version, i.Product, product.Example)
	}
	return finding.Held, i.Product + " " + i.Version
}
