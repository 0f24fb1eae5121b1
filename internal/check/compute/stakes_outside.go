package compute

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// caller is who sends requests to a workload, of those outside of what runs in the
// cluster.
type caller int

const (
	nobody  caller = iota
	few            // who is in a private network, or in that of the nodes
	server         // the API server
	anybody        // who is on the internet
)

// outside looks for what reaches a workload through some Services from outside the
// cluster, and for the API server. Of several that which most wait for is told of:
// what everybody sends before what the API server does, and that before what comes
// from private networks alone.
func (s *stakes) outside(i int, services []int) (stake, bool) {
	var found stake
	take := func(x stake) {
		if x.from > found.from || x.from == found.from && least(x.severity, found.severity) != x.severity {
			found = x
		}
	}
	for _, k := range services {
		service := &s.estate.Services[k]
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			by := &s.estate.Backends[b]
			switch {
			case by.Optional, by.Custom, admission(by) && !by.Everyday:
			case !by.Webhook && s.serving.forMetrics(i, k): // who runs it looks at it from outside as well
			case by.Webhook:
				take(hooked(by))
			default:
				said := by.By.Kind + " " + by.By.Name + " sends requests to it, through Service " + service.Name
				take(s.entered(i, by.Entry, finding.Evidence{Text: said, Position: by.Position}))
			}
		}
	}
	for _, k := range services {
		service := &s.estate.Services[k]
		if s.reached(service) && !s.serving.forMetrics(i, k) && !s.serving.forPeers(k) {
			take(s.opened(i, service))
		}
	}
	return found, found.from != nobody
}

// hooked is what is lost with what answers an admission webhook that is asked about what is rolled out.
func hooked(by *kubernetes.Backend) stake {
	x := stake{severity: "high", Evidence: calledBy(by), from: server}
	if by.Chosen {
		x.severity = "medium"
		x.Text += ", for those of its " + words.And(by.Narrowed) + " alone"
	}
	return x
}

// opened is what is lost where requests come in by a Service itself.
func (s *stakes) opened(i int, service *kubernetes.Service) stake {
	said := finding.Evidence{Text: "Service " + service.Name + " of type " + service.Type + " routes to it", Position: service.Position}
	x := s.entered(i, service.Entry, said)
	local := s.catalog.Exposure().Local(s.places.Workloads[i].Offering) || service.Type == "NodePort" && (s.estate.Live || !chosen(service))
	if x.from == anybody && local && service.Entry.Address == "" {
		said.Text += ", from the network of its nodes"
		x = stake{severity: "medium", Evidence: said, from: few}
	}
	return x
}

// entered is what is lost with a workload where requests come in by an entry: less, where it is for
// private networks alone, or for those who log in.
func (s *stakes) entered(i int, by kubernetes.Entry, said finding.Evidence) stake {
	by.Hosts = s.named(by.Hosts)
	if why := s.catalog.Exposure().Private(responsibility.Entry(by)); why != "" {
		said.Text += ", from private networks alone (" + why + ")"
		return stake{severity: "medium", Evidence: said, from: few}
	}
	var images []string
	for _, c := range s.estate.Workloads[i].Template.Containers {
		images = append(images, c.Image)
	}
	if why := s.catalog.Exposure().Login(responsibility.Entry(by), images); why != "" {
		said.Text += ", for those who log in alone (" + why + ")"
		return stake{severity: "medium", Evidence: said, from: few}
	}
	return stake{severity: "high", Evidence: said, from: anybody}
}

// named are the hosts of an entry that somebody has named: those of a chart's own values
// that stand in for others are none.
func (s *stakes) named(hosts []string) []string {
	if !s.unit.OwnValues || !slices.ContainsFunc(hosts, s.catalog.Exposure().StandIn) {
		return hosts
	}
	return slices.DeleteFunc(slices.Clone(hosts), s.catalog.Exposure().StandIn)
}

// calledBy is the evidence that the API server calls a workload.
func calledBy(by *kubernetes.Backend) finding.Evidence {
	said := "the API server calls it: " + by.By.Kind + " " + by.By.Name + policy(by) + ", through Service " + by.Service
	return finding.Evidence{Text: said, Position: by.Position}
}

// chosen reports whether somebody has chosen a port of the nodes for a Service: others know it then,
// such as a load balancer that stands in front of these. A cluster has one for each.
func chosen(service *kubernetes.Service) bool {
	return slices.ContainsFunc(service.Ports, func(p kubernetes.ServicePort) bool { return p.Chosen })
}

// reached reports whether a Service is meant to be reached from outside the cluster. A
// type NodePort alone is what many charts have by default: in what was written,
// somebody has to have chosen the port.
func (s *stakes) reached(service *kubernetes.Service) bool {
	switch service.Type {
	case "LoadBalancer":
		return true
	case "NodePort":
		return s.estate.Live || chosen(service)
	}
	return false
}

// admission reports whether an object that names a Service is that of admission webhooks.
func admission(by *kubernetes.Backend) bool {
	return strings.HasSuffix(by.By.Kind, "WebhookConfiguration")
}

// policy is what an admission webhook says of requests that it does not answer.
func policy(by *kubernetes.Backend) string {
	switch {
	case !admission(by):
		return ""
	case by.Optional:
		return " (failurePolicy Ignore)"
	}
	return " (failurePolicy Fail)"
}
