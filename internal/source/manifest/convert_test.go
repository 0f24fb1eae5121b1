package manifest

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Defaults are those of the API server and of KEDA.
func TestScalers(t *testing.T) {
	for _, c := range []struct{ name, api, kind, spec, want string }{
		{"v2", "autoscaling/v2", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: a}, minReplicas: 2, maxReplicas: 5}",
			"2..5 of ns/Deployment/a"},
		{"v2 without a minimum", "autoscaling/v2", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: StatefulSet, name: a}, maxReplicas: 5}",
			"1..5 of ns/StatefulSet/a"},
		{"v2 with a null minimum", "autoscaling/v2", "HorizontalPodAutoscaler",
			"{scaleTargetRef: {kind: StatefulSet, name: a}, minReplicas: null, maxReplicas: 5}", "1..5 of ns/StatefulSet/a"},
		{"v1", "autoscaling/v1", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: a}, minReplicas: 0, maxReplicas: 5, " +
			"targetCPUUtilizationPercentage: 80}", "1..5 of ns/Deployment/a, or none"},
		{"KEDA says nothing", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {name: a}}", "1..100 of ns/Deployment/a, or none"},
		{"KEDA says all", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {kind: StatefulSet, name: a}, minReplicaCount: 2, " +
			"maxReplicaCount: 9}", "2..9 of ns/StatefulSet/a"},
		{"KEDA idles at one", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {name: a}, minReplicaCount: 3, idleReplicaCount: 1, " +
			"maxReplicaCount: 9}", "1..9 of ns/Deployment/a"},
		{"KEDA idles above none, with no minimum", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {name: a}, idleReplicaCount: 2}",
			"1..100 of ns/Deployment/a"},
		{"KEDA idles above its minimum", "keda.sh/v1alpha1", "ScaledObject",
			"{scaleTargetRef: {name: a}, minReplicaCount: 2, idleReplicaCount: 4}", "2..100 of ns/Deployment/a"},
		{"KEDA idles below", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {name: a}, minReplicaCount: 2, idleReplicaCount: 0}",
			"2..100 of ns/Deployment/a, or none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustRead(t, "apiVersion: "+c.api+"\nkind: "+c.kind+"\nmetadata: {name: s, namespace: ns}\nspec: "+c.spec+"\n")
			if got, want := summary(e), "ns/"+c.kind+"/s@1 "+c.want+"\n"; got != want {
				t.Errorf("got %swant %s", got, want)
			}
		})
	}
}

func TestBudgetSelectors(t *testing.T) {
	for _, c := range []struct {
		name, version, selector string
		selects                 bool
	}{
		{"none", "v1", "null", false},
		{"empty", "v1", "{}", true},
		{"empty in v1beta1", "v1beta1", "{}", false},
		{"none in v1beta1", "v1beta1", "null", false},
		{"one that fits", "v1", "{matchLabels: {app: a}}", true},
		{"one that fits in v1beta1", "v1beta1", "{matchLabels: {app: a}}", true},
		{"one that does not", "v1", "{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustRead(t, "apiVersion: policy/"+c.version+"\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {selector: "+c.selector+"}\n")
			if got := e.Budgets[0].Selector.Matches(labels.Set{"app": "a"}); got != c.selects {
				t.Errorf("selects %t", got)
			}
		})
	}
}

func TestBudgetNumbers(t *testing.T) {
	for _, c := range []string{"0", "3", "0%", "50%", "100%", "\"7%\""} {
		e := mustRead(t, "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: "+c+"}\n")
		if got := e.Budgets[0].MinAvailable.String(); got != strings.Trim(c, `"`) {
			t.Errorf("%s is read as %s", c, got)
		}
	}
}

