package audit

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/estate"
)

// reach is which workloads a selector gets hold of, through the labels of
// their pods.
type reach struct {
	workload int // index into estate.Workloads
	pods     int // how many of its pods, at its floor
	partly   bool
}

// labelIndex finds things by their labels: from a namespace and a label to
// what has it there.
type labelIndex struct {
	byPair map[labelPair][]int // namespace, key and value
	byKey  map[labelPair][]int // namespace and key
	inside map[string][]int    // namespace
}

type labelPair struct{ namespace, key, value string }

func newLabelIndex(size int) *labelIndex {
	return &labelIndex{byPair: make(map[labelPair][]int, 2*size), byKey: map[labelPair][]int{}, inside: map[string][]int{}}
}

// add enters thing i under a set of labels. One thing may have several sets,
// entered one after the other.
func (x *labelIndex) add(i int, namespace string, set map[string]string) {
	enter := func(of []int) []int {
		if len(of) > 0 && of[len(of)-1] == i {
			return of
		}
		return append(of, i)
	}
	x.inside[namespace] = enter(x.inside[namespace])
	for k, v := range set {
		pair := labelPair{namespace, k, v}
		x.byPair[pair] = enter(x.byPair[pair])
		key := labelPair{namespace: namespace, key: k}
		x.byKey[key] = enter(x.byKey[key])
	}
}

// candidates narrows a namespace down by the most selective requirement.
func (x *labelIndex) candidates(namespace string, requirements labels.Requirements) []int {
	best := x.inside[namespace]
	for _, r := range requirements {
		if ordinalLabel(r.Key()) {
			continue
		}
		var of []int
		switch r.Operator() {
		case selection.In, selection.Equals, selection.DoubleEquals:
			values := r.ValuesUnsorted()
			for _, v := range values {
				of = append(of, x.byPair[labelPair{namespace, r.Key(), v}]...)
			}
			if len(values) > 1 {
				slices.Sort(of)
				of = slices.Compact(of)
			}
		case selection.Exists:
			of = x.byKey[labelPair{namespace: namespace, key: r.Key()}]
		default:
			continue
		}
		if len(of) < len(best) {
			best = of
		}
	}
	return best
}

// matcher finds the workloads of a namespace whose pods a selector matches.
// With an index, matching many budgets against many workloads grows with the
// matches and not with the product.
type matcher struct {
	estate *estate.Estate
	index  *labelIndex
}

func newMatcher(e *estate.Estate) *matcher {
	m := &matcher{estate: e, index: newLabelIndex(len(e.Workloads))}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		m.index.add(i, w.Namespace, w.Template.Labels)
		for _, p := range w.Pods {
			m.index.add(i, w.Namespace, e.Pods[p].Labels)
		}
	}
	return m
}

// match returns the workloads of a namespace that a selector gets hold of, in
// the order of the estate.
func (m *matcher) match(namespace string, s labels.Selector) []reach {
	requirements, selectable := s.Requirements()
	if !selectable {
		return nil
	}
	var found []reach
	for _, i := range m.index.candidates(namespace, requirements) {
		if r, ok := m.reaches(s, requirements, i); ok {
			found = append(found, r)
		}
	}
	return found
}

// reaches counts the pods of a workload that a selector matches: all that its
// floor asks for where the template matches, else those a cluster has.
func (m *matcher) reaches(s labels.Selector, requirements labels.Requirements, i int) (reach, bool) {
	w := &m.estate.Workloads[i]
	if w.Kind == "StatefulSet" && slices.ContainsFunc(requirements, func(r labels.Requirement) bool { return ordinalLabel(r.Key()) }) {
		n := matchedOrdinals(s, w)
		return reach{workload: i, pods: n, partly: n < podsAtFloor(w)}, n > 0
	}
	if s.Matches(labels.Set(w.Template.Labels)) {
		return reach{workload: i, pods: podsAtFloor(w)}, true
	}
	n := 0
	for _, p := range w.Pods {
		if s.Matches(labels.Set(m.estate.Pods[p].Labels)) {
			n++
		}
	}
	return reach{workload: i, pods: n, partly: n < len(w.Pods)}, n > 0
}

// ordinalLabel reports whether the StatefulSet controller writes a label on
// pods that their template does not have.
func ordinalLabel(key string) bool {
	return key == "statefulset.kubernetes.io/pod-name" || key == "apps.kubernetes.io/pod-index"
}

func matchedOrdinals(s labels.Selector, w *estate.Workload) int {
	n := 0
	set := make(labels.Set, len(w.Template.Labels)+2)
	for k, v := range w.Template.Labels {
		set[k] = v
	}
	for i := range podsAtFloor(w) {
		set["apps.kubernetes.io/pod-index"] = itoa(i)
		set["statefulset.kubernetes.io/pod-name"] = w.Name + "-" + itoa(i)
		if s.Matches(set) {
			n++
		}
	}
	return n
}

// podsAtFloor is the fewest pods a workload runs with while it runs at all.
// A workload that scales to zero counts with one pod: at none there is
// nothing to evict. DaemonSets have as many as were seen, or one.
func podsAtFloor(w *estate.Workload) int {
	if w.Kind == "DaemonSet" {
		return max(1, len(w.Pods))
	}
	if w.Off() {
		return 0
	}
	if w.Scaler != nil {
		return max(1, w.Scaler.Min)
	}
	return w.Replicas
}
