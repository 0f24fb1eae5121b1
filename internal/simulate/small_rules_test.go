package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// Pods of the same size and age go by their UIDs, as Karpenter compares them: digit by digit,
// of which letters come after figures.
func TestUIDsInTheirOrder(t *testing.T) {
	sorted := []string{
		"", "00000000-0000", "00000001", "0000000a", "0000000b", "0000000f-1", "00000010", "09", "0a", "0b", "1", "9f", "a", "a1", "b", "f",
		"ffffffff-ffff-fffe", "ffffffff-ffff-ffff",
	}
	for i := 1; i < len(sorted); i++ {
		if a, b := uidOf(sorted[i-1]), uidOf(sorted[i]); a > b || a == b && i > 1 {
			t.Errorf("%q is %x and %q is %x", sorted[i-1], a, sorted[i], b)
		}
	}
	wants(t, "what comes after sixteen digits", uidOf("0123456789abcdef-0"), uidOf("01234567-89ab-cdef-9"))
	wants(t, "sixteen digits", uidOf("01234567-89ab-cdef"), 0x0123456789abcdef)
}

// The number of a member is what its name ends in.
func TestNumbersOfMembers(t *testing.T) {
	for name, want := range map[string]int32{
		"db-0": 0, "db-7": 7, "db-10": 10, "db-2-13": 13, "db-007": 7, "db": -1, "db-": -1, "db-x": -1, "db-1x": -1, "db-/": -1, "db-:": -1,
		"": -1, "-3": 3,
	} {
		wants(t, name, ordinalOf(name), want)
	}
}

// A node takes the pods of one that is not needed once nothing came or went there for as long
// as its pool says. Where nobody consolidates its pool, or it is no Karpenter's, that is asked
// of none.
func TestNodesAtRestTakePods(t *testing.T) {
	for name, x := range map[string]struct {
		managed bool
		after   time.Duration
		event   time.Duration // before now
		want    bool
	}{
		"a while ago":                {true, time.Minute, time.Hour, true},
		"just as long ago":           {true, time.Minute, time.Minute, true},
		"a moment too late":          {true, time.Minute, time.Minute - 1, false},
		"at once":                    {true, 0, 0, true},
		"never consolidated":         {true, time.Duration(never), 0, true},
		"no Karpenter's":             {false, time.Minute, 0, true},
		"no Karpenter's, long since": {false, time.Minute, time.Hour, true},
	} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		e.World.pools[0].managed, e.World.pools[0].quiet = x.managed, x.after
		e.now = int64(2 * time.Hour)
		e.nodes[0].lastPodEvent = e.now - int64(x.event)
		wants(t, name, e.consolidation.quiet(0), x.want)
	}
}

// Repair goes on while no more nodes of the pool are unhealthy than its contract tolerates:
// those that it is to take, and the others of that pool that are there.
func TestUnhealthyNodesOfAPool(t *testing.T) {
	policy := &contract.Policy{Unhealthy: contract.Threshold{Percent: 10}} // one of six
	for name, x := range map[string]struct {
		change func(e *engine)
		ailing []int32
		want   bool
	}{
		"one that is meant":                      {func(*engine) {}, []int32{0}, true},
		"two that are meant":                     {func(*engine) {}, []int32{0, 1}, false},
		"one that is meant, and another":         {func(e *engine) { e.nodes[1].unready = true }, []int32{0}, false},
		"one that is meant, and not ready":       {func(e *engine) { e.nodes[0].unready = true }, []int32{0}, true},
		"another, which is gone":                 {func(e *engine) { e.nodes[1].unready, e.nodes[1].state = true, nodeGone }, []int32{0}, true},
		"another of another pool":                {func(e *engine) { e.nodes[1].unready, e.nodes[1].pool = true, 1 }, []int32{0}, true},
		"none is meant, and one is":              {func(e *engine) { e.nodes[1].unready = true }, nil, true},
		"none is meant, and two are":             {func(e *engine) { e.nodes[1].unready, e.nodes[2].unready = true, true }, nil, false},
		"all are healthy, and none of it is not": {func(*engine) {}, nil, true},
	} {
		c := clusterOf(6)
		c.with("Deployment", "web", 3)
		e := c.engine(t)
		x.change(e)
		wants(t, name, e.triggers.tolerates(policy, 0, x.ailing), x.want)
	}
}

