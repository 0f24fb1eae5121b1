package kubernetes

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// Placed reports whether it is known which namespace one is: one that Terraform makes of more than was
// read is told by what it is made of, with dots, which no namespace has.
func Placed(namespace string) bool { return !strings.Contains(namespace, ".") }

// unplaced has what may be for pods that stand in the same namespace, and those pods, doubt each other
// where of one of both it is not known which that is: budgets and Services that would select them, and
// autoscalers of their names.
func (l *linker) unplaced() {
	var every, open []*Workload
	for i := range l.Workloads {
		w := &l.Workloads[i]
		if every = append(every, w); !Placed(w.Namespace) {
			open = append(open, w)
		}
	}
	mayBeIn := func(namespace string) []*Workload { // of all that stand elsewhere as far as is known
		if Placed(namespace) {
			return open
		}
		return every
	}
	for i := range l.Budgets {
		b := &l.Budgets[i]
		doubted := mayBeIn(b.Namespace)
		selector, err := metav1.LabelSelectorAsSelector(b.LabelSelector)
		if err != nil || len(doubted) == 0 {
			continue
		}
		for _, w := range doubted {
			if w.Namespace != b.Namespace && selector.Matches(labels.Set(w.Template.Labels)) {
				l.doubts(b.Ref(), w)
				l.Hidden = append(l.Hidden, origin.Unread{Of: w.Kind + " " + w.Name, Kind: w.Kind, Cause: origin.Made,
					Reason: unplacedFor(b.Namespace, w.Namespace), Scope: origin.Scope{Namespace: b.Namespace, Exact: b.Name}})
			}
		}
	}
	l.unplacedScalers(mayBeIn)
	l.unplacedServices(mayBeIn)
}

// unplacedScalers are for those that are called alike: not where they scale one that was read, nor one
// that has another.
func (l *linker) unplacedScalers(mayBeIn func(namespace string) []*Workload) {
	scaled := map[Ref]bool{}
	for i := range l.Workloads {
		scaled[l.Workloads[i].Ref] = true
	}
	for i := range l.Scalers {
		s := &l.Scalers[i]
		if scaled[s.Target] {
			continue
		}
		for _, w := range mayBeIn(s.Namespace) {
			if w.Namespace != s.Namespace && w.Kind == s.Target.Kind && w.Name == s.Target.Name && w.Scaled && w.Scaler == nil {
				l.doubts(s.Ref, w)
			}
		}
	}
}

// unplacedServices are for those that none was read for which routes to them for sure.
func (l *linker) unplacedServices(mayBeIn func(namespace string) []*Workload) {
	selects := func(s *Service, w *Workload) bool {
		return len(s.Selector) > 0 && labels.SelectorFromSet(s.Selector).Matches(labels.Set(w.Template.Labels))
	}
	in := map[string][]*Service{}
	for i := range l.Services {
		in[l.Services[i].Namespace] = append(in[l.Services[i].Namespace], &l.Services[i])
	}
	routed := map[*Workload]bool{}
	for i := range l.Services {
		s := &l.Services[i]
		for _, w := range mayBeIn(s.Namespace) {
			if w.Namespace == s.Namespace || !selects(s, w) {
				continue
			}
			is, asked := routed[w]
			if !asked {
				for _, own := range in[w.Namespace] {
					is = is || selects(own, w)
				}
				routed[w] = is
			}
			if !is {
				l.doubts(Ref{Namespace: s.Namespace, Kind: "Service", Name: s.Name}, w)
			}
		}
	}
}

// doubts has an object hide what it may do for a workload.
func (l *linker) doubts(o Ref, w *Workload) {
	l.Hidden = append(l.Hidden, origin.Unread{Of: o.Kind + " " + o.Name, Kind: o.Kind, Cause: origin.Made,
		Reason: unplacedFor(o.Namespace, w.Namespace), Scope: origin.Scope{Namespace: w.Namespace, Exact: w.Name}})
}

// unplacedFor says of two namespaces which is not known.
func unplacedFor(one, other string) string {
	if Placed(one) {
		one = other
	}
	return fmt.Sprintf("which namespace %s is, is not known until Terraform runs", one)
}
