package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// A budget that a controller makes is changed where that is told to, and nowhere
// else: what is done to the object is undone.
func TestBudgetsThatOperatorsMake(t *testing.T) {
	c := knowledge(t)
	workload := func(name string, replicas int) string {
		return fmt.Sprintf(`{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: %[1]s}, spec: {replicas: %[2]d, serviceName: x,
  selector: {matchLabels: {app: %[1]s}},
  template: {metadata: {labels: {app: %[1]s, cluster: k}}, spec: {containers: [{name: c, image: i}]}}}}
---
`, name, replicas)
	}
	budget := func(name, spec string) string {
		return "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + name +
			", ownerReferences: [{apiVersion: kafka.strimzi.io/v1, kind: Kafka, name: k, uid: u, controller: true}]}, spec: {" + spec + "}}\n---\n"
	}
	for obligation, x := range map[string]struct {
		docs string
	}{
		PDBShared.ID:      {workload("a", 2) + workload("b", 3) + budget("k", "maxUnavailable: 2, selector: {matchLabels: {cluster: k}}")},
		PDBNeverAllows.ID: {workload("a", 3) + budget("k", "maxUnavailable: 0, selector: {matchLabels: {cluster: k}}")},
		PDBMissing.ID:     {workload("a", 3) + budget("k", "minAvailable: 0, selector: {matchLabels: {cluster: k}}")},
		PDBOrphan.ID:      {workload("a", 3) + budget("k", "maxUnavailable: 1, selector: {matchLabels: {cluster: other}}")},
		PDBOverlap.ID: {workload("a", 3) + budget("k", "maxUnavailable: 1, selector: {matchLabels: {cluster: k}}") +
			budget("a", "maxUnavailable: 1, selector: {matchLabels: {app: a}}")},
	} {
		seen := false
		for _, f := range look(t, c, "eks-auto-mode", parse(t, x.docs)) {
			if f.Verdict != finding.Broken || f.Fix == nil {
				continue
			}
			seen = seen || f.Obligation == obligation && strings.Contains(f.Fix.Summary, "Kafka k")
			for _, change := range f.Fix.Changes {
				if change.Object.Kind == "PodDisruptionBudget" && change.Action != finding.Create {
					t.Errorf("%s: %s", f.Obligation, manifests(f.Fix))
				}
			}
		}
		if !seen {
			t.Errorf("%s does not name what the operator makes it of", obligation)
		}
	}
}

// What an operator's resource is to say is named by its field.
func TestFieldsOfOperatorsResources(t *testing.T) {
	c := knowledge(t)
	for name, x := range map[string]struct{ docs, obligation, want string }{
		"a cluster of one": {"{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: orders}, spec: {instances: 1}}",
			PDBNeverAllows.ID, "set spec.enablePDB: false, spec.nodeMaintenanceWindow.inProgress: true while nodes are replaced " +
				"or spec.instances: 2 or more in its Cluster: its operator makes"},
		"a cluster of one, without budgets": {"{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: orders}, " +
			"spec: {instances: 1, enablePDB: false}}",
			SingleReplica.ID, "set spec.enablePDB: true and spec.instances: 2 or more in its Cluster"},
		"one of several sets": {"{apiVersion: elasticsearch.k8s.elastic.co/v1, kind: Elasticsearch, metadata: {name: e}, " +
			"spec: {nodeSets: [{name: data, count: 1}]}}",
			SingleReplica.ID, "set spec.nodeSets[].count: 3 or more in its Elasticsearch"},
		"what scales": {"{apiVersion: kibana.k8s.elastic.co/v1, kind: Kibana, metadata: {name: k}, spec: {count: 1}}",
			SingleReplica.ID, "set spec.count: 2 or more in its Kibana"},
		"what may do its work twice": {"{apiVersion: beat.k8s.elastic.co/v1beta1, kind: Beat, metadata: {name: b}, " +
			"spec: {type: heartbeat, deployment: {replicas: 1}}}",
			SingleReplica.ID, "set spec.deployment.replicas: 2 in its Beat, if two may do the same work; else accept"},
		"a number of its own": {"{apiVersion: kafka.strimzi.io/v1beta2, kind: Kafka, metadata: {name: k}, spec: {kafka: {replicas: 3, " +
			"template: {podDisruptionBudget: {maxUnavailable: 0}}}}}",
			PDBNeverAllows.ID, "set spec.kafka.template.podDisruptionBudget.maxUnavailable in its Kafka"},
		"budgets that are not kept": {"{apiVersion: ceph.rook.io/v1, kind: CephCluster, metadata: {name: c}, spec: {mon: {count: 1}, " +
			"storage: {storageClassDeviceSets: [{name: s, count: 3}]}}}", PDBMissing.ID,
			"set spec.disruptionManagement.managePodBudgets: true in its CephCluster, so that Rook keeps a PodDisruptionBudget for it"},
		"a budget that needs a number": {"{apiVersion: opensearch.opster.io/v1, kind: OpenSearchCluster, metadata: {name: s}, spec: " +
			"{nodePools: [{component: data, replicas: 3}]}}", PDBMissing.ID,
			"set spec.nodePools[].pdb.enable: true and spec.nodePools[].pdb.maxUnavailable: 1 in its OpenSearchCluster"},
		"a budget that is switched off": {"{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: orders}, " +
			"spec: {instances: 3, enablePDB: false}}", PDBMissing.ID, "set spec.enablePDB: true in its Cluster"},
		"a budget of a group of pods": {"{apiVersion: redis.redis.opstreelabs.in/v1beta2, kind: RedisReplication, metadata: {name: r}, " +
			"spec: {clusterSize: 3}}", PDBMissing.ID, "set spec.pdb.enabled: true in its RedisReplication"},
		"a budget that is taken away": {"{apiVersion: elasticsearch.k8s.elastic.co/v1, kind: Elasticsearch, metadata: {name: e}, " +
			"spec: {podDisruptionBudget: {}, nodeSets: [{name: data, count: 3}]}}",
			PDBMissing.ID, "set spec.podDisruptionBudget: null in its Elasticsearch"},
		"no budget to switch on": {"{apiVersion: kibana.k8s.elastic.co/v1, kind: Kibana, metadata: {name: k}, spec: {count: 3}}",
			PDBMissing.ID, "add a PodDisruptionBudget"},
		"what is always one": {"{apiVersion: redis.redis.opstreelabs.in/v1beta2, kind: Redis, metadata: {name: r}, spec: {}}", SingleReplica.ID,
			"accept the absence: Redis operator"},
	} {
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(x.docs), Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, f := range look(t, c, "eks-auto-mode", e) {
			if f.Obligation == x.obligation && f.Verdict == finding.Broken {
				said = f.Fix.Summary
			}
		}
		if !strings.Contains(said, x.want) {
			t.Errorf("%s: %q, want %q", name, said, x.want)
		}
	}
}

