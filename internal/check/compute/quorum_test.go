package compute

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
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

// Of an ensemble that stands in two StatefulSets as many members are counted as its settings
// name; where nothing names them and one Service is over both, no number is told.
func TestQuorumInTwoStatefulSets(t *testing.T) {
	set := func(name string, pods int, more string) string {
		return strings.NewReplacer("kind: Deployment", "kind: StatefulSet", "image: i}", "image: 'kafka:2.5', "+
			"command: [bin/zookeeper-server-start.sh, x.properties]}").Replace(named(name, pods, ", of: zk"+more))
	}
	config := func(hosts ...string) string {
		text := ""
		for _, host := range hosts {
			text += `server.1=` + host + `:2888:3888\n`
		}
		return `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {zoo.cfg: "tickTime=2\n` + text + "\"}}\n---\n"
	}
	given := func(docs string) string {
		return strings.ReplaceAll(docs, "x.properties]}]", "x.properties]}], volumes: [{name: v, configMap: {name: conf}}]")
	}
	inVariable := func(docs string) string {
		return strings.ReplaceAll(docs, "x.properties]}]", "x.properties], env: [{name: ZOO_SERVERS, value: 'server.1=a-0.a:2888:3888 "+
			"server.2=a-1.a:2888:3888 server.3=a-2.a:2888:3888 server.4=b-0.b:2888:3888 server.5=b-1.b:2888:3888'}]}]")
	}
	const service = "{apiVersion: v1, kind: Service, metadata: {name: zk}, spec: {selector: {of: zk}, ports: [{port: 2181}]}}\n---\n"
	two, five := set("a", 3, "")+set("b", 2, ""), config("a-0.a", "a-1.a", "a-2.a", "b-0.b", "b-1.b")
	const three, ofFive = "ZooKeeper goes on only while most of its 3 members are there",
		"ZooKeeper goes on only while most of its 5 members are there, of which these are 3"
	for name, x := range map[string]struct{ docs, a, b string }{
		"of its own":            {set("a", 3, ""), three, ""},
		"named in a file":       {given(two) + five, ofFive, ""},
		"named in a variable":   {inVariable(two), ofFive, ""},
		"named, and one is off": {given(set("a", 3, "")+set("b", 0, "")) + five, three, ""},
		"others are named":      {given(set("a", 3, "")) + config("zoo-0.zoo"), three, ""},
		"fewer than most":       {given(set("a", 3, "")+set("b", 4, "")) + five, "", strings.NewReplacer("5", "7", "3", "4").Replace(ofFive)},
		"behind one Service":    {set("a", 3, "") + set("b", 3, "") + service, "", ""},
		"of a part each":        {set("a", 3, ", app.kubernetes.io/component: x") + set("b", 3, "") + service, three, three},
	} {
		said := map[string]string{}
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.docs)) {
			for _, e := range f.Evidence {
				if strings.Contains(e.Text, "goes on only") {
					said[f.Subject.Name] = e.Text
				}
			}
		}
		if said["a"] != x.a || said["b"] != x.b {
			t.Errorf("%s: %q, want of a %q and of b %q", name, said, x.a, x.b)
		}
	}
}

// Two members of a quorum are no more than one where they are all that there are.
func TestTwoMembersOfAQuorum(t *testing.T) {
	for name, x := range map[string]struct {
		image, kind string
		replicas    int
		want        string
	}{
		"etcd":                {"quay.io/coreos/etcd:v3.5.9", "StatefulSet", 2, "a cluster of two takes no writes"},
		"ZooKeeper":           {"zookeeper:3.9", "StatefulSet", 2, "an ensemble of two answers nobody"},
		"MongoDB":             {"mongo:8", "StatefulSet", 2, "a replica set of two takes no writes"},
		"three of etcd":       {"quay.io/coreos/etcd:v3.5.9", "StatefulSet", 3, ""},
		"of no quorum":        {"nginx:1.27", "StatefulSet", 2, ""},
		"queues of each":      {"rabbitmq:4", "StatefulSet", 2, ""},
		"topics of each":      {"apache/kafka:4", "StatefulSet", 2, ""},
		"without their names": {"quay.io/coreos/etcd:v3.5.9", "Deployment", 2, ""},
	} {
		docs := strings.Replace(named("db", x.replicas, ""), "image: i", "image: '"+x.image+"'", 1)
		docs = strings.Replace(docs, "kind: Deployment", "kind: "+x.kind, 1)
		told := ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, docs)) {
			if f.Obligation == SingleReplica.ID && f.Verdict == finding.Broken {
				told = f.Consequence
				if f.Severity == "low" || !strings.Contains(f.Fix.Summary, "three members") {
					t.Errorf("%s: %s, %+v", name, f.Severity, f.Fix)
				}
			}
		}
		if (told != "") != (x.want != "") || !strings.Contains(told, x.want) {
			t.Errorf("%s: %q, want %q", name, told, x.want)
		}
	}
}

// Of Elasticsearch that ECK makes two nodes are all of those that may lead where the others are
// told other roles.
func TestTwoNodesThatMayLead(t *testing.T) {
	for name, x := range map[string]struct {
		sets string
		want string // what is told of
	}{
		"two of that role": {"{name: m, count: 2, config: {node.roles: [master]}}, " +
			"{name: d, count: 3, config: {node.roles: [data]}}", "es-es-m"},
		"two of all roles": {"{name: m, count: 2}", "es-es-m"},
		"two, in another form": {"{name: m, count: 2, config: {node: {roles: [master, data]}}}, " +
			"{name: d, count: 2, config: {node.master: false}}", "es-es-m"},
		"three of it": {"{name: m, count: 3, config: {node.roles: [master]}}, {name: d, count: 2, config: {node.roles: [data]}}", ""},
		"two, and one beside": {"{name: m, count: 2, config: {node.roles: [master]}}, " +
			"{name: d, count: 1, config: {node.roles: [data, master]}}", ""},
	} {
		docs := "{apiVersion: elasticsearch.k8s.elastic.co/v1, kind: Elasticsearch, metadata: {name: es, namespace: shop}, " +
			"spec: {version: 8.0.0, nodeSets: [" + x.sets + "]}}\n"
		file := filepath.Join(t.TempDir(), "es.yaml")
		if err := os.WriteFile(file, []byte(docs), 0o600); err != nil {
			t.Fatal(err)
		}
		whole, err := source.Read(t.Context(), source.Input{Paths: []string{file}, Catalog: knowledge(t)})
		if err != nil {
			t.Fatal(err)
		}
		told := ""
		for _, f := range look(t, knowledge(t), "karpenter", whole.Units[0].Kubernetes) {
			if f.Obligation == SingleReplica.ID && f.Verdict == finding.Broken && strings.Contains(f.Message, "two members") {
				told += f.Subject.Name
				if !strings.Contains(f.Fix.Summary, "3") {
					t.Errorf("%s: %q", name, f.Fix.Summary)
				}
			}
		}
		if told != x.want {
			t.Errorf("%s: %q, want %q", name, told, x.want)
		}
	}
}
