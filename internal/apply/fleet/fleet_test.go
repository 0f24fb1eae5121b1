package fleet

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// held is a lease that nobody else wants.
type held struct{}

func (held) Hold(context.Context) error { return nil }

// fast goes as fast as it is asked, and a little in earnest for what runs outside.
type fast struct{ now time.Time }

func (c *fast) Now() time.Time { return c.now }

func (c *fast) Sleep(_ context.Context, d time.Duration) {
	c.now = c.now.Add(d)
	time.Sleep(10 * time.Millisecond)
}

// carriedOut is how a plan ends.
func carriedOut(t *testing.T, how apply.OnStuck, steps ...plan.Step) (apply.Status, *apply.Engine) {
	t.Helper()
	return carriedOutBy(t, Runners(nil), how, steps...)
}

func carriedOutBy(t *testing.T, by map[string]apply.Runner, how apply.OnStuck, steps ...plan.Step) (apply.Status, *apply.Engine) {
	t.Helper()
	p := &plan.Plan{Schema: plan.Schema, ID: "p", Kind: "fleet", Steps: steps}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.TimeoutSeconds == 0 {
			s.TimeoutSeconds, s.Attempts = 3600, 1
		}
	}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	clock := &fast{time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)}
	file := filepath.Join(t.TempDir(), "j")
	j, err := journal.Open(t.Context(), file, journal.Head{Hash: "h", ID: "p", Format: plan.Schema}, clock.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	if err := j.Hold(t.Context(), 1, "test", clock.now); err != nil {
		t.Fatal(err)
	}
	e, err := apply.New(apply.Settings{Plan: p, Journal: j, Lease: held{}, Clock: clock, Runners: by, Guards: Guards(), OnStuck: how,
		Files: file}, 1)
	if err != nil {
		t.Fatal(err)
	}
	status, err := e.Run(t.Context(), false)
	if err != nil {
		t.Error(err)
	}
	return status, e
}

