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
	return Wait{Workload: l.Ref, Pod: e.podNamed(p), Why: e.of(p).text}
}

// of counts the nodes by what keeps a pod off them. It is empty where nothing keeps
// it off some: it has not been tried again.
func (e whyPending) of(p int32) keptOff { return e.offAllBut(p, -1, false) }

// elsewhere is the same of a pod that would leave its node, for the others, as Karpenter's
// scheduler sees them.
func (e whyPending) elsewhere(p int32) keptOff {
	c, n := &e.classes[e.pods[p].class], e.pods[p].node
	e.tally(c, n, -1, -1)
	defer e.tally(c, n, 1, 1)
	return e.offAllBut(p, n, true)
}

func (e whyPending) offAllBut(p, own int32, karpenter bool) keptOff {
	x := &e.pods[p]
	c := &e.classes[x.class]
	count := map[string]int{}
	by := map[string]Filter{}
	var order []string
	for n := range e.nodes {
		node := &e.nodes[n]
		if node.state == nodeNone || node.state == nodeGone || node.state == nodeLaunching || int32(n) == own {
			continue
		}
		filter, why := e.keepsOff(c, x.tie, int32(n), karpenter)
		if filter == "" {
			return keptOff{}
		}
		if count[why] == 0 {
			order, by[why] = append(order, why), filter
		}
		count[why]++
	}
	if len(order) == 0 {
		return keptOff{text: "there is no node"}
	}
	slices.SortStableFunc(order, func(a, b string) int { return count[b] - count[a] })
	off := keptOff{}
	parts := make([]string, len(order))
	for i, why := range order {
		parts[i] = fmt.Sprintf("%d %s", count[why], why)
		if !slices.Contains(off.filters, by[why]) {
			off.filters = append(off.filters, by[why])
		}
	}
	off.text = words.And(parts)
	return off
}

// keepsOff is what keeps a pod off a node, the first of the filters that does, and the same
// in words. Karpenter says as whose scheduler.
func (e whyPending) keepsOff(c *class, tie, n int32, karpenter bool) (Filter, string) {
	node := &e.nodes[n]
	aside := !c.returns() || !e.bears(c, n)
	switch s := node.shape; {
	case node.unready:
		return OffUnready, "not ready"
	case aside && node.cordoned:
		return OffAside, "cordoned"
	case aside && (node.state == nodeDraining || node.state == nodeMarked):
		return OffAside, "on its way out"
	case !e.fits[c.constraint][s] && e.asksForOther(c.constraint, s):
		return OffName, "of another name than it asks for (" + words.Few(e.namesAsked[c.constraint]) + ")"
	case !e.fits[c.constraint][s]:
		return OffAffinity, "excluded by node affinity or a taint"
	case !e.tied(tie, n, karpenter):
		return OffVolume, e.away(tie, s)
	case !karpenter && e.inUse(tie):
		return OffInUse, "out of question while another pod has its volume (ReadWriteOncePod)"
	case !e.hasSlots(tie, n, karpenter):
		return OffSlots, "with as many volumes as may be attached to it (its CSINode)"
	}
	return e.keptOffByPods(c, tie, n, karpenter)
}

// away says where the volumes of a pod are that keep it off a node.
func (e whyPending) away(t, shape int32) string {
	x := &e.ties[t]
	switch {
	case len(x.zones) > 0 && !x.inZone(e.shapes[shape].domains[e.zoned]):
		var names []string
		for _, z := range x.zones {
			names = append(names, e.volumeZones[z])
		}
		slices.Sort(names)
		return fmt.Sprintf("where its volume is not (zone %s)", words.Or(names))
	case x.host >= 0:
		return fmt.Sprintf("where its volume is not (node %s)", e.World.nodes[x.host].name)
	}
	return "where its volume is not"
}

// keptOffByPods is the same for what pods there are on nodes.
func (e whyPending) keptOffByPods(c *class, tie, n int32, karpenter bool) (Filter, string) {
	switch {
	case slices.ContainsFunc(c.anti, func(g int32) bool { return e.countAt(g, n) > 0 }):
		return OffAnti, "with a pod that it may not stand beside (anti-affinity or a host port)"
	case !c.alone && slices.ContainsFunc(c.near, func(g int32) bool { return e.countAt(g, n) == 0 && (e.anywhere(g) || !e.isMember(c, g)) }):
		return OffPods, "excluded by its affinity to other pods"
	case !e.suits(c, tie, n, karpenter):
		return OffSpread, "excluded by its topology spread"
	case !e.nodes[n].free.holds(&c.asks):
		return OffCapacity, "without enough free capacity"
	}
	return "", ""
}
