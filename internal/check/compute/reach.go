package compute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// company is how many pods of other workloads stand behind every one of some
// Services that route to a workload, the fewest of them, and one such Service:
// those serve while its own pods are away. Pods that run to their end do not count.
func (s *serving) company(i int, services []int) (pods, through int) {
	for n, k := range services {
		if others := s.others(i, k); n == 0 || others < pods {
			pods, through = others, k
		}
	}
	return pods, through
}

// others is how many pods of other workloads answer through a Service while the only one of
// a workload is away.
func (s *serving) others(i, service int) (pods int) {
	for _, other := range s.behind[service] {
		w, o := &s.estate.Workloads[i], &s.estate.Workloads[other]
		if other != i && o.Lasting && !otherForm(w, o) && !otherProgram(w, o) {
			pods += o.AtLeast()
		}
	}
	return pods
}

// missedBy are the Services that route to a workload without those behind which others
// answer while its only pod is away: who calls these does not miss it.
func (s *serving) missedBy(i int) []int {
	if s.estate.Workloads[i].AtLeast() >= 2 {
		return s.services[i]
	}
	var all []int
	for _, k := range s.services[i] {
		if s.others(i, k) == 0 {
			all = append(all, k)
		}
	}
	return all
}

// otherProgram reports whether two workloads run nothing in common, as their images have
// it: a Service whose selector takes both leads each request to one that may not know what
// to do with it, and neither stands in for the other. Images that share a word may be of
// one program.
func otherProgram(w, o *kubernetes.Workload) bool {
	words := func(w *kubernetes.Workload) (all []string) {
		for _, c := range w.Template.Containers {
			all = append(all, strings.FieldsFunc(c.Image, func(r rune) bool { return r == '-' || r == '_' || r == '.' })...)
		}
		return all
	}
	these, those := words(w), words(o)
	return len(these) > 0 && len(those) > 0 && !slices.ContainsFunc(these, func(word string) bool { return slices.Contains(those, word) })
}

// otherForm reports whether a workload is another one in the form of another kind, of
// which one is applied: a Deployment and a DaemonSet of the same images, each in a file
// of its own.
func otherForm(w, o *kubernetes.Workload) bool {
	return w.Kind != o.Kind && w.Position.File != o.Position.File && len(w.Template.Containers) > 0 && slices.Equal(images(w), images(o))
}

// leadsTo reports whether a Service leads to a port of a workload's pods: a name is
// one that a container has to declare, and a number is served by whoever listens
// there. Of pods whose containers are not known, any may, and so it is with those that an
// operator makes: the ports that it adds stand nowhere.
//
// Source: FindPort in pkg/api/v1/pod/util.go of Kubernetes 1.36.
func leadsTo(service *kubernetes.Service, w *kubernetes.Workload) bool {
	if len(service.Ports) == 0 || len(w.Template.Containers) == 0 || w.MadeBy != nil {
		return true
	}
	return slices.ContainsFunc(service.Ports, func(p kubernetes.ServicePort) bool {
		if p.Target == noPort {
			return declares(w, func(c kubernetes.ContainerPort) bool { return true })
		}
		if _, err := strconv.Atoi(p.Target); err == nil {
			return true
		}
		return declares(w, func(c kubernetes.ContainerPort) bool { return c.Name == p.Target })
	})
}

// declaresTarget reports whether a workload declares a port that a Service leads to by its
// number.
func declaresTarget(service *kubernetes.Service, w *kubernetes.Workload) bool {
	return slices.ContainsFunc(service.Ports, func(p kubernetes.ServicePort) bool {
		n, _ := strconv.Atoi(p.Target) // 0 for a name
		return n > 0 && declares(w, func(c kubernetes.ContainerPort) bool { return int(c.Number) == n })
	})
}

// silent reports whether a workload, whose containers are known, declares no port at all:
// behind a Service whose port another one declares it stands by labels that both have.
func silent(w *kubernetes.Workload) bool {
	return len(w.Template.Containers) > 0 && !declares(w, func(kubernetes.ContainerPort) bool { return true })
}

// noPort is the target of a port that a Service without an address has only
// because its author took it for needed.
const noPort = "0"

// nowhere says why a Service leads to no port.
func nowhere(service *kubernetes.Service) string {
	if service.Among > 1 {
		return fmt.Sprintf("of unit %s selects its pods, and those of %s: for which it is meant is not known",
			service.Unit, words.Count(service.Among-1, "other unit"))
	}
	target := service.Ports[0].Target
	if target == noPort {
		return "names port 0, and its containers declare none: nothing is sent to it"
	}
	if _, err := strconv.Atoi(target); err == nil {
		return "selects it with others, of which one declares port " + target + "; it declares none, so nothing is known to answer there"
	}
	return "routes to port " + target + ", which none of its containers declares: nothing is sent to it"
}

func declares(w *kubernetes.Workload, port func(kubernetes.ContainerPort) bool) bool {
	for p := range w.Template.Ports() {
		if port(p) {
			return true
		}
	}
	return slices.ContainsFunc(w.Template.SidecarPorts, port)
}
