package simulate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Karpenter drains nodes with volumes of the kinds local and hostPath, for it does not
// look at the host of those, and their pods then find no node. It leaves a node alone
// whose driver ties the volume to it.
//
// Source: getPersistentVolumeRequirements in
// pkg/controllers/provisioning/scheduling/volumetopology.go of Karpenter 1.14.
func TestDisksOfNodesUnderKarpenter(t *testing.T) {
	claim := func(name, host string, onDisk bool) kubernetes.VolumeClaim {
		return kubernetes.VolumeClaim{Namespace: "default", Name: name, Host: host, OnDisk: onDisk}
	}
	for name, x := range map[string]struct {
		claims        []kubernetes.VolumeClaim
		gone, pending int
		why           string
	}{
		"none":             {nil, 2, 0, ""},
		"local":            {[]kubernetes.VolumeClaim{claim("a", "node-0", true)}, 2, 1, ""},
		"local, not there": {[]kubernetes.VolumeClaim{claim("a", "elsewhere", true)}, 2, 1, ""},
		"of a driver":      {[]kubernetes.VolumeClaim{claim("a", "node-0", false)}, 1, 0, "the volume of pod db-0 lies on it"},
		"local, of a driver": {[]kubernetes.VolumeClaim{claim("a", "node-0", true), claim("b", "node-0", false)}, 1, 0,
			"the volume of pod db-0"},
		"two of one node": {[]kubernetes.VolumeClaim{claim("a", "node-0", true), claim("b", "node-0", true)}, 2, 1, ""},
		"local, and in a zone": {[]kubernetes.VolumeClaim{claim("a", "node-0", true),
			{Namespace: "default", Name: "b", Zones: []string{"zone-0"}}}, 2, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
			w := c.runs("Deployment", "db", 0)
			c.VolumeClaims = x.claims
			for _, v := range x.claims {
				w.Template.VolumeClaims = append(w.Template.VolumeClaims, v.Name)
			}
			c.Pods[0].VolumeClaims = w.Template.VolumeClaims
			every(t, c.tell(t, "karpenter", drift(time.Hour)), "as Karpenter does", func(r *simulate.Run) bool {
				if r.Gone != x.gone || r.Pending != x.pending || len(r.Stays) != 2-x.gone {
					return false
				}
				return len(r.Stays) == 0 || r.Stays[0].Stuck && strings.Contains(r.Stays[0].Why, x.why) && r.Stays[0].Holder.Name == "db"
			})
		})
	}
}

// What a pool's budgets let go where a scenario opens them is what its nodes wait for,
// and not what they would have waited for without.
func TestNodesWaitByTheBudgetsOfTheScenario(t *testing.T) {
	open := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "1"}})
	for name, x := range map[string]struct {
		terms []simulate.PoolTerms
		want  simulate.Cause
	}{"closed": {nil, simulate.ByWindow}, "opened": {[]simulate.PoolTerms{{Budgets: &open}}, simulate.ByTiedVolume}} {
		c := newCluster(2, disruption.NodeBudget{Nodes: "0"})
		w := c.runs("Deployment", "db", 0)
		c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "a", Host: "node-0"}}
		w.Template.VolumeClaims = []string{"a"}
		c.Pods[0].VolumeClaims = w.Template.VolumeClaims
		s := drift(time.Hour)
		s.Terms = x.terms
		every(t, c.tell(t, "karpenter", s), name, func(r *simulate.Run) bool {
			return slices.ContainsFunc(r.Stays, func(s simulate.Stay) bool { return s.Cause == x.want })
		})
	}
}

