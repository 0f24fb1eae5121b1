package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// On a cluster of one node that somebody runs themselves a second replica keeps nothing
// up, whoever waits for it; elsewhere, and for what is not known, it does.
func TestOneNode(t *testing.T) {
	c := knowledge(t)
	for _, x := range []struct{ as, one, severity, fix string }{
		{"self-hosted", "Cluster home makes a cluster of one node", "low",
			"Cluster home makes a cluster of one node, on which a second replica would stand as well"},
		{"self-hosted", "", "high", "run two replicas"},
		{"eks-standard", "Cluster home makes a cluster of one node", "high", "run two replicas"},
	} {
		e := parse(t, fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{name: http, port: 80}]")+`---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {defaultBackend: {service: {name: svc}}}
`)
		places := locate.Locate(c, e, c.Offering(x.as), nil)
		places.OneNode = x.one
		told := false
		for _, f := range ran(t, c, e, places).Findings {
			if f.Obligation == SingleReplica.ID && f.Verdict == finding.Broken {
				told = true
				if f.Severity != x.severity || f.Fix == nil || !strings.Contains(f.Fix.Summary, x.fix) {
					t.Errorf("%s, %q: %s, %+v", x.as, x.one, f.Severity, f.Fix)
				}
			}
		}
		if !told {
			t.Errorf("%s: nothing is told", x.as)
		}
	}
}
