package compute

import (
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// exporter reports whether a name, of an image or of a workload, is that of an exporter of
// metrics.
func exporter(name string) bool {
	return strings.HasSuffix(strings.ReplaceAll(name, "_", "-"), "-exporter")
}

// telling are the containers of a workload that tell what it runs, the surest first: those
// of a program, then those in front of one. What only serves the others, such as an
// exporter of their metrics, tells it where nothing else is there, in whatever order they
// are written. Without a catalog it is the first one that is no exporter.
func telling(c *responsibility.Catalog, w *kubernetes.Workload) []kubernetes.Container {
	var programs, inFront, exporters, beside []kubernetes.Container
	for _, x := range w.Template.Containers {
		switch {
		case exporter(x.Image):
			exporters = append(exporters, x)
		case c != nil && c.Beside(x.Image):
			beside = append(beside, x)
		case c != nil && c.InFront(x.Image):
			inFront = append(inFront, x)
		default:
			programs = append(programs, x)
		}
	}
	if len(programs)+len(inFront) > 0 {
		return append(programs, inFront...)
	}
	return append(exporters, beside...)
}

// ledTo are the containers among some that declare a port to which one of some Services leads,
// for those who use it.
func ledTo(e *kubernetes.Estate, services []int, among []kubernetes.Container) []kubernetes.Container {
	var targets []string
	for _, k := range services {
		for _, p := range e.Services[k].Ports {
			if !watched(p.Name) {
				targets = append(targets, p.Target)
			}
		}
	}
	var all []kubernetes.Container
	for _, x := range among {
		if slices.ContainsFunc(x.Ports, func(p kubernetes.ContainerPort) bool {
			return p.Name != "" && slices.Contains(targets, p.Name) || slices.Contains(targets, strconv.Itoa(int(p.Number)))
		}) {
			all = append(all, x)
		}
	}
	return all
}

// images are those of a workload's containers, in their order.
func images(w *kubernetes.Workload) []string {
	all := make([]string, len(w.Template.Containers))
	for k := range w.Template.Containers {
		all[k] = w.Template.Containers[k].Image
	}
	return all
}
