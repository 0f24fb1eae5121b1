package manifest

import (
	"strings"
	"testing"
)

// A Template of OpenShift is read as the objects that it makes with the values of its own.
func TestOpenShiftTemplates(t *testing.T) {
	const template = `apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: shop}
objects:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: "${NAME}-web", namespace: shop}
  spec:
    replicas: REPLICAS
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: web, image: "${IMAGE}"}]}
- apiVersion: policy/v1
  kind: PodDisruptionBudget
  metadata: {name: web, namespace: shop}
  spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
parameters:
- {name: NAME, value: blue}
- {name: REPLICAS, value: "3"}
- {name: OTHER, value: "a\nb"}
`
	for name, x := range map[string]struct {
		replicas string
		want     int
		faults   int
	}{
		"a number":                             {"${{REPLICAS}}", 3, 0},
		"a number between quotes":              {`"${{REPLICAS}}"`, 3, 0},
		"a number in a mapping, and a comment": {"${{REPLICAS}} # as staging has it", 3, 0},
		"written":                              {"2", 2, 0},
		"of a parameter without one":           {"${{NONE}}", 0, 1},
	} {
		for _, api := range []string{"template.openshift.io/v1", "v1"} {
			text := strings.Replace(strings.Replace(template, "REPLICAS\n", x.replicas+"\n", 1), "template.openshift.io/v1", api, 1)
			raw, faults := readRaw(t, text)
			if len(faults) != x.faults || len(raw.Budgets) != 1 {
				t.Fatalf("%s, %s: %d PDBs, faults %v", name, api, len(raw.Budgets), faults)
			}
			if n := len(raw.Objects); n == 0 || raw.Objects[0].API != "template.openshift.io/Template" || raw.Objects[0].Name != "shop" {
				t.Errorf("%s, %s: shows %v", name, api, raw.Objects)
			}
			if x.faults > 0 {
				continue
			}
			if w := raw.Workloads[0]; w.Replicas != x.want || w.Name != "blue-web" || w.Position.Line != 5 {
				t.Errorf("%s, %s: %d replicas of %s at line %d", name, api, w.Replicas, w.Name, w.Position.Line)
			}
		}
	}
}

// A parameter of any type is all of a value; in a longer text it is left as it stands.
func TestParametersInTexts(t *testing.T) {
	values := map[string]string{"N": "2", "TAG": "v1", "Q": `a"b`, "B": "false", "Y": "a: b", "E": "1e3"}
	for text, want := range map[string]string{
		"replicas: ${{N}}": "replicas: 2", `replicas: "${{N}}"`: "replicas: 2", "replicas: '${{N}}'": "replicas: 2",
		"{replicas: ${{N}}, x: 1}": "{replicas: 2, x: 1}", "- ${{N}}": "- 2", "a: [${{N}}]": "a: [2]",
		`image: "reg/x:${{TAG}}"`: `image: "reg/x:${{TAG}}"`, `image: "reg/x:${TAG}"`: `image: "reg/x:v1"`,
		"a: [${{N}},${{N}}, ${{N}}]": "a: [2,2, 2]", `{a: "${{N}}",b: ${{N}}}`: "{a: 2,b: 2}", "[${{NONE}},${{N}}]": "[${{NONE}},2]",
		"${TAG}${N}": "v12", "a: ${{N}}\nb: ${{N}}": "a: 2\nb: 2",
		"a: ${N}": `a: "2"`, "- ${N} # two": `- "2" # two`, "a: ${B}\nb: ${TAG}": "a: \"false\"\nb: v1",
		"a: ${N}.${N}": `a: "2.2"`, "a: ${N}.${N}.${N}": "a: 2.2.2", "a: v${N}": "a: v2", "a: ${Y}\r": "a: \"a: b\"\r", "- - ${N}": `- - "2"`,
		"a: ${Q}": `a: "a\"b"`, "a: ${N} ${N}": "a: 2 2", "a: 'x: ${N}'": "a: 'x: 2'", "a: ${E}": `a: "1e3"`,
		"a: ${NONE}": "a: ${NONE}", "a: ${{NONE}}": "a: ${{NONE}}", `a: "${Q}"`: `a: "a\"b"`,
	} {
		if got := string(substituted(quotedTexts([]byte(text), values), values)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// A parameter that makes a text where a number is wanted is a fault of the Template: nothing
// is to be filled in any more.
func TestParametersThatAreTexts(t *testing.T) {
	const template = `apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: shop}
objects:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, labels: {app: web}}
  spec:
    replicas: REPLICAS
    selector: {matchLabels: {app: web}}
    template:
      metadata:
        labels:
          app: web
          version: ${VERSION}
        annotations: {of: "${FLAG}"}
      spec: {containers: [{name: web, image: x}]}
parameters:
- {name: FLAG, value: "false"}
- {name: VERSION, value: "1.0"}
`
	for replicas, fault := range map[string]bool{"${{FLAG}}": true, "${VERSION}": true, "${FLAG}": true, "${NONE}": true, "2": false} {
		raw, faults := readRaw(t, strings.Replace(template, "REPLICAS", replicas, 1))
		if len(faults) > 0 != fault {
			t.Fatalf("%s: %v", replicas, faults)
		}
		for _, f := range faults {
			if strings.Contains(f.Msg, "template") || f.Line != 9 {
				t.Errorf("%s: line %d %s", replicas, f.Line, f.Msg)
			}
		}
		if fault {
			continue
		}
		if w := raw.Workloads[0]; w.Template.Labels["version"] != "1.0" || w.Template.Annotations["of"] != "false" {
			t.Errorf("%+v", w)
		}
	}
}

// Objects of a template go into the project for which it is processed, whatever namespace
// they have, but for one that a parameter gives.
func TestNamespacesInTemplates(t *testing.T) {
	for metadata, want := range map[string]string{
		"{name: web, namespace: shop}":                               "default",
		`{name: web, namespace: "shop"}`:                             "default",
		"{name: web, namespace: 'shop', labels: {namespace: other}}": "default",
		"{name: web}":                                        "default",
		"{name: web, namespace: '${WHERE}'}":                 "there",
		"{name: web, namespace: 'a-${WHERE}'}":               "a-there",
		"\n    name: web\n    namespace: shop # of the shop": "default",
	} {
		text := "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: shop, namespace: shop}\nobjects:\n" +
			"- apiVersion: policy/v1\n  kind: PodDisruptionBudget\n  metadata: " + metadata +
			"\n  spec: {maxUnavailable: 1, selector: {matchLabels: {namespace: shop}}}\nparameters: [{name: WHERE, value: there}]\n"
		e := mustRead(t, text)
		if len(e.Budgets) != 1 || e.Budgets[0].Namespace != want {
			t.Errorf("%s: %+v, want %s", metadata, e.Budgets, want)
		}
	}
	e := mustRead(t, `{"apiVersion": "v1", "kind": "Template", "objects": [{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
"metadata": {"name": "web", "namespace": "shop"}, "spec": {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}}}]}`)
	if len(e.Budgets) != 1 || e.Budgets[0].Namespace != "default" {
		t.Errorf("JSON: %+v", e.Budgets)
	}
}