func TestBudgetStatusIsOnlyBelievedFromACluster(t *testing.T) {
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a, UID}\nspec: {minAvailable: 1}\n" +
		"status: {disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, conditions: [{type: DisruptionAllowed, " +
		"status: 'False', reason: SyncFailed, message: no scale}]}\n"
	if e := mustRead(t, strings.Replace(budget, ", UID", "", 1)); e.Live || e.Budgets[0].Status != nil {
		t.Errorf("a manifest: live %t, %+v", e.Live, e.Budgets[0].Status)
	}
	for was, is := range map[string]string{"type: DisruptionAllowed": "type: Other", "reason: SyncFailed": "reason: InsufficientPods"} {
		if s := mustRead(t, strings.NewReplacer("UID", "uid: u", was, is).Replace(budget)).Budgets[0].Status; s == nil || s.SyncFailed != "" {
			t.Errorf("%s: %+v", is, s)
		}
	}
	e := mustRead(t, strings.Replace(budget, "UID", "uid: u", 1))
	if s := e.Budgets[0].Status; !e.Live || s == nil || s.Allowed != 1 || s.Healthy != 2 || s.Desired != 1 || s.Expected != 2 ||
		s.SyncFailed != "no scale" {
		t.Errorf("a dump: live %t, %+v", e.Live, s)
	}
}

// What is no whole workload is not taken for one.
func TestWorkloads(t *testing.T) {
	const containers = "template: {spec: {containers: [{name: a}]}}"
	for _, c := range []struct{ name, api, kind, spec, want string }{
		{"Deployment", "apps/v1", "Deployment", "{selector: {matchLabels: {a: b}}, " + containers + "}", "default/Deployment/a@1\n"},
		{"Deployment without a selector", "apps/v1", "Deployment", "{template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a}]}}}",
			"default/Deployment/a@1\n"},
		{"a patch of an image", "apps/v1", "Deployment", "{" + containers + "}", "1 unrelated\n"},
		{"Deployment without containers", "apps/v1", "Deployment", "{selector: {matchLabels: {a: b}}}", "default/Deployment/a@1\n"},
		{"Rollout of a Deployment's pods", "argoproj.io/v1alpha1", "Rollout", "{workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a}}",
			"default/Rollout/a@1\n"},
		{"a patch of a Rollout", "argoproj.io/v1alpha1", "Rollout", "{strategy: {canary: {}}}", "1 unrelated\n"},
		{"a patch of replicas", "apps/v1", "Deployment", "{replicas: 5}", "1 unrelated\n"},
		{"a patch of a null selector", "apps/v1", "Deployment", "{selector: null, template: {spec: {nodeSelector: {a: b}, containers: []}}}",
			"1 unrelated\n"},
		{"a patch of nothing", "apps/v1", "StatefulSet", "null", "1 unrelated\n"},
		{"a patch of an autoscaler", "autoscaling/v2", "HorizontalPodAutoscaler", "{minReplicas: 3}", "1 unrelated\n"},
		{"Job", "batch/v1", "Job", "{" + containers + "}", "default/Job/a@1\n"},
		{"CronJob", "batch/v1", "CronJob", "{jobTemplate: {spec: {" + containers + "}}}", "default/CronJob/a@1\n"},
		{"Rollout", "argoproj.io/v1alpha1", "Rollout", "{strategy: {canary: {}}, selector: {matchLabels: {a: b}}, " + containers + "}",
			"default/Rollout/a@1\n"},
		{"ReplicationController", "v1", "ReplicationController", "{selector: {a: b}, " + containers + "}", "default/ReplicationController/a@1\n"},
		{"a custom resource", "db.example.com/v1", "Database", "{replicas: many}", "custom db.example.com/Database default/a\n1 unrelated\n"},
		{"a custom resource written badly", "db.example.com/v1", "Database", "{}\nmetadata: []", "1 unrelated\n"},
		{"Ingress", "networking.k8s.io/v1", "Ingress", "{}", "1 unrelated\n"},
		{"an Ingress that leads somewhere", "networking.k8s.io/v1", "Ingress", "{defaultBackend: {service: {name: web}}}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := summary(mustRead(t, "apiVersion: "+c.api+"\nkind: "+c.kind+"\nmetadata: {name: a}\nspec: "+c.spec+"\n")); got != c.want {
				t.Errorf("got %swant %s", got, c.want)
			}
		})
	}
}

