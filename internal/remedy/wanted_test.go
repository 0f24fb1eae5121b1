package remedy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/remedy"
)

// toward leads to web, from outside the cluster or from others in it alone.
func toward(kind string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: " + kind + ", selector: {app: web}, ports: [{port: 80}]}\n"
}

// callsIt is a workload that is told to call web, with as many pods.
func callsIt(replicas string) string {
	return "---\n" + strings.Replace(deployed("api", replicas), "image: i,", "image: i, env: [{name: WEB, value: 'http://web'}],", 1)
}

// single is the finding on web, of one pod, in one unit of some files.
func single(t *testing.T, files map[string]string, in func(*estate.Unit) bool) *finding.Finding {
	t.Helper()
	c, u, findings := checked(t, files, in)
	remedy.New(c, table.All(), u.units, os.ReadFile).Fit(t.Context(), u.Unit, findings)
	for i := range findings {
		if findings[i].Obligation == "single-replica" && findings[i].Subject.Name == "web" {
			return &findings[i]
		}
	}
	t.Fatalf("nothing on web: %+v", findings)
	return nil
}

// A single pod of what somebody builds weighs more than little where an autoscaler may run
// several; what is reached by others inside alone where three things speak for several. In
// a few plain files anything that does is enough. The finding says what there is.
func TestSinglePodThatIsWanted(t *testing.T) {
	pods := func(spec string) string {
		return strings.Replace(deployed("web", "1"), "spec: {containers", "spec: {"+spec+" containers", 1)
	}
	const apart = "topologySpreadConstraints: [{maxSkew: 1}],"
	const affinity = "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: " +
		"[{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname}}]}},"
	scaler := func(most string) string {
		return "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n" +
			"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 1\n  maxReplicas: " + most + "\n"
	}
	rolling := func(away string) string {
		return strings.Replace(deployed("web", "1"), "spec:\n", "spec:\n  strategy: {rollingUpdate: {maxUnavailable: "+away+"}}\n", 1)
	}
	httpd := func(web string) string { return strings.Replace(web, "image: i", "image: httpd", 1) }
	const plain, public, inside = "plain", "LoadBalancer", "ClusterIP"
	const nothing, little = "nothing that was read asks for more than one of it", "little tells that its owner wants more than one of it"
	one, api := httpd(deployed("web", "1")), "---\n"+deployed("api", "2")
	elsewhere := strings.Replace(api, "name: api", "name: api\n  namespace: x", 1)
	mysql := func(web string) string {
		web = strings.Replace(web, "containers", "volumes: [{name: d, persistentVolumeClaim: {claimName: disk}}], containers", 1)
		return strings.Replace(web, "image: i", "image: mysql", 1)
	}
	lost := strings.Replace(deployed("web", "1"), "image: i", "image: mysql", 1)
	for name, x := range map[string]struct {
		by, service, web, others string
		severity, said           string
	}{
		"nothing":                  {"", public, one, "", "low", nothing},
		"an autoscaler":            {"", public, one, scaler("4"), "high", "HorizontalPodAutoscaler web may run up to 4"},
		"one that runs one":        {"", public, one, scaler("1"), "low", ""},
		"a spread":                 {"", public, pods(apart), "", "low", little},
		"an affinity":              {"", public, pods(affinity), "", "low", little},
		"there in rollouts":        {"", public, httpd(rolling("0")), "", "low", little},
		"several beside it":        {"", public, one, api + "---\n" + deployed("db", "3"), "low", little},
		"a priority":               {"", public, pods("priorityClassName: system-node-critical,"), "", "low", little},
		"it and an autoscaler":     {"", public, pods("priorityClassName: shop-critical,"), scaler("4"), "high", "class shop-critical"},
		"in rollouts as well":      {"", public, httpd(rolling("0%")), scaler("2"), "high", "up to 2; its maxUnavailable 0"},
		"not in rollouts":          {"", public, httpd(rolling("25%")), scaler("2"), "high", "up to 2"},
		"kept apart as well":       {"", public, pods(affinity), scaler("2"), "high", "up to 2; it has a podAntiAffinity"},
		"beside several":           {"", public, one, scaler("2") + api, "high", "up to 2; Deployment api beside it runs 2 pods"},
		"for others inside":        {"", inside, pods(apart), callsIt("1"), "low", little},
		"two things":               {"", inside, pods(apart), scaler("4") + callsIt("1"), "low", "little tells that its owner wants more"},
		"of which several may run": {"", inside, httpd(pods(apart)), scaler("4") + callsIt("1"), "medium", "a program of which several run"},
		"three things":             {"", inside, pods(apart), scaler("4") + callsIt("2"), "medium", "Constraints; Deployment api beside"},
		"plain":                    {plain, public, deployed("web", "1"), "", "high", ""},
		"plain, of a database":     {plain, public, mysql(deployed("web", "1")), "", "low", nothing},
		"records gone":             {"", public, lost, "", "high", ""},
		"records gone, inside":     {"", inside, lost, callsIt("1"), "medium", ""},
		"plain, records gone":      {plain, public, lost, "", "high", ""},
		"plain, of a vital one": {plain, public,
			mysql(pods("priorityClassName: shop-critical,")), "", "high", "class shop-critical"},
		"plain, several elsewhere": {plain, inside, one, elsewhere, "low", nothing},
		"plain, several beside":    {plain, inside, one, api, "medium", "Deployment api beside it runs 2 pods"},
		"plain, for others inside": {plain, inside, deployed("web", "1"), "", "low", nothing},
		"plain, with a spread":     {plain, inside, pods(apart), "", "medium", "reasons for more than one: it has"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
				"templates/svc.yaml": toward(x.service), "templates/web.yaml": x.web + x.others}
			of := func(u *estate.Unit) bool { return u.Chart != nil }
			if x.by == plain {
				files = map[string]string{"all.yaml": toward(x.service) + "---\n" + x.web + x.others}
				of = func(u *estate.Unit) bool { return u.Kind == estate.Files }
			}
			f := single(t, files, of)
			said := ""
			for _, e := range f.Evidence {
				if strings.Contains(e.Text, "more than one") {
					said = e.Text
				}
			}
			if f.Severity != x.severity || !strings.Contains(said, x.said) || (x.said == "") != (said == "") {
				t.Errorf("%s, %q; want %s, %q", f.Severity, said, x.severity, x.said)
			}
		})
	}
}

