package compute

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// ConnectionsDrained looks for pods that are gone while their load balancer still lets
// requests run that it has sent them.
var ConnectionsDrained = check.Check{
	ID: "connections-drained", Axis: Axis, Subjects: whereReplaced(isDeregistered),
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place}},
	Run:   eachReplaced(isDeregistered, connectionsDrained),
}

// deregistered is for how long a load balancer whose targets are pods lets requests run after it
// took one out, as somebody has set it, and where.
type deregistered struct {
	delay time.Duration
	said  string
	at    origin.Position
	// unsure: whether its Ingress has such a load balancer is not known.
	unsure bool
}

// isDeregistered reports whether pods that drains evict are targets of such a load balancer.
func isDeregistered(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	return w.Evictable && !w.Inferred && w.AtLeast() > 0 && !headroom(w) && deregisteredBy(p, i).delay > 0
}

// deregisteredBy is the longest of those of a workload's load balancers; zero where none says so.
// One that has nodes for targets, and not pods, takes none out for a pod.
func deregisteredBy(p *check.Pass, i int) (longest deregistered) {
	e, stakes := p.Estate.Kubernetes, stakesOf(p)
	take := func(x deregistered) {
		if x.delay > longest.delay {
			longest = x
		}
	}
	for _, k := range servingOf(p).services[i] {
		service := &e.Services[k]
		take(ofLoadBalancer(&service.Entry, networkLoadBalancer, "Service "+service.Name, service.Position))
		for _, b := range stakes.backends[service.Namespace+"/"+service.Name] {
			by := &e.Backends[b]
			if by.By.Kind != "Ingress" {
				continue
			}
			sure, may := balancedByAWS(p, by.Entry.Class)
			if !may {
				continue
			}
			// What the Service says goes over what the Ingress does.
			told := kubernetes.Entry{Annotations: maps.Clone(by.Entry.Annotations)}
			name, at := "Ingress "+by.By.Name, by.Position
			for _, key := range []string{applicationLoadBalancer.targets, applicationLoadBalancer.attributes} {
				if value, ok := service.Annotations[key]; ok {
					if told.Annotations == nil {
						told.Annotations = map[string]string{}
					}
					told.Annotations[key], name, at = value, "Service "+service.Name, service.Position
				}
			}
			x := ofLoadBalancer(&told, applicationLoadBalancer, name, at)
			x.unsure = !sure
			take(x)
		}
	}
	return longest
}

// balancedByAWS reports whether Ingresses of a class have a load balancer of AWS, and whether they
// may have one.
func balancedByAWS(p *check.Pass, class string) (sure, may bool) {
	for i := range p.Estate.Kubernetes.Objects {
		o := &p.Estate.Kubernetes.Objects[i]
		if o.API != "networking.k8s.io/IngressClass" || o.Name != class {
			continue
		}
		if by := o.Values["spec.controller"]; by != "" {
			is := by == "ingress.k8s.aws/alb" || by == "eks.amazonaws.com/alb"
			return is, is
		}
	}
	return class == "alb", true
}

// annotations are those by which a kind of load balancer of AWS is told what its targets are, and
// how it treats them.
type annotations struct{ targets, attributes string }

// Source: kubernetes-sigs.github.io/aws-load-balancer-controller, Ingress and Service annotations
// (target-type, target-group-attributes).
var (
	applicationLoadBalancer = annotations{"alb.ingress.kubernetes.io/target-type", "alb.ingress.kubernetes.io/target-group-attributes"}
	networkLoadBalancer     = annotations{
		"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type",
		"service.beta.kubernetes.io/aws-load-balancer-target-group-attributes",
	}
)

// delayed is the attribute of a target group for how long its targets are let to finish.
const delayed = "deregistration_delay.timeout_seconds="

