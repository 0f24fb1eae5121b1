package gitops

import (
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// resourceOf is a custom resource as it is read from a file.
func resourceOf(t *testing.T, api, file, spec string) kubernetes.CustomResource {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte("metadata: {name: x, namespace: ns}\nspec: " + spec))
	if err != nil {
		t.Fatal(err)
	}
	return kubernetes.CustomResource{API: api, Namespace: "ns", Name: "x", Object: data, Position: origin.Position{File: file, Line: 3}}
}

// renamed is a resource by another name.
func renamed(name string, c kubernetes.CustomResource) kubernetes.CustomResource {
	c.Name = name
	return c
}

// What an object applies that is not here is named with what renders it.
func TestNotHere(t *testing.T) {
	var sources Sources
	sources.Add([]kubernetes.CustomResource{
		resourceOf(t, fluxSource+"/HelmRepository", "a.yaml", `{url: "https://charts.example.com/"}`),
		resourceOf(t, fluxSource+"/OCIRepository", "a.yaml", `{url: "oci://r.example.com/charts/web", ref: {tag: 1.2.3}}`),
		resourceOf(t, fluxSource+"/GitRepository", "a.yaml", `{url: "https://git.example.com/a/b"}`),
		renamed("tagged", resourceOf(t, fluxSource+"/GitRepository", "a.yaml",
			`{url: "https://git.example.com/a/c", ref: {branch: b, tag: v2}}`)),
		resourceOf(t, fluxSource+"/HelmChart", "a.yaml", `{chart: api, version: 2.x, sourceRef: {kind: HelmRepository, name: x}}`),
	})
	const release, kustomization, application = fluxHelm + "/HelmRelease", fluxKustomize + "/Kustomization", argo + "/Application"
	for _, c := range []struct{ api, file, spec, says, hint string }{
		{release, "a.yaml", `{chart: {spec: {chart: web, version: 1.0.0, sourceRef: {kind: HelmRepository, name: x}}}}`,
			"installs the chart web 1.0.0 of https://charts.example.com/, which",
			"helm template x web --repo https://charts.example.com --version 1.0.0 -n ns | onus check -"},
		{release, "a.yaml", `{chartRef: {kind: OCIRepository, name: x}, values: {a: 1}}`, "the chart web 1.2.3 of oci://r.example.com/charts",
			`yq 'select(.kind == "HelmRelease" and .metadata.name == "x") | .spec.values' a.yaml | ` +
				"helm template x oci://r.example.com/charts/web --version 1.2.3 -n ns -f - | onus check -"},
		{release, "c/templates/a.yaml", `{chartRef: {kind: HelmChart, name: x}, values: {a: 1}}`, "the chart api 2.x of",
			"helm template x api --repo https://charts.example.com --version 2.x -n ns -f VALUES |"},
		{release, "c/kustomization.yaml", `{chartRef: {kind: HelmChart, name: x}, values: {a: 1}}`, "the chart api 2.x of",
			"helm template x api --repo https://charts.example.com --version 2.x -n ns -f VALUES |"},
		{release, "a.yaml", `{targetNamespace: to, chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: x}}}}`,
			"the chart ./charts/web of", "git clone https://git.example.com/a/b DIR && helm template to-x DIR/charts/web -n to |"},
		{release, "a.yaml", `{chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: none}}}}`, "web of HelmRepository none, which",
			"helm template x REPO/web -n ns |"},
		{release, "a.yaml", `{values: {a: 1}}`, "", ""},
		{kustomization, "a.yaml", `{path: ./apps, sourceRef: {kind: GitRepository, name: x}}`, "applies apps of https://git.example.com/a/b",
			"git clone https://git.example.com/a/b DIR && onus check DIR/apps"},
		{kustomization, "a.yaml", `{path: ./apps, sourceRef: {kind: GitRepository, name: tagged}}`, "applies apps of",
			"git clone --depth 1 --branch v2 https://git.example.com/a/c DIR && onus check DIR/apps"},
		{release, "a.yaml", `{chart: {spec: {chart: ./web, sourceRef: {kind: GitRepository, name: tagged}}}}`, "the chart ./web of",
			"git clone --depth 1 --branch v2 https://git.example.com/a/c DIR && helm template x DIR/web"},
		{kustomization, "a.yaml", `{path: ./, sourceRef: {kind: Bucket, name: b}}`, "applies what stands in Bucket b", "onus check . DIR"},
		{kustomization, "a.yaml", `{patches: []}`, "", ""},
		{application, "a.yaml", `{source: {repoURL: r.example.com/charts, chart: web, targetRevision: "^1", helm: {valuesObject: {a: 1},
			parameters: [{name: b, value: "2 3"}]}}, destination: {namespace: to}}`, "the chart web ^1 of oci://r.example.com/charts",
			`.spec.source.helm.valuesObject' a.yaml | helm template x oci://r.example.com/charts/web --version '^1' -n to --set b=VALUE -f - |`},
		{application, "a.yaml", `{sources: [{repoURL: "https://git.example.com/a/b", ref: v}, {repoURL: "oci://r.example.com/web", path: .}]}`,
			"the chart web of oci://r.example.com,", "helm template x oci://r.example.com/web |"},
		{application, "a.yaml", `{source: {repoURL: "oci://r.example.com/web/web", chart: web, targetRevision: 1.2.3}}`,
			"the chart web 1.2.3 of oci://r.example.com/web,", "helm template x oci://r.example.com/web/web --version 1.2.3 |"},
		{application, "a.yaml", `{source: {repoURL: "oci://r.example.com/charts/builder", chart: builders}}`,
			"the chart builder of oci://r.example.com/charts,", "helm template x oci://r.example.com/charts/builder |"},
		{application, "a.yaml", `{source: {repoURL: "https://git.example.com/a/b", path: deploy}}`,
			"applies deploy of", "onus check DIR/deploy"},
		{application, "a.yaml", `{source: {repoURL: "https://git.example.com/a/b", path: deploy, targetRevision: web-8.9.0}}`,
			"applies deploy of",
			"git clone --depth 1 --branch web-8.9.0 https://git.example.com/a/b DIR && onus check DIR/deploy"},
		{application, "a.yaml", `{source: {repoURL: "https://git.example.com/a/b", path: deploy, targetRevision: 0123456789abcdef}}`,
			"applies",
			"git clone https://git.example.com/a/b DIR && git -C DIR checkout 0123456789abcdef && onus check DIR/deploy"},
		{application, "a.yaml", `{source: {repoURL: "https://git.example.com/a/b", path: deploy, targetRevision: HEAD}}`, "applies deploy of",
			"git clone https://git.example.com/a/b DIR && onus check DIR/deploy"},
		{application, "a.yaml", `{source: {repoURL: "https://git.example.com/a/b", path: deploy, targetRevision: refs/heads/v1,
			helm: {valueFiles: [prod.yaml, /top.yaml, ../up.yaml], parameters: [{name: a, value: "1"}]}}}`, "applies deploy of",
			"git clone --depth 1 --branch v1 https://git.example.com/a/b DIR && onus check DIR/deploy --values DIR/deploy/prod.yaml " +
				"--values DIR/top.yaml --values DIR/up.yaml --set a=1"},
		{application, "a.yaml", `{sources: [{repoURL: "https://git.example.com/a/b.git", path: deploy,
			helm: {valueFiles: [$v/x/p.yaml, $w/y.yaml],
			valuesObject: {a: 1}}}, {repoURL: "https://git.example.com/a/b", ref: v}, {repoURL: "https://git.example.com/c", ref: w}]}`,
			"applies deploy of", `| .spec.sources[0].helm.valuesObject' a.yaml > VALUES && git clone https://git.example.com/a/b.git DIR && ` +
				"onus check DIR/deploy --values DIR/x/p.yaml --values VALUES --values VALUES"},
		{application, "a.yaml", `{source: {repoURL: "https://me:tok@git.example.com/a/b", path: deploy, helm: {parameters: [
			{name: auth.password, value: hunter2}]}}}`, "applies deploy of https://git.example.com/a/b,",
			"git clone https://git.example.com/a/b DIR && onus check DIR/deploy --set auth.password=VALUE"},
		{application, "a.yaml", `{source: {repoURL: made-up, path: deploy}}`, "applies deploy of made-up",
			"argocd app manifests x | onus check -"},
		{application, "a.yaml", `{source: {repoURL: "https://made-up/a", path: deploy}}`, "applies deploy of", "argocd app manifests x |"},
		{application, "a.yaml", `{source: {repoURL: made-up, chart: web}}`, "installs the chart web of made-up", "argocd app manifests x |"},
		{argo + "/ApplicationSet", "a.yaml", `{generators: [{clusters: {values: {v: 1.0.0}}}], template: {spec: {source: {chart: web,
			repoURL: "https://charts.example.com", targetRevision: "{{values.v}}"}}}}`,
			"its generator clusters finds: each installs the chart web 1.0.0",
			"helm template web web --repo https://charts.example.com --version 1.0.0 -f VALUES |"},
		{argo + "/ApplicationSet", "a.yaml", `{generators: [{git: {directories: [{path: "*"}]}}],
			template: {spec: {source: {path: "{{path}}"}}}}`,
			"its generator git finds, of which nothing in the input tells", "argocd app manifests"},
	} {
		all, known := (&Deployed{}).NotHere(resourceOf(t, c.api, c.file, c.spec), sources)
		switch {
		case !known:
			t.Errorf("%s: is not known", c.spec)
		case c.says == "" && len(all) == 0:
		case len(all) != 1:
			t.Errorf("%s: %v", c.spec, all)
		case !strings.Contains(all[0].Reason, c.says) || !strings.Contains(all[0].Hint, c.hint):
			t.Errorf("%s:\n%s\n%s", c.spec, all[0].Reason, all[0].Hint)
		}
	}
	if _, known := (&Deployed{}).NotHere(resourceOf(t, "example.com/Farm", "a.yaml", "{}"), sources); known {
		t.Error("a Farm is known")
	}
}

