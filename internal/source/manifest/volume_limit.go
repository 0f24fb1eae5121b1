package manifest

import (
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// volumeLimits reads a CSINode, which has the name of its node. A driver without a count
// sets no limit.
//
// Source: getVolumeLimits in pkg/scheduler/framework/plugins/nodevolumelimits/csi.go of
// Kubernetes 1.36.
func (r sizeReader) volumeLimits(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Drivers []struct {
				Name        string `json:"name"`
				Allocatable struct {
					Count *int32 `json:"count"`
				} `json:"allocatable"`
			} `json:"drivers"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	limits := kubernetes.NodeLimits{Node: o.Metadata.Name}
	for _, d := range o.Spec.Drivers {
		if d.Allocatable.Count == nil {
			continue
		}
		if limits.Volumes == nil {
			limits.Volumes = map[string]int{}
		}
		limits.Volumes[d.Name] = int(*d.Allocatable.Count)
	}
	r.into.VolumeLimits = append(r.into.VolumeLimits, limits)
	return nil
}
