package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// EKS Auto Mode refuses a pool whose nodes could get older than 21 days, their drains included;
// where Karpenter is run by its owner nobody does.
func TestPoolsThatAutoModeRefuses(t *testing.T) {
	const auto = "{group: eks.amazonaws.com, kind: NodeClass, name: default}"
	const own = "{group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}"
	for terms, want := range map[string]string{
		"expireAfter: 720h":                                "expireAfter 720h",
		"expireAfter: Never":                               "expireAfter Never",
		"expireAfter: 490h":                                "expireAfter 490h", // 24h more are 514h
		"expireAfter: 481h":                                "expireAfter 481h",
		"expireAfter: 480h":                                "",
		"expireAfter: 336h":                                "",
		"terminationGracePeriod: 1h":                       "", // whose expireAfter is not written
		"expireAfter: 503h, terminationGracePeriod: 1h":    "",
		"expireAfter: 504h, terminationGracePeriod: 0s":    "",
		"expireAfter: 504h, terminationGracePeriod: 30m":   "expireAfter 504h and terminationGracePeriod 30m",
		"expireAfter: 336h, terminationGracePeriod: 200h":  "expireAfter 336h and terminationGracePeriod 200h",
		"expireAfter: Never, terminationGracePeriod: 1h":   "expireAfter Never and terminationGracePeriod 1h",
		"expireAfter: 20160m, terminationGracePeriod: 48h": "",
	} {
		for class, refuses := range map[string]bool{auto: true, own: false} {
			e := parse(t, fmt.Sprintf("{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: jobs}, spec: {template: {spec: {%s, "+
				"nodeClassRef: %s, requirements: [{key: kubernetes.io/arch, operator: In, values: [amd64]}]}}}}\n", terms, class))
			got := ""
			for _, f := range look(t, knowledge(t), "", e) {
				if f.Obligation == PlatformAdmits.ID && f.Verdict == finding.Broken {
					got = f.Evidence[0].Text
				}
			}
			if !refuses && got != "" || refuses && (want == "") != (got == "") || !strings.HasSuffix(got, want) && refuses {
				t.Errorf("%s, %s: %q, want %q", terms, class, got, want)
			}
		}
	}
}
