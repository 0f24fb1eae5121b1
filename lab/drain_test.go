package lab

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	kubefake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/kubectl/pkg/drain"
	clock "k8s.io/utils/clock/testing"
	"pgregory.net/rapid"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/karpenter/pkg/controllers/node/termination/terminator"
	podutils "sigs.k8s.io/karpenter/pkg/utils/pod"

	"github.com/onus-project/onus/internal/disruption"
)

// pods draws pods as clusters have them: a static pod has both the owner that
// Karpenter looks at and the annotation that kubectl looks at.
func pods(t *rapid.T, name string) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default", UID: types.UID(name), Annotations: map[string]string{}}}
	p.Spec.NodeName = "node"
	p.Status.Phase = rapid.SampledFrom([]corev1.PodPhase{"", corev1.PodPending, corev1.PodRunning, corev1.PodRunning, corev1.PodRunning,
		corev1.PodSucceeded, corev1.PodFailed, corev1.PodUnknown}).Draw(t, "phase")
	p.Spec.TerminationGracePeriodSeconds = new(rapid.Int64Range(0, 900).Draw(t, "grace"))
	owner := func(api, kind string, controller bool) {
		p.OwnerReferences = append(p.OwnerReferences, metav1.OwnerReference{APIVersion: api, Kind: kind, Name: "owner", UID: "owner",
			Controller: &controller})
	}
	switch rapid.IntRange(0, 7).Draw(t, "owner") {
	case 0, 1:
		owner("apps/v1", "DaemonSet", true)
	case 2:
		owner("v1", "Node", true)
		p.Annotations[corev1.MirrorPodAnnotationKey] = "hash"
	case 3: // bare
	case 4:
		owner("apps/v1", "StatefulSet", true)
	case 5:
		owner("apps.kruise.io/v1alpha1", "DaemonSet", true) // not the one of Kubernetes
	default:
		owner("apps/v1", "ReplicaSet", true)
	}
	p.Spec.PriorityClassName = rapid.SampledFrom([]string{"", "", "high", "system-cluster-critical", "system-node-critical"}).Draw(t, "class")
	if chance(t, 3, "deleted") {
		p.DeletionTimestamp = &metav1.Time{Time: noon.Add(time.Duration(rapid.IntRange(-150, 900).Draw(t, "since")) * time.Second)}
		p.Finalizers = []string{"lab/hold"}
	}
	if rapid.Bool().Draw(t, "annotated") {
		p.Annotations["karpenter.sh/do-not-disrupt"] = rapid.SampledFrom([]string{"true", "false", "True", "", "30m", "1h30m", "0s", "-5m", "90",
			"1d", "10s"}).Draw(t, "annotation")
	}
	if !chance(t, 5, "not started") {
		p.Status.StartTime = &metav1.Time{
			Time: noon.Add(-time.Duration(rapid.SampledFrom([]int{0, 9, 10, 11, 1799, 1800, 1801, 5400, 86400}).Draw(t, "age")) * time.Second),
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "tolerations") {
		p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{
			Key: rapid.SampledFrom([]string{"", "karpenter.sh/disrupted", "karpenter.sh/disruption",
				"node.kubernetes.io/unschedulable"}).Draw(t, "key"),
			Operator: rapid.SampledFrom([]corev1.TolerationOperator{"", "Equal", "Exists", "Gt", "Lt", "Odd"}).Draw(t, "operator"),
			Value:    rapid.SampledFrom([]string{"", "disrupting", "5"}).Draw(t, "value"),
			Effect:   rapid.SampledFrom([]corev1.TaintEffect{"", "NoSchedule", "NoExecute", "PreferNoSchedule"}).Draw(t, "effect"),
		})
	}
	if chance(t, 4, "scratch") {
		p.Spec.Volumes = []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	}
	return p
}

func drainPod(p *corev1.Pod) disruption.DrainPod {
	d := disruption.DrainPod{
		Phase: string(p.Status.Phase), Grace: time.Duration(*p.Spec.TerminationGracePeriodSeconds) * time.Second,
		Critical:     p.Spec.PriorityClassName == "system-cluster-critical" || p.Spec.PriorityClassName == "system-node-critical",
		Bare:         len(p.OwnerReferences) == 0,
		DoNotDisrupt: p.Annotations["karpenter.sh/do-not-disrupt"], EmptyDir: len(p.Spec.Volumes) > 0,
	}
	for _, o := range p.OwnerReferences {
		d.DaemonSet = d.DaemonSet || o.APIVersion == "apps/v1" && o.Kind == "DaemonSet"
		d.Static = d.Static || o.APIVersion == "v1" && o.Kind == "Node"
	}
	if p.DeletionTimestamp != nil {
		d.Deleted = p.DeletionTimestamp.Time
	}
	if p.Status.StartTime != nil {
		d.Started = p.Status.StartTime.Time
	}
	for _, t := range p.Spec.Tolerations {
		d.Tolerations = append(d.Tolerations, disruption.Toleration{Key: t.Key, Operator: string(t.Operator), Value: t.Value,
			Effect: string(t.Effect)})
	}
	return d
}

// The treatment of a pod is that of Karpenter's predicates.
func TestTreatmentIsKarpenters(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			compared.n.Add(1)
			p, now := pods(t, "pod"), noon.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "beside")))
			c, ours := clock.NewFakeClock(now), drainPod(p)
			treatment := ours.Karpenter(now)
			if got, want := treatment == disruption.Evict, podutils.IsEvictable(p, c, silent{}) && podutils.IsWaitingEviction(p, c); got != want {
				t.Fatalf("%+v is evictable: %t, Karpenter has %t", ours, got, want)
			}
			if got, want := treatment != disruption.Leave, podutils.IsWaitingEviction(p, c); got != want {
				t.Fatalf("%+v is waited for: %t, Karpenter has %t", ours, got, want)
			}
			if got, want := ours.Protected(now), podutils.IsDoNotDisruptActive(p, c, silent{}); got != want {
				t.Fatalf("%+v is protected: %t, Karpenter has %t", ours, got, want)
			}
			if got, want := ours.Disruptable(now), podutils.IsDisruptable(p, c, silent{}); got != want {
				t.Fatalf("%+v is disruptable: %t, Karpenter has %t", ours, got, want)
			}
		}
	})
	compared.report(t)
}

