package manifest

import (
	"strings"
	"testing"
)

// What else a Template makes is found by the same names, and where a number is wanted the
// fault names the parameter, as before.
func TestParametersThatAreOpen(t *testing.T) {
	const template = `apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: shop}
objects:
- apiVersion: apps.openshift.io/v1
  kind: DeploymentConfig
  metadata: {name: "web-${S}"}
  spec:
    replicas: REPLICAS
    selector: {app: "web-${S}"}
    template:
      metadata: {labels: {app: "web-${S}"}}
      spec:
        containers: [{name: web, image: "${IMAGE}"}]
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: "web-${S}"}}}
        affinity:
          podAntiAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: host, labelSelector: {matchLabels: {app: "web-${S}"}}}
            preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm:
                topologyKey: host
                labelSelector: {matchExpressions: [{key: app, operator: In, values: ["web-${S}"]}]}
- apiVersion: policy/v1
  kind: PodDisruptionBudget
  metadata: {name: web}
  spec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: ["web-${S}"]}]}}
- apiVersion: v1
  kind: Service
  metadata: {name: web}
  spec: {selector: {app: "web-${S}"}, ports: [{port: 80}]}
parameters:
- {name: S, required: true}
- {name: IMAGE, required: true}
- {name: HOWMANY, required: true}
`
	raw, faults := readRaw(t, strings.Replace(template, "REPLICAS", "3", 1))
	if len(faults) > 0 || len(raw.Workloads) != 1 || len(raw.Budgets) != 1 || len(raw.Services) != 1 {
		t.Fatalf("%v: %+v", faults, raw)
	}
	w, b := &raw.Workloads[0], &raw.Budgets[0]
	anti := w.Template.Affinity.PodAntiAffinity
	for of, got := range map[string]string{
		"selector": w.Selector.MatchLabels["app"], "labels": w.Template.Labels["app"], "Service": raw.Services[0].Selector["app"],
		"spread":    w.Template.Spread[0].LabelSelector.MatchLabels["app"],
		"required":  anti.RequiredDuringSchedulingIgnoredDuringExecution[0].LabelSelector.MatchLabels["app"],
		"preferred": anti.PreferredDuringSchedulingIgnoredDuringExecution[0].PodAffinityTerm.LabelSelector.MatchExpressions[0].Values[0],
		"PDB":       b.LabelSelector.MatchExpressions[0].Values[0],
	} {
		if got != "web-S" {
			t.Errorf("%s: %s", of, got)
		}
	}
	if b.Open["app"] != "web-${S}" || w.Template.Open["app"] != "web-${S}" || w.Template.Containers[0].Floating != "" {
		t.Errorf("%+v, %+v", b, w.Template)
	}
	_, faults = readRaw(t, strings.Replace(template, "REPLICAS", "${{HOWMANY}}", 1))
	if len(faults) != 1 || faults[0].Msg != "has the parameter HOWMANY of its Template, which wants a value" {
		t.Errorf("%v", faults)
	}
}
