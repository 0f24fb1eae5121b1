package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A fleet of real databases is patched by onus, while clients write to each set and a watcher looks at each server, which onus
// has no part in. Whatever happens, no acknowledged write is lost, no set falls below two of its three, one member of a set is
// down at a time, and a primary goes after the others of its set.
func TestFleet(t *testing.T) {
	if os.Getenv("ONUS_FLEET") == "" {
		t.Skip("it starts 18 database servers and takes minutes; make fleet-lab runs it")
	}
	w := start(t)
	ctx, end := context.WithCancel(t.Context())
	file, err := os.Create(filepath.Join(w.dir, "seen"))
	if err != nil {
		t.Fatal(err)
	}
	w.watch = newWatcher(w.sets, file)
	var running []chan struct{}
	goes := func(f func(context.Context)) {
		done := make(chan struct{})
		running = append(running, done)
		go func() { defer close(done); f(ctx) }()
	}
	goes(w.watch.watch)
	for _, s := range w.sets {
		for range 2 {
			x := &writer{set: s, id: len(w.writers)}
			w.writers = append(w.writers, x)
			goes(x.write)
		}
	}
	t.Cleanup(func() {
		end()
		for _, done := range running {
			<-done
		}
		if out := os.Getenv("ONUS_FLEET_SEEN"); out != "" {
			if err := exec.Command("cp", file.Name(), out).Run(); err != nil {
				t.Error(err)
			}
		}
	})
	w.steady(t)
	t.Run("patched", w.patched)
	t.Run("does not start", w.doesNotStart)
	t.Run("is not well", w.isNotWell)
	t.Run("killed", w.killed)
	t.Run("killed with all that it runs", w.killedWithAll)
}

// steady waits until each set has a primary, two that follow it, and takes writes.
func (w *world) steady(t *testing.T) {
	t.Helper()
	for _, s := range w.sets {
		var out []byte
		var err error
		for range 60 {
			cmd := w.command(filepath.Join(w.dir, "run.sh"), "is-well.sh")
			cmd.Env = append(cmd.Env, "PRODUCT="+s.product, "DEPLOYMENT="+s.name)
			if out, err = cmd.CombinedOutput(); err == nil {
				break
			}
			time.Sleep(500 * time.Millisecond)
		}
		if err != nil {
			t.Fatalf("%s is not well: %v\n%s", s.name, err, out)
		}
	}
}

// strategy is one set, then the other of its region, then region by region.
const strategy = `id: by-region
title: One set, its region, then the others
by: region
order: strata
tolerates: 0
waves:
  - {groups: 1, bake: 4s, canary: {percent: 50, bake: 8s}}
  - {each: 1, bake: 4s}
`

// plan plans to put the fleet on a build, and to go back to another where that does not do.
func (w *world) plan(t *testing.T, build, back string) string {
	t.Helper()
	w.plans++
	var b strings.Builder
	b.WriteString("name,product,version,deployment,role,offering,region,zone\n")
	for _, s := range w.sets {
		primary := w.primaryOf(s)
		for i, m := range s.members {
			role := "secondary"
			if m == primary {
				role = "primary"
			}
			version := map[string]string{"postgresql": "15", "redis": "7.0.15"}[s.product]
			fmt.Fprintf(&b, "%s,%s,%s,%s,%s,self-hosted,%s,%s%c\n", m.name, s.product, version, s.name, role, s.region, s.region, 'a'+i)
		}
	}
	w.file(t, b.String(), w.dir, "fleet.csv")
	w.file(t, strategy, w.dir, "by-region.yaml")
	file := fmt.Sprintf("plan-%d.json", w.plans)
	cmd := w.command(w.onus, "plan", "fleet", "fleet.csv", "--strategy", "by-region.yaml", "--within", "2m", "-f", file,
		"--exec", "./run.sh patch.sh "+build, "--verify", "./run.sh has-fix.sh "+build, "--rollback", "./run.sh patch.sh "+back,
		"--quorum", "./run.sh may-lose.sh", "--health", "./run.sh is-well.sh")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("onus plan fleet: %v\n%s", err, out)
	}
	return file
}

// apply is onus carrying a plan out, and what it says; its output goes to the test's.
func (w *world) apply(t *testing.T, args ...string) (cmd *exec.Cmd, said *bytes.Buffer) {
	t.Helper()
	said = &bytes.Buffer{}
	cmd = w.command(w.onus, append([]string{"apply"}, args...)...)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, said
}

// ends waits for a process, which is to end with a status.
func ends(t *testing.T, cmd *exec.Cmd, said *bytes.Buffer, want int) {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	got := cmd.ProcessState.ExitCode()
	if got != want {
		t.Errorf("ended with %d, and not with %d:\n%s", got, want, said)
		return
	}
	_, result, _ := strings.Cut(said.String(), "\nPlan ")
	result, _, _ = strings.Cut(result, "\n\n")
	t.Logf("Plan %s", result)
}

