package compute

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// look takes from the nodes under a workload, and from the pools that it may
// run on, what the contract leaves open. Asked says that the question is what
// if it ran elsewhere: what claims say of their nodes does not hold there.
func (c *consequence) look(e *kubernetes.Estate, places *locate.Places, nodes map[string]int, w *kubernetes.Workload, asked bool) {
	c.mounts = len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0
	c.paced = len(e.Pools) > 0
	for i := range e.Pools {
		c.paced = c.paced && e.Pools[i].Budgets != nil
	}
	hosts := c.hosts(e, places, w)
	c.byPool(hosts)
	c.spot = onSpot(w, hosts, places.SpotLabels)
	if asked {
		return
	}
	seen := false
	for _, p := range w.Pods {
		if n, ok := nodes[e.Pods[p].Node]; ok {
			if spot, _ := kubernetes.Spot(e.Nodes[n].Labels, places.SpotLabels); spot && !seen {
				seen = true
				c.spot = "a pod of it runs on node " + e.Nodes[n].Name + ", which is spot capacity"
			}
			c.byNode(&e.Nodes[n], poolNamed(e, places.NodePools[n]))
		}
	}
	c.byOnePool(e, places, nodes, w, hosts)
}

// onSpot says by what its pods ask for, or by the pools that they may run on, a workload
// runs on spot capacity; empty where it may run on other.
func onSpot(w *kubernetes.Workload, hosts []*kubernetes.Pool, by map[string]string) string {
	spot, known := kubernetes.Spot(w.Template.NodeSelector, by)
	switch {
	case spot:
		return "its pods ask for spot capacity"
	case known || len(hosts) == 0 || slices.ContainsFunc(hosts, func(p *kubernetes.Pool) bool { return !p.Spot(by) }):
		return ""
	case len(hosts) == 1:
		return "it runs on pool " + hosts[0].Name + ", which takes spot capacity first"
	}
	return "each pool that it may run on takes spot capacity first"
}

// hosts are the pools whose nodes may carry a workload's pods.
func (c *consequence) hosts(e *kubernetes.Estate, places *locate.Places, w *kubernetes.Workload) []*kubernetes.Pool {
	var hosts []*kubernetes.Pool
	for i := range e.Pools {
		if o := places.Pools[i].Offering; (o == nil || o == c.offering) && mayRunOn(&w.Template, &e.Pools[i], c.contract()) {
			hosts = append(hosts, &e.Pools[i])
		}
	}
	return hosts
}

// byPool takes the ages of nodes, and the period after which drains force, from
// the pools that a workload may run on.
func (c *consequence) byPool(hosts []*kubernetes.Pool) {
	unset := contract.ExpireAfter{}
	if len(hosts) == 0 { // on one that was not read, such as a built-in one
		c.ages = []contract.Age{contract.NodeAge(unset, unset, c.contract())}
	}
	for i, pool := range hosts {
		c.ages = append(c.ages, contract.NodeAge(pool.ExpireAfter, unset, c.contract()))
		grace := pool.Grace
		if k := c.contract(); k != nil && k.Drainer != contract.KarpenterDrain {
			grace = pool.DrainTimeout
		}
		if i == 0 || grace < c.grace {
			c.grace = grace
		}
	}
}

// byNode takes from a node under the workload when it expires, and how long its
// drain waits.
func (c *consequence) byNode(n *kubernetes.Node, pool *kubernetes.Pool) {
	created, set := n.Created, contract.ExpireAfter{}
	if pool != nil {
		set = pool.ExpireAfter
	}
	if claim := n.NodeClaim; claim != nil {
		if !claim.Created.IsZero() {
			created = claim.Created
		}
		if first := !c.claimed; first || claim.Grace > 0 && (c.grace == 0 || claim.Grace < c.grace) {
			c.grace, c.claimed = claim.Grace, true
		}
	}
	age := contract.NodeAge(set, n.NodeClaim.Expires(), c.contract())
	life, expires := age.Finite()
	if !expires || created.IsZero() {
		return
	}
	if due := created.Add(life); c.soonest.IsZero() || due.Before(c.soonest) {
		c.soonest, c.node = due, n.Name
	}
}

func poolNamed(e *kubernetes.Estate, name string) *kubernetes.Pool {
	if i := slices.IndexFunc(e.Pools, func(p kubernetes.Pool) bool { return p.Name == name }); i >= 0 {
		return &e.Pools[i]
	}
	return nil
}

// mayRunOn reports whether a pool's nodes may carry pods of a template: what the
// pods select is not ruled out by the pool, and they tolerate its taints.
func mayRunOn(t *kubernetes.PodTemplate, p *kubernetes.Pool, c *contract.Contract) bool {
	label := ""
	if c != nil {
		label = c.PoolLabel
	}
	return p.MayHave(t.NodeSelector, label) &&
		!slices.ContainsFunc(p.Taints, func(taint kubernetes.Taint) bool { return !tolerates(t, taint) })
}

// tolerates reports whether pods of a template come onto nodes with a taint.
func tolerates(t *kubernetes.PodTemplate, taint kubernetes.Taint) bool {
	if taint.Effect == string(corev1.TaintEffectPreferNoSchedule) {
		return true
	}
	return slices.ContainsFunc(t.Tolerations, func(x kubernetes.Toleration) bool {
		return (x.Key == "" || x.Key == taint.Key) && (x.Effect == "" || x.Effect == taint.Effect) &&
			(x.Operator == string(corev1.TolerationOpExists) || x.Value == taint.Value)
	})
}
