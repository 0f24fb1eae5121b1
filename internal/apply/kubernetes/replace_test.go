package kubernetes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// with has the nodes of a plan be replaced in another way.
func (b *bench) with(kind string, fields map[string]string) {
	for i := range b.plan.Steps {
		s := &b.plan.Steps[i]
		if s.Action.Kind != step.ByKarpenter {
			continue
		}
		was := s.Action.With
		s.Action = plan.Action{Kind: kind, With: map[string]string{step.Node: was[step.Node], step.NodeUID: was[step.NodeUID]}}
		for k, v := range fields {
			s.Action.With[k] = v
		}
	}
}

// A Machine is deleted by its UID, and another node has to be ready in the place of its own.
func TestReplacesMachines(t *testing.T) {
	whole := 0
	for at := 0; at == 0 || at <= whole; at += 3 {
		b := newBench(t, 1)
		uid := b.server.Put("machines", "infra", "m-0", clustertest.Object{"status": clustertest.Object{"nodeName": "node-0"}})
		b.with(step.ByMachine, map[string]string{step.Machine: "m-0", step.MachineNamespace: "infra", step.MachineUID: uid,
			step.MachineGroup: "cluster.x-k8s.io"})
		b.dieAt = at
		status, err := b.run(t, t.Context(), false)
		if at > 0 {
			status, err = b.run(t, t.Context(), true)
		} else {
			whole = len(b.points)
		}
		if status != apply.Finished || err != nil {
			t.Fatal(at, status, err, b.events)
		}
		replaced(t, b.server, 1)
		if n := b.server.Seen().Changes["DELETE machines"]; n != 1 {
			t.Errorf("%d deletions", n)
		}
	}
}

// Another Machine of the same name is left alone.
func TestOtherMachine(t *testing.T) {
	b := newBench(t, 1)
	b.server.Put("machines", "infra", "m-0", clustertest.Object{"status": clustertest.Object{"nodeName": "node-0"}})
	b.with(step.ByMachine, map[string]string{step.Machine: "m-0", step.MachineNamespace: "infra", step.MachineUID: "another",
		step.MachineGroup: "cluster.x-k8s.io"})
	status, err := b.run(t, t.Context(), false)
	if seen := b.server.Seen(); status != apply.Paused || err != nil || seen.Changes["DELETE machines"] != 0 {
		t.Error(status, err, seen.Changes)
	}
}

// A command runs without a shell and is told the node; one that fails is run again as often as
// the plan says, and then its step is stuck, with what it printed.
func TestCommands(t *testing.T) {
	dir := t.TempDir()
	script := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return file
	}
	said := filepath.Join(dir, "said")
	b := newBench(t, 1)
	b.with(step.ByCommand, map[string]string{step.Command: script("well", `echo "$NODE_NAME $NODE_UID $1" >> `+said) + " $HOME;x"})
	status, err := b.run(t, t.Context(), false)
	text, _ := os.ReadFile(said)
	if want := "node-0 " + b.plan.Steps[0].Action.With[step.NodeUID] + " $HOME;x\n"; status != apply.Finished || err != nil ||
		string(text) != want {
		t.Errorf("%s, %v, %q, want %q", status, err, text, want)
	}
	b = newBench(t, 1)
	b.with(step.ByCommand, map[string]string{step.Command: script("ill", "echo no disk; exit 7")})
	status, err = b.run(t, t.Context(), false)
	if why := b.last.State().Why; status != apply.Paused || err != nil ||
		!strings.Contains(why, "failed 2 times: exit status 7: no disk (") {
		t.Error(status, err, why)
	}
	b = newBench(t, 1)
	b.with(step.ByCommand, map[string]string{step.Command: filepath.Join(dir, "none")})
	if status, err = b.run(t, t.Context(), false); status != apply.Paused || err != nil {
		t.Error(status, err, b.last.State().Why)
	}
}

// Of a command that ran when its process died nobody knows what became: the step is unknown
// until a person says so.
func TestCommandsThatNobodyKnowsOf(t *testing.T) {
	for done, runs := range map[bool]int{true: 1, false: 2} {
		said := filepath.Join(t.TempDir(), "said")
		file := filepath.Join(t.TempDir(), "run")
		if err := os.WriteFile(file, []byte("#!/bin/sh\necho ran >> "+said+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		b := newBench(t, 1)
		b.with(step.ByCommand, map[string]string{step.Command: file})
		b.dieIf = func(point string) bool {
			return point == "do.answered" && len(b.server.Seen().Evicted) > 0 && b.begun("replace/")
		}
		_, _ = b.run(t, t.Context(), false)
		if b.died != "do.answered" {
			t.Fatal(b.died)
		}
		for range 100 { // the command is not killed with it
			if text, err := os.ReadFile(said); err == nil && len(text) > 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		b.dieIf = nil
		if status, err := b.run(t, t.Context(), true); status != apply.Unknown || err != nil {
			t.Fatal(status, err)
		}
		if status, err := b.run(t, t.Context(), true); status != apply.Unknown || err != nil { // asking again does not help
			t.Fatal(status, err)
		}
		b.answers = map[string]bool{step.ByKarpenter + "/node-0": done}
		if status, err := b.run(t, t.Context(), true); status != apply.Finished || err != nil {
			t.Fatal(done, status, err)
		}
		if text, _ := os.ReadFile(said); strings.Count(string(text), "ran") != runs {
			t.Errorf("%t: ran %q", done, text)
		}
	}
}

// begun reports whether a step was.
func (b *bench) begun(prefix string) bool {
	for _, ev := range b.events {
		if ev.Kind == apply.StepBegun && strings.HasPrefix(ev.Step, prefix) {
			return true
		}
	}
	return false
}
