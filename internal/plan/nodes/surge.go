package nodes

import (
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// findRestarts finds Deployments that would fall below their floors by an eviction, and do not
// where they are restarted before: by their own rolling update another pod is Ready first.
func (p *planner) findRestarts() {
	if !p.Surge {
		return
	}
	for i := range p.nodes {
		for _, ref := range p.moved(p.nodes[i].name) {
			if _, relaxed := p.floorOf(ref); relaxed && p.surges(ref) && !slices.Contains(p.restarts, ref) {
				p.restarts = append(p.restarts, ref)
			}
		}
	}
	slices.Sort(p.restarts)
}

// surges reports whether a restart of a workload has another pod Ready before one goes. One that is below what it wants has its
// restart go on with what is wrong.
func (p *planner) surges(ref string) bool {
	i := slices.IndexFunc(p.Estate.Workloads, func(w kubernetes.Workload) bool { return w.Ref.String() == ref })
	w := &p.Estate.Workloads[i]
	return basis.NoSurge(p.Estate, w) == "" && p.watched[ref].Ready == w.Replicas
}

// restarted are the Deployments that are restarted before a drain, as the simulator takes them.
func (p *planner) restarted() []kubernetes.Ref {
	var all []kubernetes.Ref
	for _, ref := range p.restarts {
		all = append(all, p.watched[ref].Ref)
	}
	return all
}

// notRestarted is how many pods a drain evicts that are not restarted before.
func (b *builder) notRestarted(node string) (n int) {
	for _, k := range b.on[node] {
		w := &b.Estate.Workloads[b.Estate.Pods[k].Workload]
		n += count(w.Evictable && !slices.Contains(b.restarts, w.Ref.String()))
	}
	return n
}

// restart has pods of Deployments be Ready elsewhere before the drain of a node. It is about all
// that are restarted, unless no pod comes to the node before: pods of another may have by then.
func (b *builder) restart(k, wave int) (plan.Step, bool) {
	n := &b.nodes[k]
	own := slices.DeleteFunc(b.moved(n.name), func(ref string) bool { return !slices.Contains(b.restarts, ref) })
	title := "restart " + words.First(own, 3) + ", so that another pod is Ready elsewhere before"
	if len(own) == 0 {
		title = "restart what has come to it of " + words.First(b.restarts, 3)
	}
	s := b.step(step.Restart, title, n, wave, step.Restart, map[string]string{step.Workloads: strings.Join(b.restarts, ",")})
	s.Guards, s.TimeoutSeconds, s.Attempts = b.window(), int64(b.timeout(n.name).Seconds()), 1
	s.Predicted = b.predicted(n.name, func(g *simulate.GoingRun) (from, to time.Duration) {
		if g.Restarted == 0 { // nothing of them was on the node
			return 0, simulate.None
		}
		return 0, g.Restarted
	})
	return s, len(own) > 0 || len(b.restarts) > 0 && !b.x.cordonFirst
}
