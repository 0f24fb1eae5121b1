package lab

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	discoveryfake "k8s.io/client-go/discovery/fake"
	"k8s.io/client-go/informers"
	kubefake "k8s.io/client-go/kubernetes/fake"
	scalefake "k8s.io/client-go/scale/fake"
	kubetesting "k8s.io/client-go/testing"
	"k8s.io/kubernetes/pkg/controller/disruption"
	clock "k8s.io/utils/clock/testing"

	rules "github.com/onus-project/onus/internal/disruption"
)

// scene is one budget in a namespace of its own, with the pods it selects.
type scene struct {
	namespace string
	budget    rules.Budget
	groups    []rules.Group
	pods      []rules.PodState
	before    rules.BudgetStatus
	objects   []runtime.Object
	scales    map[string]int32 // of custom resources, by name
}

// newScene draws a budget over pods of several controllers: Deployments with
// pods of two revisions, ReplicaSets, StatefulSets and ReplicationControllers,
// custom resources with a scale, ones without, controllers that are gone, and
// bare pods.
func newScene(r *rand.Rand, namespace string) *scene {
	s := &scene{namespace: namespace, scales: map[string]int32{}, before: rules.BudgetStatus{Disrupted: map[string]time.Time{}}}
	chance := func(one int) bool { return r.IntN(one) == 0 }
	pdb := &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "budget", Namespace: namespace, Generation: 1, UID: types.UID(namespace)},
	}
	pdb.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	number := intstr.FromInt32(int32(r.IntN(9)))
	if chance(2) {
		number = intstr.FromString(fmt.Sprintf("%d%%", r.IntN(101)))
	}
	switch r.IntN(9) {
	case 0: // neither
	case 1, 2, 3, 4:
		pdb.Spec.MinAvailable, s.budget.MinAvailable = &number, &number
	default:
		pdb.Spec.MaxUnavailable, s.budget.MaxUnavailable = &number, &number
	}
	pdb.Status.DisruptedPods = map[string]metav1.Time{"gone": {Time: noon}}
	s.before.Disrupted["gone"] = noon

	for g := range r.IntN(4) {
		s.groups = append(s.groups, s.newGroup(r, fmt.Sprintf("c%d", g), pdb))
	}
	// What the controller wrote before; it stays where it cannot count anew.
	pdb.Status.CurrentHealthy, pdb.Status.DesiredHealthy, pdb.Status.ExpectedPods, pdb.Status.DisruptionsAllowed = 7, 5, 9, 2
	s.before.Healthy, s.before.Desired, s.before.Expected, s.before.Allowed = 7, 5, 9, 2
	// A pod that the budget does not select.
	s.objects = append(s.objects, pdb, &corev1.Pod{ObjectMeta: s.named("stranger")})
	return s
}

// named is the metadata of an object of the scene.
func (s *scene) named(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: s.namespace, UID: types.UID(s.namespace + "/" + name)}
}

// controlled is that of one that another object controls.
func (s *scene) controlled(m metav1.ObjectMeta, api, kind, owner string) metav1.ObjectMeta {
	m.OwnerReferences = []metav1.OwnerReference{
		{APIVersion: api, Kind: kind, Name: owner, UID: types.UID(s.namespace + "/" + owner), Controller: new(true)},
	}
	return m
}

