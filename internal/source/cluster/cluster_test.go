package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/source/cluster/clustertest"
)

// run is a recorded run's cluster, as kubectl wrote it down.
func run(t testing.TB, name string) []byte {
	t.Helper()
	return clustertest.Files(t, filepath.Join("../../../testdata/runs", name, "estate.json"))[0]
}

// many is a List of so many nodes with so many pods each.
func many(nodes, pods int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","namespace":"default","uid":"rs"},` +
		`"spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},` +
		`"spec":{"containers":[{"name":"a"}]}}}}`)
	for n := range nodes {
		fmt.Fprintf(&b, ",\n"+nodeJSON, n, n)
		for p := range pods {
			fmt.Fprintf(&b, ",\n"+podJSON, n, p, n, p, n)
		}
	}
	b.WriteString("]}")
	return b.Bytes()
}

const (
	nodeJSON = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-%d","uid":"n%d","creationTimestamp":"2026-11-22T06:00:00Z",` +
		`"labels":{"kubernetes.io/arch":"amd64","node.kubernetes.io/instance-type":"m5.large","topology.kubernetes.io/zone":"a",` +
		`"karpenter.sh/nodepool":"default"},"managedFields":[{"manager":"kubelet","operation":"Update","apiVersion":"v1",` +
		`"fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:annotations":{".":{},` +
		`"f:volumes.kubernetes.io/controller-managed-attach-detach":{}}}}}]},"spec":{"providerID":"aws:///a/i-1"},` +
		`"status":{"allocatable":{"cpu":"8","memory":"32Gi","pods":"110"},"capacity":{"cpu":"8","memory":"32Gi","pods":"110"},` +
		`"conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2026-11-22T06:01:00Z","lastTransitionTime":"2026-11-22T06:01:00Z",` +
		`"message":"kubelet is posting ready status","reason":"KubeletReady"}],` +
		`"images":[{"names":["registry.example/web@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"],"sizeBytes":1}],` +
		`"nodeInfo":{"kubeletVersion":"v1.36.3","osImage":"Bottlerocket"}}}`
	podJSON = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-%d-%d","namespace":"default","uid":"p%d-%d",` +
		`"creationTimestamp":"2026-11-22T06:02:00Z","labels":{"app":"web","pod-template-hash":"6d4cf56db6"},` +
		`"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"rs","controller":true,"blockOwnerDeletion":true}],` +
		`"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1",` +
		`"fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{},` +
		`"k:{\"uid\":\"rs\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:env":{".":{},"k:{\"name\":\"A\"}":{".":{},` +
		`"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:readinessProbe":{},"f:resources":{}}}}}}]},` +
		`"spec":{"nodeName":"node-%d","containers":[{"name":"web","image":"registry.example/web:1.2.3","env":[{"name":"A","value":"hunter2"}],` +
		`"ports":[{"containerPort":8080,"protocol":"TCP"}],"readinessProbe":{"httpGet":{"path":"/ready","port":8080}},` +
		`"resources":{"requests":{"cpu":"250m","memory":"512Mi"},"limits":{"memory":"512Mi"}},"volumeMounts":[{"name":"kube-api-access",` +
		`"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]}],"volumes":[{"name":"kube-api-access",` +
		`"projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}}],"tolerations":[{"key":"node.kubernetes.io/not-ready",` +
		`"operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists",` +
		`"effect":"NoExecute","tolerationSeconds":300}],"serviceAccountName":"default","terminationGracePeriodSeconds":30},` +
		`"status":{"phase":"Running","startTime":"2026-11-22T06:02:01Z","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True",` +
		`"lastTransitionTime":"2026-11-22T06:02:20Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-22T06:02:00Z"}],` +
		`"containerStatuses":[{"name":"web","ready":true,"restartCount":0,"image":"registry.example/web:1.2.3",` +
		`"imageID":"registry.example/web@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",` +
		`"containerID":"containerd://2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",` +
		`"state":{"running":{"startedAt":"2026-11-22T06:02:10Z"}}}]}}`
)