// A quota of a namespace counts the pods of those workloads there that have any, or want some.
func TestQuotasBesideWhatIsSwitchedOff(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "off")
	c.with("Deployment", "web", 0)
	c.with("Deployment", "elsewhere", 0).Namespace = "other"
	c.Pods[1].Namespace = "other"
	c.with("Deployment", "api", 0, 1)
	c.Quotas = []kubernetes.Quota{{Namespace: "default", Name: "q", Hard: map[string]int64{"pods": 3}}}
	e := c.engine(t)
	var counted []string
	for _, l := range e.World.quotas[0].workloads {
		counted = append(counted, e.World.workloads[l].Name)
	}
	wants(t, "counted", fmt.Sprint(counted), "[web api]")
	for l := range e.World.workloads {
		q, _ := e.admission.overdrawn(int32(l))
		wants(t, e.World.workloads[l].Name+": it may have no further pod", q >= 0, e.World.workloads[l].Name != "elsewhere")
	}
}

// What a quota allows is counted in what it is written in; what it does not name it does not
// count.
func TestWhatQuotasCount(t *testing.T) {
	for name, x := range map[string]struct {
		hard map[string]int64
		want string // what there is not enough of for one more pod; empty where there is
	}{
		"nothing":                       {nil, ""},
		"pods":                          {map[string]int64{"pods": 1}, "pods"},
		"one more":                      {map[string]int64{"pods": 2}, ""},
		"CPU that is asked for":         {map[string]int64{"requests.cpu": 1999}, "requests.cpu"},
		"as much as both ask for":       {map[string]int64{"requests.cpu": 2000}, ""},
		"memory that is asked for":      {map[string]int64{"requests.memory": 2<<30 - 1}, "requests.memory"},
		"as much memory":                {map[string]int64{"requests.memory": 2 << 30}, ""},
		"limits of CPU":                 {map[string]int64{"limits.cpu": 5999}, "limits.cpu"},
		"as much as both may have":      {map[string]int64{"limits.cpu": 6000}, ""},
		"limits of memory":              {map[string]int64{"limits.memory": 8<<30 - 1}, "limits.memory"},
		"as much memory as they may":    {map[string]int64{"limits.memory": 8 << 30}, ""},
		"GPUs":                          {map[string]int64{"requests.nvidia.com/gpu": 1}, "an extended resource"},
		"as many GPUs":                  {map[string]int64{"requests.nvidia.com/gpu": 2}, ""},
		"what no pod asks for":          {map[string]int64{"requests.amd.com/gpu": 0}, ""},
		"objects that are no pods":      {map[string]int64{"count/secrets": 0}, ""},
		"two of them, the first lacks":  {map[string]int64{"requests.cpu": 1000, "pods": 9}, "requests.cpu"},
		"two of them, the second lacks": {map[string]int64{"requests.cpu": 9000, "pods": 1}, "pods"},
	} {
		c := clusterOf(1)
		c.Nodes[0].Allocatable.Other = map[string]int64{"nvidia.com/gpu": 8}
		w := c.with("Deployment", "web", 0)
		w.Template.Limits = kubernetes.Resources{CPU: 3000, Memory: 4 << 30}
		w.Template.Requests.Other = map[string]int64{"nvidia.com/gpu": 1}
		c.Quotas = []kubernetes.Quota{{Namespace: "default", Name: "q", Hard: x.hard}}
		_, of := c.engine(t).admission.overdrawn(0)
		wants(t, name, of, x.want)
	}
}

// A volume for one node at a time that ready pods on two nodes have is none: what serves it
// lets several nodes have it.
func TestVolumesSeenOnSeveralNodes(t *testing.T) {
	for name, x := range map[string]struct {
		nodes  []int
		change func(c *ruleCluster)
		once   bool
	}{
		"one pod":                    {[]int{0}, func(*ruleCluster) {}, true},
		"two pods of one node":       {[]int{0, 0}, func(*ruleCluster) {}, true},
		"two nodes":                  {[]int{0, 1}, func(*ruleCluster) {}, false},
		"the first of them is down":  {[]int{0, 1}, func(c *ruleCluster) { c.Pods[0].Ready, c.Pods[0].Changed = false, noon }, true},
		"the second of them is down": {[]int{0, 1}, func(c *ruleCluster) { c.Pods[1].Ready, c.Pods[1].Changed = false, noon }, true},
		"one of them waits":          {[]int{0, -1}, func(*ruleCluster) {}, true},
		"back on the first":          {[]int{0, 1, 0}, func(*ruleCluster) {}, false},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", x.nodes...).Template.VolumeClaims = []string{"data"}
		for i := range c.Pods {
			c.Pods[i].VolumeClaims = []string{"data"}
		}
		c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Storage: []string{ebs}, Once: true}}
		x.change(c)
		wants(t, name+": for one node at a time", c.engine(t).World.disks[0].once, x.once)
	}
}

