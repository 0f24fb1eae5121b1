package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// Wait is a pod that no node takes when the time is over.
type Wait struct {
	Workload kubernetes.Ref
	Pod      string
	Why      string
}

// whyPending says why pods have no node.
type whyPending struct{ *engine }

func (e whyPending) wait(p int32) Wait {
	l := &e.World.workloads[e.classes[e.pods[p].class].workload]
	return Wait{Workload: l.Ref, Pod: e.podNamed(p), Why: e.of(p)}
}

// of counts the nodes by what keeps a pod off them. It is empty where nothing keeps
// it off some: it has not been tried again.
func (e whyPending) of(p int32) string {
	x := &e.pods[p]
	c := &e.classes[x.class]
	count := map[string]int{}
	var order []string
	for n := range e.nodes {
		node := &e.nodes[n]
		if node.state == nodeNone || node.state == nodeGone || node.state == nodeLaunching {
			continue
		}
		why := e.keepsOff(c, x.tie, int32(n))
		if why == "" {
			return ""
		}
		if count[why] == 0 {
			order = append(order, why)
		}
		count[why]++
	}
	if len(order) == 0 {
		return "there is no node"
	}
	slices.SortStableFunc(order, func(a, b string) int { return count[b] - count[a] })
	parts := make([]string, len(order))
	for i, why := range order {
		parts[i] = fmt.Sprintf("%d %s", count[why], why)
	}
	return words.And(parts)
}

// keepsOff is what keeps a pod off a node, the first of the filters that does.
func (e whyPending) keepsOff(c *class, tie, n int32) string {
	node := &e.nodes[n]
	aside := !c.toleratesCordon || !e.onlyCordoned(n)
	switch s := node.shape; {
	case node.unready:
		return "not ready"
	case aside && node.cordoned:
		return "cordoned"
	case aside && (node.state == nodeDraining || node.state == nodeMarked):
		return "on its way out"
	case !e.fits[c.constraint][s] && e.asksForOther(c.constraint, s):
		return "of another name than it asks for (" + words.Few(e.namesAsked[c.constraint]) + ")"
	case !e.fits[c.constraint][s]:
		return "excluded by node affinity or a taint"
	case !e.tied(tie, n, false):
		return "where its volume is not"
	case slices.ContainsFunc(c.anti, func(g int32) bool { return e.countAt(g, n) > 0 }):
		return "with a pod that it may not stand beside (anti-affinity or a host port)"
	case !e.suits(c, tie, n, false):
		return "excluded by its topology spread or affinity"
	case !node.free.holds(&c.asks):
		return "without enough free capacity"
	}
	return ""
}
