package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// Stay is a node that was to be replaced, and is still there when the time is
// over, or was given up.
type Stay struct {
	Node, Pool string
	// Stuck: it does not only wait for its turn. Something holds it, and nothing
	// that is played will change that.
	Stuck bool
	Why   string // what holds it
	Cause Cause  // what kind of thing that is
	// Holder is the workload whose pod does, by its reference; the zero value
	// where none does. Pod is that pod by name.
	Holder kubernetes.Ref
	Pod    string
	// Evidence is what else tells why: what a PDB counts, and which pod finds no
	// node.
	Evidence []string
	// Filters are what keeps the pod that finds no node off those there are, that of the
	// most first.
	Filters []Filter
	// Unsure says that what holds it may end: an operator keeps the pods, and may move them, or
	// what may limit its drain was not read. Neither is played.
	Unsure bool
}

const (
	// stuckAfter is after how long a drain that gets no further is taken to be
	// held up, and not to be at work: longer than pods need to follow one another.
	stuckAfter = 15 * time.Minute
	// mostStays is of how many nodes a run says why they stay.
	mostStays = 50
)

// whyStays says why nodes that were to go are still there.
type whyStays struct{ *engine }

// all says of each node that was to go and is still there what holds it.
func (e whyStays) all() []Stay {
	var all []Stay
	for n := range e.nodes {
		x := &e.nodes[n]
		if !x.targeted || x.state == nodeGone || x.state == nodeNone {
			continue
		}
		s := e.stay(int32(n))
		switch {
		case s.Holder.Name == "" || !s.Stuck:
		case e.operated[s.Holder] != "":
			s.Unsure = true
			s.Why += "; " + e.operated[s.Holder] + ", which is not simulated"
		case e.World.pools[x.pool].unsettled:
			s.Unsure = true
			s.Why += "; whether its update is forced is not known"
		case e.World.pools[x.pool].unread && x.state == nodeDraining:
			s.Unsure = true
			s.Why += "; whether its drain has a limit was not read"
		}
		s.Node, s.Pool = e.nameOf(int32(n)), e.World.pools[x.pool].name
		if all = append(all, s); len(all) == mostStays {
			break
		}
	}
	return all
}

// endsByForce reports whether a drain that is under way ends by a deadline after what is
// played, whatever holds it until then.
func (e whyStays) endsByForce(n int32) bool {
	x := &e.nodes[n]
	return x.deadline < never && x.deadline >= e.now && (x.policy == nil || x.policy.Deadline.Then == disruption.Force)
}

func (e *engine) nameOf(n int32) string {
	if i := e.nodes[n].initial; i >= 0 {
		return e.World.nodes[i].name
	}
	return "a node that was started meanwhile"
}

// stay says what holds one node.
func (e whyStays) stay(n int32) Stay {
	x := &e.nodes[n]
	switch long := e.now-x.began > int64(stuckAfter); {
	case x.gaveUp != nil:
		s := *x.gaveUp
		s.Stuck = true
		if s.Why == "" {
			s.Why = "its drain was given up at its deadline"
		} else {
			s.Why = "its drain was given up at its deadline: " + s.Why
		}
		return s
	case x.state == nodeDraining || x.byHand:
		s := e.heldBy(n)
		s.Stuck = long && s.Why != "" && !e.endsByForce(n)
		if s.Why == "" {
			s.Why = "its drain is under way"
		}
		return s
	case x.state == nodeMarked:
		return Stay{Why: "its replacement is not ready"}
	}
	if e.waves.planned[n] {
		return Stay{Cause: ByOthers, Why: "its wave has not come"}
	}
	return e.notBegun(n)
}