// A patch must not stand in for the base of the same name.
func TestPatchLeavesTheBase(t *testing.T) {
	const base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 3\n" +
		"  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a}]}}\n"
	e := mustRead(t, base+"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 1}\n")
	if len(e.Workloads) != 1 || e.Workloads[0].Replicas != 3 || e.Seen.Replaced != 0 || e.Seen.Unrelated != 1 || e.Seen.Objects != 2 {
		t.Errorf("%+v %+v", e.Workloads, e.Seen)
	}
}

func TestTemplate(t *testing.T) {
	e := mustRead(t, `apiVersion: apps/v1
kind: Deployment
metadata: {name: a, labels: {own: label}}
spec:
  template:
    metadata: {labels: {a: b}, annotations: {c: d}}
    spec:
      hostNetwork: yes
      terminationGracePeriodSeconds: 90
      nodeSelector: {zone: a}
      tolerations: [{operator: Exists}, {key: gpu, effect: NoSchedule}]
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - {key: pool, operator: In, values: [x]}
              - {key: arch, operator: In, values: [x, z]}
              - {key: zone, operator: In, values: [lost]}
      priorityClassName: high
      preemptionPolicy: Never
      topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1}, {topologyKey: host, maxSkew: 2}]
      containers:
      - name: a
      - name: b
        ports: [{containerPort: 80}]
        readinessProbe: {httpGet: {path: /, port: web}}
        envFrom: [{configMapRef: {name: c}}]
      volumes:
      - {name: v, emptyDir: {sizeLimit: 1Gi}}
      - {name: w, persistentVolumeClaim: {claimName: data}}
      - {name: x, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}}
`)
	w := e.Workloads[0].Template
	if w.Labels["a"] != "b" || w.Annotations["c"] != "d" || len(slices.Collect(w.Ports())) == 0 {
		t.Errorf("%+v", w)
	}
	if len(w.NodeSelector) != 2 || w.NodeSelector["zone"] != "a" || w.NodeSelector["pool"] != "x" {
		t.Errorf("node selector %v", w.NodeSelector)
	}
	if len(w.Tolerations) != 2 || w.Tolerations[0].Key != "" || w.Tolerations[1].Effect != "NoSchedule" {
		t.Errorf("tolerations %+v", w.Tolerations)
	}
	if w.Grace != 90*time.Second || w.PriorityClass != "high" || w.Preempts || w.Affinity == nil || len(w.Spread) != 2 ||
		w.Spread[1].MaxSkew != 2 {
		t.Errorf("%+v", w)
	}
	if !w.EmptyDir || len(w.VolumeClaims) != 1 || w.VolumeClaims[0] != "data" {
		t.Errorf("scratch %t, claims %v", w.EmptyDir, w.VolumeClaims)
	}
}

func TestTemplateOfNothing(t *testing.T) {
	e := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")
	w := e.Workloads[0].Template
	if w.Grace != 30*time.Second || !w.Preempts || w.Affinity != nil || w.Spread != nil || w.EmptyDir || w.VolumeClaims != nil {
		t.Errorf("%+v", w)
	}
}

