package manifest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Pools of machines say how their nodes go, in each version of the Cluster API and
// in HyperShift.
func TestMachinePoolTerms(t *testing.T) {
	nodes := func(n int) contract.Pace { return contract.Pace{Kind: contract.PaceNodes, Nodes: n} }
	percent := func(n int) contract.Pace { return contract.Pace{Kind: contract.PacePercent, Percent: n} }
	for name, test := range map[string]struct {
		written string
		want    contract.Settings
	}{
		"v1beta1": {`{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: a}, spec: {strategy: {type: RollingUpdate,
  rollingUpdate: {maxSurge: 2, maxUnavailable: 25%}},
			template: {spec: {nodeDrainTimeout: 10m, nodeVolumeDetachTimeout: 5m, nodeDeletionTimeout: 1h}}}}`,
			contract.Settings{Drain: 10 * time.Minute, Detach: 5 * time.Minute,
				Rolling: contract.Rolling{Surge: nodes(2), Unavailable: percent(25)}}},
		"v1beta2": {`{apiVersion: cluster.x-k8s.io/v1beta2, kind: MachineDeployment, metadata: {name: a},
  spec: {rollout: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}},
			template: {spec: {deletion: {nodeDrainTimeoutSeconds: 600, nodeVolumeDetachTimeoutSeconds: 300}}}}}`,
			contract.Settings{Drain: 10 * time.Minute, Detach: 5 * time.Minute, Rolling: contract.Rolling{Surge: nodes(0), Unavailable: nodes(1)}}},
		"OnDelete": {`{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: a}, ` +
			`spec: {strategy: {type: OnDelete}}}`, contract.Settings{Detach: contract.Forever, OnDelete: true}},
		"OnDelete, v1beta2": {`{apiVersion: cluster.x-k8s.io/v1beta2, kind: MachineDeployment, metadata: {name: a}, ` +
			`spec: {rollout: {strategy: {type: OnDelete}}}}`, contract.Settings{Detach: contract.Forever, OnDelete: true}},
		"paused": {`{apiVersion: cluster.x-k8s.io/v1beta2, kind: MachineDeployment, metadata: {name: a}, spec: {paused: true}}`,
			contract.Settings{Detach: contract.Forever, Paused: true}},
		"paused by annotation": {`{apiVersion: cluster.x-k8s.io/v1beta2, kind: MachinePool,
  metadata: {name: a, annotations: {cluster.x-k8s.io/paused: "false"}}, spec: {}}`,
			contract.Settings{Detach: contract.Forever, Paused: true}},
		"nothing said": {`{apiVersion: cluster.x-k8s.io/v1beta2, kind: MachinePool, metadata: {name: a}, spec: {}}`,
			contract.Settings{Detach: contract.Forever}},
		"an amount that is none": {`{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: a}, ` +
			`spec: {strategy: {rollingUpdate: {maxSurge: many}}}}`,
			contract.Settings{Detach: contract.Forever}},
		"HyperShift": {`{apiVersion: hypershift.openshift.io/v1beta1, kind: NodePool, metadata: {name: a}, spec: {nodeDrainTimeout: 20m,
  management: {upgradeType: Replace,
			replace: {strategy: RollingUpdate, rollingUpdate: {maxSurge: 3}}}}}`,
			contract.Settings{Drain: 20 * time.Minute, Detach: contract.Forever, Rolling: contract.Rolling{Surge: nodes(3)}}},
		"HyperShift, OnDelete": {`{apiVersion: hypershift.openshift.io/v1beta1, kind: NodePool, metadata: {name: a}, ` +
			`spec: {nodeVolumeDetachTimeout: 1m, management: {replace: {strategy: OnDelete}}}}`,
			contract.Settings{Detach: time.Minute, OnDelete: true}},
		"HyperShift, in place": {`{apiVersion: hypershift.openshift.io/v1beta1, kind: NodePool, metadata: {name: a}, ` +
			`spec: {management: {upgradeType: InPlace, inPlace: {maxUnavailable: 25%}, replace: {rollingUpdate: {maxSurge: 3}}}}}`,
			contract.Settings{Detach: contract.Forever, InPlace: true, Rolling: contract.Rolling{Unavailable: percent(25)}}},
		"HyperShift, in place, one by one": {`{apiVersion: hypershift.openshift.io/v1beta1, kind: NodePool, metadata: {name: a}, ` +
			`spec: {management: {upgradeType: InPlace}}}`,
			contract.Settings{Detach: contract.Forever, InPlace: true}},
		"OpenShift, of what is updated": {`{apiVersion: machineconfiguration.openshift.io/v1, kind: MachineConfigPool, metadata: {name: a}, ` +
			`spec: {maxUnavailable: 25%, nodeSelector: {matchLabels: {a: b}}}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: percent(25)}}},
		"OpenShift, paused": {`{apiVersion: machineconfiguration.openshift.io/v1, kind: MachineConfigPool, metadata: {name: a}, ` +
			`spec: {paused: true, maxUnavailable: 3}}`,
			contract.Settings{Paused: true, Rolling: contract.Rolling{Unavailable: nodes(3)}}},
		"OpenShift, one by one": {`{apiVersion: machineconfiguration.openshift.io/v1, kind: MachineConfigPool, metadata: {name: a}, spec: {}}`,
			contract.Settings{Rolling: contract.Rolling{Unavailable: nodes(1)}}},
		"OpenShift": {`{apiVersion: machine.openshift.io/v1beta1, kind: MachineSet, metadata: {name: a}, spec: {}}`, contract.Settings{}},
	} {
		e := mustRead(t, test.written)
		if len(e.Pools) != 1 || e.Pools[0].Settings() != test.want {
			t.Errorf("%s: %+v", name, e.Pools)
		}
	}
}

// A MachineDrainRule says what drains do, of which machines and of which pods.
func TestMachineDrainRules(t *testing.T) {
	e := mustRead(t, `{apiVersion: cluster.x-k8s.io/v1beta2, kind: MachineDrainRule, metadata: {name: late, namespace: m},
  spec: {drain: {behavior: Drain, order: 7},
		machines: [{selector: {matchLabels: {os: linux}}, clusterSelector: {matchLabels: {stage: prod}}}],
  pods: [{selector: {matchLabels: {app: x}}, namespaceSelector: {matchLabels: {team: a}}}, {}]}}`)
	if len(e.DrainRules) != 1 {
		t.Fatalf("%+v", e.DrainRules)
	}
	r := e.DrainRules[0]
	if r.Namespace != "m" || r.Name != "late" || r.Behavior != "Drain" || r.Order != 7 || len(r.Machines) != 1 || len(r.Pods) != 2 {
		t.Fatalf("%+v", r)
	}
	if r.Machines[0].Own.String() != "os=linux" || r.Machines[0].Cluster.String() != "stage=prod" || r.Pods[0].Own.String() != "app=x" ||
		r.Pods[0].Namespace.String() != "team=a" || !r.Pods[1].Own.Empty() {
		t.Errorf("%+v", r)
	}
	if got := (&kubernetes.Estate{DrainRules: e.DrainRules}).Drains(kubernetes.Machines{Namespace: "m"}).Treat("d",
		nil); got != (kubernetes.DrainTreatment{}) {
		t.Errorf("a rule is about machines without the label that it asks for: %+v", got)
	}
}

// A machine, or the template of its pool, says how it is deleted: without a drain, without
// its volumes being waited for, or held by hooks of others than the platform's own.
func TestDeletionOfMachines(t *testing.T) {
	const capi, openShift = "cluster.x-k8s.io/v1beta2", "machine.openshift.io/v1beta1"
	for name, test := range map[string]struct {
		api, annotations, spec string
		want                   kubernetes.MachineDeletion
	}{
		"nothing said": {capi, "{a: b}", "{}", kubernetes.MachineDeletion{}},
		"no drain":     {capi, `{machine.cluster.x-k8s.io/exclude-node-draining: ""}`, "{}", kubernetes.MachineDeletion{Undrained: true}},
		"no wait for volumes": {capi, `{machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach: "true"}`, "{}",
			kubernetes.MachineDeletion{Detached: true}},
		"hooks": {capi, "{pre-terminate.delete.hook.machine.cluster.x-k8s.io/b: o, pre-drain.delete.hook.machine.cluster.x-k8s.io: o}", "{}",
			kubernetes.MachineDeletion{Hooks: []string{"pre-drain.delete.hook.machine.cluster.x-k8s.io",
				"pre-terminate.delete.hook.machine.cluster.x-k8s.io/b"}}},
		"the control plane's own": {capi, "{pre-terminate.delete.hook.machine.cluster.x-k8s.io/kcp-cleanup: ''}", "{}",
			kubernetes.MachineDeletion{}},
		"OpenShift": {openShift, `{machine.openshift.io/exclude-node-draining: ""}`,
			"{lifecycleHooks: {preDrain: [{name: EtcdQuorumOperator, owner: clusteroperator/etcd}, {name: Mine, owner: me}]}}",
			kubernetes.MachineDeletion{Undrained: true, Hooks: []string{"Mine"}}},
	} {
		e := mustRead(t, fmt.Sprintf("{apiVersion: %s, kind: Machine, metadata: {name: m, namespace: ns, annotations: %s}, spec: %s}",
			test.api, test.annotations, test.spec))
		if len(e.Machines) != 1 || !reflect.DeepEqual(e.Machines[0].Deletion, test.want) {
			t.Errorf("%s: %+v", name, e.Machines)
		}
		if test.api != capi {
			continue
		}
		e = mustRead(t, fmt.Sprintf("{apiVersion: %s, kind: MachineDeployment, metadata: {name: m}, spec: {template: {metadata: "+
			"{annotations: %s}}}}", test.api, test.annotations))
		if len(e.Pools) != 1 || !reflect.DeepEqual(e.Pools[0].Deletion, test.want) {
			t.Errorf("%s, by the template: %+v", name, e.Pools)
		}
	}
}
