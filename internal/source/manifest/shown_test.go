package manifest

import (
	"maps"
	"strings"
	"testing"
)

// Objects of every kind keep what may tell their platform, and nothing that may
// be private or is long.
func TestObjects(t *testing.T) {
	const input = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {a.example/long: "` + "LONG" + `", a.example/short: x, plain: y}}
spec: {ingressClassName: alb, rules: [{host: h}]}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {key: aHVudGVyMg==}
stringData: {key: hunter2}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: sa, annotations: {eks.amazonaws.com/role-arn: r}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: plain}
---
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: c}
autoModeConfig: {enabled: true}
managedNodeGroups: [{name: g}]
a: {b: {c: {d: {e: f}}}}
---
apiVersion: v1
kind: Service
metadata: {name: lb, annotations: {cloud.google.com/neg: "{}"}}
spec: {selector: {a: b}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {a: db}}
  template: {metadata: {labels: {a: db}}, spec: {containers: [{name: c, image: i}]}}
  volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: standard-rwo}}]
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv}
spec: {csi: {driver: disk.csi.azure.com, volumeHandle: secret}}
`
	raw, _ := readRaw(t, strings.ReplaceAll(input, "LONG", strings.Repeat("x", longestValue+1)))
	want := map[string]map[string]string{ // by API: what is kept
		"networking.k8s.io/Ingress": {"a.example/short": "x", "spec": "", "spec.ingressClassName": "alb", "spec.rules": ""},
		"/ServiceAccount":           {"eks.amazonaws.com/role-arn": "r"},
		"eksctl.io/ClusterConfig": {"autoModeConfig": "", "autoModeConfig.enabled": "true", "managedNodeGroups": "", "a": "", "a.b": "",
			"a.b.c": "", "a.b.c.d": ""},
		"/Service":          {"cloud.google.com/neg": "{}"},
		"apps/StatefulSet":  {"spec.storageClassName": "standard-rwo"},
		"/PersistentVolume": {"spec.csi.driver": "disk.csi.azure.com"},
	}
	if len(raw.Objects) != len(want) {
		t.Errorf("%d objects", len(raw.Objects))
	}
	for _, o := range raw.Objects {
		got := maps.Clone(o.Values)
		if got == nil {
			got = map[string]string{}
		}
		maps.Copy(got, o.Annotations)
		if !maps.Equal(got, want[o.API]) || o.Position.Line == 0 {
			t.Errorf("%s: %v, want %v", o.API, got, want[o.API])
		}
	}
}
