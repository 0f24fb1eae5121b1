package operator

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Which budgets of a cluster an operator writes anew: those that name its resource as their owner,
// unless that has them left alone; and which workloads have pods under them.
func TestRewrittenBudgets(t *testing.T) {
	groups := map[string]string{
		"Elasticsearch": "elasticsearch.k8s.elastic.co", "CephCluster": "ceph.rook.io", "other Elasticsearch": "logging.openshift.io",
		"MyCephCluster": "ceph.rook.io", "Kibana": "kibana.k8s.elastic.co", "Kafka": "kafka.strimzi.io",
	}
	pdb := func(kind, name, meta string) string {
		return "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  {name: b, namespace: elk" + meta +
			", ownerReferences: [{apiVersion: " + groups[kind] + "/v1, kind: " + strings.TrimPrefix(kind, "other ") +
			", name: " + name + ", uid: o, controller: true}]}\n" +
			"spec: {minAvailable: 3, selector: {matchLabels: {app: es}}}\n---\n" +
			"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: es, namespace: elk, uid: s}\n" +
			"spec:\n  replicas: 3\n  selector: {matchLabels: {app: es}}\n" +
			"  template: {metadata: {labels: {app: es}}, spec: {containers: [{name: e, image: e}]}}\n---\n"
	}
	es := func(name, spec string) string {
		return "apiVersion: elasticsearch.k8s.elastic.co/v1\nkind: Elasticsearch\nmetadata: {name: " + name + ", namespace: elk}\n" +
			"spec: {" + spec + "}\n"
	}
	const own = "podDisruptionBudget: {spec: {minAvailable: 3}}"
	const eck = "Elastic Cloud on Kubernetes writes PDB b anew by the health of its cluster"
	for name, test := range map[string]struct{ in, want string }{
		"of Elasticsearch":        {pdb("Elasticsearch", "logs", ", uid: b") + es("logs", "version: 8.19.0"), eck},
		"which was not read":      {pdb("Elasticsearch", "logs", ", uid: b"), eck},
		"of another's operator":   {pdb("other Elasticsearch", "logs", ", uid: b"), ""},
		"left alone":              {pdb("Elasticsearch", "logs", ", uid: b") + es("logs", own), ""},
		"left alone, of another":  {pdb("Elasticsearch", "logs", ", uid: b") + es("other", own), eck},
		"of Rook":                 {pdb("CephCluster", "ceph", ", uid: b"), "Rook writes PDB b anew by what Ceph says of its data"},
		"of one that does not":    {pdb("Kafka", "k", ", uid: b"), ""},
		"written into a file":     {pdb("Elasticsearch", "logs", ""), ""},
		"of a kind that ends so":  {pdb("MyCephCluster", "ceph", ", uid: b"), ""},
		"of Elasticsearch's kind": {pdb("Kibana", "logs", ", uid: b"), ""},
	} {
		raw := read(t, test.in)
		Make(known(t), raw, Configuration{})
		e := kubernetes.Link(raw)
		w := &e.Workloads[0]
		if got := e.Budgets[0].Rewritten; got != test.want || w.Rewritten != test.want || w.Operated() != (test.want != "") {
			t.Errorf("%s: %q, %q", name, got, w.Rewritten)
		}
	}
}