// A node that nobody has begun says what its turn waits for.
func TestWhyNodesAreNotBegun(t *testing.T) {
	daily := func(nodes string) disruption.NodeBudget {
		return disruption.NodeBudget{Nodes: nodes, Schedule: "0 8 * * *", Duration: 23 * time.Hour} // it is 06:00
	}
	window := disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 22 * time.Hour, Length: time.Hour}
	for name, x := range map[string]struct {
		budgets  []disruption.NodeBudget
		offering string
		change   func(c *cluster)
		window   disruption.Window
		why      string
		stuck    bool
	}{
		"budgets that open later": {[]disruption.NodeBudget{{Nodes: "0", Schedule: "0 0 * * *", Duration: 8 * time.Hour}}, "karpenter", nil,
			disruption.Window{}, "the node budgets of pool default let no node go before 2026-11-22 08:00 UTC", false},
		"one that is open an hour a day": {[]disruption.NodeBudget{daily("0")}, "karpenter", nil,
			disruption.Window{}, "the node budgets of pool default let no node go before 2026-11-22 07:00 UTC", false},
		"budgets that never open": {[]disruption.NodeBudget{{Nodes: "0"}}, "karpenter", nil,
			disruption.Window{}, "the node budgets of pool default let no node go", true},
		"a window that opens later": {nil, "gke-standard", nil, window, "the next maintenance window opens at 2026-11-22 22:00 UTC", false},
		"a window that is excluded for good": {nil, "gke-standard", nil, disruption.Window{Days: window.Days, At: window.At,
			Length: window.Length, Exclusions: []disruption.Exclusion{{
				From: clusterCreated, Until: clusterCreated.AddDate(9, 0, 0), Scope: disruption.NoUpgrades,
			}}},
			"no maintenance window comes for it", true},
		"a pod that fits on no node that may come": {nil, "karpenter", func(c *cluster) {
			c.Pools[0].Limits = kubernetes.Resources{CPU: 100}
		}, disruption.Window{}, "Karpenter finds no place for pod web-0 elsewhere, and can start no node that takes it", true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(1, x.budgets...)
			c.runs("Deployment", "web", 0)
			s := drift(30 * time.Minute)
			if x.offering != "karpenter" {
				c.Pools, c.Nodes[0].Labels, s.Triggers[0].Kind = nil, nil, contract.Upgrade
			}
			if x.change != nil {
				x.change(c)
			}
			s.Window = x.window
			every(t, c.tell(t, x.offering, s), "it says why", func(r *simulate.Run) bool {
				return len(r.Stays) == 1 && r.Stays[0].Stuck == x.stuck && strings.HasSuffix(r.Stays[0].Why, x.why)
			})
		})
	}
}

// That Karpenter finds no place for a pod is not held to be so for good before it has looked
// for a quarter of an hour: what it waits for may still come.
func TestNoPlaceIsForGoodAfterAWhile(t *testing.T) {
	for horizon, stuck := range map[time.Duration]bool{5 * time.Minute: false, 14 * time.Minute: false, 16 * time.Minute: true} {
		c := newCluster(1)
		c.Pools[0].Limits = kubernetes.Resources{CPU: 100}
		c.runs("Deployment", "web", 0)
		every(t, c.tell(t, "karpenter", drift(horizon)), fmt.Sprint("after ", horizon, ", for good: ", stuck), func(r *simulate.Run) bool {
			return len(r.Stays) == 1 && r.Stays[0].Cause == simulate.ByPlace && r.Stays[0].Stuck == stuck
		})
	}
}

// Above its threshold repair takes no node, whoever does it, and each that stays says so.
func TestRepairStopsAboveItsThreshold(t *testing.T) {
	for name, x := range map[string]struct {
		offering         string
		nodes, unhealthy int
		repaired         bool
	}{
		"Karpenter":                  {"karpenter", 5, 2, false},
		"Karpenter, one":             {"karpenter", 5, 1, true},
		"a managed group of ten":     {"eks-managed-nodegroup", 10, 3, false},
		"a managed group of five":    {"eks-managed-nodegroup", 5, 3, true},
		"GKE, which has no such one": {"gke-standard", 10, 3, true},
	} {
		c := newCluster(x.nodes)
		c.runs("Deployment", "web", x.nodes-1)
		s := drift(time.Hour)
		s.Triggers[0].Kind = contract.Repair
		for i := range x.unhealthy {
			s.Triggers[0].Nodes = append(s.Triggers[0].Nodes, c.Nodes[i].Name)
		}
		every(t, c.tell(t, x.offering, s), name, func(r *simulate.Run) bool {
			if x.repaired {
				return r.Gone == x.unhealthy && len(r.Stays) == 0
			}
			return r.Gone == 0 && r.Stays[0].Stuck && strings.Contains(r.Stays[0].Why, "is unhealthy, and then no node is repaired")
		})
	}
}

