package source

import "testing"

func TestConstant(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"  - name: NODE_ENV\n    value: \"dev\"\n", true},
		{"  - name: NODE_ENV\n    value: dev # as it was built\n", true},
		{"  - {name: NODE_ENV, value: dev}\n", true},
		{"data:\n  NODE_ENV: dev\n", true},
		{"args: [--port, \"80\", NODE_ENV=dev]\n", true},
		{"args:\n- NODE_ENV\n- dev\n", true},
		{"  - name: NODE_ENV\n    value: {{ .Values.env }}\n", false},
		{"  - name: NODE_ENV\n    value: \"dev-{{ .Values.region }}\"\n", false},
		{"  - name: NODE_ENV\n    value: {{ .Values.env | default \"dev\" }}\n", false},
		{"  - name: OTHER\n    value: dev\n", false},
		{"  - name: NODE_ENV\n    value: {{ .Values.env }}\n  - name: OTHER\n    value: dev\n", false},
		{"", false},
	} {
		if got := constant(c.text, "NODE_ENV=dev"); got != c.want {
			t.Errorf("constant(%q) = %t, want %t", c.text, got, c.want)
		}
	}
}
