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

// unplaced has a budget and pods that it would select doubt each other where they may stand in one
// namespace: of one of both it is not known which that is.
func (l *linker) unplaced() {
	for i := range l.Budgets {
		b := &l.Budgets[i]
		selector, err := metav1.LabelSelectorAsSelector(b.LabelSelector)
		if err != nil {
			continue
		}
		for k := range l.Workloads {
			w := &l.Workloads[k]
			if w.Namespace == b.Namespace || Placed(w.Namespace) && Placed(b.Namespace) || !selector.Matches(labels.Set(w.Template.Labels)) {
				continue
			}
			open := b.Namespace
			if Placed(open) {
				open = w.Namespace
			}
			reason := fmt.Sprintf("which namespace %s is, is not known until Terraform runs", open)
			l.Hidden = append(l.Hidden,
				origin.Unread{Of: "PodDisruptionBudget " + b.Name, Kind: "PodDisruptionBudget", Cause: origin.Made, Reason: reason,
					Scope: origin.Scope{Namespace: w.Namespace, Exact: w.Name}},
				origin.Unread{Of: w.Kind + " " + w.Name, Kind: w.Kind, Cause: origin.Made, Reason: reason,
					Scope: origin.Scope{Namespace: b.Namespace, Exact: b.Name}})
		}
	}
}