// What holds a node says of what kind it is.
func TestCausesOfStays(t *testing.T) {
	for name, x := range map[string]struct {
		change func(c *cluster)
		want   simulate.Cause
	}{
		"a strict PDB": {func(c *cluster) { c.pdb("web", "max", "0") }, simulate.ByStrictPDB},
		"several PDBs": {func(c *cluster) { c.pdb("web", "max", "1"); c.pdb("web", "max", "1") }, simulate.BySeveralPDBs},
		"a pod failing": {func(c *cluster) {
			c.pdb("web", "min", "2")
			c.Pods[1].Ready, c.Pods[1].Waiting = false, "CrashLoopBackOff"
		}, simulate.ByUsedUp},
		"a pod failing under a strict PDB": {func(c *cluster) {
			c.pdb("web", "max", "0")
			c.Pods[1].Ready, c.Pods[1].Waiting = false, "CrashLoopBackOff"
		}, simulate.ByStrictPDB},
		"every pod failing": {func(c *cluster) {
			c.pdb("web", "min", "2")
			for i := range c.Pods {
				c.Pods[i].Ready, c.Pods[i].Waiting = false, "CrashLoopBackOff"
			}
		}, simulate.ByUnready},
		"an annotation": {func(c *cluster) {
			c.Workloads[0].Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"}
		}, simulate.ByAnnotation},
		"a limit": {func(c *cluster) {
			c.Pools[0].Static, c.Pools[0].Replicas = true, 3
			c.Pools[0].Limits = kubernetes.Resources{Other: map[string]int64{"nodes": 3}}
		}, simulate.ByLimit},
		"no place": {func(c *cluster) {
			c.Pools[0].Limits = kubernetes.Resources{CPU: 100}
			for i := range c.Workloads {
				c.Workloads[i].Template.Requests.CPU = 3500
			}
		}, simulate.ByPlace},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
			c.runs("Deployment", "web", 0, 1, 2)
			x.change(c)
			every(t, c.tell(t, "karpenter", drift(time.Hour)), "it names the cause", func(r *simulate.Run) bool {
				return len(r.Stays) > 0 && r.Stays[0].Stuck && r.Stays[0].Cause == x.want
			})
		})
	}
}

// Runs that a PDB guards hold their nodes, also where nothing else is there to be watched.
func TestNodesOfRunsAlone(t *testing.T) {
	c := newCluster(1, disruption.NodeBudget{Nodes: "1"})
	c.runs("Job", "run", 0)
	c.pdb("run", "max", "1")
	every(t, c.tell(t, "karpenter", drift(time.Hour)), "its PDB cannot count it", func(r *simulate.Run) bool {
		return r.Gone == 0 && len(r.Stays) == 1 && r.Stays[0].Stuck && r.Stays[0].Cause == simulate.ByUncounted
	})
}

// Where zones matter to pods and the contract promises none to the node that comes before
// another, that is said, and pods that find no node at the end say why.
func TestZonesThatNobodyPromises(t *testing.T) {
	const note = "does not promise that the node which comes before another"
	for name, x := range map[string]struct {
		offering string
		zonal    bool
		noted    bool
	}{
		"a managed node group": {"eks-managed-nodegroup", true, true}, "AKS": {"aks", true, true},
		"pods that run anywhere": {"eks-managed-nodegroup", false, false},
		"Karpenter, which looks": {"karpenter", true, false},
	} {
		c := newCluster(2)
		w := c.runs("StatefulSet", "db", 0, 1)
		if x.zonal {
			w.VolumeClaimTemplates = []string{"data"}
			for i := range 2 {
				c.VolumeClaims = append(c.VolumeClaims, kubernetes.VolumeClaim{Namespace: "default", Name: fmt.Sprint("data-db-", i),
					Zones: []string{c.Nodes[i].Labels["topology.kubernetes.io/zone"]}})
			}
		}
		s := drift(4 * time.Hour)
		if x.offering != "karpenter" {
			s.Triggers[0].Kind = contract.Upgrade
		}
		sim := c.tell(t, x.offering, s)
		if got := slices.ContainsFunc(sim.Notes, func(n string) bool { return strings.Contains(n, note) }); got != x.noted {
			t.Errorf("%s: noted is %t: %q", name, got, sim.Notes)
		}
		every(t, sim, name, func(r *simulate.Run) bool {
			return len(r.Waits) == r.Pending && (r.Pending == 0 || strings.Contains(r.Waits[0].Why, "where its volume is not"))
		})
	}
}

