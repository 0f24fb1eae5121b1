package helm

import (
	"fmt"
	"strings"
	"testing"
)

// What a template names is a value of the chart by whatever way it gets there: from
// the root, by a variable, and inside of blocks that move the dot.
func TestValuesThatATemplateNames(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"from the root":                    {"{{ .Values.a.b }}", "a.b"},
		"from the root, by its sign":       {"{{ range .Values.x }}{{ $.Values.a }}{{ end }}", "x|a"},
		"by a root of another name":        {"{{ $ctx.Values.a }}", "a"},
		"by a variable":                    {"{{- $app := .Values.server }}{{ $app.n }}", "server|server.n"},
		"by a variable for all values":     {"{{ $app := .Values }}{{ $app.n }}", "n"},
		"by a variable of a variable":      {"{{ $a := .Values.a }}{{ $b := $a.b }}{{ $b.n }}", "a|a.b|a.b.n"},
		"by a variable with a default":     {"{{ $a := .Values.a | default .Values.c }}{{ $a.n }}", "a,c|a.n"},
		"by a copy":                        {"{{ $a := deepCopy .Values.a }}{{ $a.n }}", "a|a.n"},
		"by a merge":                       {"{{ $a := merge (deepCopy .Values.a) (deepCopy .Values.common) }}{{ $a.n }}", "a,common|a.n"},
		"by a merge over it":               {"{{ $a := mergeOverwrite .Values.common .Values.a }}{{ $a.n }}", "common,a|a.n"},
		"by a name":                        {`{{ $a := index .Values "x-y" "z" }}{{ $a.n }}`, "x-y.z.n"},
		"by a name that is made":           {`{{ $a := index .Values $mode }}{{ $a.n }}`, ""},
		"by a variable of a function":      {`{{ $a := dict "helm" . }}{{ $a.n }}`, ""},
		"inside of with":                   {"{{ with .Values.a }}{{ .n }}{{ end }}", "a|a.n"},
		"behind with":                      {"{{ with .Values.a }}{{ end }}{{ .Values.n }}{{ .n }}", "a|n"},
		"in what is not with":              {"{{ with .Values.a }}{{ else }}{{ .Values.n }}{{ end }}", "a|n"},
		"in what else is with":             {"{{ with .Values.a }}{{ else with .Values.b }}{{ .n }}{{ end }}", "a|b|b.n"},
		"inside of with, by its variable":  {"{{ with $x := .Values.a }}{{ $x.n }}{{ end }}", "a|a.n"},
		"inside of range":                  {"{{ range .Values.apps }}{{ .n }}{{ end }}", "apps|apps[].n"},
		"inside of range, by its variable": {"{{ range $k, $v := .Values.apps }}{{ $v.n }}{{ $k.n }}{{ end }}", "apps|apps[].n"},
		"inside of range, and by itself":   {"{{ range $v := .Values.apps }}{{ $v.n }}{{ end }}", "apps|apps[].n"},
		"inside of if":                     {"{{ if .Values.on }}{{ .Values.n }}{{ else if .Values.off }}{{ end }}", "on|n|off"},
		"in a definition":                  {`{{ define "x" }}{{ .n }}{{ .Values.m }}{{ end }}`, "m"},
		"several":                          {"{{ default .Values.a (int .Values.b) }}", "a,b"},
		"the dot":                          {"{{ with .Values.a }}{{ . }}{{ . | quote }}{{ end }}", "a|a|a"},
		"an element":                       {"{{ range .Values.all }}{{ . }}{{ end }}", "all|all[]"},
		"a variable":                       {"{{ $n := .Values.a.n }}{{ $n }}{{ $n | quote }}", "a.n|a.n|a.n"},
		"a variable that is set to one":    {"{{ $n := .Values.a }}{{ $m := $n }}", "a"},
		"a variable that nobody sets":      {"{{ $n }}{{ $n | quote }}", ""},
		"the root":                         {"{{ . }}{{ with .Values }}{{ . }}{{ end }}", ""},
		"in brackets":                      {"{{ with (.Values.a) }}{{ .n }}{{ end }}", "a|a.n"},
		"by the dot":                       {"{{ with .Values.a }}{{ $x := . }}{{ $x.n }}{{ end }}", "a|a.n"},
		"by a merge that must be":          {"{{ $a := mustMerge .Values.a .Values.common }}{{ $a.n }}", "a,common|a.n"},
		"by a merge into a variable's":     {"{{ $v := .Values.v }}{{ $a := merge $v.x .Values.common }}{{ $a.n }}", "v|v.x,common|v.x.n"},
		"by a merge of nothing known":      {"{{ $a := merge $x }}{{ $a.n }}", ""},
		"in what is not with, in with":     {"{{ with .Values }}{{ with .a }}{{ else }}{{ .n }}{{ end }}{{ end }}", "a|n"},
		"in a block":                       {`{{ with .Values.a }}{{ block "x" .b }}{{ .n }}{{ end }}{{ end }}`, "a|a.b"},
		"by a key of a range":              {"{{ $k := .Values.x }}{{ range $k, $v := .Values.all }}{{ $k.n }}{{ end }}", "x|all"},
		"twice":                            {"{{ or .Values.a .Values.a }}", "a"},
		"twice, and once as the dot":       {"{{ with .Values.a }}{{ . | default .Values.a }}{{ end }}", "a|a"},
		"no text":                          {`{{ printf ".Values.x" }}{{ "a.b" }}`, ""},
		"no comment":                       {"{{/* .Values.x */}}{{- /* .Values.y */ -}}", ""},
		"an end too many":                  {"{{ end }}{{ else }}{{ .Values.n }}", "n"},
	} {
		var all []string
		for _, r := range readings(x.text) {
			if len(r.keys) > 0 {
				all = append(all, strings.Join(r.keys, ","))
			}
		}
		if got := strings.Join(all, "|"); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Each action has its line, and the blocks that are open there.
func TestBlocksOfATemplate(t *testing.T) {
	all := readings("{{ if .Values.a }}\n{{ with .Values.b }}\n{{ .n }}\n{{ end }}\n{{ else }}\n{{ .Values.c }}\n{{ end }}\n{{ .Values.d }}")
	for _, x := range []struct {
		key, within string
		line        int
	}{{"b.n", "if a; with b", 3}, {"c", "if a", 6}, {"d", "", 8}} {
		found := false
		for _, r := range all {
			if strings.Join(r.keys, ",") != x.key {
				continue
			}
			found = true
			var within []string
			for _, b := range r.within {
				within = append(within, b.kind+" "+strings.Join(b.keys, ","))
			}
			if got := strings.Join(within, "; "); got != x.within || r.line != x.line {
				t.Errorf("%s: within %q on line %d, want %q on %d", x.key, got, r.line, x.within, x.line)
			}
		}
		if !found {
			t.Errorf("%s is not named: %+v", x.key, all)
		}
	}
}

// Lines are counted whatever stands before an action, and within one.
func TestLinesOfActions(t *testing.T) {
	var lines []int
	const text = "\n{{ .Values.a }}\n{{ if or\n  .Values.b\n  .Values.c }}\n{{ .Values.d }}{{ end }}\n{{/* two\nlines */}}\n{{ .Values.e }}"
	for _, r := range readings(text) {
		lines = append(lines, r.line)
	}
	if got := fmt.Sprint(lines); got != "[2 3 6 6 9]" {
		t.Error(got)
	}
}