// Wave and Expiring are what Terminator.Drain puts into its queue and deletes.
func TestWaveIsKarpenters(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		all := make([]*corev1.Pod, rapid.IntRange(0, 8).Draw(t, "pods"))
		ours := make([]disruption.DrainPod, len(all))
		objects := []client.Object{}
		for i := range all {
			all[i] = pods(t, fmt.Sprintf("pod-%d", i))
			ours[i] = drainPod(all[i])
			objects = append(objects, all[i].DeepCopy())
		}
		var deadline *time.Time
		if rapid.Bool().Draw(t, "deadline") {
			deadline = new(noon.Add(time.Duration(rapid.IntRange(-60, 900).Draw(t, "ends")) * time.Second))
		}
		deleted := map[string]int64{}
		kube := fake.NewClientBuilder().WithObjects(objects...).
			WithIndex(&corev1.Pod{}, "spec.nodeName", func(o client.Object) []string { return []string{o.(*corev1.Pod).Spec.NodeName} }).
			WithInterceptorFuncs(
				interceptor.Funcs{Delete: func(_ context.Context, _ client.WithWatch, o client.Object, options ...client.DeleteOption) error {
					d := &client.DeleteOptions{}
					d.ApplyOptions(options)
					deleted[o.GetName()] = *d.GracePeriodSeconds
					return nil
				}}).Build()
		queue := terminator.NewQueue(kube, silent{})
		term := terminator.NewTerminator(clock.NewFakeClock(noon), kube, queue, silent{})
		err := term.Drain(context.Background(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node"}}, deadline)

		evict, waiting := disruption.Wave(ours, noon)
		if (waiting > 0) != terminator.IsNodeDrainError(err) || waiting == 0 && err != nil {
			t.Fatalf("%+v: waits for %d, Karpenter says %v", ours, waiting, err)
		}
		if want := fmt.Sprintf("%d pods are waiting to be evicted", waiting); waiting > 0 && err.Error() != want {
			t.Fatalf("%+v: %s, Karpenter says %v", ours, want, err)
		}
		for i, p := range all {
			compared.n.Add(1)
			if got, want := slices.Contains(evict, i), queue.Has(p); got != want {
				t.Fatalf("%+v: pod %d is asked for: %t, Karpenter has %t", ours, i, got, want)
			}
			grace, due := time.Duration(0), false
			if deadline != nil {
				grace, due = ours[i].Expiring(*deadline, noon)
			}
			if seconds, want := deleted[p.Name]; due != want || due && grace != time.Duration(seconds)*time.Second {
				t.Fatalf("%+v with the deadline %v: deleted %t with %v, Karpenter has %t with %d s", ours[i], deadline, due, grace, want, seconds)
			}
		}
	})
	compared.report(t)
}

// KarpenterBackoff is the rate limiter of its queue, without the limit on all
// pods together.
func TestBackoffIsKarpenters(t *testing.T) {
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[string](100*time.Millisecond, 10*time.Second)
	for failures := 1; failures <= 80; failures++ {
		if got, want := disruption.KarpenterBackoff(failures), limiter.When("pod"); got != want {
			t.Errorf("after %d failures %v, Karpenter has %v", failures, got, want)
		}
	}
}

// Kubectl is what kubectl drain's filters do, for a DaemonSet that is there.
//
// kubectl asks the real clock for how long a pod has been on its way out, so
// ages here keep away from the limit.
func TestTreatmentIsKubectls(t *testing.T) {
	var compared tally
	rapid.Check(t, func(t *rapid.T) {
		compared.n.Add(1)
		p, now := pods(t, "pod"), time.Now()
		if p.DeletionTimestamp != nil {
			p.DeletionTimestamp = &metav1.Time{
				Time: now.Add(-time.Duration(rapid.SampledFrom([]int{-300, 10, 100, 1000}).Draw(t, "age")) * time.Second),
			}
		}
		flags := disruption.KubectlFlags{
			IgnoreDaemonSets: rapid.Bool().Draw(t, "ignore daemonsets"), DeleteEmptyDirData: rapid.Bool().Draw(t, "delete emptydir"),
			Force:       rapid.Bool().Draw(t, "force"),
			SkipDeleted: time.Duration(rapid.SampledFrom([]int{0, 60, 500}).Draw(t, "skip")) * time.Second,
		}
		helper := drain.Helper{
			Ctx:    context.Background(),
			Client: kubefake.NewSimpleClientset(p, &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "owner", Namespace: "default"}}),
			Force:  flags.Force, IgnoreAllDaemonSets: flags.IgnoreDaemonSets, DeleteEmptyDirData: flags.DeleteEmptyDirData,
			SkipWaitForDeleteTimeoutSeconds: int(flags.SkipDeleted.Seconds()),
		}
		list, errs := helper.GetPodsForDeletion("node")
		want := disruption.Leave
		switch {
		case len(errs) > 0:
			want = disruption.Abort
		case len(list.Pods()) > 0:
			want = disruption.Evict
		}
		ours := drainPod(p)
		if got := ours.Kubectl(flags, now); got != want {
			t.Fatalf("%+v with %+v: %s, kubectl has %s %v", ours, flags, got, want, errs)
		}
	})
	compared.report(t)
}
