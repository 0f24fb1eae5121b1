package kubernetes

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"
)

// A node is updated by one MachineConfigPool: master before somebody's own, and that
// before worker.
func TestConfigPoolOf(t *testing.T) {
	e := &Estate{Pools: []Pool{{API: "machine.openshift.io/MachineSet", Name: "set", Nodes: labels.Everything()},
		{API: ConfigPool, Name: "all"}, {API: ConfigPool, Name: "empty", Nodes: labels.Everything()}}}
	for _, role := range []string{"worker", "infra", "gpu", "master"} {
		e.Pools = append(e.Pools, Pool{API: ConfigPool, Name: role, Nodes: labels.SelectorFromSet(labels.Set{"role/" + role: ""})})
	}
	for roles, want := range map[string]string{
		"worker": "worker", "master": "master", "worker infra": "infra", "infra": "infra", "worker infra gpu": "", "master worker": "master",
		"master infra": "master", "": "", "other": "", "worker windows": "",
	} {
		n := Node{Labels: map[string]string{"kubernetes.io/os": "linux"}}
		for _, role := range strings.Fields(roles) {
			if n.Labels["role/"+role] = ""; role == "windows" {
				n.Labels["kubernetes.io/os"] = role
			}
		}
		if got := e.ConfigPoolOf(&n); got != want {
			t.Errorf("a node that is %s is of pool %q, want %q", roles, got, want)
		}
	}
}
