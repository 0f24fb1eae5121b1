package compute

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// match is which workloads a selector gets hold of, through the labels of
// their pods.
type match struct {
	workload int  // index into kubernetes.Workloads
	pods     int  // how many of its pods, at its floor
	down     int  // how many more that have finished and still count
	partly   bool // not all of its pods
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
	estate *kubernetes.Estate
	index  *labelIndex
}

func newMatcher(e *kubernetes.Estate) *matcher {
	m := &matcher{estate: e, index: newLabelIndex(len(e.Workloads))}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		m.index.add(i, w.Namespace, w.PodLabels())
		for _, pods := range [][]int{w.Pods, w.Finished} {
			for _, p := range pods {
				m.index.add(i, w.Namespace, e.Pods[p].Labels)
			}
		}
	}
	return m
}

// match returns the workloads of a namespace that a selector gets hold of, in
// the order of the estate.
func (m *matcher) match(namespace string, s labels.Selector) []match {
	requirements, selectable := s.Requirements()
	if !selectable {
		return nil
	}
	var found []match
	for _, i := range m.index.candidates(namespace, requirements) {
		if r, ok := m.reaches(s, requirements, i); ok {
			found = append(found, r)
		}
	}
	return found
}

// reaches counts the pods of a workload that a selector matches.
func (m *matcher) reaches(s labels.Selector, requirements labels.Requirements, i int) (match, bool) {
	w := &m.estate.Workloads[i]
	r := match{workload: i}
	seen, matched := 0, 0
	m.variants(w, byOrdinal(requirements), func(v variant) {
		if v.finished {
			if s.Matches(v.labels) {
				r.down += v.pods
			}
			return
		}
		seen += v.pods
		if s.Matches(v.labels) {
			matched += v.pods
			r.pods = matched
		}
	})
	r.partly = matched < seen
	if floor := w.AtLeast(); !r.partly {
		r.pods = floor
	} else {
		r.pods = min(r.pods, floor)
	}
	switch {
	case seen == 0 && r.down == 0: // scaled to nothing
		return match{workload: i}, s.Matches(w.PodLabels())
	case matched == 0:
		r.pods = 0
	}
	return r, matched+r.down > 0
}

// scaledUp is a StatefulSet that has pods which a selector of ordinals matches only
// when its autoscaler has scaled it up.
func (m *matcher) scaledUp(namespace string, s labels.Selector) (workload int, ok bool) {
	requirements, selectable := s.Requirements()
	if !selectable || !byOrdinal(requirements) {
		return 0, false
	}
	for _, i := range m.index.candidates(namespace, requirements) {
		w := &m.estate.Workloads[i]
		if w.Kind != "StatefulSet" {
			continue
		}
		for n := w.AtLeast(); n < min(w.AtMost(), mostOrdinals); n++ {
			if s.Matches(ordinal(w, n)) {
				return i, true
			}
		}
	}
	return 0, false
}

// mostOrdinals is how many pods of a StatefulSet are told apart: beyond those that
// people name one is like the other.
const mostOrdinals = 1000

// ordinal are the labels of a pod of a StatefulSet by its number.
func ordinal(w *kubernetes.Workload, n int) labels.Set {
	set := maps.Clone(w.PodLabels())
	set["apps.kubernetes.io/pod-index"] = itoa(n)
	set["statefulset.kubernetes.io/pod-name"] = w.Name + "-" + itoa(n)
	return set
}

// variant is a set of labels that some pods of a workload have.
type variant struct {
	labels   labels.Set
	pods     int
	finished bool
}

// variants calls f for the labels of a workload's pods: those that a cluster
// has, or where none were read the ones its template gives them, which for a
// StatefulSet may differ by ordinal.
func (m *matcher) variants(w *kubernetes.Workload, ordinals bool, f func(variant)) {
	for _, p := range w.Finished {
		f(variant{labels: m.estate.Pods[p].Labels, pods: 1, finished: true})
	}
	for _, p := range w.Pods {
		f(variant{labels: m.estate.Pods[p].Labels, pods: 1})
	}
	n := w.AtLeast()
	switch {
	case len(w.Pods) > 0 || n == 0:
	case ordinals && w.Kind == "StatefulSet":
		for i := range min(n, mostOrdinals) {
			f(variant{labels: ordinal(w, i), pods: 1})
		}
		if n > mostOrdinals {
			f(variant{labels: w.PodLabels(), pods: n - mostOrdinals})
		}
	case len(w.Finished) > 0 && !w.Lasting: // a run that is over
	default:
		f(variant{labels: w.PodLabels(), pods: n})
	}
}

// together returns, of the budgets over a workload, those that share a pod
// with another of them.
func (m *matcher) together(w *kubernetes.Workload, budgets []int) []int {
	ordinals := false
	for _, b := range budgets {
		requirements, _ := m.estate.Budgets[b].Selector.Requirements()
		ordinals = ordinals || byOrdinal(requirements)
	}
	shared := map[int]bool{}
	m.variants(w, ordinals, func(v variant) {
		if v.finished {
			return
		}
		var over []int
		for _, b := range budgets {
			if m.estate.Budgets[b].Selector.Matches(v.labels) {
				over = append(over, b)
			}
		}
		if len(over) > 1 {
			for _, b := range over {
				shared[b] = true
			}
		}
	})
	return slices.DeleteFunc(slices.Clone(budgets), func(b int) bool { return !shared[b] })
}

// overlaps reports whether a pod of a workload is under a budget and under
// another selector.
func overlaps(m *matcher, w *kubernetes.Workload, b *kubernetes.Budget, s labels.Selector) bool {
	both := false
	m.variants(w, true, func(v variant) { both = both || !v.finished && b.Selector.Matches(v.labels) && s.Matches(v.labels) })
	return both
}

// uncovered counts the pods of a workload, at its floor, that none of some
// budgets covers.
func (m *matcher) uncovered(w *kubernetes.Workload, budgets []int) int {
	ordinals := false
	for _, b := range budgets {
		requirements, _ := m.estate.Budgets[b].Selector.Requirements()
		ordinals = ordinals || byOrdinal(requirements)
	}
	n := 0
	m.variants(w, ordinals, func(v variant) {
		if !v.finished && !slices.ContainsFunc(budgets, func(b int) bool { return m.estate.Budgets[b].Selector.Matches(v.labels) }) {
			n += v.pods
		}
	})
	return min(n, w.AtLeast())
}

func byOrdinal(requirements labels.Requirements) bool {
	return slices.ContainsFunc(requirements, func(r labels.Requirement) bool { return ordinalLabel(r.Key()) })
}

// ordinalLabel reports whether the StatefulSet controller writes a label on
// pods that their template does not have.
func ordinalLabel(key string) bool {
	return key == "statefulset.kubernetes.io/pod-name" || key == "apps.kubernetes.io/pod-index"
}
