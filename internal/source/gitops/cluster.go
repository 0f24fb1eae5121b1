package gitops

import (
	"path/filepath"
	"strings"
)

// argoCluster tells into which cluster an Application goes: its destination, as who stands
// in one folder with it means that. In the cluster of Argo CD itself it is another one in
// each folder. Of a destination that a set fills in, or that is left to a patch, nothing is
// known.
//
// Source: argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup (destination).
func (o object) argoCluster(to destination) string {
	where := to.Server + to.Name
	if where == "https://kubernetes.default.svc" {
		where = "in-cluster"
	}
	if where == "" || strings.Contains(where, "{{") {
		return ""
	}
	return strings.Join([]string{"argocd", where, o.environment, filepath.Dir(o.file)}, "\x00")
}

// fluxCluster tells into which cluster a Kustomization or a HelmRelease goes: that of Flux,
// which applies all of a folder in one, or the one of a kubeconfig.
//
// Source: fluxcd.io/flux/components/kustomize/kustomizations (Remote clusters).
func (o object) fluxCluster() string {
	var spec struct {
		KubeConfig *struct {
			SecretRef struct {
				Name string `json:"name"`
			} `json:"secretRef"`
			ConfigMapRef struct {
				Name string `json:"name"`
			} `json:"configMapRef"`
		} `json:"kubeConfig"`
	}
	if o.spec(&spec) != nil {
		return ""
	}
	where := ""
	if k := spec.KubeConfig; k != nil {
		if where = k.SecretRef.Name + k.ConfigMapRef.Name; where == "" {
			return ""
		}
	}
	return strings.Join([]string{"flux", where, o.environment, filepath.Dir(o.file)}, "\x00")
}
