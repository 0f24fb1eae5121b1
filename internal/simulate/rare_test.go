package simulate

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

const rareRuns = "testdata/rare.golden"

// rareScenarios is how many of them are kept, and rarePerLine of how many a line of the
// file is a digest.
const rareScenarios, rarePerLine = 750, 25

// rareWorkload gives a workload what only few have: a spread with rules of its own about
// which nodes count, extended duration, a retry limit, a strategy with numbers.
func rareWorkload(t *rapid.T, w *kubernetes.Workload) {
	p := &w.Template
	match := &metav1.LabelSelector{MatchLabels: p.Labels}
	if chance(t, 3, "spread by zone") {
		honor, ignore := corev1.NodeInclusionPolicyHonor, corev1.NodeInclusionPolicyIgnore
		s := corev1.TopologySpreadConstraint{MaxSkew: 1, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: match,
			TopologyKey: rapid.SampledFrom([]string{zone, zone, hostname, "rack"}).Draw(t, "spread over")}
		if chance(t, 2, "taints count") {
			s.NodeTaintsPolicy = &honor
		}
		if chance(t, 2, "all nodes count") {
			s.NodeAffinityPolicy = &ignore
		}
		if chance(t, 2, "fewest domains") {
			s.MinDomains = new(int32(rapid.IntRange(1, 4).Draw(t, "so many domains")))
		}
		if w.Kind == "Deployment" && chance(t, 3, "each revision by itself") {
			s.MatchLabelKeys = []string{"pod-template-hash"}
		}
		p.Spread = append(p.Spread, s)
	}
	if chance(t, 6, "extended") {
		p.Annotations = map[string]string{"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
	}
	if chance(t, 8, "hostPort") {
		p.HostPorts = []string{"TCP/8080"}
	}
	if w.Kind == "Job" && chance(t, 2, "retries") {
		w.Retry = kubernetes.Retry{Limit: rapid.IntRange(0, 2).Draw(t, "so many"), Limited: true, Spared: chance(t, 4, "spared"),
			Fails: chance(t, 4, "fails")}
	}
	if chance(t, 3, "strategy") {
		amount := func(what string) *intstr.IntOrString {
			v := intstr.Parse(rapid.SampledFrom([]string{"0", "1", "2", "25%", "50%", "100%"}).Draw(t, what))
			return &v
		}
		w.Rollout.MaxSurge, w.Rollout.MaxUnavailable = amount("surge"), amount("unavailable")
		w.Rollout.Progress = time.Duration(rapid.IntRange(0, 2).Draw(t, "progress")) * 5 * time.Minute
		w.Rollout.Paused = chance(t, 10, "paused")
	}
	if w.Kind == "StatefulSet" && chance(t, 3, "an operator's") {
		w.Kind, w.Inferred = "Shard", true
	}
}

// rareNode gives a node what only few have.
func rareNode(t *rapid.T, n *kubernetes.Node) {
	if chance(t, 6, "cordoned") {
		n.Cordoned = true
	}
	if n.NotReady && chance(t, 2, "since") {
		n.NotReadySince = noon.Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "not ready for")) * time.Minute)
	}
	if chance(t, 10, "no scale-down") {
		n.Annotations = map[string]string{"cluster-autoscaler.kubernetes.io/scale-down-disabled": "true"}
	}
	if chance(t, 8, "spot") {
		n.Labels["karpenter.sh/capacity-type"] = "spot"
	}
}

// restarting has some Deployments rolled out anew before the drains of a plan.
func restarting(t *rapid.T, w *World, plan *Waves) {
	for _, wave := range plan.Nodes {
		for i := range wave {
			l := &w.workloads[rapid.IntRange(0, len(w.workloads)-1).Draw(t, "restarted")]
			if l.Kind == "Deployment" && chance(t, 3, "restarts") {
				wave[i].Restarts = []kubernetes.Ref{l.Ref}
			}
		}
	}
}

// rareScenario adds what only some scenarios have.
func rareScenario(t *rapid.T, w *World, s *Scenario) {
	randomTerms(t, w, s)
	s.Begins = !chance(t, 3, "preflight")
	switch rapid.IntRange(0, 4).Draw(t, "somebody") {
	case 0, 1:
		x := randomWaves(t, w)
		restarting(t, w, x.Waves)
		s.Triggers = append(s.Triggers, x)
	case 2:
		s.Triggers = append(s.Triggers, Trigger{At: time.Duration(rapid.IntRange(0, 300).Draw(t, "by hand at")) * time.Second, Kind: Drain})
	}
	if chance(t, 2, "long") {
		s.Horizon = time.Duration(rapid.IntRange(1, 4).Draw(t, "hours")) * time.Hour
	}
	for i := range s.Triggers {
		if x := &s.Triggers[i]; x.Kind != Rollout && x.Kind != Scale && x.Kind != Planned && chance(t, 4, "some nodes") {
			x.Nodes = w.Nodes()[:1+rapid.IntRange(0, len(w.Nodes())-1).Draw(t, "so many")]
		}
	}
}

// Runs of clusters with several rare things at once stay as they were: volumes with slots,
// webhooks and quotas, lost nodes, rules of drains, spreads with rules of their own, waves.
func TestRareRunsStayAsTheyWere(t *testing.T) {
	c := Knowledge(t)
	sameAs(t, rareRuns, rareScenarios, rarePerLine, rapid.Custom(func(t *rapid.T) *played {
		estate := randomEstate(t)
		if rapid.Bool().Draw(t, "varied") {
			vary(t, estate)
		}
		if rapid.Bool().Draw(t, "constrained") {
			constrain(t, estate)
		}
		slot(t, estate)
		guard(t, estate)
		preferring(t, estate)
		loseOrAnnotate(t, estate)
		if rapid.Bool().Draw(t, "machines") {
			machined(t, estate)
		}
		for i := range estate.Nodes {
			rareNode(t, &estate.Nodes[i])
		}
		for i := range estate.Workloads {
			rareWorkload(t, &estate.Workloads[i])
		}
		o := c.Offering(rapid.SampledFrom(provedOfferings).Draw(t, "offering"))
		w, err := Prepare(estate, locate.Locate(c, estate, o, nil), rapid.Bool().Draw(t, "as"))
		if err != nil {
			return nil // nothing to watch
		}
		s := randomScenario(t, w, o)
		if chance(t, 3, "one trigger") {
			onlyTrigger(t, &s, o)
		}
		rareScenario(t, w, &s)
		return &played{w, s}
	}))
}
