// Command mutate asks of tests whether they would notice: it breaks packages in
// many small ways, one at a time, and counts how many of these mutants the
// package's own tests catch.
//
// All mutants of a package are compiled into one test binary, as an overlay, so
// that the tree is never changed: an environment variable says which of them is
// on. A first run of each test records which mutants it reaches, so that
// a mutant is only tried against tests that can notice it, the quickest first.
//
// What is chosen depends on the seed and on what each mutant changes, and not on
// line numbers: a sample stays the same while code around it moves.
package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// Mutant is one small change.
type Mutant struct {
	ID   int32  // within its package, from 1
	File string // relative to the root of the module
	Line int
	Func string // Type.Method, or empty outside of functions
	// Before and After are the change as Go, on one line.
	Before, After string
	// Nth counts the same changes within one function, from 1.
	Nth int

	from, to   int    // the bytes of the file that are changed
	open, shut string // what is woven in around them
	broken     bool   // it does not compile

	reached bool // some test runs what it changes
	caught  bool // some test fails
	endless bool // one by not coming to an end
}

// What names the mutant by what it changes, for lists that outlive line numbers.
func (m *Mutant) What() string { return m.File + " " + m.within() }

// within is what it changes in its file.
func (m *Mutant) within() string {
	after := m.After
	if after == "" {
		after = "(left out)"
	}
	s := fmt.Sprintf("%s: %s -> %s", m.Func, m.Before, after)
	if m.Nth > 1 {
		s += fmt.Sprintf(" #%d", m.Nth)
	}
	return s
}

// number counts what is the same within a function, and gives out IDs.
func number(mutants []*Mutant) {
	slices.SortStableFunc(mutants, func(a, b *Mutant) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	seen := map[string]int{}
	for i, m := range mutants {
		m.Nth = 0
		key := m.What()
		seen[key]++
		m.ID, m.Nth = int32(i+1), seen[key]
	}
}

// sample picks so many mutants by what they change and a seed.
func sample(mutants []*Mutant, n int, seed uint64) []*Mutant {
	if n >= len(mutants) {
		return mutants
	}
	rank := make(map[*Mutant]uint64, len(mutants))
	for _, m := range mutants {
		h := fnv.New64a()
		fmt.Fprintf(h, "%d %s", seed, m.What())
		// FNV's last bytes hardly reach its high bits: mix them.
		x := h.Sum64()
		x = (x ^ x>>33) * 0xff51afd7ed558ccd
		rank[m] = x ^ x>>33
	}
	picked := slices.Clone(mutants)
	slices.SortFunc(picked, func(a, b *Mutant) int {
		if rank[a] < rank[b] {
			return -1
		}
		return 1
	})
	picked = picked[:n]
	slices.SortFunc(picked, func(a, b *Mutant) int { return int(a.ID - b.ID) })
	return picked
}

// shares spreads a number over packages by how much each has to mutate, with
// a least number for the small ones.
func shares(sizes []int, number int) []int {
	const least = 10
	total := 0
	for _, n := range sizes {
		total += n
	}
	parts := make([]int, len(sizes))
	for i, n := range sizes {
		if number == 0 || total <= number {
			parts[i] = n
			continue
		}
		parts[i] = min(n, max(least, (number*n+total/2)/total))
	}
	return parts
}
