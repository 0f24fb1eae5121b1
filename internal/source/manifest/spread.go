package manifest

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// spreads is what of these kinds says in which clusters pods are.
type spreads struct {
	Spec struct {
		Template struct {
			Spec struct {
				Selector map[string]string `json:"selector"`
			} `json:"spec"`
		} `json:"template"`
		Clusters []struct {
			Link string `json:"link"`
		} `json:"clusters"`
		ResourceSelectors []struct {
			APIVersion    string                `json:"apiVersion"`
			Kind          string                `json:"kind"`
			Namespace     string                `json:"namespace"`
			Name          string                `json:"name"`
			LabelSelector *metav1.LabelSelector `json:"labelSelector"`
		} `json:"resourceSelectors"`
		Placement placement `json:"placement"`
	} `json:"spec"`
	Status struct {
		Clusters []struct {
			Cluster string `json:"cluster"`
		} `json:"clusters"`
	} `json:"status"`
}

// placement is in which clusters Karmada makes objects, and with how many replicas.
type placement struct {
	ClusterAffinity struct {
		Names   []string  `json:"clusterNames"`
		Exclude []string  `json:"exclude"`
		Labels  *struct{} `json:"labelSelector"`
		Fields  *struct{} `json:"fieldSelector"`
	} `json:"clusterAffinity"`
	SpreadConstraints []struct {
		By  string `json:"spreadByField"`
		Max int    `json:"maxGroups"`
	} `json:"spreadConstraints"`
	ReplicaScheduling *struct {
		Type string `json:"replicaSchedulingType"`
	} `json:"replicaScheduling"`
}

// duplicated is in how many clusters an object is made with all its replicas; 0 where they may
// be divided, or it is not known how many of the clusters that are named are taken.
//
// Source: Placement in pkg/apis/policy/v1alpha1 of Karmada: replicas are Duplicated where there
// is no replicaScheduling, and Divided by one that says no type.
func (p *placement) duplicated() int {
	of := &p.ClusterAffinity
	if p.ReplicaScheduling != nil && p.ReplicaScheduling.Type != "Duplicated" || of.Labels != nil || of.Fields != nil {
		return 0
	}
	n := len(slices.DeleteFunc(slices.Clone(of.Names), func(name string) bool { return slices.Contains(of.Exclude, name) }))
	for _, c := range p.SpreadConstraints {
		switch {
		case c.Max == 0:
		case c.By == "cluster":
			n = min(n, c.Max)
		default:
			return 0
		}
	}
	return n
}

// global keeps that a Service of Cilium leads to the pods of all clusters that have it.
//
// Source: docs.cilium.io, Load-balancing & Service Discovery (Cluster Mesh).
func (r accessReader) global(s *kubernetes.Service, annotations map[string]string) {
	for _, key := range []string{"service.cilium.io/global", "io.cilium/global-service"} {
		if annotations[key] == "true" {
			r.into.Spreads = append(r.into.Spreads, kubernetes.Spread{
				By: kubernetes.Ref{Namespace: s.Namespace, Kind: "Service", Name: s.Name}, Service: s.Name, Inside: true, Position: s.Position})
			return
		}
	}
}

// spread keeps that pods of several clusters answer for the same. What names one cluster, or
// leaves open whether it is one, says nothing.
//
// Source: cloud.google.com/kubernetes-engine/docs/how-to/multi-cluster-ingress: a
// MultiClusterService without clusters is for all of the fleet; ServiceImport in
// KEP-1645: status.clusters has those that export it.
func (r accessReader) spread(doc *document.Document, group, kind string, m meta) {
	api := group + "/" + kind
	policy := group == "policy.karmada.io" && strings.HasSuffix(kind, "PropagationPolicy")
	if !policy && api != "networking.gke.io/MultiClusterService" && kind != "ServiceImport" && kind != "ServiceExport" {
		return
	}
	var o spreads
	if doc.Decode(&o) != nil {
		return // what it says is not ours to judge
	}
	s := kubernetes.Spread{By: kubernetes.Ref{Namespace: namespaceOf(m.Namespace), Kind: kind, Name: m.Name}, Position: r.at(doc)}
	switch {
	case policy:
		s.Clusters = o.Spec.Placement.duplicated()
		for _, of := range o.Spec.ResourceSelectors {
			version, _, grouped := strings.Cut(of.APIVersion, "/")
			if !grouped {
				version = ""
			}
			namespace := of.Namespace
			if kind == "PropagationPolicy" {
				namespace = cmp.Or(namespace, s.By.Namespace)
			}
			s.Of = append(s.Of, kubernetes.SpreadOf{
				API: version + "/" + of.Kind, Namespace: namespace, Name: of.Name, Labels: selectorOf(of.LabelSelector)})
		}
	case kind == "ServiceImport", kind == "ServiceExport":
		s.Service, s.Clusters, s.Inside, s.Export = m.Name, len(o.Status.Clusters), true, kind == "ServiceExport"
	default:
		s.Pods, s.Clusters = labels.SelectorFromSet(o.Spec.Template.Spec.Selector), len(o.Spec.Clusters)
		if len(o.Spec.Template.Spec.Selector) == 0 {
			return
		}
	}
	if open := !policy && s.Clusters == 0; open || s.Clusters > 1 {
		r.into.Spreads = append(r.into.Spreads, s)
	}
}
