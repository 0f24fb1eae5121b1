package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/eks/ekstest"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	nodes "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/report/published"
)

// carriedOut is a cluster, and commands about plans in it.
type carriedOut struct {
	server *clustertest.Server
	config string
	dir    string
	plan   *plan.Plan
}

// inACluster has four nodes with a pod each, of which three stay, and a plan for the first.
func inACluster(t *testing.T) *carriedOut {
	t.Helper()
	x := &carriedOut{server: clustertest.Start(t, time.Now), dir: t.TempDir()}
	x.server.ReadyAfter, x.server.StopAfter, x.server.GoneAfter = 20*time.Millisecond, 10*time.Millisecond, 50*time.Millisecond
	x.config = filepath.Join(x.dir, "kubeconfig")
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: prod\nusers: [{name: u, user: {}}]\n"+
		"clusters: [{name: c, cluster: {server: %q}}]\ncontexts: [{name: prod, context: {cluster: c, user: u}}]\n", x.server.URL)
	if err := os.WriteFile(x.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	meta := x.server.Get("namespaces", "", "kube-system")["metadata"].(clustertest.Object)
	x.plan = &plan.Plan{Schema: plan.Schema, ID: "p1", Kind: "nodes", Title: "replace 1 node", Target: plan.Target{Name: "prod",
		UID: meta["uid"].(string)}}
	var names []string
	for i := range 4 {
		names = append(names, fmt.Sprintf("node-%d", i))
	}
	with := map[string]string{nodes.Workloads: "shop/Deployment/web"}
	for i, n := range names {
		if uid, claim := x.server.Node(n); i == 0 {
			with[nodes.Node], with[nodes.NodeUID], with[nodes.NodeClaim], with[nodes.NodeClaimUID] = n, uid, "claim-"+n, claim
		}
	}
	x.server.Deployment("shop", "web", 3, names...)
	x.plan.Facts = []plan.Fact{{Object: "PodDisruptionBudget shop/web", Field: "spec.minAvailable", Value: "3"}}
	last := ""
	for _, kind := range []string{nodes.Cordon, nodes.Drain, nodes.ByKarpenter, nodes.Settle} {
		s := plan.Step{ID: kind + "/node-0", Group: "node-0", Wave: 1, Action: plan.Action{Kind: kind, With: with}, TimeoutSeconds: 60,
			Attempts: 1, Predicted: &plan.Predicted{MinSeconds: 1, MedianSeconds: 2, MaxSeconds: 3}}
		if last != "" {
			s.Needs = []string{last}
		} else {
			s.Undo = &plan.Action{Kind: nodes.Uncordon, With: with}
		}
		last = s.ID
		x.plan.Steps = append(x.plan.Steps, s)
	}
	return x
}