// An announcement whose answer was lost, or that the other side could not take, is made again with the same key; one that
// it refuses is another one, and what needs it waits.
func TestAnnounce(t *testing.T) {
	var keys, bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		keys, bodies = append(keys, r.Header.Get("Idempotency-Key")), append(bodies, string(body))
		switch len(keys) {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			panic(http.ErrAbortHandler) // the answer is lost
		case 3:
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer server.Close()
	status, _ := carriedOut(t, apply.PauseOnStuck, plan.Step{ID: "announce", Group: "announce", Wave: 2, TimeoutSeconds: 86400, Attempts: 1,
		Action: plan.Action{Kind: step.Announce, With: map[string]string{step.URL: server.URL + "/hook", step.Deployments: "7",
			step.Reason: "in use"}}})
	if status != apply.Finished || len(keys) != 4 || keys[0] == "" || keys[0] != keys[1] || keys[1] != keys[2] || keys[2] == keys[3] {
		t.Errorf("%s: %q", status, keys)
	}
	if !strings.Contains(bodies[0], `"wave":2,"deployments":7,"reason":"in use"`) {
		t.Error(bodies[0])
	}
}

// No more are in hand than may be, in a lane and in all; one whose set is begun goes on.
func TestInHand(t *testing.T) {
	var steps []plan.Step
	for i := range 4 {
		name := fmt.Sprintf("db-%d", i)
		lane := []string{"eu", "us"}[i%2]
		guards := []plan.Guard{{Kind: step.InHand, With: map[string]string{step.Most: "1", step.Lane: lane}}}
		for k := range 2 {
			s := plan.Step{ID: fmt.Sprintf("patch/%s/%d", name, k), Group: fmt.Sprintf("%s/%d", name, k), Of: name, Guards: guards, Wave: 1,
				Needs: []string{}, Action: plan.Action{Kind: step.Patch, With: map[string]string{step.Instance: "x", step.Command: "true",
					step.Within: "1h", step.Lane: lane}}}
			if k > 0 {
				s.Needs = []string{fmt.Sprintf("patch/%s/%d", name, k-1)}
			}
			steps = append(steps, s)
		}
	}
	status, e := carriedOut(t, apply.PauseOnStuck, steps...)
	if status != apply.Finished {
		t.Fatal(status)
	}
	is := e.State().Steps
	for _, lane := range [][2]string{{"db-0", "db-2"}, {"db-1", "db-3"}} { // the second of a lane begins once the first is done
		end, begin := is["patch/"+lane[0]+"/1"].Ended, is["patch/"+lane[1]+"/0"].Begun
		if begin.Before(end) {
			t.Errorf("%s begins at %s, and %s ends at %s", lane[1], begin, lane[0], end)
		}
	}
	if a, b := is["patch/db-0/0"].Begun, is["patch/db-1/0"].Begun; !a.Equal(b) {
		t.Errorf("lanes wait for each other: %s, %s", a, b)
	}
}

// A set is asked before a member goes and right before it is changed, and not about the member that is down by then.
func TestQuorum(t *testing.T) {
	g := &plan.Guard{Kind: step.Quorum, With: map[string]string{step.Command: "false", step.Deployment: "orders"}}
	v, err := quorum{}.Check(t.Context(), g, apply.Moment{})
	if err != nil || v.Holds || !strings.HasPrefix(v.Why, "orders may not lose a member") {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err := (quorum{}).Check(t.Context(), g, apply.Moment{Begun: true}); err != nil || !v.Holds { // the member is down by now
		t.Errorf("%+v, %v", v, err)
	}
	if v, err := (quorum{}).Check(t.Context(), g, apply.Moment{Begun: true, Change: &apply.Change{}}); err != nil || v.Holds {
		t.Errorf("%+v, %v", v, err)
	}
}

// changes stands for what a controller rolls out.
type changes struct{ made, back int }

func (c *changes) Check(*plan.Action) error { return nil }

func (c *changes) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	err := w.Change(ctx, &apply.Change{Key: "patch", Target: "u", Final: true, Do: func(context.Context, string) error {
		c.made++
		return nil
	}})
	return apply.Done(""), err
}

func (c *changes) Back(ctx context.Context, w *apply.Work, key string) error {
	return w.Change(ctx, &apply.Change{Key: key, Target: "u", Do: func(context.Context, string) error {
		c.back++
		return nil
	}})
}

// What a controller has rolled out, and is not well while it bakes, is set back once, and nothing else of the plan is begun.
func TestBakeSetsBack(t *testing.T) {
	c := &changes{}
	by := Runners(c)
	by[step.Roll], by[step.Unroll] = c, c
	with := map[string]string{step.Resource: step.StatefulSets, step.Within: "1h", step.Soak: "1m", step.Health: "false",
		step.Deployment: "shop/db", step.Instances: `[{"step":"patch/shop/db","instance":"shop/db"}]`}
	next := plan.Step{ID: "patch/shop/next", Group: "shop/next", Of: "shop/next", Wave: 2, Needs: []string{"bake/shop/db"},
		Action: plan.Action{Kind: step.Roll, With: with}}
	status, e := carriedOutBy(t, by, apply.PauseOnStuck,
		plan.Step{ID: "patch/shop/db", Group: "shop/db/pods", Of: "shop/db", Wave: 1, Action: plan.Action{Kind: step.Roll, With: with}},
		plan.Step{ID: "bake/shop/db", Group: "shop/db", Of: "shop/db", Wave: 1, Needs: []string{"patch/shop/db"},
			Action: plan.Action{Kind: step.Bake, With: with}}, next)
	if status != apply.Paused || c.made != 1 || c.back != 1 || !strings.Contains(e.State().Why, "1 patch of it was taken back") {
		t.Error(status, c, e.State().Why)
	}
}

// Nothing of a command that has failed goes on while its patch is taken back: neither what it has started, nor what is left of it where
// the shell that notes its end was killed alone.
func TestEndsAllThatHasFailed(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("the system does not tell which processes are of a group")
	}
	for name, patches := range map[string]string{
		"what it started": "(sleep 1; touch late) & exit 1",
		"its shell":       "kill -9 $PPID; sleep 1; touch late",
	} {
		dir := t.TempDir()
		text := func(script string) string { return fmt.Sprintf(`["sh", "-c", "cd %s; %s"]`, dir, script) }
		with := map[string]string{step.Instance: "a-1", step.Within: "1h0m0s", step.Command: text(patches)}
		undo := map[string]string{step.Instance: "a-1", step.Within: "1h0m0s", step.Command: text("touch back")}
		status, e := carriedOut(t, apply.PauseOnStuck, plan.Step{ID: "patch/a-1", Group: "a", Wave: 1, Needs: []string{},
			Action: plan.Action{Kind: step.Patch, With: with}, Undo: &plan.Action{Kind: step.Back, With: undo}})
		time.Sleep(1200 * time.Millisecond)
		_, late := os.Stat(filepath.Join(dir, "late"))
		if status != apply.Paused || late == nil {
			t.Errorf("%s: %s, goes on: %t: %s", name, status, late == nil, e.State().Why)
		}
	}
}
