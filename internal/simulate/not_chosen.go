package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
)

// turn says of a node that nobody has begun, and that no pod keeps from being
// chosen, what its turn waits for: a window, or a place for its pods elsewhere.
func (e whyStays) turn(n int32) Stay {
	x := &e.nodes[n]
	quiet := e.now-x.asked > int64(stuckAfter) && e.atRest()
	switch {
	case x.policy == nil:
	case x.policy.Windowed && e.scenario.Window.Days.Every != disruption.Never && !e.scenario.Window.Contains(e.timeOfDay(), false):
		next, ok := e.scenario.Window.Next(e.timeOfDay())
		if !ok {
			return Stay{Stuck: true, Cause: ByWindow, Why: "no maintenance window comes for it"}
		}
		return Stay{Cause: ByWindow, Why: "its turn has not come: the next maintenance window opens at " + clockTime(next.From)}
	case x.policy.Budgeted && x.kept && e.keptBy(n) == uninitialized:
		return Stay{Stuck: true, Cause: ByUninitialized, Why: "it is not initialized, and Karpenter does not choose it: " +
			"a startup taint is still on it, or a resource that its claim asked for is not there"}
	case x.policy.Budgeted && x.kept && e.keptBy(n) == poolGone:
		return Stay{Stuck: true, Cause: ByGonePool, Why: fmt.Sprintf(
			"its NodePool %s is not there, and Karpenter chooses none of its nodes", e.World.pools[x.pool].name)}
	case x.policy.Budgeted && x.kept:
		return Stay{Stuck: true, Cause: ByNodeAnnotation, Why: fmt.Sprintf(
			"it is annotated %s, and Karpenter does not choose it, whatever its termination grace period", disruption.DoNotDisrupt)}
	case x.policy.Budgeted:
		if s := e.outsideBudgets(x.pool); s.Why != "" {
			return s
		}
		if slices.Contains(e.drift.wanted, n) && e.drift.dynamic(n) {
			if s := e.noPlace(n); s.Why != "" {
				s.Stuck = quiet
				return s
			}
		}
	}
	return Stay{Why: "its turn has not come"}
}

// atRest reports whether no node is on its way in or out.
func (e whyStays) atRest() bool {
	return !slices.ContainsFunc(e.nodes, func(x nodeState) bool {
		return x.state == nodeLaunching || x.state == nodeMarked || x.state == nodeDraining && e.now-x.began <= int64(stuckAfter)
	})
}

// outsideBudgets says until when the node budgets of a pool let none of its nodes go,
// where they let none go now whatever the others do.
func (e whyStays) outsideBudgets(pool int32) Stay {
	p := &e.World.pools[pool]
	budgets := e.scenario.budgets(p)
	now := e.timeOfDay()
	down := e.notReady(pool)
	if allowed := budgets.Allowed(now, e.pools[pool].total, disruption.Drifted); allowed > 0 && allowed <= len(down) {
		why := fmt.Sprintf("the node budgets of pool %s let go %s, which those that are not ready use up: %s",
			p.name, words.Count(allowed, "node"), words.Few(down))
		return Stay{Stuck: true, Cause: ByDownNodes, Why: why}
	} else if allowed > 0 {
		return Stay{}
	}
	for range 2 * len(budgets.Written()) {
		next, ok := budgets.NextChange(now)
		if !ok {
			break
		}
		if now = next; budgets.Allowed(now, e.pools[pool].total, disruption.Drifted) > 0 {
			return Stay{Cause: ByWindow, Why: fmt.Sprintf(
				"its turn has not come: the node budgets of pool %s let no node go before %s", p.name, clockTime(now))}
		}
	}
	return Stay{Stuck: true, Cause: ByWindow, Why: fmt.Sprintf("the node budgets of pool %s let no node go", p.name)}
}

// notReady are the nodes of a pool that are not ready, and that nobody has chosen.
func (e whyStays) notReady(pool int32) []string {
	var all []string
	for n := range e.nodes {
		if x := &e.nodes[n]; x.pool == pool && x.unready && x.state == nodeActive {
			all = append(all, e.nameOf(int32(n)))
		}
	}
	return all
}

// noPlace says which pod of a node Karpenter finds no place for.
func (e whyStays) noPlace(n int32) Stay {
	sv := &e.solver
	moves := sv.movable(n, nil)
	slices.SortFunc(moves, sv.before)
	sv.base = sv.reschedulable(sv.base[:0])
	over, used := e.nodeClaims.overLimits(), &e.pools[e.nodes[n].pool].used
	size := &e.shapes[e.nodes[n].shape].size
	used.sub(size)
	e.close(n)
	defer func() {
		e.open(n)
		used.add(size)
	}()
	for k := range moves {
		claims, ok := sv.solve(sv.base, moves[:k+1], true)
		full := slices.ContainsFunc(claims, func(c nodeClaim) bool { return over[c.pool] })
		if ok && !full {
			continue
		}
		p := moves[k]
		s := Stay{Holder: e.World.workloads[e.classes[e.pods[p].class].workload].Ref, Pod: e.podNamed(p)}
		switch tie := e.pods[p].tie; {
		case full:
			s.Cause = ByPlace
			s.Why = fmt.Sprintf("it is not selected: pod %s needs a new node, and a pool has more than its limits already", s.Pod)
		case tie != untied && e.ties[tie].seen != anyHost:
			s.Cause = ByTiedVolume
			s.Why = fmt.Sprintf("it is not selected: the volume of pod %s lies on it, so that no other node takes that pod", s.Pod)
		case sv.classes[e.pods[p].class].devices:
			s.Cause = ByPlace
			s.Why = fmt.Sprintf("it is not selected: pod %s asks for devices by resource claims, and Karpenter finds no place for such pods", s.Pod)
		default:
			off := whyPending{e.engine}.elsewhere(p)
			s.Cause, s.Filters = ByPlace, off.filters
			s.Why = fmt.Sprintf("it is not selected: Karpenter finds no place for pod %s elsewhere, and can start no node that takes it", s.Pod)
			if sv.classes[e.pods[p].class].open {
				s.Unsure = true
				s.Why = fmt.Sprintf("it is not selected: whether Karpenter can start a node that takes pod %s is not known", s.Pod)
			}
			if off.text != "" {
				s.Evidence = []string{fmt.Sprintf("of the other nodes, for pod %s: %s", s.Pod, off.text)}
			}
			c, of := e.classes[e.pods[p].class].constraint, e.nodes[n].shape
			if changed := e.changed(of); changed != "" && (tie != untied || !e.fits[c][e.shapes[of].anew]) {
				s.Evidence = append(s.Evidence, changed)
			}
		}
		return s
	}
	return Stay{}
}

func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
