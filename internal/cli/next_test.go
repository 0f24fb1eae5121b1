package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// What check says to do next is what fix does: as many edits, or commands, for as many
// findings.
func TestNextIsWhatFixDoes(t *testing.T) {
	one := filepath.Join(t.TempDir(), "one pod.yaml")
	if err := os.WriteFile(one, []byte(quietPod), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"../../examples/insurer"}, {"../../examples/insurer", "--as", "gke-standard"}, {"../../examples/insurer", "--min-severity", "high"},
		{"../../examples/insurer", "-n", "claims"}, {"../../examples/cockroachdb"}, {"../../examples/fleet"}, {"../../examples/rolling"}, {one},
	} {
		is := resultOf[published.Findings](t, append([]string{"check"}, args...)...).Next
		fix := resultOf[published.Fixes](t, append([]string{"fix"}, args...)...)
		if is == nil {
			is = &published.Next{}
		}
		if is.Edits != fix.Summary.Edits || is.Commands != len(fix.Commands) || is.Cures != fix.Summary.Cured {
			t.Errorf("%v: %+v, and fix has %+v", args, *is, fix.Summary)
		}
		if is.Command == "" {
			continue
		}
		if want := "onus fix " + words.InShell(args[0]); !strings.HasPrefix(is.Command, want) {
			t.Errorf("%v: %q, want %q", args, is.Command, want)
		}
	}
}

// Where counting edits would take long it is left out: the command stands alone.
func TestManyEditsAreNotCounted(t *testing.T) {
	var text strings.Builder
	for i := range 600 { // some 200 KB
		fmt.Fprintf(&text, "---\n%s", strings.ReplaceAll(quietPod, "web", fmt.Sprintf("web-%d", i)))
	}
	file := filepath.Join(t.TempDir(), "many.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	is := resultOf[published.Findings](t, "check", file)
	if n := is.Next; n == nil || n.Edits+n.Cures != 0 || !strings.HasPrefix(n.Command, "onus fix ") || is.Summary.Broken != 600 {
		t.Errorf("%+v of %d", n, is.Summary.Broken)
	}
}

// quietPod weighs little: it has one pod, and a PDB that never lets it go.
const quietPod = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", readinessProbe: {tcpSocket: {port: 80}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
`

// The command has the flags of check that fix has as well, quoted as a shell wants them; of
// standard input there is none, nor beside a baseline.
func TestNextCommand(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "it's web.yaml"), []byte(quietPod), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"it's web.yaml"}, `onus fix 'it'\''s web.yaml'`},
		{[]string{".", "--as", "aks", "-n", "shop", "--set", "a=b c", "--set", "d=e", "--fail-on", "high", "--strict"},
			"onus fix . --as aks --namespace shop --set 'a=b c' --set d=e"},
		{[]string{".", "--no-config"}, "onus fix . --no-config"},
		{[]string{"."}, "onus fix ."},
		{[]string{".", "--write-baseline", "b.json"}, ""},
		{[]string{".", "--baseline", "b.json"}, ""},
		{[]string{"-"}, ""},
	} {
		var out, errs bytes.Buffer
		Main(append([]string{"check", "-q"}, x.args...), strings.NewReader(quietPod), &out, &errs)
		_, got, _ := strings.Cut(out.String(), "Next: ")
		got, _, _ = strings.Cut(got, " (1 edit")
		if got = strings.ReplaceAll(got, "\n", " "); got != x.want {
			t.Errorf("%v: %q, want %q; %s", x.args, got, x.want, errs.String())
		}
	}
}
