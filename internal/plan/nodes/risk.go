package nodes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// outcome says what comes of a plan.
type outcome struct{ *planner }

// risks are what an order does that the owner of the cluster has to accept.
func (p outcome) risks(x *played) []plan.Risk {
	all := []plan.Risk{}
	add := func(obligation, subject, says string) {
		r := plan.Risk{Obligation: obligation, Subject: subject, Says: says}
		if !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	if x != nil {
		p.risksOf(x, p.nodes, add)
	}
	for _, pool := range p.pools {
		p.risksOf(pool.played, pool.nodes, add)
		for _, w := range (byCall{p.planner}).bare(pool) {
			add("bare-pod", w.Ref.String(), pool.offering.Provider+" evicts it, and no controller makes it anew")
		}
	}
	slices.SortFunc(all, func(a, b plan.Risk) int {
		return cmp.Or(strings.Compare(a.Obligation, b.Obligation), strings.Compare(a.Subject, b.Subject))
	})
	return all
}

// risksOf are those of some nodes as they were played.
func (p outcome) risksOf(x *played, nodes []node, add func(obligation, subject, says string)) {
	at := map[string]int{}
	for k := range x.Workloads {
		at[x.Workloads[k].Ref.String()] = k
	}
	for _, n := range nodes {
		for _, ref := range p.moved(n.name) {
			k, ok := at[ref]
			if !ok {
				continue
			}
			floor, relaxed := p.floorOf(ref)
			w := &x.Workloads[k]
			switch lowest := x.lowest(k); {
			case relaxed && w.Replicas == 1:
				add("single-replica", ref, "its only pod is evicted, and it is down until another is Ready")
			case relaxed:
				add("survives-replacement", ref, fmt.Sprintf("%d of %d pods are ready, which is its floor: it goes to %d", w.Ready, w.Replicas,
					lowest))
			case lowest < floor || !p.known[ref] && w.Ready >= w.Floor && lowest < w.Floor:
				add("survives-replacement", ref, fmt.Sprintf("it falls to %d of %d ready, below its floor of %d", lowest, w.Replicas, w.Floor))
			}
		}
		p.risksOn(&n, add)
	}
}

// risksOn are those of the pods on a node: data that go with it.
func (p outcome) risksOn(n *node, add func(obligation, subject, says string)) {
	for _, k := range p.on[n.name] {
		pod := &p.Estate.Pods[k]
		w := &p.Estate.Workloads[pod.Workload]
		if !w.Evictable {
			continue
		}
		if n.way.then != simulate.Removed && n.way.then != simulate.Replaced && n.way.by == nil {
			continue
		}
		for _, claim := range pod.VolumeClaims {
			if c := p.claim(pod.Namespace, claim); c != nil && c.Local {
				add("data-outlasts-node", w.Ref.String(), "the volume of "+claim+" lies on its node, and goes with it")
			}
		}
	}
}

func (p outcome) claim(namespace, name string) *kubernetes.VolumeClaim {
	i := slices.IndexFunc(p.Estate.VolumeClaims, func(c kubernetes.VolumeClaim) bool { return c.Namespace == namespace && c.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Estate.VolumeClaims[i]
}

// prediction is what an order is expected to do.
func (p outcome) prediction(x *played) plan.Prediction {
	out := plan.Prediction{Lowest: []plan.Lowest{}}
	if x != nil {
		out = plan.Prediction{Runs: len(x.Runs), Took: x.took(), Forced: x.forced(), Lowest: p.lowestOf(x, p.nodes), Order: x.name,
			Evictions: x.evicted(), ForcedPods: p.forcedPods(x)}
		if n := x.naive; n != nil {
			out.Naive = &plan.Naive{MedianSeconds: n.took().MedianSeconds, Lowest: p.lowestOf(n, p.nodes), Evictions: n.evicted(),
				Chosen: x.evicted()}
		}
	}
	for _, pool := range p.pools {
		p.add(&out, pool)
	}
	sortLowest(out.Lowest)
	out.Assumes = p.assumes(x)
	return out
}

// add adds what comes of a pool, which goes after all else.
func (p outcome) add(to *plan.Prediction, x *pool) {
	took := spread(x.durations())
	to.Runs = len(x.Runs)
	begins, rests := seconds(x.begins), seconds(p.Soak)
	to.Took.MinSeconds = begins + took.MinSeconds + rests
	to.Took.MedianSeconds = begins + took.MedianSeconds + rests
	to.Took.MaxSeconds = max(to.Took.MaxSeconds, begins) + took.MaxSeconds + rests
	to.Evictions += x.evicted()
	to.Forced += x.forced()
	if n := to.Naive; n != nil {
		n.MedianSeconds += took.MedianSeconds + rests
		n.Evictions += x.evicted()
		n.Chosen += x.evicted()
	}
	for _, l := range p.lowestOf(x.played, x.nodes) {
		i := slices.IndexFunc(to.Lowest, func(y plan.Lowest) bool { return y.Service == l.Service })
		if i < 0 {
			to.Lowest = append(to.Lowest, l)
			continue
		}
		to.Lowest[i].Ready = min(to.Lowest[i].Ready, l.Ready)
	}
}

// forced is how many pods were deleted past their budgets, at the most.
func (x *played) forced() int {
	n := 0
	for i := range x.Runs {
		n = max(n, x.Runs[i].ForceDeleted)
	}
	return n
}

// lowestOf are how far the workloads fall whose pods are moved, those nearest to their floors
// first.
func (p outcome) lowestOf(x *played, nodes []node) []plan.Lowest {
	moved := map[string]bool{}
	for _, n := range nodes {
		for _, ref := range p.moved(n.name) {
			moved[ref] = true
		}
	}
	all := []plan.Lowest{}
	for k := range x.Workloads {
		if w := &x.Workloads[k]; moved[w.Ref.String()] {
			all = append(all, plan.Lowest{Service: w.Ref.String(), Ready: x.lowest(k), Of: w.Replicas, Floor: w.Floor})
		}
	}
	sortLowest(all)
	return all
}

func sortLowest(all []plan.Lowest) {
	slices.SortFunc(all, func(a, b plan.Lowest) int {
		return cmp.Or(cmp.Compare(a.Ready-a.Floor, b.Ready-b.Floor), strings.Compare(a.Service, b.Service))
	})
}

// assumes are what the prediction rests on that was not read.
func (p outcome) assumes(x *played) []string {
	t := p.base.Timings
	said := fmt.Sprintf("a node takes %s to be Ready, a pod %s to be Ready and %s to stop: "+
		"timings in .onus.yaml say what yours take", words.Duration(t.NodeReady), words.Duration(t.PodReady), words.Duration(t.PodStop))
	var more []string
	if len(p.restarts) > 0 {
		more = append(more, "what is restarted has two pods beside each other for a while, as in each rollout: "+words.First(p.restarts, 5))
	}
	if p.Approve {
		more = append(more, "each wave is approved at once: how long somebody takes for it is not in the times")
	}
	if lose := p.moves(func(t *kubernetes.PodTemplate) bool { return t.EmptyDir }); len(lose) > 0 {
		more = append(more, "what pods keep in an emptyDir is gone once they are evicted: of "+words.First(lose, 5))
	}
	if stay := p.moves(toleratesCordon); len(stay) > 0 {
		more = append(more, "pods that take a cordoned node as any other are not evicted by onus apply, and go with their node: of "+
			words.First(stay, 5))
	}
	if x != nil {
		more = append(slices.Concat(more, p.notes), x.Notes...)
	} else {
		more = append(more, p.notes...)
	}
	for _, pool := range p.pools {
		more = append(more, fmt.Sprintf("pool %s is played by itself, from how the cluster is now; once it is begun, %s goes on to its end, "+
			"or until a drain fails", pool.name, pool.offering.Provider))
		more = append(more, pool.Notes...)
	}
	return slices.Compact(slices.Concat([]string{said}, more))
}

// moves are the workloads that a drain moves whose pods are so, by name.
func (p outcome) moves(so func(*kubernetes.PodTemplate) bool) []string {
	var all []string
	for _, name := range p.going() {
		for _, k := range p.on[name] {
			if w := &p.Estate.Workloads[p.Estate.Pods[k].Workload]; w.Evictable && so(&w.Template) {
				all = append(all, w.Ref.String())
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func toleratesCordon(t *kubernetes.PodTemplate) bool {
	d := disruption.DrainPod{Tolerations: t.DrainTolerations()}
	return d.ToleratesCordon()
}