func openServer(t testing.TB, s *clustertest.Server) *Cluster {
	t.Helper()
	c, err := Open(Access{Kubeconfig: s.Kubeconfig(t, "prod"), Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	c.retry = time.Millisecond
	return c
}

var taken = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)

func silent(string, int) {}

// save is a snapshot of a server, which has to be made.
func save(t testing.TB, s *clustertest.Server) (string, []origin.Unread) {
	t.Helper()
	var b bytes.Buffer
	unread, err := openServer(t, s).Save(t.Context(), &b, taken, silent)
	if err != nil {
		t.Fatal(err)
	}
	return b.String(), unread
}

func read(t testing.TB, text string) *kubernetes.Estate {
	t.Helper()
	e, err := source.Kubernetes(t.Context(), source.Input{Live: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// refused are the resources that were not read.
func refused(unread []origin.Unread) []string {
	var all []string
	for _, u := range unread {
		all = append(all, u.Resource)
	}
	return all
}

func TestSave(t *testing.T) {
	s := clustertest.Start(t, run(t, "expiry-storm"))
	text, unread := save(t, s)
	if len(unread) > 0 {
		t.Errorf("unread: %v", unread)
	}
	if !json.Valid([]byte(text)) {
		t.Errorf("is not JSON:\n%s", text)
	}
	const head = `{"schema":"onus.snapshot/v1","apiVersion":"v1","kind":"List","taken":"2026-11-22T06:30:00Z","context":"prod","asks":true,` +
		`"server":{"version":"v1.36.3"},"items":[` + "\n"
	if !strings.HasPrefix(text, head) || !strings.HasSuffix(text, "\n],\n\"unread\":[]}\n") {
		t.Errorf("starts %.200s\nends %s", text, text[len(text)-100:])
	}
	for _, r := range s.Asked() {
		if r.Method != http.MethodGet || strings.Contains(r.Path, "secrets") || strings.Contains(r.Path, "configmaps") {
			t.Errorf("asked %+v", r)
		}
		if r.Path == "/api/v1/pods" && r.Answered != "application/vnd.kubernetes.protobuf" {
			t.Errorf("pods came as %s", r.Answered)
		}
	}
	again, _ := save(t, s)
	if again != text {
		t.Error("a second snapshot of the same cluster is another")
	}
	// One that speaks no protobuf gives the same.
	s.Proto = false
	if plain, _ := save(t, s); plain != text {
		t.Error("as JSON it is another")
	}
}

func TestSaveNothingThere(t *testing.T) {
	text, unread := save(t, clustertest.Start(t))
	if e := read(t, text); e.Seen.Objects > 0 || len(unread) > 0 || !slices.Equal(e.Contexts, []string{"prod"}) ||
		!e.Newest.Equal(taken) || !e.Live {
		t.Errorf("%+v", e)
	}
}

// What does not fit a page is read to the end.
func TestSavePages(t *testing.T) {
	s := clustertest.Start(t, many(700, 3))
	text, _ := save(t, s)
	if e := read(t, text); len(e.Nodes) != 700 || len(e.Pods) != 2100 || e.Seen.Replaced > 0 {
		t.Errorf("%d nodes, %d pods, %d more than once", len(e.Nodes), len(e.Pods), e.Seen.Replaced)
	}
	pages := 0
	for _, r := range s.Asked() {
		if r.Path == "/api/v1/pods" {
			pages++
		}
	}
	if pages != 5 {
		t.Errorf("pods in %d pages", pages)
	}
}

// A list that grew too old starts over in pages of four times as many.
func TestSaveInLargerPages(t *testing.T) {
	s := clustertest.Start(t, many(10, 60))
	var asked []string
	s.Intercept(pods(func(n int64, w http.ResponseWriter, r *http.Request) bool {
		asked = append(asked, r.URL.Query().Get("limit"))
		if n == 2 {
			clustertest.Expire(w)
		}
		return n == 2
	}))
	save(t, s)
	if got := strings.Join(asked, " "); got != "500 500 2000" {
		t.Errorf("pages of %s", got)
	}
}

// pages counts the requests for pods, and answers some of them.
func pods(answer func(n int64, w http.ResponseWriter, r *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) bool {
		return r.URL.Path == "/api/v1/pods" && answer(n.Add(1), w, r)
	}
}

// What passes is survived, and the snapshot is the same as without.
func TestSavePersists(t *testing.T) {
	s := clustertest.Start(t, many(10, 160))
	want, _ := save(t, s)
	for _, c := range []struct {
		name   string
		answer func(n int64, w http.ResponseWriter, r *http.Request) bool
	}{
		{"410 in the middle", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n == 3 {
				clustertest.Expire(w)
			}
			return n == 3
		}},
		{"410 as long as there is a next page", func(_ int64, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("continue") == "" {
				return false
			}
			clustertest.Expire(w)
			return true
		}},
		{"the connection closes in the middle of a page", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n == 2 || n == 3 {
				clustertest.Break(w)
			}
			return false
		}},
		{"the server is overloaded", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if n == 1 {
				clustertest.Refuse(w, http.StatusServiceUnavailable, "ServiceUnavailable", "try again")
			}
			return n == 1
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Intercept(pods(c.answer))
			got, unread := save(t, s)
			if len(unread) > 0 {
				t.Errorf("unread: %v", unread)
			}
			if got != want {
				t.Errorf("another snapshot, of %d bytes and not %d", len(got), len(want))
			}
		})
	}
}

// What cannot be read is named with the reason, and all of the rest is there.
func TestSaveInPart(t *testing.T) {
	s := clustertest.Start(t, many(10, 160))
	for _, c := range []struct {
		name, reason string
		answer       func(n int64, w http.ResponseWriter, r *http.Request) bool
	}{
		{"may not", `forbidden: User "me" cannot list it`, func(_ int64, w http.ResponseWriter, r *http.Request) bool {
			clustertest.Forbid(w, r)
			return true
		}},
		{"expires again and again", "expired: the list grew too old while it was read",
			func(n int64, w http.ResponseWriter, r *http.Request) bool {
				if n > 1 {
					clustertest.Expire(w)
				}
				return n > 1
			}},
		{"every second page breaks off", "connection lost: ", func(n int64, w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Query().Get("continue") != "" {
				clustertest.Break(w)
			}
			return false
		}},
		{"breaks down", "failed: etcd is gone", func(_ int64, w http.ResponseWriter, r *http.Request) bool {
			clustertest.Refuse(w, http.StatusInternalServerError, "InternalError", "etcd is gone")
			return true
		}},
		{"not there", "not served: ", func(_ int64, w http.ResponseWriter, r *http.Request) bool {
			clustertest.Refuse(w, http.StatusNotFound, "NotFound", "the server could not find the requested resource")
			return true
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Intercept(pods(c.answer))
			text, unread := save(t, s)
			if len(unread) != 1 || unread[0].Resource != "pods" || unread[0].Kind != "Pod" || !strings.HasPrefix(unread[0].Reason, c.reason) {
				t.Errorf("unread: %v", unread)
			}
			e := read(t, text)
			if len(e.Nodes) != 10 || len(e.Pods) > 0 || len(e.Workloads) != 1 {
				t.Errorf("%d nodes, %d pods, %d workloads", len(e.Nodes), len(e.Pods), len(e.Workloads))
			}
			if !slices.Equal(e.Unread, unread) {
				t.Errorf("the snapshot says %v", e.Unread)
			}
		})
	}
}

// A page that never comes takes the time of one request, and no other kind with it.
func TestSaveHanging(t *testing.T) {
	s := clustertest.Start(t, many(3, 3))
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/api/v1/pods" {
			<-r.Context().Done()
		}
		return false
	})
	c, err := Open(Access{Kubeconfig: s.Kubeconfig(t, "prod"), Timeout: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	start := time.Now()
	unread, err := c.Save(t.Context(), &b, taken, silent)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if len(unread) != 1 || unread[0].Reason != "timed out: no answer in time" {
		t.Errorf("%v", unread)
	}
}

// Kinds that are refused at the start, however many, hide nothing of those that
// come after them.
func TestSaveFirstKindsForbidden(t *testing.T) {
	s := clustertest.Start(t, many(3, 3))
	for refusedFirst := 1; refusedFirst <= atATime+1; refusedFirst++ {
		s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
			i := slices.IndexFunc(kinds(), func(k kind) bool { return k.Builtin() && strings.HasSuffix(r.URL.Path, "/"+k.Resource) })
			builtin := 0
			for _, k := range kinds()[:max(i, 0)] {
				if k.Builtin() {
					builtin++
				}
			}
			if i < 0 || builtin >= refusedFirst {
				return false
			}
			clustertest.Forbid(w, r)
			return true
		})
		text, unread := save(t, s)
		if e := read(t, text); len(unread) != refusedFirst || len(e.Pods) != 9 {
			t.Errorf("%d kinds refused: unread %v, %d pods", refusedFirst, refused(unread), len(e.Pods))
		}
	}
}

