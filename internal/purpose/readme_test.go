package purpose

import (
	"strings"
	"testing"
)

// A README says by a sentence about itself, at its head, that its folder is not for
// production; what it says of single settings or further down does not count.
func TestDisclaimed(t *testing.T) {
	for readme, want := range map[string]string{
		"# Mimic\n\nThis is a non-production imitation of `apps/`.\n": "This is a non-production " +
			"imitation of `apps/`",
		"# X\n\nA tree of apps. Use it only for experiments.\n": "Use it only for experiments",
		"WARNING: This chart is under development and is not ready for production use.": "This chart is under development and is " +
			"not ready for production use",
		"> Use this example only for testing purposes.": "Use this example only for testing purposes",
		"Note that this configuration should be used for test only and isn't recommended": "this configuration should be used for " +
			"test only and isn't recommended",
		"**Note:** These manifests are for test purposes mainly": "These manifests are for " +
			"test purposes mainly",
		"Do not use this in production.": "Do not use this in production",
		"This is not production-ready":   "This is not production-ready",
		"Only for development and tests: not meant for anything else": "Only for development and tests: " +
			"not meant for anything else",
		"The manifests here are not meant for production use": "The manifests here are not meant " +
			"for production use",
		"# Metrics\n\n**This chart is deprecated**. Use the upstream.": "This chart is deprecated",
		"This repository is now in maintenance mode, see X": "This repository is now in " +
			"maintenance mode, see X",
		"**Shop** is a cloud-first microservices demo application.  It is": "Shop** is a cloud-first microservices demo application",
		"# X\n\nThis repository contains example manifests and sample code.": "This repository contains example manifests and " +
			"sample code",
		"# lab\n\nGitOps Playground (K8S, Argo CD)":                      "GitOps Playground (K8S, Argo CD)",
		"# Example deployments of Buildbarn\n\nThis":                     "Example deployments of Buildbarn",
		"# GitOps examples":                                              "GitOps examples",
		"## Sample Kubernetes manifests":                                 "Sample Kubernetes manifests",
		"# DEPRECATED: Shop : A Microservice Application":                "DEPRECATED: Shop : A Microservice Application",
		"# [ARCHIVED] Shop":                                              "[ARCHIVED] Shop",
		"# Shop chart (deprecated)":                                      "Shop chart (deprecated)",
		"# Shop - **DEPRECATED**":                                        "Shop - **DEPRECATED**",
		"# Sock Shop : A Microservice Demo Application":                  "Sock Shop : A Microservice Demo Application",
		"# Kubernetes Example App":                                       "Kubernetes Example App",
		"# my-sample-project":                                            "",
		"# Deprecated API versions of the shop":                          "",
		"# Archived-mail: a store":                                       "",
		"# Finding objects that are deprecated":                          "",
		"# Charts\n\n## Web (deprecated)\n\nSee X":                       "",
		"# Charts\n\n## Deprecated\n\n- web":                             "",
		"# Deprecated":                                                   "",
		"# Demo environment":                                             "",
		"# Shop\n\nIt follows the\n\n# Old: DEPRECATED: Shop\n":          "",
		"# Exampletown deployments":                                      "",
		"# Deployments\n\n## Configuration example for Vault is in docs": "",
		"# Kubernetes Demo":                                              "Kubernetes Demo",
		"**Bank** is a sample HTTP-based web app that simulates a bank.": "Bank** is a sample HTTP-based web app that simulates a bank",
		"---\npage_type: sample\nlanguages:\n- go\n---\n# Store":         "page_type: sample",
		"---\ntitle: Store\n---\n# Store demo":                           "Store demo",
		"Customers are encouraged to take individual items of interest into their own curated catalog": "Customers are encouraged to take " +
			"individual items of interest into their own curated catalog",
		"Please fork this repo and copy the manifests into your own repository.": "" +
			"fork this repo and copy the manifests into your own repository",
		"This repository is a template for home clusters.": "" +
			"This repository is a template for home clusters",
		"<!-- lint -->\n<div align=\"center\">\n  <a href=\"https://x\"\n  rel=\"y\">\n  <img width=\"1\"\n alt=\"x\">\n</a>\n\n" +
			"[![Stars](https://x)](LICENSE)\n<h2>Kubernetes Service Workshop</h2>\n": "Kubernetes Service Workshop",
		"# Karpenter Blueprints for Amazon EKS\n\nScenarios.":                                       "Karpenter Blueprints for Amazon EKS",
		"# Shop\n\nIt follows the blueprints for Amazon EKS":                                        "",
		"<h1>Shop</h1>\n<p>It sells.</p>":                                                           "",
		"---\npage_type: sample":                                                                    "",
		"Copy the certificate into your own trust store.":                                           "",
		"It takes backups of the data into its own bucket in the repository.":                       "",
		"It is a template engine.":                                                                  "",
		"# Shop\n\nThis chart installs the shop. For a demo environment see below.":                 "",
		"# Shop\n\nOur platform is used by sample services.":                                        "",
		"This repository holds the sample database of a lab, and its example values.":               "",
		"# Modules\n\nThere are examples in this repo and the doc is elsewhere.":                    "",
		"# Modules\n\nThe module has examples in the same repo.":                                    "",
		"This option is deprecated.":                                                                "",
		"# Chart\n\nInstalls the app for production use.":                                           "",
		"They may not be suitable for production use.":                                              "",
		"This should not be used in production without careful consideration.":                      "",
		"| `db.enabled` | this is not recommended in production | `true` |":                         "",
		"```\nthis is not for production\n```\nA chart.":                                            "",
		"Bitnami's values: `resourcesPreset` is not meant for production usage":                     "",
		"This chart is used in production, not only in tests.":                                      "",
		strings.Repeat("A line of text.\n", 16) + "This is not for production.":                     "",
		strings.Repeat("A line of text.\n\n", 14) + "This is not for production.":                   "This is not for production",
		"By default, it will use SQLite. It will use that and not the database of your production.": "",
	} {
		if got := Disclaimed(readme, false); got != want {
			t.Errorf("%q: %q, want %q", readme, got, want)
		}
	}
}