// Where it is not known whether a volume is attached to one node at a time, the pods of a
// workload that all mount it may go anywhere, and that is said.
func TestSharedVolumesOfWhichNothingIsKnown(t *testing.T) {
	for name, x := range map[string]struct {
		storage []string
		pods    int
		said    bool
	}{
		"attached":             {[]string{ebs}, 2, false},
		"not attached":         {[]string{""}, 2, true},
		"served by nobody":     {nil, 2, true},
		"one pod, of nobody's": {nil, 1, false},
	} {
		c := clusterOf(1)
		w := c.with("Deployment", "web", make([]int, x.pods)...)
		w.Template.VolumeClaims = []string{"data"}
		c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Storage: x.storage, Once: true}}
		said := slices.ContainsFunc(c.engine(t).World.notes, func(n string) bool {
			return strings.Contains(n, "the pods of web mount one volume that is for one node at a time (claim data): they are played as if")
		})
		wants(t, name, said, x.said)
	}
}

// A volume for one pod at a time is one whatever serves it, also where nodes take so many
// volumes of some driver and it is not known of which this is.
func TestVolumesForOnePodOfAnyDriver(t *testing.T) {
	for name, x := range map[string]struct {
		storage []string
		limits  bool
		onePod  bool
	}{
		"known":                   {[]string{ebs}, false, true},
		"known, with limits":      {[]string{ebs}, true, true},
		"not known":               {nil, false, true},
		"not known, with limits":  {nil, true, true},
		"of any number of pods":   {[]string{ebs}, true, false},
		"of two that it may be":   {[]string{ebs, "efs.csi.aws.com"}, true, true},
		"of any, and nobody says": {nil, true, false},
	} {
		c := clusterOf(2)
		if x.limits {
			c.VolumeLimits = []kubernetes.NodeLimits{{Node: "node-0", Volumes: map[string]int{ebs: 9}}}
		}
		c.with("Deployment", "web", 0).Template.VolumeClaims = []string{"data"}
		c.Pods[0].VolumeClaims = []string{"data"}
		c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Storage: x.storage, Once: x.onePod, OncePod: x.onePod}}
		e := c.engine(t)
		wants(t, name, e.inUse(e.pods[0].tie), x.onePod)
	}
}

// Two that mount one volume contend for it, where one node or one pod at a time can have it.
func TestWhoContendsForAVolume(t *testing.T) {
	for name, x := range map[string]struct {
		once, onePod bool
		of           string
	}{
		"any number of nodes": {false, false, ""},
		"one node at a time":  {true, false, "data"},
		"one pod at a time":   {true, true, "data"},
	} {
		c := clusterOf(1)
		for _, name := range []string{"web", "api", "other"} {
			w := c.with("Deployment", name, 0)
			if name != "other" {
				w.Template.VolumeClaims, c.Pods[len(c.Pods)-1].VolumeClaims = []string{"data"}, []string{"data"}
			}
		}
		c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Storage: []string{ebs}, Once: x.once, OncePod: x.onePod}}
		w := c.engine(t).World
		for l, of := range []string{x.of, x.of, ""} {
			wants(t, fmt.Sprint(name, ": ", w.workloads[l].Name), w.workloads[l].contends, of)
		}
	}
}

// A node for pods that must be together takes all of them: one that comes first, and those
// that must be near to it, of its own kind or another.
func TestNodesForPodsThatMustBeTogether(t *testing.T) {
	near := func(app, key string) *corev1.Affinity {
		return &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
			{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}, TopologyKey: key}}}}
	}
	for name, x := range map[string]struct {
		affinity *corev1.Affinity
		elseware bool // db runs already, where there is no capacity left
		claims   int
		ok       bool
	}{
		"anywhere":                        {nil, false, 1, true},
		"near to db":                      {near("db", hostname), false, 1, true},
		"near to db, which is there":      {near("db", hostname), true, 0, false},
		"near to db, by zone":             {near("db", zone), false, 1, true},
		"near to its own":                 {near("web", hostname), false, 1, true},
		"near to what there is not":       {near("none", hostname), false, 1, false},
		"in a zone with what there isn't": {near("none", zone), false, 1, false},
	} {
		c := clusterOf(1)
		c.with("Deployment", "full", 0, 0, 0)
		at := -1
		if x.elseware {
			at = 0
		}
		db := c.with("Deployment", "db", at)
		if at < 0 {
			db.Template.Requests.CPU = 1500 // it comes first
			c.with("Deployment", "rest", 0)
		}
		c.with("Deployment", "web", -1, -1).Template.Affinity = x.affinity
		e := c.engine(t)
		var list []int32
		for p := range e.pods {
			if e.pods[p].state == podPending {
				list = append(list, int32(p))
			}
		}
		slices.SortFunc(list, e.solver.before)
		claims, _ := e.solver.solve(list, nil, false)
		wants(t, name+": nodes", len(claims), x.claims)
		pods := 0
		for i := range claims {
			pods += claims[i].pods
		}
		wants(t, name+": all have a place", pods == len(list), x.ok)
	}
}

