package eks

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eks"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/eks/ekstest"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

type fakeClock struct{ now time.Time }

func (c *fakeClock) Now() time.Time                           { return c.now }
func (c *fakeClock) Sleep(_ context.Context, d time.Duration) { c.now = c.now.Add(d) }

type held struct{}

func (held) Hold(context.Context) error { return nil }

type death struct{}

// bench is a node group, a plan to replace its nodes, and what carries that out, one process after
// the other.
type bench struct {
	*ekstest.Server
	group  *ekstest.Group
	plan   *plan.Plan
	clock  *fakeClock
	file   string
	nodes  []corev1.Node
	said   []string
	points int
	dieAt  int
}

func node(uid string, ready corev1.ConditionStatus) corev1.Node {
	return corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "node-" + uid, UID: types.UID(uid)},
		Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: ready}}}}
}

func newBench(t *testing.T) *bench {
	b := &bench{Server: ekstest.Start(t), clock: &fakeClock{time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)},
		file: filepath.Join(t.TempDir(), "journal"), nodes: []corev1.Node{node("a", "True"), node("b", "True")}}
	b.group = &ekstest.Group{MaxUnavailable: 1, Polls: 3, Replaced: func(string) {
		b.nodes = []corev1.Node{node("c", "True"), node("d", "True")}
	}}
	b.Group("blue", b.group)
	b.plan = &plan.Plan{Schema: plan.Schema, ID: "p1", Kind: "nodes", Steps: []plan.Step{{ID: "replace/pool/blue", Group: "pool/blue", Wave: 1,
		TimeoutSeconds: 7200, Attempts: 1, Action: plan.Action{Kind: step.ByEKS, With: map[string]string{step.Cluster: "shop",
			step.Region: "eu-central-1", step.Version: "1.36", step.Pool: "blue", step.PoolKey: "eks.amazonaws.com/nodegroup",
			step.Nodes: "node-a,node-b", step.NodeUIDs: "a,b", step.AtOnce: "1"}}}}}
	return b
}

func (b *bench) api(context.Context, string) (*sdk.Client, error) {
	return sdk.New(sdk.Options{BaseEndpoint: &b.URL, Region: "eu-central-1", Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "of", SecretAccessKey: "tests"}, nil
		})}), nil
}

func (b *bench) runner() Nodegroup {
	return Nodegroup{API: b.api, Nodes: func(_ context.Context, label, pool string) ([]corev1.Node, error) {
		if label != "eks.amazonaws.com/nodegroup" || pool != "blue" {
			return nil, errors.New("other nodes are asked for")
		}
		return b.nodes, nil
	}}
}

// run is a process that carries the plan out, until it ends or dies.
func (b *bench) run(t *testing.T, resume bool) (status apply.Status, died bool) {
	t.Helper()
	ctx := t.Context()
	j, err := journal.Open(ctx, b.file, journal.Head{Hash: "h", ID: "p1", Format: plan.Schema}, b.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Hold(ctx, int64(b.points)+1, "me", b.clock.Now()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(death); !is {
				panic(r)
			}
			died = true
		}
	}()
	e, err := apply.New(apply.Settings{Plan: b.plan, Journal: j, Runners: map[string]apply.Runner{step.ByEKS: b.runner()},
		Guards: map[string]apply.Guard{}, Lease: held{}, Clock: b.clock, OnStuck: apply.PauseOnStuck,
		Crash: func(string) {
			if b.points++; b.points == b.dieAt {
				panic(death{})
			}
		},
		Events: func(e apply.Event) { b.said = append(b.said, e.Says) }}, int64(b.points)+1)
	if err != nil {
		t.Fatal(err)
	}
	status, err = e.Run(ctx, resume)
	if err != nil {
		b.said = append(b.said, err.Error())
	}
	return status, false
}

// once holds that one update was begun, and that it was not forced.
func (b *bench) once(t *testing.T, name string) {
	t.Helper()
	if u := b.Updates(); len(u) != 1 || u[0].Version != "1.36" || u[0].Force || u[0].Token == "" {
		t.Errorf("%s: updates %+v", name, u)
	}
}

// One update is begun wherever the process dies, and whichever answer is lost, and followed to its end.
func TestReplaces(t *testing.T) {
	for at := 0; at < 40; at++ {
		b := newBench(t)
		b.dieAt = at
		status, died := b.run(t, false)
		if at > 0 && !died {
			if at < 8 {
				t.Errorf("there are only %d points", at)
			}
			break
		}
		if died {
			status, _ = b.run(t, true)
		}
		if status != apply.Finished {
			t.Fatal(at, status, b.said)
		}
		b.once(t, "it dies")
	}
}

