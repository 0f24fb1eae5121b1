package patching

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
)

// RotateSecretsAfterLeak looks whether the secrets of a database were changed after it got the fix of a flaw that let
// others read its memory. That is the customer's whoever patched, and nothing but an inventory tells it: no provider
// lists when a password was changed, and secrets are not read.
var RotateSecretsAfterLeak = check.Check{
	ID: "rotate-secrets-after-leak", Axis: axis,
	Subjects: check.Subjects{
		Offerings: databases.Offerings,
		Untold: func(p *check.Pass) bool {
			e := &p.Estate.Database
			return slices.ContainsFunc(fleet(p), func(m members) bool {
				leak := m.leak(p)
				return leak == "" || m.manifest(e) && !m.rotated(e).Known()
			})
		},
	},
	Run: rotated,
}

func rotated(p *check.Pass) {
	e := &p.Estate.Database
	for _, m := range fleet(p) {
		leak := m.leak(p)
		if leak == "" || m.manifest(e) && !m.rotated(e).Known() && m.leaking(p, leak) < 0 {
			continue
		}
		j := m.rotation(p, leak)
		setAside(p, &j)
		p.Report(j)
	}
}

// leak is the last flaw to become public that let others read the memory of some member; empty for none. Rotating after
// that one is rotating after all.
func (m members) leak(p *check.Pass) (last string) {
	set := p.Estate.Flaws
	if set == nil {
		return ""
	}
	known := leaks(p)
	for _, i := range m {
		x := &p.Estate.Database.Instances[i]
		product, ok := x.Versions()
		if !ok || arbiter(x) {
			continue
		}
		for _, flaw := range known.flaws[product.Flaws()] {
			if known.state(flaw, x) != advisory.Clear && (last == "" || set.Public(flaw).After(set.Public(last))) {
				last = flaw
			}
		}
	}
	return last
}

// leaking is the first member that has a flaw still; -1 for none.
func (m members) leaking(p *check.Pass, flaw string) int {
	for _, i := range m {
		if s := leaks(p).state(flaw, &p.Estate.Database.Instances[i]); s == advisory.Exposed || s == advisory.Lost {
			return i
		}
	}
	return -1
}

// doubtful is the first member of which it is not known whether it has a flaw; -1 for none.
func (m members) doubtful(p *check.Pass, flaw string) int {
	for _, i := range m {
		x := &p.Estate.Database.Instances[i]
		if x.Wanted || leaks(p).state(flaw, x) == advisory.Unknown {
			return i
		}
	}
	return -1
}

// manifest reports whether nothing but custom resources, or what is wanted, tells of a database: what is to run may
// never have run anything else.
func (m members) manifest(e *database.Estate) bool {
	return !slices.ContainsFunc(m, func(i int) bool { return !e.Instances[i].Custom && !e.Instances[i].Wanted })
}

// rotated is when the secrets were last changed: of several days that are told the first. Users are those of all members
// together, so that one row may tell it for the set.
func (m members) rotated(e *database.Estate) (first database.Moment) {
	for _, i := range m {
		if at := e.Instances[i].Rotated; at.Known() && (!first.Known() || at.From.Before(first.From)) {
			first = at
		}
	}
	return first
}

// patched is since when the last of the members runs its version; it is not known where that of one is not.
func (m members) patched(e *database.Estate) (last database.Moment) {
	for _, i := range m {
		at := e.Instances[i].Patched
		if !at.Known() {
			return database.Moment{}
		}
		if at.Until.After(last.Until) {
			last = at
		}
	}
	return last
}

// fixedAfter is since when a member has the fix of a flaw that got it after a moment: its version is the first of its branch
// with the fix, so that none before it had that. Of a later version it may have had the fix since an earlier one.
func (m members) fixedAfter(p *check.Pass, flaw string, at database.Moment) database.Moment {
	for _, i := range m {
		x := &p.Estate.Database.Instances[i]
		if product, ok := x.Versions(); ok && x.Patched.Known() && at.Before(x.Patched) &&
			p.Estate.Flaws.FirstFixed(flaw, product, x.Version) {
			return x.Patched
		}
	}
	return database.Moment{}
}

