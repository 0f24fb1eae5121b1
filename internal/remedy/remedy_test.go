package remedy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/remedy"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}
`

func deployed(name, replicas string) string {
	return strings.NewReplacer("NAME", name, "REPLICAS", replicas).Replace(deployment)
}

const budget = `{{ if SWITCH }}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
{{ end }}
`

// fixOf is the fix of one obligation on web, in a chart of some templates.
func fixOf(t *testing.T, obligation string, files map[string]string) *finding.Fix {
	t.Helper()
	if files["Chart.yaml"] == "" {
		files["Chart.yaml"] = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
	}
	return fixIn(t, obligation, files, func(u *estate.Unit) bool { return u.Chart != nil })
}

// fixIn is the fix of one obligation on web, in one unit of some files.
func fixIn(t *testing.T, obligation string, files map[string]string, in func(*estate.Unit) bool) *finding.Fix {
	t.Helper()
	c, u, findings := checked(t, files, in)
	u.Database.Instances = []database.Instance{{Name: "beside"}} // no fix is a matter of it
	remedy.New(c, table.All(), u.units, os.ReadFile).Fit(t.Context(), u.Unit, findings)
	for _, f := range findings {
		if f.Obligation == obligation && strings.TrimPrefix(f.Subject.Name, "my-") == "web" {
			return f.Fix
		}
	}
	t.Fatalf("no %s: %+v", obligation, findings)
	return nil
}

// oneOf is a unit, and the others that were read with it.
type oneOf struct {
	*estate.Unit
	units []*estate.Unit
}

// checked are the findings on one unit of some files, on EKS Auto Mode.
func checked(t *testing.T, files map[string]string, in func(*estate.Unit) bool) (*responsibility.Catalog, oneOf, []finding.Finding) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	read, err := source.Read(t.Context(), source.Input{Paths: []string{dir}, Catalog: c})
	if err != nil {
		t.Fatal(err)
	}
	u := read.Units[slices.IndexFunc(read.Units, in)]
	result, err := check.Run(t.Context(), table.All(), c, u.Estate, locate.Locate(c, u.Kubernetes, c.Offering("eks-auto-mode"), nil))
	if err != nil {
		t.Fatal(err)
	}
	return c, oneOf{u, read.Units}, result.Findings
}

// A fix of what a chart makes is a value of it, found by the template, or says
// that it is one; nobody is told to edit what was rendered.
func TestFixesAreValues(t *testing.T) {
	const one = "replicaCount: 1\n"
	for name, x := range map[string]struct {
		obligation string
		files      map[string]string
		values     []string
		creates    int
	}{
		"a value": {"single-replica", map[string]string{"values.yaml": one, "templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}")},
			[]string{"replicaCount=2"}, 1},
		"a value by a variable": {"single-replica", map[string]string{"values.yaml": "server: {replicaCount: 1}\n",
			"templates/web.yaml": "{{- $app := .Values.server }}\n" + deployed("web", "{{ $app.replicaCount }}")},
			[]string{"server.replicaCount=2"}, 1},
		"a value of an element": {"single-replica",
			map[string]string{"values.yaml": "apps: {api: {name: api, replicas: 1}, web: {name: web, replicas: 1}}\n",
				"templates/web.yaml": "{{- range .Values.apps }}\n---\n" + deployed("{{ .name }}", "{{ .replicas }}") + "{{- end }}\n"},
			[]string{"apps.web.replicas=2"}, 1},
		"a value of an element of a list": {"single-replica", map[string]string{"values.yaml": "apps: [{name: web, replicas: 1}]\n",
			"templates/web.yaml": "{{- range .Values.apps }}\n---\n" + deployed("{{ .name }}", "{{ .replicas }}") + "{{- end }}\n"}, nil, 0},
		"a value of a chart in it by another name": {"single-replica", map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n" +
				"dependencies: [{name: front, alias: shopfront, version: 1.0.0}]\n",
			"charts/front/Chart.yaml": "apiVersion: v2\nname: front\nversion: 1.0.0\n", "charts/front/values.yaml": one,
			"charts/front/templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}")}, []string{"shopfront.replicaCount=2"}, 1},
		"a value of a chart that Helm refuses as it is": {"single-replica", map[string]string{"values.yaml": one,
			"templates/web.yaml": `{{ $url := required "a URL is needed" .Values.url }}` + "\n" + deployed("web", "{{ .Values.replicaCount }}")},
			[]string{"replicaCount=2"}, 1},
		"a switch for several, of others as well": {"single-replica",
			map[string]string{"values.yaml": "ha: {enabled: false, replicas: 3}\nreplicas: 1\n",
				"templates/all.yaml": strings.ReplaceAll(deployed("api", "N")+"---\n"+deployed("web", "N"), "  replicas: N\n",
					"  {{- if .Values.ha.enabled }}\n  replicas: {{ .Values.ha.replicas }}\n  {{- else }}\n"+
						"  replicas: {{ .Values.replicas }}\n  {{- end }}\n"),
				"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.ha.enabled") + "---\n" +
					strings.ReplaceAll(strings.ReplaceAll(budget, "SWITCH", ".Values.ha.enabled"), "web", "api")}, []string{"ha.enabled=true"}, 0},
		"a switch for several, and one for the budget": {"single-replica",
			map[string]string{"values.yaml": "web: {ha: {enabled: false, replicas: 3}, pdb: {enabled: false}}\n",
				"templates/web.yaml": strings.Replace(deployed("web", "1"), "  replicas: 1\n", "  {{- if .Values.web.ha.enabled }}\n"+
					"  replicas: {{ .Values.web.ha.replicas }}\n  {{- end }}\n", 1),
				"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.web.pdb.enabled")},
			[]string{"web.ha.enabled=true", "web.pdb.enabled=true"}, 0},
		"a switch for several, of a controller": {"single-replica", map[string]string{"values.yaml": "ha: {enabled: false}\n",
			"templates/web.yaml": strings.Replace(strings.Replace(deployed("web", "1"), "  replicas: 1\n",
				"  replicas: {{ if .Values.ha.enabled }}2{{ else }}1{{ end }}\n", 1),
				"image: i,", "image: i, command: [/manager],", 1), "templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.ha.enabled")},
			[]string{"ha.enabled=true"}, 0},
		"both halves, one of which is empty": {"single-replica",
			map[string]string{"values.yaml": one + `pdb: {enabled: false, spec: {minAvailable: "", maxUnavailable: ""}}` + "\n",
				"templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}"),
				"templates/pdb.yaml": spread("{{ if .Values.pdb.enabled }}",
					"{{ with .Values.pdb.spec.minAvailable }}minAvailable: {{ . }}{{ end }}\n"+
						"  {{ with .Values.pdb.spec.maxUnavailable }}maxUnavailable: {{ . }}{{ end }}")},
			[]string{"replicaCount=2", "pdb.enabled=true", "pdb.spec.maxUnavailable=1"}, 0},
		"both halves, of which one has no switch": {"single-replica",
			map[string]string{"values.yaml": one + `podDisruptionBudget: {maxUnavailable: ""}` + "\n",
				"templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}"),
				"templates/pdb.yaml": spread("{{ if .Values.podDisruptionBudget.maxUnavailable }}",
					"maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}")},
			[]string{"replicaCount=2", "podDisruptionBudget.maxUnavailable=1"}, 0},
		"a value with a default": {"single-replica", map[string]string{
			"templates/web.yaml": deployed("web", "{{ .Values.web.replicas | default 1 }}"),
			"values.yaml":        "web: {}\n",
		},
			[]string{"web.replicas=2"}, 1},
		"a value, and a budget that is off": {"single-replica", map[string]string{"values.yaml": "web: {replicas: 1}\npdb: {enabled: false}\n",
			"templates/web.yaml": deployed("web", "{{ .Values.web.replicas }}"),
			"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.pdb.enabled")},
			[]string{"web.replicas=2", "pdb.enabled=true"}, 0},
		"a budget that comes by itself": {"single-replica",
			map[string]string{"values.yaml": one, "templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}"),
				"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", "gt (int .Values.replicaCount) 1")}, []string{"replicaCount=2"}, 0},
		"of a chart that it depends on": {"single-replica",
			map[string]string{"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
				"charts/sub/values.yaml": one, "charts/sub/templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}")},
			[]string{"sub.replicaCount=2"}, 1},
		"the second object of a template": {"single-replica", map[string]string{"values.yaml": "a: 2\nb: 1\n",
			"templates/all.yaml": deployed("api", "{{ .Values.a }}") + "---\n" + deployed("web", "{{ .Values.b }}")}, []string{"b=2"}, 1},
		"a value, and a chart that was not read": {"single-replica",
			map[string]string{"values.yaml": one, "templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}"),
				"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n" +
					"dependencies: [{name: kong, version: 1.0.0, repository: 'https://charts.example.com'}]\n"}, []string{"replicaCount=2"}, 1},
		"a value that its chart refuses without another one": {"single-replica",
			map[string]string{"values.yaml": one + "cache: {redis: {enabled: false}}\n",
				"templates/web.yaml": `{{ if and (gt (int .Values.replicaCount) 1) (not .Values.cache.redis.enabled) }}{{ fail "More than one needs ` +
					`Redis. Set cache.redis.enabled=true." }}{{ end }}` +
					"\n" + deployed("web", "{{ .Values.replicaCount }}")}, []string{"replicaCount=2", "cache.redis.enabled=true"}, 1},
		"a value that its comment speaks against": {"single-replica", map[string]string{"values.yaml": "# Only 1 replica is supported.\n" + one,
			"templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}")}, nil, 0},
		"a value that its README speaks against": {"single-replica",
			map[string]string{"values.yaml": one, "README.md": "# Web\n\nMore replicas are not yet supported.\n",
				"templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}")}, nil, 0},
		"no value": {"single-replica", map[string]string{"templates/web.yaml": deployed("web", "1")}, nil, 0},
		"a value that others have, too": {"single-replica", map[string]string{"values.yaml": one,
			"templates/all.yaml": deployed("api", "{{ .Values.replicaCount }}") + "---\n" + deployed("web", "{{ .Values.replicaCount }}")}, nil, 0},
		"a value that is taken where another one is set": {"single-replica", map[string]string{"values.yaml": one,
			"templates/web.yaml": deployed("web", "{{ if .Values.other }}{{ .Values.replicaCount }}{{ else }}1{{ end }}")},
			[]string{"replicaCount=2", "other=true"}, 1},
		"a budget alone": {"pdb-missing", map[string]string{"values.yaml": "podDisruptionBudget: {create: false}\n",
			"templates/web.yaml": deployed("web", "2"),
			"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.podDisruptionBudget.create")},
			[]string{"podDisruptionBudget.create=true"}, 0},
		"a budget that leaves none to go of two": {"single-replica",
			map[string]string{"values.yaml": one, "templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}"),
				"templates/pdb.yaml": "{{ if gt (int .Values.replicaCount) 1 }}\napiVersion: policy/v1\nkind: PodDisruptionBudget\n" +
					"metadata: {name: web}\n" +
					"spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n{{ end }}\n"}, []string{"replicaCount=3"}, 0},
		"a budget that leaves none to go of two, by KEDA": {"single-replica",
			map[string]string{"values.yaml": "min: 1\n", "templates/web.yaml": strings.Replace(deployed("web", "1"), "  replicas: 1\n", "", 1),
				"templates/pdb.yaml": "{{ if gt (int .Values.min) 1 }}\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n" +
					"spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}\n{{ end }}\n",
				"templates/keda.yaml": "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\nspec:\n" +
					"  minReplicaCount: {{ .Values.min }}\n  maxReplicaCount: 9\n" +
					"  scaleTargetRef: {name: web}\n  triggers: [{type: cpu, metadata: {value: '50'}}]\n"}, []string{"min=3"}, 0},
		"no budget": {"pdb-missing", map[string]string{"templates/web.yaml": deployed("web", "2")}, nil, 1},
		"a budget that never allows": {"pdb-never-allows",
			map[string]string{"values.yaml": "max: 0\n", "templates/web.yaml": deployed("web", "2"),
				"templates/pdb.yaml": "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n" +
					"  maxUnavailable: {{ .Values.max }}\n  selector: {matchLabels: {app: web}}\n"},
			[]string{"max=1"}, 0},
		"a switch that is enough": {"single-replica", map[string]string{"values.yaml": "ha: {enabled: false, replicas: 2}\n",
			"templates/web.yaml": strings.Replace(deployed("web", "1"), "  replicas: 1\n",
				"  {{- if .Values.ha.enabled }}\n  replicas: {{ .Values.ha.replicas }}\n  {{- else }}\n  replicas: 1\n  {{- end }}\n", 1),
			"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.ha.enabled")}, []string{"ha.enabled=true"}, 0},
		"a budget that its values are put into": {"pdb-missing", map[string]string{"values.yaml": "podDisruptionBudget: {}\n",
			"templates/web.yaml": deployed("web", "2"),
			"templates/pdb.yaml": spread("{{ with .Values.podDisruptionBudget }}", "{{ toYaml . | nindent 2 }}")},
			[]string{"podDisruptionBudget.maxUnavailable=1"}, 0},
		"a budget that is switched on and lacks a number": {"pdb-missing",
			map[string]string{"values.yaml": "pdb: {enabled: false, minAvailable: 2}\n", "templates/web.yaml": deployed("web", "2"),
				"templates/pdb.yaml": spread("{{ if .Values.pdb.enabled }}", "{{ with .Values.pdb.minAvailable }}minAvailable: {{ . }}{{ end }}\n"+
					"  {{ with .Values.pdb.maxUnavailable }}maxUnavailable: {{ . }}{{ end }}")},
			[]string{"pdb.enabled=true", "pdb.maxUnavailable=1", "pdb.minAvailable=null"}, 0},
		"a budget by one value": {"pdb-missing", map[string]string{"values.yaml": "web: {createPodDisruptionBudget: false}\n",
			"templates/web.yaml": deployed("web", "2"),
			"templates/pdb.yaml": strings.ReplaceAll(budget, "SWITCH", ".Values.web.createPodDisruptionBudget")},
			[]string{"web.createPodDisruptionBudget=true"}, 0},
		"a part of the fix, which is enough": {"pdb-never-allows", map[string]string{"values.yaml": one,
			"templates/web.yaml": deployed("web", "{{ .Values.replicaCount }}"),
			"templates/pdb.yaml": "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n" +
				"spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n",
			"templates/svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n" +
				"spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}\n"}, []string{"replicaCount=2"}, 0},
		"the budget of another part": {"pdb-missing", map[string]string{"values.yaml": "other: {pdb: {enabled: false}}\n",
			"templates/web.yaml": deployed("web", "2"),
			"templates/pdb.yaml": strings.ReplaceAll(strings.ReplaceAll(budget, "app: web", "app: other"), "SWITCH", ".Values.other.pdb.enabled")},
			nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			fix := fixOf(t, x.obligation, x.files)
			if !slices.Equal(fix.Values, x.values) || len(fix.Changes) != x.creates {
				t.Errorf("values %v with %d changes, want %v with %d", fix.Values, len(fix.Changes), x.values, x.creates)
			}
			if slices.Contains(x.values, "min=3") && !strings.Contains(fix.Summary, "set minReplicaCount: 3 in its ScaledObject") {
				t.Errorf("%q", fix.Summary)
			}
			for _, c := range fix.Changes {
				if c.Action != finding.Create {
					t.Errorf("%s of %s in a template", c.Action, c.Object)
				}
			}
			if x.obligation == "pdb-missing" && len(x.values) > 0 {
				key, _, _ := strings.Cut(x.values[0], "=")
				of, below, _ := strings.Cut(key, ".")
				// What its values do not have yet stands nowhere.
				known := strings.Contains(x.files["values.yaml"], of+":") && strings.Contains(x.files["values.yaml"], below+":")
				if !strings.HasSuffix(fix.Summary, ": "+key) || (fix.At != nil) != known || known && filepath.Base(fix.At.String()) != "values.yaml:1" {
					t.Errorf("%q at %v", fix.Summary, fix.At)
				}
			}
			if strings.HasSuffix(name, "speaks against") {
				if !strings.Contains(fix.Summary, "supported") || !strings.Contains(fix.Summary, "accept the absence") {
					t.Errorf("%q", fix.Summary)
				}
				return
			}
			if len(fix.Values)+len(fix.Changes) == 0 && !strings.Contains(fix.Summary, "in the chart that makes it (") &&
				!strings.Contains(fix.Summary, "in the template") {
				t.Errorf("%q", fix.Summary)
			}
		})
	}
}

