package kubernetes

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan/nodes"
)

// What a plan expects an escalation to delete, and when, is what comes of it: under a PDB that lets no pod go, where the
// interval is what they are apart, where others have to be ready for longer than that, where they have not been yet, and
// from one node after the other.
func TestForcesWhatWasPredicted(t *testing.T) {
	five := []string{"node-0", "node-0", "node-1", "node-2", "node-3"}
	for name, x := range map[string]struct {
		target   string
		healthy  time.Duration // of the others
		readyFor time.Duration // how long they have been so when the plan is made
		pods     []string      // by their nodes
		forced   int
	}{
		"apart by the interval":        {"nodes=node-0", time.Minute, 2 * time.Hour, five, 2},
		"apart by how long is healthy": {"nodes=node-0", 20 * time.Minute, 2 * time.Hour, five, 2},
		"not ready for long yet":       {"nodes=node-0", time.Hour, 10 * time.Minute, []string{"node-0", "node-1", "node-2"}, 1},
		"one pod":                      {"nodes=node-0", time.Hour, time.Hour, []string{"node-0"}, 1},
		"two nodes":                    {"nodes=node-0,node-1", 10 * time.Minute, time.Hour, []string{"node-0", "node-1", "node-2"}, 2},
	} {
		b := newBench(t, 0)
		b.server.ReadyFor = x.readyFor
		for _, o := range []string{"pods/shop/web-0", "pods/shop/web-1", "pods/shop/web-2", "pods/shop/web-3"} {
			delete(b.server.Objects(), o)
		}
		b.server.Deployment("shop", "web", len(x.pods), x.pods...)
		b.plan = b.planned(t, x.target, func(a *nodes.Asked) {
			a.Escalate = x.healthy
			a.Estate.Timings = kubernetes.Timings{NodeReady: 10 * time.Second, PodReady: 4 * time.Second, PodStop: 2 * time.Second}
		})
		pr := &b.plan.Prediction
		if pr.Forced != x.forced || len(pr.ForcedPods) != x.forced || !b.plan.Forces() {
			t.Errorf("%s: %d forced, %+v, left %+v", name, pr.Forced, pr.ForcedPods, b.plan.Left)
			continue
		}
		b.onStuck = apply.EscalateOnStuck
		for _, r := range b.plan.Risks {
			b.accept = append(b.accept, r.Name())
		}
		status, err := b.run(t, t.Context(), false)
		at := forcedOf(b.server)
		if status != apply.Finished || err != nil || len(at) != x.forced || len(b.server.Seen().Evicted) != pr.Evictions {
			t.Errorf("%s: %s, %v, deleted at %v, %d evicted and %d predicted", name, status, err, at, len(b.server.Seen().Evicted), pr.Evictions)
			continue
		}
		for i, f := range pr.ForcedPods {
			is, was := at[i].Sub(noon).Seconds(), f.At.MedianSeconds
			t.Logf("%s: %s of %s was deleted after %.0f s, and %.0f s were predicted", name, f.Pod, f.Service, is, was)
			if f.Service != "shop/Deployment/web" || f.Past != "PDB shop/web" || is < was-30 || is > was+30+was/20 {
				t.Errorf("%s: %+v, and it was deleted after %.0f s", name, f, is)
			}
		}
		for _, l := range pr.Lowest {
			if l.Service == "shop/Deployment/web" && l.Ready != b.server.Seen().Least["shop/web"] {
				t.Errorf("%s: %d ready at the least, and %d were predicted", name, b.server.Seen().Least["shop/web"], l.Ready)
			}
		}
	}
}
