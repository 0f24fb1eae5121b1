package manifest

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Every kind of the table is read as what it is, and each behaves as it says.
func TestEveryKindIsRead(t *testing.T) {
	for _, k := range kubernetes.Kinds {
		api := k.Group + "/v1"
		if k.Group == "" {
			api = "v1"
		}
		template := "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}"
		selector := "{matchLabels: {a: b}}"
		switch {
		case k.Name == "ReplicationController", k.Name == "DeploymentConfig", k.Name == "Service":
			selector = "{a: b}"
		case k.Name == "Job":
			selector = "null"
		}
		spec := "{selector: " + selector + ", " + template + ", scaleTargetRef: {kind: Deployment, name: x}, claimRef: {name: c}"
		if k.Name == "CronJob" {
			spec += ", jobTemplate: {spec: {" + template + "}}"
		}
		text := "apiVersion: " + api + "\nkind: " + k.Name + "\nmetadata: {name: x}\n" + "spec: " + specOf(k, spec) + "}\n" +
			"webhooks: [{name: w.example.io, clientConfig: {service: {namespace: ns, name: s}}, rules: [{apiGroups: [''], apiVersions: [v1], " +
			"operations: [CREATE], resources: [pods]}]}]\n"
		e := mustRead(t, text)
		if live := mustRead(t, strings.Replace(text, "name: x", "name: x, uid: u", 1)); e.Live || !live.Live {
			t.Errorf("%s: of a cluster %t as a manifest, %t with an id that the server gave it", k.API(), e.Live, live.Live)
		}
		if e.Seen.Unrelated != 0 || e.Seen.Skipped != 0 || len(e.CustomResources) != 0 {
			t.Errorf("%s is passed over", k.API())
		}
		n := map[kubernetes.Set]int{
			kubernetes.Controllers: len(e.Workloads), kubernetes.Pods: len(e.Pods), kubernetes.Budgets: len(e.Budgets),
			kubernetes.Scalers:  len(e.Scalers),
			kubernetes.Services: len(e.Services), kubernetes.Nodes: len(e.Nodes), kubernetes.Pools: len(e.Pools),
			kubernetes.NodeClaims: len(e.NodeClaims),
			kubernetes.Volumes:    len(e.VolumeClaims), kubernetes.Priorities: len(e.PriorityClasses),
			kubernetes.Namespaces: len(e.Namespaces), kubernetes.Webhooks: len(e.Webhooks),
			kubernetes.MachineObjects: len(e.Machines), kubernetes.VolumeLimits: len(e.VolumeLimits),
			kubernetes.Quotas: len(e.Quotas), kubernetes.DrainRules: len(e.DrainRules), kubernetes.LimitRanges: len(e.LimitRanges),
		}[k.Set]
		if n != 1 {
			t.Errorf("%s: %d of its set are there: %+v", k.API(), n, e)
		}
		if k.Set == kubernetes.Controllers && n == 1 {
			if w := e.Workloads[0]; w.Lasting != k.Pods.Lasting || w.Evictable != k.Pods.Evictable || w.Kind != k.Name || w.Group != k.Group {
				t.Errorf("%s: %+v", k.API(), w)
			}
		}
		if k.Set == kubernetes.Pools && n == 1 && e.Pools[0].API != k.API() {
			t.Errorf("%s is read as %s", k.API(), e.Pools[0].API)
		}
	}
}

// specOf leaves of a spec what does not stand in one of the kind.
func specOf(k kubernetes.Kind, all string) string {
	switch k.Set {
	case kubernetes.Pods:
		return "{containers: [{name: c}]"
	case kubernetes.Budgets:
		return "{maxUnavailable: 1, selector: {matchLabels: {a: b}}"
	case kubernetes.Nodes, kubernetes.Pools, kubernetes.NodeClaims:
		return "{"
	}
	return all
}
