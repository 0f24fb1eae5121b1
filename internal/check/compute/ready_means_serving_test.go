package compute

import (
	"fmt"
	"testing"

	"github.com/onus-project/onus/internal/check"
)

// A PDB counts ready pods to let the next one be evicted. Drains evict no pods of a DaemonSet,
// though a number in minAvailable counts them, and of a single pod there is no next one.
func TestPodsThatAreCountedAsReady(t *testing.T) {
	const service = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n---\n"
	const spec = "{selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}"
	const pod = "{apiVersion: v1, kind: Pod, metadata: {name: web-%d, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, " +
		"kind: DaemonSet, name: web, uid: u, controller: true}]}, spec: {containers: [{name: c, image: i}]}}\n---\n"
	daemons := "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: web, uid: u}, spec: " + spec + "}\n---\n"
	for i := range 3 {
		daemons += fmt.Sprintf(pod, i)
	}
	for name, x := range map[string]struct {
		docs, terms string
		want        bool
	}{
		"a Deployment":                      {named("web", 3, ""), "minAvailable: 2", true},
		"two pods":                          {named("web", 2, ""), "minAvailable: 1", true},
		"a DaemonSet":                       {daemons, "minAvailable: 2", false},
		"a single pod that may go":          {named("web", 1, ""), "maxUnavailable: 1", false},
		"a single pod that may not":         {named("web", 1, ""), "minAvailable: 1", false},
		"all may go":                        {named("web", 2, ""), "maxUnavailable: 2", false},
		"none may go":                       {named("web", 3, ""), "maxUnavailable: 0", false},
		"a Deployment that is scaled to 0":  {named("web", 0, ""), "maxUnavailable: 1", false},
		"a number over more than there are": {named("web", 2, ""), "minAvailable: 3", false},
	} {
		e := parse(t, x.docs+service+pdbOver("app: web", x.terms))
		within(t, "karpenter", e, func(p *check.Pass) {
			if a := arithmeticOf(p).counts[0]; name == "a DaemonSet" && a.Allowed != 1 {
				t.Errorf("the PDB over the DaemonSet: %+v", a)
			}
			if got := isCounted(p, 0); got != x.want {
				t.Errorf("%s: %t", name, got)
			}
		})
	}
}
