package helm

import (
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

func TestSilent(t *testing.T) {
	helpers := `{{ define "checks" }}{{ if not .Values.key }}{{ fail "give key" }}{{ end }}{{ end }}
{{ define "message" }}give key{{ end }}{{ define "again" }}{{ include "again" . }}{{ end }}{{ define "budget" }}
kind: PodDisruptionBudget
{{ end }}`
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"what only fails", `{{- if .Values.a }}{{ fail "no" }}{{ else if .Values.b }}{{- fail (printf "%s" .c) -}}{{ end }}`, true},
		{"a message that is put together",
			`{{ $m := printf "%s" (include "message" .) }}{{ with $m }}{{ printf "x %s" . | fail }}{{ end }}`, true},
		{"what asks for a value and keeps it", `{{- $_ := required "give it" .Values.a -}}{{/* that is all */}}`, true},
		{"checks of the helpers", "{{ include \"checks\" . }}\n{{ template \"checks\" . }}", true},
		{"a template that includes itself", `{{ include "again" . }}`, true},
		{"each of several", `{{ range .Values.all }}{{ if .x }}{{ fail .x }}{{ end }}{{ end }}`, true},
		{"nothing", "", true},
		{"a loop that is left, and a comment", `{{/* c */}}{{ range .Values.all }}{{ if .x }}{{ break }}{{ end }}{{ continue }}{{ end }}`, true},
		{"text", `{{ if .Values.a }}kind: Pod{{ end }}`, false},
		{"text else", `{{ if .Values.a }}{{ fail "no" }}{{ else }}kind: Pod{{ end }}`, false},
		{"text with", `{{ with .Values.a }}kind: Pod{{ end }}`, false},
		{"text else than with", `{{ with .Values.a }}{{ else }}kind: Pod{{ end }}`, false},
		{"text of each", `{{ range .Values.a }}kind: Pod{{ end }}`, false},
		{"text of none", `{{ range .Values.a }}{{ else }}kind: Pod{{ end }}`, false},
		{"the name of a template", `{{ printf "checks" }}`, false},
		{"what it writes beside", `{{ fail "no" }}{{ .Values.raw }}`, false},
		{"an object of the helpers", `{{ include "budget" . }}`, false},
		{"an object of the helpers, made fit", `{{ include "checks" . | nindent 2 }}`, false},
		{"what nobody defines", `{{ include "gone.checks" . }}`, false},
		{"a name that is computed", `{{ include (print "checks") . }}`, false},
		{"what it asks for and writes", `{{ required "give it" .Values.a }}`, false},
		{"no template", `{{ if }}`, false},
	} {
		root := &chart.Chart{Metadata: &chart.Metadata{Name: "shop"}, Templates: []*common.File{
			{Name: "templates/_helpers.tpl", Data: []byte(helpers)}, {Name: "templates/a.yaml", Data: []byte(c.text)},
		}}
		if got := (&loaded{root: root}).silent("shop/templates/a.yaml"); got != c.want {
			t.Errorf("%s: %t, want %t", c.name, got, c.want)
		}
	}
}

// A template that only defines others writes nothing by itself.
func TestSilentByItself(t *testing.T) {
	for text, want := range map[string]bool{
		"{{/* of all */}}\n{{ define \"a\" }}\nkind: Service\n{{ end }}\n":             true,
		"{{- define \"a\" -}}\nkind: Service\n{{- end -}}{{ define \"b\" }}x{{ end }}": true,
		"{{ define \"a\" }}kind: Service{{ end }}\n{{ template \"a\" . }}":             false,
		"{{ define \"a\" }}kind: Service{{ end }}\n{{ include \"elsewhere\" . }}":      false,
		"{{ define \"a\" }}kind: Service{{ end }}\nkind: Pod":                          false,
		"kind: Pod\nname: {{ .Values.x }}":                                             false,
		"{{ define \"a\" }}kind: Service":                                              false, "": false,
	} {
		if got := Silent([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