// A server that breaks off whatever it is asked is given up soon.
func TestSaveOfServerThatBreaksOff(t *testing.T) {
	s := clustertest.Start(t, many(1, 1))
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/version" && r.URL.Path != "/apis" {
			clustertest.Break(w)
		}
		return false
	})
	var b bytes.Buffer
	_, err := openServer(t, s).Save(t.Context(), &b, taken, silent)
	var unusable *Unusable
	if !errors.As(err, &unusable) || !strings.HasPrefix(err.Error(), "connection lost: ") || b.Len() > 0 {
		t.Errorf("%v, wrote %q", err, b.String())
	}
	asked := map[string]bool{}
	for _, r := range s.Asked() {
		asked[r.Path] = true
	}
	if len(asked) > 2+2*atATime {
		t.Errorf("asked for %d things", len(asked))
	}
}

// A server's log tells who asked: onus, as its user named it, and not a library.
func TestSaveNamesTheAgent(t *testing.T) {
	s := clustertest.Start(t, many(1, 1),
		[]byte(`{"items":[{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"n",`+
			`"annotations":{"a":"<b> & c"}},"spec":{}}]}`))
	var other atomic.Value
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.UserAgent() != "onus/1.2" {
			other.Store(r.UserAgent())
		}
		return false
	})
	c, err := Open(Access{Kubeconfig: s.Kubeconfig(t, "prod"), Agent: "onus/1.2"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := c.Save(t.Context(), &b, taken, silent); err != nil {
		t.Fatal(err)
	}
	if got := other.Load(); got != nil {
		t.Errorf("asked by %v", got)
	}
	if !strings.Contains(b.String(), `"a":"<b> & c"`) {
		t.Error("annotations are not as people wrote them")
	}
}

// Who interrupts before anything was listed is told so, and not that the
// cluster is broken.
func TestSaveInterruptedAtOnce(t *testing.T) {
	s := clustertest.Start(t, many(1, 1))
	for _, path := range []string{"/version", "/apis"} {
		ctx, cancel := context.WithCancel(t.Context())
		s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == path {
				cancel()
				<-r.Context().Done()
			}
			return false
		})
		var b bytes.Buffer
		_, err := openServer(t, s).Save(ctx, &b, taken, silent)
		var unusable *Unusable
		if !errors.Is(err, context.Canceled) || errors.As(err, &unusable) || b.Len() > 0 {
			t.Errorf("at %s: %v, wrote %q", path, err, b.String())
		}
		cancel()
	}
}

