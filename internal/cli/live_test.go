package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/source/cluster/clustertest"
)

// clusters starts clusters and writes a kubeconfig for all of them, of which
// prod is current:
//
//	prod    a recorded run's
//	part    the same, with no right to list budgets, node pools and what mounts volumes
//	nodes   the same, with no right to list anything but nodes
//	nobody  one that does not know the token
//	shut    one that allows nothing
//	gone    an address at which nobody listens
func clusters(t *testing.T, dump string) string {
	t.Helper()
	s := clustertest.Start(t, clustertest.Files(t, dump)...)
	mux := http.NewServeMux()
	under := func(name string, intercept func(w http.ResponseWriter, r *http.Request) bool) {
		mux.Handle("/"+name+"/", http.StripPrefix("/"+name, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !intercept(w, r) {
				s.ServeHTTP(w, r)
			}
		})))
	}
	forbid := func(allowed func(resource string) bool) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
			lists := parts[0] == "api" && len(parts) == 3 || parts[0] == "apis" && len(parts) == 4
			if !lists || allowed(parts[len(parts)-1]) {
				return false
			}
			clustertest.Forbid(w, r)
			return true
		}
	}
	under("prod", forbid(func(string) bool { return true }))
	under("part", forbid(func(r string) bool {
		return r != "poddisruptionbudgets" && r != "nodepools" && !strings.HasPrefix(r, "persistentvolume")
	}))
	under("nodes", forbid(func(r string) bool { return r == "nodes" }))
	under("shut", forbid(func(string) bool { return false }))
	under("nobody", func(w http.ResponseWriter, _ *http.Request) bool {
		clustertest.Refuse(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
		return true
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: Config\ncurrent-context: prod\nusers:\n- {name: me, user: {token: t}}\nclusters:\n")
	names := []string{"prod", "part", "nodes", "shut", "nobody"}
	for _, name := range names {
		fmt.Fprintf(&b, "- {name: %s, cluster: {server: %q}}\n", name, server.URL+"/"+name)
	}
	fmt.Fprintf(&b, "- {name: gone, cluster: {server: \"http://%s\"}}\ncontexts:\n", l.Addr())
	for _, name := range append(names, "gone") {
		fmt.Fprintf(&b, "- {name: %s, context: {cluster: %s, user: me}}\n", name, name)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// result is what a command printed as JSON, without where things stand.
func result(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	s := sessionOf(console{in: strings.NewReader(""), out: &output{to: &out}, err: &said, now: noon, show: report.Write})
	if got := s.main(t.Context(), args); got != want {
		t.Fatalf("onus %s: exit status %d, want %d\n%s", strings.Join(args, " "), got, want, said.String())
	}
	var value any
	if err := json.Unmarshal(out.Bytes(), &value); err != nil {
		t.Fatalf("onus %s: %v", strings.Join(args, " "), err)
	}
	var drop func(v any)
	drop = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, place := range []string{"position", "file", "line", "files", "clusters", "command"} {
				delete(v, place)
			}
			for _, member := range v {
				drop(member)
			}
		case []any:
			for _, element := range v {
				drop(element)
			}
		}
	}
	drop(value)
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// noon is when clusters are read.
func noon() time.Time { return time.Date(2026, 11, 22, 6, 13, 0, 0, time.UTC) }

// A live cluster and its snapshot give the same result, of what could be read
// and of what could not.
func TestLiveIsSnapshot(t *testing.T) {
	kubeconfig := clusters(t, "../../testdata/runs/expiry-storm/estate.json")
	for context, status := range map[string]int{"prod": exitBroken, "part": exitHeld} {
		file := filepath.Join(t.TempDir(), "snapshot.json")
		var said bytes.Buffer
		s := sessionOf(console{out: &output{to: &said}, err: &said, now: noon, show: report.Write})
		if got := s.main(t.Context(), []string{"snapshot", "--kubeconfig", kubeconfig, "--context", context, "-f", file}); got != exitHeld {
			t.Fatalf("snapshot: exit status %d\n%s", got, said.String())
		}
		for _, command := range [][]string{{"check", "-o", "json"}, {"check", "-o", "json", "--as", "gke-autopilot"}} {
			live := result(t, status, append(command, "--kubeconfig", kubeconfig, "--context", context)...)
			saved := result(t, status, append(command, file)...)
			if live != saved {
				t.Errorf("%s of %s\nlive:  %s\nsaved: %s", command, context, live, saved)
			}
		}
	}
}

// A snapshot that is interrupted leaves nothing behind, and says so at once.
func TestSnapshotInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no interrupting a process from without")
	}
	s := clustertest.Start(t, clustertest.Files(t, "../../testdata/runs/expiry-storm/estate.json")...)
	asked := make(chan struct{}, 1)
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/api/v1/pods" {
			return false
		}
		asked <- struct{}{}
		<-r.Context().Done()
		return true
	})
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "onus", "snapshot", "--kubeconfig", s.Kubeconfig(t, "prod"), "-f", filepath.Join(dir, "prod.json"))
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != exitUnfinished || said.String() != "onus: interrupted while reading prod\n" {
		t.Errorf("exit status %d: %s", got, said.String())
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
