package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
)

// triggers has the provider, or somebody, do what the scenario says.
type triggers struct {
	*engine
	policies map[policyKey]*contract.Policy // nodes that go alike share one
}

// assumed are what the policies of a run took for what is not published.
func (tr *triggers) assumed() []string {
	var notes []string
	for key, p := range tr.policies {
		if p == nil {
			continue
		}
		if where := tr.zoneNote(key.offering, p); where != "" {
			notes = append(notes, where)
		}
		for _, u := range p.Unstated {
			notes = append(notes, fmt.Sprintf("%s does not publish this of %s: %s", key.offering, p.Title, u))
		}
	}
	notes = append(notes, tr.sparedNotes()...)
	notes = append(notes, tr.waitNotes()...)
	notes = append(notes, tr.reportedNotes()...)
	notes = append(notes, tr.unrolledNotes()...)
	slices.Sort(notes)
	return slices.Compact(notes)
}

// zoneNote says that the node which replaces another may come in another zone, where it
// matters to some pod and nobody promises otherwise; empty where not.
func (tr *triggers) zoneNote(offering string, p *contract.Policy) string {
	if !p.Before || p.Karpenter || p.Zone == contract.SameZone {
		return ""
	}
	for n := range tr.World.nodes {
		x := &tr.nodes[n]
		if x.policy != p || !tr.World.zonal(int(x.pool)) || !slices.ContainsFunc(tr.World.pools[x.pool].shapes, func(s int32) bool {
			anew := tr.shapes[x.shape].anew
			return s != anew && tr.shapes[anew].likeButForZone(&tr.shapes[s])
		}) {
			continue
		}
		return fmt.Sprintf("%s does not promise that the node which comes before another by %s comes in the zone of that one (zone: %s): "+
			"it is played where the pool has the fewest", offering, p.Title, p.Zone)
	}
	return ""
}

// trigger has the provider, or somebody, do what the scenario says.
func (tr *triggers) trigger(i int) {
	t := &tr.scenario.Triggers[i]
	cause := tr.event(Event{Kind: Triggered, Node: -1, Pod: -1, Workload: -1, Cause: -1, Number: int32(i), Detail: spoken(t)})
	switch t.Kind {
	case Rollout:
		l := tr.workloadNamed(t.Workload)
		tr.rollouts.begin(l, tr.event(Event{Kind: RolledOut, Node: -1, Pod: -1, Workload: l, Cause: cause}))
		return
	case Scale:
		if tr.World.workloads[tr.workloadNamed(t.Workload)].autoscaled {
			tr.after(tr.between(window{0, autoscalerSync}), doScale, int32(i), cause, 0)
			return
		}
		tr.autoscaler.scale(t, cause)
		return
	case Drain:
		tr.handDrains.begin(tr.nodesOf(t), cause)
		return
	case Planned:
		tr.waves.begin(t.Waves, cause)
		return
	}
	byPool := map[int32][]int32{}
	var pools []int32
	for _, n := range tr.notYet(i, tr.nodesOf(t)) {
		p := tr.nodes[n].pool
		if byPool[p] == nil {
			pools = append(pools, p)
		}
		byPool[p] = append(byPool[p], n)
	}
	slices.Sort(pools)
	for _, p := range pools {
		tr.triggerPool(t, byPool[p], cause)
		if tr.scenario.Fault.ExtraDrain {
			tr.another(t, byPool[p], cause)
		}
	}
}

// nodesOf are the nodes that a trigger takes, of those that are there.
func (tr *triggers) nodesOf(t *Trigger) []int32 {
	var all []int32
	for n := range tr.nodes {
		x := &tr.nodes[n]
		if x.state != nodeNone && x.state != nodeGone && x.state != nodeLaunching && tr.meant(t, int32(n)) && tr.ails(t, x) {
			all = append(all, int32(n))
		}
	}
	return all
}

// ails reports whether a node is such as a trigger takes: repair takes those that
// are not healthy, which are the ones that a scenario names, too.
func (tr *triggers) ails(t *Trigger, x *nodeState) bool {
	return t.Kind != contract.Repair || x.unready || t.Nodes != nil
}

// tolerates reports whether a pool has no more unhealthy nodes than repair goes on
// with.
func (tr *triggers) tolerates(policy *contract.Policy, pool int32, ailing []int32) bool {
	unhealthy := len(ailing)
	for n := range tr.nodes {
		if x := &tr.nodes[n]; x.pool == pool && x.state == nodeActive && x.unready && !slices.Contains(ailing, int32(n)) {
			unhealthy++
		}
	}
	return policy.Unhealthy.Tolerates(unhealthy, tr.pools[pool].total)
}