// Half of the kinds forbidden: the others are there, custom ones too.
func TestSaveHalfForbidden(t *testing.T) {
	s := clustertest.Start(t, run(t, "expiry-storm"))
	shut := []string{"poddisruptionbudgets", "nodepools", "replicasets", "services"}
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if slices.Contains(shut, r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]) {
			clustertest.Forbid(w, r)
			return true
		}
		return false
	})
	text, unread := save(t, s)
	if got := refused(unread); !slices.Equal(got, []string{"nodepools.karpenter.sh", "poddisruptionbudgets.policy", "services",
		"replicasets.apps"}) {
		t.Errorf("unread: %v", got)
	}
	e := read(t, text)
	if len(e.Pools) > 0 || len(e.Budgets) > 0 || len(e.NodeClaims) == 0 || len(e.Pods) == 0 {
		t.Errorf("%d pools, %d budgets, %d claims, %d pods", len(e.Pools), len(e.Budgets), len(e.NodeClaims), len(e.Pods))
	}
}

// A kind that the cluster does not serve is not unread: there is none of it.
// One of which that cannot be found out is.
func TestSaveServed(t *testing.T) {
	s := clustertest.Start(t, many(1, 1))
	s.Serve("karpenter.sh", "v1", "NodePool")
	s.Serve("argoproj.io", "v1alpha1", "Workflow")
	s.Serve("argoproj.io", "v1alpha1", "Rollout")
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/apis/argoproj.io/v1alpha1" {
			clustertest.Refuse(w, http.StatusForbidden, "Forbidden", "may not")
			return true
		}
		return false
	})
	_, unread := save(t, s)
	if got := refused(unread); !slices.Equal(got, []string{"rollouts.argoproj.io"}) {
		t.Errorf("unread: %v", got)
	}
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/apis" {
			clustertest.Refuse(w, http.StatusForbidden, "Forbidden", "may not")
			return true
		}
		return false
	})
	custom := 0
	for _, k := range kinds() {
		if !k.Builtin() {
			custom++
		}
	}
	if _, unread = save(t, s); len(unread) != custom {
		t.Errorf("unread: %v", refused(unread))
	}
}

