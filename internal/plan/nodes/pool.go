package nodes

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// pool is one whose provider replaces its nodes by one call: it cordons and drains them by
// itself, and nobody else does.
type pool struct {
	name     string
	label    string // by which nodes say that they are of it
	nodes    []node // those that go
	offering *responsibility.Offering
	call     call
	atOnce   int
	strategy string
	*played  // nil until it was played

	begins, takes time.Duration // in the middle of the runs, and at the longest
}

// byCall plans the pools that are replaced by a call.
type byCall struct{ *planner }

// callable finds whether the provider of a node replaces its whole pool by a call, and why not
// where the plan asks for something else.
func (p byCall) callable(i int, o *responsibility.Offering) (c call, no way, is bool) {
	if o.Contract == nil || o.Contract.Call == "" || p.Places.NodePools[i] == "" || p.Places.NodePoolLabels[i] == "" {
		return call{}, way{}, false
	}
	if p.Target.Kind != ByVersion && p.Target.Kind != ByAge {
		return call{}, way{}, false // the call is about all nodes of a pool, and takes none of these
	}
	c, lacks := p.callOf(o.Contract.Call, i)
	if lacks != "" {
		return c, way{none: o.Provider + " replaces the nodes of pool " + p.Places.NodePools[i] + " once it is asked to, and " + lacks,
			out: "--cluster NAME says it"}, true
	}
	return c, way{}, true
}

// join adds a node to its pool.
func (p byCall) join(n node, o *responsibility.Offering, c call) {
	name := p.Places.NodePools[n.index]
	i := slices.IndexFunc(p.pools, func(x *pool) bool { return x.name == name && x.offering == o })
	if i < 0 {
		i = len(p.pools)
		p.pools = append(p.pools, &pool{name: name, label: p.Places.NodePoolLabels[n.index], offering: o, call: c})
	}
	p.pools[i].nodes = append(p.pools[i].nodes, n)
}

// group is how people see it.
func (x *pool) group() string { return "pool/" + x.name }

// play plays the calls one after the other, after whatever else the plan does, and leaves
// the pools that do not get through.
func (p byCall) play(ctx context.Context, after time.Duration) error {
	slices.SortFunc(p.pools, func(a, b *pool) int { return strings.Compare(a.name, b.name) })
	var through []*pool
	for _, x := range p.pools {
		p.settings(x)
		p.tell("playing pool " + x.name)
		if err := p.playOne(ctx, x); err != nil {
			return err
		}
		if l, is := p.notThrough(x); is {
			p.leave(x, l)
			continue
		}
		begins, fits := p.opening(after, x.takes)
		if !fits {
			p.leave(x, plan.Left{Fix: "a longer window, or more nodes at a time", Why: fmt.Sprintf(
				"%s goes on with pool %s once it has begun, for up to %s, and the window is never open for so long",
				x.offering.Provider, x.name, words.Duration(x.takes))})
			continue
		}
		x.begins = begins
		after = begins + middle(x.durations()) + p.Soak
		through = append(through, x)
	}
	p.pools = through
	return nil
}

// leave leaves all nodes of a pool, each for the same reason.
func (p byCall) leave(x *pool, l plan.Left) {
	for _, n := range x.nodes {
		l.Group = n.name
		p.left = append(p.left, l)
	}
}

// settings are how a pool is replaced: as its own object says, where that was read, and else as
// many at a time as was asked for.
func (p byCall) settings(x *pool) {
	x.atOnce = p.AtOnce.of(len(x.nodes))
	for i := range p.Estate.Pools {
		own := &p.Estate.Pools[i]
		if own.Name != x.name || p.Places.Pools[i].Offering != x.offering {
			continue
		}
		x.strategy = own.Strategy
		switch u := own.Rolling.Unavailable; u.Kind {
		case contract.PaceNodes:
			x.atOnce = max(1, u.Nodes)
		case contract.PacePercent:
			x.atOnce = max(1, (len(x.nodes)*u.Percent+99)/100)
		}
	}
	x.atOnce = min(x.atOnce, len(x.nodes))
}

// playOne plays the call of a pool: it has no window, since nothing stops it once it has begun.
func (p byCall) playOne(ctx context.Context, x *pool) error {
	s := p.base
	move, _ := x.offering.Contract.First(contract.Upgrade)
	t := simulate.Trigger{Kind: contract.Upgrade, Move: move.Name, Pool: x.name}
	for _, n := range x.nodes {
		t.Nodes = append(t.Nodes, n.name)
	}
	s.Triggers = []simulate.Trigger{t}
	s.Terms = []simulate.PoolTerms{{Pool: x.name, Unavailable: &contract.Pace{Kind: contract.PaceNodes, Nodes: x.atOnce}}}
	s.Horizon = min(x.longest(&s.Timings), year)
	sim, err := simulate.Play(ctx, p.world, s, nil)
	x.played = &played{Simulation: sim}
	if err == nil {
		x.takes = slices.Max(append(x.durations(), time.Minute)).Truncate(time.Minute) + time.Minute
	}
	return ended(ctx, err)
}

// longest is how long a pool takes at the most: after it, it is stuck.
func (x *pool) longest(t *simulate.Timings) time.Duration {
	each := t.NodeReady + 10*(t.PodReady+t.PodStop) + 10*time.Minute
	if move, ok := x.offering.Contract.First(contract.Upgrade); ok {
		if deadline, ok := move.Deadline.Finite(); ok {
			each += deadline
		}
	}
	return time.Hour + time.Duration(len(x.nodes))*each
}

