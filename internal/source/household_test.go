package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// Several programs that people run at home, as workloads, images or releases, tell that a
// household has the cluster, in all units of the input.
func TestProgramsAtHome(t *testing.T) {
	known, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog"})
	if err != nil {
		t.Fatal(err)
	}
	workload := func(name, image string) string {
		return fmt.Sprintf("{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {selector: {matchLabels: {a: w}}, "+
			"template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: %s}]}}}}\n---\n", name, image)
	}
	release := "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: %s}, spec: {}}\n---\n"
	for _, x := range []struct {
		text string
		want string
	}{
		{workload("sonarr", "i") + workload("x", "lscr.io/linuxserver/radarr:latest") + fmt.Sprintf(release, "home-assistant"),
			"home-assistant, radarr and sonarr run in it"},
		{workload("sonarr", "i") + workload("x", "sonarr") + workload("radarr", "i"), ""},
		{workload("web", "i") + workload("api", "i") + workload("db", "i"), ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(x.text), 0o644); err != nil {
			t.Fatal(err)
		}
		whole, err := Read(t.Context(), Input{Paths: []string{dir}, Catalog: known})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range whole.Units {
			if got := u.AtHome; (got != "") != (x.want != "") || !strings.Contains(got, x.want) {
				t.Errorf("%q, want %q of\n%s", got, x.want, x.text)
			}
		}
	}
}
