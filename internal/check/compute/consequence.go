package compute

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// consequence says what a broken obligation leads to under an offering's
// contract, and when. Everything it says of the platform is in the contract.
type consequence struct {
	offering *responsibility.Offering
	// soonest is the first time at which one of the nodes under the workload
	// reaches its maximum age, where the estate has nodes to tell; zero if not.
	soonest time.Time
	node    string
	// grace is the terminationGracePeriod of the workload's nodes, or of the
	// pool it asks for, at the shortest; 0 where they have none. It turns a
	// drain that would wait into one that forces.
	grace time.Duration
	// life is the expireAfter of the pool it asks for; 0 where that is not known.
	life time.Duration
	// paced says that the pools have node budgets of their own.
	paced bool
}

// routine is the move by which nodes are patched, with the deadline that the
// nodes at hand really have.
func (c consequence) routine() responsibility.Move {
	m := c.offering.Contract.Routine()
	if c.grace > 0 {
		m.Deadline.Is, m.OnDeadline.Is = c.grace.String(), "force"
	}
	return m
}

// blocked: no eviction is ever allowed, so drains run into their deadline.
func (c consequence) blocked() string {
	if c.offering.Contract == nil {
		return ""
	}
	m := c.routine()
	drain := "a drain"
	var then string
	deadline, stated := m.Deadline.Duration()
	switch {
	case m.OnDeadline.Is == "wait" || deadline == responsibility.Forever:
		then = "waits without end: the node stays unpatched until somebody steps in"
	case deadline == 0 && stated:
		drain, then = "the platform", "does not ask the budget at all: the pods are deleted with the node"
	default:
		waits, after := "waits for an eviction that never comes", "at its deadline"
		if stated {
			waits, after = "waits "+spoken(deadline)+" for an eviction that never comes", "after "+spoken(deadline)
		}
		switch m.OnDeadline.Is {
		case "force":
			then = waits + ", then all its pods left on the node are killed at once: an outage"
		case "fail":
			then = "fails " + after + " and stops the roll: nodes stay unpatched until the budget is corrected or somebody forces it, which ignores the budget"
		case "skip":
			then = "is given up " + after + " and the node is skipped: it stays unpatched"
		default:
			then = "waits for an eviction that never comes, and what follows is not published"
		}
	}
	return fmt.Sprintf("On %s %s %s. %s", c.offering.Title, drain, then, c.when(m)) + c.expiry(m)
}

// unprotected: nothing limits how many pods go together.
func (c consequence) unprotected(pods int) string {
	contract := c.offering.Contract
	if contract == nil {
		return ""
	}
	m := contract.Routine()
	s := fmt.Sprintf("On %s nothing keeps its %d pods from being evicted together when the nodes they stand on drain together: %s", c.offering.Title, pods, c.pace(m))
	return s + ". " + c.when(m)
}

// sharedAway: a budget over several services lets one of them be taken whole.
func (c consequence) sharedAway(name string, pods int) string {
	if c.offering == nil || c.offering.Contract == nil {
		return ""
	}
	m := c.offering.Contract.Routine()
	return fmt.Sprintf("On %s %s may be evicted together, within the budget: %s. %s", c.offering.Title, whole(name, pods), c.pace(m), c.when(m))
}

// alone: the only pod goes.
func (c consequence) alone() string {
	if c.offering.Contract == nil {
		return ""
	}
	m := c.offering.Contract.Routine()
	return fmt.Sprintf("On %s every replacement of its node is an outage, from the eviction until the next pod is ready. %s", c.offering.Title, c.when(m))
}

// gone: the pod is not evicted but goes with its node.
func (c consequence) gone() string {
	if c.offering.Contract == nil {
		return ""
	}
	return fmt.Sprintf("On %s its pods vanish when the node does, without an eviction and whatever their budget says. %s", c.offering.Title, c.when(c.offering.Contract.Routine()))
}

// pace says how many nodes a move takes at once.
func (c consequence) pace(m responsibility.Move) string {
	switch {
	case c.paced && c.offering.Contract.Windows.Is == "node-budget-schedules" && m.Windows.Is == "bind":
		return m.Title() + " takes as many nodes at once as your node budgets let it"
	case m.Pace.Is == "unbounded":
		return m.Title() + " has no limit of its own"
	case m.Pace.Is == "unstated":
		return "how many nodes a " + m.Title() + " takes at once is not published"
	case strings.HasSuffix(m.Pace.Is, "%"):
		return fmt.Sprintf("%s takes %s of nodes at once by default", m.Title(), m.Pace.Is)
	case m.Pace.Is == "1":
		return m.Title() + " takes 1 node at a time by default, but a node may carry several of its pods"
	}
	return fmt.Sprintf("%s takes %s nodes at once", m.Title(), m.Pace.Is)
}

