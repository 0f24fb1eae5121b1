package helmfile

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// folder is files by their names.
type folder map[string]string

func (f folder) ReadFile(name string) ([]byte, error) {
	if text, there := f[name]; there {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

// loaded is the first file of an archive as a state, with the others beside it.
func loaded(archive string) *State {
	files := folder{}
	all := txtar.Parse([]byte(archive)).Files
	for _, f := range all {
		files[f.Name] = string(f.Data)
	}
	return Load(context.Background(), files, all[0].Name, all[0].Data)
}

// told are the releases of a state in each environment, those that are perhaps installed with a question mark.
func told(s *State) string {
	var all []string
	for _, e := range s.Environments {
		said := e.Name + ":"
		for _, x := range e.Releases {
			switch x.Installed {
			case Yes:
				said += " " + x.Name
			case Perhaps:
				said += " " + x.Name + "?"
			}
			if x.Unsure {
				said += "~"
			}
		}
		all = append(all, said)
	}
	if s.Open != "" {
		all = append(all, s.Open)
	}
	return strings.Join(all, "; ")
}

// What is installed in which environment is what helmfile says there.
func TestInstalled(t *testing.T) {
	const two = "environments:\n  dev:\n    values: [{db: {enabled: false}, releases: [web]}]\n" +
		"  prod:\n    values: [{db: {enabled: true}, releases: [web, db]}]\n---\n"
	const rel = "releases:\n- name: web\n  chart: ./web\n- name: db\n  chart: ./db\n"
	for name, x := range map[string]struct{ text, want string }{
		"all":         {two + rel, "dev: web db; prod: web db"},
		"installed":   {two + rel + "  installed: {{ .Values.db.enabled }}\n", "dev: web; prod: web db"},
		"no":          {two + rel + "  installed: false\n", "dev: web; prod: web"},
		"by a name":   {two + rel + "  installed: {{ eq .Environment.Name \"prod\" }}\n", "dev: web; prod: web db"},
		"a condition": {two + rel + "  condition: db.enabled\n", "dev: web; prod: web db"},
		"a condition that is not there": {two + rel + "  condition: db.other.enabled\n",
			"dev: web; prod: web"},
		"a condition as it is": {two + rel + "  condition: false\n", "dev: web; prod: web"},
		"a condition by text":  {two + rel + "  condition: \"true\"\n", "dev: web db; prod: web db"},
		"a template of the release": {two + rel + "  installedTemplate: '{{`{{ has .Release.Name .Environment.Values.releases }}`}}'\n",
			"dev: web; prod: web db"},
		"one written as in version 1": {two + rel + "  installedTemplate: '{{ has .Release.Name .Values.releases }}'\n",
			"dev: web; prod: web db"},
		"a template of the condition": {two + rel + "  conditionTemplate: '{{`{{ .Values.db.enabled }}`}}'\n", "dev: web; prod: web db"},
		"within a condition": {two + "releases:\n- name: web\n  chart: ./web\n{{ if .Values.db.enabled }}- name: db\n  chart: ./db\n{{ end }}",
			"dev: web; prod: web db"},
		"a list of the environment": {two + "releases:\n{{ range .Values.releases }}- name: {{ . }}\n  chart: ./{{ . }}\n{{ end }}",
			"dev: web; prod: web db"},
		"its other name": {two + "releases:\n{{ range $i, $x := .StateValues.releases }}- name: {{ $x }}-{{ $i }}\n  chart: ./x\n{{ end }}",
			"dev: web-0; prod: web-0 db-1"},
		"get": {two + rel + "  installed: {{ .Values | get \"db.enabled\" false }}\n", "dev: web; prod: web db"},
		"get what is not there": {two + rel + "  installed: {{ .Values | get \"db.on\" true }}\n",
			"dev: web db; prod: web db"},
		"or nothing": {two + rel + "  installed: {{ .Values | getOrNil \"db.on\" | default \"false\" }}\n", "dev: web; prod: web"},
		"and":        {two + rel + "  installed: {{ and (hasKey .Values \"db\") .Values.db.enabled }}\n", "dev: web; prod: web db"},

		"by a variable": {two + rel + "  installed: {{ eq (env \"DB\") \"yes\" }}\n", "dev: web db?; prod: web db?"},
		"within what is not known": {two + "releases:\n- name: web\n  chart: ./web\n{{ if env \"DB\" }}- name: db\n  chart: ./db\n{{ end }}",
			"dev: web db?; prod: web db?"},
		"otherwise than what is not known": {two + "releases:\n{{ if exec \"a\" (list) }}- name: web\n  chart: ./web\n{{ else }}" +
			"- name: db\n  chart: ./db\n{{ end }}", "dev: web? db?; prod: web? db?"},
		"both ways": {two + "releases:\n{{ if env \"A\" }}- name: web\n  chart: ./web\n{{ else }}- name: web\n  chart: ./web\n{{ end }}",
			"dev: web; prod: web"},
		"otherwise than a fault": {two + "{{ if env \"A\" }}{{ fail \"no A\" }}{{ end }}" + rel, "dev: web db; prod: web db"},
		"and, and what is not known": {two + rel + "  installed: {{ and (env \"DB\") .Values.db.enabled }}\n",
			"dev: web; prod: web db?"},
		"or what is not known":  {two + rel + "  installed: {{ or .Values.db.enabled (env \"DB\") }}\n", "dev: web db?; prod: web db"},
		"in a list with others": {two + rel + "  installed: {{ has \"db\" (list \"db\" (env \"DB\")) }}\n", "dev: web db; prod: web db"},
		"not in a list with others": {two + rel + "  installed: {{ has \"db\" (list \"x\" (env \"DB\")) }}\n",
			"dev: web db?; prod: web db?"},
		"a list that is not known": {two + "releases:\n- name: web\n  chart: ./web\n{{ range fetchSecretValue \"a\" }}- name: {{ . }}\n" +
			"  chart: ./a\n{{ end }}",
			"dev: web; prod: web; " + byTemplates},
		"a fault": {two + "releases:\n- name: web\n  chart: ./web\n  version: {{ fail \"no\" }}\n", "dev: web; prod: web; " + byTemplates},
		"one within itself": {"environments: {default: {values: [{a: '{{`{{ tpl .Values.a . }}`}}'}]}}\n---\nreleases:\n- name: web\n" +
			"  chart: ./web\n" +
			"  installed: {{ tpl .Values.a . }}\n", "default: web; " + byTemplates},
		"no YAML":    {"releases:\n- {name: web, chart: [}\n", ":; " + noYAML},
		"a loop":     {"releases:\n{{ range until 2000000000 }}{{ end }}\n- name: web\n  chart: ./web\n", ": web; " + byTemplates},
		"no release": {two, "dev:; prod:"},
	} {
		if got := told(loaded("-- helmfile.yaml --\n" + x.text)); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// An environment that a state has only where it is asked for that one, by a condition on its name, is one of it.
func TestEnvironmentsByTheirNames(t *testing.T) {
	const web = "---\nreleases:\n- name: web\n  chart: ./web\n  installed: {{ .Values | get \"live\" false }}\n"
	const byDefault = "environments:\n  {{- if eq .Environment.Name \"default\" }}\n  default: {values: [{live: false}]}\n  {{- else }}\n"
	for name, x := range map[string]struct{ text, want string }{
		"in the other branch": {byDefault + "  prod: {values: [{live: true}]}\n  {{- end }}\n" + web, "default:; prod: web"},
		"several, one of values that are not here": {byDefault + "  dev: {values: [{live: false}]}\n  prod:\n    values:\n" +
			"    - {{ requiredEnv \"AT\" }}/prod.yaml\n  {{- end }}\n" + web, "default:; dev:; prod: web?"},
		"each in its own": {"environments:\n  {{- if eq .Environment.Name \"eu\" }}\n  eu: {values: [{live: true}]}\n" +
			"  {{- end }}\n  {{- if eq .Environment.Name \"us\" }}\n  us: {}\n  {{- end }}\n" + web, "eu: web; us:"},
		"in no branch that is taken": {byDefault + "  prod: {}\n  {{- end }}\n  {{- if false }}\n  gone: {}\n  {{- end }}\n" + web,
			"default:; prod:"},
		"in a base": {"bases: [env.yaml.gotmpl]\n" + web + "-- env.yaml.gotmpl --\n" + byDefault +
			"  prod: {values: [{live: true}]}\n  {{- end }}\n", "default:; prod: web"},
	} {
		if got := told(loaded("-- state.yaml.gotmpl --\n" + x.text)); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// Values of an environment are those of its files and its own, one over another; what is in a file that is not here may
// be anything, and where helmfile can do without it nothing else asks for what it may have.
func TestValuesOfEnvironments(t *testing.T) {
	const on = "releases:\n- name: web\n  chart: ./web\n  installed: "
	for name, x := range map[string]struct{ head, ask, want string }{
		"none":                {"", "{{ .Environment.Name | eq \"default\" }}", ": web"},
		"a file":              {"values: [on.yaml]", "{{ .Values.live }}", "prod: web"},
		"one by the name":     {"values: ['{{ .Environment.Name }}.yaml']", "{{ .Values.live }}", "prod:"},
		"one over another":    {"values: [on.yaml, prod.yaml]", "{{ .Values.live }}", "prod:"},
		"in the other order":  {"values: [prod.yaml, on.yaml]", "{{ .Values.live }}", "prod: web"},
		"a template":          {"values: [on.yaml, {size: 2}, t.yaml.gotmpl]", "{{ eq .Values.m 3 }}", "prod: web"},
		"of what is unknown":  {"values: [u.yaml.gotmpl]", "{{ .Values.live }}", "prod: web?"},
		"decided by such":     {"values: [d.yaml.gotmpl]", "{{ .Values | get \"live\" false }}", "prod: web?"},
		"not here":            {"values: [gone.yaml]", "{{ .Values | get \"live\" false }}", "prod: web?"},
		"not here, as it is":  {"values: [gone.yaml]", "{{ .Values.live }}", "prod: web?"},
		"has, not here":       {"values: [gone.yaml]", "{{ hasKey .Values \"live\" }}", "prod: web?"},
		"dig, not here":       {"values: [gone.yaml]", "{{ dig \"live\" \"x\" false .Values }}", "prod: web?"},
		"may be gone":         {"missingFileHandler: Warn, values: [gone.yaml]", "{{ .Values | get \"live\" false }}", "prod:"},
		"may be gone, has":    {"missingFileHandler: Info, values: [gone.yaml]", "{{ hasKey .Values \"live\" }}", "prod:"},
		"may be gone, asked":  {"missingFileHandler: Debug, values: [gone.yaml]", "{{ .Values.live }}", "prod: web?"},
		"one of both must be": {"values: [gone.yaml, more.yaml]", "{{ hasKey .Values \"live\" }}", "prod: web?"},
		"of the machine":      {"values: [/etc/on.yaml]", "{{ hasKey .Values \"live\" }}", "prod: web?"},
		"a secret":            {"secrets: [s.yaml]", "{{ .Values.live }}", "prod: web?"},
		"a secret, by chance": {"secrets: [s.yaml]", "{{ .Values | get \"live\" false }}", "prod:"},
		"no YAML":             {"values: [bad.yaml]", "{{ .Values.live }}", "prod: web?"},
		"a text of a file":    {"values: [on.yaml]", "{{ readFile \"on.yaml\" | fromYaml | get \"live\" }}", "prod: web"},
		"a text of none":      {"values: [on.yaml]", "{{ readFile \"gone.yaml\" | fromYaml | get \"live\" }}", "prod: web?"},
		"a file that is here": {"values: [on.yaml]", "{{ isFile \"on.yaml\" }}", "prod: web"},
		"of none":             {"values: [on.yaml]", "{{ isFile \"gone.yaml\" }}", "prod:"},
		"a text as template":  {"values: [on.yaml]", "{{ tpl \"{{ .Values.live }}\" . }}", "prod: web"},
		"arithmetic":          {"values: [{size: 2}]", "{{ gt (mul .Values.size 1000000) 1999999 }}", "prod: web"},
	} {
		text := on + x.ask + "\n"
		if x.head != "" {
			text = "environments: {prod: {" + x.head + "}}\n---\n" + text
		}
		got := told(loaded("-- helmfile.yaml.gotmpl --\n" + text + "-- on.yaml --\nlive: true\n-- prod.yaml --\nlive: false\n" +
			"-- bad.yaml --\nlive: ]\n" +
			"-- t.yaml.gotmpl --\nm: {{ add .Values.size 1 }}\n-- u.yaml.gotmpl --\nlive: {{ env \"ON\" }}\n" +
			"-- d.yaml.gotmpl --\n{{ if env \"ON\" }}live: true{{ end }}\n"))
		if got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// A value of the environment that a condition decides which is not known is not known, wherever it is asked for.
func TestValuesByConditions(t *testing.T) {
	const choice = "{{ if env \"BIG\" }}5{{ else }}1{{ end }}"
	for name, x := range map[string]struct{ values, template, want string }{
		"one of two":           {"{k: " + choice + "}", "k: {{ .Values.k }}", "map[] without [k]"},
		"the same":             {"{k: {{ if env \"BIG\" }}5{{ else }}5{{ end }}}", "k: {{ .Values.k }}", "map[k:5]"},
		"another one":          {"{k: " + choice + ", j: 2}", "k: {{ .Values.j }}", "map[k:2]"},
		"in a map":             {"{a: {k: " + choice + ", j: 2}}", "k: {{ .Values.a.j }}", "map[k:2]"},
		"its map":              {"{a: {k: " + choice + ", j: 2}}", "k: {{ toYaml .Values.a | nindent 2 }}", "map[k:map[j:2]] without [k.k]"},
		"one that may be gone": {"{ {{ if env \"BIG\" }}k: 5{{ end }} }", "k: {{ .Values | get \"k\" 1 }}", "map[] without [k]"},
		"has":                  {"{ {{ if env \"BIG\" }}k: 5{{ end }} }", "k: {{ hasKey .Values \"k\" }}", "map[] without [k]"},
		"the other way alone":  {"{ {{ if env \"BIG\" }}{{ else }}k: 5{{ end }} }", "k: {{ .Values.k }}", "map[] without [k]"},
		"in a list":            {"{l: [1, " + choice + "]}", "k: {{ index .Values.l 1 }}", "map[] without [k]"},
		"how many in a map":    {"{a: { {{ if env \"BIG\" }}k: 5{{ end }} }}", "k: {{ len .Values.a }}", "map[] without [k]"},
		"a condition":          {"{k: " + choice + "}", "{{ if eq .Values.k 5 }}k: 5{{ end }}", "map[] without [k]"},
		"beside it": {"{k: " + choice + "}", "a: {b: {k: {{ .Values.k }}, j: 3}, replicas: {{ .Values.k }}}",
			"map[a:map[b:map[j:3] replicas:" + unclear + "]] without [a.b.k a.replicas]"},
		"in one branch alone": {"{k: " + choice + "}", "a: 3\n{{ if eq .Values.k 5 }}b: {c: 1}{{ else }}b: {d: 1}\ne: 2{{ end }}",
			"map[a:3 b:map[]] without [b.c b.d e]"},
		"of another file": {"{}", "a: 3\nk: {{ include \"own.k\" . }}", "map[a:3] without [k]"},
		"no YAML":         {"{}", "k: ]", "unknown"},
		"a file": {"{{ if env \"BIG\" }}gone.yaml{{ else }}on.yaml{{ end }}", "k: {{ .Values | get \"j\" 1 }}",
			"map[] without [k]"},
	} {
		s := loaded("-- helmfile.yaml.gotmpl --\nenvironments:\n  prod:\n    values:\n    - " + x.values + "\n---\nreleases:\n" +
			"- {name: web, chart: ./web, values: [v.yaml.gotmpl]}\n-- on.yaml --\nlive: true\n-- v.yaml.gotmpl --\n" + x.template + "\n")
		values, open, ok := s.ValuesOf(t.Context(), s.Environments[0], s.Releases[0], "v.yaml.gotmpl")
		got := fmt.Sprint(values)
		if len(open) > 0 {
			got += fmt.Sprint(" without ", open)
		}
		if !ok {
			got = "unknown"
		}
		if got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// What a state is made of, and runs, is that of both ways that an unknown condition may go.
func TestPartsByConditions(t *testing.T) {
	s := loaded("-- helmfile.yaml.gotmpl --\nbases: [{{ if env \"A\" }}a.yaml{{ else }}b.yaml{{ end }}]\n---\n" +
		"environments: { {{ if env \"A\" }}east{{ else }}west{{ end }}: {} }\n---\nhelmfiles:\n" +
		"- {path: x.yaml, values: [{k: {{ if env \"A\" }}5{{ else }}1{{ end }}, j: 2}]}\n" +
		"{{ if env \"A\" }}{{ else }}- path: y.yaml\n{{ end }}\n" +
		"-- a.yaml --\n{}\n-- b.yaml --\n{}\n-- x.yaml --\n{}\n-- y.yaml --\n{}\n")
	got := fmt.Sprint(told(s), s.Bases, s.Nested)
	if want := "east:; west:[a.yaml b.yaml] [{x.yaml map[east:map[j:2 k:" + unclear + "] west:map[j:2 k:" + unclear +
		"]]} {y.yaml map[east:map[] west:map[]]}]"; got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// A state is made of its bases as well, from the folder that it stands in; a base that is not here may have anything.
func TestBases(t *testing.T) {
	const base = "-- live/helmfile.yaml --\nbases: [../env.yaml, apps/web.yaml]\n---\nreleases:\n- name: db\n  chart: ./db\n" +
		"  installed: {{ .Values.live }}\n-- env.yaml --\nenvironments: {prod: {values: [on.yaml]}}\n-- live/on.yaml --\nlive: true\n" +
		"-- live/apps/web.yaml --\ntemplates:\n  own: {namespace: shop, values: [all.yaml]}\nreleases:\n" +
		"- name: web\n  chart: ./web\n  inherit: [{template: own}]\n  values: [web.yaml]\n"
	s := loaded(base)
	if got := told(s); got != "prod: web db" || fmt.Sprint(s.Bases) != "[env.yaml live/apps/web.yaml]" {
		t.Errorf("%s of %v", got, s.Bases)
	}
	if x := s.Releases[0]; x.Namespace != "shop" || fmt.Sprint(x.Values) != "[all.yaml web.yaml]" {
		t.Errorf("%+v", x)
	}
	got := told(loaded(strings.Replace(base, "-- env.yaml", "-- other.yaml", 1)))
	if got != ": web db?; it is made of ../env.yaml as well, which is not here" {
		t.Error(got)
	}
	if got := told(loaded(strings.Replace(base, "template: own", "template: gone", 1))); got != "prod: web~ db" {
		t.Error(got)
	}
}

// A state that another one has run has the values that it is given over its own, in the environments of that.
func TestNestedStates(t *testing.T) {
	s := loaded("-- helmfile.yaml --\nenvironments: {dev: {}, prod: {values: [{size: 3}]}}\n---\nhelmfiles:\n- apps/helmfile.yaml\n" +
		"- path: db/helmfile.yaml\n  values:\n  - live: {{ eq .Environment.Name \"prod\" }}\n- path: git::https://example.com/a.git\n" +
		"-- apps/helmfile.yaml --\nreleases: []\n-- db/helmfile.yaml --\nreleases: []\n")
	if len(s.Nested) != 2 || s.Nested[0].File != "apps/helmfile.yaml" ||
		fmt.Sprint(s.Nested[1]) != "{db/helmfile.yaml map[dev:map[live:false] prod:map[live:true]]}" {
		t.Fatalf("%+v", s.Nested)
	}
	db := Load(t.Context(), None{}, "db/helmfile.yaml", []byte("releases:\n- name: db\n  chart: ./db\n  installed: {{ .Values.live }}\n"+
		""), Over{Values: s.Nested[1].Values})
	if got := told(db); got != "dev:; prod: db" {
		t.Error(got)
	}
	over := map[string]map[string]any{"": {"live": true}}
	db = Load(t.Context(), None{}, "db/helmfile.yaml", []byte("environments: {a: {}}\n---\nreleases:\n- name: db\n  chart: ./db\n"+
		"  installed: {{ .Values.live }}\n"), Over{Values: over})
	if got := told(db); got != "a: db" {
		t.Error(got)
	}
}

// A state that is run more than once has the environments of each run, as far as its values differ.
func TestNestedTwice(t *testing.T) {
	s := loaded("-- helmfile.yaml --\nhelmfiles:\n- {path: a.yaml, values: [{live: true}]}\n- {path: a.yaml, values: [{live: false}]}\n" +
		"-- a.yaml --\n{}\n")
	if got := fmt.Sprint(s.Nested); got != "[{a.yaml map[:map[live:true]]} {a.yaml map[:map[live:false]]}]" {
		t.Fatal(got)
	}
	a := Load(t.Context(), None{}, "a.yaml", []byte("releases:\n- name: web\n  chart: ./web\n  installed: {{ .Values.live }}\n"),
		Over{"x", s.Nested[0].Values}, Over{"y", s.Nested[1].Values}, Over{"z", s.Nested[0].Values})
	if got := told(a); got != ": web; :" || a.Environments[1].By != "y" || len(a.Releases) != 1 {
		t.Errorf("%s; %+v", got, a)
	}
}

// Of environments beyond the bound it is told that they were not read.
func TestManyEnvironments(t *testing.T) {
	text := "environments:\n"
	for i := range mostEnvironments {
		text += fmt.Sprintf("  e%d: {}\n", i)
	}
	const releases = "---\nreleases: []\n"
	if s := loaded("-- helmfile.yaml --\n" + text + releases); s.Open != "" || len(s.Environments) != mostEnvironments {
		t.Errorf("%d, %s", len(s.Environments), s.Open)
	}
	s := loaded("-- helmfile.yaml --\n" + text + "  more: {}\n" + releases)
	if !strings.Contains(s.Open, "no more than 32 are read") || len(s.Environments) != mostEnvironments {
		t.Errorf("%d, %s", len(s.Environments), s.Open)
	}
}

// What a release is made with is written by templates of its own, once its name is known.
func TestReleases(t *testing.T) {
	s := loaded("-- helmfile.yaml --\nenvironments: {prod: {values: [{size: 3}]}}\nmissingFileHandler: Warn\n---\nreleases:\n" +
		"- name: web\n  namespace: '{{ .Environment.Name }}'\n  chart: charts/{{`{{ .Release.Name }}`}}\n  secrets:\n" +
		"  - secret-{{ .Release.Name }}.yaml\n" +
		"  valuesTemplate:\n  - host: '{{`{{ .Release.Namespace }}`}}.example.com'\n  values:\n" +
		"  - {{ .Environment.Name }}/{{`{{ .Release.Name }}`}}.yaml\n" +
		"  - size: {{ .Values.size }}\n  - {{ env \"A\" }}.yaml\n  set:\n  - {name: a.b, value: 'x,y'}\n" +
		"  - {name: c, values: [1, {{ .Values.size }}]}\n  - {name: d, file: f}\n" +
		"- name: '{{ requiredEnv \"NAME\" }}'\n  chart: ./x\n- name: far\n  chart: {{ env \"CHART\" }}/x\n  namespace: {{ env \"NS\" }}\n")
	got := fmt.Sprintf("%+v", s.Environments[0].Releases)
	want := "[{Name:web Namespace:prod Chart:charts/web Values:[map[host:prod.example.com] prod/web.yaml map[size:3] onus-not-known.yaml] " +
		"Secrets:[secret-web.yaml] Set:[a.b=x\\,y c={1,3}] Missing:Warn Installed:0 Unsure:true Index:0 Context: nth:0} " +
		"{Name:far Namespace: Chart:onus-not-known/x Values:[] Secrets:[] Set:[] Missing:Warn Installed:0 Unsure:false Index:1 Context: nth:0}]"
	if got != want || s.Open != byTemplates {
		t.Errorf("%s, want\n%s; %s", got, want, s.Open)
	}
}

// A release has one number in all environments, and stands as it is where it is installed.
func TestNumbers(t *testing.T) {
	s := loaded("-- helmfile.yaml --\nenvironments: {a: {}, b: {}}\n---\nreleases:\n" +
		"{{ if eq .Environment.Name \"b\" }}- {name: x, chart: ./x}\n{{ end }}" +
		"- name: z\n  chart: ./z\n  installed: {{ eq .Environment.Name \"b\" }}\n  values: [{{ .Environment.Name }}.yaml]\n")
	var all []string
	for _, x := range s.Releases {
		all = append(all, fmt.Sprintf("%s%d%v%d", x.Name, x.Index, x.Values, x.Installed))
	}
	if got := strings.Join(all, " "); got != "z0[b.yaml]0 x1[]0" || s.Environments[1].Releases[0].Index != 1 {
		t.Error(got)
	}
}

// Releases that are called alike are each its own, in other clusters and in the same one, and what stands twice is there once.
func TestReleasesCalledAlike(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"in other clusters": {"- {name: a, chart: ./a, kubeContext: eu, values: [eu.yaml]}\n- {name: a, chart: ./a, kubeContext: us}\n",
			"a eu [eu.yaml] 0; a us [] 1"},
		"in the same one": {"- {name: a, chart: ./a, values: [1.yaml]}\n- {name: a, chart: ./a, values: [2.yaml]}\n",
			"a  [1.yaml] 0; a  [2.yaml] 1"},
		"twice": {"- {name: a, chart: ./a}\n- {name: a, chart: ./a}\n", "a  [] 0"},
		"one by what is not known": {"{{ if env \"EU\" }}- {name: a, chart: ./a, kubeContext: eu}\n{{ end }}" +
			"- {name: a, chart: ./a, kubeContext: us}\n", "a eu [] 0?; a us [] 1"},
		"the other way alone": {"{{ if env \"EU\" }}{{ else }}- {name: a, chart: ./a, kubeContext: eu}\n{{ end }}" +
			"- {name: a, chart: ./a, kubeContext: us}\n", "a us [] 0; a eu [] 1?"},
	} {
		var all []string
		for _, r := range loaded("-- helmfile.yaml.gotmpl --\nreleases:\n" + x.text).Releases {
			all = append(all, fmt.Sprint(r.Name, " ", r.Context, " ", r.Values, " ", r.Index)+[]string{"", "?", "no"}[r.Installed])
		}
		if got := strings.Join(all, "; "); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// A text that templates make has a bound.
func TestLongTexts(t *testing.T) {
	many := "{{ define \"a\" }}" + strings.Repeat("x", 1<<12) + "{{ end }}{{ range until 2000 }}{{ template \"a\" }}{{ end }}"
	r := &rendering{files: None{}, budget: newBudget(t.Context())}
	if out, err := r.text("a", many, map[string]any{}); err == nil {
		t.Errorf("%d bytes", len(out))
	}
	if _, err := r.text("a", strings.Repeat(" ", longest)+"{{ 1 }}", map[string]any{}); err == nil {
		t.Error("a template of any length")
	}
}

// What templates make has a bound, and how deep they are in one another: nothing that they do takes all memory, or for ever.
func TestBudget(t *testing.T) {
	for name, text := range map[string]string{
		"a text doubled":    `{{ $x := "a" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}`,
		"joined":            `{{ $x := "a" }}{{ range until 40 }}{{ $x = join $x (list $x $x $x) }}{{ end }}`,
		"formatted":         `{{ $x := "a" }}{{ range until 40 }}{{ $x = printf "%s%[1]s" $x }}{{ end }}`,
		"wide":              "{{ printf \"" + strings.Repeat("%1000000d", 1000) + "\" }}",
		"a list doubled":    `{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toYaml $x }}`,
		"a map doubled":     `{{ $x := dict }}{{ range until 60 }}{{ $x = dict "a" $x "b" $x }}{{ end }}{{ print $x }}`,
		"indented":          `{{ indent 2000000000 "a" }}`,
		"replaced":          `{{ $x := repeat 100000 "a" }}{{ replace "a" $x $x }}`,
		"a map in itself":   `{{ $x := dict }}{{ $_ := set $x "a" (list $x) }}{{ print $x }}`,
		"one merged":        `{{ $x := dict }}{{ $_ := merge $x (dict "a" $x) }}{{ print $x }}`,
		"loops":             `{{ $x := until 1000 }}{{ range $x }}{{ range $x }}{{ range $x }}{{ range $x }}{{ end }}{{ end }}{{ end }}{{ end }}`,
		"a loop of numbers": `{{ range 2000000000 }}{{ end }}`,
		"within itself":     `{{ tpl .Values.a . }}`,
		"twice in itself":   `{{ tpl .Values.b . }}`,
		"by its name":       `{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}`,
		"by both":           `{{ define "a" }}{{ tpl .Values.a . }}{{ template "a" . }}{{ end }}{{ template "a" . }}`,
		"a long pipe":       "{{ true" + strings.Repeat(" | not", 1<<17) + " }}",
		"deep conditions":   strings.Repeat("{{ if true }}", 1<<14) + strings.Repeat("{{ end }}", 1<<14),
		"a long and":        "{{ and" + strings.Repeat(" true", 1<<17) + " }}",
	} {
		r := &rendering{files: None{}, budget: newBudget(t.Context())}
		data := dataOf("default", map[string]any{"a": "{{ tpl .Values.a . }}", "b": "{{ tpl .Values.b . }}{{ tpl .Values.b . }}"}, nil)
		if out, err := r.text("file", text, data); err == nil {
			t.Errorf("%s: %d characters", name, len(out))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := &rendering{files: None{}, budget: newBudget(ctx)}
	if _, err := r.text("a", "{{ 1 }}", nil); err == nil {
		t.Error("nobody waits")
	}
}

// What a function is given is evaluated once, however deep it stands.
func TestEvaluatedOnce(t *testing.T) {
	for text, want := range map[string]string{
		"{{ true" + strings.Repeat(" | not", 400) + " }}":                                                "true",
		"{{ true" + strings.Repeat(" | and true", 200) + " }}":                                           "true",
		"{{ " + strings.Repeat("and (", 200) + "true" + strings.Repeat(") true", 200) + " }}":            "true",
		"{{ len (list" + strings.Repeat(" (not false)", 40) + ") }}":                                     "40",
		`{{ index (dict "a" 1) "b" }}{{ eq 1 1 }}{{ slice "abc" 1 }}{{ lt 1 2 3 }}`:                      "error",
		`{{ index (dict "a" 1) "b" }} {{ eq 1 2 1 }} {{ index (list 5 6) 1 }} {{ ne "a" "b" }}`:          "<no value> true 6 true",
		`{{ and (env "A") false }} {{ and (env "A") true }} {{ and false (fail "no") }} {{ and 1 2 3 }}`: "false " + unclear + " false 3",
		`{{ not (env "A") }} {{ and true (and (env "A") 1) 2 }}`:                                         unclear + " " + unclear,
		`{{ define "a" }}[{{ . }}{{ $ }}]{{ end }}{{ template "a" 1 }}{{ template "a" }}`:                "[11][<no value><no value>]",
	} {
		r := &rendering{files: None{}, budget: newBudget(t.Context())}
		got, err := r.text("file", text, map[string]any{})
		if err != nil {
			got = "error"
		}
		if got != want || len(r.noted) > 0 {
			t.Errorf("%.80s: %s, want %s; %v", text, got, want, err)
		}
	}
}
