package compute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// consequence says what a broken obligation leads to under an offering's
// contract, and when. Everything it says of the platform is in the contract.
// Where there is no contract it says nothing.
type consequence struct {
	// offering is where it runs, or the hardest of those that it may run on, which
	// open says.
	offering *responsibility.Offering
	open     bool
	// possible are all on which it may run: one, where it is known.
	possible []*responsibility.Offering
	// anywhere says that nothing at all tells on which: then only what follows on each
	// is said, and what the hardest adds once for all of them.
	anywhere bool
	// left is the contract without what the owner's settings leave to nobody but the owner, and unsure
	// what it is not known of whether it does; nil and empty where nothing does.
	left   *contract.Contract
	unsure string
	// pools say how many nodes go at once by what Terraform sets; empty where it sets nothing.
	pools string
	// soonest is the first time at which one of the nodes under the workload
	// reaches its maximum age, where the estate has nodes to tell; zero if not.
	soonest time.Time
	node    string
	// grace is the terminationGracePeriod of the workload's nodes, or of the
	// pools it may run on, at the shortest; 0 where they have none.
	grace time.Duration
	// claimed: it is that of nodes there are, by their claims, and not of pools. Mounts: its
	// pods mount claims.
	claimed, mounts bool
	// spot says by what it is known that its pods run on spot capacity; empty where they do
	// not, or nothing tells.
	spot string
	// asks is for how long its pods ask to stop.
	asks time.Duration
	// ages are those of the nodes that its pods may run on, by pool.
	ages []contract.Age
	// paced says that the pools have node budgets of their own, and apart that no
	// node carries two of the workload's pods.
	paced, apart bool
	// pool is the one of all of its nodes, where no Karpenter makes them, and updates how
	// many nodes that has; nil where none is known.
	pool    *kubernetes.Pool
	updates int
}

// consequences are what broken obligations of workloads lead to.
type consequences struct {
	estate *kubernetes.Estate
	places locate.Places
	nodes  map[string]int // by name
	sets   map[*responsibility.Offering]set
}

// consequencesOf are those of the estate that a pass is over.
func consequencesOf(p *check.Pass) *consequences {
	return check.Shared(p, func(p *check.Pass) *consequences {
		e := p.Estate.Kubernetes
		c := &consequences{estate: e, places: p.Places, nodes: make(map[string]int, len(e.Nodes))}
		for i := range e.Nodes {
			c.nodes[e.Nodes[i].Name] = i
		}
		return c
	})
}

// of is that of a workload.
func (c *consequences) of(i int) consequence {
	x := under(c.places.Workloads[i].Offering)
	if of := x.offering; of != nil && of.Contract != nil {
		kept := c.settingsOf(of)
		x.left, x.unsure, x.pools = kept.left, kept.unsure, kept.pools
	}
	x.anywhere = x.open && c.places.Workloads[i].Basis == locate.Unknown
	w := &c.estate.Workloads[i]
	x.look(c.estate, &c.places, c.nodes, w, c.places.Workloads[i].Basis == locate.Asked)
	x.apart, x.asks = apart(c.estate, w), w.Template.Grace
	return x
}

// ageless reports whether it is not known of some node that a workload may run
// on how old it gets: its pool has an expireAfter that cannot be read, or
// nobody publishes it.
func (c *consequences) ageless(i int) bool {
	return slices.ContainsFunc(c.of(i).ages, func(age contract.Age) bool { return !age.Known() })
}

// under says what follows on the offering.
func under(on *responsibility.Offering) consequence {
	if on == nil {
		return consequence{}
	}
	c := consequence{offering: on.Hardest(), open: on.Undecided(), possible: on.Candidates}
	if !c.open {
		c.possible = []*responsibility.Offering{on}
	}
	return c
}

// said is what follows, and then what the terms of the offering add to it. Where
// it is not known on which it runs, the first holds on each, and only what is
// added is that of the hardest; nothing where there are no terms.
func (c consequence) said(follows, between, terms string) string {
	if terms == "" || c.anywhere {
		return capital(follows) + "."
	}
	if c.open {
		return capital(follows) + ". At worst, on " + c.offering.Title + ", " + small(terms)
	}
	return "On " + c.offering.Title + " " + follows + between + " " + terms
}

