package cli

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan"
	nodes "github.com/onus-project/onus/internal/plan/step"
)

// One command both begins a plan and goes on with it, and a plan that was begun is not begun
// again with another journal, or without one.
func TestApplyBeginsWithResume(t *testing.T) {
	x := inACluster(t)
	file := x.file(t)
	x.onus(t, 0, []string{"done."}, "apply", file, "--resume")
	x.onus(t, 0, []string{"done."}, "apply", file, "--resume")

	y := inACluster(t)
	y.plan.Facts, y.plan.Steps[1].TimeoutSeconds = nil, 1
	y.server.StopAfter = time.Hour
	file = y.file(t)
	y.onus(t, 1, []string{"paused."}, "apply", file)
	other := filepath.Join(y.dir, "other.journal")
	for range 2 {
		y.onus(t, 2, []string{"was begun elsewhere, and " + other + " knows nothing of it"}, "apply", file, "--journal", other, "--resume")
	}
	if _, err := os.Stat(other); !os.IsNotExist(err) {
		t.Error("the other journal was begun")
	}
	y.onus(t, 1, []string{"paused."}, "apply", file, "--resume")
}

// Who waited for the lease while another process went on with the plan, by the same journal, does not take it
// for one that was begun elsewhere.
func TestBegunHere(t *testing.T) {
	x := inACluster(t)
	file := x.file(t)
	c := &carried{}
	if err := c.read(file); err != nil {
		t.Fatal(err)
	}
	s := &session{}
	if err := begunHere(t.Context(), s, c, 0); err != nil {
		t.Error(err)
	}
	if err := begunHere(t.Context(), s, c, 2); err == nil { // there is no journal
		t.Error("it was begun elsewhere")
	}
	j, err := journal.Open(t.Context(), c.journal, c.head(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Hold(t.Context(), 2, "p1/another", time.Now()); err != nil {
		t.Fatal(err)
	}
	for number, here := range map[int64]bool{0: true, 2: true, 3: false} {
		c.held = nil
		if err := begunHere(t.Context(), s, c, number); (err == nil) != here {
			t.Errorf("%d: %v", number, err)
		}
	}
}

// What a plan of drains leaves cordoned is what was asked for, and abort takes it back.
func TestAbortOfDrains(t *testing.T) {
	x := inACluster(t)
	x.plan.Steps = x.plan.Steps[:2]
	file := x.file(t)
	x.onus(t, 0, []string{"done."}, "apply", file)
	x.onus(t, 0, []string{"done.", "node-0"}, "status", file)
	x.onus(t, 0, []string{"aborted."}, "abort", file)
	if seen := x.server.Seen(); len(seen.Cordoned) > 0 {
		t.Error(seen.Cordoned)
	}
	x.onus(t, 0, []string{"aborted."}, "abort", file)
	y := inACluster(t)
	file = y.file(t)
	y.onus(t, 0, []string{"done."}, "apply", file)
	y.onus(t, 0, []string{"done."}, "abort", file)
	y.onus(t, 0, []string{"done."}, "status", file)
}

// A journal alone does not tell a process that waits from one that is gone: status says so, and that
// --context tells which. It does not say it where the journal is young, or says why it is paused.
func TestStatusByTheJournalAlone(t *testing.T) {
	for name, of := range map[string]struct {
		ago         time.Duration
		paused      string
		status      int
		says, never string
	}{
		"waits or is gone": {time.Hour, "", 1,
			"interrupted. The process that carried it out is gone, or waits: --context tells which.", ": running."},
		"is at it":       {0, "", 0, ": running.", "--context tells"},
		"is paused":      {time.Hour, "step drain/node-0: no", 1, "paused. Step drain/node-0: no.", "--context tells"},
		"was paused now": {0, "step drain/node-0: no", 1, "paused. Step drain/node-0: no.", ": running."},
	} {
		x := inACluster(t)
		file := x.file(t)
		hash, err := x.plan.Hash()
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-of.ago)
		j, err := journal.Open(t.Context(), file+".journal", journal.Head{Hash: hash, ID: x.plan.ID, Format: x.plan.Schema}, at)
		if err != nil {
			t.Fatal(err)
		}
		all := []journal.Entry{{Kind: journal.Note, Target: "plan", At: at},
			{Step: "cordon/node-0", Attempt: 1, Kind: journal.Begin, At: at}}
		if of.paused != "" {
			all = append(all, journal.Entry{Kind: journal.Pause, Detail: of.paused, At: at})
		}
		if err := j.Hold(t.Context(), 1, "p1/somebody", at); err != nil {
			t.Fatal(err)
		}
		for i := range all {
			if err := j.Append(t.Context(), &all[i]); err != nil {
				t.Fatal(err)
			}
		}
		j.Close()
		var out, said bytes.Buffer
		status := Main([]string{"status", file}, strings.NewReader(""), &out, &said)
		text := strings.Join(strings.Fields(out.String()+said.String()), " ")
		if status != of.status || !strings.Contains(text, of.says) || strings.Contains(text, of.never) {
			t.Errorf("%s: exit status %d\n%s", name, status, text)
		}
	}
}

// windowAt is a window of an hour that opens then.
func windowAt(at time.Time) plan.Guard {
	return plan.Guard{Kind: nodes.Window, Says: "the window is open",
		With: map[string]string{nodes.At: at.Format("15:04"), nodes.Length: "1h"}}
}

// A dry run says of a plan that was begun, of a lease that somebody holds and of a right that is
// missing that it could not begin, and of a window that is closed that it would wait.
func TestDryRunSays(t *testing.T) {
	x := inACluster(t)
	file := x.file(t)
	x.server.Denied = map[string]bool{"create pods/eviction": true, "delete machines": true, "delete nodeclaims": true}
	x.onus(t, 2, []string{
		"in prod onus may not evict pods (create pods/eviction), nor delete nodeclaims.karpenter.sh hint: docs/rbac-apply.yaml has"},
		"apply", file, "--dry-run")
	x.server.Denied = nil
	x.server.Put("leases", "kube-system", "onus-apply", clustertest.Object{"spec": clustertest.Object{"holderIdentity": "p9/somebody",
		"leaseDurationSeconds": 30, "renewTime": time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")}})
	x.onus(t, 3, []string{"another process carries out a plan in this cluster: p9/somebody"}, "apply", file, "--dry-run")
	x.server.Put("leases", "kube-system", "onus-apply", clustertest.Object{"spec": clustertest.Object{}})
	soon := time.Now().UTC().Add(2 * time.Hour)
	guarded := inACluster(t)
	guarded.plan.Steps[0].Guards = append(guarded.plan.Steps[0].Guards, windowAt(soon))
	guarded.onus(t, 0, []string{"it would wait: the window opens at"}, "apply", guarded.file(t), "--dry-run")
	x.onus(t, 0, []string{"It could begin: nothing that it rests on has changed."}, "apply", file, "--dry-run")
	x.onus(t, 0, []string{"done."}, "apply", file)
	x.onus(t, 0, []string{"done."}, "apply", file, "--dry-run")

	y := inACluster(t)
	y.plan.Facts, y.plan.Steps[1].TimeoutSeconds = nil, 1
	y.server.StopAfter = time.Hour
	file = y.file(t)
	y.onus(t, 1, []string{"paused."}, "apply", file)
	y.onus(t, 2, []string{"was begun before"}, "apply", file, "--dry-run")
	y.onus(t, 0, []string{"aborted."}, "abort", file)
	y.onus(t, 2, []string{"was aborted"}, "apply", file, "--dry-run")
}

// Rights that are missing are named all at once before anything is changed, also by who goes on with a plan. One that is lost meanwhile
// pauses it. Where the server does not say what somebody may do, that is said, and it is found out.
func TestApplyAsksItsRights(t *testing.T) {
	x := inACluster(t)
	file := x.file(t)
	x.server.Denied = map[string]bool{"create pods/eviction": true, "delete nodeclaims": true, "update leases": true}
	x.onus(t, 2, []string{"in prod onus may not update leases.coordination.k8s.io onus-apply in kube-system, nor evict pods " +
		"(create pods/eviction), nor delete nodeclaims.karpenter.sh"}, "apply", file)
	if seen := x.server.Seen(); len(seen.Changes) > 0 {
		t.Error(seen.Changes)
	}
	if _, err := os.Stat(file + ".journal"); !os.IsNotExist(err) {
		t.Error("a journal is begun")
	}
	x.server.Denied = nil
	lost := true
	x.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/eviction") && lost:
			clustertest.Fail(w, 403, `User "u" cannot create resource "pods/eviction"`, "", "", 0)
		case strings.HasSuffix(r.URL.Path, "/selfsubjectaccessreviews") && !lost:
			clustertest.Fail(w, 403, "no", "", "", 0)
		default:
			return false
		}
		return true
	})
	x.onus(t, 1, []string{"paused", `cannot create resource "pods/eviction"; docs/rbac-apply.yaml has what it takes`, "apply " + file},
		"apply", file)
	x.server.Denied = map[string]bool{"create pods/eviction": true}
	x.onus(t, 2, []string{"onus may not evict pods (create pods/eviction)"}, "apply", file, "--resume")
	lost = false
	x.onus(t, 0, []string{"warning: the API server does not tell who asks what they may do", "done."}, "apply", file, "--resume")
	x.onus(t, 0, []string{"done."}, "apply", file)
}

// A node of which nobody knows whether a command ran on it is left as it is by abort, which says
// so, and taken back by a second one.
func TestAbortLeavesWhatIsUnknown(t *testing.T) {
	x := inACluster(t)
	x.plan.Facts = nil
	with := x.plan.Steps[2].Action.With
	with[nodes.Command] = "sleep 30"
	x.plan.Steps[2].Action.Kind = nodes.ByCommand
	x.plan.Steps[2].TimeoutSeconds = 1
	x.plan.Steps = x.plan.Steps[:3]
	file := x.file(t)
	x.onus(t, 1, []string{"sleep runs", "paused."}, "apply", file)
	x.onus(t, 1, []string{"aborted.", "node-0, by plan p1"}, "abort", file)
	if seen := x.server.Seen(); len(seen.Cordoned) != 1 {
		t.Error(seen.Cordoned)
	}
	x.onus(t, 0, []string{"aborted."}, "abort", file)
	if seen := x.server.Seen(); len(seen.Cordoned) > 0 {
		t.Error(seen.Cordoned)
	}
}
