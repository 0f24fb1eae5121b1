package kubernetes

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/guard"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// uncovered holds while no other PDB is over the pods that one is to be made for: those of two are not evicted at all.
type uncovered struct{ c *Client }

// Knows reports what of a guard cannot be asked.
func (uncovered) Knows(g *plan.Guard) error {
	if err := guard.OnlyFields(g, step.Namespace, step.Object, step.Selector); err != nil {
		return err
	}
	if g.With[step.Namespace] == "" || g.With[step.Object] == "" {
		return errors.New(step.Namespace + " and " + step.Object + " are to be set")
	}
	_, err := selectorIn(g)
	return err
}

func selectorIn(g *plan.Guard) (labels.Selector, error) {
	var s metav1.LabelSelector
	if err := json.Unmarshal([]byte(g.With[step.Selector]), &s); err != nil {
		return nil, fmt.Errorf("%s is no selector as JSON: %w", step.Selector, err)
	}
	return metav1.LabelSelectorAsSelector(&s)
}

func (u uncovered) Check(ctx context.Context, g *plan.Guard, _ apply.Moment) (apply.Verdict, error) {
	selector, err := selectorIn(g)
	if err != nil {
		return apply.Verdict{}, err
	}
	namespace := g.With[step.Namespace]
	ctx, done := u.c.brief(ctx)
	defer done()
	budgets, err := u.c.kube.PolicyV1().PodDisruptionBudgets(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return apply.Verdict{}, unread("the PodDisruptionBudgets of "+namespace, err)
	}
	pods, err := u.c.kube.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: selector.String()})
	if err != nil {
		return apply.Verdict{}, unread("the pods of "+namespace, err)
	}
	for i := range budgets.Items {
		b := &budgets.Items[i]
		object := "PodDisruptionBudget " + b.Namespace + "/" + b.Name
		over, err := metav1.LabelSelectorAsSelector(b.Spec.Selector)
		if err != nil || object == g.With[step.Object] {
			continue // what nobody can read selects nothing
		}
		for k := range pods.Items {
			if over.Matches(labels.Set(pods.Items[k].Labels)) {
				return apply.Verdict{Pause: true, Why: fmt.Sprintf("%s is over pod %s by now, and %s would be as well: "+
					"pods of two PDBs are not evicted", object, pods.Items[k].Name, g.With[step.Object])}, nil
			}
		}
	}
	return apply.Verdict{Holds: true}, nil
}
