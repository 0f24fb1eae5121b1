package locate

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

// platformRule is a rule of a platform, with its offerings.
type platformRule struct {
	offerings []*responsibility.Offering
	responsibility.Rule
}

// tell is one piece of evidence: it runs on one of some offerings.
type tell struct {
	offerings []*responsibility.Offering
	basis     Basis // Proof or Hint
	evidence  Evidence
}

func strength(r responsibility.Rule) Basis {
	if r.Strength == "hint" {
		return Hint
	}
	return Proof
}

// platformTells is what the rules of platforms see in something.
func (l *locator) platformTells(on string, f fields.Fields) []tell {
	var tells []tell
	for _, r := range l.platforms[on] {
		if evidence, ok := f.Match(r.Rule); ok {
			tells = append(tells, tell{r.offerings, strength(r.Rule), Seen(evidence)})
		}
	}
	return tells
}

// resolve finds where something stands that all of some evidence is about: on
// what the proofs have in common, narrowed down by the hints that fit. Proofs
// that have nothing in common are a conflict, and such hints tell nothing.
func (l *locator) resolve(tells []tell) Place {
	var proofs, hints []tell
	for _, t := range tells {
		if t.basis == Proof {
			proofs = append(proofs, t)
		} else {
			hints = append(hints, t)
		}
	}
	set, evidence := shared(proofs)
	p := Place{Basis: Proof}
	switch {
	case len(proofs) == 0:
		if set, evidence = shared(hints); len(set) == 0 {
			return Place{}
		}
		p.Basis = Hint
	case len(set) == 0:
		p.Basis = Conflict
		for _, t := range proofs {
			set = append(set, t.offerings...)
		}
	default:
		fit := slices.DeleteFunc(hints, func(t tell) bool {
			return !slices.ContainsFunc(t.offerings, func(o *responsibility.Offering) bool { return slices.Contains(set, o) })
		})
		if more, also := shared(append([]tell{{offerings: set}}, fit...)); len(more) > 0 && len(more) < len(set) {
			set, p.Basis = more, Hint
			evidence = append(evidence, also...)
		}
	}
	p.Offering, p.Evidence = l.oneOf(set), few(evidence)
	return p
}

// shared are the offerings that all of some evidence has in common, and the
// evidence that each narrowed it down.
func shared(tells []tell) (set []*responsibility.Offering, evidence []Evidence) {
	for i, t := range tells {
		both := t.offerings
		if i > 0 {
			both = slices.DeleteFunc(slices.Clone(set), func(o *responsibility.Offering) bool { return !slices.Contains(t.offerings, o) })
		}
		if (i == 0 || len(both) < len(set)) && len(t.evidence) > 0 {
			evidence = append(evidence, t.evidence)
		}
		if set = both; len(set) == 0 {
			return nil, evidence
		}
	}
	return set, evidence
}

// oneOf stands for one of some offerings, always the same value for the same.
func (l *locator) oneOf(offerings []*responsibility.Offering) *responsibility.Offering {
	sorted := responsibility.HardestFirst(offerings)
	key := ids(sorted)
	if l.several[key] == nil {
		l.several[key] = l.catalog.OneOf(sorted)
	}
	return l.several[key]
}

// narrowed is a place of which something else that is known leaves fewer
// offerings; itself where the two have nothing in common, or know as much.
func (l *locator) narrowed(p, by Place) Place {
	switch {
	case by.Offering == nil || by.Basis == Unknown || by.Basis == Conflict:
		return p
	case p.Offering == nil:
		return by
	}
	mine := each([]*responsibility.Offering{p.Offering})
	set, _ := shared([]tell{{offerings: mine}, {offerings: each(append([]*responsibility.Offering{by.Offering}, by.Also...))}})
	if len(set) == 0 || len(set) == len(mine) || p.several {
		p.several = p.several || by.several && len(set) == len(mine)
		return p
	}
	return Place{Offering: l.oneOf(set), Basis: Hint, Evidence: p.Evidence.with(by.Evidence)}
}

// sighting is what one object, or what one workload asks for, shows of a cluster.
type sighting struct {
	file, dir string // in which it stands
	// cluster says that it is the cluster's own, and may show something of what
	// stands elsewhere.
	cluster bool
	tell
	// single is what was seen itself; offerings are all that can stand beside it.
	single *responsibility.Offering
}

// madeToTest reports whether a resource says of itself that tests are what it is for:
// a cluster on which charts are tried shows nothing of where they are run.
func madeToTest(o *kubernetes.Object) bool {
	for word := range strings.FieldsSeq(strings.ToLower(o.Values["description"])) {
		if w := strings.Trim(word, ".,;:()"); w != "test" && purpose.OfName(w) == purpose.Tests || w == "ci" {
			return true
		}
	}
	return false
}

