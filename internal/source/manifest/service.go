package manifest

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r *objectReader) service(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Selector map[string]string `json:"selector"`
			Type     string            `json:"type"`
			Address  string            `json:"clusterIP"`
			Class    string            `json:"loadBalancerClass"`
			External string            `json:"loadBalancerIP"`
			Ports    []struct {
				Name string `json:"name"`
				Port int32  `json:"port"`
				// Without a value, an empty one or 0 it is the port itself.
				//
				// Source: SetDefaults_Service in pkg/apis/core/v1/defaults.go.
				Target *intstr.IntOrString `json:"targetPort"`
				Node   int32               `json:"nodePort"`
			} `json:"ports"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	r.shown(doc, "/Service", o.Metadata, nil)
	r.from.held(o.Spec.Selector)
	if len(o.Spec.Selector) > 0 { // without one it routes to endpoints that somebody else keeps
		s := kubernetes.Service{
			Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Labels: o.Metadata.Labels, Selector: o.Spec.Selector,
			Type: o.Spec.Type, Headless: o.Spec.Address == corev1.ClusterIPNone, Annotations: o.Metadata.Annotations, Position: r.at(doc),
		}
		for _, p := range o.Spec.Ports {
			port := kubernetes.ServicePort{Name: p.Name, Number: p.Port, Target: strconv.Itoa(int(p.Port)), Chosen: p.Node > 0}
			t := p.Target
			if t != nil && (*t != intstr.FromInt32(0) && *t != intstr.FromString("") || s.Headless && t.Type == intstr.Int) {
				port.Target = t.String()
			}
			s.Ports = append(s.Ports, port)
		}
		if s.Type == string(corev1.ServiceTypeLoadBalancer) {
			s.Entry = kubernetes.Entry{Annotations: o.Metadata.Annotations, Class: o.Spec.Class, Address: o.Spec.External}
		}
		if a := o.Metadata.Annotations; a["prometheus.io/scrape"] == "true" {
			s.ScrapedAt = a["prometheus.io/port"]
		}
		accessReader{r}.global(&s, o.Metadata.Annotations)
		r.into.Services = append(r.into.Services, s)
	}
	return nil
}

// endpoint is one that metrics are read from.
type endpoint struct {
	Port   string              `json:"port"`
	Target *intstr.IntOrString `json:"targetPort"`
}

// scrape keeps from which Services a ServiceMonitor has metrics read, or from
// which pods a PodMonitor. What cannot be read of one is left out: it is not ours
// to judge.
//
// Source: prometheus-operator.dev/docs/api-reference/api (ServiceMonitorSpec,
// PodMonitorSpec).
func (r *objectReader) scrape(doc *document.Document, group, kind, namespace string) {
	if kind != "ServiceMonitor" && kind != "PodMonitor" || !strings.HasSuffix(group, "monitoring.coreos.com") {
		return
	}
	var o struct {
		Spec struct {
			Selector          metav1.LabelSelector `json:"selector"`
			NamespaceSelector struct {
				Any   bool     `json:"any"`
				Names []string `json:"matchNames"`
			} `json:"namespaceSelector"`
			Endpoints    []endpoint `json:"endpoints"`
			PodEndpoints []endpoint `json:"podMetricsEndpoints"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil {
		return
	}
	selector, err := metav1.LabelSelectorAsSelector(&o.Spec.Selector)
	if err != nil {
		return
	}
	s := kubernetes.Scrape{Pods: kind == "PodMonitor", Namespaces: o.Spec.NamespaceSelector.Names, Selector: selector}
	if len(s.Namespaces) == 0 && !o.Spec.NamespaceSelector.Any {
		s.Namespaces = []string{namespaceOf(namespace)}
	}
	for _, e := range append(o.Spec.Endpoints, o.Spec.PodEndpoints...) {
		switch {
		case e.Port != "":
			s.Ports = append(s.Ports, e.Port)
		case e.Target != nil:
			s.Ports = append(s.Ports, e.Target.String())
		}
	}
	r.into.Scrapes = append(r.into.Scrapes, s)
}
