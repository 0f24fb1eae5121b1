package manifest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r sizeReader) priorityClass(doc *document.Document) error {
	var o struct {
		Metadata meta                     `json:"metadata"`
		Value    int32                    `json:"value"`
		Default  bool                     `json:"globalDefault"`
		Policy   *corev1.PreemptionPolicy `json:"preemptionPolicy"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	r.into.PriorityClasses = append(r.into.PriorityClasses, kubernetes.PriorityClass{
		Name: o.Metadata.Name, Value: o.Value, Default: o.Default, Preempts: o.Policy == nil || *o.Policy != corev1.PreemptNever,
		Position: r.at(doc),
	})
	return nil
}
