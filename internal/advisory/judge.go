package advisory

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/version"
)

// State is how one version stands to a flaw.
type State string

// The states. Nothing but Clear and Mended says that a version is without the flaw.
const (
	Exposed State = "affected"        // and its branch has a version without it
	Lost    State = "affected-no-fix" // and its branch has none
	Mended  State = "fixed"
	Clear   State = "not-affected"   // a source says that it came in later
	Other   State = "not-applicable" // no source speaks of the product
	Unknown State = "unknown"
)

// unclosed is how a version stands by a record that calls it affected, as all after it, and names no end: there
// may be no fix yet, or nobody has looked at the record since. Many are of flaws that are long gone, so it is
// Unknown in the end, and less than what another source says of a fix.
const unclosed State = "affected-without-end"

// Standing is how a version stands to a flaw, and how that shows.
type Standing struct {
	State State
	// Fix is the first version without it: of the same branch where that has one, else of a later one.
	Fix string
	// Why says for each source what it says of the version.
	Why []string
	// Differ says that sources contradict each other. The worst of them holds.
	Differ bool
}

// Judge says how a version of a product stands to a flaw, by all records of it. Where an OSV and
// a CVE record disagree, the union of what they call affected counts: BIT-mongodb-2025-14847, for one,
// leaves out branches that its own text names. A source that does not name a branch says nothing
// of it, so that another one which does is believed.
func (s *Set) Judge(flaw string, p version.Product, text string) Standing {
	out := Standing{State: Other}
	v, readable := p.Parse(text)
	var said []State
	for _, r := range s.Of(flaw) {
		for i := range r.Affects {
			a := &r.Affects[i]
			if a.Product != p.Flaws() {
				continue
			}
			if !readable {
				return Standing{State: Unknown, Why: []string{unreadable(p, text)}}
			}
			state, fix, why := s.judge(a, p, v, s.Public(flaw))
			said = append(said, state)
			out.Why = append(out.Why, r.Form+" record "+r.ID+": "+why)
			if state == Exposed || out.Fix == "" {
				out.Fix = fix
			}
		}
	}
	if len(said) == 0 {
		return out
	}
	out.State = joined(said)
	knowing := slices.DeleteFunc(slices.Clone(said), func(x State) bool { return x == Unknown })
	out.Differ = slices.ContainsFunc(knowing, func(x State) bool { return affected(x) != affected(knowing[0]) })
	if affected(out.State) && v.Packaged {
		return Standing{State: Unknown, Why: append(out.Why,
			"a distribution built "+text+", which mends flaws without a new number: its own advisories tell")}
	}
	if !affected(out.State) {
		out.Fix = ""
	}
	return out
}

// FirstFixed reports whether a record names a version as the one in which its branch got the fix of a flaw.
func (s *Set) FirstFixed(flaw string, p version.Product, text string) bool {
	v, readable := p.Parse(text)
	if !readable {
		return false
	}
	for _, r := range s.Of(flaw) {
		for i := range r.Affects {
			a := &r.Affects[i]
			if a.Product == p.Flaws() && slices.ContainsFunc(slices.Concat(a.Ranges...), func(e Event) bool {
				return e.Kind == Fixed && e.At.Patch(v) == 0
			}) {
				return true
			}
		}
	}
	return false
}

func unreadable(p version.Product, text string) string {
	if text == "" {
		return "its version is not known"
	}
	return fmt.Sprintf("%s names no build of %s, as %s does", text, p.Name, p.Example)
}

func affected(s State) bool { return s == Exposed || s == Lost }

// joined is the state by several sources: one that says affected is believed; one that says that it is
// fixed is believed over one that does not know.
func joined(said []State) State {
	for _, x := range []State{Exposed, Lost, Mended, unclosed, Clear, Unknown} {
		switch {
		case !slices.Contains(said, x):
		case x == unclosed:
			return Unknown
		default:
			return x
		}
	}
	return Other
}

