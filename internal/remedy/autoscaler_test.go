package remedy_test

import (
	"strings"
	"testing"
)

// What leaves the number of its pods to an autoscaler gets two by that, and not by a number
// in its template which the autoscaler would take back.
func TestFixesByAutoscalers(t *testing.T) {
	const hpa = "{{ if .Values.AT.autoscaling.enabled }}\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n" +
		"spec:\n  minReplicas: {{ .Values.AT.autoscaling.minReplicas }}\n  maxReplicas: {{ .Values.AT.autoscaling.maxReplicas }}\n" +
		"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  metrics: []\n{{ end }}\n"
	const values = "web: {autoscaling: {enabled: false, minReplicas: 1, maxReplicas: 5}}\n"
	web := strings.Replace(deployed("web", "1"), "  replicas: 1\n", "", 1)
	at := func(path, text string) string { return strings.ReplaceAll(text, ".AT.", path) }
	for name, x := range map[string]struct {
		files map[string]string
		set   string
		said  string
	}{
		"by a key of its name": {map[string]string{"values.yaml": values, "templates/web.yaml": web, "templates/hpa.yaml": at(".web.", hpa)},
			"web.autoscaling.enabled=true web.autoscaling.minReplicas=2", "have its autoscaler keep two"},
		"at the top": {map[string]string{"values.yaml": "autoscaling: {enabled: false, minReplicas: 1, maxReplicas: 1}\n",
			"templates/web.yaml": web, "templates/hpa.yaml": at(".", hpa)},
			"autoscaling.enabled=true autoscaling.minReplicas=2 autoscaling.maxReplicas=2", "have its autoscaler keep two"},
		"of another one": {map[string]string{"values.yaml": strings.Replace(values, "web:", "api:", 1), "templates/web.yaml": web,
			"templates/hpa.yaml": strings.ReplaceAll(at(".api.", hpa), "name: web", "name: api")},
			"", "add replicas: 2 to the template, which has none"},
		"of another one, at the top": {map[string]string{"values.yaml": "autoscaling: {enabled: false, minReplicas: 1, maxReplicas: 5}\n",
			"templates/web.yaml": web + "---\n" + strings.Replace(deployed("api", "1"), "  replicas: 1\n", "", 1),
			"templates/hpa.yaml": strings.ReplaceAll(at(".", hpa), "name: web", "name: api")},
			"", "add replicas: 2 to the template, which has none"},
		"that needs more": {map[string]string{"values.yaml": values, "templates/web.yaml": web,
			"templates/hpa.yaml": "{{ if .Values.monitoring }}" + at(".web.", hpa) + "{{ end }}"},
			"", "by the autoscaler that its chart makes with web.autoscaling.enabled: its template leaves the number to that"},
		"beside a number": {map[string]string{"values.yaml": values + "replicaCount: 1\n", "templates/web.yaml": deployed("web",
			"{{ .Values.replicaCount }}"), "templates/hpa.yaml": at(".web.", hpa)},
			"replicaCount=2", "run two replicas"},
	} {
		fix := fixOf(t, "single-replica", x.files)
		if got := strings.Join(fix.Values, " "); got != x.set || !strings.Contains(fix.Summary, x.said) {
			t.Errorf("%s: %q, want %q; %s", name, got, x.set, fix.Summary)
		}
	}
}
