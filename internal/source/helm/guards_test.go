package helm

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

const guarded = minimal + `
-- chart/values.yaml --
pdb: {enabled: true, narrow: true, off: false, size: 3}
scale: true
replicas: 1
many: 2
-- chart/templates/a.yaml --
{{- if .Values.pdb.enabled }}
kind: PodDisruptionBudget
spec:
  {{- if .Values.pdb.narrow }}
  maxUnavailable: 1
  {{- end }}
  {{- if or .Values.pdb.off .Values.pdb.size .Values.gone }}
  minAvailable: 1
  {{- end }}
  {{- with .Values.scale }}
  note: {{ . }}
  {{- end }}
---
{{- end }}
kind: Deployment
spec:
  {{- if not .Values.scale }}
  replicas: 2
  {{- end }}
-- chart/templates/b.yaml --
{{- if gt (int .Values.replicas) 1 }}
{{- if gt (int .Values.many) 1 }}
{{- with .Values.replicas }}
kind: PodDisruptionBudget
{{- end }}
{{- end }}
{{- end }}
{{- if .Values.pdb.one }}
kind: Service
{{- end }}
-- chart/charts/sub/Chart.yaml --
apiVersion: v2
name: sub
version: 1.0.0
-- chart/charts/sub/values.yaml --
count: 1
-- chart/charts/sub/templates/a.yaml --
{{- if gt (int .Values.count) 1 }}
kind: PodDisruptionBudget
{{- end }}
`

// What guards a field is on, is a condition, and stands around it inside of its object;
// without a field it stands around the object.
func TestGuards(t *testing.T) {
	dir := unpacked(t, files(guarded))
	c := Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	for _, x := range []struct {
		line        int
		field, want string
	}{
		{2, "", "pdb.enabled"}, {2, "maxUnavailable", "pdb.narrow"}, {2, "minAvailable", ""}, {2, "note", ""}, {2, "spec", ""},
		{15, "", ""}, {15, "replicas", "scale"}, {0, "", ""}, {0, "replicas", ""},
	} {
		if got := strings.Join(c.Guards(filepath.Join(dir, "chart/templates/a.yaml"), x.line, x.field), " "); got != x.want {
			t.Errorf("line %d, %q: %q, want %q", x.line, x.field, got, x.want)
		}
	}
}

// Of a PodDisruptionBudget that is made from two replicas on, the value that is less is one
// by which it is made, in a chart and in those that it depends on.
func TestCounted(t *testing.T) {
	dir := unpacked(t, files(guarded))
	p := partsOf(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	if got := fmt.Sprint(p.counted(p.root, "")); got != "[[replicas=2] [sub.count=2]]" {
		t.Error(got)
	}
	for value, want := range map[any]bool{1: true, 2: false, int64(1): true, int64(2): false, 1.0: true, 2.0: false, "1": false, nil: false} {
		if one(value) != want {
			t.Errorf("%v (%T) is one: %t", value, value, !want)
		}
	}
}

// What opens on the line that an object begins on, and closes behind a field, is around that.
func TestGuardsOnTheFirstLine(t *testing.T) {
	dir := unpacked(t, files(minimal+"-- chart/values.yaml --\nlive: true\ndead: false\n-- chart/templates/a.yaml --\n"+
		"kind: A{{ if .Values.live }}{{ if not .Values.dead }}\nreplicas: 1\n{{ end }}{{ end }}\n"))
	c := Asked(unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	file := filepath.Join(dir, "chart/templates/a.yaml")
	if got := strings.Join(c.Guards(file, 1, "replicas"), " "); got != "live" {
		t.Errorf("guards %q", got)
	}
	if got := strings.Join(c.Switches(file, 1, "replicas"), " "); got != "dead" {
		t.Errorf("switches %q", got)
	}
}
