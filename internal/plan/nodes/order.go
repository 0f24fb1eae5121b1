package nodes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/simulate"
)

// Amount is a number of nodes, or a percentage of those of the plan.
type Amount struct {
	Number  int
	Percent int
}

// ParseAmount reads 2 or 10%.
func ParseAmount(text string) (Amount, error) {
	digits, percent := strings.CutSuffix(text, "%")
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil || n < 1:
		return Amount{}, fmt.Errorf("is %q, wants a number of nodes, or a percentage, from 1 on", text)
	case percent && n > 100:
		return Amount{}, fmt.Errorf("is %q, wants no more than 100%%", text)
	case percent:
		return Amount{Percent: n}, nil
	}
	return Amount{Number: n}, nil
}

// of is the amount of so many nodes: one at the least.
func (a Amount) of(nodes int) int {
	if a.Percent > 0 {
		return max(1, nodes*a.Percent/100)
	}
	return max(1, a.Number)
}

// order is one in which the nodes may go.
type order struct {
	name        string // in words: emptiest nodes first
	waves       [][]int
	cordonFirst bool
}

// orders are those that are tried, the naive one first: by name.
func (p *planner) orders() []order {
	byName := func(a, b int) int { return cmp.Compare(p.nodes[a].name, p.nodes[b].name) }
	sorted := func(by func(a, b int) int) []int {
		all := make([]int, len(p.nodes))
		for i := range all {
			all[i] = i
		}
		slices.SortFunc(all, func(a, b int) int { return cmp.Or(by(a, b), byName(a, b)) })
		return all
	}
	emptiest := sorted(func(a, b int) int { return cmp.Compare(p.nodes[a].pods, p.nodes[b].pods) })
	all := []order{
		{name: "by name", waves: p.waves(sorted(byName))},
		{name: "emptiest first", waves: p.waves(emptiest)},
		{name: "in turns over zones", waves: p.waves(p.overZones(sorted(byName)))},
		{name: "zone by zone", waves: p.waves(sorted(func(a, b int) int { return cmp.Compare(p.nodes[a].zone, p.nodes[b].zone) }))},
	}
	// Karpenter makes nodes for pods that have none; elsewhere they would wait for those that
	// are cordoned. In a window that closes nodes would stay cordoned until the next.
	made := !slices.ContainsFunc(p.nodes, func(n node) bool { return n.way.then != simulate.Removed })
	if made && len(p.nodes) > 1 && p.Window.Days.Every == disruption.Never {
		all = append(all, order{name: "all cordoned first, then emptiest first", waves: p.waves(emptiest), cordonFirst: true})
	}
	return slices.CompactFunc(all, func(a, b order) bool {
		return a.cordonFirst == b.cordonFirst && slices.EqualFunc(a.waves, b.waves, slices.Equal[[]int])
	})
}

// overZones takes nodes from each zone in turn.
func (p *planner) overZones(from []int) []int {
	turn := map[string]int{}
	key := make([]int, len(p.nodes))
	for _, i := range from {
		key[i] = turn[p.nodes[i].zone]
		turn[p.nodes[i].zone]++
	}
	all := slices.Clone(from)
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(key[a], key[b]) })
	return all
}

// waves packs nodes in an order: so many at a time as was asked for, of as many zones as there
// are, and never two that share what is tight.
func (p *planner) waves(from []int) [][]int {
	most := p.AtOnce.of(len(p.nodes))
	left := slices.Clone(from)
	var all [][]int
	for len(left) > 0 {
		wave := []int{left[0]}
		for _, otherZone := range []bool{true, false} {
			for _, i := range left[1:] {
				fits := len(wave) < most && !slices.Contains(wave, i) && !slices.ContainsFunc(wave, func(k int) bool {
					return p.share(k, i) || otherZone && p.nodes[k].zone == p.nodes[i].zone
				})
				if fits {
					wave = append(wave, i)
				}
			}
		}
		left = slices.DeleteFunc(left, func(i int) bool { return slices.Contains(wave, i) })
		all = append(all, wave)
	}
	return all
}

// share reports whether two nodes hold pods of one thing that may lose no two.
func (p *planner) share(a, b int) bool {
	return slices.ContainsFunc(p.tight[p.nodes[a].name], func(x string) bool { return slices.Contains(p.tight[p.nodes[b].name], x) })
}

// findTight finds what may lose no two pods at a time: members of a StatefulSet, pods under a
// PDB that lets one go, or of a workload with one more than its floor.
func (p *planner) findTight() {
	p.tight = map[string][]string{}
	of := make([]string, len(p.Estate.Workloads))
	for i := range p.Estate.Workloads {
		w := &p.Estate.Workloads[i]
		x, ok := p.watched[w.Ref.String()]
		if ok && w.Evictable && (w.Kind == "StatefulSet" || x.Ready-x.Floor <= 1) {
			of[i] = w.Ref.String()
		}
	}
	var budgets []*kubernetes.Budget
	for i := range p.Estate.Budgets {
		if b := &p.Estate.Budgets[i]; p.slack(b) <= 1 {
			budgets = append(budgets, b)
		}
	}
	for k := range p.nodes {
		name := p.nodes[k].name
		for _, i := range p.on[name] {
			pod := &p.Estate.Pods[i]
			if x := of[pod.Workload]; x != "" {
				p.tight[name] = append(p.tight[name], x)
			}
			for _, b := range budgets {
				if basis.Selects(b, pod) {
					p.tight[name] = append(p.tight[name], b.Ref().String())
				}
			}
		}
		slices.Sort(p.tight[name])
		p.tight[name] = slices.Compact(p.tight[name])
	}
}

// slack is how many pods under a PDB may be away once all are healthy.
func (p *planner) slack(b *kubernetes.Budget) int {
	if s := b.Status; s != nil {
		return s.Expected - s.Desired
	}
	under := map[int]*disruption.Group{}
	for i := range p.Estate.Pods {
		pod := &p.Estate.Pods[i]
		if pod.Workload < 0 || pod.Finished() || !basis.Selects(b, pod) {
			continue
		}
		if under[pod.Workload] == nil {
			w := &p.Estate.Workloads[pod.Workload]
			under[pod.Workload] = &disruption.Group{Scale: w.Replicas, Scaled: w.Scaled, Bare: w.Bare}
		}
		under[pod.Workload].Pods++
	}
	var groups []disruption.Group
	for _, g := range under {
		groups = append(groups, *g)
	}
	a, err := disruption.Allow(disruption.Budget{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable}, groups)
	if err != nil {
		return 0 // the API server takes no such PDB, and so it allows nothing
	}
	return a.Expected - a.Desired
}