// sightings are those of an estate. Own is what its workloads ask for.
func (l *locator) sightings(e *kubernetes.Estate, own []Place) []sighting {
	var all []sighting
	for i := range e.Objects {
		o := &e.Objects[i]
		if madeToTest(o) {
			continue
		}
		f, dir := fields.OfObject(o), directory(o.Position.File)
		for _, r := range l.rules["object"] {
			if evidence, ok := f.Match(r.Rule); ok {
				all = append(all, sighting{o.Position.File, dir, r.Cluster, tell{l.besides(r.offering), strength(r.Rule), Seen(evidence)}, r.offering})
			}
		}
		for _, r := range l.platforms["object"] {
			if evidence, ok := f.Match(r.Rule); ok {
				all = append(all, sighting{o.Position.File, dir, r.Cluster, tell{r.offerings, strength(r.Rule), Seen(evidence)}, nil})
			}
		}
	}
	for i := range own {
		if p := own[i]; p.Offering != nil && p.Basis != Conflict {
			w := &e.Workloads[i]
			told := tell{l.besides(p.Offering), p.Basis, p.Evidence.of(w.Kind + " " + w.Name + " has")}
			all = append(all, sighting{w.Position.File, directory(w.Position.File), false, told, nil})
		}
	}
	return all
}

func directory(file string) string { return path.Dir(filepath.ToSlash(file)) }

// shown is what some of all that was seen shows of the cluster that it is for.
func (l *locator) shown(seen []sighting, counts func(*sighting) bool) Place {
	var tells []tell
	var singles []*responsibility.Offering // that the cluster has
	var evidence []Evidence
	for i := range seen {
		s := &seen[i]
		if !counts(s) {
			continue
		}
		if s.single != nil && !slices.Contains(singles, s.single) {
			singles, evidence = append(singles, s.single), append(evidence, s.evidence)
		}
		if !slices.ContainsFunc(tells, func(x tell) bool { return x.basis == s.basis && slices.Equal(x.offerings, s.offerings) }) {
			tells = append(tells, s.tell)
		}
	}
	p := l.resolve(tells)
	if len(singles) > 0 && p.Basis != Conflict {
		p = l.narrowed(p, Place{Offering: l.oneOf(singles), Basis: Hint, Evidence: few(evidence)})
	}
	p.several = len(singles) > 1
	return p
}

func everything(*sighting) bool { return true }

// shownIn is what counts for what stands in a directory, where each stands for
// itself: what stands in it, in one above or in one below. For what is the
// cluster's own see counting.
func (l *locator) shownIn(dir string, seen []sighting) Place {
	return l.shown(seen, func(s *sighting) bool { return !s.cluster && (within(dir, s.dir) || within(s.dir, dir)) })
}

// within reports whether a directory is another one or below it.
func within(dir, of string) bool {
	if of == "." && !strings.HasPrefix(dir, "/") && !strings.HasPrefix(dir, "../") {
		return true
	}
	return dir == of || strings.HasPrefix(dir, strings.TrimSuffix(of, "/")+"/")
}

// besides are the offerings that can stand in one cluster with an offering, or
// with one of those that it stands for.
func (l *locator) besides(o *responsibility.Offering) []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, x := range each([]*responsibility.Offering{o}) {
		all = append(all, x)
		for _, p := range l.catalog.Platforms {
			if p.SideBySide && slices.Contains(p.Offerings, x.ID) {
				all = append(all, l.catalog.OfferingsOf(p)...)
			}
		}
	}
	return responsibility.HardestFirst(all)
}

// common is what several places have in common: a hint for what stands beside
// them. Where they name several that can stand in one cluster it is one of those
// that can, or the one that all of them are special cases of, and where they contradict
// each other it has no Offering.
func (l *locator) common(places []Place) Place {
	var tells, wider []tell
	for _, p := range places {
		if p.Offering != nil && p.Basis != Conflict && p.Basis != Unknown {
			t := tell{each(append([]*responsibility.Offering{p.Offering}, p.Also...)), Hint, p.Evidence.besideIt()}
			tells = append(tells, t)
			t.offerings = nil
			for _, o := range tells[len(tells)-1].offerings {
				t.offerings = append(t.offerings, l.besides(o)...)
			}
			wider = append(wider, t)
		}
	}
	if p := l.resolve(tells); p.Offering != nil {
		return p
	}
	if p := l.resolve(wider); p.Offering != nil {
		p.several = true
		return p
	}
	for i := range tells {
		tells[i].offerings = l.withRefined(tells[i].offerings)
	}
	return l.resolve(tells)
}

// withRefined are offerings, with those that they are special cases of.
func (l *locator) withRefined(all []*responsibility.Offering) []*responsibility.Offering {
	more := slices.Clone(all)
	for i := 0; i < len(more); i++ {
		if o := l.catalog.Offering(more[i].Refines); o != nil && !slices.Contains(more, o) {
			more = append(more, o)
		}
	}
	return more
}
