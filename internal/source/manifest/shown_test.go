package manifest

import (
	"maps"
	"strconv"
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

// The version of a cluster stands where it is written, in whatever field.
func TestPlacesOfVersions(t *testing.T) {
	for text, want := range map[string]string{
		"apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: a\n  version: '1.29'\n":            "metadata.version 5",
		"apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Cluster\nmetadata: {name: a}\nspec:\n  version: '1.29'\n": "spec.version 5",
		"apiVersion: eks.aws.upbound.io/v1beta1\nkind: Cluster\nspec:\n  forProvider: {\n    version: '1.29'}\n":    "spec.forProvider.version 5",
		"apiVersion: example.com/v1\nkind: Cluster\nspec: {size: 1}\n":                                              "",
	} {
		e, err := read(t, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range e.Objects {
			var got string
			for path, at := range o.At {
				got += path + " " + strconv.Itoa(at.Line)
			}
			if got != want {
				t.Errorf("%s: %q, want %q", text, got, want)
			}
		}
	}
}
