package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
)

// fastClock goes so much faster than that of the machine, in each process alike.
type fastClock struct{ from time.Time }

const faster = 40

func (c fastClock) Now() time.Time { return c.from.Add(time.Since(c.from) * faster) }

func (c fastClock) Sleep(ctx context.Context, d time.Duration) {
	apply.RealClock().Sleep(ctx, d/faster)
}

// jumpingClock is one that somebody sets, now and then: forth or back, by seconds to minutes.
type jumpingClock struct {
	fastClock
	r   *rand.Rand
	mu  sync.Mutex
	at  time.Time // of the next jump
	off time.Duration
}

func (c *jumpingClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.fastClock.Now()
	if now.After(c.at) {
		if !c.at.IsZero() {
			c.off = []time.Duration{0, 20 * time.Second, -20 * time.Second, 2 * time.Minute, -2 * time.Minute}[c.r.IntN(5)]
		}
		c.at = now.Add(time.Duration(5+c.r.IntN(20)) * time.Second)
	}
	return now.Add(c.off)
}

// TestMain carries a plan out where it is the child of TestFaults.
func TestMain(m *testing.M) {
	if dir := os.Getenv("ONUS_TEST_APPLY"); dir != "" {
		os.Exit(child(dir, os.Getenv("ONUS_TEST_SERVER"), os.Getenv("ONUS_TEST_FROM")))
	}
	os.Exit(m.Run())
}

// child carries out the plan of a folder, and kills itself at the point that is named there.
func child(dir, server, from string) int {
	start, err := time.Parse(time.RFC3339Nano, from)
	var p *plan.Plan
	var data []byte
	var c *Client
	if err == nil {
		data, err = os.ReadFile(filepath.Join(dir, "plan.json"))
	}
	if err == nil {
		p, err = plan.Read("plan.json", data)
	}
	if err == nil {
		c, err = New(&rest.Config{Host: server, QPS: -1}, 5*time.Second)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	point, nth, _ := strings.Cut(os.Getenv("ONUS_TEST_DIE"), ":")
	left, _ := strconv.Atoi(nth)
	var clock apply.Clock = fastClock{start}
	if seed, err := strconv.ParseUint(os.Getenv("ONUS_TEST_JUMPS"), 10, 64); err == nil {
		clock = &jumpingClock{fastClock: fastClock{start}, r: rand.New(rand.NewPCG(seed, 0))}
	}
	status, err := carry(context.Background(), p, c, clock, filepath.Join(dir, "journal"), true, func(s *apply.Settings) {
		if p.Escalates() {
			s.OnStuck, s.Accept = apply.EscalateOnStuck, []string{"escalate/shop/Deployment/web"}
		}
		s.Crash = func(at string) {
			if at == point {
				if left--; left == 0 {
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				}
			}
		}
	}, func(e *apply.Engine) (apply.Status, error) { return e.Run(context.Background(), true) })
	if err != nil || status != apply.Finished {
		fmt.Fprintln(os.Stderr, status, err)
		return 1
	}
	return 0
}

// faults are what TestFaults has counted.
type faults struct {
	runs, finished int
	kills          map[string]int // by point; "random" by a signal
	answers        map[string]int // spoilt, by kind
	restarts       int            // of the API server
	jumps          int            // processes whose clock jumps
	escalated      int            // runs in which pods are deleted past their budget
}

// A real process that carries a plan out is killed with SIGKILL, at each named point and at
// random, while the API server loses answers, refuses and throttles. Each time another one
// goes on, until the plan is done. No pod is evicted twice, no NodeClaim deleted twice, no
// floor is broken and no node left cordoned. ONUS_FAULTS is the number of kills at random,
// ONUS_SEED draws them.
func TestFaults(t *testing.T) {
	kills, seed, times := 2, uint64(1), []string{":1"}
	if n, err := strconv.Atoi(os.Getenv("ONUS_FAULTS")); err == nil {
		kills, times = n, []string{":1", ":2", ":3", ":1"}
	}
	if n, err := strconv.ParseUint(os.Getenv("ONUS_SEED"), 10, 64); err == nil {
		seed = n
	}
	f := &faults{kills: map[string]int{}, answers: map[string]int{}}
	points := []string{"plan.read", "lease.got", "lease.renewing", "intent.before", "intent.after", "do.answered", "result.before",
		"result.after", "end.before", "end.after", "plan.end"}
	for _, point := range points {
		var at []string
		for _, nth := range times {
			at = append(at, point+nth)
		}
		f.run(t, rand.New(rand.NewPCG(seed, 0)), at, 0)
	}
	for run := uint64(1); f.kills["random"] < kills && !t.Failed(); run++ {
		f.run(t, rand.New(rand.NewPCG(seed, run)), nil, min(4, kills-f.kills["random"]))
	}
	t.Logf("%d plans carried out, %d of them done; kills by point: %s; answers spoilt: %s; restarts of the API server: %d; "+
		"processes whose clock jumps: %d; escalated: %d", f.runs, f.finished, counts(f.kills), counts(f.answers), f.restarts, f.jumps,
		f.escalated)
}

func counts(all map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, fmt.Sprintf("%s %d", k, all[k]))
	}
	return strings.Join(parts, ", ")
}

