//go:build unix

package kubernetes

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// byCommand has the bench's plan reboot its first node by a script.
func (b *bench) byCommand(t *testing.T, script string) (log string) {
	t.Helper()
	dir := t.TempDir()
	log, file := filepath.Join(dir, "log"), filepath.Join(dir, "reboot.sh")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nlog="+log+"\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	var all []plan.Step
	for _, s := range b.plan.Steps[:3] {
		if s.Action.Kind == step.ByKarpenter {
			with := map[string]string{step.Command: file, step.Node: s.Action.With[step.Node], step.NodeUID: s.Action.With[step.NodeUID]}
			s.Action = plan.Action{Kind: step.ByCommand, With: with}
			u := s
			u.ID, u.Action.Kind, u.Needs = "uncordon/"+s.Group, step.Uncordon, []string{s.ID}
			all = append(all, s, u)
			continue
		}
		all = append(all, s)
	}
	b.plan.Steps = all
	return log
}

// A command is in a group of its own, so that Ctrl-C of a terminal does not end it; Ctrl-C has
// onus wait for it and let the node take pods again.
func TestCommandGoesOn(t *testing.T) {
	b := newBench(t, 1)
	log := b.byCommand(t, "ps -o pgid= -p $$ >> $log || echo none >> $log\nsleep 1\necho ends >> $log\n")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.told = func(ev apply.Event) {
		if strings.HasSuffix(ev.Says, "reboot.sh runs") {
			cancel()
		}
	}
	status, err := b.inEarnest(t, ctx, false)
	data, _ := os.ReadFile(log)
	words := strings.Fields(string(data))
	if status != apply.Interrupted || err != nil || len(b.server.Seen().Cordoned) > 0 || len(words) != 2 || words[1] != "ends" {
		t.Fatal(status, err, words, b.server.Seen().Cordoned)
	}
	if own := strings.TrimSpace(words[0]); own == strconv.Itoa(syscall.Getpgrp()) {
		t.Error("the command is in the group of who runs onus")
	}
}

// What a failing command printed is told, and kept in a file beside the journal.
func TestCommandFails(t *testing.T) {
	b := newBench(t, 1)
	b.byCommand(t, "echo no firmware for this machine\nexit 3\n")
	b.plan.Steps[2].Attempts = 1
	status, err := b.inEarnest(t, t.Context(), false)
	why := b.last.State().Why
	files, _ := filepath.Glob(b.file + ".*.log")
	if status != apply.Paused || err != nil || !strings.Contains(why, "exit status 3: no firmware for this machine (") || len(files) != 1 {
		t.Error(status, err, why, files)
	}
	if len(b.server.Seen().Cordoned) > 0 {
		t.Error("the node is left cordoned")
	}
}

// inEarnest runs by the clock of the machine, since commands do.
func (b *bench) inEarnest(t *testing.T, ctx context.Context, resume bool) (apply.Status, error) {
	t.Helper()
	b.server.Now = time.Now
	return carry(ctx, b.plan, b.client, apply.RealClock(), b.file, resume, func(s *apply.Settings) {
		s.Files = b.file
		s.Events = func(ev apply.Event) {
			if b.told != nil {
				b.told(ev)
			}
		}
	}, func(e *apply.Engine) (apply.Status, error) {
		b.last = e
		return e.Run(ctx, resume)
	})
}
