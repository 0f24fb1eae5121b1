package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// Who sets the size of a workload when it is made is told, and its manifest is not
// believed.
func TestSizeThatIsSetWhenAWorkloadIsMade(t *testing.T) {
	labelled := func(label string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", ""), "namespace: shop}", "namespace: shop, labels: {"+label+": server}}", 1)
	}
	for label, want := range map[string]finding.Verdict{
		"high-availability-config.resources.gardener.cloud/type": finding.Unknown, "resources.gardener.cloud/type": finding.Broken,
	} {
		told := false
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, labelled(label))) {
			if f.Obligation != SingleReplica.ID {
				continue
			}
			told = true
			if f.Verdict != want || (want == finding.Unknown) != strings.Contains(f.Message, "Gardener's resource manager") {
				t.Errorf("%s: %s: %s", label, f.Verdict, f.Message)
			}
		}
		if !told {
			t.Errorf("%s: nothing is said", label)
		}
	}
}

// Pods of which no node carries two are gone together only with as many nodes: of three
// that weighs less than of two, and less than of members that need most of them.
func TestSeverityOfPodsThatAreKeptApart(t *testing.T) {
	public := fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 443}]")
	kept := func(replicas int, how, image string) string {
		w := strings.Replace(fmt.Sprintf(deployment, "web", ""), "replicas: 1", fmt.Sprintf("replicas: %d", replicas), 1)
		w = strings.Replace(w, "image: i", "image: "+image, 1)
		return strings.Replace(w, "spec: {containers", "spec: {affinity: {podAntiAffinity: {"+how+"}}, containers", 1) + public
	}
	const term = "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: w}}}"
	const required, preferred = "requiredDuringSchedulingIgnoredDuringExecution: [" + term + "]",
		"preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: " + term + "}]"
	for name, x := range map[string]struct{ docs, severity string }{
		"three, kept apart":         {kept(3, required, "i"), "low"},
		"two, kept apart":           {kept(2, required, "i"), "high"},
		"three, better apart":       {kept(3, preferred, "i"), "high"},
		"three members, kept apart": {inSet(kept(3, required, "zookeeper")), "high"},
		"three of that, and no set": {kept(3, required, "zookeeper"), "low"},
		"two that each rollout stops": {strings.Replace(kept(2, preferred, "i"), "{replicas: 2", "{strategy: {type: Recreate}, replicas: 2", 1),
			"low"},
		"two that roll": {strings.Replace(kept(2, preferred, "i"), "{replicas: 2", "{strategy: {type: RollingUpdate}, replicas: 2", 1),
			"high"},
		"three that nobody waits for": {strings.Replace(kept(3, required, "i"), public, "", 1), "low"},
	} {
		told := false
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.docs)) {
			if f.Obligation == PDBMissing.ID && f.Verdict == finding.Broken {
				if told = true; f.Severity != x.severity {
					t.Errorf("%s: %s, want %s: %s", name, f.Severity, x.severity, allEvidence(&f))
				}
			}
		}
		if !told {
			t.Errorf("%s: nothing is said", name)
		}
	}
}