// run carries a plan out with processes of which each dies at a point, then so many that are
// killed at random, and then one that may live.
func (f *faults) run(t *testing.T, r *rand.Rand, points []string, random int) {
	t.Helper()
	f.runs++
	clock := fastClock{time.Now()}
	s := clustertest.Start(t, clock.Now)
	escalated := random > 0 && r.IntN(4) == 0
	p := planIn(s, 2)
	if escalated {
		f.escalated++
		p = escalatingIn(s, time.Hour, "60s", "60s")
	}
	dir := t.TempDir()
	data, err := json.Marshal(p)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "plan.json"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if random > 0 {
		s.Spoil(f.spoiler(s, r))
	}
	env := append(os.Environ(), "ONUS_TEST_APPLY="+dir, "ONUS_TEST_SERVER="+s.URL, "ONUS_TEST_FROM="+clock.from.Format(time.RFC3339Nano))
	for _, point := range points {
		name, _, _ := strings.Cut(point, ":")
		if f.child(t, append(env, "ONUS_TEST_DIE="+point), 0) {
			f.kills[name]++
		}
	}
	up := f.restart(t, s, r, random > 0)
	for range random {
		own := env
		if r.IntN(3) == 0 && !escalated { // by a clock that is set nobody knows what was long ago
			f.jumps++
			own = append(slices.Clone(env), fmt.Sprintf("ONUS_TEST_JUMPS=%d", r.Uint64()))
		}
		if f.child(t, own, time.Duration(r.IntN(1500))*time.Millisecond) {
			f.kills["random"]++
		}
	}
	up()
	s.Spoil(nil)
	for try := 0; f.child(t, env, 0) || try > 3; try++ {
		t.Fatal("a process that nobody killed did not end")
	}
	f.finished++
	if escalated {
		forced(t, s, 60*time.Second)
	} else {
		replaced(t, s, 2)
	}
	if t.Failed() {
		t.Fatalf("in %s: points %v, %d random", dir, points, random)
	}
}

// restart has the API server be restarted again and again, until what it returns is called: it is up then.
func (f *faults) restart(t *testing.T, s *clustertest.Server, r *rand.Rand, really bool) (up func()) {
	t.Helper()
	if !really {
		return func() {}
	}
	own := rand.New(rand.NewPCG(r.Uint64(), 0)) // of its own goroutine
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			case <-time.After(time.Duration(50+own.IntN(450)) * time.Millisecond):
			}
			if err := s.Restart(time.Duration(own.IntN(300)) * time.Millisecond); err != nil {
				t.Error(err)
				return
			}
			f.restarts++
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

// child runs a process, which is killed after a while where one is given. It tells whether it
// was killed.
func (f *faults) child(t *testing.T, env []string, after time.Duration) (killed bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = env
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
	}
	err := cmd.Wait()
	if err == nil {
		return false
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return true
	}
	if !strings.Contains(said.String(), "another process carries out") {
		t.Logf("a process ended by itself: %v: %s", err, said.String())
	}
	return false
}

// spoiler spoils one answer of ten, in one of several ways.
func (f *faults) spoiler(s *clustertest.Server, r *rand.Rand) func(w http.ResponseWriter, q *http.Request) bool {
	cut := func(w http.ResponseWriter) {
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			c.Close()
		}
	}
	past := memory{at: map[string]*httptest.ResponseRecorder{}}
	return func(w http.ResponseWriter, q *http.Request) bool {
		if q.Method == http.MethodGet {
			if way := past.answer(s, r, w, q); way != "" {
				f.answers[way]++
				return true
			}
		}
		if r.IntN(10) > 0 {
			return false
		}
		ways := []string{"lost question", "lost answer", "throttled", "conflict", "broken"}
		way := ways[r.IntN(len(ways))]
		if q.Method == http.MethodGet && way == "conflict" {
			return false
		}
		f.answers[way]++
		switch way {
		case "lost question":
			cut(w)
		case "lost answer":
			s.Answer(nowhere{http.Header{}}, q)
			cut(w)
		case "throttled":
			clustertest.Fail(w, 429, "too many requests", "", "", 1)
		case "conflict":
			clustertest.Fail(w, 409, "the object has been modified", "", "", 0)
		case "broken":
			clustertest.Fail(w, 500, "etcdserver: request timed out", "", "", 0)
		}
		return true
	}
}

// memory is what was answered before, by question: what has missed events answers so.
type memory struct {
	at    map[string]*httptest.ResponseRecorder
	until time.Time // up to which all that was asked before is answered as then
}

// answer answers a question as it was answered before, now and then: one alone, which is a stale read, or for a while all of them, as
// where events are missed. It says which; empty where it has not.
func (m *memory) answer(s *clustertest.Server, r *rand.Rand, w http.ResponseWriter, q *http.Request) (way string) {
	was := m.at[q.URL.String()]
	now := s.Now()
	switch {
	case was != nil && now.Before(m.until):
		way = "missed event"
	case was != nil && r.IntN(20) == 0:
		way = "stale read"
	case r.IntN(200) == 0:
		m.until = now.Add(time.Duration(2+r.IntN(10)) * time.Second)
	}
	if way == "" {
		is := httptest.NewRecorder()
		s.Answer(is, q)
		m.at[q.URL.String()] = is
		return ""
	}
	maps.Copy(w.Header(), was.Header())
	w.WriteHeader(was.Code)
	_, _ = w.Write(was.Body.Bytes())
	return way
}
