package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// What pods ask of their nodes is refused on one platform and given on another, and told
// once for all that one workload asks for; what a cluster runs was admitted there.
func TestWhatPlatformsRefuse(t *testing.T) {
	agent := func(kind, uid, more string) string {
		return `apiVersion: apps/v1
kind: ` + kind + `
metadata: {name: agent` + uid + `}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {` + more + `
  containers: [{name: c, image: agent, securityContext: {privileged: true}}]}}}
`
	}
	for _, x := range []struct {
		name, as, docs string
		verdict        finding.Verdict
		severity, says string
	}{
		{"a DaemonSet on Fargate", "eks-fargate", agent("DaemonSet", "", ""), finding.Broken, "low", "DaemonSets are not supported"},
		{"a privileged pod on Fargate", "eks-fargate", agent("Deployment", "", ""), finding.Broken, "high", "Privileged containers"},
		{"with the network of its node", "eks-fargate", agent("Deployment", "", "hostNetwork: true,"), finding.Broken, "high", "; and 1 more"},
		{"on Autopilot", "gke-autopilot", agent("DaemonSet", "", ""), finding.Broken, "medium", "rivileged"},
		{"on AKS Automatic", "aks-automatic", agent("DaemonSet", "", ""), finding.Broken, "medium", "rivileged"},
		{"on Auto Mode", "eks-auto-mode", agent("DaemonSet", "", ""), finding.Held, "high", "privileged"},
		{"on nodes of one's own", "eks-managed-nodegroup", agent("DaemonSet", "", ""), "", "", ""},
		{"of a cluster, asked what if", "gke-autopilot", agent("DaemonSet", ", uid: u", ""), finding.Broken, "medium", "rivileged"},
		{"a test", "gke-autopilot", agent("DaemonSet", "-test", ""), finding.Broken, "low", "rivileged"},
	} {
		told := 0
		for _, f := range look(t, knowledge(t), x.as, parse(t, x.docs)) {
			if f.Obligation != PlatformAdmits.ID {
				continue
			}
			told++
			if f.Verdict != x.verdict || f.Severity != x.severity || !strings.Contains(f.Message, x.says) {
				t.Errorf("%s: %s, %s: %s", x.name, f.Verdict, f.Severity, f.Message)
			}
		}
		if (told == 1) != (x.verdict != "") || told > 1 {
			t.Errorf("%s: told %d times", x.name, told)
		}
	}
}

// Of a cluster nothing is said of what it runs where it is, nor of what nothing places.
func TestWhatWasAdmitted(t *testing.T) {
	const docs = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, uid: u}
spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {
  nodeSelector: {cloud.google.com/compute-class: autopilot},
  containers: [{name: c, image: agent, securityContext: {privileged: true}}]}}}
`
	for docs, want := range map[string]bool{docs: false, strings.Replace(docs, ", uid: u", "", 1): true} {
		e := parse(t, docs)
		told := false
		for _, f := range ran(t, knowledge(t), e, locate.Locate(knowledge(t), e, nil, nil)).Findings {
			told = told || f.Obligation == PlatformAdmits.ID
		}
		if told != want {
			t.Errorf("told %t of\n%s", told, docs)
		}
	}
}
