package lab

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	kubefake "k8s.io/client-go/kubernetes/fake"
	api "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/policy"
	podstorage "k8s.io/kubernetes/pkg/registry/core/pod/storage"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
)

// onePod is a store that has one pod, of which the eviction uses three methods.
type onePod struct {
	rest.StandardStorage
	pod     *api.Pod
	deleted bool
}

func (s *onePod) Get(context.Context, string, *metav1.GetOptions) (runtime.Object, error) {
	return s.pod, nil
}

func (s *onePod) Update(ctx context.Context, _ string, info rest.UpdatedObjectInfo, _ rest.ValidateObjectFunc,
	_ rest.ValidateObjectUpdateFunc, _ bool, _ *metav1.UpdateOptions) (runtime.Object, bool, error) {
	o, err := info.UpdatedObject(ctx, s.pod)
	return o, false, err
}

func (s *onePod) Delete(context.Context, string, rest.ValidateObjectFunc, *metav1.DeleteOptions) (runtime.Object, bool, error) {
	s.deleted = true
	return s.pod, true, nil
}

// eviction is the API server's own, over a store and budgets of ours. Its
// constructor is not exported, so its two fields are set from outside.
func eviction(store rest.StandardStorage, budgets *kubefake.Clientset) *podstorage.EvictionREST {
	r := &podstorage.EvictionREST{}
	v := reflect.ValueOf(r).Elem()
	for name, value := range map[string]any{"store": store, "podDisruptionBudgetClient": budgets.PolicyV1()} {
		f := v.FieldByName(name)
		reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem().Set(reflect.ValueOf(value))
	}
	return r
}

// Decide is EvictionREST.Create, and Take what it writes into the budget.
func TestDecideIsTheServers(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		compared.n.Add(1)
		pod, ours := anyPod(t)
		var objects []runtime.Object
		var budgets []disruption.BudgetState
		for i := range rapid.SampledFrom([]int{0, 1, 1, 1, 1, 1, 2, 3}).Draw(t, "budgets") {
			b, s := anyPodBudget(t, fmt.Sprint("budget-", i))
			objects, budgets = append(objects, b), append(budgets, s)
		}
		// Neither of these selects the pod.
		objects = append(objects,
			&policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "of-others", Namespace: "default"},
				Spec: policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"b": "true"}}}},
			&policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "of-nobody", Namespace: "default"}})

		got := disruption.Decide(ours, budgets)
		store, client := &onePod{pod: pod}, kubefake.NewSimpleClientset(objects...)
		ctx := request.WithNamespace(request.NewContext(), "default")
		answer, err := eviction(store, client).Create(ctx, "pod",
			&policy.Eviction{ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "default"}, DeleteOptions: &metav1.DeleteOptions{}}, nil,
			&metav1.CreateOptions{})

		code := int32(201)
		if status, ok := answer.(*metav1.Status); ok && err == nil && status.Status == metav1.StatusFailure {
			code = status.Code
		}
		if err != nil {
			code = apierrors.APIStatus.Status(err.(apierrors.APIStatus)).Code
		}
		if int32(got.Code()) != code || got.Evicts() != store.deleted {
			t.Fatalf("%+v under %+v: %s, the server answers %d (%v)", ours, budgets, got, code, err)
		}
		for i, before := range budgets {
			counts := got == disruption.Granted && len(budgets) == 1
			if counts {
				before.Take("pod", noon)
			}
			after, err := client.PolicyV1().PodDisruptionBudgets("default").Get(context.Background(), fmt.Sprint("budget-", i), metav1.GetOptions{})
			if err != nil {
				t.Fatal(err)
			}
			_, listed := after.Status.DisruptedPods["pod"]
			if int(after.Status.DisruptionsAllowed) != before.Allowed || len(after.Status.DisruptedPods) != len(before.Disrupted) ||
				listed != counts {
				t.Fatalf("%+v under %+v: budget %d is left with %d allowed and %d disrupted, the server's with %+v", ours, budgets, i, before.Allowed,
					len(before.Disrupted), after.Status)
			}
		}
	})
	compared.report(t)
}

// anyPod is a pod in any state, as the API server has it and as onus does.
func anyPod(t *rapid.T) (*api.Pod, disruption.PodState) {
	pod := &api.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "default", Labels: map[string]string{"a": "true"},
		ResourceVersion: "1"}}
	pod.Status.Phase = rapid.SampledFrom([]api.PodPhase{"", api.PodPending, api.PodRunning, api.PodRunning, api.PodRunning, api.PodSucceeded,
		api.PodFailed, api.PodUnknown}).Draw(t, "phase")
	ours := disruption.PodState{Name: "pod", Phase: string(pod.Status.Phase)}
	switch rapid.IntRange(0, 3).Draw(t, "ready") {
	case 0, 1:
		ours.Ready = true
		pod.Status.Conditions = []api.PodCondition{{Type: api.PodReady, Status: api.ConditionTrue}}
	case 2:
		pod.Status.Conditions = []api.PodCondition{
			{Type: api.PodReady, Status: rapid.SampledFrom([]api.ConditionStatus{api.ConditionFalse, api.ConditionUnknown}).Draw(t, "status")},
		}
	}
	if chance(t, 6, "terminating") {
		ours.Terminating = true
		pod.DeletionTimestamp = &metav1.Time{Time: noon}
	}
	return pod, ours
}

// anyPodBudget is a budget over it with any status, as both have it.
func anyPodBudget(t *rapid.T, name string) (*policyv1.PodDisruptionBudget, disruption.BudgetState) {
	b := &policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", Generation: 2}}
	b.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"a": "true"}}
	if chance(t, 4, "empty selector") {
		b.Spec.Selector = &metav1.LabelSelector{}
	}
	b.Status = policyv1.PodDisruptionBudgetStatus{
		DisruptionsAllowed: rapid.Int32Range(-1, 3).Draw(t, "allowed"), CurrentHealthy: rapid.Int32Range(0, 4).Draw(t, "healthy"),
		DesiredHealthy:     rapid.Int32Range(0, 4).Draw(t, "desired"),
		ObservedGeneration: 2,
	}
	if chance(t, 8, "not observed") {
		b.Status.ObservedGeneration = 1
	}
	s := disruption.BudgetState{BudgetStatus: disruption.BudgetStatus{
		Allowed: int(b.Status.DisruptionsAllowed), Healthy: int(b.Status.CurrentHealthy), Desired: int(b.Status.DesiredHealthy),
		Observed: b.Status.ObservedGeneration == 2,
	}}
	if chance(t, 10, "many disrupted") {
		b.Status.DisruptedPods, s.Disrupted = map[string]metav1.Time{}, map[string]time.Time{}
		for k := range rapid.SampledFrom([]int{1, 2000, 2001}).Draw(t, "how many") {
			name := fmt.Sprint("other-", k)
			b.Status.DisruptedPods[name], s.Disrupted[name] = metav1.Time{Time: noon}, noon
		}
	}
	switch rapid.IntRange(0, 2).Draw(t, "policy") {
	case 0:
		b.Spec.UnhealthyPodEvictionPolicy = new(policyv1.AlwaysAllow)
		s.AlwaysAllow = true
	case 1:
		b.Spec.UnhealthyPodEvictionPolicy = new(policyv1.IfHealthyBudget)
	}
	return b, s
}