// callback has the API server call web.
const callback = "---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: web}\n" +
	"webhooks:\n- name: web.example.com\n  failurePolicy: Fail\n  clientConfig: {service: {name: web, namespace: default}}\n" +
	"  rules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: [CREATE]}]\n"

// Values of a chart that mend it tell that its author thought of several of what the API
// server calls; that something is built for production does so beside another reason.
func TestSinglePodByValueAndPlace(t *testing.T) {
	chart := func(u *estate.Unit) bool { return u.Chart != nil }
	for replicas, want := range map[string]string{"1": "low", "{{ .Values.replicas }}": "high"} {
		f := single(t, map[string]string{"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "values.yaml": "replicas: 1\n",
			"templates/web.yaml": strings.Replace(deployed("web", "1"), "replicas: 1", "replicas: "+replicas, 1),
			"templates/svc.yaml": toward("ClusterIP") + callback}, chart)
		said := f.Evidence[len(f.Evidence)-1].Text
		if f.Severity != want || (want == "high") != strings.Contains(said, "its chart has values for several") ||
			(want == "low") != strings.HasSuffix(said, "asks for more than one of it: no autoscaler may run several") {
			t.Errorf("replicas %s: %s, %q; want %s", replicas, f.Severity, said, want)
		}
	}
	const scaler = "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n" +
		"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 1\n  maxReplicas: 4\n"
	for folder, want := range map[string]bool{"overlays/prod": true, "overlays/eu": false, "clusters/shop-production": true} {
		for web, severity := range map[string]string{deployed("web", "1") + scaler: "high", deployed("web", "1"): "low"} {
			files := map[string]string{
				folder + "/kustomization.yaml": "resources: [web.yaml]\n", folder + "/web.yaml": toward("LoadBalancer") + "---\n" + web,
			}
			f := single(t, files, func(u *estate.Unit) bool { return u.Kind == "kustomization" })
			said := f.Evidence[len(f.Evidence)-1].Text
			if f.Severity != severity || (want && severity == "high") != strings.Contains(said, "it is there for production") {
				t.Errorf("%s: %s, %q; want %s", folder, f.Severity, said, severity)
			}
		}
	}
}

