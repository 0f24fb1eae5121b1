package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// replica is a StatefulSet of one pod that an operator makes, with a Service of its own.
func replica(name, owner string, labels ...string) string {
	return fmt.Sprintf(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: %[1]s, ownerReferences: [{apiVersion: %[2]s, kind: Store, name: all, uid: u, controller: true}]}
spec:
  replicas: 1
  serviceName: %[1]s
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s, store: all, %[3]s}}
    spec: {containers: [{name: main, image: store:1, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: %[1]s}
spec: {selector: {app: %[1]s}, ports: [{port: 80}]}
---
`, name, owner, strings.Join(labels, ", "))
}

// Workloads of one pod each that an operator makes as replicas of each other do each
// other's work: none is an outage when it goes, if a budget keeps them from going together.
func TestSiblings(t *testing.T) {
	const operator = "store.example/v1"
	pdb := pdbNamed("all", "store: all", "maxUnavailable: 1")
	for name, x := range map[string]struct {
		docs string
		want []string // obligations that are broken, with whom they are about
	}{
		"two replicas under a budget": {
			replica("s-0-0", operator, "shard: '0'", "replica: '0'") + replica("s-0-1", operator, "shard: '0'", "replica: '1'") + pdb, nil,
		},
		"under none": {
			replica("s-0-0", operator, "shard: '0'", "replica: '0'") + replica("s-0-1", operator, "shard: '0'", "replica: '1'"),
			[]string{"pdb-missing s-0-0"},
		},
		"three, by another label": {
			replica("s-a", operator, "member: m1") + replica("s-b", operator, "member: m2") + replica("s-c", operator, "member: m3") + pdb, nil,
		},
		"by two labels of the same number": {
			replica("s-0", operator, "osd: '0'", "id: '0'") + replica("s-1", operator, "osd: '1'", "id: '1'") + pdb, nil,
		},
		"by two labels of other numbers": {
			replica("s-0", operator, "osd: '0'", "zone: '4'") + replica("s-1", operator, "osd: '1'", "zone: '5'") + pdb,
			[]string{"single-replica s-0", "single-replica s-1"},
		},
		"a budget that lets both go": {
			replica("s-0", operator, "replica: '0'") + replica("s-1", operator, "replica: '1'") + pdbNamed("all", "store: all", "maxUnavailable: 2"),
			[]string{"pdb-shared all"},
		},
		"shards": {
			replica("s-0-0", operator, "shard: '0'", "replica: '0'") + replica("s-1-0", operator, "shard: '1'", "replica: '0'") + pdb,
			[]string{"single-replica s-0-0", "single-replica s-1-0"},
		},
		"parts": {
			replica("s-keeper", operator, "component: keeper") + replica("s-server", operator, "component: server") + pdb,
			[]string{"single-replica s-keeper", "single-replica s-server"},
		},
		"of no operator": {
			replica("s-0", "apps/v1", "replica: '0'") + replica("s-x", "apps/v1", "replica: '1'") + pdb,
			[]string{"single-replica s-0", "single-replica s-x"},
		},
	} {
		var told []string
		for _, f := range look(t, knowledge(t), "kops", parse(t, x.docs)) {
			if f.Verdict == finding.Broken && !slices.Contains([]string{"survives-replacement", "expiry-cohort"}, f.Obligation) {
				told = append(told, f.Obligation+" "+f.Subject.Name)
			}
		}
		slices.Sort(told)
		if !slices.Equal(told, x.want) {
			t.Errorf("%s: %q, want %q", name, told, x.want)
		}
	}
}
