package kubernetes

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// fakeClock goes as fast as it is asked.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(_ context.Context, d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// noon is when tests begin: a Sunday.
var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// death is what a process of a test dies of.
type death struct{ point string }

// bench is a cluster, a plan over some of its nodes, and what carries it out, one process
// after the other.
type bench struct {
	server *clustertest.Server
	clock  *fakeClock
	client *Client
	plan   *plan.Plan
	file   string
	events []apply.Event
	points []string
	dieAt  int
	dieIf  func(point string) bool
	died   string

	answers map[string]bool
	last    *apply.Engine
	told    func(apply.Event) // what happens
	facts   func(context.Context, []plan.Fact) ([]plan.Fact, error)
	accept  []string
	approve []string
	onStuck apply.OnStuck
}

// newBench has four nodes with a web pod each, of which three stay, and a plan to replace the first so many.
func newBench(t *testing.T, nodes int) *bench {
	t.Helper()
	b := &bench{clock: &fakeClock{now: noon}}
	b.server = clustertest.Start(t, b.clock.Now)
	var err error
	if b.client, err = New(&rest.Config{Host: b.server.URL, QPS: -1}, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("/dev/shm", "onus-apply-") // where nothing waits for a disk
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	b.file = filepath.Join(dir, "journal")
	b.plan = planIn(b.server, nodes)
	return b
}

// planIn makes the nodes of a cluster, and a plan to replace the first so many.
func planIn(s *clustertest.Server, nodes int) *plan.Plan {
	p := &plan.Plan{Schema: plan.Schema, ID: "p1", Kind: "nodes"}
	last := ""
	var names []string
	for i := range 4 {
		name := fmt.Sprintf("node-%d", i)
		names = append(names, name)
		uid, claim := s.Node(name)
		if i >= nodes {
			continue
		}
		with := map[string]string{step.Node: name, step.NodeUID: uid, step.NodeClaim: "claim-" + name, step.NodeClaimUID: claim,
			step.Workloads: "shop/Deployment/web", step.Soak: "2s"}
		for _, kind := range []string{step.Cordon, step.Drain, step.ByKarpenter, step.Settle} {
			st := plan.Step{ID: kind + "/" + name, Group: name, Wave: i + 1, Action: plan.Action{Kind: kind, With: with}, TimeoutSeconds: 600,
				Attempts: 2, Guards: []plan.Guard{{Kind: step.Floor, Says: "web keeps 3 pods", With: map[string]string{
					step.Namespace: "shop", step.Kind: "Deployment", step.Name: "web", step.Least: "3"}}}}
			if last != "" {
				st.Needs = []string{last}
			}
			if kind == step.Cordon {
				st.Undo = &plan.Action{Kind: step.Uncordon, With: with}
			}
			last = st.ID
			p.Steps = append(p.Steps, st)
		}
	}
	s.Deployment("shop", "web", 3, names...)
	return p
}

// at is a named point, at which the process may die.
func (b *bench) at(point string) {
	b.points = append(b.points, point)
	if len(b.points) == b.dieAt || b.dieIf != nil && b.dieIf(point) {
		panic(death{point})
	}
}

// run is a process that carries the plan out, until it ends or dies.
func (b *bench) run(t *testing.T, ctx context.Context, resume bool) (status apply.Status, err error) {
	t.Helper()
	return b.process(ctx, resume, func(e *apply.Engine) (apply.Status, error) { return e.Run(ctx, resume) })
}

// abort is a process that gives the plan up.
func (b *bench) abort(t *testing.T) (status apply.Status, err error) {
	t.Helper()
	return b.process(t.Context(), true, func(e *apply.Engine) (apply.Status, error) { return e.Abort(t.Context()) })
}

func (b *bench) process(ctx context.Context, resume bool, do func(*apply.Engine) (apply.Status, error)) (status apply.Status, err error) {
	b.died = ""
	defer func() {
		switch d := recover().(type) {
		case nil:
		case death:
			b.died = d.point
		default:
			panic(d)
		}
	}()
	return carry(ctx, b.plan, b.client, b.clock, b.file, resume, func(s *apply.Settings) {
		s.Answers, s.Facts, s.Accept, s.Approve, s.OnStuck = b.answers, b.facts, b.accept, b.approve, b.onStuck
		s.Crash, s.Events = b.at, func(ev apply.Event) {
			if b.events = append(b.events, ev); b.told != nil {
				b.told(ev)
			}
		}
	}, func(e *apply.Engine) (apply.Status, error) {
		b.last = e
		return do(e)
	})
}

// carry carries a plan out as onus apply does.
func carry(ctx context.Context, p *plan.Plan, c *Client, clock apply.Clock, file string, resume bool,
	set func(*apply.Settings), do func(*apply.Engine) (apply.Status, error)) (apply.Status, error) {
	hash, err := p.Hash()
	if err != nil {
		return "", err
	}
	lease := &Lease{Client: c, Namespace: "kube-system", Holder: fmt.Sprintf("%s/%d", p.ID, time.Now().UnixNano()), Duration: 30 * time.Second,
		Clock: clock}
	fence, err := lease.Take(ctx)
	for try := 0; err != nil && resume && try < 10; try++ {
		clock.Sleep(ctx, 10*time.Second) // until the one that died has lost it
		fence, err = lease.Take(ctx)
	}
	if err != nil {
		return "", err
	}
	s := apply.Settings{Plan: p, Runners: Runners(c), Guards: Guards(c), Lease: lease, Clock: clock}
	set(&s)
	if s.Crash != nil {
		s.Crash("lease.got")
	}
	j, err := journal.Open(ctx, file, journal.Head{Hash: hash, ID: p.ID, Format: p.Schema}, clock.Now())
	if err != nil {
		return "", err
	}
	defer j.Close()
	if err := j.Hold(ctx, fence, lease.Holder, clock.Now()); err != nil {
		return "", err
	}
	s.Journal = j
	e, err := apply.New(s, fence)
	if err != nil {
		return "", err
	}
	status, err := do(e)
	if err == nil {
		err = lease.Release(context.WithoutCancel(ctx))
	}
	return status, err
}

// replaced holds that the first so many nodes were replaced, each pod evicted once and each
// NodeClaim deleted once, the floor kept, and nothing left cordoned.
func replaced(t *testing.T, s *clustertest.Server, nodes int) {
	t.Helper()
	seen := s.Seen()
	for what, all := range map[string]map[string]int{"evicted": seen.Evicted, "deleted": seen.Deleted} {
		for uid, n := range all {
			if n != 1 {
				t.Errorf("%s was %s %d times", uid, what, n)
			}
		}
	}
	if len(seen.Deleted) != nodes || len(seen.Evicted) < nodes || seen.Least["shop/web"] < 3 || len(seen.Cordoned) > 0 {
		t.Errorf("%+v", seen)
	}
	for i := range nodes {
		if s.Get("nodes", "", fmt.Sprintf("node-%d", i)) != nil {
			t.Errorf("node-%d is still there", i)
		}
	}
}
