package manifest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// runtimeClass reads a RuntimeClass; false where it is none, or cannot be read, which is not ours
// to judge.
func (r sizeReader) runtimeClass(doc *document.Document, api string) bool {
	if api != "node.k8s.io/RuntimeClass" {
		return false
	}
	var o struct {
		Metadata meta `json:"metadata"`
		Overhead struct {
			PodFixed corev1.ResourceList `json:"podFixed"`
		} `json:"overhead"`
		Scheduling struct {
			NodeSelector map[string]string   `json:"nodeSelector"`
			Tolerations  []corev1.Toleration `json:"tolerations"`
		} `json:"scheduling"`
	}
	if doc.Decode(&o) != nil {
		return false
	}
	r.into.RuntimeClasses = append(r.into.RuntimeClasses, kubernetes.RuntimeClass{
		Name: o.Metadata.Name, NodeSelector: o.Scheduling.NodeSelector, Tolerations: tolerations(o.Scheduling.Tolerations),
		Overhead: resources(o.Overhead.PodFixed),
	})
	return true
}