// file writes the plan as it is now.
func (x *carriedOut) file(t *testing.T) string {
	t.Helper()
	data, err := json.Marshal(x.plan)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(x.dir, "plan.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// onus runs a command about the plan, which has to end with a status and to say some things,
// on stdout or stderr.
func (x *carriedOut) onus(t *testing.T, status int, says []string, args ...string) string {
	t.Helper()
	var out, said bytes.Buffer
	args = append(args, "--kubeconfig", x.config)
	if got := Main(args, strings.NewReader(""), &out, &said); got != status {
		t.Errorf("%v: exit status %d, want %d\n%s%s", args, got, status, out.String(), said.String())
	}
	for _, text := range says {
		if !strings.Contains(strings.Join(strings.Fields(out.String()+said.String()), " "), text) {
			t.Errorf("%v does not say %q:\n%s%s", args, text, out.String(), said.String())
		}
	}
	return out.String()
}

// A plan is looked at, carried out, and told about.
func TestApply(t *testing.T) {
	x := inACluster(t)
	file := x.file(t)
	x.onus(t, 0, []string{"not-begun", "It could begin"}, "apply", file, "--dry-run")
	if seen := x.server.Seen(); len(seen.Changes) > 0 {
		t.Errorf("a dry run changed %v", seen.Changes)
	}
	if _, err := os.Stat(file + ".journal"); !os.IsNotExist(err) {
		t.Error("a dry run begins a journal")
	}
	x.onus(t, 0, []string{"cordon/node-0 changed: cordon", "drain/node-0 changed: evict shop/web-0",
		"replace/karpenter/node-0 changed: delete NodeClaim claim-node-0", "Plan p1 (replace 1 node): done.",
		"4 of 4 steps are done, with 3 changes"}, "apply", file)
	seen := x.server.Seen()
	if seen.Changes["PATCH nodes"] != 1 || seen.Changes["POST pods/eviction"] != 1 || seen.Changes["DELETE nodeclaims"] != 1 {
		t.Error(seen.Changes)
	}
	x.onus(t, 0, []string{"done."}, "status", file)
	x.onus(t, 0, []string{"done."}, "apply", file)
	if again := x.server.Seen(); again.Changes["PATCH nodes"] != 1 || len(again.Cordoned) > 0 {
		t.Errorf("%+v", again)
	}
	schemas := schemasOf(t)
	var run published.Run
	text := x.onus(t, 0, nil, "status", file, "-o", "json")
	fitsItsSchema(t, schemas, "status", []byte(text))
	if err := json.Unmarshal([]byte(text), &run); err != nil || run.Status != "done" || run.Summary.Changes != 3 || len(run.Holders) != 2 ||
		run.Groups[0].Steps[1].Predicted != 2 || run.Groups[0].Steps[1].Seconds <= 0 {
		t.Errorf("%v %s", err, text)
	}
	x.plan.Title = "another"
	x.onus(t, 2, []string{"is the journal of plan p1 as it was before somebody changed it"}, "apply", x.file(t))
	x.onus(t, 2, []string{"is the journal of plan p1 as it was before somebody changed it"}, "status", file)
	before := x.server.Seen().Changes
	x.onus(t, 2, []string{"is the journal of plan p1 as it was before somebody changed it"}, "abort", file)
	if after := x.server.Seen().Changes; !maps.Equal(before, after) {
		t.Errorf("abort took the lease for a journal of another plan: %v, %v before", after, before)
	}
}

// What may not begin does not, and says why.
func TestApplyRefuses(t *testing.T) {
	for want, change := range map[string]func(*carriedOut){
		"onus: what the plan rests on has changed: PodDisruptionBudget shop/web: spec.minAvailable was 2 and is 3": func(x *carriedOut) {
			x.plan.Facts[0].Value = "2"
		},
		"onus: the plan has risks that are not accepted: floor/shop/Deployment/web (0 of 4) hint: --accept-risk floor/": func(x *carriedOut) {
			x.plan.Risks = []plan.Risk{{Obligation: "floor", Subject: "shop/Deployment/web", Says: "0 of 4"}}
		},
		"is for cluster prod, and prod is another one":  func(x *carriedOut) { x.plan.Target.UID = "another" },
		"does not say by a UID which cluster it is for": func(x *carriedOut) { x.plan.Target.UID = "" },
		`there is no action "reboot"`:                   func(x *carriedOut) { x.plan.Steps[0].Action.Kind = "reboot" },
		"cordon: nodeUID is not set": func(x *carriedOut) {
			x.plan.Steps[0].Action.With = map[string]string{nodes.Node: "a"}
		},
	} {
		for _, args := range [][]string{{"--dry-run"}, nil} {
			x := inACluster(t)
			change(x)
			x.onus(t, 2, []string{want}, append([]string{"apply", x.file(t)}, args...)...)
			if seen := x.server.Seen(); seen.Changes["PATCH nodes"] > 0 {
				t.Errorf("%s: changed %v", want, seen.Changes)
			}
		}
	}
}

// A budget that allows nothing pauses the plan, which says so, names the finding and the
// commands that go on, and leaves no node cordoned. It is gone on with, or given up.
func TestApplyPauses(t *testing.T) {
	x := inACluster(t)
	budget := func(n int) {
		x.server.Put("poddisruptionbudgets", "shop", "web", clustertest.Object{"spec": clustertest.Object{
			"minAvailable": n, "selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "web"}}}})
	}
	budget(4)
	x.plan.Facts = nil
	x.plan.Steps[1].TimeoutSeconds = 1
	file := x.file(t)
	x.onus(t, 1, []string{"wants all 4 pods healthy", "onus check --only pdb-never-allows -n shop has the fix", "--resume", "onus abort"},
		"apply", file)
	if seen := x.server.Seen(); len(seen.Cordoned) > 0 || len(seen.Evicted) > 0 {
		t.Errorf("%+v", seen)
	}
	x.onus(t, 1, []string{"paused.", "drain/node-0 stuck"}, "status", file)
	x.onus(t, 2, []string{"was begun before", "--resume goes on, onus abort undoes"}, "apply", file)
	budget(3)
	x.onus(t, 0, []string{"gone on with", "done."}, "apply", file, "--resume")
	if seen := x.server.Seen(); len(seen.Cordoned) > 0 || len(seen.Deleted) != 1 {
		t.Errorf("%+v", seen)
	}

	y := inACluster(t)
	y.plan.Facts, y.plan.Steps[1].TimeoutSeconds = nil, 1
	y.server.StopAfter = time.Hour
	file = y.file(t)
	y.onus(t, 1, []string{"1 pod to be gone"}, "apply", file)
	y.onus(t, 0, []string{"aborted."}, "abort", file)
	y.onus(t, 2, []string{"was aborted"}, "apply", file, "--resume")
}

// A node that a plan has cordoned which nobody carries out is named, whatever plan is asked about.
func TestStatusNamesNodesThatAreLeft(t *testing.T) {
	x := inACluster(t)
	node := x.server.Get("nodes", "", "node-3")
	node["spec"].(clustertest.Object)["unschedulable"] = true
	node["metadata"].(clustertest.Object)["annotations"] = clustertest.Object{
		"onus.dev/plan": `{"plan":"old","step":"cordon/node-3","fence":1,"at":"2026-11-01T12:00:00Z"}`}
	x.onus(t, 1, []string{"node-3, by plan old since 2026-11-01T12:00:00Z: kubectl uncordon node-3"}, "status", x.file(t))
}

// What is asked for wrongly is told.
func TestApplyUsage(t *testing.T) {
	x := inACluster(t)
	file := x.file(t)
	for want, args := range map[string][]string{
		"apply wants the file of one plan":                             {"apply"},
		`--on-stuck is "hope", wants pause, skip or escalate`:          {"apply", file, "--on-stuck", "hope"},
		"--answer is about a plan that was begun":                      {"apply", file, "--answer", "a=done"},
		`--answer is "a", wants STEP=done or STEP=not-begun`:           {"apply", file, "--resume", "--answer", "a"},
		"--request-timeout is 30s, wants more than 0 and no more than": {"apply", file, "--request-timeout", "30s"},
		`the kubeconfig has no context "staging"`:                      {"apply", file, "--context", "staging"},
		"there is no format":                                           {"apply", file, "-o", "sarif2"},
	} {
		x.onus(t, 2, []string{want}, args...)
	}
}

// A node group is replaced by a call to EKS, wherever that is, and looked at before.
func TestApplyAPool(t *testing.T) {
	x := inACluster(t)
	aws := ekstest.Start(t)
	for name, value := range map[string]string{"AWS_ENDPOINT_URL_EKS": aws.URL, "AWS_ACCESS_KEY_ID": "of", "AWS_SECRET_ACCESS_KEY": "tests",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull} {
		t.Setenv(name, value)
	}
	g := &ekstest.Group{MaxUnavailable: 2, Replaced: func(string) {
		x.server.Put("nodes", "", "new", clustertest.Object{"metadata": clustertest.Object{"labels": clustertest.Object{"pool": "blue"}},
			"spec": clustertest.Object{}, "status": clustertest.Object{"conditions": []any{clustertest.Object{"type": "Ready", "status": "True"}}}})
	}}
	aws.Group("blue", g)
	with := map[string]string{nodes.Cluster: "shop", nodes.Region: "eu-central-1", nodes.Version: "1.36", nodes.Pool: "blue",
		nodes.PoolKey: "pool", nodes.Nodes: "a,b", nodes.NodeUIDs: "a,b", nodes.AtOnce: "1"}
	x.plan.Steps = []plan.Step{{ID: "replace/pool/blue", Group: "pool/blue", Wave: 1, TimeoutSeconds: 600, Attempts: 1,
		Action: plan.Action{Kind: nodes.ByEKS, With: with}, Guards: []plan.Guard{{Kind: nodes.Floor, With: map[string]string{
			nodes.Namespace: "shop", nodes.Kind: "Deployment", nodes.Name: "web", nodes.Least: "3"}}}}}
	file := x.file(t)
	x.onus(t, 2, []string{"node group blue takes 2 nodes at a time by its updateConfig, and 1 was planned",
		"hint: make it so, or make the plan anew"}, "apply", file, "--dry-run")
	g.MaxUnavailable = 1
	x.onus(t, 0, []string{"It could begin"}, "apply", file, "--dry-run")
	if n := len(aws.Updates()); n != 0 {
		t.Fatalf("a dry run began %d updates", n)
	}
	x.onus(t, 0, []string{"replace/pool/blue changed: UpdateNodegroupVersion of blue", "done: 1 node of blue in their place, and ready",
		"1 of 1 step are done, with 1 change"}, "apply", file)
	x.onus(t, 0, []string{"done."}, "apply", file)
	if u := aws.Updates(); len(u) != 1 || u[0].Force || u[0].Version != "1.36" {
		t.Errorf("updates %+v", u)
	}
	if seen := x.server.Seen(); seen.Changes["PATCH nodes"] > 0 || seen.Changes["POST pods/eviction"] > 0 {
		t.Errorf("somebody else cordoned or drained: %v", seen.Changes)
	}
}

// What waits for an approval pauses, names the command, and goes on with it.
func TestApplyApproved(t *testing.T) {
	x := inACluster(t)
	x.plan.Steps[0].Guards = []plan.Guard{{Kind: nodes.Approval, Says: "somebody approves wave-1",
		With: map[string]string{nodes.Name: "wave-1"}}}
	file := x.file(t)
	x.onus(t, 0, []string{"it would wait: somebody has to approve wave-1"}, "apply", file, "--dry-run")
	x.onus(t, 1, []string{"paused", "omebody has to approve wave-1: --resume --approve wave-1 does"}, "apply", file)
	x.onus(t, 2, []string{`--approve is "all", wants wave-1`}, "apply", file, "--resume", "--approve", "all")
	x.onus(t, 0, []string{"done."}, "apply", file, "--resume", "--approve", "wave-1")
}
