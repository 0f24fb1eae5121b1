package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
)

// An add-on that Auto Mode runs itself is there in vain only where all nodes are known to be
// Auto Mode's: files say what there is of them, and not what there is not.
func TestAddonsWhereNobodyAsks(t *testing.T) {
	const addon = `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: aws-node}}
  template:
    metadata: {labels: {k8s-app: aws-node}}
    spec: {containers: [{name: c, image: "registry.example.org/amazon-k8s-cni:v1.20.0"}]}
---
apiVersion: eks.amazonaws.com/v1
kind: NodeClass
metadata: {name: default}
spec: {role: nodes}
`
	node := func(name, label string) string {
		return "---\napiVersion: v1\nkind: Node\nmetadata: {name: " + name + ", labels: {" + label + "}}\n"
	}
	auto, group := node("a", "eks.amazonaws.com/compute-type: auto"), node("b", "eks.amazonaws.com/nodegroup: b")
	for docs, want := range map[string]finding.Verdict{
		addon:                finding.Unknown,
		addon + auto:         finding.Broken,
		addon + auto + group: finding.Held,
		addon + group:        "",
		strings.Replace(addon, "spec: {containers", "spec: {nodeSelector: {eks.amazonaws.com/nodegroup: b}, containers", 1) + auto: "",
	} {
		c, e := knowledge(t), parse(t, docs)
		var got finding.Verdict
		for _, f := range ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings {
			if f.Obligation == AddonsNotDoubled.ID {
				got = f.Verdict
			}
		}
		if got != want {
			t.Errorf("%q, want %q:\n%s", got, want, docs)
		}
	}
}

// A version that was read says until when it is supported: of the cluster that was read, and
// of what an object makes, unless a variable may set another one or somebody else upgrades it.
func TestUpgradesOfClusters(t *testing.T) {
	object := func(api string, values map[string]string, defaults ...string) *kubernetes.Estate {
		return &kubernetes.Estate{Objects: []kubernetes.Object{{API: api, Name: "x", Values: values, Defaults: defaults}}}
	}
	server := func(version string) *kubernetes.Estate {
		return &kubernetes.Estate{Live: true, Contexts: []string{"prod"}, Servers: []string{version},
			Nodes: []kubernetes.Node{{Name: "n", Labels: map[string]string{"eks.amazonaws.com/nodegroup": "n"}}}}
	}
	const aks = "terraform/azurerm_kubernetes_cluster"
	for _, x := range []struct {
		name string
		e    *kubernetes.Estate
		want finding.Verdict
	}{
		{"of Terraform", object("terraform/aws_eks_cluster", map[string]string{"version": "1.29"}), finding.Broken},
		{"by a variable", object("terraform/aws_eks_cluster", map[string]string{"version": "1.29"}, "version"), finding.Unknown},
		{"not known", object("terraform/aws_eks_cluster", map[string]string{"version": ""}), ""},
		{"patches alone", object(aks, map[string]string{"kubernetes_version": "1.29.2", "automatic_upgrade_channel": "patch"}), finding.Broken},
		{"a channel", object(aks, map[string]string{"kubernetes_version": "1.29.2", "automatic_upgrade_channel": "stable"}), ""},
		{"long-term support", object(aks, map[string]string{"kubernetes_version": "1.30", "support_plan": "AKSLongTermSupport"}), ""},
		{"of another cloud", object("terraform/google_container_cluster", map[string]string{"min_master_version": "1.29"}), ""},
		{"a cluster", server("v1.31.4-eks-abc"), finding.Broken},
		{"a cluster of today", server("v1.35.1-eks-abc"), finding.Held},
		{"a cluster of tomorrow", server("v1.40.0"), ""},
	} {
		c := knowledge(t)
		var got finding.Verdict
		for _, f := range ran(t, c, x.e, locate.Locate(c, x.e, nil, nil)).Findings {
			if f.Obligation == UpgradeStarted.ID {
				got = f.Verdict
			}
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}
