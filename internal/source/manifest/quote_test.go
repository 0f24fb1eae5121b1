package manifest

import (
	"strings"
	"testing"
)

// What a program fills in where any text will do hides no object: it is a text that nobody
// knows. What tells which object it is, what it selects or how many there are still does.
func TestTextsToFillIn(t *testing.T) {
	const web = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n" +
		"  annotations:\n    a: ANNOTATION\nspec:\n  replicas: REPLICAS\n" +
		"  selector: {matchLabels: {app: web}}\n  template:\n    metadata:\n      labels:\n        app: LABEL\n    spec:\n" +
		"      containers:\n      - name: a\n        image: IMAGE\n        args:\n        - ARGUMENT\n        env:\n" +
		"        - name: V\n          value: VALUE\n"
	for _, c := range []struct{ name, at, with, image, fault string }{
		{"an annotation with a filter", "ANNOTATION", "{{ ips|join(',') }}", "IMAGE", ""},
		{"a Go template's image", "IMAGE", "{{.IMAGE_NAME}}", "{{.IMAGE_NAME}}", ""},
		{"a part of an image", "IMAGE", "{{ registry }}/web:{{ tag }}", "web", ""},
		{"one brace", "IMAGE", "{IMAGE}", "{IMAGE}", ""},
		{"for sed", "IMAGE", "@IMAGE@", "", ""},
		{"for another program", "IMAGE", "%IMAGE%", "%IMAGE%", ""},
		{"for envsubst", "IMAGE", "${IMAGE}", "${IMAGE}", ""},
		{"an argument", "ARGUMENT", "{{ .Values.arg }}", "IMAGE", ""},
		{"a variable", "VALUE", "{{ project_env | default('x') }}", "IMAGE", ""},
		{"a label", "LABEL", "{{ app | lower }}", "", "is a Jinja template"},
		{"how many", "REPLICAS", "{{ replicas | int }}", "", "is a Jinja template"},
		{"how many, for envsubst", "REPLICAS", "${REPLICAS}", "", "is a template for envsubst"},
		{"a condition", "VALUE", "{{ x }}\n          {% if y %}\n        - {name: Z}\n          {% endif %}", "", "is a Jinja template"},
		{"a range", "VALUE", "{{ .X }}\n          {{- range .Y }}\n        - {name: Z}\n          {{- end }}", "", "is a Go template"},
		{"a flow mapping", "VALUE", "{a: b}", "", "wants a string"},
	} {
		text := strings.Replace(web, c.at, c.with, 1)
		if c.at != "REPLICAS" {
			text = strings.Replace(text, "REPLICAS", "2", 1)
		}
		raw, faults := readRaw(t, strings.Replace(text, "app: LABEL", "app: web", 1))
		image, fault := "", ""
		for _, w := range raw.Workloads {
			image += w.Template.Containers[0].Image
			if w.Replicas != 2 {
				t.Errorf("%s: %d replicas", c.name, w.Replicas)
			}
		}
		for _, f := range faults {
			fault += f.Msg
		}
		if read := len(raw.Workloads) == 1; read != (c.fault == "") ||
			image != c.image || !strings.Contains(fault, c.fault) || c.fault == "" && fault != "" {
			t.Errorf("%s: image %q, fault %q, want %q, %q", c.name, image, fault, c.image, c.fault)
		}
	}
}

// A place that a program may fill in is found where a value of YAML begins, and nowhere else.
func TestMayBeFilled(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "{": false, "a: {": false, "a: {}": false, "a: {b: c}": false, "a: {b}": true, "a: {{": true, "a: {{ b }}": true,
		"{{b}}":   true,
		"  {{b}}": true, "a:{{b}}": false, "a: x{{b}}": false, "- {B}": true, "-{B}": false, "a: @B@": true, "a: @": false, "a: %B%": true,
		"a: 5%": false, "a: %5": false, "a: {5}": false, "a: {B": false, "a: {Bä}": false, "a: x\n{_b1}": true, "a: b\n@b": true,
		"a: \"{b}": false,
	} {
		if got := mayBeFilled([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
