package manifest

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// Defaults are those of the API server and of KEDA.
func TestScalers(t *testing.T) {
	for _, c := range []struct{ name, api, kind, spec, want string }{
		{"v2", "autoscaling/v2", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: a}, minReplicas: 2, maxReplicas: 5}", "2..5 of ns/Deployment/a"},
		{"v2 without a minimum", "autoscaling/v2", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: StatefulSet, name: a}, maxReplicas: 5}", "1..5 of ns/StatefulSet/a"},
		{"v2 with a null minimum", "autoscaling/v2", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: StatefulSet, name: a}, minReplicas: null, maxReplicas: 5}", "1..5 of ns/StatefulSet/a"},
		{"v1", "autoscaling/v1", "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: a}, minReplicas: 0, maxReplicas: 5, targetCPUUtilizationPercentage: 80}", "1..5 of ns/Deployment/a, or none"},
		{"KEDA says nothing", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {name: a}}", "1..100 of ns/Deployment/a, or none"},
		{"KEDA says all", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {kind: StatefulSet, name: a}, minReplicaCount: 2, maxReplicaCount: 9}", "2..9 of ns/StatefulSet/a"},
		{"KEDA idles below", "keda.sh/v1alpha1", "ScaledObject", "{scaleTargetRef: {name: a}, minReplicaCount: 2, idleReplicaCount: 0}", "2..100 of ns/Deployment/a, or none"},
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
		"status: {disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, conditions: [{type: DisruptionAllowed, status: 'False', reason: SyncFailed, message: no scale}]}\n"
	if e := mustRead(t, strings.Replace(budget, ", UID", "", 1)); e.Live || e.Budgets[0].Status != nil {
		t.Errorf("a manifest: live %t, %+v", e.Live, e.Budgets[0].Status)
	}
	e := mustRead(t, strings.Replace(budget, "UID", "uid: u", 1))
	if s := e.Budgets[0].Status; !e.Live || s == nil || s.Allowed != 1 || s.Healthy != 2 || s.Desired != 1 || s.Expected != 2 || s.SyncFailed != "no scale" {
		t.Errorf("a dump: live %t, %+v", e.Live, s)
	}
}

// What is no whole workload is not taken for one.
func TestWorkloads(t *testing.T) {
	const containers = "template: {spec: {containers: [{name: a}]}}"
	for _, c := range []struct{ name, api, kind, spec, want string }{
		{"Deployment", "apps/v1", "Deployment", "{selector: {matchLabels: {a: b}}, " + containers + "}", "default/Deployment/a@1\n"},
		{"Deployment without a selector", "apps/v1", "Deployment", "{template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a}]}}}", "default/Deployment/a@1\n"},
		{"a patch of an image", "apps/v1", "Deployment", "{" + containers + "}", "1 unrelated\n"},
		{"Deployment without containers", "apps/v1", "Deployment", "{selector: {matchLabels: {a: b}}}", "default/Deployment/a@1\n"},
		{"a patch of replicas", "apps/v1", "Deployment", "{replicas: 5}", "1 unrelated\n"},
		{"a patch of a null selector", "apps/v1", "Deployment", "{selector: null, template: {spec: {nodeSelector: {a: b}, containers: []}}}", "1 unrelated\n"},
		{"a patch of nothing", "apps/v1", "StatefulSet", "null", "1 unrelated\n"},
		{"a patch of an autoscaler", "autoscaling/v2", "HorizontalPodAutoscaler", "{minReplicas: 3}", "1 unrelated\n"},
		{"Job", "batch/v1", "Job", "{" + containers + "}", "default/Job/a@1\n"},
		{"CronJob", "batch/v1", "CronJob", "{jobTemplate: {spec: {" + containers + "}}}", "default/CronJob/a@1\n"},
		{"Rollout", "argoproj.io/v1alpha1", "Rollout", "{strategy: {canary: {}}, selector: {matchLabels: {a: b}}, " + containers + "}", "default/Rollout/a@1\n"},
		{"ReplicationController", "v1", "ReplicationController", "{selector: {a: b}, " + containers + "}", "default/ReplicationController/a@1\n"},
		{"a custom resource", "db.example.com/v1", "Database", "{replicas: many}", "custom db.example.com/Database default/a\n1 unrelated\n"},
		{"a custom resource written badly", "db.example.com/v1", "Database", "{}\nmetadata: []", "1 unrelated\n"},
		{"Ingress", "networking.k8s.io/v1", "Ingress", "{}", "1 unrelated\n"},
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
	const base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 3\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a}]}}\n"
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
      containers:
      - name: a
      - name: b
        ports: [{containerPort: 80}]
        readinessProbe: {httpGet: {path: /, port: web}}
        envFrom: [{configMapRef: {name: c}}]
      volumes: [{name: v, emptyDir: {sizeLimit: 1Gi}}]
`)
	w := e.Workloads[0].Template
	if w.Labels["a"] != "b" || w.Annotations["c"] != "d" || !w.Ports || !w.Readiness {
		t.Errorf("%+v", w)
	}
	if len(w.NodeSelector) != 2 || w.NodeSelector["zone"] != "a" || w.NodeSelector["pool"] != "x" {
		t.Errorf("node selector %v", w.NodeSelector)
	}
	if len(w.Tolerations) != 2 || w.Tolerations[0].Key != "" || w.Tolerations[1].Effect != "NoSchedule" {
		t.Errorf("tolerations %+v", w.Tolerations)
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
  spec: {nodeName: n1}
  status:
    phase: Running
    conditions: [{type: PodScheduled, status: "True"}, {type: Ready, status: "True"}]
`)
	p := e.Pods[0]
	if !e.Live || p.Node != "n1" || p.Owner.Kind != "ReplicaSet" || p.Workload != 0 || p.Position.Line != 4 {
		t.Errorf("live %t, %+v", e.Live, p)
	}
	if w := e.Workloads[0]; w.Kind != "Deployment" || w.Name != "a" || !w.Inferred || w.Replicas != 1 {
		t.Errorf("%+v", w)
	}
}

func TestNodesAndWhatMakesThem(t *testing.T) {
	e := mustRead(t, `apiVersion: v1
kind: Node
metadata: {name: n1, creationTimestamp: 2026-11-01T10:00:00Z}
spec: {providerID: "aws:///i", taints: [{key: gpu, value: "true", effect: NoSchedule}]}
status: {nodeInfo: {kubeletVersion: v1.36.0, osImage: Bottlerocket}}
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
  template:
    metadata: {labels: {a: b}}
    spec:
      expireAfter: Never
      nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: default}
      taints: [{key: gpu, effect: NoSchedule}]
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: MachineDeployment
metadata: {name: m, namespace: ns}
`)
	n := e.Nodes[0]
	if n.ProviderID != "aws:///i" || n.KubeletVersion != "v1.36.0" || n.OSImage != "Bottlerocket" || len(n.Taints) != 1 || n.Created.Day() != 1 {
		t.Errorf("%+v", n)
	}
	if n.Claim == nil || n.Claim.ExpireAfter != 720*time.Hour || n.Claim.Grace != 48*time.Hour {
		t.Errorf("%+v", n.Claim)
	}
	if got, want := summary(e), "node n1@1\npool karpenter.sh/NodePool p@13\npool cluster.x-k8s.io/MachineDeployment m@24\n"; got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	if p := e.Pools[0]; p.NodeClass != "eks.amazonaws.com/NodeClass" || p.ExpireAfter != "Never" || len(p.Taints) != 1 {
		t.Errorf("%+v", p)
	}
}
