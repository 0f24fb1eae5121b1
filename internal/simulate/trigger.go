package simulate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/responsibility"
)

// Check says what is wrong with a scenario for this world, or nil.
func (w *World) Check(s *Scenario) error {
	if s.Horizon <= 0 {
		return fmt.Errorf("horizon is %s, wants a time above zero", s.Horizon)
	}
	if s.Runs < 1 {
		return fmt.Errorf("runs is %d, wants 1 or more", s.Runs)
	}
	if len(s.Triggers) == 0 {
		return fmt.Errorf("triggers is empty: nothing would happen")
	}
	for i := range s.Triggers {
		if err := w.checkTrigger(&s.Triggers[i]); err != nil {
			return fmt.Errorf("triggers[%d]: %w", i, err)
		}
	}
	return nil
}

func (w *World) checkTrigger(t *Trigger) error {
	if !slices.Contains(Kinds, t.Kind) {
		return fmt.Errorf("kind is %q, wants one of %s", t.Kind, strings.Join(Kinds, ", "))
	}
	if t.Kind == Rollout || t.Kind == Scale {
		if w.workloadNamed(t.Workload) < 0 {
			return fmt.Errorf("there is no workload %s", t.Workload)
		}
		return nil
	}
	if t.Pool != "" && !slices.Contains(w.Pools(), t.Pool) {
		return fmt.Errorf("there is no pool %q; there are %s", t.Pool, strings.Join(w.Pools(), ", "))
	}
	poolOf := make(map[string]string, len(w.nodes))
	for i := range w.nodes {
		poolOf[w.nodes[i].name] = w.pools[w.shapes[w.nodes[i].shape].pool].name
	}
	for _, n := range t.Nodes {
		switch pool, ok := poolOf[n]; {
		case !ok:
			return fmt.Errorf("there is no node %q", n)
		case t.Pool != "" && pool != t.Pool:
			return fmt.Errorf("node %q is of pool %q, and not of %q", n, pool, t.Pool)
		}
	}
	var without []string
	found := false
	for i := range w.nodes {
		n := &w.nodes[i]
		if t.Pool != "" && w.pools[w.shapes[n.shape].pool].name != t.Pool || n.offering == nil {
			continue
		}
		if m, ok := w.move(n.offering, t); ok {
			if p := contract.PolicyOf(n.offering.Contract, m, 0); t.Kind == Consolidation && !p.Karpenter {
				return fmt.Errorf("consolidation is played for Karpenter alone, and %s is not one", n.offering.ID)
			}
			found = true
			break
		}
		if !slices.Contains(without, n.offering.ID) {
			without = append(without, n.offering.ID)
		}
	}
	switch {
	case found:
	case len(without) > 0:
		return fmt.Errorf("the contract of %s has no such move: %s", strings.Join(without, ", "), spoken(t))
	default:
		return fmt.Errorf("%s: no node stands on an offering with a contract", spoken(t))
	}
	return nil
}

func spoken(t *Trigger) string {
	if t.Move != "" {
		return t.Kind + " (" + t.Move + ")"
	}
	return t.Kind
}

// move is the one of an offering's moves that a trigger means.
func (w *World) move(o *responsibility.Offering, t *Trigger) (contract.Terms, bool) {
	if o == nil || o.Contract == nil {
		return contract.Terms{}, false
	}
	for _, m := range o.Contract.For(t.Kind) {
		if t.Move == "" || m.Name == t.Move {
			return m, true
		}
	}
	return contract.Terms{}, false
}

// PolicyFor is how a node goes by a trigger: false where the contract it
// stands under has no such move.
func (w *World) policyFor(o *responsibility.Offering, grace time.Duration, t *Trigger) (contract.Policy, bool) {
	m, ok := w.move(o, t)
	if !ok {
		return contract.Policy{}, false
	}
	return contract.PolicyOf(o.Contract, m, grace), true
}