// Rollouts without a gap and neighbours of several pods say nothing of one that its owner left on
// a single pod, in production as little as elsewhere; beside a rule that keeps pods apart they do.
func TestSinglePodByHintsAlone(t *testing.T) {
	const apart = "topologySpreadConstraints: [{maxSkew: 1}],"
	away := func(web string) string {
		return strings.Replace(web, "spec:\n", "spec:\n  strategy: {rollingUpdate: {maxUnavailable: 0}}\n", 1)
	}
	others := "---\n" + deployed("api", "2") + "---\n" + deployed("db", "3")
	for name, x := range map[string]struct{ web, severity, said string }{
		"rollouts and neighbours": {away(deployed("web", "1")), "low",
			"little tells that its owner wants more than one of it: its maxUnavailable 0"},
		"neighbours alone": {deployed("web", "1"), "low", "little tells that its owner wants more than one of it: 2 workloads beside it"},
		"a rule as well": {away(strings.Replace(deployed("web", "1"), "spec: {containers", "spec: {"+apart+" containers", 1)), "high",
			"reasons for more than one: it has topologySpreadConstraints; its maxUnavailable 0"},
	} {
		f := single(t, map[string]string{"overlays/prod/kustomization.yaml": "resources: [web.yaml]\n",
			"overlays/prod/web.yaml": toward("LoadBalancer") + "---\n" + x.web + others},
			func(u *estate.Unit) bool { return u.Kind == "kustomization" })
		if said := f.Evidence[len(f.Evidence)-1].Text; f.Severity != x.severity || !strings.HasPrefix(said, x.said) {
			t.Errorf("%s: %s, %q; want %s, %q", name, f.Severity, said, x.severity, x.said)
		}
	}
}

// What a chart has for several pods of what is made with one is told: a number of its own that other
// values replace, or an autoscaler that is switched off, by which it weighs more than little.
func TestSeveralThatAChartOffers(t *testing.T) {
	for why, x := range map[string]struct{ own, given, severity, said string }{
		"an autoscaler of two, off": {"web: {replicas: 1, hpa: {enabled: false, minReplicas: 2, maxReplicas: 3}}", "", "medium",
			"an autoscaler of at least 2 pods, which is switched off (web.hpa)"},
		"under another name": {"web: {replicas: 1, autoscaling: {enabled: false, minReplicas: 3}}", "", "medium",
			"at least 3 pods, which is switched off (web.autoscaling)"},
		"of KEDA": {"web: {replicas: 1, keda: {enabled: false, minReplicaCount: 2}}", "", "medium", "(web.keda)"},
		"its own number, which other values replace": {"web: {replicas: 3}", "web: {replicas: 1}", "low",
			"its chart runs 3 unless it is told otherwise (web.replicas, "},
		"its own number, of which something else decides": {"web: {replicas: '', most: 3}", "", "low", ""},
		"an autoscaler of one":                            {"web: {replicas: 1, hpa: {enabled: false, minReplicas: 1}}", "", "low", ""},
		"an autoscaler that nothing switches":             {"web: {replicas: 1, hpa: {minReplicas: 2}}", "", "low", ""},
		"of another part":                                 {"web: {replicas: 1}\napi: {hpa: {enabled: false, minReplicas: 2}}", "", "low", ""},
		"nothing":                                         {"web: {replicas: 1}", "", "low", ""},
	} {
		files := map[string]string{
			"shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "shop/values.yaml": x.own + "\n",
			"shop/templates/svc.yaml": toward("LoadBalancer"), "shop/templates/web.yaml": deployed("web",
				"{{ .Values.web.replicas | default (ternary .Values.web.most 1 (hasKey .Values.web \"ha\")) }}"),
		}
		of := func(u *estate.Unit) bool { return u.Chart != nil }
		if x.given != "" {
			files["shop/values-eu.yaml"] = x.given + "\n"
			of = func(u *estate.Unit) bool { return u.Chart != nil && strings.HasSuffix(u.Path, "values-eu.yaml") }
		}
		f := single(t, files, of)
		said := ""
		for _, e := range f.Evidence {
			said += e.Text + "\n"
		}
		if f.Severity != x.severity || !strings.Contains(said, x.said) || x.said == "" && strings.Contains(said, "its chart runs") {
			t.Errorf("%s: %s, want %s: %s", why, f.Severity, x.severity, said)
		}
	}
}
