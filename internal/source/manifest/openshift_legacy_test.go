package manifest

import (
	"strings"
	"testing"
)

// What oc writes in the groups of OpenShift is read as that, whether it stands in a Template,
// in a List or by itself; what else is in v1, or in a group of its own, stays as it is.
func TestLegacyKindsOfOpenShift(t *testing.T) {
	const config = "{apiVersion: v1, kind: DeploymentConfig, metadata: {name: web}, spec: {replicas: 3, selector: {app: web}, " +
		"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: x}]}}}}"
	const apart = "\n---\n"
	const route = "{apiVersion: v1, kind: Route, metadata: {name: web}, spec: {to: {kind: Service, name: web}}}"
	for name, text := range map[string]string{
		"by themselves": config + apart + route + "\n",
		"in a List":     "{apiVersion: v1, kind: List, items: [" + config + ", " + route + "]}\n",
		"in a Template": "{apiVersion: v1, kind: Template, metadata: {name: t}, objects: [" + config + ", " + route + "]}\n",
		"in their own group": strings.Replace(config, "v1", "apps.openshift.io/v1", 1) + apart +
			strings.Replace(route, "v1", "route.openshift.io/v1", 1),
	} {
		e := mustRead(t, text)
		if len(e.Workloads) != 1 || e.Workloads[0].Group != "apps.openshift.io" || e.Workloads[0].Replicas != 3 ||
			len(e.Backends) != 1 || e.Backends[0].Service != "web" {
			t.Errorf("%s: %+v, %+v", name, e.Workloads, e.Backends)
		}
	}
	for api, want := range map[string]string{
		"v1/Template": "template.openshift.io/v1", "v1/ImageStream": "image.openshift.io/v1", "v1/Group": "user.openshift.io/v1",
		"v1/Pod": "v1", "v1/ReplicationController": "v1", "v1beta1/Route": "v1beta1", "example.com/v1/Route": "example.com/v1",
		"serving.knative.dev/v1/Route": "serving.knative.dev/v1",
	} {
		i := strings.LastIndex(api, "/")
		if got := grouped(api[:i], api[i+1:]); got != want {
			t.Errorf("%s is applied in %s, want %s", api, got, want)
		}
	}
}

// Of a key that stands twice in an object of a Template the last one counts, as anywhere.
func TestKeysTwiceInATemplate(t *testing.T) {
	raw, faults := readRaw(t, "apiVersion: v1\nkind: Template\nmetadata: {name: t}\nobjects:\n"+
		"- {apiVersion: v1, kind: DeploymentConfig, metadata: {name: web}, spec: {replicas: 2, replicas: 3, selector: {app: web}, "+
		"template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: x}]}}}}\n")
	if len(faults) != 1 || len(raw.Workloads) != 1 || raw.Workloads[0].Replicas != 3 {
		t.Errorf("%v: %+v", faults, raw.Workloads)
	}
}

// A parameter of a Template that need not be given is empty where it is not; one that has to
// be, or that is made up, has no value that is known.
// Its name holds its place in labels and in what selects them.
func TestParametersWithoutAValue(t *testing.T) {
	const template = `apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: shop}
objects:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web${SUFFIX}
  spec:
    selector: {matchLabels: {app: "web${SUFFIX}"}}
    template:
      metadata:
        labels:
          app: web${SUFFIX}
          of: ${SUFFIX}
      spec: {containers: [{name: web, image: "${SUFFIX}x"}]}
parameters:
`
	for parameter, open := range map[string]bool{
		"- name: SUFFIX":                                           false,
		"- {name: SUFFIX, value: }":                                false,
		`- {name: SUFFIX, value: ""}`:                              false,
		"- {name: SUFFIX, value: '', required: false}":             false,
		"- {name: SUFFIX, required: true}":                         true,
		"- {name: SUFFIX, generate: expression, from: '[a-z]{4}'}": true,
		"- {name: OTHER}":                                          false,
	} {
		raw, faults := readRaw(t, template+parameter+"\n")
		switch {
		case open:
			if len(faults) > 0 || len(raw.Workloads) != 1 {
				t.Fatalf("%s: %v", parameter, faults)
			}
			w := &raw.Workloads[0]
			if w.Name != "web${SUFFIX}" || w.Template.Labels["app"] != "webSUFFIX" || w.Selector.MatchLabels["app"] != "webSUFFIX" ||
				w.Template.Open["app"] != "web${SUFFIX}" || w.Template.Containers[0].Floating != "" {
				t.Errorf("%s: %+v", parameter, w)
			}
		case parameter == "- {name: OTHER}": // nobody fills it in
			if len(faults) != 1 {
				t.Errorf("%s: %v", parameter, faults)
			}
		case len(faults) > 0 || len(raw.Workloads) != 1 || raw.Workloads[0].Name != "web" || raw.Workloads[0].Template.Labels["app"] != "web" ||
			raw.Workloads[0].Template.Labels["of"] != "":
			t.Errorf("%s: %v, %+v", parameter, faults, raw.Workloads)
		}
	}
}
