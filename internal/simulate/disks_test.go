package simulate

import (
	"fmt"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"pgregory.net/rapid"
)

const ebs = "ebs.csi.aws.com"

// mounting gives a workload claims that drivers serve, one a pod where it is a StatefulSet.
func (c *ruleCluster) mounting(w *kubernetes.Workload, storage ...string) {
	for k, driver := range storage {
		name := fmt.Sprint("data", k)
		claims := []string{w.Name + "-" + name}
		if w.Kind == "StatefulSet" {
			w.VolumeClaimTemplates, claims = append(w.VolumeClaimTemplates, name), nil
			for n := range w.Replicas {
				claims = append(claims, w.ClaimName(name, n))
			}
		} else {
			w.Template.VolumeClaims = append(w.Template.VolumeClaims, claims[0])
		}
		for _, name := range claims {
			c.VolumeClaims = append(c.VolumeClaims, kubernetes.VolumeClaim{Namespace: "default", Name: name, Storage: []string{driver}})
		}
	}
}

// A node takes so many volumes of a driver, and no more: those that it has already do not
// count again, nor those of other drivers.
//
// Source: CSILimits.Filter in pkg/scheduler/framework/plugins/nodevolumelimits/csi.go of
// Kubernetes 1.36.
func TestNodesTakeSoManyVolumes(t *testing.T) {
	for name, x := range map[string]struct {
		limits  map[string]int
		storage []string
		shared  bool
		suits   bool
	}{
		"no limits":               {nil, []string{ebs}, false, true},
		"a free slot":             {map[string]int{ebs: 3}, []string{ebs}, false, true},
		"none":                    {map[string]int{ebs: 2}, []string{ebs}, false, false},
		"more than there may be":  {map[string]int{ebs: 1}, []string{ebs}, false, false},
		"of a driver in the tree": {map[string]int{ebs: 2}, []string{"kubernetes.io/aws-ebs"}, false, false},
		"of another driver":       {map[string]int{ebs: 2}, []string{"efs.csi.aws.com"}, false, true},
		"two, and one slot":       {map[string]int{ebs: 3}, []string{ebs, ebs}, false, false},
		"two, and two slots":      {map[string]int{ebs: 4}, []string{ebs, ebs}, false, true},
		"one of each":             {map[string]int{ebs: 3, "efs.csi.aws.com": 1}, []string{ebs, "efs.csi.aws.com"}, false, true},
		"one of each, none left":  {map[string]int{ebs: 3, "efs.csi.aws.com": 0}, []string{ebs, "efs.csi.aws.com"}, false, false},
		"it has it already":       {map[string]int{ebs: 2}, []string{ebs}, true, true},
		"no volume":               {map[string]int{ebs: 2}, nil, false, true},
		"of nobody knows what":    {map[string]int{ebs: 2}, []string{""}, false, true},
	} {
		c := clusterOf(2)
		c.VolumeLimits = []kubernetes.NodeLimits{{Node: "node-0", Volumes: x.limits}, {Node: "elsewhere", Volumes: map[string]int{ebs: 0}}}
		c.mounting(c.with("StatefulSet", "kafka", 0, 0), ebs)
		web := c.with("Deployment", "web", -1)
		if c.mounting(web, x.storage...); x.shared {
			web.Template.VolumeClaims = []string{"data0-kafka-0"}
		}
		e := c.engine(t)
		p := &e.pods[2]
		p.tie = e.classes[p.class].tie
		for k := range 2 { // as the counts are the same when it has been and gone
			wants(t, fmt.Sprint(name, k), e.suits(&e.classes[p.class], p.tie, 0, false), x.suits)
			wants(t, fmt.Sprint(name, k, ", Karpenter"), e.suits(&e.classes[p.class], p.tie, 0, true), x.suits)
			wants(t, fmt.Sprint(name, k, ", a node without limits"), e.suits(&e.classes[p.class], p.tie, 1, false), true)
			e.mount(p.tie, 0, 1)
			wants(t, fmt.Sprint(name, k, ", once it is there"), e.suits(&e.classes[p.class], p.tie, 0, false), true)
			e.mount(p.tie, 0, -1)
		}
	}
}

