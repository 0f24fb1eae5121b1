package compute

import (
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// twins are workloads by what others of the same have: namespace, name without the number
// at its end, and images.
type twins struct {
	estate *kubernetes.Estate
	by     map[[3]string][]int
}

func twinsOf(e *kubernetes.Estate) *twins {
	t := &twins{estate: e, by: make(map[[3]string][]int, len(e.Workloads))}
	for i := range e.Workloads {
		key := t.key(i)
		t.by[key] = append(t.by[key], i)
	}
	return t
}

func (t *twins) key(i int) [3]string {
	w := &t.estate.Workloads[i]
	var images strings.Builder
	for k := range w.Template.Containers {
		images.WriteString(w.Template.Containers[k].Image + "\n")
	}
	return [3]string{w.Namespace, unnumbered(w.Name), images.String()}
}

// of is a workload that is another one of the same, by a name that differs in a
// number alone and by what it runs; empty where there is none. web-v2 is another version.
func (t *twins) of(i int) string {
	w, key := &t.estate.Workloads[i], t.key(i)
	if len(w.Template.Containers) == 0 || strings.HasSuffix(key[1], "-v") {
		return ""
	}
	for _, k := range t.by[key] {
		if o := &t.estate.Workloads[k]; k != i && o.Name != w.Name {
			return o.Kind + " " + o.Name
		}
	}
	return ""
}

// twin is that of a workload.
func (s *stakes) twin(i int) string {
	if s.twins == nil {
		s.twins = twinsOf(s.estate)
	}
	return s.twins.of(i)
}

// twin is that of a workload.
func (f singleFixes) twin(i int) string {
	return f.stakes.twin(i)
}