// when says how often a move comes, and by when at the latest.
func (c consequence) when(m responsibility.Move) string {
	var s string
	switch m.Cadence.Is {
	case "on-demand":
		s = fmt.Sprintf("It comes with each %s that somebody starts", m.Trigger)
	case "event":
		s = fmt.Sprintf("It comes with each %s, whenever that is", m.Trigger)
	case "continuous":
		s = fmt.Sprintf("It may come at any time (%s)", m.Trigger)
	case "unstated":
		s = fmt.Sprintf("When the next %s comes is not published", m.Trigger)
	case "timer":
		s = "It comes when a node reaches its maximum age"
	default:
		if d, ok := m.Cadence.Duration(); ok {
			s = fmt.Sprintf("Expect %s about every %s", withArticle(m.Trigger), spoken(d))
		}
	}
	if !c.soonest.IsZero() {
		return s + fmt.Sprintf("; at the latest %s UTC, when node %s expires.", c.soonest.UTC().Format("Mon 2006-01-02 15:04"), c.node)
	}
	if x, ok := c.offering.Contract.Move("expiry"); ok && x.Cadence.Is == "timer" {
		life, ok := c.offering.Contract.MaxNodeLife.Duration()
		if c.life > 0 {
			life, ok = c.life, true
		}
		if ok && life < responsibility.Forever {
			return s + fmt.Sprintf("; at the latest when a node is %s old.", spoken(life))
		}
	}
	return s + "."
}

// expiry adds what follows where expiry ends otherwise than the routine move.
func (c consequence) expiry(routine responsibility.Move) string {
	x, ok := c.offering.Contract.Move("expiry")
	if !ok || c.grace > 0 || x.OnDeadline.Is == routine.OnDeadline.Is {
		return ""
	}
	switch x.OnDeadline.Is {
	case "force":
		return " Expiry then kills them."
	case "wait":
		return " Expiry waits as well."
	}
	return ""
}

// look takes from the nodes under a workload what the contract leaves open.
func (c *consequence) look(e *kubernetes.Estate, nodes map[string]int, w *kubernetes.Workload) {
	pinned := w.Template.NodeSelector["karpenter.sh/nodepool"]
	c.paced = len(e.Pools) > 0
	for i := range e.Pools {
		pool := &e.Pools[i]
		c.paced = c.paced && pool.Budgets != nil
		if pool.Name == pinned {
			c.life, _ = time.ParseDuration(pool.ExpireAfter) // not set is none
			if pool.ExpireAfter == "Never" {
				c.life = responsibility.Forever
			}
			c.grace, _ = time.ParseDuration(pool.Grace)
		}
	}
	for _, p := range w.Pods {
		n, ok := nodes[e.Pods[p].Node]
		if !ok || e.Nodes[n].NodeClaim == nil {
			continue
		}
		claim := e.Nodes[n].NodeClaim
		if claim.Grace > 0 && (c.grace == 0 || claim.Grace < c.grace) {
			c.grace = claim.Grace
		}
		if claim.ExpireAfter == kubernetes.Never {
			c.life = responsibility.Forever
		}
		if claim.ExpireAfter == 0 || claim.ExpireAfter == kubernetes.Never || claim.Created.IsZero() {
			continue
		}
		if x := claim.Created.Add(claim.ExpireAfter); c.soonest.IsZero() || x.Before(c.soonest) {
			c.soonest, c.node = x, e.Nodes[n].Name
		}
	}
}

// spoken writes a duration as people say it: 15 min, 24 h, 7 days.
func spoken(d time.Duration) string {
	switch {
	case d >= 48*time.Hour && d%(24*time.Hour) == 0:
		return itoa(int(d/(24*time.Hour))) + " days"
	case d >= time.Hour && d%time.Hour == 0:
		return itoa(int(d/time.Hour)) + " h"
	case d >= time.Minute && d%time.Minute == 0:
		return itoa(int(d/time.Minute)) + " min"
	}
	return d.String()
}

// whole names all pods of a workload: the only pod of web, all 3 pods of web.
func whole(name string, pods int) string {
	if pods == 1 {
		return "the only pod of " + name
	}
	return fmt.Sprintf("all %d pods of %s", pods, name)
}

func withArticle(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

func itoa(n int) string { return strconv.Itoa(n) }
