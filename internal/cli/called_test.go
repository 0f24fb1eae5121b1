package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestCalledAs(t *testing.T) {
	for arg, want := range map[string]string{
		"onus": "onus", "/opt/bin/kubectl-onus": "kubectl onus", "kubectl-onus.exe": "kubectl onus", "kubectl": "onus", "kubectl-onus2": "onus",
	} {
		if got := calledAs([]string{arg}); got != want {
			t.Errorf("%s: %q", arg, got)
		}
	}
	if got := calledAs(nil); got != "onus" {
		t.Error(got)
	}
}

// As a plugin of kubectl its help, and what it says to do next, are what is typed there.
func TestPluginOfKubectl(t *testing.T) {
	was := os.Args[0]
	t.Cleanup(func() { os.Args[0] = was })
	os.Args[0] = "/opt/krew/bin/kubectl-onus"
	for _, x := range []struct {
		args []string
		want []string
	}{
		{[]string{"check", "--help"}, []string{"kubectl onus check [PATH", "  kubectl onus check ./manifests\n", "| kubectl onus check -\n"}},
		{[]string{"plan", "nodes", "--help"}, []string{"kubectl onus plan nodes [PATH", "  kubectl onus plan nodes --context prod"}},
		{[]string{"check", "../../examples/cockroachdb", "-q"}, []string{"Next: kubectl onus fix ../../examples/cockroachdb"}},
	} {
		var out, errs bytes.Buffer
		Main(x.args, strings.NewReader(""), &out, &errs)
		for _, want := range x.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v lacks %q: %s %s", x.args, want, out.String(), errs.String())
			}
		}
		if strings.Contains(out.String(), "  onus ") {
			t.Errorf("%v speaks of onus: %s", x.args, out.String())
		}
	}
}
