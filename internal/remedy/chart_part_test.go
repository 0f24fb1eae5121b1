package remedy_test

import (
	"strings"
	"testing"
)

// Where the whole of a fix is not to be had by values, a part of it may be enough, or a switch
// that is on; and a budget that the chart makes by itself is none to add.
func TestFixesByAPart(t *testing.T) {
	strict := "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n" +
		"  minAvailable: {{ .Values.least }}\n  selector: {matchLabels: {app: web}}\n"
	byCount := "{{ if gt (int .Values.replicas) 1 }}\n" + strings.NewReplacer("minAvailable: {{ .Values.least }}", "maxUnavailable: 1").
		Replace(strict) + "{{ end }}\n"
	scaled := "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n" +
		"spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n"
	unless := strings.Replace(deployed("web", "{{ .Values.replicas }}"), "  replicas: {{ .Values.replicas }}\n",
		"  {{- if not .Values.scale.up }}\n  replicas: {{ .Values.replicas }}\n  {{- end }}\n", 1)
	const never, missing, single = "pdb-never-allows", "pdb-missing", "single-replica"
	for _, x := range []struct {
		name, obligation        string
		deployment, pdb, values string
		want, without           string
		set                     string
	}{
		{"replicas alone", never, deployed("web", "{{ .Values.replicas }}"), strict, "replicas: 1\nleast: 1\n",
			"run two replicas", "allow", "replicas=2"},
		{"a switch that leaves replicas out", never, unless, strict, "replicas: 3\nleast: 1\nscale: {up: true}\n",
			"do without scale.up", "", "scale.up=false"},
		{"the budget's own switch", never, strings.Replace(deployed("web", "1"), "image: i", "image: mongo", 1),
			"{{ if .Values.pdb }}\n" + strict + "{{ end }}\n", "pdb: true\nleast: 1\n", "make no PDB", "two replicas", "pdb=false"},
		{"how many may go alone", never, strings.Replace(deployed("web", "1"), "image: i", "image: mongo", 1),
			strings.Replace(strict, "  minAvailable: {{ .Values.least }}", "  {{- with .Values.most }}\n  maxUnavailable: {{ . }}\n  {{- else }}\n"+
				"  minAvailable: {{ .Values.least }}\n  {{- end }}", 1), "least: 1\n", "the only pod", "two replicas", "most=1 least=null"},
		{"a budget from two on, of one", single, deployed("web", "{{ .Values.replicas }}"), byCount, "replicas: 1\n",
			"for which its chart then makes a PDB", "add a PodDisruptionBudget", "replicas=2"},
		{"a budget from two on, under an autoscaler", missing, strings.Replace(deployed("web", "1"), "  replicas: 1\n", "", 1),
			byCount + "---\n" + scaled, "replicas: 1\n", "add a PodDisruptionBudget", "", "replicas=2"},
	} {
		fix := fixOf(t, x.obligation, map[string]string{
			"templates/web.yaml": x.deployment, "templates/pdb.yaml": x.pdb, "values.yaml": x.values,
			"templates/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n",
		})
		if fix == nil {
			t.Errorf("%s: none", x.name)
			continue
		}
		got := strings.Join(fix.Values, " ")
		if got != x.set || !strings.Contains(fix.Summary, x.want) || x.without != "" && strings.Contains(fix.Summary, x.without) {
			t.Errorf("%s: %q: %s", x.name, got, fix.Summary)
		}
	}
}
