package purpose

import "testing"

// A README tells at its head that a household has what stands there.
func TestHousehold(t *testing.T) {
	for readme, want := range map[string]string{
		"# Homelab Kubernetes Cluster\n":                                "Homelab Kubernetes Cluster",
		"# infra\n\nA self-hosted Kubernetes home lab to run things.\n": "A self-hosted Kubernetes home lab to run things",
		"# home-ops\n": "home-ops",
		"# k8s\n\nMy home Kubernetes cluster. It runs Talos.\n": "My home Kubernetes cluster",
		"# My Own Cloud\n": "My Own Cloud",
		"[![Nodes](https://badges/x)](https://github.com/home-operations/kromgo)": "home-operations",
		"# k8s\n\nMy pet project":                                   "My pet project",
		"# k8s\n\nYour very own personal Kubernetes infrastructure": "Your very own personal Kubernetes infrastructure",

		"# Platform\n\nThe clusters of our company. Nothing of a homelab for customers here.":        "",
		"# Chart\n\nRuns anywhere, from homelab to production.":                                      "",
		"# JupyterHub\n\nOpen it in your personal server":                                            "",
		"# Website\n\nThe home page of the shop":                                                     "",
		"# Fleet\n\nEach workload has a home cluster":                                                "",
		"```\nmy homelab\n```\nA chart":                                                              "",
		"# Central\n\nOnly required if the **CA** (`homelab/stackrox/common#ca-pem`) changed, since": "",
		"# Apps\n\nApply homelab/apps/web with kubectl":                                              "",
		"# Apps\n\nRun `kubectl --context homelab apply`":                                            "",
		"# `homelab`":                     "homelab",
		"# A homelab/self-hosted cluster": "A homelab/self-hosted cluster",
		"| my homelab | x |":              "",
		"":                                "",
	} {
		if got := Household(readme); got != want {
			t.Errorf("%q: %q, want %q", readme, got, want)
		}
	}
	var f Folders
	f.AtHome("r/README.md", "home-ops")
	if readme, said := f.Home("r/apps/web.yaml"); readme != "r/README.md" || said != "home-ops" {
		t.Errorf("%q %q", readme, said)
	}
	if _, said := f.Home("other/web.yaml"); said != "" {
		t.Errorf("another folder is of a household: %q", said)
	}
}
