package unit

import (
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// standing is where an object says that it stands.
type standing struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Namespace string `json:"namespace"`
	} `json:"metadata"`
}

func (s standing) clusterWide() bool {
	group, _, grouped := strings.Cut(s.APIVersion, "/")
	if !grouped {
		group = ""
	}
	return kubernetes.ClusterWide(group + "/" + s.Kind)
}

// In are documents that are applied into a namespace: those that name none are in
// it. Without a namespace, and in default, they stay as they are.
func In(namespace string, documents []Document) []Document {
	if namespace == "" || namespace == "default" {
		return documents
	}
	all := make([]Document, len(documents))
	for i, d := range documents {
		all[i] = d
		var o map[string]any
		if yaml.Unmarshal(d.Bytes, &o) != nil || !place(o, namespace, standing{}) {
			continue
		}
		if data, err := yaml.Marshal(o); err == nil {
			all[i].Bytes = data
		}
	}
	return all
}

// place puts an object into a namespace, and the items of a list each, where they name none,
// and reports whether it has. Items of a typed list may leave out what they are.
func place(o map[string]any, namespace string, item standing) bool {
	metadata, _ := o["metadata"].(map[string]any)
	at := item
	for key, to := range map[string]*string{"apiVersion": &at.APIVersion, "kind": &at.Kind} {
		if text, ok := o[key].(string); ok {
			*to = text
		}
	}
	if strings.HasSuffix(at.Kind, listEnding) {
		items, _ := o["items"].([]any)
		typed := standing{APIVersion: at.APIVersion, Kind: strings.TrimSuffix(at.Kind, listEnding)}
		placed := false
		for _, one := range items {
			if object, _ := one.(map[string]any); place(object, namespace, typed) {
				placed = true
			}
		}
		return placed
	}
	if there, _ := metadata["namespace"].(string); metadata == nil || there != "" || at.clusterWide() {
		return false
	}
	metadata["namespace"] = namespace
	return true
}

// listEnding is what kinds of lists end in.
//
// Source: Helm, Argo CD (gitops-engine) and Flux take lists apart before they apply them.
const listEnding = "List"

// together are kinds of objects that stand in the namespace of what they belong to.
// Roles and what a cluster's own programs read may stand elsewhere.
var together = []string{
	"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Service", "Ingress", "PodDisruptionBudget", "HorizontalPodAutoscaler",
	"PersistentVolumeClaim",
}

// SoleNamespace is the one that the objects of a release write which write any;
// empty where none does, or where they differ. PodDisruptionBudgets and autoscalers
// alone tell nothing: they may be in the wrong one.
func SoleNamespace(documents []Document) string {
	sole, told := "", false
	for _, d := range documents {
		var at standing
		if yaml.Unmarshal(d.Bytes, &at) != nil || at.Metadata.Namespace == "" || !slices.Contains(together, at.Kind) {
			continue
		}
		if sole != "" && sole != at.Metadata.Namespace {
			return ""
		}
		sole, told = at.Metadata.Namespace, told || at.Kind != "PodDisruptionBudget" && at.Kind != "HorizontalPodAutoscaler"
	}
	if !told {
		return ""
	}
	return sole
}
