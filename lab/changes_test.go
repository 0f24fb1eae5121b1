package lab

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/cli"
	"github.com/onus-project/onus/lab/cluster"
)

// changes are what some program has changed, by the audit log. Who asks what it may do changes nothing.
func changes(t *testing.T, c *cluster.Cluster, program string) (all []string, asked int) {
	t.Helper()
	log, err := c.Audited()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range log {
		if !strings.HasPrefix(x.UserAgent, program+"/") {
			continue
		}
		asked++
		if slices.Contains([]string{"get", "list", "watch"}, x.Verb) || x.ObjectRef.APIGroup == "authorization.k8s.io" {
			continue
		}
		all = append(all, x.Verb+" "+x.RequestURI)
	}
	return all, asked
}

// commands are all that do something, by their names.
func commands(of *cobra.Command, before string) (all []string) {
	for _, c := range of.Commands() {
		name := strings.TrimSpace(before + " " + c.Name())
		if c.Runnable() && len(c.Commands()) == 0 {
			all = append(all, name)
		}
		if len(c.Commands()) > 0 {
			all = append(all, name)
		}
		all = append(all, commands(c, name)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Nothing in a cluster is changed by any command but apply and abort, whoever asks: here the administrator does, and the
// audit log of the API server says what was changed.
func TestOnlyApplyAndAbortChange(t *testing.T) {
	x := carrierWith(t, webs, cluster.Options{PodReady: 2 * time.Second, PodStop: time.Second, Audit: true, AuditedReads: []string{"lab"}})
	file, saved := filepath.Join(x.dir, "plan.json"), filepath.Join(x.dir, "findings.json")
	target := []string{"--target", "nodes=" + x.nodes()[0], "-f", file}
	x.env = append(x.env, "KUBECONFIG="+x.c.Kubeconfig) // of those that take no cluster as well
	x.onus(t, []int{0, 1}, append([]string{"plan", "nodes"}, target...)...)
	findings, _ := x.onus(t, []int{0, 1}, "check", "-o", "json")
	fleet, err := filepath.Abs("../examples/fleet-2000/inventory.csv")
	deploy := filepath.Join(x.dir, "deploy")
	if err == nil {
		err = errors.Join(os.WriteFile(saved, []byte(findings), 0o600), os.Mkdir(deploy, 0o755),
			os.WriteFile(filepath.Join(deploy, "web.yaml"), []byte(webs), 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	in := slices.Clip([]string{"--context", "lab"})
	asks := map[string][][]string{ // how each is run; with ! first it is refused
		"check":    {{}, {"-o", "json", "--strict"}, {"-n", "default"}, {"--as", "eks-auto-mode"}},
		"simulate": {in, append(in, "--timeline", "--runs", "2")}, "simulate fleet": {{fleet}}, "calendar": {in}, "matrix": {in},
		"diff": {append(in, "eks-standard", "eks-auto-mode")}, "ladder": {{}}, "explain": {{}}, "version": {{}},
		"fix":      {in, append(in, "-f", filepath.Join(x.dir, "fix.json")), append([]string{"!", "--write"}, in...)},
		"snapshot": {append(in, "-f", filepath.Join(x.dir, "snapshot.json"))},
		"init":     {{deploy}}, "report": {{saved, saved}}, "config": {{}}, "config test": {{"!"}}, "plan": {{}},
		"plan nodes": {append(in, target...)}, "plan fleet": {{fleet, "--exec", "true"}}, "plan show": {{file}}, "plan diff": {{file, file}},
		"status": {append(in, file)}, "apply": {{file, "--dry-run"}, {"!", file, "--dry-run", "--resume"}, {"!", file + "x"}},
		"abort": {{"!", file}}, // of a plan that was not begun
	}
	for _, name := range commands(cli.Commands(), "") {
		if first, _, _ := strings.Cut(name, " "); first == "completion" || first == "help" {
			continue
		}
		if asks[name] == nil {
			t.Errorf("what does onus %s change in a cluster? It is not tried", name)
		}
		for _, args := range asks[name] {
			statuses := []int{0, 1}
			if len(args) > 0 && args[0] == "!" {
				statuses, args = []int{2}, args[1:]
			}
			out, said := x.onus(t, statuses, append(strings.Fields(name), args...)...)
			t.Logf("onus %s %s: %d bytes, %s", name, strings.Join(args, " "), len(out), said)
		}
	}
	done, asked := changes(t, x.c, "onus")
	if len(done) > 0 || asked < 100 {
		t.Errorf("in %d requests it changed %v", asked, done)
	}
	t.Logf("%d requests, of which none changes anything", asked)
	x.changes(t, file)
}

// changes has a plan be begun, looked at, and given up: the log has what is changed.
func (x *carrier) changes(t *testing.T, file string) {
	t.Helper()
	cmd, lines := x.start(t, "apply", file)
	until(t, lines, "changed: cordon")
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	began, _ := changes(t, x.c, "onus")
	x.onus(t, []int{0, 1}, "status", file)
	looked, _ := changes(t, x.c, "onus")
	x.onus(t, []int{0}, "abort", file)
	ended, _ := changes(t, x.c, "onus")
	if len(began) < 2 || len(looked) != len(began) || len(ended) <= len(looked) {
		t.Errorf("apply has changed %v, status %v, and abort %v", began, looked[len(began):], ended[len(looked):])
	}
	t.Logf("apply: %v; abort: %v", began, ended[len(looked):])
}
