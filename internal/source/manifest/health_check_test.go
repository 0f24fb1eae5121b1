package manifest

import (
	"testing"

	"github.com/onus-project/onus/internal/contract"
)

// How many machines may be unhealthy for any to be repaired, in either version; what is
// said in another way is not known.
func TestHealthChecks(t *testing.T) {
	nodes := func(n int) contract.Pace { return contract.Pace{Kind: contract.PaceNodes, Nodes: n} }
	for name, x := range map[string]struct {
		version, spec string
		most          contract.Pace
		unknown       bool
	}{
		"nothing said":             {"v1beta1", "", contract.Pace{}, false},
		"a number":                 {"v1beta1", ", maxUnhealthy: 2", nodes(2), false},
		"a share":                  {"v1beta1", ", maxUnhealthy: 40%", contract.Pace{Kind: contract.PacePercent, Percent: 40}, false},
		"none":                     {"v1beta1", ", maxUnhealthy: 0", nodes(0), false},
		"what is no number":        {"v1beta1", ", maxUnhealthy: some", contract.Pace{}, true},
		"a range":                  {"v1beta1", ", unhealthyRange: '[1-2]'", contract.Pace{}, true},
		"a range over a number":    {"v1beta1", ", maxUnhealthy: 2, unhealthyRange: '[1-2]'", nodes(2), true},
		"a number, v1beta2":        {"v1beta2", ", remediation: {triggerIf: {unhealthyLessThanOrEqualTo: 3}}", nodes(3), false},
		"no number, v1beta2":       {"v1beta2", ", remediation: {triggerIf: {unhealthyLessThanOrEqualTo: x}}", contract.Pace{}, true},
		"a range, v1beta2":         {"v1beta2", ", remediation: {triggerIf: {unhealthyInRange: '[1-2]'}}", contract.Pace{}, true},
		"the older field, as well": {"v1beta2", ", maxUnhealthy: 1, remediation: {triggerIf: {unhealthyLessThanOrEqualTo: 3}}", nodes(1), false},
	} {
		e := mustRead(t, "apiVersion: cluster.x-k8s.io/"+x.version+"\nkind: MachineHealthCheck\nmetadata: {name: h}\n"+
			"spec: {selector: {matchLabels: {a: b}}"+x.spec+"}\n")
		if len(e.HealthChecks) != 1 || e.Seen.Unrelated != 0 {
			t.Fatalf("%s: %+v, %d unrelated", name, e.HealthChecks, e.Seen.Unrelated)
		}
		h := e.HealthChecks[0]
		if h.Most != x.most || h.Unknown != x.unknown || h.Name != "h" || h.Namespace != "default" || h.Machines.String() != "a=b" {
			t.Errorf("%s: %+v", name, h)
		}
	}
	for _, other := range []string{
		"apiVersion: machine.openshift.io/v1beta1\nkind: MachineHealthCheck\nmetadata: {name: h}\nspec: {maxUnhealthy: 1}\n",
		"apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachineHealthCheck\nmetadata: {name: h}\nspec: {maxUnhealthy: [1]}\n",
	} {
		if e := mustRead(t, other); len(e.HealthChecks) != 0 || e.Seen.Unrelated != 1 {
			t.Errorf("%s: %+v, %d unrelated", other, e.HealthChecks, e.Seen.Unrelated)
		}
	}
}
