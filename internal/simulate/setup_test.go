package simulate

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Where it was not read when a pod last came to a node, the newest of those on it did,
// in whatever order they are listed; those of DaemonSets do not count.
func TestNewestPodOfANode(t *testing.T) {
	for name, ages := range map[string][2]time.Duration{
		"the first": {10 * time.Minute, 40 * time.Minute}, "the last": {40 * time.Minute, 10 * time.Minute},
	} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0, 0)
		c.with("DaemonSet", "agent", 0)
		for i, age := range ages {
			c.Pods[i].Started = noon.Add(-age)
		}
		c.Pods[2].Started = noon.Add(-time.Minute)
		e := c.engine(t)
		wants(t, name+" is the newest: came", time.Duration(e.nodes[0].lastPodEvent), -10*time.Minute)
	}
}

// Nodes are made for pods that wait where any pool is Karpenter's, whichever comes last.
func TestWhoMakesNodes(t *testing.T) {
	for name, managed := range map[string][2]bool{"the first": {true, false}, "the last": {false, true}, "none": {}, "both": {true, true}} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		e.provisioner.provisions = false
		e.World.pools = []pool{{name: "a", managed: managed[0]}, {name: "b", managed: managed[1]}}
		start{e}.setCounts()
		wants(t, name+" of two pools", e.provisioner.provisions, managed[0] || managed[1])
	}
}

// What a scenario says of a workload goes for that, be it told by its kind as well or not.
func TestTimingsOfAWorkload(t *testing.T) {
	l := &workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, readyAfter: time.Minute}
	for name, x := range map[string]struct {
		own  map[string]Timings
		want Timings
	}{
		"nothing said":      {nil, Timings{PodReady: time.Minute}},
		"by its name":       {map[string]Timings{"shop/web": {PodStop: 7}}, Timings{PodReady: time.Minute, PodStop: 7}},
		"by its kind":       {map[string]Timings{"shop/Deployment/web": {PodReady: 5}}, Timings{PodReady: 5}},
		"of another kind":   {map[string]Timings{"shop/StatefulSet/web": {PodReady: 5}}, Timings{PodReady: time.Minute}},
		"by its name first": {map[string]Timings{"shop/web": {PodReady: 3}, "shop/Deployment/web": {PodReady: 5}}, Timings{PodReady: 3}},
	} {
		s := &Scenario{WorkloadTimings: x.own, Timings: Timings{PodReady: time.Second}}
		wants(t, name, s.timingsOf(l), x.want)
	}
}

// Where quotas could not be read, any pod may be refused.
func TestUnreadQuotasMayRefuse(t *testing.T) {
	for _, unread := range []bool{false, true} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		if unread {
			c.Unread = []origin.Unread{{Kind: "ResourceQuota"}}
		}
		may := c.engine(t).World.workloads[0].may
		wants(t, "why pods may be refused", len(may), boolean(unread))
		if unread {
			wants(t, "it is said", may[0], "ResourceQuotas that could not be read")
		}
	}
}
