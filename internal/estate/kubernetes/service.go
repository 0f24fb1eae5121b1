package kubernetes

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// Service routes to pods by label.
type Service struct {
	Namespace string
	Name      string
	Selector  map[string]string
	Type      string // as written: ClusterIP, NodePort, LoadBalancer; empty for ClusterIP
	Labels    map[string]string
	Headless  bool // it has no address: its name leads to each of its pods
	Ports     []ServicePort
	// ScrapedAt is the port at which its annotations have metrics read; empty for none.
	ScrapedAt   string
	Annotations map[string]string
	// Entry is that of one of type LoadBalancer.
	Entry    Entry
	Position origin.Position
	Unit     string // that it stands in, where it is not that of the estate
	Among    int    // how many units have pods that it selects, where it stands in another one and fits several
}

// Entry is by what requests come into the cluster, as far as it tells whether
// everybody may send them.
type Entry struct {
	Annotations map[string]string
	Class       string   // of the load balancer or the Ingress, as it is named
	Gateways    []string // of a route, by name
	Hosts       []string // that are answered for; none for every one
	Address     string   // that is asked for
}

// ServicePort is a port of a Service, and of the pods behind it.
type ServicePort struct {
	Name   string
	Number int32
	// Target is the name or the number that it has in the pods; 0 where a Service
	// without an address says that.
	Target string
	Chosen bool // its port on each node is set, and not left to the API server
}

// Scrape is a ServiceMonitor or PodMonitor of the Prometheus operator: from which
// Services or pods, by their labels, metrics are read.
type Scrape struct {
	Pods       bool     // and not Services
	Namespaces []string // of these; every one where it is empty
	Selector   labels.Selector
	Ports      []string // the names of their ports, or what those are in the pods
}

// Backend is a Service that an Ingress, a route of a gateway or a webhook of
// the API server sends requests to.
type Backend struct {
	Namespace, Service string
	By                 Ref
	Webhook            bool // the API server calls it
	// Custom says that it is called for objects of custom kinds alone: all others
	// are made and changed without it.
	Custom bool
	// Everyday says that an admission webhook is asked about pods, what makes pods, or
	// namespaces: nothing is rolled out without it.
	Everyday bool
	// Optional says that the API server goes on without it.
	Optional bool
	// Asked are the resources that an admission webhook is asked about, as GROUP/RESOURCE
	// or RESOURCE; empty for what is none, or where that cannot be read.
	Asked []string
	// Operations are those that it is asked about; empty where they are not the same of
	// all that it is asked about, or where that cannot be read.
	Operations []string
	// Narrowed are the fields by which it is asked about some objects alone.
	Narrowed []string
	// Chosen says that these are few: those that bear a label for it, or that stand in namespaces
	// which it names.
	Chosen   bool
	Entry    Entry // of what the API server does not call
	Position origin.Position
}