// A chart that stands rendered beside a release is that of its name and of the release.
func TestRendered(t *testing.T) {
	f := origin.Fault{Lacks: origin.Lack{What: origin.LackingInstalled, Name: "web"}, Hint: "helm template shop-web web | onus check -"}
	for labels, want := range map[[2]string]bool{
		{"web-1.2.3", "web"}: true, {"web-1.2.3", "shop-web"}: true, {"web-1.2.3", "other"}: false, {"web-1.2.3", ""}: false,
		{"api-1.2.3", "web"}: false, {"", "web"}: false,
	} {
		if got := Rendered(f, "web", map[string]string{"helm.sh/chart": labels[0], "app.kubernetes.io/instance": labels[1]}); got != want {
			t.Errorf("%v: %t", labels, got)
		}
	}
}

// A path with variables of Flux leads to folders of this repository, where it has any that it fits.
func TestFoldersByVariables(t *testing.T) {
	r := inFolder(t, "-- services/web/deploy/dev/01/a.yaml --\n-- services/web/deploy/live/01/a.yaml --\n")
	d := r.deployed(nil, nil)
	for folder, want := range map[string]bool{
		"services/web/deploy/${ENV}/${ID}": true, "services/web/deploy/${ENV}": true, "services/${NAME}/deploy/dev/01": true,
		"services/web/deploy/l${REST}/01": true, "services/api/deploy/${ENV}": false, "services/web/deploy/${ENV}/02": false,
		"services/web/deploy/dev/01": false, "${ALL}": false, "": false,
	} {
		if got := d.filled(folder); got != want {
			t.Errorf("%s: %t", folder, got)
		}
	}
	of := resourceOf(t, fluxKustomize+"/Kustomization", "a.yaml",
		`{path: "./services/web/deploy/${ENV}/01", sourceRef: {kind: GitRepository, name: all}}`)
	if all, known := d.NotHere(of, Sources{}); !known || len(all) > 0 {
		t.Errorf("%v", all)
	}
}

// A file of values that a plugin decrypts is the file itself, where nothing of it is encrypted.
func TestValuesByAScheme(t *testing.T) {
	r := inFolder(t, "-- web"+chartFile+"-- web/plain.yaml --\na: 1\n-- web/secret.yaml --\na: ENC[AES256,data:x]\n")
	for file, want := range map[string]string{
		"plain.yaml": "", "secrets://plain.yaml": "", "secrets://secret.yaml": "secret.yaml, which is encrypted",
		"secrets://gone.yaml": "gone.yaml, which is not here", "gone.yaml": "gone.yaml, which is not here",
	} {
		s := argoSource{}
		s.Helm.ValueFiles = []string{file}
		o, missing := (argoApps{r}).argoOptions(object{name: "web"}, s, filepath.Join(r.in.Root, "web"), "", nil)
		if got := strings.Join(missing, ""); got != want || (want == "") != (len(o.Values) == 1) {
			t.Errorf("%s: %s, %v", file, got, o.Values)
		}
	}
}
