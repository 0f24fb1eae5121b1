package manifest

import (
	"strings"
	"testing"
)

// A field that no NodePool has and that people take for one is told with what follows, in
// what is written for karpenter.sh/v1; what a cluster stored is taken as it is.
func TestFieldsOfNodePools(t *testing.T) {
	pool := func(version, uid, disruption, template string) string {
		return "apiVersion: karpenter.sh/" + version + "\nkind: NodePool\nmetadata: {name: p" + uid + "}\nspec: {disruption: {" + disruption +
			"}, template: {spec: {" + template + "}}}\n"
	}
	for name, x := range map[string]struct{ text, want string }{
		"a time zone": {pool("v1", "", "budgets: [{nodes: '1'}, {nodes: '0', schedule: '0 8 * * *', duration: 1h, timeZone: UTC}]", ""),
			"spec.disruption.budgets[1].timeZone: is no field of karpenter.sh/v1: schedules count in UTC"},
		"node for nodes": {pool("v1", "", "budgets: [{node: '0'}]", ""), "budgets[0].node: is no field of karpenter.sh/v1: nodes is meant"},
		"reason":         {pool("v1", "", "budgets: [{nodes: '0', reason: [Drifted]}]", ""), "reasons is meant"},
		"what nobody knows": {pool("v1", "", "budgets: [{nodes: '0', when: never}]", ""),
			"spec.disruption.budgets[0].when: is no field of karpenter.sh/v1"},
		"the age in its old place": {pool("v1", "", "expireAfter: 48h", ""), "it belongs to spec.template.spec"},
		"the grace of a pod":       {pool("v1", "", "", "terminationGracePeriodSeconds: 30"), "terminationGracePeriod is meant"},
		"what does no harm":        {pool("v1", "", "", "kubelet: {}, expireAfter: 48h"), ""},
		"an earlier version":       {pool("v1beta1", "", "expireAfter: 48h", ""), ""},
		"what a cluster stored":    {pool("v1", ", uid: u", "budgets: [{nodes: '0', when: never}]", ""), ""},
		"all fields": {pool("v1", "", "consolidateAfter: 1m, consolidationPolicy: WhenEmpty, "+
			"budgets: [{nodes: '0', schedule: '0 8 * * *', duration: 1h, reasons: [Drifted]}]", "expireAfter: 48h, terminationGracePeriod: 1h"), ""},
	} {
		_, err := read(t, x.text)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if (x.want == "") != (said == "") || !strings.Contains(said, x.want) {
			t.Errorf("%s: %q, want %q", name, said, x.want)
		}
	}
}
