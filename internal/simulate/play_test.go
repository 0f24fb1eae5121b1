package simulate_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// The story is that of the worst run: with the most pods below their floors, then
// the closest to one, then the longest below.
func TestTheStoryIsThatOfTheWorstRun(t *testing.T) {
	c := newCluster(6, disruption.NodeBudget{Nodes: "2"})
	c.runs("Deployment", "web", 0, 1, 2, 3)
	c.runs("StatefulSet", "db", 2, 3, 4)
	for floor := range 5 {
		s := drift(20 * time.Minute)
		s.Runs = 40
		s.Floors = map[string]int{"default/web": floor, "default/StatefulSet/db": 2}
		sim := c.tell(t, "karpenter", s)
		score := func(r *simulate.Run) (below, slack int, long time.Duration) {
			slack = 1 << 30
			for k, w := range sim.Workloads {
				over := r.Workloads[k].MinReady - w.Floor
				below += max(0, -over)
				slack = min(slack, over)
				long += r.Workloads[k].BelowFloor
			}
			return below, slack, long
		}
		below, slack, long := score(&sim.Story)
		for i := range sim.Runs {
			b, near, l := score(&sim.Runs[i])
			if b > below || b == below && (near < slack || near == slack && l > long) {
				t.Errorf("floor %d: the story has %d below, %d to spare, %s; seed %d has %d, %d, %s", floor, below, slack, long,
					sim.Runs[i].Seed, b, near, l)
			}
		}
		if want := map[string]int{"web": floor, "db": 2}; sim.Workloads[0].Floor != want[sim.Workloads[0].Name] ||
			sim.Workloads[1].Floor != want[sim.Workloads[1].Name] {
			t.Errorf("the floors are %+v", sim.Workloads)
		}
	}
}

// A trigger plays the move that it names, and the first of its kind where it
// names none.
func TestMovesByName(t *testing.T) {
	c := newCluster(3)
	c.Pools = nil
	c.runs("Deployment", "web", 0, 1, 2)
	for move, draining := range map[string]int{"": 1, "surge": 1, "blue-green": 3, "manual": 1} {
		s := drift(3 * time.Hour)
		s.Triggers[0].Kind, s.Triggers[0].Move = contract.Upgrade, move
		sim := c.tell(t, "gke-standard", s)
		every(t, sim, fmt.Sprintf("%q drains %d at once", move, draining), func(r *simulate.Run) bool {
			return r.Gone == 3 && r.Draining == draining
		})
		title := contract.Upgrade
		if move != "" {
			title += " (" + move + ")"
		}
		if told := events(sim, simulate.Triggered); len(told) != 1 || told[0].Detail != title {
			t.Errorf("%q is told as %v", move, told)
		}
	}
}

// Taints that come and go with what happens to a node keep nobody off who comes
// later; those of its own do.
func TestTransientTaints(t *testing.T) {
	for taint, free := range map[string]bool{
		"node.kubernetes.io/unreachable": true,
		"karpenter.sh/disrupted":         true,
		"team":                           false,
		"example.com/node.kubernetes.io": false,
	} {
		c := newCluster(2)
		c.Nodes[1].Taints = []kubernetes.Taint{{Key: taint, Effect: "NoSchedule"}}
		c.runs("Deployment", "web", 0).Template.Requests.CPU = 3000
		s := drift(10 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}
		asked := len(events(c.tell(t, "karpenter", s), simulate.NodeRequested))
		if (asked == 0) != free {
			t.Errorf("with the taint %s %d nodes are asked for", taint, asked)
		}
	}
}

// The drain timeout of a Cluster API pool ends its drains; a Karpenter knows
// none, and goes by the grace of its pool.
func TestDrainsEndByTheTimeoutOfTheirPool(t *testing.T) {
	for _, x := range []struct {
		offering, kind string
		timeout        time.Duration
		grace          time.Duration
		gone           time.Duration // 0 for never
	}{
		{"cluster-api", contract.Delete, 20 * time.Minute, 0, 20 * time.Minute}, {"cluster-api", contract.Delete, 0, 0, 0},
		{"cluster-api", contract.Delete, 0, 10 * time.Minute, 0}, {"karpenter", contract.Delete, 20 * time.Minute, 0, 0},
		{"karpenter", contract.Delete, 0, 10 * time.Minute, 10 * time.Minute}, {"karpenter", contract.Delete, 20 * time.Minute, 10 * time.Minute,
			10 * time.Minute},
		{"karpenter", contract.Delete, 0, kubernetes.AtOnce, time.Second}, // a grace of 0s is no grace, and not one without end
	} {
		c := newCluster(2)
		c.Pools[0].DrainTimeout, c.Pools[0].Grace = x.timeout, x.grace
		c.runs("Deployment", "web", 0, 1)
		c.pdb("web", "max", "0")
		s := drift(2 * time.Hour)
		s.Triggers = []simulate.Trigger{{Kind: x.kind, Nodes: []string{"node-0"}}}
		every(t, c.tell(t, x.offering, s), fmt.Sprintf("%+v", x), func(r *simulate.Run) bool {
			if x.gone == 0 {
				return r.Gone == 0 && r.Drained == 1
			}
			return r.Gone == 1 && r.LastGone > x.gone-time.Minute && r.LastGone < x.gone+time.Minute
		})
	}
}