// A kind that a cluster serves in two versions is read in the one that it likes
// best, and one that it cannot list is not there.
func TestSavePreferredVersions(t *testing.T) {
	s := clustertest.Start(t, many(1, 1))
	answers := map[string]string{
		"/apis": `{"groups":[{"name":"keda.sh","versions":[{"groupVersion":"keda.sh/v1","version":"v1"},` +
			`{"groupVersion":"keda.sh/v2","version":"v2"}],"preferredVersion":{"groupVersion":"keda.sh/v2","version":"v2"}},` +
			`{"name":"karpenter.sh","versions":[{"groupVersion":"karpenter.sh/v1","version":"v1"}]}]}`,
		"/apis/keda.sh/v1": `{"resources":[{"name":"scaledobjects","kind":"ScaledObject","verbs":["list"]}]}`,
		"/apis/keda.sh/v2": `{"resources":[{"name":"scaledobjects","kind":"ScaledObject","verbs":["get","list"]},` +
			`{"name":"scaledobjects/status","kind":"ScaledObject","verbs":["get"]}]}`,
		"/apis/karpenter.sh/v1":          `{"resources":[{"name":"nodepools","kind":"NodePool","verbs":["get"]}]}`,
		"/apis/keda.sh/v1/scaledobjects": `{"items":[]}`,
		"/apis/keda.sh/v2/scaledobjects": `{"apiVersion":"keda.sh/v2","kind":"ScaledObjectList","items":[{"apiVersion":"keda.sh/v2",` +
			`"kind":"ScaledObject","metadata":{"name":"of-v2","namespace":"n"},"spec":{"scaleTargetRef":{"name":"a"}}}]}`,
	}
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		text, ok := answers[r.URL.Path]
		if ok {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, text)
		}
		return ok
	})
	text, unread := save(t, s)
	if len(unread) > 0 || !strings.Contains(text, `"of-v2"`) {
		t.Errorf("unread %v:\n%s", unread, text)
	}
	for _, r := range s.Asked() {
		if strings.HasPrefix(r.Path, "/apis/keda.sh/v1/") || strings.HasPrefix(r.Path, "/apis/karpenter.sh/v1/") {
			t.Errorf("asked %+v", r)
		}
	}
}

