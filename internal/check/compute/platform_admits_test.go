package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
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
	pod := func(more string) string {
		return strings.Replace(agent("Deployment", "", more), ", securityContext: {privileged: true}", "", 1)
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
		{"Windows on Fargate", "eks-fargate", pod("os: {name: windows},"), finding.Broken, "high", "that need Windows"},
		{"by its selector", "eks-auto-mode", pod("nodeSelector: {kubernetes.io/os: windows},"), finding.Broken, "high", "Linux only"},
		{"as a process of its node", "eks-auto-mode", pod("securityContext: {windowsOptions: {hostProcess: true}},"),
			finding.Broken, "high", "Linux only"},
		{"as one on AKS Automatic", "aks-automatic", pod("securityContext: {windowsOptions: {hostProcess: true}},"),
			finding.Broken, "medium", "processes of a node"},
		{"Windows on Autopilot", "gke-autopilot", pod("os: {name: windows},"), finding.Unknown, "low", "does not say whether"},
		{"Linux on Autopilot", "gke-autopilot", pod("os: {name: linux},"), "", "", ""},
		{"a volume of EBS on Auto Mode", "eks-auto-mode", pod("volumes: [{name: v, awsElasticBlockStore: {volumeID: v}}],"),
			finding.Broken, "high", "names itself"},
		{"a volume of EBS on Fargate", "eks-fargate", pod("volumes: [{name: v, awsElasticBlockStore: {volumeID: v}}],"),
			finding.Broken, "high", "names itself"},
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

// Where what was read fits several platforms, one that refuses what a workload asks for is
// not what it was written for: nothing is said as long as one admits it.
func TestAdmittedOnSomeThatFit(t *testing.T) {
	for _, asks := range []string{"{privileged: true}", "{readOnlyRootFilesystem: true}", "{capabilities: {add: [NET_ADMIN]}}"} {
		const on = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {
  nodeSelector: {cloud.google.com/gke-spot: "true"},
  containers: [{name: c, image: web, securityContext: ASKS}]}}}
`
		for _, f := range look(t, knowledge(t), "", parse(t, strings.Replace(on, "ASKS", asks, 1))) {
			if f.Obligation == PlatformAdmits.ID {
				t.Errorf("%s: %s, %s", asks, f.Verdict, f.Message)
			}
		}
	}
}

// Pods that may come to nodes of several platforms are refused where all of these refuse
// them; where some do it is not known.
func TestAdmittedOnNodesOfSeveral(t *testing.T) {
	const volume = "volumes: [{name: v, awsElasticBlockStore: {volumeID: v}}],"
	c := knowledge(t)
	for _, x := range []struct {
		on, also, asks string
		want           finding.Verdict
		severity, says string
		because        string
	}{
		{"eks-fargate", "eks-auto-mode", volume, finding.Broken, "medium",
			"asks for what EKS on Fargate and EKS Auto Mode do not support", undecided},
		{"eks-fargate", "eks-managed-nodegroup", volume, finding.Unknown, "medium",
			"not supported on EKS on Fargate, and may run there", possible},
		{"eks-managed-nodegroup", "eks-auto-mode", "hostNetwork: true,", "", "", "", ""},
	} {
		e := parse(t, `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {`+x.asks+`
  containers: [{name: c, image: web}]}}}
`)
		places := locate.Locate(c, e, nil, nil)
		places.Workloads[0] = locate.Place{
			Offering: c.Offering(x.on), Also: []*responsibility.Offering{c.Offering(x.also)}, Basis: locate.Possible,
		}
		var got []finding.Finding
		for _, f := range ran(t, c, e, places).Findings {
			if f.Obligation == PlatformAdmits.ID {
				got = append(got, f)
			}
		}
		switch {
		case x.want == "" && len(got) == 0:
		case len(got) != 1:
			t.Errorf("%s and %s, %s: told %d times", x.on, x.also, x.asks, len(got))
		case got[0].Verdict != x.want || got[0].Severity != x.severity || got[0].SeverityBecause != x.because ||
			!strings.Contains(got[0].Message, x.says):
			t.Errorf("%s and %s, %s: %s, %s, %q: %s", x.on, x.also, x.asks, got[0].Verdict, got[0].Severity, got[0].SeverityBecause, got[0].Message)
		}
	}
}
