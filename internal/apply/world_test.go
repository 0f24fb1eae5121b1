package apply

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// fakeClock goes as fast as it is asked.
type fakeClock struct{ now time.Time }

func (c *fakeClock) Now() time.Time { return c.now }

func (c *fakeClock) Sleep(_ context.Context, d time.Duration) { c.now = c.now.Add(d) }

// death is what a process of a test dies of.
type death struct{ point string }

// world is one with nodes of which pods are evicted. It knows nothing of engines.
type world struct {
	clock    *fakeClock
	cordoned map[string]bool
	pods     map[string]int // on a node
	gone     map[string]time.Time
	made     map[string]int // how often each change was made
	undone   int
	forced   []time.Time       // when pods were deleted that nobody may evict
	refuse   map[string]string // evictions of a node are refused, with this
	loseNext bool              // the answer of the next change
	hide     bool              // nobody can tell whether a change was made
	window   func(time.Time) bool
	taken    string // who else has the lease
	points   []string
	dieAt    int // the number of the point, counted from 1
	dieIf    func(point string) bool
}

func newWorld(nodes ...string) *world {
	w := &world{clock: &fakeClock{time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)}, cordoned: map[string]bool{},
		pods: map[string]int{}, gone: map[string]time.Time{}, made: map[string]int{}, refuse: map[string]string{}}
	for _, n := range nodes {
		w.pods[n] = 3
	}
	return w
}

// at is a named point, at which the process may die.
func (w *world) at(point string) {
	w.points = append(w.points, point)
	if len(w.points) == w.dieAt || w.dieIf != nil && w.dieIf(point) {
		panic(death{point})
	}
}

func (w *world) Hold(context.Context) error {
	if w.taken != "" {
		return &Lost{w.taken}
	}
	return nil
}

// change is one of the world: it is done, and its answer may be lost.
func (w *world) change(key string, do func()) error {
	w.at("sent.before")
	w.made[key]++
	do()
	w.at("sent.after")
	if w.loseNext {
		w.loseNext = false
		return errors.New("connection reset")
	}
	return nil
}

// observed is whether something is so.
func (w *world) observed(is bool) (Observation, error) {
	switch {
	case w.hide:
		return IsUnknown, nil
	case is:
		return IsDone, nil
	}
	return IsNotBegun, nil
}

// act is a runner of the world.
type act struct {
	w  *world
	do func(w *world, ctx context.Context, k *Work) (Result, error)
}

func (a act) Check(x *plan.Action) error {
	if x.With["node"] == "" {
		return errors.New("node is not set")
	}
	return nil
}

func (a act) Step(ctx context.Context, k *Work) (Result, error) { return a.do(a.w, ctx, k) }

// watch is one that changes nothing.
type watch struct{ act }

func (watch) Watches() {}

func cordon(w *world, ctx context.Context, k *Work) (Result, error) {
	n := k.With("node")
	return Done(""), k.Change(ctx, &Change{Key: "cordon",
		Do:      func(context.Context, string) error { return w.change("cordon "+n, func() { w.cordoned[n] = true }) },
		Observe: func(context.Context, string) (Observation, error) { return w.observed(w.cordoned[n]) }})
}

func uncordon(w *world, ctx context.Context, k *Work) (Result, error) {
	n := k.With("node")
	return Done(""), k.Change(ctx, &Change{Key: "uncordon",
		Do: func(context.Context, string) error {
			w.undone++
			return w.change("uncordon "+n, func() { w.cordoned[n] = false })
		},
		Observe: func(context.Context, string) (Observation, error) { return w.observed(!w.cordoned[n]) }})
}

func drain(w *world, ctx context.Context, k *Work) (Result, error) {
	n := k.With("node")
	if w.pods[n] == 0 && len(k.Unanswered()) == 0 {
		return Done(""), nil
	}
	pod := w.pods[n] // the highest is evicted first
	if open := k.Unanswered(); len(open) > 0 {
		_, _ = fmt.Sscanf(open[0].Key, "evict/%d", &pod)
	}
	err := k.Change(ctx, &Change{Key: fmt.Sprintf("evict/%d", pod),
		Do: func(context.Context, string) error {
			if why := w.refuse[n]; why != "" {
				return &Refused{errors.New(why)}
			}
			return w.change(fmt.Sprintf("evict %s %d", n, pod), func() { w.pods[n]-- })
		},
		Observe: func(context.Context, string) (Observation, error) { return w.observed(w.pods[n] < pod) }})
	var refused *Refused
	if errors.As(err, &refused) {
		return Waiting(refused.Error(), 5*time.Second), nil
	}
	if err != nil {
		return Result{}, err
	}
	return Waiting(fmt.Sprintf("%d pods to go", w.pods[n]), time.Second), nil
}

func replace(w *world, ctx context.Context, k *Work) (Result, error) {
	n := k.With("node")
	err := k.Change(ctx, &Change{Key: "delete", Final: true,
		Do: func(context.Context, string) error {
			return w.change("replace "+n, func() { w.gone[n] = w.clock.now.Add(time.Minute) })
		},
		Observe: func(context.Context, string) (Observation, error) { return w.observed(!w.gone[n].IsZero()) }})
	if err != nil {
		return Result{}, err
	}
	if w.clock.now.Before(w.gone[n]) {
		return Waiting("the node to be gone", 5*time.Second), nil
	}
	w.cordoned[n] = false
	return Done("replaced"), nil
}