// judge says how a version stands by one record.
func (s *Set) judge(a *Affected, p version.Product, v version.Version, public time.Time) (state State, fix, why string) {
	var found seen
	for _, r := range a.Ranges {
		found.look(r, v)
	}
	if slices.ContainsFunc(a.Only, func(x version.Version) bool { return x.Patch(v) == 0 }) {
		found.in, found.closed = true, true
	}
	switch {
	case found.in && found.own:
		return Exposed, found.next.Text, "affected, fixed in " + found.next.Text
	case found.in && found.next.Text != "":
		next := found.next.Text
		return Lost, next, fmt.Sprintf("affected, and branch %s has no fix; %s is the next version that has one", v.Branch(), next)
	case found.in && !found.closed:
		return unclosed, "", fmt.Sprintf("affected from %s on, and it names no end: there is no fix yet, or nobody closed it", found.from.Text)
	case found.in:
		return Lost, "", "affected, and it names no fix for branch " + v.Branch()
	case found.mended.Text != "":
		return Mended, "", "fixed in " + found.mended.Text
	case len(a.Unclear) > 0:
		return Unknown, "", "cannot be read as versions of " + p.Name + ": " + a.Unclear[0]
	case found.later.Text != "":
		return Clear, "", "came in with " + found.later.Text
	}
	return s.unnamed(a, p, v, public)
}

// seen is what the ranges of a record say of one version.
type seen struct {
	in     bool            // one of them holds it
	from   version.Version // and begins here
	closed bool            // and it ends somewhere
	next   version.Version // the first that is fixed after it: of its own branch where there is one
	own    bool            // next is of its own branch
	mended version.Version // at or before it, in its own branch
	later  version.Version // a range of its own branch begins here, after it
}

func (x *seen) look(r []Event, v version.Version) {
	in, from := false, version.Version{}
	for _, e := range r {
		own, c := e.At.Branch() == v.Branch(), v.Patch(e.At)
		switch {
		case e.Kind == Introduced && c >= 0:
			if !in {
				from = e.At
			}
			in = true
		case e.Kind == Introduced && own:
			x.later = e.At
		case e.Kind == Fixed && c >= 0, e.Kind == Last && c > 0:
			in = false
			if own {
				x.mended = e.At
			}
		}
	}
	if in {
		x.in, x.from = true, from
		x.ends(r, v)
	}
}

// ends looks how the range goes on after a version that it holds.
func (x *seen) ends(r []Event, v version.Version) {
	for _, e := range r {
		own, after := e.At.Branch() == v.Branch(), v.Patch(e.At) < 0
		nearer := x.next.Text == "" || own && !x.own || own == x.own && e.At.Patch(x.next) < 0
		x.closed = x.closed || e.Kind == Fixed && after || e.Kind == Last && v.Patch(e.At) <= 0
		if e.Kind == Fixed && after && nearer {
			x.next, x.own = e.At, own
		}
	}
}

// unnamed is how a version stands whose branch a record does not name. One above all that
// it names, which began after the flaw was public, was made with the fix. Of all others
// nothing is known: rapid releases between two branches were often just left out.
func (s *Set) unnamed(a *Affected, p version.Product, v version.Version, public time.Time) (state State, fix, why string) {
	events := slices.Concat(a.Ranges...)
	above := !slices.ContainsFunc(events, func(e Event) bool { return v.Patch(e.At) < 0 })
	if above && len(events) > 0 {
		b, known := s.branch(p.Flaws(), v.Branch())
		switch {
		case known && !public.IsZero() && b.Released.After(public):
			return Mended, "", fmt.Sprintf("branch %s began on %s, after it was public", v.Branch(), b.Released.Format(time.DateOnly))
		case !known:
			return Unknown, "", fmt.Sprintf("does not name branch %s, and when that began is not known", v.Branch())
		}
	}
	return Unknown, "", "does not name branch " + v.Branch()
}