// comes is what follows each time that nodes go, and when they go next; empty where nothing
// is known of what the provider may do.
func (c consequence) comes(follows string) string {
	if c.contract() == nil {
		return ""
	}
	return c.said(follows, ".", c.coming())
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// small begins a clause with what began a sentence.
func small(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// contract is nil where nothing is known of what the provider may do.
func (c consequence) contract() *contract.Contract {
	if c.offering == nil {
		return nil
	}
	if c.left != nil {
		return c.left
	}
	return c.offering.Contract
}

// routine are the terms on which nodes are patched, with the deadline that the
// nodes at hand really have.
func (c consequence) routine() contract.Terms {
	return c.contract().Under(c.usual(), c.grace)
}

// blocked: no eviction is ever allowed of a workload of some pods, so drains run
// into their deadline.
func (c consequence) blocked(pods int) string {
	if c.contract() == nil {
		return ""
	}
	t := c.routine()
	if !c.open && deletedEarly(t, c.asks) {
		return fmt.Sprintf("On %s %s. %s", c.offering.Title, atOnce(t), c.when(t)) + c.expiry(t, pods)
	}
	if c.open {
		none := "None of its pods can be evicted"
		if pods == 1 {
			none = "Its pod cannot be evicted"
		}
		if c.anywhere {
			return none + ": a drain waits until somebody acts, or until the platform forces it."
		}
		worst := strings.TrimSpace(fmt.Sprintf("%s. At worst, on %s, %s. %s", none, c.offering.Title, c.stuck(t, pods), c.when(t)))
		return worst + c.expiry(t, pods)
	}
	return fmt.Sprintf("On %s %s. %s", c.offering.Title, c.stuck(t, pods), c.when(t)) + c.expiry(t, pods)
}

// unprotected: nothing limits how many pods go together.
func (c consequence) unprotected(pods int) string {
	if c.contract() == nil {
		return ""
	}
	t := c.usual()
	follows := "its %d pods may all be evicted together when their nodes drain together"
	if c.apart {
		follows = "its %d pods stand on a node each, and may all be evicted when these drain together or soon after each other"
	}
	return c.said(fmt.Sprintf(follows, pods), ":", strings.TrimSpace(c.pace(t)+". "+c.when(t)))
}

// keptByKarpenter: nothing limits how many pods go together, but Karpenter takes none of them, as
// they are annotated so.
func (c consequence) keptByKarpenter(pods int) string {
	const others = "a drain by anybody else, as by hand, may evict all %d together"
	if c.contract() == nil || c.open && !c.karpenters() {
		return fmt.Sprintf("Where Karpenter takes nodes, it leaves its pods alone; "+others+".", pods)
	}
	said := fmt.Sprintf("Karpenter leaves its pods alone; "+others, pods)
	if deadline, binds := c.routine().Deadline.Finite(); binds && !c.open {
		said += fmt.Sprintf(", and at the deadline of a drain (%s) no PDB is asked", words.Duration(deadline))
	}
	return said + "."
}

// karpenters reports whether it is Karpenter that takes the nodes, on whichever offering it runs.
func (c consequence) karpenters() bool {
	for _, o := range c.possible {
		if o.Contract == nil || !o.Contract.Paced(o.Contract.Routine()) {
			return false
		}
	}
	return len(c.possible) > 0
}

// sharedAway: a budget over several services lets one of them be taken whole.
func (c consequence) sharedAway(name string, pods int) string {
	if c.contract() == nil {
		return ""
	}
	t := c.usual()
	return c.said("the PDB allows "+whole(name, pods)+" to be evicted"+together(pods), ":", strings.TrimSpace(c.pace(t)+". "+c.when(t)))
}

// What the absence of the only pod of a workload does.
const (
	outage = "is an outage, from the eviction until the new pod is ready"
	stops  = "stops it until the new pod is ready"
)

// alone: the only pod is evicted, which does something.
func (c consequence) alone(does string) string {
	return c.comes("every replacement of its node " + does)
}

// ends: the pod is evicted, and nothing makes another one.
func (c consequence) ends() string {
	return c.comes("the first replacement of its node is the end of it")
}

// fails: the pod of a Job is evicted, which counts as a failure, and it may have none.
// Again: it runs again at its next time.
func (c consequence) fails(again bool) string {
	follows := "an eviction counts as a failure, and it may have none: nothing starts it again"
	if again {
		follows += " before its next run"
	}
	return c.comes(follows)
}

// deleted: the pod of a Job is deleted at the deadline of a drain, which counts as a failure,
// and it may have none.
func (c consequence) deleted(again bool) string {
	follows := "a drain deletes its pod at its deadline without an eviction, which counts as a failure, and it may have none: " +
		"nothing starts it again"
	if again {
		follows += " before its next run"
	}
	return c.comes(follows)
}

// copies: the pods of a workload keep a copy of its data each, which goes with them.
func (c consequence) copies(pods int) string {
	follows := fmt.Sprintf("each replacement of a node loses the copy that is on it; "+
		"once all %d are gone sooner than the next ones have been filled again, none is left", pods)
	return c.comes(follows)
}

// shard: the pods of a workload keep a part of its data each, of which no other one has a copy.
func (c consequence) shard() string {
	return c.comes("each replacement of a node loses the part of the data that is on it, of which no other pod has a copy")
}

// tied: the volumes of a workload's pods lie on disks of their nodes, and go with them.
func (c consequence) tied() string {
	follows := "each replacement of such a node takes the volume and what is on it along: " +
		"the pod in its place finds no node until somebody deletes the claim"
	return c.comes(follows)
}

// cutOff: the pods are killed before their program has had time to stop.
func (c consequence) cutOff() string {
	follows := "every pod that is evicted is killed " + words.Duration(extension) +
		" after its program was told to stop, and its requests with it"
	return c.comes(follows)
}

// tooSoon: new pods count as ready before they answer.
func (c consequence) tooSoon(lets int) string {
	next := "pod while the one before still starts"
	if lets > 1 {
		next = fmt.Sprintf("%d pods while those before still start", lets)
	}
	follows := "drains go on to the next " + next + ", so that more are away than the PDB lets go"
	return c.comes(follows)
}

// another: pods on new nodes run what their image is by then.
func (c consequence) another() string {
	follows := "each new node pulls what the image is by then: its pods change their program without a rollout"
	return c.comes(follows)
}

// gone: the pod is not evicted but goes with its node.
func (c consequence) gone() string {
	return c.comes("its pods are deleted with the node, without an eviction and bypassing their PDB")
}

// coming says when drift, which budgets pace, comes next.
func (c consequence) coming() string {
	if c.contract() == nil {
		return ""
	}
	return c.when(c.usual())
}

// pace says how many nodes the terms take at once.
func (c consequence) pace(t contract.Terms) string {
	if said := c.paceOfPool(t); said != "" {
		return said
	}
	if c.pool == nil && c.pools != "" && t.Trigger == contract.Upgrade && !c.paced {
		return t.Title() + " takes " + c.pools
	}
	return c.contract().AtOnce(t, c.paced, c.apart)
}

// when says how often it comes, and by when at the latest. It is empty where it is
// not known on which offering it runs, and the hardest publishes nothing: that is not
// the worst.
func (c consequence) when(t contract.Terms) string {
	latest := c.latest()
	if c.open && t.Cadence.Kind == contract.CadenceUnstated && latest == "" {
		return ""
	}
	if c.unsure != "" && t.Cadence.Kind == contract.EveryDuration {
		return c.unsure + small(t.Coming()) + latest + "."
	}
	return t.Coming() + latest + "."
}

// latest says by when the nodes under the workload expire, where they all do.
func (c consequence) latest() string {
	if !c.soonest.IsZero() {
		return fmt.Sprintf("; at the latest %s UTC, when node %s expires", c.soonest.UTC().Format("Mon 2006-01-02 15:04"), c.node)
	}
	var first, last contract.Age
	for i, age := range c.ages {
		life, ok := age.Finite()
		if !ok {
			return ""
		}
		if i == 0 || life < first.Life() {
			first = age
		}
		if i == 0 || life > last.Life() {
			last = age
		}
	}
	switch {
	case len(c.ages) == 0:
		return ""
	case first.Life() != last.Life():
		return fmt.Sprintf("; at the latest when a node is %s to %s old, depending on its pool",
			words.Duration(first.Life()), words.Duration(last.Life()))
	case first.Cut:
		return fmt.Sprintf("; at the latest when a node is %s old, the maximum on %s", words.Duration(first.Life()), c.offering.Title)
	}
	return fmt.Sprintf("; at the latest when a node is %s old", words.Duration(first.Life()))
}

// expiry adds what follows where expiry ends otherwise than the routine terms.
func (c consequence) expiry(routine contract.Terms, pods int) string {
	t, ok := c.contract().First(contract.Expiry)
	if !ok {
		return ""
	}
	switch then := c.contract().Under(t, c.grace).OnDeadline; {
	case then == routine.OnDeadline:
		return ""
	case then == contract.ThenForce && pods == 1:
		return " Expiry then force-deletes it."
	case then == contract.ThenForce:
		return " Expiry then force-deletes them."
	case then == contract.ThenWait:
		return " Expiry waits as well."
	}
	return ""
}

// whole names all pods of a workload: the only pod of web, all 3 pods of web.
func whole(name string, pods int) string {
	if pods == 1 {
		return "the only pod of " + name
	}
	return fmt.Sprintf("all %d pods of %s", pods, name)
}

func itoa(n int) string { return strconv.Itoa(n) }

func together(pods int) string {
	if pods == 1 {
		return ""
	}
	return " together"
}
