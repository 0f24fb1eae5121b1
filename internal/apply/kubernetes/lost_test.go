package kubernetes

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// deprived is a bench whose right to make requests of a kind is taken away when the nth of them comes.
type deprived struct {
	*bench
	of    clustertest.Request // by its verb, group and resource
	asked int
	nth   int // 0 takes nothing
	since time.Time
	over  bool // the plan was at its end when it was lost
	stop  context.CancelFunc
}

// lateness is after how long a plan that goes on without a right is given up by its test.
const lateness = 5 * time.Minute

func (d *deprived) spoil(w http.ResponseWriter, r *http.Request) bool {
	if !d.since.IsZero() && d.clock.Now().Sub(d.since) > lateness {
		d.stop()
	}
	is, ok := clustertest.RequestOf(r)
	if !ok || is.Verb != d.of.Verb || is.Group != d.of.Group || is.Resource != d.of.Resource {
		return false
	}
	if d.asked++; d.nth == 0 || d.asked < d.nth {
		return false
	}
	if d.since.IsZero() {
		d.since = d.clock.Now()
		d.over = slices.ContainsFunc(d.events, func(e apply.Event) bool { return e.Kind == apply.PlanEnded })
	}
	clustertest.Fail(w, 403, fmt.Sprintf("%s %q is forbidden: User \"onus\" cannot %s resource %q in API group %q",
		is.Resource, is.Name, is.Verb, is.Resource, is.Group), "", "", 0)
	return true
}

// lose carries a plan out until that is lost, and then with it again.
func lose(t *testing.T, what string, d *deprived) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	d.stop = stop
	d.server.Spoil(d.spoil)
	status, err := d.run(t, ctx, false)
	if d.since.IsZero() { // it was not asked for so often
		if status != apply.Finished || err != nil {
			t.Errorf("%s: %s, %v", what, status, err)
		}
		return
	}
	name := fmt.Sprintf("cannot %s resource %q", d.of.Verb, d.of.Resource)
	if d.last == nil { // the lease was not taken
		if err == nil || !strings.Contains(err.Error(), name) || len(d.server.Seen().Changes) > 2 {
			t.Errorf("%s: %v, %v", what, err, d.server.Seen().Changes)
		}
		d.again(t, what)
		return
	}
	if status == apply.Finished { // it is over, and only the lease is given back
		if !d.over || d.of.Resource != "leases" || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: goes on without it, to the end: %v", what, err)
		}
		return
	}
	says := d.last.State().Why
	if status == apply.NotBegun && err != nil {
		says = err.Error()
	}
	cordoned := d.of.Resource != "nodes" && d.of.Resource != "leases" || d.of.Verb == "update"
	if cordoned && !d.gone() && len(d.server.Seen().Cordoned) > 0 {
		t.Errorf("%s: left cordoned: %v", what, d.server.Seen().Cordoned)
	}
	if status != apply.Paused && status != apply.NotBegun || !strings.Contains(says, name) || !strings.Contains(says, "docs/rbac-") {
		t.Errorf("%s: %s after %s, says %q", what, status, d.clock.Now().Sub(d.since), says)
	}
	for _, e := range d.events {
		if slices.Contains([]string{apply.StepFailed, apply.StepStuck, apply.StepUnknown}, e.Kind) {
			t.Errorf("%s: %s %s: %s", what, e.Kind, e.Step, e.Says)
		}
	}
	d.again(t, what)
}

// again carries it out with the right.
func (d *deprived) again(t *testing.T, what string) {
	t.Helper()
	d.nth = 0
	d.server.Spoil(nil)
	if status, err := d.run(t, t.Context(), true); status != apply.Finished || err != nil {
		t.Errorf("%s: with it again %s, %v", what, status, err)
	}
}

// gone reports whether a node is on its way out by the plan, and stays cordoned.
func (d *deprived) gone() bool { return len(d.server.Seen().Deleted) > 0 }

// A right that is lost while a plan is carried out, whichever it is and whenever that is, pauses the plan, which names
// it and what grants it. No step fails by that or is waited for, and with the right again the plan gets through:
// no pod is evicted and no node deleted twice.
func TestLosesARight(t *testing.T) {
	for name, of := range map[string]struct {
		begin func() *bench
		holds func(*testing.T, *clustertest.Server)
	}{
		"replaced": {func() *bench {
			b := newBench(t, 2)
			b.facts = b.client.Facts
			b.plan.Facts = []plan.Fact{{Object: "Deployment shop/web", Field: "spec.replicas", Value: "4"},
				{Object: "Node node-1", Field: "metadata.uid", Value: b.plan.Steps[4].Action.With[step.NodeUID]}}
			return b
		}, func(t *testing.T, s *clustertest.Server) { replaced(t, s, 2) }},
		"past a budget": {func() *bench { return escalating(t, time.Hour) },
			func(t *testing.T, s *clustertest.Server) { forced(t, s, 10*time.Minute) }},
		"restarted": {func() *bench {
			b := newBench(t, 1)
			b.single()
			return b
		}, func(t *testing.T, s *clustertest.Server) {
			if n := s.Seen().Changes["PATCH deployments"]; n != 1 {
				t.Errorf("restarted %d times", n)
			}
		}},
		"fixed": {func() *bench { return fixing(t) }, func(t *testing.T, s *clustertest.Server) {
			if n := s.Seen().Changes; n["PATCH poddisruptionbudgets"] != 1 || n["POST poddisruptionbudgets"] != 1 {
				t.Errorf("changed %v", n)
			}
		}},
		"by a Machine": {func() *bench {
			b := newBench(t, 1)
			machines(b)
			for i := range b.plan.Steps {
				b.plan.Steps[i].Action.With[step.MachineGroup] = "cluster.x-k8s.io"
			}
			return b
		}, func(t *testing.T, s *clustertest.Server) { replaced(t, s, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			whole := of.begin()
			if status, err := whole.run(t, t.Context(), false); status != apply.Finished || err != nil {
				t.Fatal(status, err)
			}
			rights, n := map[clustertest.Request]bool{}, 0
			for _, r := range whole.server.Requests() {
				rights[clustertest.Request{Verb: r.Verb, Group: r.Group, Resource: r.Resource}] = true
			}
			for right := range rights {
				for nth, more := 1, true; more; nth += 1 + nth/2 {
					d := &deprived{bench: of.begin(), of: right, nth: nth}
					lose(t, fmt.Sprintf("%s %s, when it is asked for the %d. time", right.Verb, right.Resource, nth), d)
					if more = !d.since.IsZero(); more {
						n++
						of.holds(t, d.server)
					}
				}
			}
			if t.Logf("%d rights, lost at %d moments", len(rights), n); len(rights) < 11 || n < 20 {
				t.Error("too few")
			}
		})
	}
}