// ofLoadBalancer is that of the load balancer that an Ingress or a Service asks for.
func ofLoadBalancer(by *kubernetes.Entry, told annotations, name string, at origin.Position) deregistered {
	if by.Annotations[told.targets] != "ip" && by.Annotations["service.beta.kubernetes.io/aws-load-balancer-type"] != "nlb-ip" {
		return deregistered{}
	}
	for _, attribute := range strings.Split(by.Annotations[told.attributes], ",") {
		value, ok := strings.CutPrefix(strings.TrimSpace(attribute), delayed)
		n, err := strconv.Atoi(value)
		if ok && err == nil && n > 0 && n <= mostDelay {
			return deregistered{delay: time.Duration(n) * time.Second, said: name + " has " + delayed + value, at: at}
		}
	}
	return deregistered{}
}

// mostDelay is the longest that a target group takes, in seconds.
//
// Source: TargetGroupAttribute in the API reference of Elastic Load Balancing.
const mostDelay = 3600

// unsetDelay is that of a target group of which nobody says one. Who sets a longer one has
// requests that take so long.
//
// Source: TargetGroupAttribute in the API reference of Elastic Load Balancing.
const unsetDelay = 300 * time.Second

// takenOut is how long after a pod is evicted its load balancer may begin to let it go: its
// controller sees the pod go, and asks for that.
const takenOut = 10 * time.Second

// connectionsDrained says whether a pod serves until its load balancer has let it go. What a
// program does once it is told to stop is not known: it may well answer what it has.
func connectionsDrained(p *check.Pass, i int) {
	w, x := &p.Estate.Kubernetes.Workloads[i], deregisteredBy(p, i)
	hook, grace := w.Template.AllServe, w.Template.Grace
	j := check.Judgement{Verdict: finding.Held, Severity: "low", Position: w.Position, Evidence: []finding.Evidence{
		{Text: x.said, Position: x.at}, {Text: fmt.Sprintf("terminationGracePeriodSeconds %d", grace/time.Second), Position: w.Position},
	}}
	if hook > 0 {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "its preStop hook sleeps for " + words.Duration(hook), Position: w.Position})
	}
	lets := "its load balancer lets requests run for " + words.Duration(x.delay) + " after it is taken out"
	switch {
	case x.unsure:
		j.Verdict, j.Because = finding.Unknown, "it may have no such load balancer"
		j.Message = "whether its Ingress has a load balancer of AWS, as its annotations say, is not known: " +
			"of which controller its class is was not read"
	case grace <= x.delay && x.delay <= unsetDelay:
		j.Verdict, j.Because = finding.Unknown, "few requests take so long"
		j.Message = fmt.Sprintf("%s, and a pod of it is killed after %s: whether requests take longer is not known", lets, words.Duration(grace))
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("if they do, set terminationGracePeriodSeconds to more than %d, "+
			"with a preStop hook that sleeps for longer "+
			"than %d s; or lower %s to what they take", x.delay/time.Second, x.delay/time.Second, strings.TrimSuffix(delayed, "="))}
	case grace <= x.delay:
		j.Verdict, j.Because = finding.Broken, "only requests that take so long are lost"
		j.Message = fmt.Sprintf("%s, and a pod of it is killed after %s", lets, words.Duration(grace))
		j.Consequence = consequencesOf(p).of(i).comes(fmt.Sprintf("requests that take longer than %s end with an error", words.Duration(grace)))
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("set terminationGracePeriodSeconds to more than %d, with a preStop hook that sleeps for %d s; "+
			"or lower %s to what its requests take", x.delay/time.Second, x.delay/time.Second, strings.TrimSuffix(delayed, "="))}
	case min(hook, grace) >= x.delay+takenOut:
		j.Message = lets + ", and its program is told to stop after that"
	default:
		j.Verdict, j.Because = finding.Unknown, "its program may well answer what it has"
		after := "at once"
		if hook > 0 {
			after = "after " + words.Duration(hook)
		}
		j.Message = fmt.Sprintf("%s, and its program is told to stop %s: whether it answers what it has then is not known", lets, after)
		j.Fix = &finding.Fix{Summary: fmt.Sprintf("if it does not, have a preStop hook sleep for %d s", x.delay/time.Second)}
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}
