package manifest

import (
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r *objectReader) service(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Selector map[string]string `json:"selector"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	r.shown(doc, "/Service", o.Metadata, nil)
	if len(o.Spec.Selector) > 0 { // without one it routes to endpoints that somebody else keeps
		r.into.Services = append(r.into.Services, kubernetes.Service{
			Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Selector: o.Spec.Selector, Position: r.at(doc),
		})
	}
	return nil
}
