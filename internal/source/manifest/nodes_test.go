package manifest

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
)

// A node's allocatable is its capacity where a cluster says nothing else, and it
// is ready unless its Ready condition says otherwise.
func TestNodes(t *testing.T) {
	for _, c := range []struct {
		name, status          string
		allocatable, capacity int64
		notReady              bool
	}{
		{"both", "{allocatable: {cpu: 3}, capacity: {cpu: 4}}", 3000, 4000, false},
		{"capacity only", "{capacity: {cpu: 4}}", 4000, 4000, false},
		{"allocatable only", "{allocatable: {cpu: 3}}", 3000, 0, false},
		{"ready", "{conditions: [{type: Ready, status: 'True'}]}", 0, 0, false},
		{"not ready", "{conditions: [{type: Ready, status: 'False'}]}", 0, 0, true},
		{"nobody knows", "{conditions: [{type: Ready, status: Unknown}]}", 0, 0, true},
		{"short of memory, but ready", "{conditions: [{type: MemoryPressure, status: 'False'}, {type: Ready, status: 'True'}]}", 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustRead(t, "apiVersion: v1\nkind: Node\nmetadata: {name: node}\nstatus: "+c.status+"\n")
			if n := e.Nodes[0]; n.Allocatable.CPU != c.allocatable || n.Capacity.CPU != c.capacity || n.NotReady != c.notReady {
				t.Errorf("%+v", n)
			}
		})
	}
}

// A node that is not ready has a taint from which on its pods are evicted.
func TestNodesThatEvict(t *testing.T) {
	const added = "2026-11-22T06:00:00Z"
	for name, c := range map[string]struct {
		taints      string
		evicts      bool
		unreachable bool
	}{
		"none": {"", false, false},
		"unreachable": {"{key: node.kubernetes.io/unreachable, effect: NoSchedule}, {key: node.kubernetes.io/unreachable, " +
			"effect: NoExecute, timeAdded: " + added + "}", true, true},
		"not ready":              {"{key: node.kubernetes.io/not-ready, effect: NoExecute, timeAdded: " + added + "}", true, false},
		"no pods from now on":    {"{key: node.kubernetes.io/unreachable, effect: NoSchedule, timeAdded: " + added + "}", false, false},
		"for another reason":     {"{key: team, effect: NoExecute, timeAdded: " + added + "}", false, false},
		"nobody says since when": {"{key: node.kubernetes.io/unreachable, effect: NoExecute}", false, false},
	} {
		n := mustRead(t, "apiVersion: v1\nkind: Node\nmetadata: {name: node}\nspec: {taints: ["+c.taints+"]}\n").Nodes[0]
		if n.EvictsFrom.Format(time.RFC3339) == added != c.evicts || n.EvictsFrom.IsZero() == c.evicts || n.Unreachable != c.unreachable {
			t.Errorf("%s: from %s, unreachable %t", name, n.EvictsFrom, n.Unreachable)
		}
	}
	nine := int64(9)
	spec := &corev1.PodSpec{Tolerations: []corev1.Toleration{{Key: "x", Operator: "Exists", TolerationSeconds: &nine}, {Key: "z"}}}
	if all := Template(nil, nil, spec).Tolerations; all[0].Seconds == nil || *all[0].Seconds != 9 || all[1].Seconds != nil {
		t.Errorf("%+v", all)
	}
}

// The newest time of any object is the clock of what is played on the input.
func TestNewestOfEach(t *testing.T) {
	for name, object := range map[string]string{
		"a node's creation": "kind: Node\nmetadata: {name: node, creationTimestamp: 2026-11-22T06:00:00Z}\n",
		"a node's last heartbeat": "kind: Node\nmetadata: {name: node, creationTimestamp: 2026-11-01T06:00:00Z}\n" +
			"status: {conditions: [{type: Ready, status: 'True', lastTransitionTime: 2026-11-02T06:00:00Z, " +
			"lastHeartbeatTime: 2026-11-22T06:00:00Z}]}\n",
		"a node's last transition": "kind: Node\nmetadata: {name: node, creationTimestamp: 2026-11-01T06:00:00Z}\n" +
			"status: {conditions: [{type: Ready, status: 'True', lastTransitionTime: 2026-11-22T06:00:00Z}]}\n",
		"a pod's start": "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a}]}\nstatus: {startTime: 2026-11-22T06:00:00Z}\n",
	} {
		e := mustRead(t, "apiVersion: v1\n"+object)
		if want := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC); !e.Newest.Equal(want) {
			t.Errorf("%s: %s, want %s", name, e.Newest, want)
		}
	}
}

// NodeClaims say when their node expires and what grace it has.
func TestNodeClaims(t *testing.T) {
	const head = "apiVersion: karpenter.sh/v1\nkind: NodeClaim\nmetadata: {name: c, uid: u, creationTimestamp: 2026-11-20T00:00:00Z}\n"
	e := mustRead(t, head+"spec: {expireAfter: 336h, terminationGracePeriod: 24h}\n"+
		"status: {nodeName: node, lastPodEventTime: 2026-11-21T00:00:00Z}\n")
	c := e.NodeClaims[0]
	if !e.Live || c.Node != "node" || c.ExpireAfter != contract.ExpiresAfter(336*time.Hour) || c.Grace != 24*time.Hour ||
		c.LastPodEvent.Day() != 21 || c.Created.Day() != 20 || e.Newest.Day() != 21 {
		t.Errorf("live %t, newest %s, %+v", e.Live, e.Newest, c)
	}
	if c := mustRead(t, head+"spec: {expireAfter: Never}\n").NodeClaims[0]; c.ExpireAfter != contract.NeverExpires || c.Grace != 0 {
		t.Errorf("%+v", c)
	}
	for name, text := range map[string]string{
		"a claim of a node":   "apiVersion: karpenter.sh/v1\nkind: NodeClaim\nspec:\n  expireAfter: [1]\n",
		"a claim of a volume": "apiVersion: v1\nkind: PersistentVolumeClaim\nspec:\n  volumeName: [1]\n",
	} {
		if got := fault(t, text); got.Line != 4 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What scratch space a pod has decides whether kubectl drain goes on.
func TestEmptyDir(t *testing.T) {
	for volumes, want := range map[string]bool{
		"[]": false, "[{name: a, emptyDir: {}}]": true, "[{name: a, configMap: {name: c}}]": false,
		"[{name: a, configMap: {name: c}}, {name: b, emptyDir: {}}]":       true,
		"[{name: b, emptyDir: {}}, {name: c, emptyDir: {medium: Memory}}]": true,
	} {
		e := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}], volumes: "+volumes+"}\n")
		if got := e.Workloads[0].Template.EmptyDir; got != want {
			t.Errorf("%s: %t", volumes, got)
		}
	}
}
