package cli

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what commands print into the transcripts")

// TestMain lets the test binary stand in for onus, so that the transcripts run
// a real process with its own arguments, streams and exit status.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"onus":        func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"onus-faulty": faulty,
	})
}

// TestScripts plays the transcripts in testdata/script, one story a file.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	kubeconfig := clusters(t, filepath.Join(root, "testdata/runs/expiry-storm/estate.json"))
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("COLUMNS", "80")
			env.Setenv("NO_COLOR", "1")
			env.Setenv("ROOT", root)
			env.Setenv("CLUSTERS", kubeconfig) // for those who want one
			env.Setenv("KUBECONFIG", "")
			env.Setenv("KUBERNETES_SERVICE_HOST", "")
			return nil
		},
	})
}
