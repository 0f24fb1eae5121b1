package gitops

import (
	"path/filepath"
	"strings"
	"testing"
)

// An artifact is the folder that is pushed as it, or the only one that has all that is applied of it.
func TestArtifactsOfOwnFolders(t *testing.T) {
	const apps = "-- k8s/apps/web/a.yaml --\n-- k8s/apps/api/a.yaml --\n-- copy/apps/web/a.yaml --\n"
	of := func(kind, path string) object {
		return object{group: fluxKustomize, kind: "Kustomization", data: []byte(
			"spec: {path: " + path + ", sourceRef: {kind: " + kind + ", name: all}}")}
	}
	generator := object{group: fluxArtifact, kind: "ArtifactGenerator", data: []byte("spec: " +
		"{sources: [{alias: s, kind: OCIRepository, name: all}], artifacts: [{name: all, copy: [{from: '@s/apps/**', to: '@artifact/'}]}]}")}
	for name, x := range map[string]struct {
		files string
		all   []object
		want  string // the folder of the first one
	}{
		"pushed by a workflow": {apps + "-- .github/workflows/oci.yaml --\nrun: |\n" +
			"  flux push artifact \"$REPO:x\" \\\n    --path=\"./k8s\" \\\n    --source=x\n",
			[]object{of("OCIRepository", "./apps/web")}, "k8s/apps/web"},
		"pushed by a Makefile": {apps + "-- Makefile --\npush:\n\tflux push artifact oci://r/x:y --path copy\n",
			[]object{of("Bucket", "apps/web")}, "copy/apps/web"},
		"the only one that has all": {apps,
			[]object{of("OCIRepository", "./apps/web"), of("OCIRepository", "./apps/api")}, "k8s/apps/web"},
		"two that have it": {apps, []object{of("OCIRepository", "./apps/web")}, ""},
		"one that another folder is pushed as": {apps + "-- ci.sh --\nflux push artifact oci://r/x --path=other\n",
			[]object{of("OCIRepository", "./apps/web")}, ""},
		"a path of one part": {apps, []object{of("OCIRepository", "./k8s")}, ""},
		"the top":            {apps, []object{of("OCIRepository", "./")}, ""},
		"what is copied out of it": {apps, []object{of("ExternalArtifact", "./api"), of("OCIRepository", "./apps/api"),
			of("OCIRepository", "./apps/web"), generator},
			"k8s/apps/api"},
	} {
		t.Run(name, func(t *testing.T) {
			r := inFolder(t, x.files)
			r.configs = x.all
			all, _ := r.appliedBy(x.all[0])
			if got := filepath.ToSlash(strings.TrimPrefix(dirsOf(all), "./")); got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}
