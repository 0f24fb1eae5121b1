package manifest

import (
	"cmp"
	"strconv"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r *objectReader) service(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Selector map[string]string `json:"selector"`
			Type     string            `json:"type"`
			Ports    []struct {
				Name string `json:"name"`
				Port int    `json:"port"`
			} `json:"ports"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	r.shown(doc, "/Service", o.Metadata, nil)
	if len(o.Spec.Selector) > 0 { // without one it routes to endpoints that somebody else keeps
		s := kubernetes.Service{
			Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Selector: o.Spec.Selector, Type: o.Spec.Type, Position: r.at(doc),
		}
		for _, p := range o.Spec.Ports {
			s.Ports = append(s.Ports, cmp.Or(p.Name, strconv.Itoa(p.Port)))
		}
		r.into.Services = append(r.into.Services, s)
	}
	return nil
}