// notBegun says why nobody has begun a node.
func (e whyStays) notBegun(n int32) Stay {
	x := &e.nodes[n]
	if x.refused != nil {
		return *x.refused
	}
	if x.policy != nil && x.policy.Paused {
		return e.paused(n)
	}
	if x.unrepaired {
		return Stay{Stuck: true, Cause: ByThreshold, Why: x.policy.Unhealthy.Exceeded()}
	}
	if until, p := e.extendedUntil(n); until >= e.now {
		return e.runsOn(until, p, x.policy.Extended.By)
	}
	for _, r := range e.upgrader.upgrades {
		if s := e.unreplaced(r, n); s.Why != "" {
			return s
		}
		if r.stopped && slices.Contains(r.todo, n) {
			return Stay{Stuck: true, Cause: ByOthers, Why: "the operation stopped before its turn"}
		}
		if slices.Contains(r.todo, n) && r.active >= r.limit && e.slotsStuck(r) {
			return Stay{Stuck: true, Cause: ByOthers, Why: "its turn does not come: the drains under way do not finish"}
		}
	}
	waited := e.now-x.asked > int64(stuckAfter)
	if p := &e.World.pools[x.pool]; p.static && x.policy != nil && x.policy.Budgeted {
		if limit := int(p.limits[slots]); limit > 0 && limit <= p.replicas {
			return Stay{Stuck: waited, Cause: ByLimit, Why: fmt.Sprintf(
				"the limit of %s of pool %s allows no replacement, which comes before a node goes", words.Count(limit, "node"), p.name)}
		}
	}
	return e.notSelected(n, waited)
}

// notSelected says what of the pods of a node, or else of its turn, has it not selected.
func (e whyStays) notSelected(n int32, waited bool) Stay {
	if s := e.needed(n); s.Why != "" {
		return s
	}
	if e.nodes[n].blocks > 0 {
		s := e.heldBy(n)
		s.Stuck = waited && s.Why != ""
		s.Why = "it is not selected: " + s.Why
		return s
	}
	return e.turn(n)
}

// unreplaced says of a node that its replacement, or that of the nodes before it, is not there.
func (e whyStays) unreplaced(r *rollingUpgrade, n int32) Stay {
	if slices.Contains(r.lacking, n) {
		return Stay{Stuck: true, Cause: ByCapacity, Why: "its replacement is not there: no node can be started"}
	}
	if len(r.lacking) >= r.limit && slices.Contains(r.todo, n) {
		const why = "it waits for the nodes before it, whose replacements are not there: no node can be started"
		return Stay{Stuck: true, Cause: ByOthers, Why: why}
	}
	for _, old := range r.replaces {
		if old == n {
			return Stay{Why: "its replacement is not ready"}
		}
	}
	return Stay{}
}

// slotsStuck reports whether every drain that a rolling upgrade has under way is
// held up.
func (e whyStays) slotsStuck(r *rollingUpgrade) bool {
	stuck := 0
	for n := range e.nodes {
		x := &e.nodes[n]
		if x.state == nodeDraining && x.upgrade == r.id && e.now-x.began > int64(stuckAfter) && e.heldBy(int32(n)).Why != "" {
			stuck++
		}
	}
	return stuck >= r.limit
}

// heldBy finds the pod that holds a node, and why.
func (e whyStays) heldBy(n int32) Stay {
	for _, p := range e.nodes[n].pods {
		c := &e.classes[e.pods[p].class]
		if e.asksNobody(p, n) || e.nodes[n].detaching && !c.mounts {
			continue
		}
		s := Stay{Holder: e.World.workloads[c.workload].Ref, Pod: e.podNamed(p)}
		if e.holdsUp(&s, p, n) {
			return s
		}
	}
	return Stay{}
}

// byKarpenter reports whether Karpenter is who empties a node, or would be.
func (e whyStays) byKarpenter(n int32) bool {
	x := &e.nodes[n]
	return !x.byHand && (x.policy == nil || x.policy.Karpenter)
}

// asksNobody reports whether a pod leaves its node, or stays behind, without anybody being
// asked. Karpenter asks the PDB of a DaemonSet's pod as of any other.
func (e whyStays) asksNobody(p, n int32) bool {
	x, c := &e.nodes[n], &e.classes[e.pods[p].class]
	if x.state == nodeActive && e.byKarpenter(n) && e.pods[p].blocks {
		return false // whatever keeps it: Karpenter asks before it chooses a node
	}
	asked := e.byKarpenter(n) && c.drain.DaemonSet && e.pods[p].blocks
	return e.drainer.drainLeaves(p, n) && !asked || c.toleratesDrain && x.policy != nil && x.policy.Karpenter
}

