package compute

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// twin is a workload that is another one of the same, by a name that differs in a
// number alone and by what it runs; empty where there is none. web-v2 is another version.
func twin(e *kubernetes.Estate, i int) string {
	unnumbered := func(name string) string { return strings.TrimRight(name, "0123456789") }
	w := &e.Workloads[i]
	if len(w.Template.Containers) == 0 || strings.HasSuffix(unnumbered(w.Name), "-v") {
		return ""
	}
	runs := func(o *kubernetes.Workload) bool {
		return slices.EqualFunc(o.Template.Containers, w.Template.Containers, func(a, b kubernetes.Container) bool { return a.Image == b.Image })
	}
	for k := range e.Workloads {
		o := &e.Workloads[k]
		if k != i && o.Namespace == w.Namespace && o.Name != w.Name && unnumbered(o.Name) == unnumbered(w.Name) && runs(o) {
			return o.Kind + " " + o.Name
		}
	}
	return ""
}