// rotation is the judgement on one database.
func (m members) rotation(p *check.Pass, flaw string) check.Judgement {
	e := &p.Estate.Database
	public := p.Estate.Flaws.Public(flaw)
	patched, turned := m.patched(e), m.rotated(e)
	j := check.Judgement{Subject: m.subject(e), Index: m[0], Place: p.Places.Instances[m[0]], Position: e.Instances[m[0]].Position,
		Verdict: finding.Unknown, Causes: []check.Cause{{Obligation: RolloutWithinPatchTarget.ID, Subject: m.subject(e)}}}
	j.Evidence = []finding.Evidence{{Text: flaw + " let others read its memory; public since " + day(public), Position: j.Position}}
	if patched.Known() {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "it runs its version since " + on(patched), Position: j.Position})
	}
	j.Fix = &finding.Fix{Summary: "rotate what was in its memory: passwords of its users, keys and tokens in its documents; the new one " +
		"before the old one goes; and write the day into the inventory, as rotated"}
	has, doubtful := m.leaking(p, flaw), m.doubtful(p, flaw)
	switch {
	case has < 0 && doubtful < 0 && patched.Known() && patched.Before(turned):
		j.Verdict, j.Message = finding.Held, fmt.Sprintf("its secrets were rotated on %s, after it got the fix of %s", on(turned), flaw)
	case turned.Known() && m.fixedAfter(p, flaw, turned).Known():
		j.Verdict = finding.Broken
		j.Message = fmt.Sprintf("its secrets were rotated on %s, before it got the fix of %s on %s", on(turned), flaw,
			on(m.fixedAfter(p, flaw, turned)))
	case turned.Known() && !public.IsZero() && !turned.Until.After(public):
		j.Verdict, j.Message = finding.Broken, fmt.Sprintf("its secrets were last rotated on %s, before %s was public", on(turned), flaw)
	case has >= 0:
		x := &e.Instances[has]
		j.Position = x.Position
		j.Message = fmt.Sprintf("it runs %s %s, which has %s still: what is rotated before the fix leaks again", x.Product, x.Version, flaw)
		j.Fix = &finding.Fix{Summary: "patch, then rotate, in that order"}
	case !turned.Known() && doubtful >= 0:
		j.Message = "whether it has the fix of " + flaw + ", and whether its secrets were rotated since, is not told"
	case !turned.Known():
		j.Message = "whether its secrets were rotated since it got the fix of " + flaw + " is not told"
	case doubtful >= 0:
		j.Message = "its secrets were rotated on " + on(turned) + ", and whether it still has " + flaw + " is not known"
	case !patched.Known():
		j.Message = fmt.Sprintf("its secrets were rotated on %s, and whether it had the fix of %s by then is not told", on(turned), flaw)
		j.Fix = &finding.Fix{Summary: "write into the inventory, as patched, since when each instance runs its version"}
	case turned.Before(patched):
		j.Message = fmt.Sprintf("its secrets were rotated on %s, before its version of %s; whether an earlier one had the fix of %s is not told",
			on(turned), on(patched), flaw)
		j.Fix = &finding.Fix{Summary: "look up since when it has the fix, and rotate again where that is later; " +
			"and write the new day into the inventory, as rotated"}
	default:
		j.Message = "its secrets were rotated on the day on which it got the fix of " + flaw + ": which came first is not told"
		j.Fix = &finding.Fix{Summary: "write both into the inventory with their hours, such as 2025-12-22T14:00:00Z"}
	}
	if j.Verdict == finding.Broken {
		j.Consequence = "Whoever read its memory before the fix has passwords and keys that still open it."
	}
	return j
}

// on is a moment as it is told.
func on(m database.Moment) string {
	if m.Hour() {
		return m.From.Format("2 January 2006, 15:04 ") + time.UTC.String()
	}
	return day(m.From)
}

// arbiter reports whether an instance holds no data. What it knows of keys is that of the others.
func arbiter(x *database.Instance) bool { return x.Role == "arbiter" }

// leaking are the flaws that let others read memory, by product as advisories name it, and how versions stand to them: each
// is judged once, however many instances run it.
type leaking struct {
	set    *advisory.Set
	flaws  map[string][]string
	states map[[3]string]advisory.State // by flaw, product and version
}

// state is how an instance stands to a flaw; Unknown where its versions are not.
func (x *leaking) state(flaw string, in *database.Instance) advisory.State {
	key := [3]string{flaw, in.Product, in.Version}
	s, ok := x.states[key]
	if !ok {
		s = advisory.Unknown
		if product, known := in.Versions(); known {
			s = x.set.Judge(flaw, product, in.Version).State
		}
		x.states[key] = s
	}
	return s
}

func leaks(p *check.Pass) *leaking {
	return check.Shared(p, func(p *check.Pass) *leaking {
		x := &leaking{set: p.Estate.Flaws, flaws: map[string][]string{}, states: map[[3]string]advisory.State{}}
		for _, flaw := range x.set.Flaws() {
			if !x.set.Leaks(flaw) {
				continue
			}
			for _, r := range x.set.Of(flaw) {
				for _, a := range r.Affects {
					if !slices.Contains(x.flaws[a.Product], flaw) {
						x.flaws[a.Product] = append(x.flaws[a.Product], flaw)
					}
				}
			}
		}
		return x
	})
}
