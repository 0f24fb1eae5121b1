package lab

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
)

// exits waits for the end of a process, which has to be with a status.
func exits(t *testing.T, cmd *exec.Cmd, status int) {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if is := cmd.ProcessState.ExitCode(); is != status || err != nil && !errors.As(err, &exit) {
		t.Errorf("ended with %d: %v", is, err)
	}
}

// A right that is lost while a plan is carried out pauses it: the reason names the right, and nothing is left cordoned
// where what is left of the lease is enough for that. Who goes on with it without the right is told before anything is
// changed.
func TestLosesARight(t *testing.T) {
	x := newCarrier(t)
	node := x.nodes()[0]
	_, roles := granted(t)
	x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":4}}`)
	file := x.plan(t, 600, node)
	x.fresh()
	args := []string{"apply", file, "--kubeconfig", x.config}
	for _, r := range []right{{"clusterrole", "", "pods/eviction", "create"}, {"role", "coordination.k8s.io", "leases", "update"}} {
		cmd, lines := x.start(t, args...)
		until(t, lines, "waits: PodDisruptionBudget default/web wants all 4 pods healthy")
		x.grant(t, r.role, lessOne(roles[r.role], r))
		x.can(t, r, false)
		if r.role == "clusterrole" { // which is asked for once the budget lets a pod go
			x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":3}}`)
		}
		until(t, lines, "is undone: ")
		until(t, lines, "undone")
		for lines.Scan() {
			t.Log(lines.Text())
		}
		exits(t, cmd, 1)
		out, _ := x.onus(t, []int{1}, "status", file, "--kubeconfig", x.config)
		t.Log(out)
		flat := strings.Join(strings.Fields(out), " ")
		for _, want := range []string{"paused", "cannot " + r.verb + ` resource "` + r.resource + `"`, "docs/rbac-apply.yaml"} {
			if !strings.Contains(flat, want) {
				t.Errorf("%q is not said: %s", want, out)
			}
		}
		if left := x.kubectl("", "get", "nodes", "--output=json"); strings.Contains(left, "onus.dev/plan") {
			t.Error("a node is left cordoned")
		}
		_, said := x.onus(t, []int{2}, append(args, "--resume")...)
		if !strings.Contains(said, "onus may not ") || !strings.Contains(said, r.verb+" "+r.resource) {
			t.Error(said)
		}
		x.grant(t, r.role, roles[r.role])
		x.can(t, r, true)
		x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":4}}`)
		if args[len(args)-1] != "--resume" {
			args = append(args, "--resume")
		}
	}
	x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":3}}`)
	out, said := x.onus(t, []int{0}, args...)
	t.Log(said, out)
	x.holds(t, []string{node})
}

// What a plan expects an escalation to delete is what it deletes, and when: of a Deployment whose budget lets no pod go, once the drain
// is stuck and its other pods have been Ready for so long as was asked for.
func TestForcesWhatWasPredicted(t *testing.T) {
	x := carrierOf(t, strings.Replace(webs, "minAvailable: 3", "minAvailable: 4", 1))
	x.kubectl("", "apply", "--filename=../docs/rbac-escalate.yaml")
	config := filepath.Join(x.dir, ".onus.yaml")
	if err := os.WriteFile(config, []byte("timings: {nodeReady: 2s, podReady: 2s, podStop: 1s}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Once the others have been ready for longer than they have to be, and, after a new one has come among them, before that.
	for name, of := range map[string]struct{ healthy, drain, least time.Duration }{
		"once it is stuck":                {time.Second, 40 * time.Second, 35 * time.Second},
		"once the others have been Ready": {90 * time.Second, 10 * time.Second, 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) { x.forcesAsPredicted(t, config, of.healthy, of.drain, of.least) })
	}
}

func (x *carrier) forcesAsPredicted(t *testing.T, config string, healthy, drain, least time.Duration) {
	x.kubectl("", "delete", "pod", "--selector=app=web", "--wait=false") // so that all have been Ready for a moment
	x.kubectl("", "rollout", "status", "deployment/web", "--timeout=60s")
	time.Sleep(5 * time.Second)
	node, file := x.nodes()[0], filepath.Join(x.dir, t.Name()[strings.LastIndex(t.Name(), "/")+1:]+".json")
	out, said := x.onus(t, []int{1}, "plan", "nodes", "--kubeconfig", x.c.Kubeconfig, "--config", config, "--target", "nodes="+node,
		"--escalate", healthy.String(), "--drain-timeout", drain.String(), "-f", file)
	t.Log(out, said)
	p := readPlan(t, file)
	if p.Prediction.Forced != 1 || len(p.Prediction.ForcedPods) != 1 {
		t.Fatalf("%+v", p.Prediction)
	}
	x.fresh()
	args := []string{"apply", file, "--kubeconfig", x.config, "--on-stuck=escalate", "--log-format=json"}
	for _, r := range p.Risks {
		args = append(args, "--accept-risk", r.Name())
	}
	begun, forced, ended := x.forces(t, args)
	near := func(what string, is time.Duration, was float64) {
		t.Logf("%s after %.0f s, and %.0f s were predicted", what, is.Seconds(), was)
		if math.Abs(is.Seconds()-was) > max(0.2*was, 5) {
			t.Errorf("%s after %.0f s, and %.0f s were predicted", what, is.Seconds(), was)
		}
	}
	f := p.Prediction.ForcedPods[0]
	near("deleted past its budget", forced.Sub(begun), f.At.MedianSeconds)
	near("done", ended.Sub(begun), p.Prediction.Took.MedianSeconds)
	if forced.Sub(begun) < least || f.Group != node || f.Service != "default/Deployment/web" || f.Past != "PDB default/web" {
		t.Errorf("%+v", f)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, l := range p.Prediction.Lowest {
		if l.Service == "default/Deployment/web" && l.Ready != x.least {
			t.Errorf("%d ready at the least, and %d were predicted", x.least, l.Ready)
		}
	}
	if sum(x.evicted) > 0 || sum(x.deleted) != 2 { // the pod, and the NodeClaim
		t.Errorf("%v evicted, %v deleted", x.evicted, x.deleted)
	}
}

// forces carries a plan out that deletes one pod past its budget, and says when.
func (x *carrier) forces(t *testing.T, args []string) (begun, forced, ended time.Time) {
	t.Helper()
	cmd, lines := x.start(t, args...)
	for lines.Scan() {
		t.Log(lines.Text())
		var line struct{ Msg, Change, Says string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		switch now := time.Now(); {
		case line.Msg == apply.PlanBegun:
			begun = now
		case line.Msg == apply.Changed && strings.HasPrefix(line.Change, "force/"):
			forced = now
		case line.Msg == apply.PlanEnded:
			ended = now
		}
	}
	exits(t, cmd, 0)
	if begun.IsZero() || forced.IsZero() || ended.IsZero() {
		t.Fatal(begun, forced, ended)
	}
	return begun, forced, ended
}
