package simulate

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// provedOfferings also have contracts that leave open how long a drain waits.
var provedOfferings = append(slices.Clone(offerings), "cluster-api", "cluster-api", "rosa-hcp", "gke-on-vmware", "eks-fargate",
	"aks-automatic")

// onlyTrigger leaves one that takes nodes, by any of the moves of its kind: of several
// a bound often knows nothing.
func onlyTrigger(t *rapid.T, s *Scenario, o *responsibility.Offering) {
	terms := rapid.SampledFrom(o.Contract.Terms).Draw(t, "terms")
	s.Begins = !chance(t, 4, "preflight")
	s.Triggers = []Trigger{{At: s.Triggers[0].At, Kind: terms.Trigger, Move: terms.Name}}
}

// anyAmount is a number of nodes or a percentage of them.
func anyAmount(t *rapid.T, what string) contract.Pace {
	p, _ := contract.ParseAmount(rapid.SampledFrom([]string{"0", "1", "1", "2", "3", "25%", "50%", "100%"}).Draw(t, what))
	return p
}

// machined adds what pools and rules of the Cluster API say of drains, and pods that
// share one volume.
func machined(t *rapid.T, e *kubernetes.Estate) {
	for i := range e.Pools {
		p := &e.Pools[i]
		p.Namespace, p.Detach, p.MachineLabels = "default", contract.Forever, map[string]string{"pool": p.Name}
		if chance(t, 2, "drain timeout") {
			p.DrainTimeout = rapid.SampledFrom([]time.Duration{20 * time.Second, 3 * time.Minute, 12 * time.Minute}).Draw(t, "drain timeout")
		}
		if chance(t, 2, "detach timeout") {
			p.Detach = 2 * time.Minute
		}
		if chance(t, 2, "rolling") {
			p.Rolling = contract.Rolling{Surge: anyAmount(t, "maxSurge"), Unavailable: anyAmount(t, "maxUnavailable")}
		}
		p.OnDelete = chance(t, 8, "on delete")
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if len(w.Template.VolumeClaims) == 0 && chance(t, 5, "a volume") {
			w.Template.VolumeClaims = []string{w.Name}
			e.VolumeClaims = append(e.VolumeClaims, kubernetes.VolumeClaim{Namespace: w.Namespace, Name: w.Name, Once: rapid.Bool().Draw(t, "once")})
		}
		if chance(t, 3, "slow to start") { // so that nodes that go at once show
			w.Template.ReadyAfter = 5 * time.Minute
		}
		if chance(t, 2, "a rule") {
			e.DrainRules = append(e.DrainRules, anyDrainRule(t, e, w))
		}
	}
}

// preferring has pods prefer some nodes, and to be near to others or apart from them,
// and may have pods run on nodes of one of several zones.
func preferring(t *rapid.T, e *kubernetes.Estate) {
	for i := range e.Workloads {
		p := &e.Workloads[i].Template
		if p.Affinity != nil || !chance(t, 3, "prefers") {
			continue
		}
		term := func(what string) []corev1.WeightedPodAffinityTerm {
			other := rapid.SampledFrom(e.Workloads).Draw(t, what)
			return []corev1.WeightedPodAffinityTerm{{Weight: int32(rapid.IntRange(1, 9).Draw(t, "weight")), PodAffinityTerm: corev1.PodAffinityTerm{
				TopologyKey:   rapid.SampledFrom([]string{hostname, zone}).Draw(t, "key"),
				LabelSelector: &metav1.LabelSelector{MatchLabels: other.Template.Labels},
			}}}
		}
		in := func(zones ...string) corev1.NodeSelectorTerm {
			return corev1.NodeSelectorTerm{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: zone, Operator: corev1.NodeSelectorOpIn, Values: zones}},
			}
		}
		a := &corev1.Affinity{}
		if rapid.Bool().Draw(t, "apart") {
			a.PodAntiAffinity = &corev1.PodAntiAffinity{PreferredDuringSchedulingIgnoredDuringExecution: term("from")}
		}
		if rapid.Bool().Draw(t, "near") {
			a.PodAffinity = &corev1.PodAffinity{PreferredDuringSchedulingIgnoredDuringExecution: term("to")}
		}
		if rapid.Bool().Draw(t, "nodes") {
			a.NodeAffinity = &corev1.NodeAffinity{
				PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Weight: 5, Preference: in("zone-1")}},
			}
			if rapid.Bool().Draw(t, "terms") {
				a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{
					NodeSelectorTerms: []corev1.NodeSelectorTerm{in("zone-1"), in("zone-0", "zone-2")},
				}
			}
		}
		p.Affinity = a
		if chance(t, 3, "spread") {
			p.Spread = append(p.Spread, corev1.TopologySpreadConstraint{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.ScheduleAnyway,
				LabelSelector: &metav1.LabelSelector{MatchLabels: p.Labels}})
		}
	}
}

