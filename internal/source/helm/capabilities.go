package helm

import (
	"slices"
	"strings"
	"sync"

	"helm.sh/helm/v4/pkg/chart/common"
	"k8s.io/client-go/kubernetes/scheme"
)

// kubeVersion is the cluster that a chart is rendered for: that of the
// Kubernetes libraries of this program.
const kubeVersion = "v1.36.0"

// installed are API versions of what most clusters have on top of Kubernetes.
// Charts leave objects out where they do not find these. Those of one platform
// are not among them: a chart would take the cluster for that.
var installed = []string{
	"apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1/CustomResourceDefinition",
	"apiregistration.k8s.io/v1", "apiregistration.k8s.io/v1/APIService",
	"monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "monitoring.coreos.com/v1/PodMonitor",
	"monitoring.coreos.com/v1/PrometheusRule", "monitoring.coreos.com/v1/Probe", "monitoring.coreos.com/v1/Prometheus",
	"monitoring.coreos.com/v1/Alertmanager",
	"cert-manager.io/v1", "cert-manager.io/v1/Certificate", "cert-manager.io/v1/Issuer", "cert-manager.io/v1/ClusterIssuer",
	"gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1/Gateway", "gateway.networking.k8s.io/v1/HTTPRoute",
	"keda.sh/v1alpha1", "keda.sh/v1alpha1/ScaledObject",
	"autoscaling.k8s.io/v1", "autoscaling.k8s.io/v1/VerticalPodAutoscaler",
}

// capabilities are those of a recent cluster: the stable versions of
// Kubernetes' own API, and what is installed on most. Helm's default also has
// beta versions that were removed years ago, and no kinds.
var capabilities = sync.OnceValue(func() *common.Capabilities {
	c := common.DefaultCapabilities.Copy()
	version, err := common.ParseKubeVersion(kubeVersion)
	if err != nil {
		panic(err) // a constant
	}
	c.KubeVersion = *version
	c.APIVersions = slices.Clone(installed)
	for gvk := range scheme.Scheme.AllKnownTypes() {
		if gvk.Version == "__internal" || strings.ContainsAny(strings.TrimPrefix(gvk.Version, "v"), "ab") {
			continue
		}
		gv := gvk.GroupVersion().String()
		if !slices.Contains(c.APIVersions, gv) {
			c.APIVersions = append(c.APIVersions, gv)
		}
		c.APIVersions = append(c.APIVersions, gv+"/"+gvk.Kind)
	}
	return c
})
