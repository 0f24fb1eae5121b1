package kubernetes

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	estate "github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/nodes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/source/cluster"
)

// read is the bench's cluster as it is read for a plan.
func (b *bench) read(t *testing.T) *estate.Estate {
	t.Helper()
	config := filepath.Join(t.TempDir(), "kubeconfig")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: prod\nusers: [{name: u, user: {}}]\n"+
		"clusters: [{name: c, cluster: {server: %q}}]\ncontexts: [{name: prod, context: {cluster: c, user: u}}]\n", b.server.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Open(cluster.Access{Kubeconfig: config, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var saved bytes.Buffer
	unread, err := c.Save(t.Context(), &saved, noon, func(string, int) {})
	if err != nil || len(unread) > 0 {
		t.Fatal(err, unread)
	}
	e, err := source.Kubernetes(t.Context(), source.Input{Live: &saved})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// planned is a plan as onus plan nodes makes it of the bench's cluster.
func (b *bench) planned(t *testing.T, target string, set func(*nodes.Asked)) *plan.Plan {
	t.Helper()
	known, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	a := &nodes.Asked{Estate: b.read(t), Start: noon, Made: noon, By: "test", Name: "prod", Runs: 2}
	a.Places = locate.Locate(known, a.Estate, nil, nil).Decided()
	if a.Target, err = nodes.ParseTarget(target); err != nil {
		t.Fatal(err)
	}
	if set != nil {
		set(a)
	}
	p, err := nodes.Make(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What the planner takes for facts is read anew as the same, in a cluster where nothing has
// changed, and the plan is carried out there.
func TestPlansAndApplies(t *testing.T) {
	b := newBench(t, 2)
	b.server.Put("horizontalpodautoscalers", "shop", "web", clustertest.Object{"spec": clustertest.Object{"minReplicas": 3, "maxReplicas": 9,
		"scaleTargetRef": clustertest.Object{"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}}})
	b.server.Deployment("shop", "api", 1, "node-0", "node-2")
	budget := b.server.Get("poddisruptionbudgets", "shop", "api")["spec"].(clustertest.Object)
	budget["unhealthyPodEvictionPolicy"] = "AlwaysAllow"
	budget["selector"] = clustertest.Object{"matchLabels": clustertest.Object{"app": "api"}, "matchExpressions": []any{
		clustertest.Object{"key": "app", "operator": "In", "values": []any{"api", "a.b"}},
		clustertest.Object{"key": "tier", "operator": "DoesNotExist"}}}
	b.plan = b.planned(t, "nodes=node-0,node-1", nil)
	for _, object := range []string{"Deployment shop/api", "HorizontalPodAutoscaler shop/web", "PodDisruptionBudget shop/api",
		"PodDisruptionBudget shop/web", "Node node-0", "NodeClaim claim-node-1"} {
		if !slices.ContainsFunc(b.plan.Facts, func(f plan.Fact) bool { return f.Object == object }) {
			t.Errorf("%s is no fact of the plan: %v", object, b.plan.Facts)
		}
	}
	now, err := b.client.Facts(t.Context(), b.plan.Facts)
	if moved := b.plan.Stale(now); err != nil || len(moved) > 0 {
		t.Fatal(err, moved)
	}
	b.facts = b.client.Facts
	for _, r := range b.plan.Risks {
		b.accept = append(b.accept, r.Name())
	}
	if status, err := b.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err, b.events)
	}
	replaced(t, b.server, 2)
}
