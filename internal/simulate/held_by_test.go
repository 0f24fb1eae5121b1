package simulate

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
)

// waitsFor plays a drift and says how many nodes stay, and what the bound of the pool says of
// those that are there.
func (c *ruleCluster) waitsFor(t *testing.T, offering string, kind string, as bool) (*Run, bound.Finish, []string) {
	t.Helper()
	k := Knowledge(t)
	w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(offering), nil), as)
	if err != nil {
		t.Fatal(err)
	}
	s := Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: kind}},
		Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
	m, err := w.Model(&s)
	if err != nil {
		t.Fatal(err)
	}
	run := RunWithEvents(w, s, 1)
	return &run, bound.Finishes(m, 0)[0], w.notes
}

// Karpenter finds no place for pods that ask for devices by claims, and whether another
// scheduler does is not known.
func TestPodsThatClaimDevices(t *testing.T) {
	for name, test := range map[string]struct {
		kind, offering string
		trigger        string
		stay           int
		open, noted    bool
	}{
		"on Karpenter, drift":    {"Deployment", "karpenter", contract.Drift, 1, true, true},
		"on Karpenter, deleted":  {"Deployment", "karpenter", contract.Delete, 0, true, true},
		"a StatefulSet, drift":   {"StatefulSet", "karpenter", contract.Drift, 1, true, true},
		"a DaemonSet, drift":     {"DaemonSet", "karpenter", contract.Drift, 0, false, false},
		"on managed node groups": {"Deployment", "eks-managed-nodegroup", contract.Upgrade, 0, true, true},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", 1)
		c.with(test.kind, "infer", 0).Template.Devices = true
		run, f, notes := c.waitsFor(t, test.offering, test.trigger, false)
		if run.Unreplaced != test.stay || test.stay > 0 && !strings.Contains(run.Stays[0].Why, "resource claims") {
			t.Errorf("%s: %d stay: %+v", name, run.Unreplaced, run.Stays)
		}
		if test.stay == 0 && f.ComesBack != test.open {
			t.Errorf("%s: whether all go is open: %v", name, f.ComesBack)
		}
		if noted := strings.Contains(strings.Join(notes, "; "), "pods of infer ask for devices"); noted != test.noted {
			t.Errorf("%s: %q", name, notes)
		}
	}
}

