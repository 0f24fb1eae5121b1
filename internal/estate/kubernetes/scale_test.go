package kubernetes

import (
	"reflect"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// Two amounts are the same if all of it is.
func TestResourcesEqual(t *testing.T) {
	a := Resources{CPU: 1, Memory: 2, Pods: 3, Other: map[string]int64{"nvidia.com/gpu": 4}}
	b := a
	if !a.Equal(b) || !(Resources{}).Equal(Resources{Other: map[string]int64{}}) {
		t.Error("what is the same is not equal")
	}
	for name, other := range map[string]Resources{
		"cpu":         {CPU: 9, Memory: 2, Pods: 3, Other: a.Other},
		"memory":      {CPU: 1, Memory: 9, Pods: 3, Other: a.Other},
		"pods":        {CPU: 1, Memory: 2, Pods: 9, Other: a.Other},
		"gpus":        {CPU: 1, Memory: 2, Pods: 3, Other: map[string]int64{"nvidia.com/gpu": 9}},
		"no gpus":     {CPU: 1, Memory: 2, Pods: 3},
		"another gpu": {CPU: 1, Memory: 2, Pods: 3, Other: map[string]int64{"amd.com/gpu": 4}},
	} {
		if a.Equal(other) || other.Equal(a) {
			t.Errorf("other %s, and equal", name)
		}
	}
}

// Replicas 0 also disables a HorizontalPodAutoscaler, but one that scales from
// zero starts the workload again.
func TestOff(t *testing.T) {
	hpa := &Scaler{Ref: Ref{Kind: "HorizontalPodAutoscaler"}, Min: 2, Max: 5}
	hpaToZero := &Scaler{Ref: Ref{Kind: "HorizontalPodAutoscaler"}, Min: 1, Max: 5, ToZero: true}
	keda := &Scaler{Ref: Ref{Kind: "ScaledObject"}, Min: 2, Max: 5}
	for _, test := range []struct {
		name    string
		w       Workload
		off     bool
		atLeast int
	}{
		{"written as 0", Workload{ReplicasSet: true}, true, 0},
		{"not written", Workload{Replicas: 1}, false, 1},
		{"0 that nobody wrote", Workload{}, false, 0},
		{"0 with an autoscaler", Workload{ReplicasSet: true, Scaler: hpa}, true, 0},
		{"1 with an autoscaler", Workload{ReplicasSet: true, Replicas: 1, Scaler: hpa}, false, 2},
		{"0 with an autoscaler that goes to zero", Workload{ReplicasSet: true, Scaler: hpaToZero}, false, 1},
		{"0 with KEDA", Workload{ReplicasSet: true, Scaler: keda}, false, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.w.Off() != test.off || test.w.AtLeast() != test.atLeast {
				t.Errorf("off %t, at least %d; want %t, %d", test.w.Off(), test.w.AtLeast(), test.off, test.atLeast)
			}
		})
	}
}

// What another part held is added, whatever it is.
func TestAppendTakesEverything(t *testing.T) {
	var all, some Raw
	v := reflect.ValueOf(&some).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice {
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		}
	}
	all.Append(&some)
	all.Append(&some)
	v = reflect.ValueOf(all)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() != 4 {
			t.Errorf("%d of 4 %s", f.Len(), v.Type().Field(i).Name)
		}
	}
}

// Of two autoscalers with one minimum that counts which also goes to zero, in
// whatever order they are read.
func TestScalersToZero(t *testing.T) {
	for _, test := range []struct {
		name    string
		scalers []Scaler
		toZero  bool
		minimum int
	}{
		{"to zero first", []Scaler{toZero(hpa("a", "Deployment", "web", 2)), hpa("b", "Deployment", "web", 2)}, true, 2},
		{"to zero last", []Scaler{hpa("a", "Deployment", "web", 2), toZero(hpa("b", "Deployment", "web", 2))}, true, 2},
		{"a lower one first", []Scaler{hpa("a", "Deployment", "web", 1), toZero(hpa("b", "Deployment", "web", 2))}, false, 1},
		{"a lower one last", []Scaler{toZero(hpa("a", "Deployment", "web", 2)), hpa("b", "Deployment", "web", 1)}, false, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := Link(&Raw{Workloads: []RawWorkload{workload("Deployment", "web", 3)}, Scalers: test.scalers})
			if s := e.Workloads[0].Scaler; s == nil || s.ToZero != test.toZero || s.Min != test.minimum {
				t.Errorf("%+v", s)
			}
		})
	}
}

// What is known of a workload of which only pods were read.
func TestInferByKind(t *testing.T) {
	for _, test := range []struct {
		kind                       string
		scaled, evictable, lasting bool
	}{
		{"Workflow", false, true, false}, {"Rollout", true, true, true}, {"ReplicaSet", true, true, true},
		{"StatefulSet", true, true, true}, {"Database", true, true, true},
		{"DaemonSet", false, false, true}, {"Job", false, true, false}, {"CronJob", false, true, false}, {Static, false, false, true},
		{"Pod", false, true, true},
	} {
		p := RawPod{Pod: Pod{Namespace: "ns", Name: "p"}, Template: &PodTemplate{Affinity: &corev1.Affinity{}},
			Owner: &Owner{API: "argoproj.io/v1alpha1", Kind: test.kind, Name: "o"}}
		w := p.infer(ownerKey{"ns", test.kind, "o"}, []string{"argoproj.io/Workflow", "example.com/Database"})
		if w.Scaled != test.scaled || w.Evictable != test.evictable || w.Lasting != test.lasting || w.Kind != test.kind || !w.Inferred {
			t.Errorf("%s: %+v", test.kind, w)
		}
	}
}
