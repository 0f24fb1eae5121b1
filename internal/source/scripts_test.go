package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// A script installs what its commands of Helm say, with the variables that it sets.
func TestInstalledBy(t *testing.T) {
	for text, want := range map[string]string{
		"#!/bin/sh\nNS=shop\nhelm -n $NS install web repo/web --version \"1.2.3\" -f values.yaml --set a=$1\n": "" +
			"3 web repo/web 1.2.3 shop [-f values.yaml --set a=$1]",
		"  helm upgrade --install db -n data \\\n    --wait --timeout 5m repo/pg\n":                  "1 db repo/pg  data []",
		"V=1\nif x; then\n  helm3 upgrade -i api oci://r/api --version=$V || exit 1\nfi\n":           "3 api oci://r/api 1  []",
		"# helm install a b/c\necho done; helm repo add a b\nhelm uninstall a\nhelm -n x delete a\n": "",
		"helm install \"$NAME\" \"$CHART\"\n":                                                        "",
		"helm install a b/c\nhelm install a b/c && helm install d b/e\n":                             "1 a b/c   []; 2 d b/e   []",
		"helm secrets upgrade --install a b/c -f s.yaml\n":                                           "1 a b/c   [-f s.yaml]",
		"helm \\\n  install a \\\n  b/c\nhelm install d b/e\n":                                       "1 a b/c   []; 4 d b/e   []",
		"NS=a\nhelm install -n ${NS:-default} a b/c --version ${V#v}\n":                              "2 a b/c   []",
		"NS=a\nhelm install -n ${NS} a b/c\n":                                                        "2 a b/c  a []",
		"NS=a\nNS=b\nhelm install -n $NS a b/c\n":                                                    "3 a b/c   []",
		"echo \"now run: helm install web repo/web -n shop\"\n" +
			"cat <<EOF\nhelm install api repo/api -n shop\nEOF\n": "",
		"helm install repo/db --generate-name -o json -l a=b --ca-file x --labels c=d --kube-token y\n":    "1 db repo/db   []",
		"helm install a b/c --dry-run=server\nhelm upgrade a b/c --dry-run -n x\nrun helm install a b/c\n": "",
		"helm install b/c --generate-name --set pw='my secret'":                                            "1 c b/c   [--set pw=my secret]",
		"helm plugin install https://example.com/p\n":                                                      "",
	} {
		var all []string
		for _, x := range installedBy(text) {
			all = append(all, fmt.Sprint(x.line, " ", x.name, " ", x.chart, " ", x.version, " ", x.namespace, " ", x.flags))
		}
		if got := strings.Join(all, "; "); got != want {
			t.Errorf("%q:\n%s, want\n%s", text, got, want)
		}
	}
}

// What scripts install from elsewhere is named with what renders it; charts that are here, and what is only for
// development, are not.
func TestScripts(t *testing.T) {
	dir := t.TempDir()
	for file, text := range map[string]string{
		"web/install.sh":      "helm install web repo/web -f values.yaml -n shop --set a=1 --set auth.password='hunter2 x'\n",
		"here/install.sh":     "helm install here ./chart\nhelm install there charts/there\n",
		"here/charts/there/x": "",
		"here/up.sh":          "helm install up charts/up\nhelm install gone charts/gone\nhelm install deep a/b/c\n",
		"charts/up/x":         "",
		"hack/install.sh":     "helm install tool repo/tool\n",
		"test/setup.sh":       "helm install tried repo/tried\n",
		"web/notes.txt":       "helm install noted repo/noted\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, err := Read(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Unreadable) != 1 {
		t.Fatalf("%+v", e.Unreadable)
	}
	f := e.Unreadable[0]
	want := "helm template web repo/web -n shop -f " + filepath.ToSlash(filepath.Join(dir, "web/values.yaml")) +
		" --set a=1 --set auth.password=VALUE | onus check -"
	if f.Line != 1 || f.Reason != "installs the chart repo/web, which is not here" || f.Hint != want ||
		f.Lacks.What != origin.LackingInstalled {
		t.Errorf("%+v", f)
	}
}

// Where nothing says for which cluster a script is, no verdict on what stands beside it rests on it.
func TestScriptsWithoutACluster(t *testing.T) {
	for text, want := range map[string]bool{
		"helm install a b/c -n x\n":                                                       false,
		"helm install a b/c -n x --kube-context prod\n":                                   true,
		"kubectx\nkubectx -d old\naws eks list-clusters\nhelm install a b/c -n x\n":       false,
		"kubectx prod\nhelm install a b/c -n x\n":                                         true,
		"aws --profile p eks --region r update-kubeconfig --name c\nhelm install a b/c\n": true,
		"echo aws eks update-kubeconfig --name c\nhelm install a b/c\n":                   false,
		"/usr/bin/doctl kubernetes cluster kubeconfig save c\nhelm install a b/c\n":       true,
		"if kubectl config use-context prod; then\n  sudo helm install a b/c -n x\nfi\n":  true,
	} {
		if all := installedBy(text); len(all) != 1 || all[0].into != want {
			t.Errorf("%q: %+v", text, all)
		}
	}
}