// Of a workload whose pods may find no device elsewhere only a PDB keeps some ready.
func TestBoundOfClaimedDevices(t *testing.T) {
	for name, test := range map[string]struct {
		pdb  bool
		want int
	}{"without a PDB": {false, 0}, "under one": {true, 1}} {
		c := clusterOf(4)
		c.with("Deployment", "infer", 0, 1).Template.Devices = true
		if test.pdb {
			c.pdb("infer", "1")
		}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("eks-managed-nodegroup"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Triggers: []Trigger{{Kind: contract.Upgrade}}})
		if err != nil {
			t.Fatal(err)
		}
		b := bound.Bounds(m)[0]
		if b.Least != test.want || !strings.Contains(strings.Join(b.Because, "; "), "resource claims") {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// Of pods that wait for a scheduling gate it is not known when they get a node: only a PDB keeps
// some ready, and whether nodes go behind it is open.
func TestPodsThatWaitForAGate(t *testing.T) {
	queue := map[string]string{"kueue.x-k8s.io/queue-name": "q"}
	for name, test := range map[string]struct {
		kind     string
		of, pods map[string]string
		gates    []string
		waits    string
	}{
		"of the template":              {"Deployment", nil, nil, []string{"example.com/quota"}, "the scheduling gate example.com/quota"},
		"several":                      {"StatefulSet", nil, nil, []string{"a.com/x", "b.com/y"}, "scheduling gates a.com/x and b.com/y"},
		"of Kueue":                     {"Deployment", queue, nil, nil, "Kueue (label kueue.x-k8s.io/queue-name)"},
		"of Kueue, by the template":    {"StatefulSet", nil, queue, nil, "Kueue (label kueue.x-k8s.io/queue-name)"},
		"of a Job, which waits itself": {"Job", queue, queue, nil, ""},
		"of a DaemonSet":               {"DaemonSet", nil, nil, []string{"example.com/quota"}, ""},
		"none":                         {"Deployment", nil, nil, nil, ""},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 2)
		w := c.with(test.kind, "serve", 0, 1)
		w.Labels, w.Template.Gates = test.of, test.gates
		maps.Copy(w.Template.Labels, test.pods)
		c.pdb("serve", "1")
		_, f, notes := c.waitsFor(t, "eks-managed-nodegroup", contract.Upgrade, false)
		said := strings.Join(notes, "; ")
		if f.ComesBack != (test.waits != "") || test.waits != "" && !strings.Contains(said, test.waits) ||
			test.waits == "" && strings.Contains(said, "pods of serve wait for") {
			t.Errorf("%s: %+v, %q", name, f, notes)
		}
	}
}

// Of pods that are not Ready until somebody unseals them it is not known either; a seal that their
// settings have does it.
func TestPodsThatWaitToBeUnsealed(t *testing.T) {
	for name, test := range map[string]struct {
		awaits, namespace, config string
		blocks                    []string
		want                      bool
	}{
		"by hand":                  {"somebody", "default", "settings", nil, true},
		"by a seal":                {"somebody", "default", "settings", []string{"seal"}, false},
		"by that of others":        {"somebody", "default", "others", []string{"seal"}, true},
		"of another namespace":     {"somebody", "other", "settings", []string{"seal"}, true},
		"not at all":               {"", "default", "settings", nil, false},
		"by another block of them": {"somebody", "default", "settings", []string{"listener"}, true},
	} {
		c := clusterOf(3)
		w := c.with("StatefulSet", "vault", 0, 1)
		w.Template.Containers = []kubernetes.Container{{Image: "vault", Awaits: test.awaits, Unless: "seal"}}
		w.Template.ConfigMaps = []string{"settings"}
		c.Configs = []kubernetes.Config{{Namespace: test.namespace, Name: test.config, Blocks: test.blocks}}
		c.pdb("vault", "1")
		_, f, notes := c.waitsFor(t, "eks-managed-nodegroup", contract.Upgrade, false)
		said := strings.Contains(strings.Join(notes, "; "), "wait for somebody before they are Ready")
		if f.ComesBack != test.want || said != test.want {
			t.Errorf("%s: %+v, %q", name, f, notes)
		}
	}
}

// Karpenter waits for volumes that no pod on the node mounts, and whether they are let go is
// not known; a termination grace period ends that.
func TestAbandonedAttachments(t *testing.T) {
	leaked := []kubernetes.Attachment{{Name: "csi-1", Node: "node-0", Volume: "gone"}}
	for name, test := range map[string]struct {
		attached []kubernetes.Attachment
		grace    time.Duration
		offering string
		as, open bool
	}{
		"one":                         {leaked, 0, "karpenter", false, true},
		"under a grace period":        {leaked, time.Hour, "karpenter", false, false},
		"elsewhere":                   {leaked, 0, "karpenter", true, false},
		"on managed node groups":      {leaked, 0, "eks-managed-nodegroup", false, false},
		"of a node that was not read": {[]kubernetes.Attachment{{Name: "csi-1", Node: "other", Volume: "gone"}}, 0, "karpenter", false, false},
		"of a volume that is none":    {[]kubernetes.Attachment{{Name: "csi-1", Node: "node-0"}}, 0, "karpenter", false, false},
	} {
		c := clusterOf(2)
		c.Attachments = test.attached
		for i := range c.Nodes {
			c.Nodes[i].NodeClaim = &kubernetes.NodeClaim{Node: c.Nodes[i].Name, Created: noon, Grace: test.grace}
		}
		c.with("Deployment", "web", 1)
		trigger := contract.Drift
		if test.offering != "karpenter" {
			trigger = contract.Upgrade
		}
		_, f, notes := c.waitsFor(t, test.offering, trigger, test.as)
		said := strings.Contains(strings.Join(notes, "; "), "VolumeAttachment csi-1 of node node-0")
		if open := len(f.Waits) > 0 && f.AtWorst > 0; open != test.open || said != test.open {
			t.Errorf("%s: %+v, %q", name, f, notes)
		}
	}
}

// What refuses evictions as a PDB does, and is none, holds nodes as far as anybody knows.
func TestWhatActsAsPDB(t *testing.T) {
	hides := func(acts bool, namespace string) origin.Unread {
		return origin.Unread{Of: "X x", Kind: "PodDisruptionBudget", Acts: acts, Scope: origin.Scope{Namespace: namespace}}
	}
	for name, test := range map[string]struct {
		hidden origin.Unread
		open   bool
	}{
		"in the namespace":         {hides(true, "default"), true},
		"in another":               {hides(true, "other"), false},
		"one that only makes some": {hides(false, "default"), false},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", 1)
		c.Hidden = []origin.Unread{test.hidden}
		_, f, notes := c.waitsFor(t, "karpenter", contract.Drift, false)
		if open := len(f.RefusedBy) > 0; open != test.open || test.open != strings.Contains(strings.Join(notes, "; "), "X x may refuse") {
			t.Errorf("%s: %+v, %q", name, f, notes)
		}
	}
}

// What a custom resource has evicted is left with what its PDB keeps, and other workloads with
// all.
func TestWhatACustomResourceEvicts(t *testing.T) {
	web := kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "web"}
	for name, test := range map[string]struct {
		evictor kubernetes.Evictor
		pdb     string
		want    int
	}{
		"those of one":         {kubernetes.Evictor{By: "X x", Of: web}, "", 0},
		"under a PDB":          {kubernetes.Evictor{By: "X x", Of: web}, "1", 2},
		"where it has too few": {kubernetes.Evictor{By: "X x", Of: web, Least: 4}, "", 3},
		"those of another":     {kubernetes.Evictor{By: "X x", Of: kubernetes.Ref{Namespace: "other", Kind: "Deployment", Name: "web"}}, "", 3},
		"those of any":         {kubernetes.Evictor{By: "X x"}, "", 0},
		"past a PDB":           {kubernetes.Evictor{By: "X x", Past: true}, "1", 0},
	} {
		c := clusterOf(4)
		c.with("Deployment", "web", 0, 1, 2)
		if test.pdb != "" {
			c.pdb("web", test.pdb)
		}
		c.Evictors = []kubernetes.Evictor{test.evictor}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("eks-managed-nodegroup"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&Scenario{
			Start: noon, Horizon: time.Hour, Runs: 1, Triggers: []Trigger{{Kind: contract.Upgrade, Nodes: []string{"node-3"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		noted := slices.ContainsFunc(w.notes, func(n string) bool { return strings.HasPrefix(n, "X x") })
		if b := bound.Bounds(m)[0]; b.Least != test.want || noted != (test.want == 0 || test.pdb != "") {
			t.Errorf("%s: %+v, %q", name, b, w.notes)
		}
	}
}

// What evicts pods by rules of its own leaves as many of a workload as its PDB keeps, and none
// without one; whatever runs it.
func TestWhatEvictsByItself(t *testing.T) {
	for name, test := range map[string]struct {
		kind, image, pdb string
		critical, forces bool
		want             int
	}{
		"a Deployment":             {kind: "Deployment", image: "descheduler", want: 0},
		"a DaemonSet":              {kind: "DaemonSet", image: "descheduler", want: 0},
		"under a PDB":              {kind: "Deployment", image: "descheduler", pdb: "1", want: 2},
		"of critical pods":         {kind: "Deployment", image: "descheduler", critical: true, want: 3},
		"another program":          {kind: "Deployment", image: "controller", want: 3},
		"another, and under a PDB": {kind: "Deployment", image: "controller", pdb: "1", want: 3},
		"drains":                   {kind: "DaemonSet", image: "kured", want: 0},
		"drains critical pods":     {kind: "DaemonSet", image: "kured", critical: true, want: 0},
		"drains under a PDB":       {kind: "DaemonSet", image: "kured", pdb: "1", want: 2},
		"drains past a PDB":        {kind: "DaemonSet", image: "kured", pdb: "1", forces: true, want: 0},
	} {
		c := clusterOf(4)
		web := c.with("Deployment", "web", 0, 1, 2)
		if test.critical {
			web.Template.PriorityClass = "system-cluster-critical"
		}
		if test.pdb != "" {
			c.pdb("web", test.pdb)
		}
		c.with(test.kind, "runs", 3).Template.Containers = []kubernetes.Container{{Image: test.image, Forces: test.forces}}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("eks-managed-nodegroup"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&Scenario{
			Start: noon, Horizon: time.Hour, Runs: 1, Triggers: []Trigger{{Kind: contract.Upgrade, Nodes: []string{"node-3"}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		b := bound.Bounds(m)[0]
		said := strings.Contains(strings.Join(b.Because, "; "), "pods by rules of its own")
		if b.Least != test.want || said != (test.want < 3) {
			t.Errorf("%s: %+v", name, b)
		}
	}
}