func settle(w *world, ctx context.Context, k *Work) (Result, error) {
	since, err := k.Note(ctx, "ready", "yes")
	w.at("soak.waiting")
	if err != nil || w.clock.now.Sub(since) >= time.Minute {
		return Done(""), err
	}
	return Waiting("soak", 10*time.Second), nil
}

type guard struct{ w *world }

func (g guard) Check(_ context.Context, _ *plan.Guard, m Moment) (Verdict, error) {
	g.w.at("guard")
	if err := recounted(m); err != nil {
		panic(err)
	}
	if g.w.window == nil || g.w.window(m.Now) {
		return Verdict{Holds: true}, nil
	}
	return Verdict{Why: "the window is closed", Poll: 10 * time.Minute, Undo: true, Patient: true}, nil
}

// planFor replaces nodes, one after the other.
func planFor(nodes ...string) *plan.Plan {
	p := &plan.Plan{Schema: plan.Schema, ID: "p1", Kind: "nodes"}
	before := ""
	for i, n := range nodes {
		last := ""
		for _, kind := range []string{"cordon", "drain", "replace", "settle"} {
			s := plan.Step{ID: kind + "/" + n, Group: n, Wave: i + 1, TimeoutSeconds: 900, Attempts: 2,
				Action: plan.Action{Kind: kind, With: map[string]string{"node": n}}, Guards: []plan.Guard{{Kind: "window"}}}
			if kind == "cordon" {
				s.Undo = &plan.Action{Kind: "uncordon", With: s.Action.With}
			} else {
				s.Needs = append(s.Needs, last)
			}
			if kind == "cordon" && before != "" {
				s.Needs = append(s.Needs, before)
			}
			last = s.ID
			p.Steps = append(p.Steps, s)
		}
		before = last
	}
	return p
}

// bench is what a test runs engines on, one after the other, with one journal.
type bench struct {
	w       *world
	p       *plan.Plan
	file    string
	fence   int64
	onStuck OnStuck
	accept  []string
	facts   func(context.Context, []plan.Fact) ([]plan.Fact, error)
	events  []Event
	each    func(*journal.Entry) error // is handed each entry
	died    string
	last    *Engine
}

func on(t *testing.T, w *world, p *plan.Plan) *bench {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "onus-apply-") // where nothing waits for a disk
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return &bench{w: w, p: p, file: filepath.Join(dir, "journal")}
}

func (b *bench) runners() map[string]Runner {
	all := map[string]Runner{}
	for name, do := range map[string]func(*world, context.Context, *Work) (Result, error){
		"cordon": cordon, "uncordon": uncordon, "drain": drain, "replace": replace, "settle": settle, "force": force,
	} {
		all[name] = act{b.w, do}
	}
	all["settle"] = watch{act{b.w, settle}}
	return all
}

// run runs an engine that is begun anew, until it ends or dies.
func (b *bench) run(t *testing.T, ctx context.Context, resume bool) (status Status, err error) {
	t.Helper()
	return b.with(t, ctx, func(e *Engine) (Status, error) { return e.Run(ctx, resume) })
}

func (b *bench) with(t *testing.T, ctx context.Context, do func(*Engine) (Status, error)) (status Status, err error) {
	t.Helper()
	hash, err := b.p.Hash()
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(ctx, b.file, journal.Head{Hash: hash, ID: b.p.ID, Format: b.p.Schema}, b.w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	b.fence++
	b.died = ""
	if err := j.Hold(context.WithoutCancel(ctx), b.fence, "test", b.w.clock.now); err != nil {
		t.Fatal(err)
	}
	e, err := New(Settings{Plan: b.p, Journal: j, Runners: b.runners(), Guards: map[string]Guard{"window": guard{b.w}}, Lease: b.w,
		Clock: b.w.clock, Facts: b.facts, Accept: b.accept, OnStuck: b.onStuck, Crash: b.w.at, Journaled: b.each,
		Events: func(ev Event) { b.events = append(b.events, ev) }}, b.fence)
	if err != nil {
		t.Fatal(err)
	}
	b.last = e
	defer func() {
		switch d := recover().(type) {
		case nil:
		case death:
			b.died = d.point
		default:
			panic(d)
		}
	}()
	return do(e)
}

// replaced holds that all nodes were replaced once, each pod evicted once, and nothing is left.
func (b *bench) replaced(t *testing.T, nodes ...string) {
	t.Helper()
	for _, n := range nodes {
		want := []string{"replace " + n, "evict " + n + " 1", "evict " + n + " 2", "evict " + n + " 3"}
		for _, key := range want {
			if b.w.made[key] != 1 {
				t.Errorf("%s was made %d times", key, b.w.made[key])
			}
		}
		if b.w.cordoned[n] {
			t.Errorf("%s is left cordoned", n)
		}
	}
	r, err := journal.Read(context.Background(), b.file)
	if err != nil {
		t.Fatal(err)
	}
	s := Fold(b.p, r.Entries)
	for id, st := range s.Steps {
		if st.Status != StepFinished {
			t.Errorf("%s is %s: %s", id, st.Status, st.Why)
		}
		for key, c := range st.changes {
			if c.open {
				t.Errorf("%s: nobody knows what became of %v", id, key)
			}
		}
	}
	if s.Finished != journal.Done {
		t.Errorf("finished %q", s.Finished)
	}
}
