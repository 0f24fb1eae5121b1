package source

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// What stands in folders of vendored code and of test data is no part of an
// estate, unless the folder is named or something that is built takes it in.
func TestAside(t *testing.T) {
	const node = "apiVersion: v1\nkind: Node\nmetadata: {name: one}\n"
	file := func(name, text string) string { return "-- " + name + " --\n" + text }
	for _, c := range []struct{ name, at, files, want string }{
		{"vendored code of Go", ".", file("vendor/k8s.io/client-go/node.yaml", node) + file("a.yaml", strings.Replace(node, "one}", "a}", 1)),
			"a\n1 of vendored code in vendor"},
		{"an application of that name", ".", file("apps/vendor/deploy.yaml", node), "one\n"},
		{"one with overlays", ".", file("apps/vendor/base/node.yaml", node), "one\n"},
		{"a hidden folder of what is deployed", ".", file(".k8s/live/node.yaml", node) +
			file(".helm-charts/x.yaml", strings.Replace(node, "one}", "a}", 1)), "a\none\n"},
		{"that of nais", ".", file("web/.nais/node.yaml", node), "one\n"},
		{"hidden folders of tools", ".", file(".github/node.yaml", node) + file(".kube/cache/node.yaml", node) +
			file(".terraform/a/node.yaml", node), ""},
		{"modules of Node.js", ".", file("web/node_modules/x/deploy.yaml", node) + file("web/node_modules/x/readme.md", "x"),
			"1 of vendored code in node_modules"},
		{"test data of Go", ".", file("pkg/a/testdata/b/node.yaml", node) + file("pkg/b/testdata/node.yaml", node), "2 of test data in testdata"},
		{"of Maven", ".", file("core/src/test/resources/node.yaml", node) + file("core/src/main/resources/node.yaml", node),
			"one\n1 of test data in src/test/resources"},
		{"of others, in capitals", ".", file("api/TestData/a.yaml", node) + file("api/__tests__/a.yaml", node) +
			file("api/Fixtures/c.json", node), "3 of test data in __tests__ fixtures testdata"},
		{"a case of chainsaw", ".", file("test/a/chainsaw-test.yaml", "kind: Test\n") + file("test/a/assert/node.yaml", node) +
			file("deploy/node.yaml", strings.Replace(node, "one}", "a}", 1)),
			"a\n2 of test data in cases of chainsaw"},
		{"a case of kuttl", ".", file("test/a/00-install.yaml", node) + file("test/a/01-assert.yaml", node), "2 of test data in cases of kuttl"},
		{"a case of kuttl that is named", "test/a", file("test/a/00-install.yaml", node) + file("test/a/01-assert.yaml", node), "one\n"},
		{"templates of a playbook", ".", file("new/play.yaml", "- name: x\n  hosts: localhost\n  tasks: []\n") +
			file("new/templates/web/kustomization.yaml", "resources: [node.yaml]\n") + file("new/templates/web/node.yaml", node),
			"2 of templates of Ansible in templates"},
		{"templates of a role", ".", file("roles/web/tasks/main.yml", "- name: x\n") +
			file("roles/web/templates/kustomization.yaml", "resources: ['{{ x }}']\n"), "1 of templates of Ansible in templates"},
		{"templates of a role that build nothing", ".", file("roles/web/tasks/main.yml", "- name: x\n") +
			file("roles/web/templates/node.yaml", node), "one\n"},
		{"templates beside no playbook", ".", file("new/hosts.yaml", "spec:\n  rules:\n    hosts: x\n") +
			file("new/templates/kustomization.yaml", "resources: [node.yaml]\n") + file("new/templates/node.yaml", node), "one\n"},
		{"numbered files", ".", file("deploy/00-node.yaml", node) +
			file("deploy/01-errors-page.yaml", strings.Replace(node, "one}", "a}", 1)), "a\none\n"},
		{"a case in what is built", ".", file("a/kustomization.yaml", "resources: [node.yaml]\n") + file("a/node.yaml", node) +
			file("a/chainsaw-test.yaml", "kind: Test\n"), "one\n"},
		{"a copy of another module", ".", file("go.mod", "module github.com/a/b\n") + file("x/up/go.mod", "module sigs.k8s.io/up\n") +
			file("x/up/LICENSE", "x\n") + file("x/up/config/node.yaml", node),
			"1 of vendored code in sigs.k8s.io/up"},
		{"one with its license in small letters", ".", file("go.mod", "module github.com/a/b\n") +
			file("x/up/go.mod", "module sigs.k8s.io/up\n") + file("x/up/license.txt", "x\n") +
			file("x/up/config/node.yaml", node), "1 of vendored code in sigs.k8s.io/up"},
		{"of which the owner is the same", ".", file("go.mod", "module github.com/a/b\n") + file("x/go.mod", "module github.com/a/c\n") +
			file("x/LICENSE", "x\n") + file("x/node.yaml", node), "one\n"},
		{"a part of the repository", ".", file("go.mod", "module github.com/a/b\n") + file("x/go.mod", "module x\n") + file("x/LICENSE", "x\n") +
			file("x/node.yaml", node), "one\n"},
		{"another module without its license", ".", file("go.mod", "module github.com/a/b\n") + file("x/go.mod", "module example.com/x\n") +
			file("x/node.yaml", node), "one\n"},
		{"another module in no module", ".", file("x/go.mod", "module example.com/x\n") + file("x/LICENSE", "x\n") +
			file("x/node.yaml", node), "one\n"},
		{"another module, and the one around it is not read", "x", file("go.mod", "module github.com/a/b\n") +
			file("x/up/go.mod", "module sigs.k8s.io/up\n") + file("x/up/LICENSE", "x\n") + file("x/up/config/node.yaml", node), "one\n"},
		{"a copy of a whole project", ".", file("a/b/go.mod", "module github.com/a/b/up\n") + file("a/b/LICENSE", "x\n") +
			file("a/b/OWNERS", "x\n") + file("a/b/CHANGELOG.md", "x\n") +
			file("a/b/CONTRIBUTING.md", "x\n") + file("a/b/config/node.yaml", node), "1 of vendored code in b"},
		{"a project of the repository's own", ".", file("a/b/go.mod", "module github.com/a/b/up\n") + file("a/b/LICENSE", "x\n") +
			file("a/b/CHANGELOG.md", "x\n") + file("a/b/config/node.yaml", node), "one\n"},
		{"nothing that is read", ".", file("testdata/readme.md", "x"), ""},
		{"the folder itself", "pkg/testdata", file("pkg/testdata/node.yaml", node), "one\n"},
		{"a folder in one", "testdata/a", file("testdata/a/b/node.yaml", node), "one\n"},
		{"the last of several", "src/test", file("src/test/resources/node.yaml", node), "one\n"},
		{"a folder in the folder", "testdata", file("testdata/golden/node.yaml", node), "1 of test data in golden"},
		{"folders of tests that may be deployed", ".", file("test/config/node.yaml", node), "one\n"},
		{"what others deploy", ".", file("third_party/x/node.yaml", node), "one\n"},
		{"one that a kustomization includes", ".", file("prod/kustomization.yaml", "resources: [../vendor/x]\n") +
			file("vendor/x/kustomization.yaml", "resources: [node.yaml]\n") +
			file("vendor/x/node.yaml", node), "one\n2 of vendored code in vendor"},
		{"one that Argo CD applies", ".", file("app.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"+
			"metadata: {name: a, namespace: argocd}\nspec: {source: {repoURL: x, path: fixtures}, destination: {}}\n") +
			file("fixtures/node.yaml", node), "one\n1 of test data in fixtures"},
		{"a chart's subcharts", ".", file("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n") +
			file("web/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n") +
			file("web/charts/db/templates/node.yaml", node), "one\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			unittest.Unpack(t, dir, txtar.Parse([]byte(c.files)))
			whole, err := Read(t.Context(), Input{Paths: []string{filepath.Join(dir, c.at)}})
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, u := range whole.Units {
				for _, n := range u.Kubernetes.Nodes {
					got.WriteString(n.Name + "\n")
				}
			}
			if a := whole.Aside; a.Files > 0 {
				fmt.Fprintf(&got, "%d of %s in %s", a.Files, strings.Join(a.Holds, " "), strings.Join(a.Folders, " "))
			}
			if got.String() != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got.String(), c.want)
			}
		})
	}
}