// What a section gives up is what its heading names, and not all of the folder, but in the
// README of a chart, and under a heading that is about all of it.
func TestSectionsThatAreGivenUp(t *testing.T) {
	const sentence = "This Helm chart is now deprecated. See the other.\n"
	for _, x := range []struct {
		readme          string
		folder, ofChart bool
	}{
		{"# Charts\n\n" + sentence + "\n## Web\n", true, true},
		{sentence, true, true},
		{"# Charts\n\n### Web\n\n> [!WARNING]\n> " + sentence, false, true},
		{"# Charts\n\n## Web\n\nIt runs.\n\n## Worker\n\n" + sentence, false, true},
		{"= Charts\n\n== Web\n\n" + sentence, false, true},
		{"# Charts\n\n## Deprecated\n\n" + sentence, true, true},
		{"# Charts\n\n## Status of this repository\n\n" + sentence, true, true},
		{"# Charts\n\n```\n# run it\n```\n\n" + sentence, true, true},
		{"# Charts\n\n## Web\n\nIt runs.\n\n## Notice\n\n" + sentence, true, true},
	} {
		if got := Disclaimed(x.readme, false) != ""; got != x.folder {
			t.Errorf("%q gives its folder up: %t", x.readme, got)
		}
		if got := Disclaimed(x.readme, true) != ""; got != x.ofChart {
			t.Errorf("%q gives its chart up: %t", x.readme, got)
		}
	}
}

// A chart may say of itself that it is there to be tried.
func TestDescribed(t *testing.T) {
	for description, tried := range map[string]bool{
		"A Helm chart for ORY Kratos's example ui for Kubernetes": true,
		"Example application":                                             true,
		"Runs a Cosmos DB emulator":                                       true,
		"A database for local development":                                true,
		"An example application of the shop":                              true,
		"A Helm chart for GOV.UK E2E Tests":                               true,
		"A database for testing purposes only.":                           true,
		"Creates a simple backend\nto allow smoke and e2e testing router": true,
		"This chart is deprecated, use the other":                         true,

		"A Helm chart for S3 Proxy. For more examples see the wiki": false,
		"An IDE in the browser, for development":                    false,
		"A Helm chart for Test Kitchen":                             false,
		"Load testing for everybody":                                false,
		"A framework for e2e testing of clusters":                   false,
		"": false,
	} {
		if got := Described(description); (got != "") != tried {
			t.Errorf("%q: %q", description, got)
		}
	}
}

// What a README says holds for its folder and those below it, the nearest first.
func TestDisclaimer(t *testing.T) {
	var f Folders
	f.Disclaim("r/mimic/README.md", "a")
	f.Disclaim("r/mimic/apps/readme.md", "b")
	for file, want := range map[string]string{
		"r/mimic/web.yaml": "a", "r/mimic/x/y/web.yaml": "a", "r/mimic/apps/leaf/web.yaml": "b", "r/web.yaml": "", "r/mimics/web.yaml": "",
		"/r/web.yaml": "", "web.yaml": "",
	} {
		if _, got := f.Disclaimer(file); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
	if readme, said := new(Folders).Disclaimer("web.yaml"); readme+said != "" {
		t.Errorf("nothing was read, and %s says %q", readme, said)
	}
}
