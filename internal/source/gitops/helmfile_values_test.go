package gitops

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helmfile"
	"github.com/onus-project/onus/internal/source/unit"
)

// A template of values counts as it is rendered for the environment, as far as nothing decides
// that is not in the input; of one that asks for more it is not known what it sets.
func TestTemplatesOfValues(t *testing.T) {
	for name, x := range map[string]struct{ template, want string }{
		"literals":                       {"size: 8", "8"},
		"of the environment":             {`size: {{ if eq .Environment.Name "prod" }} 4 {{ else }} 1 {{ end }}`, "4"},
		"of its values":                  {"size: {{ .Values.size }}", "6"},
		"of its values, by another name": {"size: {{ .StateValues.size }}", "6"},
		"of its values, by their place":  {"size: {{ .Environment.Values.size }}", "6"},
		"of a file of those":             {"size: {{ .Values.nested.size }}", "5"},
		"of the release":                 {"size: {{ len .Release.Name }}", "3"},
		"a secret beside it":             {"size: 8\npassword: {{ requiredEnv \"PASSWORD\" | quote }}", "8"},
		"a block of YAML":                {"{{ toYaml .Values.nested }}", "5"},
		"a size that is not known":       {"size: {{ env \"SIZE\" }}", origin.NotKnown},

		"a condition on what is not known": {`{{ if eq (env "A") "b" }}size: 8{{ end }}`, "unknown"},
		"a variable of what is not known":  {`{{ $a := env "A" }}{{ if $a }}size: 8{{ end }}`, "unknown"},
		"within another condition":         {`{{ if .Values.size }}{{ with readFile "a" }}size: 8{{ end }}{{ end }}`, "unknown"},
		"values that are not there":        {"size: {{ .Values.other }}", "unknown"},
		"a function that is not known":     {"size: {{ fetch 1 }}", "unknown"},
		"a number of what is not known":    {`size: {{ env "N" | int }}`, "unknown"},
		"an answer of what is not known":   {`size: {{ eq (env "E") "prod" }}`, "unknown"},
		"a choice by what is not known":    {`size: {{ ternary 3 1 (eq (env "E") "prod") }}`, "unknown"},
		"a default of what is not known":   {`size: {{ env "N" | default "8" | quote }}`, "onus-not-known"},
		"no YAML":                          {"size: ]", "unknown"},
		"one that counts for ever":         {"{{ range until 2000000000 }}{{ end }}size: 8", "unknown"},
		"a template of its own":            {`{{ define "a" }}8{{ end }}size: {{ template "a" }}`, "8"},
	} {
		r := inFolder(t, "-- web"+chartFile+"-- web/values.yaml --\nsize: none\n-- web/templates/a.yaml --\nkind: {{ .Values.size }}\n"+
			"-- prod.yaml --\nnested: {size: 5}\n-- v.yaml.gotmpl --\n"+x.template+"\n")
		h := helmfile.Load(t.Context(), r.in, "helmfile.yaml.gotmpl", []byte(""+
			"environments: {prod: {values: [{size: 6}, prod.yaml]}}\n---\nreleases:\n"+
			"- {name: web, chart: web, values: [{size: 1}, v.yaml.gotmpl]}\n"))
		all := (helmfileReleases{r}).inEnvironments(t.Context(), h, h.Releases[0], "web")
		built := all[0].build(t.Context())
		_, got, _ := strings.Cut(strings.TrimSpace(string(built.Documents[0].Bytes)), ": ")
		if len(built.Missing) > 0 {
			got = "unknown"
		}
		if len(all) != 1 || got != x.want {
			t.Errorf("%s: %d units, %s, want %s", name, len(all), got, x.want)
		}
	}
}