// trigger has the provider, or somebody, do what the scenario says.
func (e *engine) trigger(i int) {
	t := &e.scenario.Triggers[i]
	cause := e.event(Event{Kind: Triggered, Node: -1, Pod: -1, Workload: -1, Cause: -1, Number: int32(i), Detail: spoken(t)})
	switch t.Kind {
	case Rollout:
		l := e.workloadNamed(t.Workload)
		e.beginRollout(l, e.event(Event{Kind: RolledOut, Node: -1, Pod: -1, Workload: l, Cause: cause}))
		return
	case Scale:
		if e.World.loads[e.workloadNamed(t.Workload)].autoscaled {
			e.after(e.between(0, autoscalerSync), doScale, int32(i), cause, 0)
			return
		}
		e.scaleNow(t, cause)
		return
	}
	byPool := map[int32][]int32{}
	var pools []int32
	for n := range e.nodes {
		x := &e.nodes[n]
		if x.state == nodeNone || x.state == nodeGone || x.state == nodeLaunching || !e.meant(t, int32(n)) {
			continue
		}
		if byPool[x.pool] == nil {
			pools = append(pools, x.pool)
		}
		byPool[x.pool] = append(byPool[x.pool], int32(n))
	}
	slices.Sort(pools)
	for _, p := range pools {
		e.triggerPool(t, byPool[p], cause)
		if e.scenario.Mishap.Twice {
			e.another(t, byPool[p], cause)
		}
	}
}

func (e *engine) meant(t *Trigger, n int32) bool {
	x := &e.nodes[n]
	if t.Pool != "" && e.World.pools[x.pool].name != t.Pool {
		return false
	}
	return t.Nodes == nil || x.initial >= 0 && slices.Contains(t.Nodes, e.World.nodes[x.initial].name)
}

// triggerPool does so for nodes of one pool. Nodes of one pool may have
// policies that differ in their deadline.
func (e *engine) triggerPool(t *Trigger, nodes []int32, cause int32) {
	var rolled []int32
	var how *contract.Policy
	for _, n := range nodes {
		x := &e.nodes[n]
		policy := e.policy(t, n)
		if policy == nil || x.state == nodeDraining {
			continue
		}
		switch {
		case t.Kind == Consolidation:
			c := &e.loop.consolidation
			if c.pools == nil {
				c.pools = make([]bool, len(e.pools))
			}
			c.policy, c.cause, c.pools[x.pool] = policy, cause, true
		case t.Kind == Expiry && policy.Karpenter:
			e.expiry = policy
			e.setTimer(t, n, policy, cause)
		case policy.Budgeted:
			e.ask(n, policy, cause)
			e.loop.want(e, n)
		default:
			e.ask(n, policy, cause)
			rolled = append(rolled, n)
			how = policy
		}
	}
	if len(e.loop.wanted) > 0 || e.loop.consolidation.policy != nil {
		e.loop.on = true
		e.loopSoon()
	}
	if len(rolled) > 0 {
		r := &roll{id: int32(len(e.rolls)), policy: how, todo: rolled, limit: how.AtOnce(len(nodes)), replaces: map[int32]int32{}, cause: cause}
		e.rolls = append(e.rolls, r)
		r.due = true
		e.after(e.between(50*time.Millisecond, 300*time.Millisecond), doRoll, r.id, 0, 0)
	}
}

// loopSoon has the loop see what it has to do at its next poll. That a node
// has drifted is noticed within half a second.
func (e *engine) loopSoon() {
	now := e.now
	e.now += int64(e.between(50*time.Millisecond, 400*time.Millisecond))
	e.touch()
	e.now = now
}

// ask notes that a node is meant to be replaced.
func (e *engine) ask(n int32, policy *contract.Policy, cause int32) {
	x := &e.nodes[n]
	x.policy, x.cause = policy, cause
	if !x.asked {
		x.asked = true
		e.run.Asked++
		e.run.Left++
	}
}