// newGroup adds a controller of some kind, or none, and its pods.
func (s *scene) newGroup(r *rand.Rand, name string, pdb *policyv1.PodDisruptionBudget) rules.Group {
	group := rules.Group{Scale: r.IntN(12), Scaled: true}
	owned := func(m metav1.ObjectMeta) metav1.ObjectMeta { return m }
	replicas := new(int32(group.Scale))
	switch r.IntN(14) {
	case 0, 1, 2, 3:
		s.objects = append(s.objects, &appsv1.Deployment{ObjectMeta: s.named(name), Spec: appsv1.DeploymentSpec{Replicas: replicas}})
		for _, revision := range []string{"-old", "-new"} {
			s.objects = append(s.objects, &appsv1.ReplicaSet{ObjectMeta: s.controlled(s.named(name+revision), "apps/v1", "Deployment", name),
				Spec: appsv1.ReplicaSetSpec{Replicas: new(int32(r.IntN(12)))}})
		}
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta {
			return s.controlled(m, "apps/v1", "ReplicaSet", name+[]string{"-old", "-new"}[r.IntN(2)])
		}
	case 4, 5:
		s.objects = append(s.objects, &appsv1.StatefulSet{ObjectMeta: s.named(name), Spec: appsv1.StatefulSetSpec{Replicas: replicas}})
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta { return s.controlled(m, "apps/v1", "StatefulSet", name) }
	case 6:
		s.objects = append(s.objects, &appsv1.ReplicaSet{ObjectMeta: s.named(name), Spec: appsv1.ReplicaSetSpec{Replicas: replicas}})
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta { return s.controlled(m, "apps/v1", "ReplicaSet", name) }
	case 7:
		s.objects = append(s.objects,
			&corev1.ReplicationController{ObjectMeta: s.named(name), Spec: corev1.ReplicationControllerSpec{Replicas: replicas}})
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta {
			return s.controlled(m, "v1", "ReplicationController", name)
		}
	case 8, 9:
		s.scales[name] = *replicas
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta { return s.controlled(m, "lab.onus/v1", "Widget", name) }
	case 10: // a kind without a scale
		group.Scaled = false
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta { return s.controlled(m, "lab.onus/v1", "Gadget", name) }
	case 11: // a controller that is not there any more
		group.Scaled = false
		owned = func(m metav1.ObjectMeta) metav1.ObjectMeta { return s.controlled(m, "apps/v1", "StatefulSet", name) }
	default:
		group.Scaled, group.Bare, group.Scale = false, true, 0
	}
	for range r.IntN(8) {
		if s.newPod(r, owned, pdb) { // on which side it is counted does not matter to Status
			group.Pods++
		} else {
			group.Down++
		}
	}
	return group
}