func TestPods(t *testing.T) {
	e := mustRead(t, `apiVersion: v1
kind: PodList
items:
- metadata:
    name: a-1-x
    uid: u
    labels: {pod-template-hash: "1"}
    deletionTimestamp: "2026-11-23T00:00:00Z"
    managedFields: [{manager: kubelet, fieldsV1: {"f:metadata": {}}}]
    ownerReferences:
    - {apiVersion: v1, kind: Other, name: o, uid: u}
    - {apiVersion: apps/v1, kind: ReplicaSet, name: a-1, uid: u, controller: true}
    creationTimestamp: "2026-11-22T08:00:00+02:00"
    deletionGracePeriodSeconds: 60
  spec:
    nodeName: n1
    priority: 1000
    volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]
  status:
    phase: Running
    startTime: "2026-11-22T06:00:10Z"
    conditions:
    - {type: PodScheduled, status: "True", lastTransitionTime: "2026-11-22T06:00:10Z"}
    - {type: Ready, status: "True", lastTransitionTime: "2026-11-22T06:00:25Z", lastProbeTime: null}
    initContainerStatuses: [{restartCount: 2, state: {terminated: {reason: Completed}}}]
    containerStatuses: [{restartCount: 1, state: {running: {}}}, {restartCount: 4, state: {waiting: {reason: CrashLoopBackOff}}}]
`)
	p := e.Pods[0]
	if !e.Live || p.Node != "n1" || p.Workload != 0 || p.Position.Line != 4 {
		t.Errorf("live %t, %+v", e.Live, p)
	}
	if w := e.Workloads[0]; w.Kind != "Deployment" || w.Name != "a" || !w.Inferred || w.Replicas != 1 {
		t.Errorf("%+v", w)
	}
	for _, c := range []struct {
		name string
		got  time.Time
		want string
	}{
		{"created", p.Created, "2026-11-22T06:00:00Z"}, {"started", p.Started, "2026-11-22T06:00:10Z"},
		{"changed", p.Changed, "2026-11-22T06:00:25Z"}, {"deleted", p.Deleted, "2026-11-23T00:00:00Z"},
		{"newest", e.Newest, "2026-11-22T23:59:00Z"}, // when it was deleted
	} {
		if got := c.got.Format(time.RFC3339); got != c.want {
			t.Errorf("%s %s, want %s", c.name, got, c.want)
		}
	}
	if p.UID != "u" || !p.Ready || p.Restarts != 7 || p.Waiting != "CrashLoopBackOff" || p.Priority != 1000 || len(p.VolumeClaims) != 1 {
		t.Errorf("%+v", p)
	}
}

// Of what is waiting, that counts which the others wait for.
func TestPodStatus(t *testing.T) {
	for _, c := range []struct{ name, status, want string }{
		{"none", "null", " ready false"},
		{"not ready", "{conditions: [{type: Ready, status: 'False'}]}", " ready false"},
		{"not known", "{conditions: [{type: Ready, status: Unknown}]}", " ready false"},
		{"ready, as a controller of its own has it", "{conditions: [{type: ContainersReady, status: 'True'}]}", " ready false"},
		{"an init container", "{initContainerStatuses: [{state: {waiting: {reason: CrashLoopBackOff}}}], " +
			"containerStatuses: [{state: {waiting: {reason: PodInitializing}}}]}", "CrashLoopBackOff ready false"},
		{"the first of two", "{containerStatuses: [{state: {waiting: {reason: ImagePullBackOff}}}, " +
			"{state: {waiting: {reason: ContainerCreating}}}]}", "ImagePullBackOff ready false"},
		{"without a reason", "{containerStatuses: [{state: {waiting: {}}}, {state: {}}, {state: null}]}", " ready false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nstatus: "+c.status+"\n").Pods[0]
			if got := fmt.Sprintf("%s ready %t", p.Waiting, p.Ready); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPendingPodsStay(t *testing.T) {
	e := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a, ownerReferences: [{kind: StatefulSet, name: s, controller: true}]}\n"+
		"status: {phase: Pending}\n")
	if w := e.Workloads[0]; len(e.Pods) != 1 || e.Pods[0].Node != "" || len(w.Pods) != 1 {
		t.Errorf("%+v %+v", e.Pods, w)
	}
}