// Pods go where all of their volumes are, and wait where no node is: a disk goes
// with its node.
func TestPodsFollowTheirVolumes(t *testing.T) {
	volume := func(name, host string, zones ...string) kubernetes.VolumeClaim {
		return kubernetes.VolumeClaim{Namespace: "default", Name: name, Host: host, Zones: zones}
	}
	for name, x := range map[string]struct {
		volumes []kubernetes.VolumeClaim
		pending int
		asked   bool // for a new node
	}{
		"none":                 {nil, 0, false},
		"the other zone":       {[]kubernetes.VolumeClaim{volume("a", "", "zone-1")}, 0, false},
		"the zone of the node": {[]kubernetes.VolumeClaim{volume("a", "", "zone-0")}, 0, true},
		"either zone":          {[]kubernetes.VolumeClaim{volume("a", "", "zone-1", "zone-0")}, 0, false},
		"two that share a zone": {[]kubernetes.VolumeClaim{volume("a", "", "zone-0", "zone-1"), volume("b", "", "zone-1", "zone-2")}, 0,
			false},
		"two in different zones":      {[]kubernetes.VolumeClaim{volume("a", "", "zone-0"), volume("b", "", "zone-1")}, 1, false},
		"a disk of the other node":    {[]kubernetes.VolumeClaim{volume("a", "node-1")}, 0, false},
		"a disk of the node":          {[]kubernetes.VolumeClaim{volume("a", "node-0")}, 1, false},
		"a disk and its zone":         {[]kubernetes.VolumeClaim{volume("a", "node-1"), volume("b", "", "zone-1")}, 0, false},
		"a zone and a disk of it":     {[]kubernetes.VolumeClaim{volume("a", "", "zone-1"), volume("b", "node-1")}, 0, false},
		"a disk and another zone":     {[]kubernetes.VolumeClaim{volume("a", "node-1"), volume("b", "", "zone-0")}, 1, false},
		"disks of two nodes":          {[]kubernetes.VolumeClaim{volume("a", "node-1"), volume("b", "node-0")}, 1, false},
		"a disk of a node of nowhere": {[]kubernetes.VolumeClaim{volume("a", "node-7")}, 1, false},
		"bound to nothing":            {[]kubernetes.VolumeClaim{volume("a", "")}, 0, false},
	} {
		c := newCluster(2)
		w := c.runs("Deployment", "web", 0)
		for _, v := range x.volumes {
			w.Template.VolumeClaims = append(w.Template.VolumeClaims, v.Name)
		}
		c.VolumeClaims = x.volumes
		s := drift(10 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}
		sim := c.tell(t, "karpenter", s)
		every(t, sim, name, func(r *simulate.Run) bool { return r.Pending == x.pending })
		if asked := len(events(sim, simulate.NodeRequested)) > 0; asked != x.asked {
			t.Errorf("%s: a new node is asked for: %v", name, asked)
		}
	}
}

// A single run is played once, with its events, and has the numbers of one without them.
func TestASingleRunIsPlayedOnce(t *testing.T) {
	for _, nodes := range []int{3, 40} {
		w, s := prepared(t, fleet(nodes)), rotation(24*time.Hour)
		told := 0
		sim, err := simulate.Play(t.Context(), w, s, func(done, of int) { told += done * of })
		if err != nil || told != 1 {
			t.Fatal(err, told)
		}
		if want := simulate.One(w, &s, s.Seed); !reflect.DeepEqual(sim.Runs, []simulate.Run{want}) {
			t.Errorf("%d nodes: %+v, want %+v", nodes, sim.Runs, want)
		}
		if len(sim.Story.Events) == 0 || sim.Story.Drained != sim.Runs[0].Drained {
			t.Errorf("%d nodes: the story has %d events", nodes, len(sim.Story.Events))
		}
	}
}