// Of what has a workload for each pod, and no Service, neither is said.
func TestOneWorkloadForEachPod(t *testing.T) {
	c := knowledge(t)
	docs := "{apiVersion: ceph.rook.io/v1, kind: CephCluster, metadata: {name: c}, spec: {mon: {count: 3}, " +
		"storage: {storageClassDeviceSets: [{name: s, count: 5}]}}}"
	e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(docs), Catalog: c})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"rook-ceph-osd-s": "5 Deployments of one pod each, as Rook makes them of CephCluster c; clients reach each of them at its own address",
		"rook-ceph-mon":   "3 Deployments of one pod each, as Rook makes them of CephCluster c",
	}
	for _, f := range look(t, c, "eks-auto-mode", e) {
		if said := want[f.Subject.Name]; said != "" && f.Obligation == PDBMissing.ID {
			delete(want, f.Subject.Name)
			var all []string
			for _, x := range f.Evidence {
				all = append(all, x.Text)
			}
			got := strings.Join(all, "; ")
			for _, part := range strings.Split(said, "; ") {
				if !strings.Contains(got, part) {
					t.Errorf("%s: %q, want %q", f.Subject.Name, got, part)
				}
			}
			if f.Subject.Name == "rook-ceph-osd-s" && strings.Contains(got, "Service") {
				t.Errorf("%s: %q", f.Subject.Name, got)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
}

// The one pod of a workload is told of once, also where a budget over several lets
// it go; a budget that lets all pods of a larger one go has a finding of its own.
func TestOnePodUnderASharedBudget(t *testing.T) {
	c := knowledge(t)
	const two = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: NAME}, spec: {replicas: SIZE, " +
		"selector: {matchLabels: {app: NAME}}, " +
		"template: {metadata: {labels: {app: NAME, of: all}}, spec: {containers: [{name: c, image: i}]}}}}\n---\n"
	deployment := func(name, size string) string { return strings.NewReplacer("NAME", name, "SIZE", size).Replace(two) }
	for _, x := range []struct {
		a, b, budget string
		own          bool
	}{
		{"1", "1", "minAvailable: 1", false},
		{"1", "3", "maxUnavailable: 1", false},
		{"1", "2", "maxUnavailable: 2", true},
		{"2", "3", "maxUnavailable: 2", true},
	} {
		docs := deployment("a", x.a) + deployment("b", x.b) +
			"{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: all}, spec: {" + x.budget +
			", selector: {matchLabels: {of: all}}}}\n"
		own := false
		for _, f := range look(t, c, "eks-auto-mode", parse(t, docs)) {
			own = own || f.Obligation == PDBShared.ID && f.Verdict == finding.Broken
		}
		if own != x.own {
			t.Errorf("%s and %s pods under %s: a finding of its own: %t", x.a, x.b, x.budget, own)
		}
	}
}