// anyDrainRule is a rule about pods of a workload: on all machines, on those of one
// pool, or on those of a cluster of which nothing is known.
func anyDrainRule(t *rapid.T, e *kubernetes.Estate, w *kubernetes.Workload) kubernetes.DrainRule {
	r := kubernetes.DrainRule{
		Namespace: "default", Name: w.Name,
		Behavior: rapid.SampledFrom([]string{"Drain", "Skip", "WaitCompleted", "WaitCompleted"}).Draw(t, "behavior"),
		Pods:     []kubernetes.DrainRulePods{{Own: labels.SelectorFromSet(w.Template.Labels)}},
	}
	if r.Behavior == "Drain" {
		r.Order = rapid.IntRange(-1, 2).Draw(t, "order")
	}
	switch rapid.IntRange(0, 4).Draw(t, "machines") {
	case 0, 1:
		pool := rapid.SampledFrom(e.Pools).Draw(t, "of pool")
		r.Machines = []kubernetes.DrainRuleMachines{{Own: labels.SelectorFromSet(labels.Set{"pool": pool.Name})}}
	case 2:
		r.Machines = []kubernetes.DrainRuleMachines{{Cluster: labels.SelectorFromSet(labels.Set{"stage": "prod"})}}
	}
	return r
}

// randomTerms are what a scenario sets over its pools, all together or one by one.
func randomTerms(t *rapid.T, w *World, s *Scenario) {
	for _, pool := range append([]string{""}, w.Pools()...) {
		if chance(t, 6, "terms") {
			s.Terms = append(s.Terms, anyTerms(t, pool))
		}
	}
}

func anyTerms(t *rapid.T, pool string) PoolTerms {
	x := PoolTerms{Pool: pool, Surge: new(anyAmount(t, "maxSurge")), Unavailable: new(anyAmount(t, "maxUnavailable"))}
	if chance(t, 2, "drain timeout") {
		x.Drain = new(time.Duration(rapid.IntRange(5, 900).Draw(t, "drain timeout")) * time.Second)
	}
	if chance(t, 2, "soak") {
		x.Soak = new(time.Duration(rapid.IntRange(0, 300).Draw(t, "soak")) * time.Second)
	}
	return x
}

// boundedBefore bounds a scenario, and then has the run take what nobody said to be
// otherwise: pods that take up to all of their grace to stop. Nil where there are no bounds.
func boundedBefore(t *rapid.T, w *World, s *Scenario) (*bound.Model, []bound.Bound, []bound.Finish) {
	s.Assumed = Assumed{PodReady: rapid.Bool().Draw(t, "ready assumed"), PodStop: rapid.Bool().Draw(t, "stop assumed")}
	m, err := w.Model(s)
	if err != nil {
		return nil, nil, nil
	}
	bounds, finishes := bound.Bounds(m), bound.Finishes(m, 0)
	if s.Assumed.PodStop {
		s.Timings.PodStop = time.Duration(rapid.IntRange(1, 90).Draw(t, "stops in")) * time.Second
	}
	return m, bounds, finishes
}

// leavesNoMore holds the nodes that a run gave up against how many a bound says may
// stay, and returns how many there were.
func (e *engine) leavesNoMore(t *rapid.T, m *bound.Model, finishes []bound.Finish) int {
	given, why := make([]int, len(finishes)), ""
	for n := range e.nodes {
		if x := &e.nodes[n]; x.gaveUp != nil && x.initial >= 0 && m.Nodes[x.initial].Group != bound.Stays {
			given[x.pool]++
			why = (whyStays{e}).stay(int32(n)).Why
		}
	}
	all := 0
	for p, n := range given {
		if all += n; n > finishes[p].AtWorst {
			t.Fatalf("%d nodes of %s were given up, and %d may stay at worst: %q; %s", n, finishes[p].Pool, finishes[p].AtWorst,
				finishes[p].Because, why)
		}
	}
	return all
}

// endsNoSooner holds when a run was done with the nodes of each pool against how long a bound
// says that takes at the least, and how many were gone against how many can be. It
// returns how many pools it was done with.
func (e *engine) endsNoSooner(t *rapid.T, m *bound.Model, finishes []bound.Finish) int {
	if e.run.Cut > 0 {
		return 0
	}
	gone, done, from := e.goneOf(m, len(finishes)), 0, m.Start.Sub(e.start)
	for p, f := range finishes {
		can := f.Nodes - f.Unpatched
		if len(gone[p]) > f.Gone {
			t.Fatalf("%d nodes of %s are gone, and %d of %d can be: %q", len(gone[p]), f.Pool, f.Gone, f.Nodes, f.Because)
		}
		if can == 0 || !f.Done || len(gone[p]) < can {
			continue
		}
		done++
		takes := f.Takes
		if slices.ContainsFunc(m.Groups, func(g bound.Group) bool { return g.Pool == p && g.Disruption.Deadline.Binds() }) {
			takes -= time.Duration(can) * time.Second // deadlines count from whole seconds, as the API server keeps them
		}
		if last := gone[p][can-1] - from; takes > 0 && last < takes {
			t.Fatalf("%d nodes of %s are gone after %s, and that takes at least %s: %q", can, f.Pool, last, f.Takes, f.Because)
		}
	}
	return done
}

// goneOf says of each pool when those of its nodes were gone that a model has go, in order.
func (e *engine) goneOf(m *bound.Model, pools int) [][]time.Duration {
	at := map[string]time.Duration{}
	for _, ev := range e.run.Events {
		if ev.Kind != NodeGone {
			continue
		}
		name := e.run.Names.Nodes[ev.Node]
		if _, again := at[name]; !again {
			at[name] = ev.At
		}
	}
	gone := make([][]time.Duration, pools)
	for i := range m.Nodes {
		n := &m.Nodes[i]
		if n.Group == bound.Stays {
			continue
		}
		if when, ok := at[n.Name]; ok {
			p := m.Groups[n.Group].Pool
			gone[p] = append(gone[p], when)
		}
	}
	for p := range gone {
		slices.Sort(gone[p])
	}
	return gone
}
