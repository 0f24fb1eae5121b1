package gitops

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// applicationOf is a file with an Application of a path in a repository.
func applicationOf(file, url, path string) string {
	name := strings.ReplaceAll(strings.TrimSuffix(file, ".yaml"), "/", "-")
	return fmt.Sprintf("-- %s --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: %s, namespace: argocd}\n"+
		"spec: {source: {repoURL: %q, path: %s, targetRevision: HEAD}, destination: {namespace: x}}\n", file, name, url, path)
}

// fluxFile is a file with a Kustomization of Flux and the repository that it applies a path of.
func fluxFile(name, url, path string) string {
	return fmt.Sprintf("-- flux/%[1]s.yaml --\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"+
		"metadata: {name: %[1]s, namespace: f}\n"+
		"spec: {url: %[2]q}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: k%[1]s, namespace: f}\n"+
		"spec: {path: %[3]q, sourceRef: {kind: GitRepository, name: %[1]s}}\n", name, url, path)
}

// setOf is a set of Applications for the directories of a repository that fit a pattern.
func setOf(file, url, pattern string) string {
	return fmt.Sprintf("-- %[1]s --\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\n"+
		"spec:\n  generators: [{git: {repoURL: %[2]q, directories: [{path: %[3]q}]}}]\n"+
		"  template: {metadata: {name: '{{path.basename}}'}, spec: {source: {repoURL: %[2]q, path: '{{path}}'}, destination: {namespace: x}}}\n",
		file, url, pattern)
}

const remoteOf = "-- .git/config --\n[remote \"origin\"]\n\turl = %s\n[submodule \"x\"]\n\turl = https://github.com/acme/other\n"

// An Application of another repository applies nothing of this one, though it has a folder of
// the same path.
func TestWhoseRepository(t *testing.T) {
	const deploy, other = "https://github.com/acme/deploy.git", "git@github.com:acme/other.git"
	folders := ""
	for _, dir := range []string{"a", "b", "cl/prod", "cl/dev", "cl/test"} {
		folders += "-- " + dir + "/service.yaml --\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
	}
	own := applicationOf("argo/a.yaml", deploy, "a") + applicationOf("argo/b.yaml", "ssh://git@github.com/fork/deploy", "b")
	for name, c := range map[string]struct{ files, want string }{
		"another":               {own + applicationOf("argo/c.yaml", other, "cl/prod"), "a b"},
		"the only one":          {applicationOf("argo/c.yaml", other, "cl/prod"), "cl/prod"},
		"a fork's":              {own + applicationOf("argo/c.yaml", "git@git.example.com:beta/Deploy", "cl/prod"), "a b cl/prod"},
		"to be filled in":       {own + applicationOf("argo/c.yaml", "${URL}", "cl/prod"), "a b cl/prod"},
		"one that holds itself": {applicationOf("a/a.yaml", deploy, "a") + applicationOf("argo/c.yaml", other, "cl/prod"), "a"},
		"as many":               {applicationOf("argo/a.yaml", deploy, "a") + applicationOf("argo/c.yaml", other, "cl/prod"), "a cl/prod"},
		"where it was cloned from": {fmt.Sprintf(remoteOf, "git@github.com:acme/deploy.git") + applicationOf("argo/a.yaml", deploy, "a") +
			applicationOf("argo/c.yaml", other, "cl/prod") + applicationOf("argo/d.yaml", other, "cl/dev"), "a"},
		"a mirror of another name": {fmt.Sprintf(remoteOf, "https://git.example.com/mirrors/7") + own, "a b"},
		"by another name": {own + applicationOf("argo/c.yaml", other, "cl/prod") + applicationOf("argo/d.yaml", other, "cl/dev") +
			applicationOf("argo/e.yaml", other, "cl/test") + applicationOf("argo/g.yaml", deploy, "argo") +
			applicationOf("argo/h.yaml", deploy, "cl"), "a argo b cl cl/dev cl/prod cl/test"},
		"of several paths": {own + applicationOf("argo/c.yaml", other, "cl/prod") + applicationOf("argo/d.yaml", other, "cl/dev") +
			applicationOf("argo/e.yaml", other, "cl/test") + applicationOf("argo/f.yaml", other, "cl/none") +
			applicationOf("argo/g.yaml", deploy, "argo") + applicationOf("argo/h.yaml", deploy, "cl"), "a argo b cl"},
		"Flux":         {fluxFile("x", deploy, "./a") + fluxFile("y", deploy, "./b") + fluxFile("z", other, "./cl/prod"), "a b"},
		"only Flux":    {fluxFile("z", other, "./cl/prod"), "cl/prod"},
		"a set":        {own + setOf("argo/s.yaml", deploy, "cl/*"), "a b cl/dev cl/prod cl/test"},
		"a set of one": {own + setOf("argo/s.yaml", other, "cl/*"), "a b"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			unittest.Unpack(t, dir, txtar.Parse([]byte(c.files+folders)))
			in := unittest.Tree(t, dir)
			builder := kustomize.New(in)
			all, listed := found(t, in, builder)
			var got []string
			for _, u := range Units(t.Context(), in, all, listed, builder).Units {
				if u.Kind == unit.ArgoCD || u.Kind == unit.Flux {
					got = append(got, in.Name(u.Path))
				}
			}
			slices.Sort(got)
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