// Where no value of a chart mends a finding, its fix says what is known of why: that
// the template has no value there, or that the chart refuses it.
func TestFixesThatAChartHasNoValueFor(t *testing.T) {
	const one = "replicaCount: 1\n"
	byValue := deployed("web", "{{ .Values.replicaCount }}")
	for name, x := range map[string]struct {
		files map[string]string
		want  string
	}{
		"the template writes it": {map[string]string{"templates/web.yaml": deployed("web", "1")},
			"writes replicas as it is: the chart has no value for it (web.yaml:"},
		"the second one does": {map[string]string{"templates/web.yaml": deployed("api", "2") + "---\n" + deployed("web", "1 # one")},
			"no value for it (web.yaml:17)"},
		"a value of several": {map[string]string{
			"values.yaml":        one,
			"templates/web.yaml": byValue + "---\n" + strings.ReplaceAll(byValue, "web", "api"),
		}, "its template takes replicas from replicaCount, which alone is not enough, or changes more"},
		"by a helper": {map[string]string{
			"templates/_h.tpl":   `{{ define "n" }}replicas: 1{{ end }}`,
			"templates/web.yaml": strings.Replace(deployed("web", "1"), "replicas: 1", `{{ include "n" . }}`, 1),
		}, "(which of its values does so is not known)"},
		"a template without the field": {map[string]string{"templates/web.yaml": strings.Replace(deployed("web", "1"), "  replicas: 1\n", "", 1)},
			"add replicas: 2 to the template, which has none (web.yaml:1)"},
		"a template without the field, and something put below another one": {map[string]string{"values.yaml": "strategy: {}\n",
			"templates/web.yaml": strings.Replace(deployed("web", "1"), "  replicas: 1\n", "  {{- with .Values.strategy }}\n  strategy:\n"+
				"    {{- toYaml . | nindent 4 }}\n  {{- end }}\n", 1)}, "which has none (web.yaml:1)"},
		"a template without the field, and something put into the spec": {map[string]string{"values.yaml": "spec: {}\n",
			"templates/web.yaml": strings.Replace(deployed("web", "1"), "  replicas: 1\n", "  {{- with .Values.spec }}\n"+
				"  {{- toYaml . | nindent 2 }}\n  {{- end }}\n", 1)}, "(which of its values does so is not known)"},
		"an element of a list": {map[string]string{"values.yaml": "apps: [{name: web, replicas: 1}]\n",
			"templates/web.yaml": "{{- range .Values.apps }}\n---\n" + deployed("{{ .name }}", "{{ .replicas }}") + "{{- end }}\n"},
			"takes replicas from apps[].replicas"},
		"a schema": {map[string]string{"values.yaml": one, "templates/web.yaml": byValue,
			"values.schema.json": `{"properties": {"replicaCount": {"type": "integer", "maximum": 1}}}`},
			"accept the absence, or cordon its node and delete the pod, at a time you choose: its chart refuses two replicas, and says: "},
		"a template that fails": {map[string]string{
			"values.yaml":        one,
			"templates/web.yaml": `{{ if gt (int .Values.replicaCount) 1 }}{{ fail "it elects no leader" }}{{ end }}` + "\n" + byValue,
		},
			"it elects no leader (web.yaml:"},
		"a template that fails, of what is recreated": {map[string]string{"values.yaml": one,
			"templates/web.yaml": `{{ if gt (int .Values.replicaCount) 1 }}{{ fail "it elects no leader" }}{{ end }}` + "\n" +
				strings.Replace(byValue, "spec:\n", "spec:\n  strategy: {type: Recreate}\n", 1)},
			"its chart refuses two replicas, and says: "},
		"no chart that refuses, of what is recreated": {map[string]string{
			"values.yaml":        one,
			"templates/web.yaml": strings.Replace(byValue, "spec:\n", "spec:\n  strategy: {type: Recreate}\n", 1),
		},
			"which its strategy Recreate speaks against"},
	} {
		t.Run(name, func(t *testing.T) {
			fix := fixOf(t, "single-replica", x.files)
			said := fix.Summary
			if fix.At != nil {
				said += fmt.Sprintf(" (%s:%d)", filepath.Base(fix.At.File), fix.At.Line)
			}
			if len(fix.Values)+len(fix.Changes) > 0 || !strings.Contains(said, x.want) {
				t.Errorf("%v %v %q, want %q", fix.Values, fix.Changes, said, x.want)
			}
		})
	}
}