// The newest time is never one that lay ahead.
func TestNewest(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, creationTimestamp: 2026-11-01T00:00:00Z"
	for _, c := range []struct{ name, text, want string }{
		{"nothing says", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "0001-01-01T00:00:00Z"},
		{"a creation", pod + "}\n", "2026-11-01T00:00:00Z"},
		{"a deletion", pod + ", deletionTimestamp: 2026-11-02T01:00:00Z, deletionGracePeriodSeconds: 3600}\n", "2026-11-02T00:00:00Z"},
		{"a deletion with no grace known", pod + ", deletionTimestamp: 2026-11-02T01:00:00Z}\n", "2026-11-01T00:00:00Z"},
		{"a deletion with less than no grace", pod + ", deletionTimestamp: 2026-11-02T01:00:00Z, deletionGracePeriodSeconds: -9}\n",
			"2026-11-02T01:00:00Z"},
		{"a start", pod + "}\nstatus: {startTime: 2026-11-03T00:00:00Z}\n", "2026-11-03T00:00:00Z"},
		{"a condition", pod + "}\nstatus: {conditions: [{type: Any, lastTransitionTime: 2026-11-03T00:00:00Z}, {type: Other, " +
			"lastTransitionTime: 2026-11-02T00:00:00Z}]}\n", "2026-11-03T00:00:00Z"},
		{"a heartbeat", pod + "}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {conditions: [{type: Ready, status: 'True', " +
			"lastHeartbeatTime: 2026-11-04T00:00:00Z}]}\n", "2026-11-04T00:00:00Z"},
		{"of several objects", pod + "}\n---\napiVersion: v1\nkind: Service\n" +
			"metadata: {name: s, creationTimestamp: 2026-11-05T00:00:00Z}\n---\n" + pod + "}\n", "2026-11-05T00:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := mustRead(t, c.text).Newest.Format(time.RFC3339); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNodesAndWhatMakesThem(t *testing.T) {
	e := mustRead(t, `apiVersion: v1
kind: Node
metadata: {name: n1, creationTimestamp: 2026-11-01T10:00:00Z}
spec: {providerID: "aws:///i", taints: [{key: gpu, value: "true", effect: NoSchedule}]}
status: {nodeInfo: {kubeletVersion: v1.36.0, osImage: Bottlerocket}, allocatable: {cpu: 3900m, memory: 8182Mi, pods: "64",
  ephemeral-storage: 20Gi}}
---
apiVersion: karpenter.sh/v1
kind: NodeClaim
metadata: {name: c}
spec: {expireAfter: 720h, terminationGracePeriod: 48h}
status: {nodeName: n1}
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: p}
spec:
  weight: 10
  limits: {cpu: 1k, memory: 1000Gi, nodes: 10}
  template:
    metadata: {labels: {a: b}}
    spec:
      requirements:
      - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, m5.xlarge], minValues: 2}
      - {key: kubernetes.io/arch, operator: Exists}
      startupTaints: [{key: booting, effect: NoExecute}]
      expireAfter: Never
      nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: default}
      taints: [{key: gpu, effect: NoSchedule}]
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: MachineDeployment
metadata: {name: m, namespace: ns}
`)
	n := e.Nodes[0]
	if n.ProviderID != "aws:///i" || n.KubeletVersion != "v1.36.0" || n.OSImage != "Bottlerocket" || n.Created.Day() != 1 {
		t.Errorf("%+v", n)
	}
	if want := []kubernetes.Taint{{Key: "gpu", Value: "true", Effect: "NoSchedule"}}; !reflect.DeepEqual(n.Taints, want) {
		t.Errorf("taints %+v", n.Taints)
	}
	if want := (kubernetes.Resources{CPU: 3900, Memory: 8182 << 20, Pods: 64,
		Other: map[string]int64{"ephemeral-storage": 20 << 30}}); !reflect.DeepEqual(n.Allocatable, want) {
		t.Errorf("allocatable %+v", n.Allocatable)
	}
	if n.NodeClaim == nil || n.NodeClaim.ExpireAfter != contract.ExpiresAfter(720*time.Hour) || n.NodeClaim.Grace != 48*time.Hour {
		t.Errorf("%+v", n.NodeClaim)
	}
	if got, want := summary(e), "node n1@1\npool karpenter.sh/NodePool p@14\npool cluster.x-k8s.io/MachineDeployment m@31\n"; got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	p := e.Pools[0]
	if p.NodeClass != "eks.amazonaws.com/NodeClass" || p.ExpireAfter != contract.NeverExpires || p.Weight != 10 || p.Static ||
		p.NodeLabels["a"] != "b" {
		t.Errorf("%+v", p)
	}
	if want := []kubernetes.Taint{{Key: "gpu", Effect: "NoSchedule"}}; !reflect.DeepEqual(p.Taints, want) {
		t.Errorf("taints %+v", p.Taints)
	}
	if want := (kubernetes.Resources{CPU: 1_000_000, Memory: 1000 << 30, Other: map[string]int64{"nodes": 10}}); !reflect.DeepEqual(
		p.Limits, want) {
		t.Errorf("limits %+v", p.Limits)
	}
	if r := p.Requirements; len(r) != 2 || r[0].Key != "node.kubernetes.io/instance-type" || len(r[0].Values) != 2 ||
		r[1].Operator != "Exists" {
		t.Errorf("requirements %+v", r)
	}
}

func TestStaticPools(t *testing.T) {
	for spec, want := range map[string]bool{"{}": false, "{replicas: null}": false, "{replicas: 0}": true, "{replicas: 3}": true} {
		e := mustRead(t, "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec: "+spec+"\n")
		if got := e.Pools[0].Static; got != want {
			t.Errorf("%s: static %t", spec, got)
		}
	}
}

// A limit of nothing is not one that was left out.
func TestClosedPools(t *testing.T) {
	for limits, want := range map[string]bool{
		"null":                   false,
		"{}":                     false,
		"{cpu: 10}":              false,
		"{cpu: 0}":               true,
		"{cpu: 10, memory: 0Gi}": true,
		"{nodes: 0}":             true,
		"{nvidia.com/gpu: 0}":    false,
	} {
		e := mustRead(t, "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec: {limits: "+limits+"}\n")
		if got := e.Pools[0].Closed; got != want {
			t.Errorf("%s: closed %t", limits, got)
		}
	}
}

func TestNodeStates(t *testing.T) {
	for _, c := range []struct{ name, rest, want string }{
		{"nothing known", "", "cpu 0"},
		{"ready", "status: {conditions: [{type: Ready, status: 'True'}]}", "cpu 0"},
		{"not ready", "status: {conditions: [{type: DiskPressure, status: 'False'}, {type: Ready, status: 'False'}]}", "cpu 0 not ready"},
		{"not known", "status: {conditions: [{type: Ready, status: Unknown}]}", "cpu 0 not ready"},
		{"not ready, and then another", "status: {conditions: [{type: Ready, status: 'False'}, {type: DiskPressure, status: 'False'}]}",
			"cpu 0 not ready"},
		{"other conditions", "status: {conditions: [{type: MemoryPressure, status: 'False'}]}", "cpu 0"},
		{"cordoned", "spec: {unschedulable: true}", "cpu 0 cordoned"},
		{"capacity alone", "status: {capacity: {cpu: 2}}", "cpu 2000"},
		{"capacity and what is left of it", "status: {capacity: {cpu: 2}, allocatable: {cpu: 1930m}}", "cpu 1930"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := mustRead(t, "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n"+c.rest+"\n").Nodes[0]
			got := fmt.Sprintf("cpu %d", n.Allocatable.CPU)
			if n.NotReady {
				got += " not ready"
			}
			if n.Cordoned {
				got += " cordoned"
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	n := mustRead(t, "apiVersion: v1\nkind: Node\nmetadata: {name: n1, deletionTimestamp: 2026-11-22T06:00:00Z}\n").Nodes[0]
	if n.Deleted.Hour() != 6 {
		t.Errorf("deleted %s", n.Deleted)
	}
}
