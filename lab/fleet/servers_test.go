package fleet

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// world is a fleet that runs, with who writes to it and who watches.
type world struct {
	dir     string // what each server has is in DIR/fleet/SET/MEMBER
	builds  string
	onus    string
	as      *syscall.Credential
	sets    []*set
	watch   *watcher
	writers []*writer
	plans   int
}

// set is a primary with two that follow it.
type set struct {
	name, product, region string
	members               []*member
}

type member struct {
	set  *set
	name string
	port int
	dir  string
}

// regions have a set of each product each.
var regions = []string{"eu-central-1", "us-east-1", "ap-south-1"}

// start starts a fleet on the old builds.
func start(t *testing.T) *world {
	t.Helper()
	laid := builds(t)
	w := &world{as: unprivileged(t), dir: folder(t)}
	w.own(t, w.dir)
	w.builds = filepath.Join(w.dir, "builds")
	w.run(t, "mkdir", "-p", filepath.Join(w.builds, "postgresql"), filepath.Join(w.builds, "redis"), filepath.Join(w.dir, "fleet"))
	for _, product := range []string{"postgresql", "redis"} {
		for _, build := range []string{"old", "new"} {
			w.run(t, "ln", "-s", filepath.Join(laid, product, build), filepath.Join(w.builds, product, build))
		}
		t.Logf("%s: %s, and %s as the fix", product, versionOf(t, laid, product, "old"), versionOf(t, laid, product, "new"))
	}
	w.onus = filepath.Join(w.dir, "onus")
	for _, c := range [][]string{{"go", "build", "-o", w.onus, "github.com/onus-project/onus/cmd/onus"},
		{"cp", "-r", "../../examples/fleet-postgresql", "../../examples/fleet-redis", "run.sh", w.dir}} {
		if out, err := exec.CommandContext(t.Context(), c[0], c[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	t.Cleanup(func() { w.stop(t) })
	for _, region := range regions {
		short, _, _ := strings.Cut(region, "-")
		w.postgresql(t, "pg-"+short, region)
		w.redis(t, "redis-"+short, region)
	}
	return w
}

// folder is one that ends with the test, and that others than who runs it may see, unlike those of testing.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "onus-fleet-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() && os.Getenv("ONUS_FLEET_KEEP") != "" {
			t.Logf("%s is kept", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// own gives a folder to who runs the servers, and lets that one come to it.
func (w *world) own(t *testing.T, dir string) {
	if w.as == nil {
		return
	}
	if err := os.Chown(dir, int(w.as.Uid), int(w.as.Gid)); err != nil {
		t.Fatal(err)
	}
}

// command is one that runs as the servers do.
func (w *world) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "HOME="+w.dir, "FLEET="+filepath.Join(w.dir, "fleet"), "SCRIPTS="+w.dir, "BUILDS="+w.builds,
		"XDG_CACHE_HOME="+w.dir, "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: w.as}
	return cmd
}

func (w *world) run(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := w.command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// file writes one that who runs the servers has.
func (w *world) file(t *testing.T, text string, in ...string) {
	t.Helper()
	name := filepath.Join(in...)
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	w.own(t, name)
}

// add adds a set of three, of which nothing runs yet.
func (w *world) add(t *testing.T, name, product, region string) *set {
	t.Helper()
	s := &set{name: name, product: product, region: region}
	for i := range 3 {
		m := &member{set: s, name: fmt.Sprintf("%s-%d", name, i), port: freePort(t)}
		m.dir = filepath.Join(w.dir, "fleet", name, m.name)
		w.run(t, "mkdir", "-p", m.dir)
		w.file(t, fmt.Sprintln(m.port), m.dir, "port")
		w.run(t, "ln", "-s", filepath.Join(w.builds, product, "old", "bin"), filepath.Join(m.dir, "bin"))
		s.members = append(s.members, m)
	}
	w.sets = append(w.sets, s)
	return s
}

// freePort is a port that nobody has. Those below the ones that the system gives to connections of clients stay free.
func freePort(t *testing.T) int {
	t.Helper()
	for {
		nextPort++
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", nextPort))
		if err == nil {
			l.Close()
			return nextPort
		}
		if nextPort > 31000 {
			t.Fatal("no port is free")
		}
	}
}

var nextPort = 21500

// Writes are acknowledged once a standby has written them down, whichever: those that follow change.
const postgresqlConf = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
include '../upstream.conf'
synchronous_standby_names = 'ANY 1 (*)'
wal_keep_size = '64MB'
min_wal_size = '32MB'
shared_buffers = '16MB'
wal_receiver_status_interval = '1s'
wal_retrieve_retry_interval = '500ms'
autovacuum = off
`

func (w *world) postgresql(t *testing.T, name, region string) {
	t.Helper()
	s := w.add(t, name, "postgresql", region)
	first := s.members[0]
	data := filepath.Join(first.dir, "data")
	w.run(t, filepath.Join(first.dir, "bin", "initdb"), "-N", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-D", data)
	w.run(t, "sh", "-c", "cat >>"+data+"/postgresql.conf <<'E'"+postgresqlConf+"E")
	for i, m := range s.members {
		w.file(t, "", m.dir, "upstream.conf")
		if i > 0 {
			w.run(t, "cp", "-r", data, filepath.Join(m.dir, "data"))
			w.file(t, "", m.dir, "data", "standby.signal")
			w.file(t, fmt.Sprintf("primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=%s'\n", first.port, m.name),
				m.dir, "upstream.conf")
		}
	}
	for _, m := range s.members {
		w.run(t, filepath.Join(m.dir, "bin", "pg_ctl"), "-D", filepath.Join(m.dir, "data"), "-l", filepath.Join(m.dir, "log"),
			"-o", fmt.Sprintf("-p %d", m.port), "-w", "start")
	}
	w.run(t, filepath.Join(first.dir, "bin", "psql"), "-qX", "-h", "127.0.0.1", "-p", fmt.Sprint(first.port), "-U", "postgres", "-c",
		"CREATE TABLE written (writer int, n bigint, PRIMARY KEY (writer, n))")
}

func (w *world) redis(t *testing.T, name, region string) {
	t.Helper()
	s := w.add(t, name, "redis", region)
	for i, m := range s.members {
		w.file(t, fmt.Sprintf("port %d\nbind 127.0.0.1\ndir %[2]s\npidfile %[2]s/pid\nlogfile %[2]s/log\nsave \"\"\nappendonly no\n"+
			"repl-diskless-sync-delay 0\ninclude %[2]s/replica.conf\n", m.port, m.dir), m.dir, "redis.conf")
		upstream := ""
		if i > 0 {
			upstream = fmt.Sprintf("replicaof 127.0.0.1 %d\n", s.members[0].port)
		}
		w.file(t, upstream, m.dir, "replica.conf")
		w.run(t, filepath.Join(m.dir, "bin", "redis-server"), filepath.Join(m.dir, "redis.conf"), "--daemonize", "yes")
	}
}

// stop ends all servers.
func (w *world) stop(t *testing.T) {
	for _, s := range w.sets {
		for _, m := range s.members {
			name := filepath.Join(m.dir, "data", "postmaster.pid")
			if s.product == "redis" {
				name = filepath.Join(m.dir, "pid")
			}
			text, err := os.ReadFile(name)
			if err != nil {
				continue // it did not get that far
			}
			var pid int
			if _, err := fmt.Sscan(string(text), &pid); err == nil && pid > 1 {
				_ = syscall.Kill(pid, syscall.SIGQUIT) // at once: PostgreSQL's immediate shutdown, and the default of Redis
			}
		}
	}
	time.Sleep(time.Second) // the folder is removed
}
