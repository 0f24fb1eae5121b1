//go:build unix

package journal

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A folder that takes no files: what was closed is read there, and nothing else goes.
func TestFolderThatTakesNothing(t *testing.T) {
	if os.Geteuid() == 0 { // who may write anywhere
		asNobody(t)
		return
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "j")
	j := opened(t, file, 1)
	e := nth(0)
	if err := j.Append(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
	if r, err := Read(t.Context(), file); err != nil || len(r.Entries) != 1 {
		t.Errorf("%+v %v", r, err)
	}
	fails(t, file, "or its folder may not: --journal says where else to keep it")
	fails(t, filepath.Join(folder, "new"), "permission denied")
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	fails(t, file, "may not be written to")
	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	fails(t, file, "may not be read")
}

// asNobody runs a test as a user who owns nothing but a folder for it.
func asNobody(t *testing.T) {
	t.Helper()
	const nobody = 65534
	folder, err := os.MkdirTemp("", "nobody") // that of a test stands in one that is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chown(folder, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	test := filepath.Join(folder, "test")
	from, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(test, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), test, "-test.v", "-test.run=^"+t.Name()+"$")
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "TMPDIR="+folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("%v\n%s", err, out)
	}
}