// An object of somebody's own kind that is not what it ought to be costs that
// kind and no other.
func TestSaveMalformed(t *testing.T) {
	s := clustertest.Start(t, many(1, 1),
		[]byte(`{"items":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"r","namespace":"n"},`+
			`"spec":{"template":{"spec":{"containers":"none"}}}}]}`))
	s.Serve("apps.kruise.io", "v1alpha1", "CloneSet")
	s.Intercept(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/clonesets") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"apiVersion":"apps.kruise.io/v1alpha1","kind":"CloneSetList","items":[{"apiVersion":"apps.kruise.io/v1alpha1",`+
			`"kind":"CloneSet","metadata":{"name":"c","namespace":"n"},"spec":{"template":null,"volumeClaimTemplates":7}}]}`)
		return true
	})
	_, unread := save(t, s)
	if len(unread) != 2 || unread[0].Kind != "CloneSet" ||
		!strings.HasPrefix(unread[0].Reason, "failed: n/c cannot be read: spec.volumeClaimTemplates: ") {
		t.Fatalf("unread: %v", unread)
	}
	if unread = unread[1:]; unread[0].Kind != "Rollout" ||
		!strings.HasPrefix(unread[0].Reason, "failed: n/r cannot be read: spec.template: ") {
		t.Errorf("unread: %v", unread)
	}
}

