package helm

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"

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

// A made-up text takes the place of what is not there, null or empty, and of nothing else.
func TestPut(t *testing.T) {
	for path, want := range map[string]bool{
		"new": true, "new.deep.er": true, "a.c": true, "empty": true, "nothing": true, "nothing.x": true,
		"a": false, "a.b": false, "text": false, "text.x": false, "zero": false,
	} {
		values := map[string]any{"a": map[string]any{"b": "x"}, "empty": "", "nothing": nil, "text": "t", "zero": 0}
		put := put(values, strings.Split(path, "."))
		if at := (&parted{values: values}).at(path); put != want || (at == madeUp) != want {
			t.Errorf("%s: %t, then %v", path, put, at)
		}
	}
}

// The templates of a chart in a chart see what stands under the names of both.
func TestValuesOfCharts(t *testing.T) {
	named := func(name string) *chart.Chart { return &chart.Chart{Metadata: &chart.Metadata{Name: name}} }
	top, sub, deep := named("shop"), named("sub"), named("deep")
	sub.AddDependency(deep)
	top.AddDependency(sub)
	c := &loaded{root: top}
	all := common.Values{"Values": map[string]any{"sub": common.Values{"a": 1, "deep": map[string]any{"b": 2}}}}
	if v, ok := c.valuesOf(deep, all); !ok || v["b"] != 2 {
		t.Errorf("of the one in both: %v", v)
	}
	if v, ok := c.valuesOf(sub, all); !ok || v["a"] != 1 {
		t.Errorf("of the one in one: %v", v)
	}
	for _, of := range []any{map[string]any{"sub": "text"}, map[string]any(nil), nil, "text"} {
		if v, ok := c.valuesOf(deep, common.Values{"Values": of}); ok || v != nil {
			t.Errorf("of %v: %v", of, v)
		}
	}
}

// What templates ask for is told wherever they do, by its path; what is no value of the chart, or
// is asked for with another function, is not.
func TestRequired(t *testing.T) {
	const ask = `{{ required "m" .Values.a }}`
	for text, want := range map[string]string{
		ask: "a", `{{ required "m" $.Values.a.b }}`: "a.b", `{{ .Values.a.b | required "m" }}`: "a.b",
		`{{ .Values.a | toString | required "m" }}`: "a", `{{ $x := required "m" .Values.a }}`: "a",
		`{{ if required "m" .Values.a }}{{ end }}`: "a", `{{ with required "m" .Values.a }}{{ end }}`: "a",
		`{{ range required "m" .Values.a }}{{ end }}`: "a", `{{ template "x" required "m" .Values.a }}`: "a",
		"{{ if .x }}" + ask + "{{ end }}": "a", "{{ if .x }}{{ else }}" + ask + "{{ end }}": "a",
		"{{ with .x }}" + ask + "{{ end }}": "a", "{{ with .x }}{{ else }}" + ask + "{{ end }}": "a",
		"{{ range .x }}" + ask + "{{ end }}": "a", "{{ range .x }}{{ else }}" + ask + "{{ end }}": "a",
		`{{ printf "%s" (required "m" .Values.a) }}`: "a", `{{ define "x" }}` + ask + "{{ end }}": "a",
		ask + `{{ required "m" .Values.b }}`: "a b",

		`{{ required "m" .Release.Name }}`: "", `{{ required "m" .Values }}`: "", `{{ required "m" .name }}`: "",
		`{{ required "m" (index .Values "a") }}`: "", `{{ required .m .Values.a }}`: "", `{{ .Values.a | default "m" }}`: "",
		`{{ printf "%s" .Values.a | required "m" }}`: "", `{{ required "m" }}`: "", `{{ "m" | quote }}`: "", `{{ required "n" .Values.a }}`: "",
		"{{ if }}" + ask: "",
	} {
		of := &chart.Chart{Metadata: &chart.Metadata{Name: "shop"}, Templates: []*common.File{{Name: "templates/a.yaml", Data: []byte(text)}}}
		var paths []string
		for _, path := range (&loaded{root: of}).requiredIn(of)["m"] {
			paths = append(paths, strings.Join(path, "."))
		}
		if got := strings.Join(paths, " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// A chart is given so many values and no more, of which the first are named; what it asks for
// besides is taken as given. A template counts once however much it asks for.
func TestManyValuesAskedFor(t *testing.T) {
	const six = "--set a1=VALUE --set a2=VALUE --set a3=VALUE --set a4=VALUE --set a5=VALUE --set a6=VALUE"
	for n, want := range map[int]string{
		6: six, 7: six + " and 1 more", mostMadeUp: six + " and 18 more", mostMadeUp + 1: six + " and 18 more",
	} {
		text := "kind: A\n"
		for i := range n {
			text += fmt.Sprintf("a%d: {{ required \"give %[1]d\" .Values.a%[1]d }}\n", i+1)
		}
		dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\n"+text))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		if err != nil || r.Refused == nil || len(r.Documents) != 1 {
			t.Fatalf("%d: %+v %v", n, r, err)
		}
		if got := strings.TrimPrefix(r.Refused.Hint, "give the values that it asks for: "); got != want {
			t.Errorf("%d: %s", n, got)
		}
		if got := strings.Count(string(r.Refused.Text), "kind: A"); got != 1 && n <= mostMadeUp {
			t.Errorf("%d: the template is told %d times", n, got)
		}
		if got := strings.Count(string(r.Documents[0].Data), madeUp); got != n {
			t.Errorf("%d: %d are made up", n, got)
		}
	}
}

// A hint that says what to do stays, whatever else is asked for.
func TestHintsThatStay(t *testing.T) {
	for name, x := range map[string]struct{ more, hint string }{
		"of a schema":   {"-- chart/values.schema.json --\n{\"required\": [\"x\"]}\n", giveValues},
		"what to set":   {"-- chart/templates/z.yaml --\n{{ required \"set a.on=true\" .Values.first }}\n", "--set a.on=true"},
		"neither of it": {"", "give the values that it asks for: --set host=VALUE"},
	} {
		dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\nkind: A\nhost: {{ required \"a host\" .Values.host }}\n"+x.more))
		r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
		if err != nil || r.Refused == nil || r.Refused.Hint != x.hint {
			t.Errorf("%s: %+v %v", name, r.Refused, err)
		}
	}
}

// What an author asks for by a message alone is made up where it is not there, and else as it is.
func TestLenientRequired(t *testing.T) {
	text := minimal + "-- chart/values.yaml --\nhere: x\nempty: \"\"\n-- chart/templates/a.yaml --\n" +
		`{{ fail "no" }}{{ required "m" (index .Values "here") }} {{ required "m" (index .Values "empty") }} {{ required "m" nil }}` + "\n"
	if got := rendered(t, text); got != "x made-up made-up\n" {
		t.Error(got)
	}
}
