package gitops

import (
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/source/manifest"
)

// What Jsonnet may make is told by the kinds that it names, in whatever way; by one that is
// computed, or imported, any.
func TestKindsOfJsonnet(t *testing.T) {
	for text, want := range map[string]string{
		"{\n  apiVersion: \"apps/v1\",\n  kind: \"Deployment\",\n}":                              "Deployment",
		"[{ apiVersion: 'v1', 'kind': 'Service' }, { apiVersion: 'v1', kind: 'ConfigMap' }]":     "Service",
		"{ \"apiVersion\": \"v1\", \"kind\":: \"Pod\" }":                                         "Pod",
		"{ apiVersion: 'apps/v1', kind: if x then 'Deployment' else 'StatefulSet' }":             "any",
		"{ apiVersion: 'apps/v1', kind: kind }":                                                  "any",
		"local k = import 'k.libsonnet'; { apiVersion: 'v1', kind: 'Service', x: k.deployment }": "any",
		"{ apiVersion: 'v1', kind: 'Service', x: (import \"y\") }":                               "any",
		"{ apiVersion: 'v1', kind: 'Secret', important: 'x' }":                                   "",
	} {
		var kinds []string
		all := jsonnetImports.MatchString(text)
		if !all {
			kinds, all = manifest.MayMake(kindsOf([]byte(text)))
		}
		got := ""
		if slices.Sort(kinds); all {
			got = "any"
		} else if len(kinds) > 0 {
			got = kinds[0]
		}
		if got != want || !all && len(kinds) > 1 {
			t.Errorf("%s: %v, want %s", text, kinds, want)
		}
	}
}
