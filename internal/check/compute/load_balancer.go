package compute

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// deregistered is for how long a load balancer whose targets are pods lets requests run after it
// took one out, as somebody has set it, and where.
type deregistered struct {
	delay   time.Duration
	unset   time.Duration // the delay where nobody sets one; 0 for none
	most    int           // seconds
	setting string        // what it is set by
	said    string
	at      origin.Position
	title   string // of the load balancer
	wrong   string // what is meant to set it, and does not
	unsure  string // why it is not known whether its pods are targets of such a load balancer
}

// deregisteredBy is the longest of those of a workload's load balancers, or one that is set wrong; zero where none
// says so. One that has nodes for targets, and not pods, takes none out for a pod.
func deregisteredBy(p *check.Pass, i int) (longest deregistered) {
	e, stakes := p.Estate.Kubernetes, stakesOf(p)
	take := func(x deregistered) {
		if longest.wrong == "" && (x.wrong != "" || x.delay > longest.delay) {
			longest = x
		}
	}
	for _, k := range servingOf(p).services[i] {
		service := &e.Services[k]
		for n := range p.Catalog.Balancers {
			b := &p.Catalog.Balancers[n]
			if b.Of == "Service" {
				take(byAnnotations(b, service.Entry.Annotations, "Service "+service.Name, service.Position))
				continue
			}
			for _, at := range stakes.backends[service.Namespace+"/"+service.Name] {
				if by := &e.Backends[at]; by.By.Kind == b.Of {
					take(ofIngress(p, b, by, service))
				}
			}
		}
	}
	return longest
}

// ofIngress is that of the load balancer that an Ingress has for a Service.
func ofIngress(p *check.Pass, b *responsibility.Balancer, by *kubernetes.Backend, service *kubernetes.Service) deregistered {
	sure, may := balancedBy(p, b, by.Entry.Class)
	if !may {
		return deregistered{}
	}
	var x deregistered
	if b.Object != nil {
		x = byObject(p, b, service)
	} else {
		// What the Service says goes over what the Ingress does.
		told := maps.Clone(by.Entry.Annotations)
		name, at := "Ingress "+by.By.Name, by.Position
		for key, value := range service.Annotations {
			if key != b.Attributes && !slices.ContainsFunc(b.Pods, func(m responsibility.BalancerMark) bool { return m.Key == key }) {
				continue
			}
			if told == nil {
				told = map[string]string{}
			}
			told[key], name, at = value, "Service "+service.Name, service.Position
		}
		x = byAnnotations(b, told, name, at)
	}
	if !sure {
		x.unsure = "whether its Ingress has " + b.Title + ", as its annotations say, is not known: of which controller its class is was not read"
	}
	return x
}

// balancedBy reports whether Ingresses of a class have a load balancer of a kind, and whether they
// may have one.
func balancedBy(p *check.Pass, b *responsibility.Balancer, class string) (sure, may bool) {
	for i := range p.Estate.Kubernetes.Objects {
		o := &p.Estate.Kubernetes.Objects[i]
		if o.API != "networking.k8s.io/IngressClass" || o.Name != class {
			continue
		}
		if by := o.Values["spec.controller"]; by != "" {
			is := slices.Contains(b.Controllers, by)
			return is, is
		}
	}
	is := slices.Contains(b.Classes, class)
	return is, is || !b.Only
}

// byAnnotations is that of the load balancer that annotations ask for.
func byAnnotations(b *responsibility.Balancer, told map[string]string, name string, at origin.Position) deregistered {
	if pods, _ := b.Reaches(told); !pods || told[b.Attributes] == "" {
		return deregistered{}
	}
	x := deregistered{setting: b.Delay, title: b.Title, unset: time.Duration(b.Unset) * time.Second, most: b.Most, at: at}
	x.delay, x.wrong = b.Attribute(told[b.Attributes])
	x.said = name + " has " + x.wrong
	if x.wrong == "" {
		x.said = name + " has " + b.Delay + "=" + strconv.Itoa(int(x.delay/time.Second))
	}
	return x
}

// byObject is that of a load balancer whose delay an object has that a Service names.
func byObject(p *check.Pass, b *responsibility.Balancer, service *kubernetes.Service) (longest deregistered) {
	pods, told := b.Reaches(service.Annotations)
	if told && !pods {
		return deregistered{}
	}
	named := b.Object.Objects(service.Annotations)
	if len(named) == 0 {
		return deregistered{}
	}
	for i := range p.Estate.Kubernetes.Objects {
		o := &p.Estate.Kubernetes.Objects[i]
		in := cmp.Or(o.Namespace, metav1.NamespaceDefault)
		if o.API != b.Object.API || !slices.Contains(named, o.Name) || in != cmp.Or(service.Namespace, metav1.NamespaceDefault) {
			continue
		}
		_, kind, _ := strings.Cut(o.API, "/")
		delay, ok := b.Seconds(o.Values[b.Delay])
		if !ok || delay <= longest.delay {
			continue
		}
		longest = deregistered{
			delay: delay, setting: b.Delay, title: b.Title, unset: time.Duration(b.Unset) * time.Second, most: b.Most, at: o.Position,
			said: kind + " " + o.Name + " has " + b.Delay + " " + o.Values[b.Delay],
		}
	}
	if !told {
		longest.unsure = "whether pods or nodes are the targets of its load balancer is not known: " +
			"Service " + service.Name + " has no " + b.Pods[0].Key
	}
	return longest
}
