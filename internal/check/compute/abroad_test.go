package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// While the only pod of a workload is away, those of other clusters answer where something
// leads requests to them: nobody waits, but for who calls the one of this cluster alone.
func TestPodsOfOtherClusters(t *testing.T) {
	object := func(api, kind, name, spec string) string {
		return fmt.Sprintf("---\n{apiVersion: %s, kind: %s, metadata: {name: %s, namespace: shop}, %s}\n", api, kind, name, spec)
	}
	multi := func(app, clusters string) string {
		return object("networking.gke.io/v1", "MultiClusterService", "mcs",
			"spec: {template: {spec: {selector: {a: "+app+"}, ports: [{port: 80}]}}"+clusters+"}")
	}
	karmada := func(kind, of, placement string) string {
		return object("policy.karmada.io/v1alpha1", kind, "everywhere", "spec: {resourceSelectors: ["+of+"], placement: {"+placement+"}}")
	}
	shares := func(kind, more string) string {
		return object("multicluster.x-k8s.io/v1alpha1", kind, "svc", "spec: {}"+more)
	}
	cilium := func(annotation string) string {
		return strings.Replace(fmt.Sprintf(service, "ports: [{port: 80}]"), "namespace: shop}", "namespace: shop, annotations: {"+
			annotation+"}}", 1)
	}
	const three, one = ", clusters: [{link: a/a}, {link: b/b}, {link: c/c}]", ", clusters: [{link: a/a}]"
	const two, deployments = "clusterAffinity: {clusterNames: [a, b]}", "{apiVersion: apps/v1, kind: Deployment}"
	web, routed := fmt.Sprintf(deployment, "web", ""), fmt.Sprintf(deployment, "web", "")+fmt.Sprintf(service, "ports: [{port: 80}]")
	caller := strings.NewReplacer("a: w", "a: front", "image: i}", "image: i, env: [{name: UPSTREAM, value: 'http://svc'}]}").Replace(
		fmt.Sprintf(deployment, "front", ""))
	for why, x := range map[string]struct{ input, says string }{
		"three clusters":             {web + multi("w", three), "MultiClusterService mcs has requests answered by pods in 3 clusters"},
		"all of a fleet":             {web + multi("w", ""), "in all clusters that have it"},
		"one cluster":                {routed + multi("w", one), ""},
		"of other pods":              {routed + multi("other", three), ""},
		"called in the cluster":      {routed + caller + multi("w", three), ""},
		"a Service called by nobody": {routed + multi("w", three), "in 3 clusters"},
		"of data":                    {strings.Replace(routed, "image: i", "image: mysql", 1) + multi("w", three), ""},
		"offered alone":              {routed + shares("ServiceExport", ""), ""},
		"offered and taken": {
			routed + shares("ServiceExport", "") + shares("ServiceImport", ""), "ServiceImport svc has requests answered",
		},
		"taken alone": {routed + shares("ServiceImport", ""), ""},
		"taken from two clusters": {
			routed + shares("ServiceImport", ", status: {clusters: [{cluster: a}, {cluster: b}]}"), "in 2 clusters",
		},
		"global":                      {web + cilium("service.cilium.io/global: 'true'"), "Service svc has requests answered"},
		"global, and called inside":   {web + caller + cilium("io.cilium/global-service: 'true'"), "Service svc has requests answered"},
		"not global":                  {web + cilium("service.cilium.io/global: 'false'"), ""},
		"made in two":                 {routed + karmada("PropagationPolicy", deployments, two), "everywhere has it run in 2 clusters"},
		"made in two, all namespaces": {routed + karmada("ClusterPropagationPolicy", deployments, two), "everywhere has it run in 2 clusters"},
		"made in one":                 {routed + karmada("PropagationPolicy", deployments, "clusterAffinity: {clusterNames: [a]}"), ""},
		"its replicas divided": {
			routed + karmada("PropagationPolicy", deployments, two+", replicaScheduling: {replicaSchedulingType: Divided}"), "",
		},
		"divided by how, and no type": {
			routed + karmada("PropagationPolicy", deployments, two+", replicaScheduling: {replicaDivisionPreference: Weighted}"), "",
		},
		"its replicas in each": {
			routed + karmada("PropagationPolicy", deployments, two+", replicaScheduling: {replicaSchedulingType: Duplicated}"),
			"run in 2 clusters",
		},
		"one of two is left out": {
			routed + karmada("PropagationPolicy", deployments, strings.Replace(two, "[a, b]", "[a, b], exclude: [b]", 1)), "",
		},
		"one of two is chosen": {
			routed + karmada("PropagationPolicy", deployments, two+", spreadConstraints: [{spreadByField: cluster, maxGroups: 1}]"), "",
		},
		"two are to be chosen": {
			routed + karmada("PropagationPolicy", deployments, two+", spreadConstraints: [{spreadByField: cluster, minGroups: 2}]"),
			"run in 2 clusters",
		},
		"those in one region": {
			routed + karmada("PropagationPolicy", deployments, two+", spreadConstraints: [{spreadByField: region, maxGroups: 1}]"), "",
		},
		"those with a label": {
			routed + karmada("PropagationPolicy", deployments, strings.Replace(two, "[a, b]", "[a, b], labelSelector: {matchLabels: {a: b}}", 1)),
			"",
		},
		"of another API": {
			routed + karmada("PropagationPolicy", strings.Replace(deployments, "apps/v1", "apps.kruise.io/v1", 1), two), "",
		},
		"a Rollout, made in two": {
			strings.Replace(routed, "apiVersion: apps/v1\nkind: Deployment", "apiVersion: argoproj.io/v1alpha1\nkind: Rollout", 1) +
				karmada("PropagationPolicy", "{apiVersion: argoproj.io/v1alpha1, kind: Rollout}", two), "run in 2 clusters",
		},
		"of another name, made in two": {
			routed + karmada("PropagationPolicy", strings.Replace(deployments, "}", ", name: x}", 1), two), "",
		},
	} {
		seen := 0
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, x.input)) {
			if f.Verdict != finding.Broken || f.Obligation != SingleReplica.ID || f.Subject.Name != "web" {
				continue
			}
			seen++
			said := ""
			for _, e := range f.Evidence {
				said += e.Text + "\n"
			}
			abroad := strings.Contains(said, "clusters")
			if abroad != (x.says != "") || !strings.Contains(said, x.says) ||
				abroad && (f.Severity != "low" || strings.Contains(f.Consequence, "outage")) {
				t.Errorf("%s: %s: %s %s", why, f.Severity, said, f.Consequence)
			}
		}
		if seen != 1 {
			t.Errorf("%s: %d findings", why, seen)
		}
	}
}