func (tr *triggers) meant(t *Trigger, n int32) bool {
	x := &tr.nodes[n]
	if t.Pool != "" && tr.World.pools[x.pool].name != t.Pool {
		return false
	}
	return t.Nodes == nil || x.initial >= 0 && slices.Contains(t.Nodes, tr.World.nodes[x.initial].name)
}

// triggerPool does so for nodes of one pool. Nodes of one pool may have
// policies that differ in their deadline.
func (tr *triggers) triggerPool(t *Trigger, nodes []int32, cause int32) {
	if tr.refuse(t, nodes) {
		return
	}
	var rolled []int32
	var how *contract.Policy
	for _, n := range nodes {
		x := &tr.nodes[n]
		policy := tr.policy(t, n)
		if policy == nil || x.state == nodeDraining || x.initial >= 0 && t.spares(policy, &tr.World.nodes[x.initial]) {
			continue
		}
		switch {
		case t.Kind == contract.Consolidation:
			c := &tr.consolidation
			if c.enabled == nil {
				c.enabled = make([]bool, len(tr.pools))
			}
			c.policy, c.trigger, c.cause, c.enabled[x.pool] = policy, t, cause, true
			tr.loop.concern(x.pool)
		case t.Kind == contract.Expiry && policy.Karpenter:
			tr.expirer.trigger = t
			tr.expirer.setTimer(t, n, policy, cause)
		case t.Kind == contract.Repair && !tr.tolerates(policy, x.pool, nodes):
			if !x.targeted { // else it goes as another trigger has it
				tr.ask(n, policy, cause)
				x.unrepaired = true
			}
		case policy.Budgeted:
			tr.ask(n, policy, cause)
			tr.drift.want(n)
		default:
			tr.ask(n, policy, cause)
			rolled = append(rolled, n)
			how = policy
		}
	}
	if len(tr.drift.wanted) > 0 || tr.consolidation.policy != nil {
		tr.loop.on = true
		tr.loopSoon()
	}
	if len(rolled) > 0 {
		r := &rollingUpgrade{
			id: int32(len(tr.upgrader.upgrades)), policy: how, todo: rolled, limit: how.AtOnce(len(nodes)),
			replaces: map[int32]int32{}, cause: cause,
		}
		tr.upgrader.upgrades = append(tr.upgrader.upgrades, r)
		r.due = true
		tr.after(tr.between(upgradeStarts), doUpgrade, r.id, 0, 0)
	}
}

// loopSoon has the loop see what it has to do at its next poll. That a node
// has drifted is noticed within half a second.
func (tr *triggers) loopSoon() {
	now := tr.now
	tr.now += int64(tr.between(driftNoticed))
	tr.loop.wake()
	tr.now = now
}

// ask notes that a node is meant to be replaced.
func (tr *triggers) ask(n int32, policy *contract.Policy, cause int32) {
	x := &tr.nodes[n]
	x.policy, x.cause, x.unrepaired = policy, cause, false
	if !x.targeted {
		x.targeted, x.asked = true, tr.now
		tr.run.Asked++
		tr.run.Unreplaced++
	}
}

// another drains one more node of a pool, whatever budgets say.
func (tr *triggers) another(t *Trigger, nodes []int32, cause int32) {
	from := tr.rng.IntN(len(nodes))
	for k := range nodes {
		n := nodes[(from+k)%len(nodes)]
		if x := &tr.nodes[n]; x.state == nodeActive {
			if x.policy == nil {
				x.policy = tr.policy(t, n)
			}
			tr.drainer.begin(n, tr.event(Event{
				Kind: Chosen, Node: n, Pod: -1, Workload: -1, Cause: cause, Number: -1, Detail: "one more drain at the same time",
			}))
			return
		}
	}
}

// policy is how a node goes by a trigger; nodes that go alike share it.
func (tr *triggers) policy(t *Trigger, n int32) *contract.Policy {
	x := &tr.nodes[n]
	o := tr.World.pools[x.pool].offering
	if x.initial >= 0 && tr.World.nodes[x.initial].offering != nil {
		o = tr.World.nodes[x.initial].offering
	}
	if o == nil {
		return nil
	}
	key := policyKey{o.ID, spoken(t), contractTerms{tr.World}.settings(tr.scenario, x.pool, time.Duration(x.grace))}
	if p, ok := tr.policies[key]; ok {
		return p
	}
	var found *contract.Policy
	if p, ok := (contractTerms{tr.World}).policyFor(tr.scenario, x.pool, o, time.Duration(x.grace), t); ok {
		found = &p
	}
	tr.policies[key] = found
	return found
}

type policyKey struct {
	offering, move string
	settings       contract.Settings
}
