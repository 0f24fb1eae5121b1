package simulate

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// provedOfferings also have contracts that leave open how long a drain waits.
var provedOfferings = append(slices.Clone(offerings), "cluster-api", "cluster-api", "rosa-hcp", "gke-on-vmware", "eks-fargate", "aks-automatic")

// onlyTrigger leaves one that takes nodes, by any of the moves of its kind: of several
// a bound often knows nothing.
func onlyTrigger(t *rapid.T, s *Scenario, o *responsibility.Offering) {
	terms := rapid.SampledFrom(o.Contract.Terms).Draw(t, "terms")
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
		p.Namespace, p.Detach = "default", contract.Forever
		if chance(t, 2, "drain timeout") {
			p.DrainTimeout = rapid.SampledFrom([]time.Duration{20 * time.Second, 3 * time.Minute, 12 * time.Minute}).Draw(t, "drain timeout")
		}
		if chance(t, 2, "detach timeout") {
			p.Detach = 2 * time.Minute
		}
		if chance(t, 2, "rolling") {
			p.Rolling = contract.Rolling{Surge: anyAmount(t, "maxSurge"), Unavailable: anyAmount(t, "maxUnavailable"), RoundsDown: rapid.Bool().Draw(t, "down")}
		}
		p.OnDelete = chance(t, 8, "on delete")
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if len(w.Template.VolumeClaims) == 0 && chance(t, 5, "a volume") {
			w.Template.VolumeClaims = []string{w.Name}
			e.VolumeClaims = append(e.VolumeClaims, kubernetes.VolumeClaim{Namespace: w.Namespace, Name: w.Name, Once: rapid.Bool().Draw(t, "once")})
		}
		if chance(t, 3, "a rule") {
			e.DrainRules = append(e.DrainRules, kubernetes.DrainRule{
				Namespace: "default", Name: w.Name, Behavior: rapid.SampledFrom([]string{"Drain", "Drain", "Skip", "WaitCompleted"}).Draw(t, "behavior"),
				Order: rapid.IntRange(-1, 2).Draw(t, "order"), Pods: []kubernetes.DrainRulePods{{Own: labels.SelectorFromSet(w.Template.Labels)}},
			})
		}
	}
}

// randomTerms are what a scenario sets over its pools.
func randomTerms(t *rapid.T, s *Scenario) {
	if !chance(t, 4, "terms") {
		return
	}
	x := PoolTerms{Surge: new(anyAmount(t, "maxSurge")), Unavailable: new(anyAmount(t, "maxUnavailable"))}
	if chance(t, 2, "drain timeout") {
		x.Drain = new(time.Duration(rapid.IntRange(5, 900).Draw(t, "drain timeout")) * time.Second)
	}
	if chance(t, 2, "soak") {
		x.Soak = new(time.Duration(rapid.IntRange(0, 300).Draw(t, "soak")) * time.Second)
	}
	s.Terms = []PoolTerms{x}
}
