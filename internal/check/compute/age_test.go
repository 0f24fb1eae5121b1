package compute

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// pool is a NodePool that is open for four hours a week, with some expireAfter.
func poolOf(name, team, expireAfter string) string {
	return `---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: ` + name + `}
spec:
  disruption: {budgets: [{nodes: "1"}, {nodes: "0", schedule: "0 6 * * 6", duration: 164h}]}
  template: {metadata: {labels: {team: ` + team + `}}, spec: {expireAfter: ` + expireAfter +
		`, nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: a}}}
`
}

func serviceOf(name, selector string) string {
	return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ` + name + `}
spec: {replicas: 3, selector: {matchLabels: {a: ` + name + `}}, template: {metadata: {labels: {a: ` + name +
		`}}, spec: {nodeSelector: {` + selector +
		`}, containers: [{name: c, image: i}]}}}
`
}

// said is all that findings say, by the name of their subject.
func said(t *testing.T, input string) (words map[string]string, verdicts map[string]finding.Verdict) {
	t.Helper()
	e := parse(t, input)
	words, verdicts = map[string]string{}, map[string]finding.Verdict{}
	for _, f := range withOutcomes(look(t, knowledge(t), "eks-auto-mode", e)) {
		said := f.Message + "\n" + f.Consequence + "\n"
		for _, e := range f.Evidence {
			said += e.Text + "\n"
		}
		words[f.Subject.Name] += said
		verdicts[f.Subject.Name+" "+f.Obligation] = f.Verdict
	}
	return words, verdicts
}

// All sentences tell one age: the pool's setting, cut to what the platform lets
// nodes have.
func TestAgeIsToldAsOne(t *testing.T) {
	for expireAfter, want := range map[string]string{"1440h": "21 days", "Never": "21 days", "504h": "21 days", "168h": "7 days"} {
		words, _ := said(t, poolOf("p", "a", expireAfter)+serviceOf("w", ""))
		all := strings.ReplaceAll(words["p"]+words["w"], "about every 7 days", "")
		if !strings.Contains(words["p"], want) || !strings.Contains(words["w"], want) {
			t.Errorf("%s: lacks %s:\n%s", expireAfter, want, all)
		}
		for _, other := range []string{"7 days", "14 days", "21 days", "60 days"} {
			if other != want && strings.Contains(all, other) {
				t.Errorf("%s: tells %s beside %s:\n%s", expireAfter, other, want, all)
			}
		}
	}
}

// A service keeps the age of the pool that it runs on, whatever others have.
func TestAgesOfTwoPools(t *testing.T) {
	words, verdicts := said(t, poolOf("short", "s", "24h")+poolOf("long", "l", "336h")+
		serviceOf("labelled", "team: l")+serviceOf("named", "karpenter.sh/nodepool: long")+serviceOf("brief", "team: s")+serviceOf("any", ""))
	for _, name := range []string{"labelled", "named"} {
		if strings.Contains(words[name], "24 h") || !strings.Contains(words[name], "14 days") {
			t.Errorf("%s:\n%s", name, words[name])
		}
	}
	if strings.Contains(words["brief"], "14 days") || !strings.Contains(words["brief"], "at the latest when a node is 24 h old") {
		t.Errorf("brief:\n%s", words["brief"])
	}
	if !strings.Contains(words["any"], "when a node is 24 h to 14 days old, depending on its pool") {
		t.Errorf("any:\n%s", words["any"])
	}
	if verdicts["labelled expiry-cohort"] != finding.Unknown {
		t.Error(verdicts)
	}
}

// How long a drain waits is told by the shortest grace: of the pools that a
// workload may run on, or of the nodes that it runs on, whose claims count and
// may be older than their pool. Without one a drain waits without end.
func TestShortestGrace(t *testing.T) {
	const m, none = time.Minute, time.Duration(-1) // 0 for no claim
	for _, x := range []struct {
		name  string
		pools []time.Duration
		claim time.Duration
		want  time.Duration
	}{
		{"one pool", []time.Duration{20 * m}, 0, 20 * m},
		{"the second is shorter", []time.Duration{20 * m, 10 * m}, 0, 10 * m},
		{"the first is shorter", []time.Duration{10 * m, 20 * m}, 0, 10 * m},
		{"the second has none", []time.Duration{20 * m, 0}, 0, 0},
		{"neither has one", []time.Duration{0, 0}, 0, 0},
		{"a claim's is shorter", []time.Duration{20 * m}, 5 * m, 5 * m},
		{"a claim's is longer", []time.Duration{20 * m}, 30 * m, 30 * m},
		{"a claim has none", []time.Duration{20 * m}, none, 0},
		{"a claim's alone", []time.Duration{0}, 30 * m, 30 * m},
	} {
		var c consequence
		var hosts []*kubernetes.Pool
		for _, grace := range x.pools {
			hosts = append(hosts, &kubernetes.Pool{Grace: grace})
		}
		c.byPool(hosts)
		var n kubernetes.Node
		if x.claim != 0 {
			n.NodeClaim = &kubernetes.NodeClaim{Grace: max(0, x.claim)}
		}
		c.byNode(&n, hosts[0])
		if c.grace != x.want {
			t.Errorf("%s: %s, want %s", x.name, c.grace, x.want)
		}
	}
}

// A machine whose drain was given up waits without end for the volumes of the pods left on it,
// where its pool sets no limit: so it is told of pods that mount some, and of no others.
func TestMachinesWaitForVolumes(t *testing.T) {
	const pool = "{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: p}, " +
		"spec: {template: {spec: {nodeDrainTimeout: 10mLIMIT}}}}\n---\n"
	const endless = "and then without limit for the volumes of what is left"
	web, db := named("web", 2, "")+pdbOver("app: web", "maxUnavailable: 0"), threeOfDB+pdbOver("app: db", "maxUnavailable: 0")
	own := strings.Replace(db, "spec: {replicas: 3", "spec: {volumeClaimTemplates: [{metadata: {name: v}, "+
		"spec: {accessModes: [ReadWriteOnce]}}], replicas: 3", 1)
	for name, x := range map[string]struct {
		docs, limit string
		want        bool
	}{
		"no volume":                      {web, "", false},
		"no volume of a StatefulSet":     {db, "", false},
		"a claim of all":                 {mounting(web), "", true},
		"a claim of each":                {own, "", true},
		"a claim of each, up to a limit": {own, ", nodeVolumeDetachTimeout: 5m", false},
	} {
		told := ""
		c, e := knowledge(t), parse(t, strings.Replace(pool, "LIMIT", x.limit, 1)+x.docs)
		for _, f := range ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings {
			if f.Obligation == PDBNeverAllows.ID && f.Verdict == finding.Broken {
				told += f.Consequence
			}
		}
		if strings.Contains(told, endless) != x.want || !strings.Contains(told, "a drain waits 10 min") {
			t.Errorf("%s: %q", name, told)
		}
	}
}

// Drains of others than Karpenter wait as long as the owner of a pool sets, and not as
// long as the contract says.
func TestDrainTimeoutsOfPools(t *testing.T) {
	const pdb = "\n---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: default}, " +
		"spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}}\n---\n" +
		"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}, spec: {replicas: 4, " +
		"selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: a}]}}}}\n"
	for name, x := range map[string]struct{ pool, want string }{
		"Cluster API": {"{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: p}, " +
			"spec: {template: {spec: {nodeDrainTimeout: 10m}}}}", "a drain waits 10 min for an eviction that never comes"},
		"Cluster API, no timeout": {"{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: p}, spec: {}}",
			"a drain waits without limit"},
		"AKS by Azure Service Operator": {"{apiVersion: containerservice.azure.com/v1api20240901, kind: ManagedClustersAgentPool, " +
			"metadata: {name: p}, spec: {upgradeSettings: {drainTimeoutInMinutes: 45}}}", "a drain fails after 45 min"},
	} {
		as := "cluster-api"
		if strings.Contains(x.pool, "azure") {
			as = "aks"
		}
		var told string
		for _, f := range look(t, knowledge(t), as, parse(t, x.pool+pdb)) {
			if f.Obligation == "pdb-never-allows" {
				told += f.Consequence
			}
		}
		if !strings.Contains(told, x.want) {
			t.Errorf("%s: %q", name, told)
		}
	}
}
