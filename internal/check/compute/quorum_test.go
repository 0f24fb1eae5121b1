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

// Members that are told to go on without most of the others are no quorum: by a file of
// settings, a variable, or in the form of Erlang.
func TestMembersThatGoOnAlone(t *testing.T) {
	config := func(text string) string {
		return "{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {rabbitmq.conf: \"" + text + "\"}}\n---\n"
	}
	const mounts = ", volumes: [{name: v, configMap: {name: conf}}]"
	for name, x := range map[string]struct {
		pod, config string
		quorum      bool
	}{
		"nothing is told":        {"", "", true},
		"a file":                 {mounts, config(`a = b\ncluster_partition_handling = autoheal\n`), false},
		"another word":           {mounts, config(`a = b\ncluster_partition_handling=ignore\n`), false},
		"in Erlang":              {mounts, config(`[{rabbit, [\n{cluster_partition_handling, autoheal}]}].\n`), false},
		"what waits for most":    {mounts, config(`a = b\ncluster_partition_handling = pause_minority\n`), true},
		"a file that others get": {"", config(`a = b\ncluster_partition_handling = autoheal\n`), true},
	} {
		docs := strings.NewReplacer("kind: Deployment", "kind: StatefulSet", "image: i}]", "image: 'rabbitmq:3.12'}]"+x.pod).Replace(
			named("db", 3, ""))
		said := ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, docs+x.config)) {
			if f.Verdict == finding.Broken && f.Obligation == PDBMissing.ID {
				said = f.Severity
				for _, e := range f.Evidence {
					said += " " + e.Text
				}
			}
		}
		if said == "" || strings.Contains(said, "goes on only while most") != x.quorum {
			t.Errorf("%s: %q", name, said)
		}
	}
}