// setTimer has a node expire at its age, or at once where it is named.
func (e *engine) setTimer(t *Trigger, n int32, policy *contract.Policy, cause int32) {
	x := &e.nodes[n]
	due := x.expires
	if t.Nodes != nil {
		due = e.now
	}
	if due >= never || due > e.horizon {
		return
	}
	x.policy, x.cause = policy, cause
	e.at(max(due, e.now)+int64(e.between(50*time.Millisecond, 400*time.Millisecond)), doExpire, n, 0, x.gen)
}

// expire drains a node whose time has come. One controller does so for all of
// them, and rests for a second after each.
//
// Source: Controller.Reconcile in
// pkg/controllers/nodeclaim/expiration/controller.go of Karpenter 1.14.
func (e *engine) expire(n, again int32) {
	x := &e.nodes[n]
	if x.state == nodeDraining || x.state == nodeGone || x.state == nodeLaunching {
		return
	}
	if again == 0 {
		at := max(e.now, e.expirer)
		e.expirer = at + int64(e.between(1000*time.Millisecond, 1030*time.Millisecond))
		if at > e.now {
			e.at(at, doExpire, n, 1, x.gen)
			return
		}
	}
	policy := x.policy
	if policy == nil {
		policy = e.expiry
	}
	e.ask(n, policy, x.cause)
	e.beginDrain(n, x.cause)
}

// another drains one more node of a pool, whatever budgets say.
func (e *engine) another(t *Trigger, nodes []int32, cause int32) {
	from := e.rng.IntN(len(nodes))
	for k := range nodes {
		n := nodes[(from+k)%len(nodes)]
		if x := &e.nodes[n]; x.state == nodeActive {
			if x.policy == nil {
				x.policy = e.policy(t, n)
			}
			e.beginDrain(n, e.event(Event{Kind: Chosen, Node: n, Pod: -1, Workload: -1, Cause: cause, Number: -1, Detail: "one more drain at the same time"}))
			return
		}
	}
}

// policy is how a node goes by a trigger; nodes that go alike share it.
func (e *engine) policy(t *Trigger, n int32) *contract.Policy {
	x := &e.nodes[n]
	o := e.World.pools[x.pool].offering
	if x.initial >= 0 && e.World.nodes[x.initial].offering != nil {
		o = e.World.nodes[x.initial].offering
	}
	if o == nil {
		return nil
	}
	key := policyKey{o.ID, spoken(t), x.grace}
	if p, ok := e.policies[key]; ok {
		return p
	}
	var found *contract.Policy
	if p, ok := e.policyFor(o, time.Duration(x.grace), t); ok {
		found = &p
	}
	e.policies[key] = found
	return found
}

type policyKey struct {
	offering, move string
	grace          int64
}

// autoscalerSync is how often an autoscaler looks at its workload. What changes
// meanwhile waits for that look.
//
// Source: HorizontalController.enqueueHPA in
// pkg/controller/podautoscaler/horizontal.go of Kubernetes 1.36, with the
// default of --horizontal-pod-autoscaler-sync-period.
const autoscalerSync = 15 * time.Second

func (e *engine) scaleNow(t *Trigger, cause int32) {
	l := e.workloadNamed(t.Workload)
	e.scale(l, t.Replicas, e.event(Event{Kind: Scaled, Node: -1, Pod: -1, Workload: l, Cause: cause, Number: int32(t.Replicas)}))
}

// scale sets a workload's replicas.
func (e *engine) scale(l int32, replicas int, cause int32) {
	x, w := &e.loads[l], &e.World.loads[l]
	if w.kind != replicated && w.kind != ordered {
		return
	}
	x.replicas = int32(replicas)
	for _, g := range w.guards {
		state, spec := &e.guards[g], &e.World.guards[g]
		for k, other := range spec.loads {
			if other == l {
				state.groups[k].Scale = replicas
			}
		}
		e.judgeGuard(g)
	}
	e.needControl(l, cause)
}
