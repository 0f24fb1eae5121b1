package mix

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	kwok "sigs.k8s.io/karpenter/kwok/apis/v1alpha1"
	karpenter "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/lab/record"
)

const drawn = 400

func draw(t *testing.T, seed, number uint64) *record.Scenario {
	t.Helper()
	s, err := Draw(seed, number)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func written(t *testing.T, s *record.Scenario) string {
	t.Helper()
	data, err := yaml.Marshal(s.Written)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\n%s", bytes.Join(s.Objects, []byte("\n---\n")), data)
}

// A mix is the same each time it is drawn, and no other number's or seed's.
func TestDrawnBySeed(t *testing.T) {
	seen := map[string]string{}
	for seed := range uint64(3) {
		for n := range uint64(50) {
			first := written(t, draw(t, seed, n))
			if again := written(t, draw(t, seed, n)); again != first {
				t.Fatalf("mix %d of seed %d is\n%s\nand then\n%s", n, seed, first, again)
			}
			name := fmt.Sprintf("mix %d of seed %d", n, seed)
			if other := seen[first]; other != "" {
				t.Errorf("%s is %s", name, other)
			}
			seen[first] = name
		}
	}
}

// Each object is one that its kind allows, each trigger can be fired, and what
// is written is read again as it was.
func TestEachIsValid(t *testing.T) {
	for n := range uint64(drawn) {
		s := draw(t, 1, n)
		for _, o := range s.Objects {
			if err := known(o); err != nil {
				t.Errorf("%s: %v in\n%s", s.Name, err, o)
			}
		}
		dir := filepath.Join(t.TempDir(), s.Name)
		if err := s.Write(dir, []*record.Run{{Start: time.Date(2026, 11, 22, 6, 11, 32, 0, time.UTC)}}); err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		again, err := record.Load(filepath.Join(dir, "scenario.yaml"))
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		again.Written.Start = ""
		if is, was := written(t, again), written(t, s); is != was {
			t.Fatalf("%s is read again as\n%s\nand was\n%s", s.Name, is, was)
		}
		for _, trigger := range s.Written.Triggers {
			if trigger.At.Duration >= s.Written.Horizon.Duration {
				t.Errorf("%s: %s comes at %s, after the horizon", s.Name, trigger.Kind, trigger.At.Duration)
			}
		}
	}
}

// known decodes an object as its kind, and takes no field that the kind has not.
func known(data []byte) error {
	var is struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(data, &is); err != nil {
		return err
	}
	into, ok := map[string]any{
		"Deployment": &appsv1.Deployment{}, "StatefulSet": &appsv1.StatefulSet{}, "DaemonSet": &appsv1.DaemonSet{},
		"PodDisruptionBudget": &policyv1.PodDisruptionBudget{}, "PriorityClass": &schedulingv1.PriorityClass{},
		"NodePool": &karpenter.NodePool{}, "KWOKNodeClass": &kwok.KWOKNodeClass{},
	}[is.Kind]
	if !ok {
		return fmt.Errorf("nobody knows the kind %q", is.Kind)
	}
	if err := yaml.UnmarshalStrict(data, into); err != nil {
		return err
	}
	switch o := into.(type) {
	case *appsv1.Deployment:
		return ofPods(&o.Spec.Template, *o.Spec.Replicas)
	case *appsv1.StatefulSet:
		return ofPods(&o.Spec.Template, *o.Spec.Replicas)
	case *policyv1.PodDisruptionBudget:
		if (o.Spec.MinAvailable == nil) == (o.Spec.MaxUnavailable == nil) {
			return fmt.Errorf("a budget has one of minAvailable and maxUnavailable")
		}
	}
	return nil
}

func ofPods(p *corev1.PodTemplateSpec, replicas int32) error {
	if replicas < 1 {
		return fmt.Errorf("there is no pod")
	}
	if p.Labels["app"] == "" {
		return fmt.Errorf("pods that nobody counts")
	}
	return nil
}

// All that a mix can be made of is drawn at times.
func TestOfEverything(t *testing.T) {
	var b strings.Builder
	for n := range uint64(drawn) {
		b.WriteString(written(t, draw(t, 1, n)))
	}
	all := b.String()
	for _, part := range []string{
		"kind: StatefulSet", "kind: DaemonSet", "kind: PriorityClass", "name: spare", "weight:", "terminationGracePeriod:", "expireAfter: 90s",
		"reasons:", "schedule:", "nodes: 34%", "minAvailable: 2", "minAvailable: 50%", "maxUnavailable: 1", "maxUnavailable: 25%",
		"unhealthyPodEvictionPolicy: AlwaysAllow", "preferredDuringScheduling",
		"requiredDuringScheduling",
		"whenUnsatisfiable: ScheduleAnyway", "whenUnsatisfiable: DoNotSchedule", "podAffinity:", "lab.onus/failing", "lab.onus/never-ready-index",
		"readiness: crash-loop", "crash-after", "do-not-disrupt: \"true\"", "do-not-disrupt: 90s", "minReadySeconds", "type: Recreate",
		"maxSurge: 0",
		"kind: drift", "kind: delete", "nodes: all", "kind: expiry", "kind: consolidation", "kind: rollout", "kind: scale",
	} {
		if !strings.Contains(all, part) {
			t.Errorf("no mix has %q", part)
		}
	}
}