// What is wrong with an answer is not taken for the end, and nothing is done twice.
func TestSpoiltAnswers(t *testing.T) {
	lost := func(w http.ResponseWriter, r *http.Request, answer http.HandlerFunc) {
		answer(httptest.NewRecorder(), r) // it is done, and nobody hears of it
		panic(http.ErrAbortHandler)
	}
	cut := func(http.ResponseWriter, *http.Request, http.HandlerFunc) { panic(http.ErrAbortHandler) }
	throttled := func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		ekstest.Fail(w, http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded")
	}
	broken := func(w http.ResponseWriter, _ *http.Request, _ http.HandlerFunc) {
		ekstest.Fail(w, http.StatusInternalServerError, "ServerException", "try again")
	}
	for name, spoil := range map[string]func(http.ResponseWriter, *http.Request, http.HandlerFunc){
		"lost": lost, "cut": cut, "throttled": throttled, "broken": broken} {
		for nth := 1; nth <= 6; nth++ {
			b := newBench(t)
			seen := 0
			b.Spoil = func(w http.ResponseWriter, r *http.Request, answer http.HandlerFunc) bool {
				if seen++; seen != nth {
					return false
				}
				spoil(w, r, answer)
				return true
			}
			if status, _ := b.run(t, false); status != apply.Finished {
				t.Errorf("%s %d: %s %q", name, nth, status, b.said)
			}
			b.once(t, name)
		}
	}
}

// What is not as it was planned, or does not succeed, pauses the plan and says why.
func TestDoesNotReplace(t *testing.T) {
	for name, x := range map[string]struct {
		change func(b *bench)
		want   string
		begun  int
	}{
		"more at a time": {func(b *bench) { b.group.MaxUnavailable = 2 }, "takes 2 nodes at a time by its updateConfig, and 1 was planned", 0},
		"a share":        {func(b *bench) { b.group.MaxUnavailable, b.group.MaxUnavailablePercentage = 0, 100 }, "takes 2 nodes at a time", 0},
		"strategy":       {func(b *bench) { b.group.Strategy = "MINIMAL" }, "has the update strategy MINIMAL, and DEFAULT was planned", 0},
		"deleting":       {func(b *bench) { b.group.Status = "DELETING" }, "node group blue is deleting", 0},
		"another update": {func(b *bench) { b.group.Status = "UPDATING" }, "another update of node group blue is underway", 0},
		"a PDB":          {func(b *bench) { b.group.Fails = "PodEvictionFailure" }, "PodEvictionFailure: Reached max retries", 1},
		"no newer image": {func(b *bench) { b.group.Replaced = nil }, "node-a, node-b are still there: is there no newer image?", 1},
		"not ready": {func(b *bench) {
			b.group.Replaced = func(string) { b.nodes = []corev1.Node{node("c", "False")} }
		}, "node-c is not ready", 1},
		"no node":       {func(b *bench) { b.group.Replaced = func(string) { b.nodes = nil } }, "no node of blue is there yet", 1},
		"no such group": {func(b *bench) { b.plan.Steps[0].Action.With[step.Pool] = "red" }, "No node group found for name: red", 0},
		"no rights": {func(b *bench) {
			b.Spoil = func(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) bool {
				if r.Method == http.MethodPost {
					ekstest.Fail(w, http.StatusForbidden, "AccessDeniedException", "not authorized to perform: eks:UpdateNodegroupVersion")
				}
				return r.Method == http.MethodPost
			}
		}, "not authorized to perform", 0},
		"a version too new": {func(b *bench) {
			b.Spoil = func(w http.ResponseWriter, r *http.Request, _ http.HandlerFunc) bool {
				if r.Method == http.MethodPost {
					ekstest.Fail(w, http.StatusBadRequest, "InvalidParameterException", "version 1.36 is newer than the cluster's")
				}
				return r.Method == http.MethodPost
			}
		}, "newer than the cluster's", 0},
	} {
		b := newBench(t)
		x.change(b)
		status, _ := b.run(t, false)
		if said := strings.Join(b.said, "\n"); status != apply.Paused || !strings.Contains(said, x.want) {
			t.Errorf("%s: %s %q", name, status, said)
		}
		if n := len(b.Updates()); n != x.begun {
			t.Errorf("%s: %d updates were begun", name, n)
		}
	}
}

// After a failure was mended another update is begun; one that is still underway, or has succeeded
// meanwhile, is followed instead.
func TestGoesOn(t *testing.T) {
	b := newBench(t)
	b.group.Fails = "PodEvictionFailure"
	if status, _ := b.run(t, false); status != apply.Paused {
		t.Fatal(status, b.said)
	}
	b.group.Fails = ""
	if status, _ := b.run(t, true); status != apply.Finished || len(b.Updates()) != 2 {
		t.Error(status, b.said, b.Updates())
	}
	if u := b.Updates(); u[0].Token == u[1].Token {
		t.Error("the second update has the token of the first")
	}
	b = newBench(t)
	b.group.Polls, b.plan.Steps[0].TimeoutSeconds = 20, 60
	if status, _ := b.run(t, false); status != apply.Paused {
		t.Fatal(status, b.said)
	}
	b.group.Polls = 0
	if status, _ := b.run(t, true); status != apply.Finished {
		t.Error(status, b.said)
	}
	b.once(t, "it took too long")
}

// What cannot be carried out is told before anything is done.
func TestChecksItsFields(t *testing.T) {
	for _, field := range []string{step.Cluster, step.Region, step.Version, step.Pool, step.PoolKey, step.NodeUIDs, step.AtOnce} {
		b := newBench(t)
		a := &b.plan.Steps[0].Action
		if err := b.runner().Check(a); err != nil {
			t.Fatal(err)
		}
		delete(a.With, field)
		if err := b.runner().Check(a); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("without %s: %v", field, err)
		}
	}
}
