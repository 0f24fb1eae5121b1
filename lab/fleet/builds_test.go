package fleet

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// builds is the folder with two builds of each product, which are laid there where they are not yet.
func builds(t *testing.T) string {
	t.Helper()
	dir := "/var/cache/onus-fleet" // servers run as somebody else, who does not see the folders of root
	if os.Getuid() != 0 {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(cache, "onus-lab", "fleet")
	}
	if _, err := os.Stat(filepath.Join(dir, "complete")); err == nil {
		return dir
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		t.Skip("builds of PostgreSQL and Redis are those of Debian, and there is no apt-get")
	}
	out, err := exec.CommandContext(t.Context(), "./install.sh", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("install.sh: %v\n%s", err, out)
	}
	t.Logf("%s", out)
	return dir
}

// versionOf is that of a build.
func versionOf(t *testing.T, dir, product, build string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, product, build, "version"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// unprivileged is who servers run as: PostgreSQL does not as root. Nil for who runs the test.
func unprivileged(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	who, err := user.Lookup("postgres") // whom Debian's package makes
	if err != nil {
		t.Fatal(err)
	}
	uid, err1 := strconv.ParseUint(who.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(who.Gid, 10, 32)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// spoil lays a build beside the others that is the new one, but for one program, which is a script in place of it, and says its
// version: REAL is what it stands for.
func (w *world) spoil(t *testing.T, product, as, program, script string) {
	t.Helper()
	from := filepath.Join(w.builds, product, "new", "bin")
	to := filepath.Join(w.builds, product, as, "bin")
	w.run(t, "mkdir", "-p", to)
	w.run(t, "sh", "-c", "ln -s "+from+"/* "+to+"/ && rm "+to+"/"+program)
	text := "#!/bin/sh\nREAL=" + from + "/" + program +
		"\ncase $1 in -V|-v) exec \"$REAL\" \"$@\";; esac\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(to, program), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
