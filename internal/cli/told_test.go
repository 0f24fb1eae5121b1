package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each change of a plan has a line in the account, in apply and in abort; what happens is told as JSON where that is
// asked for.
func TestToldAsJSON(t *testing.T) {
	x := inACluster(t)
	file, account := x.file(t), filepath.Join(x.dir, "audit.log")
	var out, said bytes.Buffer
	args := []string{"apply", file, "--kubeconfig", x.config, "--audit", account, "--log-format", "json"}
	if got := Main(args, strings.NewReader(""), &out, &said); got != 0 {
		t.Fatal(got, said.String())
	}
	kinds := map[string]int{}
	for line := range strings.SplitSeq(strings.TrimSpace(said.String()), "\n") {
		var is struct{ Msg, Level, Plan, Step string }
		if err := json.Unmarshal([]byte(line), &is); err != nil || is.Plan != "p1" || is.Level == "" {
			t.Fatalf("%v: %s", err, line)
		}
		kinds[is.Msg]++
	}
	if kinds["plan-begun"] != 1 || kinds["step-done"] != 4 || kinds["changed"] != 3 || kinds["measured"] > 0 {
		t.Error(kinds)
	}
	data, err := os.ReadFile(account)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"msg":"begun","plan":"p1"`, `"change":"cordon","target":`,
		`"about":{"kind":"NodeClaim","name":"claim-node-0"`,
		`"pod":"web-0"`, `"msg":"finished done"`, `"cluster":"prod","who":"p1/`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %s in\n%s", want, data)
		}
	}
	if info, err := os.Stat(account); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	x.onus(t, 0, []string{"done."}, "abort", file, "--audit", account)
	again, err := os.ReadFile(account)
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("%v: what was told is told again:\n%s", err, again[len(data):])
	}
	x.onus(t, 2, []string{"--audit " + x.dir + ": is a directory"}, "apply", file, "--resume", "--audit", x.dir)
	x.onus(t, 2, []string{`--log-format is "xml", wants text or json`}, "apply", file, "--log-format", "xml")
	x.onus(t, 2, []string{`--log-format is "xml", wants text or json`}, "abort", file, "--log-format", "xml")
}

// Metrics are there while a plan is carried out, and an address that cannot be had is refused before it begins.
func TestMetricsAreServed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	x := inACluster(t)
	file := x.file(t)
	x.onus(t, 2, []string{"--metrics-listen listen tcp", "address already in use"}, "apply", file, "--metrics-listen", l.Addr().String())
	if seen := x.server.Seen(); len(seen.Changes) > 0 {
		t.Error(seen.Changes)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	scraped := ""
	x.server.Spoil(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete { // the NodeClaim, after the drain
			return false
		}
		answer, err := http.Get(fmt.Sprintf("http://%s/metrics", address))
		if err != nil {
			t.Error(err)
			return false
		}
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Error(err)
		}
		scraped = string(data)
		return false
	})
	x.onus(t, 0, []string{"done."}, "apply", file, "--metrics-listen", address)
	for _, want := range []string{`onus_evictions_total{answer="allowed"} 1`, `onus_steps{status="done"} 2`, `onus_steps{status="running"} 1`,
		`onus_plan_info{cluster="prod",plan="p1",title="replace 1 node"} 1`} {
		if !strings.Contains(scraped, want) {
			t.Errorf("no %s in\n%s", want, scraped)
		}
	}
	if _, err := http.Get(fmt.Sprintf("http://%s/metrics", address)); err == nil {
		t.Error("it is served when the plan is done")
	}
}
