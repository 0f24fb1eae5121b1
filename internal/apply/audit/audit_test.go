package audit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
)

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// entries are of a pod that is evicted, once it is refused.
func entries() []journal.Entry {
	all := []journal.Entry{
		{Kind: journal.Note, Target: "plan", Detail: "floor/shop/Deployment/web"},
		{Kind: journal.Note, Target: "approved", Detail: "wave-2"},
		{Kind: journal.Begin, Step: "drain/a"},
		{Kind: journal.Intent, Step: "drain/a", Change: "evict/u", Target: "u", Token: "t", Detail: `{"namespace":"shop","pod":"web-0"}`},
		{Kind: journal.Result, Step: "drain/a", Change: "evict/u", Target: "u", Token: "t", Outcome: journal.Refused, Detail: "no budget"},
		{Kind: journal.Note, Step: "drain/a", Target: "pods", Detail: "3"},
		{Kind: journal.Note, Step: "drain/a", Target: "escalated", Detail: "it is stuck"},
		{Kind: journal.Result, Step: "drain/a", Change: "evict/u", Target: "u", Token: "t", Outcome: journal.Done},
		{Kind: journal.End, Step: "drain/a", Outcome: journal.Done},
		{Kind: journal.Pause, Detail: "interrupted"},
		{Kind: journal.Resume},
		{Kind: journal.Finish, Outcome: journal.Done},
	}
	for i := range all {
		all[i].Seq, all[i].Fence, all[i].At, all[i].Attempt = int64(i+1), 7, noon.Add(time.Duration(i)*time.Second), 1
	}
	return all
}

// write has a log take entries over, as one process does.
func write(t *testing.T, file string, all []journal.Entry) {
	t.Helper()
	l, err := Open(file, Of{Plan: "p1", Hash: "h1", Cluster: "prod", Who: map[int64]string{7: "p1/host/1"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if err := l.Record(&all[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.log")
	write(t, file, entries())
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	var said []string
	for _, l := range lines {
		_, l, _ = strings.Cut(l, `"msg":"`)
		l, _, _ = strings.Cut(l, `"`)
		said = append(said, l)
	}
	if got := strings.Join(said, ", "); got != "begun, approved, refused, escalated, done, paused, resumed, finished done" {
		t.Error(got)
	}
	const want = `{"time":"2026-11-22T12:00:07Z","level":"INFO","msg":"done","plan":"p1","hash":"h1","cluster":"prod","who":"p1/host/1",` +
		`"fence":7,"seq":8,"step":"drain/a","attempt":1,"undo":false,"change":"evict/u","target":"u","token":"t",` +
		`"about":{"namespace":"shop","pod":"web-0"}}`
	if lines[4] != want {
		t.Errorf("%s\n%s", lines[4], want)
	}
	if !strings.Contains(lines[2], `"level":"WARN"`) || !strings.Contains(lines[2], `"says":"no budget"`) {
		t.Error(lines[2])
	}
}

// A process that died left some lines out, or one of them half: the next one writes what is missing, once, also where
// another plan is in the same file, or what is no JSON.
func TestCatchesUp(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	write(t, whole, entries())
	want, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(want) {
		file := filepath.Join(dir, "part")
		if err := os.WriteFile(file, want[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		write(t, file, entries())
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole := want[:strings.LastIndex(string(want[:n]), "\n")+1]
		torn := string(want[len(whole):n])
		if torn != "" {
			torn += "\n"
		}
		if string(got) != string(whole)+torn+string(want[len(whole):]) {
			t.Fatalf("cut off after %d bytes: %s", n, got)
		}
	}
	file := filepath.Join(dir, "others")
	others := "no json\n" + `{"hash":"h2","seq":99}` + "\n"
	if err := os.WriteFile(file, []byte(others), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, file, entries())
	if got, err := os.ReadFile(file); err != nil || string(got) != others+string(want) {
		t.Error(err, string(got))
	}
	if _, err := Open(dir, Of{}); err == nil {
		t.Error("a folder is an account")
	}
	write(t, os.DevNull, entries()) // what cannot be read back
}