// A budget that a template writes as it is has its fix at that line, where another field takes
// the place of the one that stands there as well.
func TestFixOfABudgetThatATemplateWrites(t *testing.T) {
	for _, field := range []string{"maxUnavailable: 0", "minAvailable: 100%"} {
		fix := fixOf(t, "pdb-never-allows", map[string]string{
			"templates/web.yaml": deployed("web", "3"), "templates/pdb.yaml": spread("{{ if true }}", field),
		})
		name, _, _ := strings.Cut(field, ":")
		if !strings.Contains(fix.Summary, "in the template that writes "+name+" as it is") || fix.At == nil || fix.At.Line != 7 {
			t.Errorf("%s: %q at %v", field, fix.Summary, fix.At)
		}
	}
}

// spread is the template of a budget for web where something holds, with fields.
func spread(where, fields string) string {
	return where + "\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n" +
		"  selector: {matchLabels: {app: web}}\n  " + fields + "\n{{ end }}\n"
}

// Where it comes out that a chart or an author wants one pod, there is nothing to be
// done at once: the finding is a step lower than one that can be mended.
func TestSeverityOfWhatAChartRefuses(t *testing.T) {
	routed := "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {TYPE, selector: {app: web}, ports: [{port: 80}]}\n"
	public := strings.Replace(routed, "TYPE", "type: LoadBalancer", 1)
	const singleton = "1 # singleton"
	const scaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n" +
		"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 1\n  maxReplicas: 4\n"
	const caller = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: api}\nspec:\n  replicas: 2\n" +
		"  selector: {matchLabels: {app: api}}\n  template:\n    metadata: {labels: {app: api}}\n" +
		"    spec: {containers: [{name: c, image: i, env: [{name: WEB, value: 'http://web'}]}]}\n"
	for name, x := range map[string]struct {
		service, replicas, want string
		acceptOnly              bool
	}{
		"everybody waits, and two may run":     {public + scaler, "1", "high", false},
		"everybody waits, for only one":        {public, singleton, "low", true},
		"others inside wait, and two may run":  {strings.Replace(routed, "TYPE, ", "", 1) + caller + scaler, "1", "medium", false},
		"others inside wait, for only one":     {strings.Replace(routed, "TYPE, ", "", 1), singleton, "low", true},
		"nobody is known to wait for only one": {"", singleton, "low", true},
	} {
		files := map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
			// Two of it may run, and are wanted.
			"templates/web.yaml": strings.Replace(deployed("web", x.replicas), "containers: [{name: c, image: i,",
				"topologySpreadConstraints: [{maxSkew: 1}], containers: [{name: c, image: httpd,", 1),
			"templates/svc.yaml": x.service,
		}
		c, u, findings := checked(t, files, func(u *estate.Unit) bool { return u.Chart != nil })
		remedy.New(c, table.All(), u.units, os.ReadFile).Fit(t.Context(), u.Unit, findings)
		for _, f := range findings {
			if f.Obligation == "single-replica" && f.Subject.Name == "web" && (f.Severity != x.want || f.Fix.AcceptOnly != x.acceptOnly) {
				t.Errorf("%s: %s, acceptOnly %t, want %s, %t: %s", name, f.Severity, f.Fix.AcceptOnly, x.want, x.acceptOnly, f.Fix.Summary)
			}
		}
	}
}
