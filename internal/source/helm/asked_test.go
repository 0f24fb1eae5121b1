package helm

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A value that a chart's author asks for by its path is made up for all of the chart, not only
// where it is asked for, and the hint names each.
func TestValuesAskedFor(t *testing.T) {
	for name, x := range map[string]struct{ template, sub, hint, want string }{
		"in a pipe": {`{{ $r := .Values.region | required "give region" }}{{ index .Values.region }}`, "",
			"--set region=VALUE", "made-up"},
		"an argument":   {`{{ required "give it" $.Values.region }}-{{ .Values.region | upper }}`, "", "--set region=VALUE", "made-up-MADE-UP"},
		"by a variable": {`{{ $c := . }}{{ $c.Values.x | toString | trimPrefix "<nil>" | required "give x" }}`, "", "--set x=VALUE", "made-up"},
		"two": {`{{ required "give a" .Values.a }}{{ if .Values.b }}on{{ end }}{{ required "give b" .Values.b }}`, "",
			"--set a=VALUE --set b=VALUE", "made-uponmade-up"},
		"a helper's":       {`{{ define "r" }}{{ .Values.q | required "give q" }}{{ end }}{{ include "r" . }}`, "", "--set q=VALUE", "made-up"},
		"of a dependency":  {"main", `{{ required "give n" .Values.n }}`, "--set sub.n=VALUE", "made-up"},
		"not asked for":    {`{{ if .Values.off }}{{ required "give off" .Values.off }}{{ end }}none`, "", "", "none"},
		"by what is said":  {`{{ required (printf "give %s" "z") .Values.z }}`, "", "KEY=VALUE", "made-up"},
		"of another value": {`{{ required "give y" (index .Values "y") }}`, "", "KEY=VALUE", "made-up"},
	} {
		text := minimal + "-- chart/values.yaml --\nregion: \"\"\n" +
			"-- chart/templates/a.yaml --\nkind: A\nof: " + x.template + "\n"
		if x.sub != "" {
			text += "-- chart/charts/sub/Chart.yaml --\napiVersion: v2\nname: sub\nversion: 1.0.0\n" +
				"-- chart/charts/sub/templates/b.yaml --\nkind: B\nof: " +
				x.sub + "\n"
		}
		dir := unpacked(t, files(text))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, d := range r.Documents {
			got += string(d.Data) + "\n"
		}
		if r.Refused != nil {
			got += r.Refused.Hint
		}
		if !strings.Contains(got, "of: "+x.want+"\n") ||
			x.hint != "" && !strings.Contains(got, x.hint) || x.hint == "" && strings.Contains(got, "VALUE") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
