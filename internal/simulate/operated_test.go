package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// Pods of an operator that is not known, under a PDB that never lets them go, may be moved by
// it: neither that they stay nor that their nodes do is then so in every order.
func TestWhatAnOperatorMayMove(t *testing.T) {
	for name, test := range map[string]struct {
		kind     string
		inferred bool
		pdb      string
		beside   bool // another workload under a PDB that never lets it go is on the node
		least    int
		never    int // nodes that stay in every order
		open     bool
	}{
		"an operator's":                  {"InstanceManager", true, "0", false, 0, 0, true},
		"a StatefulSet":                  {"StatefulSet", false, "0", false, 1, 1, false},
		"a StatefulSet that is inferred": {"StatefulSet", true, "0", false, 1, 1, false},
		"a PDB that lets one go":         {"InstanceManager", true, "1", false, 0, 0, false},
		"held by another, too":           {"InstanceManager", true, "0", true, 0, 1, false},
	} {
		c := clusterOf(2)
		im := c.with(test.kind, "im", 0)
		im.Inferred, im.Scaled = test.inferred, true
		c.pdb("im", test.pdb)
		if test.beside {
			c.with("StatefulSet", "db", 0)
			c.pdb("db", "0")
		}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("eks-managed-nodegroup"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&Scenario{Start: noon, Horizon: time.Hour, Runs: 1, Triggers: []Trigger{{Kind: contract.Upgrade}}})
		if err != nil {
			t.Fatal(err)
		}
		bounds, f := bound.Bounds(m), bound.Finishes(m, 0)[0]
		said := strings.Contains(strings.Join(append(f.Because, bounds[0].Because...), "; "), "the operator of its pods may move them")
		if bounds[0].Least != test.least || len(f.Never) != test.never ||
			said != (test.inferred && test.kind == "InstanceManager" && test.pdb == "0") || test.open != (f.Unpatched == 0 && f.AtWorst > 0) {
			t.Errorf("%s: %+v, %+v", name, bounds, f)
		}
	}
}

// Nodes of a pool that does not drain and terminate are never begun, whatever runs on them, and
// the field is named; where what may limit their drains was not read, that they stay is not sure.
func TestWhatItsPoolSaysOfDrains(t *testing.T) {
	const off = "rollingUpdate.drainAndTerminate: false"
	for name, test := range map[string]struct {
		pool     kubernetes.Pool
		offering string
		kind     string
		stay     int
		unsure   bool
		says     string
	}{
		"kOps, off": {kubernetes.Pool{API: kubernetes.InstanceGroups, Paused: true, PausedBy: off}, "kops", contract.Upgrade, 2, false, off},
		"kOps, off, deleted by hand": {kubernetes.Pool{API: kubernetes.InstanceGroups, Paused: true, PausedBy: off}, "kops",
			contract.Delete, 0, false, ""},
		"paused": {kubernetes.Pool{API: "cluster.x-k8s.io/MachineDeployment", Detach: contract.Forever, Paused: true}, "cluster-api",
			contract.Upgrade, 2, false, "is paused"},
		"unread": {kubernetes.Pool{API: "cluster.x-k8s.io/MachineDeployment", Detach: contract.Forever, Unread: "ClusterClass m/base"},
			"cluster-api", contract.Upgrade, 1, true, "whether its drain has a limit was not read"},
		"read": {kubernetes.Pool{API: "cluster.x-k8s.io/MachineDeployment", Detach: contract.Forever}, "cluster-api",
			contract.Upgrade, 1, false, "PDB db"},
	} {
		c := clusterOf(2)
		test.pool.Name = "default"
		c.Pools = []kubernetes.Pool{test.pool}
		c.with("StatefulSet", "db", 0)
		c.pdb("db", "0")
		run, f, _ := c.waitsFor(t, test.offering, test.kind, false)
		if run.Unreplaced < test.stay || run.Unreplaced > 0 != (test.stay > 0) {
			t.Errorf("%s: %d stay", name, run.Unreplaced)
		}
		if len(run.Stays) == 0 {
			continue
		}
		s := run.Stays[0]
		if s.Unsure != test.unsure || !strings.Contains(s.Why, test.says) {
			t.Errorf("%s: %+v", name, s)
		}
		if p := test.pool; p.PausedBy != "" && test.kind == contract.Upgrade && !strings.Contains(strings.Join(f.Because, "; "), off) {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