// patched: all get the fix, wave by wave.
func (w *world) patched(t *testing.T) {
	file, begun := w.plan(t, "new", "old"), time.Now()
	cmd, said := w.apply(t, file)
	ends(t, cmd, said, 0)
	w.all(t, "new")
	is := w.holds(t, begun)
	is.each(t, 1)
	is.waves(t)
}

// doesNotStart: the first member that gets a build that does not start is taken back, and no other one is touched.
func (w *world) doesNotStart(t *testing.T) {
	for product, program := range map[string]string{"postgresql": "postgres", "redis": "redis-server"} {
		w.spoil(t, product, "broken", program, "echo 'error while loading shared libraries' >&2; exit 127")
	}
	file, begun := w.plan(t, "broken", "new"), time.Now()
	cmd, said := w.apply(t, file)
	ends(t, cmd, said, 1)
	w.all(t, "new")
	is := w.holds(t, begun)
	if n := is.restarted(); n != 1 {
		t.Errorf("%d servers were restarted, and only the first was to be", n)
	}
}

// isNotWell: a build that starts, follows and catches up, and takes no writes once it is the primary, is found out while the canary
// bakes; all of that set is taken back, and no other one is touched.
func (w *world) isNotWell(t *testing.T) {
	w.spoil(t, "postgresql", "unwell", "postgres", `exec "$REAL" "$@" -c default_transaction_read_only=on`)
	w.spoil(t, "redis", "unwell", "redis-server", `exec "$REAL" "$@" --min-replicas-to-write 9`)
	file, begun := w.plan(t, "unwell", "new"), time.Now()
	cmd, said := w.apply(t, file)
	ends(t, cmd, said, 1)
	w.all(t, "new")
	is := w.holds(t, begun)
	if n := is.restarted(); n != 6 {
		t.Errorf("servers were restarted %d times, and those of the canary were to be, twice each", n)
	}
}

// killed: onus is killed while a primary hands over, and at three times more that nobody chose; what it had begun goes on
// without it. It is gone on with, and no server is restarted twice.
func (w *world) killed(t *testing.T) {
	file, begun := w.plan(t, "old", "new"), time.Now()
	cmd, said := w.apply(t, file)
	w.kill(t, cmd, said, w.handsOver)
	for range 3 {
		cmd, said = w.apply(t, file, "--resume")
		until := time.Now().Add(time.Duration(2000+rand.IntN(8000)) * time.Millisecond)
		w.kill(t, cmd, said, func() bool { return time.Now().After(until) })
	}
	cmd, said = w.apply(t, file, "--resume")
	ends(t, cmd, said, 0)
	w.all(t, "old")
	is := w.holds(t, begun)
	is.each(t, 1)
	is.waves(t)
}

// handsOver: a primary of PostgreSQL is on its way to hand over.
func (w *world) handsOver() bool {
	all, err := filepath.Glob(filepath.Join(w.dir, "fleet", "*", "*", "hand-over"))
	return err == nil && len(all) > 0
}

// headless: it has stopped for that, and no other one has its place yet.
func (w *world) headless() bool {
	all, err := filepath.Glob(filepath.Join(w.dir, "fleet", "*", "*", "hand-over", "to"))
	if err != nil || len(all) == 0 {
		return false
	}
	_, err = os.Stat(filepath.Join(filepath.Dir(filepath.Dir(all[0])), "data", "postmaster.pid"))
	return errors.Is(err, os.ErrNotExist)
}

// kill kills a process as soon as something is so.
func (w *world) kill(t *testing.T, cmd *exec.Cmd, said *bytes.Buffer, when func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !when(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("what it is to be killed at does not come")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	t.Logf("killed after %s", lines[len(lines)-1])
}

// killedWithAll: onus and the command that it runs are killed while a primary hands over, as where the machine that they run on
// is lost: the old primary may be down by then, and nobody in its place. Going on takes that one back at once, as it is not known
// how far it was, and pauses; going on again patches it.
func (w *world) killedWithAll(t *testing.T) {
	file, begun := w.plan(t, "new", "old"), time.Now()
	cmd, said := w.apply(t, file)
	w.kill(t, cmd, said, w.headless)
	w.cutOff(t, file)
	resumed := time.Now()
	cmd, said = w.apply(t, file, "--resume")
	ends(t, cmd, said, 1)
	if took := time.Since(resumed); took > 30*time.Second {
		t.Errorf("it took %s until what was cut off was put right", took)
	}
	cmd, said = w.apply(t, file, "--resume")
	ends(t, cmd, said, 0)
	w.all(t, "new")
	w.holds(t, begun)
}

// cutOff kills the commands that a plan has begun, with all that they run: servers have groups of their own.
func (w *world) cutOff(t *testing.T, file string) {
	t.Helper()
	pids, err := filepath.Glob(filepath.Join(w.dir, file+".journal.*.pid"))
	if err != nil || len(pids) == 0 {
		t.Fatal("no command stands beside the journal", err)
	}
	for _, name := range pids {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var pid int
		if _, err := fmt.Sscan(string(text), &pid); err == nil && pid > 1 {
			_ = syscall.Kill(-pid, syscall.SIGKILL)
		}
	}
}
