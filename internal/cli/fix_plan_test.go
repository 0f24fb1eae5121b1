package cli

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
)

// toFix is a cluster with a PDB that never allows anything, a single pod that a Service routes to, and two PDBs over the same pods.
func toFix(t *testing.T) *carriedOut {
	t.Helper()
	x := inACluster(t)
	x.server.Put("poddisruptionbudgets", "shop", "web", clustertest.Object{"spec": clustertest.Object{"minAvailable": 4,
		"selector": clustertest.Object{"matchLabels": clustertest.Object{"app": "web"}}}})
	x.server.Deployment("shop", "api", 0, "node-1")
	x.server.Put("services", "shop", "api", clustertest.Object{
		"spec": clustertest.Object{"type": "LoadBalancer", "selector": clustertest.Object{"app": "api"},
			"ports": []any{clustertest.Object{"port": 80}}}})
	delete(x.server.Objects(), "poddisruptionbudgets/shop/api")
	return x
}

func (x *carriedOut) spec(resource, name string) clustertest.Object {
	o := x.server.Get(resource, "shop", name)
	if o == nil {
		return nil
	}
	return o["spec"].(clustertest.Object)
}

// shows holds that onus plan show says some things of a plan.
func (x *carriedOut) shows(t *testing.T, file string, says ...string) {
	t.Helper()
	var out, said bytes.Buffer
	if status := Main([]string{"plan", "show", file}, strings.NewReader(""), &out, &said); status != exitHeld {
		t.Error(status, said.String())
	}
	for _, text := range says {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), text) {
			t.Errorf("does not show %q:\n%s", text, out.String())
		}
	}
}

// What onus fix prints for a cluster is made by a plan, and by nothing else: shown, carried out, told, and taken back.
func TestFixByAPlan(t *testing.T) {
	x := toFix(t)
	file := filepath.Join(x.dir, "fix.json")
	x.onus(t, 1, []string{"kubectl patch poddisruptionbudget web -n shop --type merge", "kubectl patch deployment api -n shop",
		"kubectl create -n shop -f -", "onus apply " + file,
		"restart before: 1 pod ready at any time in 5 runs", "as it is: no pod ready for ",
		"the node is not emptied in any of them: PDB web allows no eviction of pod web-1"},
		"fix", "--as", "eks-auto-mode", "--min-severity", "low", "-f", file)
	text := x.onus(t, 1, nil, "fix", "--as", "eks-auto-mode", "--min-severity", "low", "-o", "json")
	fitsItsSchema(t, schemasOf(t), "fix", []byte(text))
	if seen := x.server.Seen(); len(seen.Changes) > 0 {
		t.Fatalf("a plan changed %v", seen.Changes)
	}
	var p plan.Plan
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil || p.Validate() != nil || p.Kind != "fixes" {
		t.Fatal(err, p.Validate(), string(data))
	}
	x.shows(t, file, "~ PodDisruptionBudget shop/web spec.maxUnavailable nothing → 1 spec.minAvailable 4 → nothing",
		"~ Deployment shop/api spec.replicas 1 → 2", "+ PodDisruptionBudget shop/api", "where no other PDB is over its pods",
		"Plan: 3 changes")
	x.onus(t, 0, []string{"It could begin"}, "apply", file, "--dry-run")
	x.server.Denied = map[string]bool{"patch deployments": true, "delete poddisruptionbudgets": true}
	x.onus(t, 2, []string{"patch deployments.apps (docs/rbac-fix.yaml)",
		"delete poddisruptionbudgets.policy (docs/rbac-fix.yaml)"}, "apply", file)
	x.server.Denied = nil
	x.onus(t, 0, []string{"changed: change PodDisruptionBudget shop/web", "it allows", "done."}, "apply", file)
	web, api := x.spec("poddisruptionbudgets", "web"), x.spec("deployments", "api")
	if web["maxUnavailable"] != 1.0 || web["minAvailable"] != nil ||
		api["replicas"] != 2.0 || x.spec("poddisruptionbudgets", "api") == nil {
		t.Error(web, api, x.spec("poddisruptionbudgets", "api"))
	}
	x.onus(t, 0, []string{"done."}, "status", file)
	x.onus(t, 0, []string{"undone"}, "abort", file)
	web, api = x.spec("poddisruptionbudgets", "web"), x.spec("deployments", "api")
	if web["minAvailable"] != 4.0 || web["maxUnavailable"] != nil ||
		api["replicas"] != 1.0 || x.spec("poddisruptionbudgets", "api") != nil {
		t.Error("taken back it is", web, api, x.spec("poddisruptionbudgets", "api"))
	}
	for name, o := range x.server.Objects() {
		if marks, _ := o["metadata"].(clustertest.Object)["annotations"].(clustertest.Object); marks["onus.dev/change"] != nil {
			t.Errorf("%s is still marked: %v", name, marks)
		}
	}
}

// A plan of fixes is not begun where what it changes is another by now, and is of a live cluster alone.
func TestFixPlanIsRefused(t *testing.T) {
	x := toFix(t)
	file := filepath.Join(x.dir, "fix.json")
	x.onus(t, 1, nil, "fix", "--as", "eks-auto-mode", "--min-severity", "low", "-f", file)
	x.spec("poddisruptionbudgets", "web")["minAvailable"] = 3
	x.onus(t, 2, []string{"what the plan rests on has changed: PodDisruptionBudget shop/web: spec.minAvailable was 4 and is 3"}, "apply", file)
	x.spec("poddisruptionbudgets", "web")["minAvailable"] = 4
	x.spec("deployments", "api")["replicas"] = 3
	x.onus(t, 2, []string{"Deployment shop/api: spec.replicas was 1 and is 3"}, "apply", file)
	x.onus(t, 2, []string{"of what is changed in a live cluster alone"}, "fix", x.dir, "-f", file)
	x.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/poddisruptionbudgets/web") {
			clustertest.Fail(w, 403, "no", "", "", 0)
			return true
		}
		return false
	})
	x.onus(t, 3, []string{"reading PodDisruptionBudget shop/web as it is"}, "fix", "--as", "eks-auto-mode", "-f", file)
}
