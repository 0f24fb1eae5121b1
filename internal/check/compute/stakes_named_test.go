package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// A host that a chart has until another one is named tells nothing of who calls, neither that
// they are in a private network nor that they only try it; one in what is applied does.
func TestHostsThatStandInForOthers(t *testing.T) {
	for _, x := range []struct{ hosts, ofChart, applied string }{
		{"localhost", "high", "low"},
		{"chart-example.local", "high", "medium"},
		{"iom.example.local", "high", "medium"},
		{"shop.test", "high", "medium"},
		{"staging.example.com", "high", "low"},
		{"shop.example.com", "high", "high"},
		{"shop.lan", "medium", "medium"},
		{"localhost shop.lan", "medium", "medium"},
		{"localhost shop.bank.com", "high", "high"},
		{"staging.bank.com", "low", "low"},
	} {
		var rules []string
		for host := range strings.SplitSeq(x.hosts, " ") {
			rules = append(rules, "{host: "+host+", http: {paths: [{path: /, pathType: Prefix, "+
				"backend: {service: {name: svc, port: {number: 80}}}}]}}")
		}
		three := strings.Replace(fmt.Sprintf(deployment, "web", ""), "replicas: 1", "replicas: 3", 1)
		e := parse(t, three+fmt.Sprintf(service, "ports: [{name: http, port: 80}]")+`---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: in, namespace: shop}
spec: {rules: [`+strings.Join(rules, ", ")+`]}
`)
		for ofChart, want := range map[bool]string{true: x.ofChart, false: x.applied} {
			c := knowledge(t)
			result, err := check.Run(t.Context(), every, c, &estate.Estate{Kubernetes: e, Name: "web", OfChart: ofChart, OwnValues: ofChart},
				locate.Locate(c, e, c.Offering("karpenter"), nil))
			if err != nil {
				t.Fatal(err)
			}
			told := 0
			for _, f := range result.Findings {
				if f.Verdict == finding.Broken {
					told++
					if f.Severity != want {
						t.Errorf("%s, of a chart %t: %s, want %s: %s", x.hosts, ofChart, f.Severity, want, allEvidence(&f))
					}
				}
			}
			if told == 0 {
				t.Errorf("%s, of a chart %t: nothing is broken", x.hosts, ofChart)
			}
		}
	}
}
