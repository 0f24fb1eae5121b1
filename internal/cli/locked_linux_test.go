package cli

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
)

// Where the process that carries a plan out is stopped in the midst of a write, who goes on with the
// plan is told which process that is and what to do; nothing is changed, and once it is done the plan is gone on with.
func TestApplyWhereTheJournalIsLocked(t *testing.T) {
	x := inACluster(t)
	budget := func(n int) {
		x.server.Put("poddisruptionbudgets", "shop", "web", clustertest.Object{"spec": clustertest.Object{
			"minAvailable": n, "selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "web"}}}})
	}
	budget(4)
	x.plan.Facts, x.plan.Steps[1].TimeoutSeconds = nil, 1
	file := x.file(t)
	x.onus(t, 1, []string{"paused."}, "apply", file)
	budget(3)
	before := x.server.Seen().Changes["PATCH nodes"]
	child := locks(t, file+".journal")
	says := []string{fmt.Sprintf("is locked by process %d (", child.Pid), "), which is stopped",
		fmt.Sprintf("hint: kill -KILL %d ends it", child.Pid)}
	x.onus(t, 3, says, "apply", file, "--resume")
	x.onus(t, 3, says, "abort", file)
	if after := x.server.Seen().Changes["PATCH nodes"]; after != before {
		t.Error("a node was changed")
	}
	x.onus(t, 1, []string{"paused."}, "status", file)
	if err := child.Kill(); err != nil {
		t.Fatal(err)
	}
	x.onus(t, 0, []string{"done."}, "apply", file, "--resume")
}

// locks has another process lock a journal as SQLite does for a write, and stops it.
func locks(t *testing.T, file string) *os.Process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestLocksForEver$")
	cmd.Env = append(os.Environ(), "ONUS_TEST_LOCKS="+file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for try := 0; ; try++ {
		by, ok := journal.LockedBy(file)
		if ok && by.Stopped {
			return cmd.Process
		}
		if try > 1000 {
			t.Fatal("nobody has locked it: ", by)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestLocksForEver is the child of locks.
func TestLocksForEver(t *testing.T) {
	file := os.Getenv("ONUS_TEST_LOCKS")
	if file == "" {
		t.Skip("it is for a child")
	}
	db, err := sql.Open("sqlite", file)
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}
