package manifest

import "testing"

// What KEDA's own fields make of the minimum: idle at none or at some, paused at
// a number. A namespace is its own or the default.
func TestScaledObjects(t *testing.T) {
	for _, c := range []struct {
		name, metadata, spec string
		minimum, maximum     int
		toZero, namespaced   bool
	}{
		{"idles at none", "namespace: ns", "minReplicaCount: 2, idleReplicaCount: 0", 2, 100, true, true},
		{"idles at one", "namespace: ns", "minReplicaCount: 3, idleReplicaCount: 1", 1, 100, false, true},
		{"idles at more than its minimum", "namespace: ns", "minReplicaCount: 2, idleReplicaCount: 5", 2, 100, false, true},
		{"idles at one, with a minimum of none", "namespace: ns", "minReplicaCount: 0, idleReplicaCount: 1", 1, 100, false, true},
		{"a minimum and no idling", "", "minReplicaCount: 2", 2, 100, false, false},
		{"by the clock, or not at all", "", "minReplicaCount: 0, triggers: [{type: cron, metadata: {desiredReplicas: '2'}}]", 2,
			100, true, false},
		{"never more than its most", "", "maxReplicaCount: 3, triggers: [{type: cron, metadata: {desiredReplicas: '8'}}]", 3, 3, true, false},
		{"at two times of the day", "", "triggers: [{type: cron, metadata: {desiredReplicas: '5'}}, {type: cron, " +
			"metadata: {desiredReplicas: '3'}}]", 3, 100, true, false},
		{"by the clock, and by load", "", "triggers: [{type: cron, metadata: {desiredReplicas: '5'}}, {type: cpu, metadata: {value: '60'}}]", 1,
			100, true, false},
		{"by the clock, and by something that looks like it", "", "triggers: [{type: kafka, metadata: {desiredReplicas: '5'}}]", 1,
			100, true, false},
		{"some at all times, and more by the clock", "", "minReplicaCount: 1, triggers: [{type: cron, metadata: {desiredReplicas: '5'}}]", 1, 100,
			false, false},
		{"idle at none, and by the clock", "", "minReplicaCount: 2, idleReplicaCount: 0, triggers: [{type: cron, " +
			"metadata: {desiredReplicas: '4'}}]", 4, 100, true, false},
		{"idle at none, with fewer by the clock", "", "minReplicaCount: 2, idleReplicaCount: 0, triggers: [{type: cron, " +
			"metadata: {desiredReplicas: '1'}}]", 2, 100, true, false},
		{"none by the clock", "", "triggers: [{type: cron, metadata: {desiredReplicas: '0'}}]", 1, 100, true, false},
		{"a number that is none", "", "triggers: [{type: cron, metadata: {desiredReplicas: 4}}]", 1, 100, true, false},
		{"paused at three", "annotations: {autoscaling.keda.sh/paused-replicas: '3'}", "minReplicaCount: 1, maxReplicaCount: 9", 3, 3,
			false, false},
		{"paused at none", "annotations: {autoscaling.keda.sh/paused-replicas: '0'}", "minReplicaCount: 1, maxReplicaCount: 9", 1,
			0, true, false},
		{"paused at nonsense", "annotations: {autoscaling.keda.sh/paused-replicas: '-1'}", "minReplicaCount: 1, maxReplicaCount: 9", 1, 9,
			false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustRead(t, "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s, "+c.metadata+
				"}\nspec: {scaleTargetRef: {name: a}, "+c.spec+"}\n")
			s := e.Scalers[0]
			if s.Min != c.minimum || s.Max != c.maximum || s.ToZero != c.toZero || s.Namespaced != c.namespaced {
				t.Errorf("%+v", s)
			}
		})
	}
}