// holdsUp says by what a pod holds up its node; false where it does not.
func (e whyStays) holdsUp(s *Stay, p, n int32) bool {
	y := &e.pods[p]
	c, t := &e.classes[y.class], e.drainedAs(y.class, n)
	switch {
	case e.nodes[n].detaching:
		s.Cause = ByVolume
		s.Why = fmt.Sprintf("its drain was given up at its deadline, and it waits for the volume of pod %s to be detached", s.Pod)
	case y.state != podLeaving && t.Awaited:
		s.Why, s.Cause = fmt.Sprintf("%s has the drain wait until pod %s ends by itself", t.By, s.Pod), ByRule
	case y.state == podLeaving && e.overdue(p):
		s.Why, s.Cause = e.World.pods[p].overdueBy(), ByOverdue
	case y.state == podLeaving:
		s.Why, s.Cause = fmt.Sprintf("pod %s is still stopping", s.Pod), ByGrace
	case e.byKarpenter(n) && c.protected && e.pdbController.protected(p):
		s.Why, s.Cause = fmt.Sprintf("pod %s is annotated %s, and nobody evicts it", s.Pod, disruption.DoNotDisrupt), ByAnnotation
	case e.admission.refusesEviction(p) >= 0:
		s.Why, s.Cause = fmt.Sprintf("pod %s cannot be evicted: %s", s.Pod, e.gates[e.admission.refusesEviction(p)].silent()), ByWebhook
	case !e.decide(p):
		s.Why, s.Cause = e.refused(p), e.whyRefused(p)
		s.Evidence, s.Filters = e.waitingUnder(c)
	default:
		return false
	}
	return true
}

// decide reports whether the API server would evict a pod now.
func (e whyStays) decide(p int32) bool { d := e.evictor.decide(p); return d.Evicts() }

// podNamed is what a pod is called.
func (e *engine) podNamed(p int32) string {
	x := &e.pods[p]
	l := &e.World.workloads[e.classes[x.class].workload]
	switch {
	case x.gen == 0 && int(p) < len(e.World.pods):
		return e.World.pods[p].name
	case x.ordinal >= 0:
		return fmt.Sprintf("%s-%d", l.Name, x.ordinal)
	}
	return "of " + l.Name + " that was made anew"
}

// refused says why the API server refuses to evict a pod.
func (e whyStays) refused(p int32) string {
	c := &e.classes[e.pods[p].class]
	name := e.podNamed(p)
	if len(c.pdbs) > 1 {
		return fmt.Sprintf("pod %s is never evicted, because several PDBs select it", name)
	}
	g := c.pdbs[0].pdb
	b := &e.pdbs[g]
	if !b.Observed {
		return fmt.Sprintf("PDB %s allows no eviction of pod %s: it cannot count its pods", e.World.pdbs[g].Name, name)
	}
	return fmt.Sprintf("PDB %s allows no eviction of pod %s: %d of %d pods are healthy, and %d must be",
		e.World.pdbs[g].Name, name, b.Healthy, b.Expected, b.Desired)
}

// waitingUnder says of the pods under a class's PDB that wait for a node why none
// takes them, by what filters, and of those that are not made why not.
func (e whyStays) waitingUnder(c *class) (all []string, filters []Filter) {
	for _, at := range c.pdbs {
		for _, l := range e.World.pdbs[at.pdb].workloads {
			for _, p := range e.workloads[l].pods {
				if e.pods[p].state != podPending || len(all) >= 3 {
					continue
				}
				if off := (whyPending{e.engine}).of(p); off.text != "" {
					all, filters = append(all, fmt.Sprintf("no node takes pod %s: %s", e.podNamed(p), off.text)), off.filters
				}
			}
			if why := e.admission.refusal(l); why != "" && e.workloads[l].refusals > 0 {
				all = append(all, fmt.Sprintf("the API server makes no pod of %s: %s", e.World.workloads[l].Name, why))
			}
		}
	}
	return all, filters
}

// mostWaits is of how many pods a run says why no node takes them.
const mostWaits = 10