// What a chart decides by a value that is not known is not known, though the mark of that is not empty: what it writes is.
func TestValuesThatDecide(t *testing.T) {
	for name, x := range map[string]struct{ values, chart, want string }{
		"written":   {"values: [{host: '{{ env \"H\" }}'}]", "kind: Service\nhost: {{ .Values.host }}", ""},
		"an answer": {"values: [{live: '{{ env \"ON\" }}'}]", "{{ if .Values.live }}kind: Service{{ end }}", "takes live from"},
		"set":       {"set: [{name: live, value: '{{ env \"ON\" }}'}]", "{{ if .Values.live }}kind: Service{{ end }}", "takes live from"},
		"one with no value": {"values: [{x: {live: '{{ env \"ON\" }}'}}]",
			"{{ if (.Values.x).live }}kind: Deployment{{ end }}", "takes x.live from"},
		"by a template": {"values: [v.yaml.gotmpl]", "{{ if .Values.live }}kind: Service{{ end }}", "takes live from"},
	} {
		r := inFolder(t, "-- web"+chartFile+"-- web/values.yaml --\nlive: false\nhost: a\n-- web/templates/a.yaml --\n"+x.chart+"\n"+
			"-- v.yaml.gotmpl --\nlive: {{ env \"ON\" }}\n")
		h := helmfile.Load(t.Context(), r.in, "helmfile.yaml.gotmpl", []byte("releases:\n- {name: web, chart: web, "+x.values+"}\n"))
		built := (helmfileReleases{r}).inEnvironments(t.Context(), h, h.Releases[0], "web")[0].build(t.Context())
		var said []string
		for _, f := range built.Missing {
			said = append(said, f.Reason)
		}
		if got := strings.Join(said, "; "); !strings.Contains(got, x.want) || x.want == "" && got != "" || len(said) > 1 {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// How many pods run by what is not here is not what the chart has by default: the object is named, and the others stand.
func TestHowManyByWhatIsNotHere(t *testing.T) {
	const said = "has Deployment web run as many pods as what is not here says"
	for name, x := range map[string]struct {
		template string
		lost     bool
	}{
		"a number":                      {"replicas: {{ .Values.gone.size }}", true},
		"one behind a condition":        {"{{ if eq (env \"A\") \"b\" }}replicas: 8{{ end }}", true},
		"another value":                 {"image: {{ .Values.gone.image }}\nreplicas: 3", false},
		"none of the template's":        {"image: {{ .Values.gone.image }}", false},
		"an answer that decides":        {"ha: {{ .Values.gone.ha }}", true},
		"two answers, of which one":     {"ha: {{ .Values.gone.ha }}\nsmall: {{ .Values.gone.small }}", true},
		"a number by another name":      {"web: {instances: {{ .Values.gone.n }}}", true},
		"one that decides nothing":      {"debug: {{ .Values.gone.debug }}", false},
		"by a function that nobody has": {"replicas: {{ fetch 1 }}", true},
	} {
		r := inFolder(t, "-- web"+chartFile+"-- web/values.yaml --\nreplicas: 1\nha: false\nsmall: false\nweb: {instances: 0}\ndebug: false\n"+
			"-- web/templates/a.yaml --\nkind: Deployment\nmetadata: {name: web}\n"+
			"spec:\n  replicas: {{ if and .Values.ha (not .Values.small) }}3{{ else }}"+
			"{{ add .Values.replicas .Values.web.instances }}{{ end }}\n  debug: {{ .Values.debug }}\n"+
			"-- web/templates/b.yaml --\nkind: Service\nmetadata: {name: web}\n"+
			"-- gone.yaml.gotmpl --\n-- v.yaml.gotmpl --\n"+x.template+"\n")
		h := helmfile.Load(t.Context(), r.in, "helmfile.yaml.gotmpl", []byte("environments: {prod: {values: [none.yaml]}}\n---\n"+
			"releases:\n- {name: web, chart: web, values: [v.yaml.gotmpl]}\n"))
		built := (helmfileReleases{r}).inEnvironments(t.Context(), h, h.Releases[0], "web")[0].build(t.Context())
		lost := false
		for _, f := range built.Missing {
			lost = lost || strings.Contains(f.Reason, said)
		}
		if lost != x.lost || len(built.Documents) != map[bool]int{true: 1, false: 2}[x.lost] {
			t.Errorf("%s: %d objects, %+v", name, len(built.Documents), built.Missing)
		}
	}
}

// Files of values go over one another in their order, those that templates make among them.
func TestOrderOfValues(t *testing.T) {
	r := inFolder(t, "-- web"+chartFile+"-- web/templates/a.yaml --\nkind: {{ .Values.a }}{{ .Values.b }}{{ .Values.c }}\n"+
		"-- 1.yaml --\na: 1\nb: 1\nc: 1\n-- 2.yaml.gotmpl --\nb: 2\nc: 2\n-- 3.yaml --\nc: 3\n")
	for list, want := range map[string]string{"1.yaml 2.yaml.gotmpl 3.yaml": "123", "3.yaml 1.yaml": "111", "2.yaml.gotmpl 1.yaml": "111"} {
		release := helmfile.Release{Name: "web", Chart: "./web"}
		for file := range strings.FieldsSeq(list) {
			release.Values = append(release.Values, file)
		}
		h := helmfile.Load(t.Context(), r.in, "helmfile.yaml", nil)
		a, _ := (helmfileReleases{r}).inEnvironment(t.Context(), h, h.Environments[0], release, "web")
		if _, got, _ := strings.Cut(strings.TrimSpace(string(a.build(t.Context()).Documents[0].Bytes)), ": "); got != want {
			t.Errorf("%s: %s, want %s", list, got, want)
		}
	}
}

// A helmfile may be a template itself, and names a chart beside it with no dot before it.
func TestHelmfileThatIsATemplate(t *testing.T) {
	r := inFolder(t, "-- infra/helmfile.yaml.gotmpl --\nreleases:\n- name: web\n  chart: charts/web\n  namespace: shop\n"+
		"  installed: {{ ne .Environment.Name \"prod\" }}\n-- infra/charts/web"+chartFile+"-- infra/charts/web/templates/a.yaml --\nkind: A\n")
	states := (helmfileReleases{r}).helmfiles(t.Context()).states
	all := (helmfileReleases{r}).installed(t.Context(), states, map[Object]bool{}, map[string]int{})
	if len(all) != 1 || all[0].dir != "infra/charts/web" || all[0].by.namespace != "shop" {
		t.Fatalf("%+v", all)
	}
}

// Where it is not known how many pods an autoscaler leaves, neither is it of what it scales.
func TestWhatIsScaledByWhatIsNotHere(t *testing.T) {
	built := unit.Built{Documents: []unit.Document{
		{Bytes: []byte("kind: Deployment\nmetadata: {name: web}\n")},
		{Bytes: []byte("kind: Deployment\nmetadata: {name: api}\n")},
		{Bytes: []byte("kind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  minReplicas: " + origin.NotKnown +
			"\n  scaleTargetRef: {kind: Deployment, name: web}\n")},
	}}
	names := unsized(&built, func(unit.Document) bool { return false })
	if got := strings.Join(names, ", "); got != "Deployment web, HorizontalPodAutoscaler web" || len(built.Documents) != 1 {
		t.Errorf("%s, %d left", got, len(built.Documents))
	}
}
