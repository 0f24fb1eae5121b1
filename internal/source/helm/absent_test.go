package helm

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A text that nobody gives does not take an object away: a made-up one stands for it, and the
// hint names it. What tells what becomes of pods is not made up.
func TestValuesThatAreNotThere(t *testing.T) {
	for name, x := range map[string]struct{ template, values, want, hint string }{
		"a field of nothing": {`{{ .Values.image.repository }}:{{ .Values.image.tag }}`, "", "made-up:made-up",
			"--set image.repository=VALUE --set image.tag=VALUE"},
		"from the root": {`{{ $.Values.a.b.c }}`, "", "made-up", "--set a.b.c=VALUE"},
		"by a variable": {`{{ $w := .Values.web }}{{ $w.image.name }}`, "web: {}", "made-up", "--set web.image.name=VALUE"},
		"in a helper": {`{{ define "h" }}{{ .Values.s.q.name | quote }}{{ end }}{{ include "h" . }}`, "", `"made-up"`,
			"--set s.q.name=VALUE"},
		"null to a function":   {`{{ .Values.tag | trunc 4 }}`, "tag: null", "made", "--set tag=VALUE"},
		"absent to a function": {`{{ trimSuffix "-" (trunc 7 $.Values.tag) }}`, "", "made-up", "--set tag=VALUE"},
		"two pipes": {`{{ printf "%s-%s" (.Values.a | lower) (.Values.b | upper) }}`, "", "made-up-MADE-UP",
			"--set a=VALUE --set b=VALUE"},
		"an element":              {`{{ index .Values.secrets "queue-name" }}`, "", "made-up", "--set secrets.queue-name=VALUE"},
		"a port":                  {`{{ .Values.service.port }}`, "", "8080", "--set service.port=VALUE"},
		"two, one after another":  {`{{ .Values.a.b }}{{ .Values.c.d }}`, "", "made-upmade-up", "--set a.b=VALUE --set c.d=VALUE"},
		"with another by default": {`{{ .Values.image.tag | default "v1" }}`, "", "v1", "--set image.tag=VALUE"},
		"asked whether":           {`{{ if .Values.tls.enabled }}on{{ else }}off{{ end }}`, "", "off", "--set tls.enabled=VALUE"},
		"keys of nothing":         {`{{ if hasKey .Values.a "x" }}on{{ else }}off{{ end }}`, "", "off", "--set a=VALUE"},
		"an empty tag": {`r.example.com/web:{{ .Values.image.tag }}`, "image: {tag: ''}", "r.example.com/web:made-up",
			"--set image.tag=VALUE"},
		"an empty name and tag": {`{{ .Values.r }}/{{ .Values.name }}:{{ .Values.tag }}`, "{r: '', name: ''}", "made-up/made-up:made-up",
			"--set r=VALUE --set name=VALUE --set tag=VALUE"},
		"how many":           {`{{ .Values.web.replicas }}`, "", "", "--set web.replicas=VALUE"},
		"how many may go":    {`{{ .Values.pdb.maxUnavailable }}`, "", "", "--set pdb.maxUnavailable=VALUE"},
		"a quantity":         {`{{ .Values.resources.memory | quote }}`, "", `"1Mi"`, "--set resources.memory=VALUE"},
		"a text of a text":   {`{{ .Values.image.tag }}`, "image: text", "", giveValues},
		"of each of a list":  {`{{ range .Values.all }}{{ .image.tag }}{{ end }}`, "all: [{}]", "", giveValues},
		"what it takes away": {`{{ $_ := unset .Values "a" }}{{ .Values.a.b }}`, "", "", ""}, // and for ever again
		"of what is a chart": {`{{ .Values.sub.x }}`, "sub: {x: 1}", "1", ""},
	} {
		dir := unpacked(t, files(minimal+"-- chart/values.yaml --\n"+x.values+"\n-- chart/templates/a.yaml --\nkind: A\nof: "+x.template+"\n"))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, d := range r.Documents {
			got += string(d.Data)
		}
		hint := ""
		if r.Refused != nil {
			hint = r.Refused.Hint
		}
		if (x.want == "") != (got == "") || x.want != "" && strings.TrimSpace(got) != "kind: A\nof: "+x.want || !strings.HasSuffix(hint, x.hint) {
			t.Errorf("%s: %q\n%+v", name, got, r.Refused)
		}
	}
}
