// Package advisory is what is published of flaws: which versions of a product have one,
// from when on it was public, and whether it is being used; as plain values, whoever
// wrote them.
package advisory

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/version"
)

// Record is what one source says of one flaw.
type Record struct {
	ID     string    // of the record, as the source names it
	Flaws  []string  // the identifiers by which others know the flaw; CVE-… where there is one
	Form   string    // of the record: OSV, CVE
	Public time.Time // from when on the flaw was public; zero where it is not said
	// Affects is by product. A product that is not in it is not spoken of.
	Affects []Affected
	// After is what a patch does not do: secrets to rotate, for instance.
	After []string
	// Leaks says that others could read what was in memory: secrets that were there are to be rotated.
	Leaks    bool
	Exploit  *Exploited // nil where the record does not say so
	Position origin.Position
}

// Exploited says that a flaw is known to be used.
type Exploited struct {
	Since time.Time // on the list
}

// Affected is which versions of one product a record speaks of.
type Affected struct {
	Product string
	// Ranges are looked at one by one, each in the order of versions: what is in any of them is affected.
	Ranges [][]Event
	Only   []version.Version
	// Unclear are ends of ranges that cannot be read as versions of the product.
	Unclear []string
}

// Event is where a range begins or ends.
type Event struct {
	At   version.Version
	Kind Kind
}

// Kind is what happens to a range at an event.
type Kind int

// The kinds, in the order in which they come at one version.
const (
	Introduced Kind = iota // this version has the flaw, and those after it
	Fixed                  // this version has it no more
	Last                   // this is the last that has it
)

// Branch is what is known of a branch of a product: a row of endoflife.date.
type Branch struct {
	Name     string
	Released time.Time
}

// Set is all that was read, joined by flaw.
type Set struct {
	Records  []Record
	Branches map[string][]Branch // by product
	// Few says that these are a few flaws, and not what is published: to be without them proves nothing.
	Few bool
	// exploited is by flaw, of lists that say nothing of versions.
	exploited map[string]Exploited
	names     names
	of        map[string][]int // the records of a flaw, by its identifiers
}

// New is a set with nothing in it.
func New() *Set {
	return &Set{Branches: map[string][]Branch{}, exploited: map[string]Exploited{}, of: map[string][]int{},
		names: names{cve: map[string]string{}}}
}

// Flaws are the identifiers of all flaws that are spoken of, each once: those that are known to be
// used first, then by the day on which they were public, the oldest first.
func (s *Set) Flaws() []string {
	var all []string
	known := map[string]bool{}
	for i := range s.Records {
		if id := s.Records[i].Flaws[0]; !known[id] {
			known[id] = true
			all = append(all, id)
		}
	}
	slices.SortStableFunc(all, func(a, b string) int {
		_, usedA := s.Exploited(a)
		_, usedB := s.Exploited(b)
		if usedA != usedB {
			if usedA {
				return -1
			}
			return 1
		}
		return s.Public(a).Compare(s.Public(b))
	})
	return all
}

// add keeps a record.
func (s *Set) add(r Record) {
	for _, id := range r.Flaws {
		s.of[id] = append(s.of[id], len(s.Records))
	}
	s.Records = append(s.Records, r)
}

// Of are the records that speak of a flaw.
func (s *Set) Of(flaw string) []*Record {
	all := make([]*Record, 0, len(s.of[flaw]))
	for _, i := range s.of[flaw] {
		all = append(all, &s.Records[i])
	}
	return all
}

// About are the flaws of which some record says something of a product, in the order of Flaws.
func (s *Set) About(product string) []string {
	return slices.DeleteFunc(s.Flaws(), func(flaw string) bool {
		return !slices.ContainsFunc(s.Of(flaw), func(r *Record) bool {
			return slices.ContainsFunc(r.Affects, func(a Affected) bool { return a.Product == product })
		})
	})
}

// Leaks reports whether a flaw let others read what was in memory.
func (s *Set) Leaks(flaw string) bool {
	return slices.ContainsFunc(s.Of(flaw), func(r *Record) bool { return r.Leaks })
}

// Public is the first day on which a source says that a flaw was public.
func (s *Set) Public(flaw string) time.Time {
	var first time.Time
	for _, r := range s.Of(flaw) {
		if first.IsZero() || !r.Public.IsZero() && r.Public.Before(first) {
			first = r.Public
		}
	}
	return first
}

// Exploited reports whether a flaw is known to be used, by a list or by a record of it.
func (s *Set) Exploited(flaw string) (x Exploited, ok bool) {
	x, ok = s.exploited[flaw]
	for _, r := range s.Of(flaw) {
		if r.Exploit == nil {
			continue
		}
		if !ok {
			x, ok = *r.Exploit, true
		}
	}
	return x, ok
}

// branch is what is known of the branch of a version.
func (s *Set) branch(product, name string) (Branch, bool) {
	i := slices.IndexFunc(s.Branches[product], func(b Branch) bool { return b.Name == name })
	if i < 0 {
		return Branch{}, false
	}
	return s.Branches[product][i], true
}