// A pod of GKE Autopilot that asks to run for longer keeps its node for seven days from
// its start, and the node goes then; elsewhere nobody looks at the annotation.
//
// Source: docs.cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods.
func TestExtendedPodsOfAutopilot(t *testing.T) {
	for name, x := range map[string]struct {
		offering, value string
		horizon         time.Duration
		gone            int
	}{
		"within its time":     {"gke-autopilot", "false", 5 * 24 * time.Hour, 1},
		"after it":            {"gke-autopilot", "false", 8 * 24 * time.Hour, 2},
		"that may be evicted": {"gke-autopilot", "true", 24 * time.Hour, 2},
		"of a Standard pool":  {"gke-standard", "false", 24 * time.Hour, 2},
	} {
		c := newCluster(2)
		c.Pools, c.Nodes[0].Labels, c.Nodes[1].Labels = nil, nil, nil
		w := c.runs("Deployment", "batch", 0)
		w.Template.Annotations = map[string]string{"cluster-autoscaler.kubernetes.io/safe-to-evict": x.value}
		s := drift(x.horizon)
		s.Triggers[0].Kind = contract.Upgrade
		sim := c.tell(t, x.offering, s)
		every(t, sim, name, func(r *simulate.Run) bool {
			if r.Gone != x.gone || len(r.Stays) != 2-x.gone {
				return false
			}
			return len(r.Stays) == 0 || !r.Stays[0].Stuck && strings.Contains(r.Stays[0].Why, "and runs on until 2026-11-29 05:00 UTC")
		})
	}
}

// No bound is proved where a trigger takes nodes that such a pod keeps for days: an upgrade,
// and no repair, which does not wait for it; and not where it takes other nodes.
//
// Source: docs.cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods.
func TestNothingIsProvedOfNodesOfExtendedPods(t *testing.T) {
	for name, x := range map[string]struct {
		kind, value string
		nodes       []string
		held        bool
	}{
		"an upgrade":                             {contract.Upgrade, "false", nil, true},
		"an upgrade of its node":                 {contract.Upgrade, "false", []string{"node-0"}, true},
		"an upgrade of another":                  {contract.Upgrade, "false", []string{"node-1"}, false},
		"an upgrade, and it asks for nothing":    {contract.Upgrade, "true", nil, false},
		"a repair of its node":                   {contract.Repair, "false", []string{"node-0"}, false},
		"a repair, and it asks for nothing more": {contract.Repair, "true", []string{"node-0"}, false},
	} {
		c := newCluster(2)
		c.Pools, c.Nodes[0].Labels, c.Nodes[1].Labels = nil, nil, nil
		c.runs("Deployment", "batch", 0).Template.Annotations = map[string]string{"cluster-autoscaler.kubernetes.io/safe-to-evict": x.value}
		c.runs("Deployment", "web", 1)
		s := drift(24 * time.Hour)
		s.Triggers[0].Kind, s.Triggers[0].Nodes = x.kind, x.nodes
		_, err := mustPrepare(t, c, "gke-autopilot").Model(&s)
		if held := err != nil && strings.Contains(err.Error(), `safe-to-evict: "false" keep their nodes for days`); held != x.held ||
			err != nil && !held {
			t.Errorf("%s: nothing is proved: %v", name, err)
		}
	}
}

// Pods of manifests are taken to have run for an hour when a run begins, so that what counts
// from their start is played, too.
func TestExtendedPodsThatWerePlaced(t *testing.T) {
	for name, x := range map[string]struct {
		offering string
		horizon  time.Duration
		gone     bool
	}{
		"within its time":    {"gke-autopilot", 6 * 24 * time.Hour, false},
		"after it":           {"gke-autopilot", 8 * 24 * time.Hour, true},
		"of a Standard pool": {"gke-standard", 24 * time.Hour, true},
	} {
		c := newCluster(0)
		c.Pools, c.Newest = nil, time.Time{}
		w := c.runs("Deployment", "batch")
		w.Replicas = 1
		w.Template.Annotations = map[string]string{"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
		s := drift(x.horizon)
		s.Triggers[0].Kind = contract.Upgrade
		every(t, c.tell(t, x.offering, s), name, func(r *simulate.Run) bool { return x.gone == (r.Gone > 0 && len(r.Stays) == 0) })
	}
}