// durations are how long the call took in the runs in which it got through.
func (x *pool) durations() []time.Duration {
	var all []time.Duration
	for i := range x.Runs {
		if r := &x.Runs[i]; r.Unreplaced == 0 && r.LastGone != simulate.None {
			all = append(all, r.LastGone)
		}
	}
	return all
}

func middle(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// notThrough is why a pool does not get through in most runs; where it is in some, that is noted.
func (p byCall) notThrough(x *pool) (plan.Left, bool) {
	failed := len(x.Runs) - len(x.durations())
	if failed == 0 {
		return plan.Left{}, false
	}
	var why *simulate.Stay
	for i := range x.Runs {
		for k := range x.Runs[i].Stays {
			if s := &x.Runs[i].Stays[k]; why == nil || why.Cause == simulate.ByOthers && s.Cause != simulate.ByOthers {
				why = s
			}
		}
	}
	if why == nil {
		why = &simulate.Stay{}
	}
	if 2*failed > len(x.Runs) {
		l := stays("", why)
		l.Why = x.offering.Provider + " gives the replacement of pool " + x.name + " up: " + cmp.Or(why.Why, "it does not end in time")
		return l, true
	}
	p.note("the replacement of pool %s was given up in %d of %d runs: %s", x.name, failed, len(x.Runs), why.Why)
	return plan.Left{}, false
}

// opening is when something may begin that takes so long and is not stopped by the end of a window.
func (p byCall) opening(after, takes time.Duration) (time.Duration, bool) {
	if p.Window.Days.Every == disruption.Never {
		return after, true
	}
	for _, o := range p.Window.Openings(disruption.NodeWork, p.Start.Add(after), p.Start.Add(year)) {
		if o.Length() >= takes {
			return o.From.Sub(p.Start), true
		}
	}
	return 0, false
}

// movedIn are the workloads whose pods go with a pool, by name.
func (p byCall) movedIn(x *pool) []string {
	var all []string
	for i := range x.nodes {
		all = append(all, p.moved(x.nodes[i].name)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// poolSteps are the call for a pool, and the wait for what was moved by it; the last is returned.
func (b *builder) poolSteps(x *pool, wave int, before []string) string {
	var names, uids []string
	for _, n := range x.nodes {
		names = append(names, n.name)
		uids = append(uids, b.Estate.Nodes[n.index].UID)
	}
	with := x.call.with()
	with[step.PoolKey], with[step.Pool] = x.label, x.name
	with[step.Nodes], with[step.NodeUIDs] = strings.Join(names, ","), strings.Join(uids, ",")
	with[step.AtOnce] = strconv.Itoa(x.atOnce)
	if x.strategy != "" {
		with[step.Strategy] = x.strategy
	}
	refs := byCall{b.planner}.movedIn(x)
	s := plan.Step{ID: "replace/" + x.group(), Wave: wave, Group: x.group(), Needs: before, Attempts: 1,
		Title: fmt.Sprintf("%s replaces %s, %d at a time at the most: %s", x.offering.Provider, words.Count(len(names), "node"), x.atOnce,
			x.call.says()),
		Action: plan.Action{Kind: x.call.kind, With: with}, Guards: b.poolGuards(x, refs),
		TimeoutSeconds: int64(x.longest(&b.base.Timings).Seconds()), Predicted: new(spread(x.durations()))}
	last := b.add(s)
	b.soaked(len(b.plan.Steps)-1, before)
	b.approval(len(b.plan.Steps)-1, wave)
	return b.add(b.settleOf(x.group(), wave, last, refs))
}

// poolGuards hold when the call is made, and after it nothing stops it: the window has to be open
// for as long as it takes.
func (b *builder) poolGuards(x *pool, refs []string) []plan.Guard {
	all := b.window()
	for i := range all {
		all[i].With[step.Room] = x.takes.String()
		all[i].Says += ", for " + words.Duration(x.takes) + " more"
	}
	for _, ref := range refs {
		if floor, _ := b.floorOf(ref); floor > 0 {
			all = append(all, b.floor(ref, floor))
		}
	}
	seen := map[string]bool{}
	for i := range x.nodes {
		for _, g := range b.budgets(&x.nodes[i]) {
			if !seen[g.Says] {
				seen[g.Says] = true
				all = append(all, g)
			}
		}
	}
	return all
}

// settleOf waits until workloads are ready again.
func (b *builder) settleOf(group string, wave int, last string, refs []string) plan.Step {
	with, title := b.settling(refs)
	return plan.Step{ID: step.Settle + "/" + group, Title: title, Wave: wave, Group: group, Needs: []string{last},
		TimeoutSeconds: int64((settles + b.Soak).Seconds()), Attempts: 1, Action: plan.Action{Kind: step.Settle, With: with}}
}

// bare are the pods on the nodes of pools that nothing makes again: their provider evicts them.
func (p byCall) bare(x *pool) []*kubernetes.Workload {
	var all []*kubernetes.Workload
	for _, n := range x.nodes {
		for _, k := range p.on[n.name] {
			if w := &p.Estate.Workloads[p.Estate.Pods[k].Workload]; w.Bare && w.Evictable {
				all = append(all, w)
			}
		}
	}
	return all
}