// newPod adds a pod in some state, which may have been evicted a while ago, and reports
// whether it is ready.
func (s *scene) newPod(r *rand.Rand, owned func(metav1.ObjectMeta) metav1.ObjectMeta, pdb *policyv1.PodDisruptionBudget) bool {
	chance := func(one int) bool { return r.IntN(one) == 0 }
	pod := &corev1.Pod{ObjectMeta: owned(s.named(fmt.Sprintf("pod-%d", len(s.pods))))}
	pod.Labels = map[string]string{"app": "web"}
	pod.Status.Phase = []corev1.PodPhase{corev1.PodRunning, corev1.PodRunning, corev1.PodRunning, corev1.PodPending, corev1.PodSucceeded,
		corev1.PodFailed}[r.IntN(6)]
	state := rules.PodState{Name: pod.Name, Phase: string(pod.Status.Phase)}
	if !chance(5) {
		state.Ready = true
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
	if chance(6) {
		state.Terminating = true
		pod.DeletionTimestamp = &metav1.Time{Time: noon}
	}
	if chance(4) {
		evicted := noon.Add(-time.Duration([]int{0, 1, 60, 119, 120, 121, 600}[r.IntN(7)]) * time.Second)
		pdb.Status.DisruptedPods[pod.Name], s.before.Disrupted[pod.Name] = metav1.Time{Time: evicted}, evicted
	}
	s.pods, s.objects = append(s.pods, state), append(s.objects, pod)
	return state.Ready
}

// Status is what the real disruption controller writes, which runs over fake
// informers, at a fake time.
func TestStatusIsTheControllers(t *testing.T) {
	const scenes = 3000
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	random := rand.New(rand.NewPCG(2026, 11))
	all := make([]*scene, scenes)
	var objects []runtime.Object
	scales := map[string]int32{}
	for i := range all {
		all[i] = newScene(random, fmt.Sprintf("ns-%d", i))
		objects = append(objects, all[i].objects...)
		for name, n := range all[i].scales {
			scales[all[i].namespace+"/"+name] = n
		}
	}
	statuses := written(ctx, t, objects, scales, scenes)
	failed := 0
	for _, s := range all {
		if !s.agrees(t, statuses[s.namespace]) {
			failed++
		}
	}
	if failed < scenes/20 || failed > scenes/2 {
		t.Errorf("%d of %d budgets could not be counted, which is no good mix", failed, scenes)
	}
	t.Logf("%d budgets agree, %d of which cannot be counted", scenes, failed)
}

// written is what the controller writes into each budget, by its namespace.
func written(
	ctx context.Context, t *testing.T, objects []runtime.Object, scales map[string]int32, scenes int,
) map[string]policyv1.PodDisruptionBudgetStatus {
	kube := kubefake.NewSimpleClientset(objects...)
	factory := informers.NewSharedInformerFactory(kube, 0)
	group := schema.GroupVersion{Group: "lab.onus", Version: "v1"}
	mapper := meta.NewDefaultRESTMapper([]schema.GroupVersion{group})
	mapper.Add(group.WithKind("Widget"), meta.RESTScopeNamespace)
	mapper.Add(group.WithKind("Gadget"), meta.RESTScopeNamespace)
	scaler := &scalefake.FakeScaleClient{}
	scaler.AddReactor("get", "*", func(action kubetesting.Action) (bool, runtime.Object, error) {
		get := action.(kubetesting.GetAction)
		key := get.GetNamespace() + "/" + get.GetName()
		n, ok := scales[key]
		if !ok || get.GetResource().Resource != "widgets" {
			return true, nil, apierrors.NewNotFound(get.GetResource().GroupResource(), get.GetName())
		}
		return true, &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Name: get.GetName(), Namespace: get.GetNamespace(), UID: types.UID(key)},
			Spec: autoscalingv1.ScaleSpec{Replicas: n}}, nil
	})
	discovery := &discoveryfake.FakeDiscovery{Fake: &kubetesting.Fake{Resources: []*metav1.APIResourceList{{
		GroupVersion: group.String(), APIResources: []metav1.APIResource{{Name: "widgets"}, {Name: "widgets/scale"}, {Name: "gadgets"}},
	}}}}
	controller := disruption.NewDisruptionControllerInternal(ctx,
		factory.Core().V1().Pods(), factory.Policy().V1().PodDisruptionBudgets(), factory.Core().V1().ReplicationControllers(),
		factory.Apps().V1().ReplicaSets(), factory.Apps().V1().Deployments(), factory.Apps().V1().StatefulSets(),
		kube, mapper, scaler, discovery, clock.NewFakeClock(noon), 2*time.Minute)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	wrote := make(chan *policyv1.PodDisruptionBudget, scenes)
	kube.PrependReactor("update", "poddisruptionbudgets", func(action kubetesting.Action) (bool, runtime.Object, error) {
		b := action.(kubetesting.UpdateAction).GetObject().(*policyv1.PodDisruptionBudget)
		wrote <- b
		return true, b, nil
	})
	go controller.Run(ctx)
	statuses := map[string]policyv1.PodDisruptionBudgetStatus{}
	for len(statuses) < scenes {
		select {
		case b := <-wrote:
			statuses[b.Namespace] = b.Status
		case <-time.After(time.Minute):
			t.Fatalf("the controller wrote %d of %d budgets", len(statuses), scenes)
		}
	}
	return statuses
}

// agrees holds what onus makes of a scene against what the controller wrote, and reports
// whether its budget can be counted.
func (s *scene) agrees(t *testing.T, want policyv1.PodDisruptionBudgetStatus) bool {
	reason := ""
	if c := meta.FindStatusCondition(want.Conditions, policyv1.DisruptionAllowedCondition); c.Reason == policyv1.SyncFailedReason {
		reason = c.Message
	}
	got, err := rules.Status(s.budget, s.groups, s.pods, s.before, noon)
	if (err != nil) != (reason != "") || got.SyncFailed != (reason != "") {
		t.Errorf("%+v over %+v: %v, the controller says %q", s.budget, s.groups, err, reason)
		return true
	}
	if got.Allowed != int(want.DisruptionsAllowed) || got.Healthy != int(want.CurrentHealthy) || got.Desired != int(want.DesiredHealthy) ||
		got.Expected != int(want.ExpectedPods) || got.Observed != (want.ObservedGeneration == 1) {
		t.Errorf("%v %v over %+v and %+v: %+v, the controller has %+v", s.budget.MinAvailable, s.budget.MaxUnavailable, s.groups,
			s.pods, got, want)
	}
	if len(got.Disrupted) != len(want.DisruptedPods) {
		t.Errorf("%+v of %+v are left, the controller has %+v", got.Disrupted, s.before.Disrupted, want.DisruptedPods)
	}
	for name, at := range want.DisruptedPods {
		if !got.Disrupted[name].Equal(at.Time) {
			t.Errorf("pod %s is not left of %+v", name, s.before.Disrupted)
		}
	}
	return err == nil
}
