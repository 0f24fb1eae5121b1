package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// A budget that lets most members of a quorum go at once is told of, and no other.
func TestBudgetThatLetsAQuorumGo(t *testing.T) {
	for name, x := range map[string]struct {
		image    string
		replicas int
		budgets  string
		goes     string // how many of how many; empty where nothing is told
	}{
		"etcd, two of five stay":        {"quay.io/coreos/etcd:v3.5.9", 5, pdbNamed("x", "app: db", "minAvailable: 2"), "3 of 5"},
		"etcd, three of five stay":      {"quay.io/coreos/etcd:v3.5.9", 5, pdbNamed("x", "app: db", "minAvailable: 3"), ""},
		"ZooKeeper, one of three stays": {"zookeeper:3.9", 3, pdbNamed("x", "app: db", "minAvailable: 1"), "2 of 3"},
		"half of four members":          {"quay.io/coreos/etcd:v3.5.9", 4, pdbNamed("x", "app: db", "minAvailable: 50%"), "2 of 4"},
		"one at a time":                 {"quay.io/coreos/etcd:v3.5.9", 5, pdbNamed("x", "app: db", "maxUnavailable: 1"), ""},
		"never one":                     {"quay.io/coreos/etcd:v3.5.9", 3, pdbNamed("x", "app: db", "minAvailable: 3"), ""},
		"of what has no quorum":         {"nginx:1.27", 5, pdbNamed("x", "app: db", "minAvailable: 2"), ""},
		"of two members":                {"quay.io/coreos/etcd:v3.5.9", 2, pdbNamed("x", "app: db", "minAvailable: 1"), ""},
		"two budgets, so that none goes": {
			"zookeeper:3.9", 3, pdbNamed("x", "app: db", "minAvailable: 1") + pdbNamed("z", "app: db", "minAvailable: 2"), "",
		},
	} {
		docs := strings.Replace(named("db", x.replicas, ""), "image: i", "image: '"+x.image+"'", 1) + x.budgets
		docs = strings.Replace(docs, "kind: Deployment", "kind: StatefulSet", 1)
		told := ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, docs)) {
			if f.Obligation == PDBMissing.ID && f.Verdict == finding.Broken {
				told = f.Message
				if changesOf(f.Fix) != "replace x maxUnavailable: 1" {
					t.Errorf("%s: fix %q", name, changesOf(f.Fix))
				}
			}
		}
		if (told != "") != (x.goes != "") || !strings.Contains(told, x.goes) {
			t.Errorf("%s: %q, want %q", name, told, x.goes)
		}
	}
}
