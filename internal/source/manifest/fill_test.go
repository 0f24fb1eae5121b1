package manifest

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Names in braces within a text are filled in where the document cannot be read as it is.
func TestNamesToFillIn(t *testing.T) {
	const head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n"
	const pods = "    spec: {containers: [{name: a, image: a}]}\n"
	labelled := func(label string) string {
		return head + "spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: " + label + "\n  template:\n" +
			"    metadata:\n      labels:\n        app: " + label + "\n" + pods
	}
	for _, c := range []struct{ name, text, label, fault string }{
		{"a label in quotes", labelled(`"{{MY_APP_NAME}}"`), "my-app-name", ""},
		{"one of two words", labelled(`'{{ app }}-{{ENV}}'`), "app-env", ""},
		{"a part of a text without quotes", labelled(`web-{{NAME}}`), "web-name", ""},
		{"no text of its own", labelled(`{{NAME}}`), "", "is a template with names to fill in"},
		{"a number", strings.Replace(labelled(`"{{NAME}}"`), "replicas: 2", `replicas: "{{COUNT}}"`, 1), "",
			"is a template with names to fill in"},
		{"a filter of Jinja", labelled(`"{{ name | lower }}"`), "", "is a Jinja template"},
		{"a value of a chart", labelled(`"{{ .Values.name }}"`), "", "is a Go template"},
		{"a name beside a value of a chart", strings.Replace(labelled(`"{{NAME}}"`), "name: web", `name: "{{ .Values.name }}"`, 1), "",
			"is a template with names to fill in"},
		{"a condition", "# {% if a %}\n" + labelled(`"{{NAME}}"`), "", "is a template with names to fill in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw, faults := readRaw(t, c.text)
			label, fault := "", ""
			for _, w := range raw.Workloads {
				label += w.Template.Labels["app"]
			}
			for _, f := range faults {
				fault += f.Msg
			}
			if label != c.label || fault != c.fault {
				t.Errorf("label %q, fault %q, want %q, %q", label, fault, c.label, c.fault)
			}
			if built := Built("a.yaml", 7, nil, []byte(c.text), &kubernetes.Raw{}); len(built) != len(faults) {
				t.Errorf("built: %v", built)
			}
		})
	}
	// What can be read as it is keeps its names.
	raw, faults := readRaw(t, strings.Replace(labelled("web"), "name: web", "name: web\n  annotations: {a: \"{{NAME}}\"}", 1))
	if len(faults) > 0 || len(raw.Workloads) != 1 {
		t.Errorf("%v", faults)
	}
}