// A budget says in so many words that it lets nothing go by 0 of those that may be missing,
// or by all of those that must be there.
func TestBudgetsThatLetNothingGo(t *testing.T) {
	for _, x := range []struct {
		least, most string
		want        bool
	}{{"", "0", true}, {"", "0%", true}, {"", "1", false}, {"", "1%", false}, {"100%", "", true}, {"3", "", false},
		{"99%", "", false}, {"", "", false}} {
		var b disruption.Budget
		if x.least != "" {
			b.MinAvailable = new(intstr.Parse(x.least))
		}
		if x.most != "" {
			b.MaxUnavailable = new(intstr.Parse(x.most))
		}
		wants(t, fmt.Sprint(x.least, "/", x.most), fullyBlocking(b), x.want)
	}
}

// A node goes by the contract of the platform that it stands on, and where none is told for
// it by the one that the question names; so do those that its pool starts.
func TestNodesAndTheirOfferings(t *testing.T) {
	k := Knowledge(t)
	c := clusterOf(2)
	c.with("Deployment", "web", 0, 1)
	places := locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil)
	places.Fallback.Offering = k.Offering("gke-standard")
	places.Nodes[0].Offering, places.Nodes[1].Offering = k.Offering("aks"), nil
	for i := range places.Pools {
		places.Pools[i].Offering = nil
	}
	w, err := Prepare(&c.Estate, places, false)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, "a node that is told", w.nodes[0].offering.ID, "aks")
	wants(t, "a node that is not", w.nodes[1].offering.ID, "gke-standard")
	wants(t, "a pool that is not", w.pools[0].offering.ID, "gke-standard")
}

// There are more of a workload's pods than it wants, so that its controller will take some:
// by number, or by one that a StatefulSet of so many has not. Nothing is asked of how many
// pods of a Job there are.
func TestMorePodsThanWanted(t *testing.T) {
	for name, x := range map[string]struct {
		kind     string
		replicas int
		change   func(c *ruleCluster)
		want     bool
	}{
		"as many":                      {"Deployment", 3, func(*ruleCluster) {}, false},
		"fewer":                        {"Deployment", 4, func(*ruleCluster) {}, false},
		"more":                         {"Deployment", 2, func(*ruleCluster) {}, true},
		"one of them stops":            {"Deployment", 2, func(c *ruleCluster) { c.Pods[0].Deleted = noon }, false},
		"more members":                 {"StatefulSet", 2, func(*ruleCluster) {}, true},
		"as many members":              {"StatefulSet", 3, func(*ruleCluster) {}, false},
		"a member of a higher number":  {"StatefulSet", 3, func(c *ruleCluster) { c.Pods[0].Name = "web-3" }, true},
		"more of a Job":                {"Job", 2, func(*ruleCluster) {}, false},
		"more of a DaemonSet":          {"DaemonSet", 2, func(*ruleCluster) {}, false},
		"more than a bare pod can be":  {"Pod", 1, func(*ruleCluster) {}, false},
		"more of it, one waits":        {"Deployment", 2, func(c *ruleCluster) { c.Pods[0].Node, c.Pods[0].Ready = "", false }, true},
		"a member of the last of them": {"StatefulSet", 3, func(c *ruleCluster) { c.Pods[0].Name = "web-0" }, false},
	} {
		c := clusterOf(3)
		c.with(x.kind, "web", 0, 1, 2).Replicas = x.replicas
		c.with("Deployment", "api", 0)
		x.change(c)
		w := c.engine(t).World
		m, err := w.Model(&Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}})
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name, m.Workloads[0].Shrinks, x.want)
	}
}

// Karpenter chooses no node whose pods would need the free capacity that a pod which waits,
// and comes first in its order, is to have.
//
// Source: SimulateScheduling in pkg/controllers/disruption/helpers.go of Karpenter 1.14, which
// schedules the pods that wait with those of the candidates.
func TestPodsThatWaitComeFirst(t *testing.T) {
	for asks, why := range map[int64]string{0: "", 900: "", 1500: "it is not selected: Karpenter finds no place for pod web-0 elsewhere"} {
		c := clusterOf(2)
		c.Pools[0].Limits.CPU = 100 // no node may come
		c.with("Deployment", "web", 0)
		c.with("Deployment", "rest", 1).Template.Requests.CPU = 2000
		if asks > 0 {
			c.with("Deployment", "large", -1).Template.Requests.CPU = asks
		}
		s := whyStays{c.engine(t)}.noPlace(0)
		if !strings.HasPrefix(s.Why, why) || why == "" && s.Why != "" {
			t.Errorf("one waits that asks for %d m CPU: %q, wants %q", asks, s.Why, why)
		}
	}
}
