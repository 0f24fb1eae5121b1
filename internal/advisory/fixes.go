package advisory

import (
	"slices"

	"github.com/onus-project/onus/internal/version"
)

// Fixes are the versions of a product in which some flaw of it is gone.
type Fixes struct {
	set     *Set
	product version.Product
	flaws   []string
	all     []candidate
}

// candidate is one of them, and how it stands to all flaws, once that was looked at.
type candidate struct {
	at      version.Version
	looked  bool
	has     bool     // one of the flaws
	unclear []string // of which it is not known
}

// Fixes are those of a product that take away some of these flaws.
func (s *Set) Fixes(p version.Product, flaws []string) *Fixes {
	f := &Fixes{set: s, product: p, flaws: flaws}
	for _, flaw := range flaws {
		for _, r := range s.Of(flaw) {
			for i := range r.Affects {
				f.add(&r.Affects[i])
			}
		}
	}
	slices.SortFunc(f.all, func(a, b candidate) int { return a.at.Patch(b.at) })
	f.all = slices.CompactFunc(f.all, func(a, b candidate) bool { return a.at.Patch(b.at) == 0 })
	return f
}

func (f *Fixes) add(a *Affected) {
	if a.Product != f.product.Flaws() {
		return
	}
	for _, r := range a.Ranges {
		for _, e := range r {
			if e.Kind == Fixed {
				f.all = append(f.all, candidate{at: e.At})
			}
		}
	}
}

// After is the lowest version after one that has none of the flaws, and those of them of which that is not
// known; empty where no such version is known. A version that takes one flaw away may well have another.
func (f *Fixes) After(text string) (to string, unclear []string) {
	v, ok := f.product.Parse(text)
	if !ok {
		return "", nil
	}
	for i := range f.all {
		c := &f.all[i]
		if c.at.Patch(v) <= 0 {
			continue
		}
		if f.look(c); !c.has {
			return c.at.Text, c.unclear
		}
	}
	return "", nil
}

// look judges a version by all flaws, the first time.
func (f *Fixes) look(c *candidate) {
	if c.looked {
		return
	}
	c.looked = true
	for _, flaw := range f.flaws {
		switch s := f.set.Judge(flaw, f.product, c.at.Text).State; {
		case affected(s):
			c.has = true
			return
		case s == Unknown:
			c.unclear = append(c.unclear, flaw)
		}
	}
}