// Where nothing can be read nothing is written, and the error says why.
func TestSaveNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	l.Close()
	s := clustertest.Start(t, many(1, 1))
	for _, c := range []struct {
		name, server, want string
		denied             bool
		answer             func(w http.ResponseWriter, r *http.Request) bool
	}{
		{"nobody listens", closed, "connection lost: dial tcp", false, nil},
		{"the credentials are not accepted", s.URL, "unauthorized: the server does not accept the credentials", true,
			func(w http.ResponseWriter, _ *http.Request) bool {
				clustertest.Refuse(w, http.StatusUnauthorized, "Unauthorized", "Unauthorized")
				return true
			}},
		{"all is forbidden", s.URL, `forbidden: User "me" cannot list it`, true, func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/version" || strings.HasPrefix(r.URL.Path, "/apis") && strings.Count(r.URL.Path, "/") < 4 {
				return false
			}
			clustertest.Forbid(w, r)
			return true
		}},
		{"nobody answers", s.URL, "timed out: no answer in time", false, func(_ http.ResponseWriter, r *http.Request) bool {
			<-r.Context().Done()
			return true
		}},
		{"nobody answers after a while", s.URL, "timed out: no answer in time", false, func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/version" {
				return false
			}
			<-r.Context().Done()
			return true
		}},
		{"another kind of server", s.URL, "failed: /version is not what an API server answers", false,
			func(w http.ResponseWriter, _ *http.Request) bool {
				fmt.Fprint(w, "<html>")
				return true
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Intercept(c.answer)
			path := filepath.Join(t.TempDir(), "kubeconfig")
			if err := os.WriteFile(path, clustertest.Kubeconfig(c.server, "prod"), 0o600); err != nil {
				t.Fatal(err)
			}
			cluster, err := Open(Access{Kubeconfig: path, Timeout: 300 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			cluster.retry = time.Millisecond
			var b bytes.Buffer
			before, start := len(s.Asked()), time.Now()
			_, err = cluster.Save(t.Context(), &b, taken, silent)
			var unusable *Unusable
			if !errors.As(err, &unusable) {
				t.Fatalf("%v", err)
			}
			if !strings.HasPrefix(err.Error(), c.want) || unusable.Denied() != c.denied || unusable.Context != "prod" {
				t.Errorf("%v; denied %v", err, unusable.Denied())
			}
			if b.Len() > 0 {
				t.Errorf("wrote %s", b.String())
			}
			// Not every kind is waited for when no answer comes to some of them.
			if asked := len(s.Asked()) - before; !unusable.Denied() && asked > 2+2*atATime {
				t.Errorf("asked %d times", asked)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Who interrupts is not made to wait.
func TestSaveInterrupted(t *testing.T) {
	s := clustertest.Start(t, many(3, 3))
	ctx, cancel := context.WithCancel(t.Context())
	s.Intercept(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/api/v1/pods" {
			cancel()
			<-r.Context().Done()
		}
		return false
	})
	var b bytes.Buffer
	start := time.Now()
	if _, err := openServer(t, s).Save(ctx, &b, taken, silent); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}

// A snapshot that cannot be written ends the reading.
func TestSaveUnwritable(t *testing.T) {
	s := clustertest.Start(t, many(3, 3))
	for _, room := range []int{0, 100, 500, 3000} {
		_, err := openServer(t, s).Save(t.Context(), &narrow{room: room}, taken, silent)
		if !errors.Is(err, errFull) {
			t.Errorf("room for %d: %v", room, err)
		}
	}
}

var errFull = errors.New("full")

// narrow takes so many bytes.
type narrow struct{ room int }

func (n *narrow) Write(p []byte) (int, error) {
	if n.room -= len(p); n.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// Nothing of what runs in a container, or of how it is configured, is in a snapshot.
func TestSaveDiscreet(t *testing.T) {
	const secret = "hunter2"
	containers := `[{"name":"a","image":"i/hunter2","command":["hunter2"],"args":["hunter2"],"env":[{"name":"A","value":"hunter2"}],
  "envFrom":[{"secretRef":{"name":"hunter2"}}],"workingDir":"/hunter2",
		"readinessProbe":{"httpGet":{"port":1,"httpHeaders":[{"name":"Authorization","value":"hunter2"}]}},
  "livenessProbe":{"exec":{"command":["hunter2"]}},"lifecycle":{"preStop":{"exec":{"command":["hunter2"]}}},"volumeMounts":[{"name":"v",
    "mountPath":"/hunter2"}]}]`
	spec := `{"containers":` + containers + `,"initContainers":` + containers + `,"imagePullSecrets":[{"name":"hunter2"}],` +
		`"serviceAccountName":"hunter2","hostAliases":[{"ip":"1.1.1.1","hostnames":["hunter2"]}],` +
		`"volumes":[{"name":"v","secret":{"secretName":"hunter2"}},{"name":"w","csi":{"driver":"d","volumeAttributes":{"a":"hunter2"}}}]}`
	meta := `"metadata":{"name":"a","namespace":"n","uid":"u","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"hunter2"},` +
		`"managedFields":[{"manager":"hunter2"}],"labels":{"app":"a"}}`
	templated := func(api, kind string) string {
		return fmt.Sprintf(`{"apiVersion":%q,"kind":%q,%s,"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{%s,"spec":%s},`+
			`"strategy":{"canary":{"steps":["hunter2"]}},"volumeClaimTemplates":[{"metadata":{"name":"d","annotations":{"a":"hunter2"}}}]},`+
			`"status":{"message":"hunter2"}}`, api, kind, meta, meta, spec)
	}
	items := []string{
		fmt.Sprintf(`{"apiVersion":"v1","kind":"Pod",%s,"spec":%s,"status":{"message":"hunter2","conditions":[{"type":"Ready","status":"True",`+
			`"message":"hunter2"}],"containerStatuses":[{"name":"a","image":"hunter2","imageID":"hunter2",`+
			`"lastState":{"terminated":{"message":"hunter2"}},"state":{"waiting":{"reason":"R","message":"hunter2"}}}]}}`, meta, spec),
		templated("apps/v1", "StatefulSet"), templated("apps/v1", "ReplicaSet"), templated("apps/v1", "DaemonSet"), templated("batch/v1", "Job"),
		strings.ReplaceAll(templated("apps/v1", "Deployment"), `"strategy":{"canary":{"steps":["hunter2"]}}`, `"paused":true`),
		templated("argoproj.io/v1alpha1", "Rollout"), templated("apps.kruise.io/v1alpha1", "CloneSet"),
		fmt.Sprintf(`{"apiVersion":"batch/v1","kind":"CronJob",%s,"spec":{"schedule":"@daily","jobTemplate":{%s,`+
			`"spec":{"template":{%s,"spec":%s}}}}}`, meta, meta, meta, spec),
		fmt.Sprintf(`{"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject",%s,"spec":{"scaleTargetRef":{"name":"a"},"triggers":[{"type":"t",`+
			`"metadata":{"connection":"hunter2"}}]}}`, meta),
		fmt.Sprintf(`{"apiVersion":"v1","kind":"PersistentVolume",%s,"spec":{"csi":{"driver":"d","volumeHandle":"h",`+
			`"volumeAttributes":{"a":"hunter2"}}}}`, meta),
		fmt.Sprintf(`{"apiVersion":"v1","kind":"Node",%s,"status":{"images":[{"names":["hunter2"]}],"conditions":[{"type":"Ready",`+
			`"status":"True","message":"hunter2"}]}}`, meta),
	}
	s := clustertest.Start(t, []byte(`{"items":[`+strings.Join(items, ",")+`]}`))
	text, unread := save(t, s)
	if len(unread) > 0 {
		t.Errorf("unread: %v", unread)
	}
	if e := read(t, text); e.Seen.Objects != len(items) {
		t.Errorf("%d objects of %d", e.Seen.Objects, len(items))
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, secret) {
			t.Error(line)
		}
	}
}

// Where nothing is configured that is told apart from what is configured wrong.
func TestOpen(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	if _, err := Open(Access{}); !errors.Is(err, ErrNone) {
		t.Errorf("nothing there: %v", err)
	}
	var unknown *UnknownContext
	if _, err := Open(Access{Context: "prod"}); !errors.As(err, &unknown) || unknown.Name != "prod" {
		t.Errorf("a context of nothing: %v", err)
	}
	s := clustertest.Start(t)
	several := s.Kubeconfig(t, "b", "a")
	t.Setenv("KUBECONFIG", several)
	c, err := Open(Access{})
	if err != nil || c.Context != "b" {
		t.Errorf("the current context: %+v, %v", c, err)
	}
	if c, err := Open(Access{Context: "a"}); err != nil || c.Context != "a" {
		t.Errorf("another one: %+v, %v", c, err)
	}
	if all, err := Contexts(""); err != nil || !slices.Equal(all, []string{"a", "b"}) {
		t.Errorf("contexts: %v, %v", all, err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken,
		[]byte(strings.ReplaceAll(string(clustertest.Kubeconfig(s.URL, "a")), "token: secret", "client-certificate: nowhere.pem")),
		0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Access{Kubeconfig: broken}); err == nil || !strings.HasPrefix(err.Error(), "reading the kubeconfig: context a: ") ||
		!strings.Contains(err.Error(), "nowhere.pem") {
		t.Errorf("a file that is missing: %v", err)
	}
}

// A pod that reads its own cluster needs its service account.
func TestOpenInCluster(t *testing.T) {
	if _, err := os.Stat("/var/run/secrets/kubernetes.io/serviceaccount/token"); err == nil {
		t.Skip("this is a pod")
	}
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "1")
	if _, err := Open(Access{}); err == nil || !strings.HasPrefix(err.Error(), "reading the service account of this pod: ") {
		t.Errorf("%v", err)
	}
}
