package patching

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/version"
	"github.com/onus-project/onus/internal/words"
)

// told is how many flaws of one build are told one by one.
const told = 4

// build is what the advisories say of one version of one product.
type build struct {
	verdict finding.Verdict
	message string
	runs    bool // the message begins with what runs
	used    bool // one of its flaws is known to be
	said    []string
	fix     string
	to      string   // the version to go to; empty where none is known
	after   []string // what a patch does not do
}

// judgements are on builds, each made once however many instances run it.
type judgements struct {
	p      *check.Pass
	flaws  map[string][]string // by product, as advisories name it
	fixes  map[string]*advisory.Fixes
	builds map[[2]string]*build
}

// build judges what an instance runs; nil where that is for another check to tell, or no advisory speaks of it.
func (x *judgements) build(i *database.Instance) *build {
	key := [2]string{i.Product, i.Version}
	b, ok := x.builds[key]
	if !ok {
		b = x.judge(i)
		x.builds[key] = b
	}
	return b
}

func (x *judgements) judge(i *database.Instance) *build {
	product, ok := i.Versions()
	if !ok || !product.Names(i.Version) {
		return nil
	}
	set := x.p.Estate.Flaws
	flaws, seen := x.flaws[product.Flaws()]
	if !seen {
		flaws = set.About(product.Flaws())
		x.flaws[product.Flaws()] = flaws
	}
	switch {
	case len(flaws) == 0 && set.Few:
		return nil
	case len(flaws) == 0:
		return &build{verdict: finding.Unknown, message: "no advisory that was read is about " + i.Product,
			said: []string{i.Product + " " + i.Version}, fix: "name advisories of " + i.Product + " with --advisory"}
	}
	f := found{said: map[string]string{}}
	for _, flaw := range flaws {
		f.add(x, flaw, set.Judge(flaw, product, i.Version))
	}
	return f.build(x, product, i, len(flaws))
}

// found is what was found of one build: the flaws that it has for too long, those it
// has, and those of which it is not known.
type found struct {
	late, early, unclear []string
	lost                 bool // its own branch has no fix of one of them
	said                 map[string]string
}

func (f *found) add(x *judgements, flaw string, st advisory.Standing) {
	set := x.p.Estate.Flaws
	public := set.Public(flaw)
	switch st.State {
	case advisory.Exposed, advisory.Lost:
		f.lost = f.lost || st.State == advisory.Lost
		if !public.IsZero() && x.p.Estate.Today.Sub(public) > x.p.Estate.PatchTarget {
			f.late = append(f.late, flaw)
		} else {
			f.early = append(f.early, flaw)
		}
	case advisory.Unknown:
		f.unclear = append(f.unclear, flaw)
	default:
		return
	}
	said := strings.Join(st.Why, "; ")
	if st.Differ {
		said += " (they disagree, and what any of them calls affected counts)"
	}
	if !public.IsZero() {
		said += "; public since " + day(public)
	}
	if used, ok := set.Exploited(flaw); ok {
		said += "; known to be used since " + day(used.Since)
	}
	f.said[flaw] = said
}

func day(t time.Time) string { return t.Format("2 January 2006") }

// build is the judgement.
func (f *found) build(x *judgements, product version.Product, i *database.Instance, flaws int) *build {
	b := &build{}
	set := x.p.Estate.Flaws
	has := slices.Concat(f.late, f.early)
	b.used = slices.ContainsFunc(has, func(flaw string) bool {
		_, used := set.Exploited(flaw)
		return used
	})
	switch {
	case len(f.late) > 0:
		b.runs, b.verdict = true, finding.Broken
		b.message = fmt.Sprintf("%s %s, which has %s, public since %s (%s)", i.Product, i.Version, f.late[0], day(set.Public(f.late[0])),
			words.Count(x.days(f.late[0]), "day"))
		if more := len(has) - 1; more > 0 {
			b.message += ", and " + words.Count(more, "other flaw")
		}
	case len(f.early) > 0:
		b.runs, b.verdict = true, finding.Unknown
		b.message = fmt.Sprintf("%s %s, which has %s, %s", i.Product, i.Version, f.early[0], x.early(f.early[0]))
	case len(f.unclear) > 0:
		b.verdict = finding.Unknown
		b.message = fmt.Sprintf("whether %s %s has %s cannot be told", i.Product, i.Version, named(f.unclear))
	default:
		b.verdict = finding.Held
		b.message = fmt.Sprintf("what runs has none of the %s of %s that the advisories tell of", words.Count(flaws, "flaw"), i.Product)
		b.said = []string{i.Product + " " + i.Version}
		return b
	}
	all := slices.Concat(has, f.unclear)
	for _, flaw := range all[:min(told, len(all))] {
		b.said = append(b.said, fmt.Sprintf("%s %s, %s: %s", i.Product, i.Version, flaw, f.said[flaw]))
	}
	if more := len(all) - told; more > 0 {
		b.said = append(b.said, fmt.Sprintf("%s %s: %s that it has, or may have", i.Product, i.Version, words.Count(more, "more flaw")))
	}
	b.fix = "look into the vendor's own advisories of " + i.Product + " " + i.Version
	if len(has) > 0 {
		b.to, b.fix = x.wayOut(product, i, f.lost)
		b.after = x.after(has)
	}
	return b
}

// days are how long a flaw has been public.
func (x *judgements) days(flaw string) int {
	return int(x.p.Estate.Today.Sub(x.p.Estate.Flaws.Public(flaw)) / (24 * time.Hour))
}

// early says of a flaw how much of the time that a patch may take is over.
func (x *judgements) early(flaw string) string {
	target := words.Duration(x.p.Estate.PatchTarget)
	if x.p.Estate.Flaws.Public(flaw).IsZero() {
		return "and since when that is public is not known; a patch may take " + target
	}
	return fmt.Sprintf("public for %s; a patch may take %s", words.Count(x.days(flaw), "day"), target)
}

// wayOut names the lowest version that has none of the flaws of a product, and not only not the one at hand.
func (x *judgements) wayOut(product version.Product, i *database.Instance, lost bool) (to, way string) {
	fixes := x.fixes[product.Name]
	if fixes == nil {
		fixes = x.p.Estate.Flaws.Fixes(product, x.flaws[product.Flaws()])
		x.fixes[product.Name] = fixes
	}
	to, unclear := fixes.After(i.Version)
	if to == "" {
		return "", fmt.Sprintf("no version after %s %s is known to be without flaws: let none but known networks reach it, "+
			"and look into the vendor's own advisories", i.Product, i.Version)
	}
	way = fmt.Sprintf("roll out %s %s or later in place of %s", i.Product, to, i.Version)
	if len(unclear) > 0 {
		way += fmt.Sprintf(" (whether it has %s is not known)", named(unclear))
	}
	if lost {
		way += "; its own branch gets no fix"
	}
	return to, way
}

// after is what a patch does not do.
func (x *judgements) after(flaws []string) []string {
	var all []string
	for _, flaw := range flaws {
		for _, r := range x.p.Estate.Flaws.Of(flaw) {
			for _, a := range r.After {
				if !slices.Contains(all, a) {
					all = append(all, a)
				}
			}
		}
	}
	return all
}

// named are flaws, the first few by name.
func named(all []string) string {
	const most = 3
	names := slices.Clone(all[:min(len(all), most)])
	if more := len(all) - most; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return words.Or(names)
}
