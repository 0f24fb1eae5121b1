package manifest

import (
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// attachment reads a VolumeAttachment; false where it is none, or cannot be read, which is not
// ours to judge.
func (r sizeReader) attachment(doc *document.Document, api string) bool {
	if api != "storage.k8s.io/VolumeAttachment" {
		return false
	}
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			NodeName string `json:"nodeName"`
			Source   struct {
				PersistentVolumeName string `json:"persistentVolumeName"`
			} `json:"source"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil {
		return false
	}
	r.into.Attachments = append(r.into.Attachments, kubernetes.Attachment{
		Name: o.Metadata.Name, Node: o.Spec.NodeName, Volume: o.Spec.Source.PersistentVolumeName,
	})
	return true
}
