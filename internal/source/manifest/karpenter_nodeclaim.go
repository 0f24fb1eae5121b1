package manifest

import (
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// nodeClaim reads a NodeClaim of Karpenter.
func (r poolReader) nodeClaim(doc *document.Document) error {
	var o struct {
		Metadata meta      `json:"metadata"`
		Spec     nodeTerms `json:"spec"`
		Status   struct {
			NodeName         string      `json:"nodeName"`
			LastPodEventTime instant     `json:"lastPodEventTime"`
			Conditions       []condition `json:"conditions"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	c := kubernetes.NodeClaim{
		Name: o.Metadata.Name, UID: o.Metadata.UID, Node: o.Status.NodeName,
		Created: o.Metadata.Created.Time, LastPodEvent: o.Status.LastPodEventTime.Time,
	}
	c.Drifted = slices.ContainsFunc(o.Status.Conditions, func(d condition) bool { return d.Type == "Drifted" && d.Status == "True" })
	r.happened(c.LastPodEvent)
	var err error
	if c.ExpireAfter, c.Grace, err = r.terms(doc, "/spec", o.Spec); err != nil {
		return err
	}
	r.into.NodeClaims = append(r.into.NodeClaims, c)
	return nil
}