// What is started in place of a node takes as many volumes as it does, and Karpenter learns
// that once it is there.
func TestNewNodesTakeAsManyVolumes(t *testing.T) {
	c := clusterOf(2)
	c.Nodes[1].Labels = c.Nodes[0].Labels
	c.VolumeLimits = []kubernetes.NodeLimits{
		{Node: "node-0", Volumes: map[string]int{ebs: 3}}, {Node: "node-1", Volumes: map[string]int{ebs: 1, "efs.csi.aws.com": 9}},
	}
	c.mounting(c.with("StatefulSet", "kafka", 0, 0), ebs)
	e := c.engine(t)
	n := e.nodeLifecycle.launch(0, e.nodes[0].shape, -1)
	first, second := e.pods[0].tie, e.pods[1].tie
	wants(t, "one", e.hasSlots(first, n, false), true)
	e.mount(first, n, 1)
	wants(t, "a second", e.hasSlots(second, n, false), false)
	wants(t, "Karpenter, while it is started", e.hasSlots(second, n, true), true)
	e.nodeLifecycle.ready(n)
	wants(t, "Karpenter, once it is there", e.hasSlots(second, n, true), false)
}

// A pod that others make room for may need their volume's slot, and not their capacity.
func TestVolumesArePushedOut(t *testing.T) {
	c := clusterOf(1)
	c.VolumeLimits = []kubernetes.NodeLimits{{Node: "node-0", Volumes: map[string]int{ebs: 1}}}
	c.mounting(c.with("StatefulSet", "low", 0), ebs)
	c.with("Deployment", "none", 0)
	high := c.with("Deployment", "high", -1)
	c.mounting(high, ebs)
	high.Template.Preempts = true
	n := int32(1000)
	high.Template.Priority = &n
	c.priority(1000)
	e := c.engine(t)
	e.pods[2].tie = e.classes[e.pods[2].class].tie
	plan, ok := e.scheduler.preemptionOn(0, 2)
	if !ok || len(plan.victims) != 1 || plan.victims[0] != 0 {
		t.Errorf("%t, %+v", ok, plan)
	}
}

// Nothing is proved of how long pods take to come back where nodes may have no slot for
// their volumes.
func TestSlotsThatMayLack(t *testing.T) {
	for name, x := range map[string]struct {
		limit   int
		storage string
		unread  bool
		want    bool
	}{
		"enough for all":      {3, ebs, false, false},
		"not for all":         {2, ebs, false, true},
		"of another driver":   {2, "efs.csi.aws.com", false, false},
		"not known of which":  {2, "", false, true},
		"claims not read":     {2, ebs, true, true},
		"nor are they needed": {3, ebs, true, false},
	} {
		c := clusterOf(2)
		c.VolumeLimits = []kubernetes.NodeLimits{{Node: "node-0", Volumes: map[string]int{ebs: x.limit}}}
		c.mounting(c.with("StatefulSet", "kafka", 0, 0, 1), x.storage)
		if x.unread {
			c.VolumeClaims = c.VolumeClaims[:1]
		}
		wants(t, name, c.engine(t).slotsMayLack(), x.want)
	}
}

// slot gives a random estate nodes that take so many volumes, and pods that mount some. A node
// takes as many as any pod has: else Karpenter would start one after the other for it.
func slot(t *rapid.T, e *kubernetes.Estate) {
	if !chance(t, 3, "volumes take slots") {
		return
	}
	for i := range e.Nodes {
		if !chance(t, 4, "no limit") {
			e.VolumeLimits = append(e.VolumeLimits, kubernetes.NodeLimits{Node: e.Nodes[i].Name,
				Volumes: map[string]int{ebs: rapid.IntRange(3, 6).Draw(t, "limit")}})
		}
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		switch {
		case !chance(t, 2, "mounts"):
		case w.Kind == "StatefulSet" && w.VolumeClaimTemplates == nil:
			w.VolumeClaimTemplates = []string{"data"}
			for o := range w.Replicas {
				e.VolumeClaims = append(e.VolumeClaims, kubernetes.VolumeClaim{Namespace: w.Namespace, Name: w.ClaimName("data", o),
					Storage: []string{ebs}})
			}
		default:
			w.Template.VolumeClaims = append(w.Template.VolumeClaims, "slot-"+w.Name)
			e.VolumeClaims = append(e.VolumeClaims, kubernetes.VolumeClaim{Namespace: w.Namespace, Name: "slot-" + w.Name, Storage: []string{ebs}})
		}
	}
	for i := range e.VolumeClaims {
		v := &e.VolumeClaims[i]
		v.Storage, v.Once = []string{ebs}, chance(t, 2, "one node at a time")
		v.OncePod = v.Once && chance(t, 6, "one pod at a time")
	}
	if n := len(e.VolumeClaims); n > 1 && chance(t, 6, "a volume of several") {
		w := &e.Workloads[len(e.Workloads)-1]
		w.Template.VolumeClaims = append(w.Template.VolumeClaims, e.VolumeClaims[0].Name)
	}
}
