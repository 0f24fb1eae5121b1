package disruption

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"
)

// largestPool is the size up to which pools are considered when an entry is
// judged to have no effect.
const largestPool = 1000

// contest is what is active together and covers one reason, in the order in which it
// decides: a pool may have thousands of entries, and each is held against all the others.
type contest struct {
	budgets NodeBudgets
	dead    map[int]int
	active  []int
	// numbers and percentages are the smallest first. Those that are dead are taken off
	// their beginning as they are met.
	numbers, percentages []int
	firsts               map[int]map[int][]int // by size of the pool and what is allowed of it: who allows that, in order
}

// findDead finds the entries that never decide, the last first.
func (b NodeBudgets) findDead(j *Judged) {
	contests := make([][]*contest, len(j.Patterns))
	for n, p := range j.Patterns {
		for _, reason := range Reasons {
			contests[n] = append(contests[n], b.contestOf(p, reason, j.Dead))
		}
	}
	for i := len(b.entries) - 1; i >= 0; i-- {
		if by, dead := b.isDead(i, j.Patterns, contests); dead {
			j.Dead[i] = by
		}
	}
}

func (b NodeBudgets) contestOf(p Pattern, reason string, dead map[int]int) *contest {
	c := &contest{budgets: b, dead: dead, firsts: map[int]map[int][]int{}}
	for _, i := range p.Active {
		e := &b.entries[i]
		if !e.covers(reason) {
			continue
		}
		c.active = append(c.active, i)
		if e.nodes.Type == intstr.Int {
			c.numbers = append(c.numbers, i)
		} else {
			c.percentages = append(c.percentages, i)
		}
	}
	for _, all := range [][]int{c.numbers, c.percentages} {
		slices.SortStableFunc(all, func(x, y int) int { return cmp.Compare(c.value(x, 100), c.value(y, 100)) })
	}
	return c
}

func (c *contest) value(i, total int) int { return c.budgets.entries[i].value(total) }

// isDead reports whether entry i decides nothing, given those that are dead already, and
// the first entry that decides in its place: -1 where it is never active or covers no
// reason.
func (b NodeBudgets) isDead(i int, patterns []Pattern, contests [][]*contest) (by int, dead bool) {
	by = -1
	for n, p := range patterns {
		if !p.has(i) {
			continue
		}
		for k, reason := range Reasons {
			if !b.entries[i].covers(reason) {
				continue
			}
			instead, decides := contests[n][k].without(i)
			if decides {
				return -1, false
			}
			if by < 0 {
				by = instead()
			}
		}
	}
	return by, true
}

// without reports whether entry i decides in a pool of some size, and if not which of the
// others does in the smallest.
func (c *contest) without(i int) (instead func() int, decides bool) {
	number, percentage := c.least(&c.numbers, i), c.least(&c.percentages, i)
	if number < 0 && percentage < 0 {
		return nil, true
	}
	isNumber := c.budgets.entries[i].nodes.Type == intstr.Int
	sizes := sizesFor(isNumber || number >= 0, !isNumber || percentage >= 0)
	sibling := percentage
	if isNumber {
		sibling = number
	}
	least := func(total int) int {
		least := Unlimited
		for _, k := range []int{number, percentage} {
			if k >= 0 {
				least = min(least, c.value(k, total))
			}
		}
		return least
	}
	// One of its sort that allows no more does so of any pool, and what a number is held
	// against is most in the largest.
	if sibling < 0 || c.value(i, 100) < c.value(sibling, 100) {
		tried := sizes
		if isNumber {
			tried = sizes[len(sizes)-1:]
		}
		for _, total := range tried {
			if c.value(i, total) < least(total) {
				return nil, true
			}
		}
	}
	return func() int { return c.first(sizes[0], least(sizes[0]), i) }, false
}

// least is the smallest entry of one sort that is not dead, other than i, or -1.
func (c *contest) least(of *[]int, i int) int {
	for len(*of) > 0 && c.isGone((*of)[0]) {
		*of = (*of)[1:]
	}
	for _, k := range *of {
		if k != i && !c.isGone(k) {
			return k
		}
	}
	return -1
}

func (c *contest) isGone(i int) bool {
	_, gone := c.dead[i]
	return gone
}

// first is the first entry, other than i, that is not dead and allows so much of a pool.
func (c *contest) first(total, allowed, i int) int {
	if c.firsts[total] == nil {
		c.firsts[total] = map[int][]int{}
		for _, k := range c.active {
			v := c.value(k, total)
			c.firsts[total][v] = append(c.firsts[total][v], k)
		}
	}
	for _, k := range c.firsts[total][allowed] {
		if k != i && !c.isGone(k) {
			return k
		}
	}
	return -1
}

// sizesFor are the pool sizes at which the order of entries may differ. Among
// numbers and among percentages the order is that of what is written, at any
// size; where both are at hand it may turn at any.
func sizesFor(numbers, percentages bool) []int {
	switch {
	case numbers && percentages:
		sizes := make([]int, largestPool)
		for i := range sizes {
			sizes[i] = i + 1
		}
		return sizes
	case percentages:
		return []int{largestPool}
	}
	return []int{1}
}
