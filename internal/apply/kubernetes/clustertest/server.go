// Package clustertest is an API server for tests of what changes a cluster: it keeps nodes,
// pods, budgets and leases, evicts as the real one does, and counts what is done to each. In
// its cluster a pod that is evicted comes back on another node, and a node whose NodeClaim is
// deleted is replaced. The time is what it is told.
package clustertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// Object is one that the server keeps.
type Object = map[string]any

// Server is one that runs.
type Server struct {
	URL string
	Now func() time.Time
	// Denied is what nobody may do, such as patch nodes: where it is asked for, and not done.
	Denied map[string]bool
	// May is what somebody may do who asks that; nil for all that is not denied.
	May Rights
	// Unsure is what keeps the server from telling what somebody may do whom it would not let; empty for nothing.
	Unsure string
	// Untold says of which rules there are that nobody tells them, refused, or not all, incomplete; empty for all of them.
	Untold string
	// ReadyAfter is how long a new pod takes, StopAfter how long one that goes, and GoneAfter a node.
	ReadyAfter, StopAfter, GoneAfter time.Duration
	// ReadyFor is how long pods are ready that are there at the start.
	ReadyFor time.Duration

	// RolledOut is how often each Deployment was, and StuckRollout has new pods never get ready.
	RolledOut    map[string]int
	StuckRollout bool

	http    *httptest.Server
	mu      sync.Mutex
	objects map[string]Object // by resource/namespace/name
	version int
	made    int
	// questions are those about what somebody may do.
	questions int
	due       []event
	spoil     func(w http.ResponseWriter, r *http.Request) bool

	evicted map[string]int // accepted, by UID
	deleted map[string]int
	forced  map[string]time.Time // when pods were deleted, by UID
	changes map[string]int       // by method and resource
	asked   map[Request]bool
	least   map[string]int // the fewest ready pods of a Deployment
}

type event struct {
	at time.Time
	do func()
}

// Start starts a server that ends with the test.
func Start(t testing.TB, now func() time.Time) *Server {
	t.Helper()
	s := &Server{Now: now, ReadyAfter: 4 * time.Second, StopAfter: 2 * time.Second, GoneAfter: 10 * time.Second,
		objects: map[string]Object{}, evicted: map[string]int{}, deleted: map[string]int{}, changes: map[string]int{}, least: map[string]int{},
		asked: map[Request]bool{}, forced: map[string]time.Time{}, RolledOut: map[string]int{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		s.http.Close()
		s.rightful(t)
	})
	s.URL = s.http.URL
	s.Put("namespaces", "", "kube-system", Object{})
	return s
}

// Spoil has requests be answered by a test: where it returns true, it did.
func (s *Server) Spoil(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoil = f
}

// Put makes an object, or another in its place, and returns its UID.
func (s *Server) Put(resource, namespace, name string, o Object) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.put(resource, namespace, name, o)
}

func (s *Server) put(resource, namespace, name string, o Object) string {
	s.made++
	uid := fmt.Sprintf("00000000-0000-0000-0000-%012d", s.made)
	meta, _ := o["metadata"].(Object)
	if meta == nil {
		meta = Object{}
		o["metadata"] = meta
	}
	meta["name"], meta["uid"] = name, uid
	if namespace != "" {
		meta["namespace"] = namespace
	}
	s.objects[key(resource, namespace, name)] = o
	s.touch(o)
	return uid
}

// uid is that of an object; empty for none.
func (s *Server) uid(resource, namespace, name string) string {
	o := s.objects[key(resource, namespace, name)]
	if o == nil {
		return ""
	}
	return o["metadata"].(Object)["uid"].(string)
}

func (s *Server) touch(o Object) {
	s.version++
	o["metadata"].(Object)["resourceVersion"] = fmt.Sprint(s.version)
}

func key(resource, namespace, name string) string { return resource + "/" + namespace + "/" + name }

// Get is an object as it is; nil for none.
func (s *Server) Get(resource, namespace, name string) Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	return s.objects[key(resource, namespace, name)]
}

// Node makes a node that is ready, with its NodeClaim.
func (s *Server) Node(name string) (uid, claim string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.node(name)
}

func (s *Server) node(name string) (uid, claim string) {
	claim = s.put("nodeclaims", "", "claim-"+name, Object{"status": Object{"nodeName": name}})
	uid = s.put("nodes", "", name, Object{"metadata": Object{"labels": Object{"karpenter.sh/nodepool": "default"}}, "spec": Object{},
		"status": Object{"conditions": []any{Object{"type": "Ready", "status": "True"}}, "nodeInfo": Object{"kubeletVersion": "v1.35.2"},
			"allocatable": Object{"cpu": "4", "memory": "16Gi", "pods": "20"}}})
	return uid, claim
}

// Deployment makes one with a ready pod on each of some nodes, and a budget over them.
func (s *Server) Deployment(namespace, name string, minAvailable int, nodes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	selector := Object{"matchLabels": Object{"app": name}}
	template := Object{"metadata": Object{"labels": Object{"app": name}}, "spec": Object{"containers": []any{Object{"name": "c"}}}}
	spec := Object{"replicas": len(nodes), "selector": selector, "template": template}
	owner := Object{"apiVersion": "apps/v1", "kind": "Deployment", "name": name, "controller": true,
		"uid": s.put("deployments", namespace, name, Object{"spec": spec})}
	s.put("replicasets", namespace, name, Object{"metadata": Object{"ownerReferences": []any{owner}}, "spec": spec})
	s.put("poddisruptionbudgets", namespace, name, Object{"spec": Object{"minAvailable": minAvailable, "selector": selector}})
	for i, n := range nodes {
		s.pod(namespace, name, fmt.Sprintf("%s-%d", name, i), n, true)
	}
	s.least[namespace+"/"+name] = len(nodes)
}

// pod makes a pod of a Deployment.
func (s *Server) pod(namespace, app, name, node string, ready bool) {
	status := "False"
	if ready {
		status = "True"
	}
	s.put("pods", namespace, name, Object{
		"metadata": Object{"labels": Object{"app": app}, "creationTimestamp": s.Now().Add(-s.ReadyFor).UTC().Format(time.RFC3339),
			"ownerReferences": []any{Object{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": app, "controller": true,
				"uid": s.uid("replicasets", namespace, app)}}},
		"spec":   Object{"nodeName": node, "terminationGracePeriodSeconds": 30},
		"status": Object{"phase": "Running", "conditions": []any{s.readyAs(status, s.Now().Add(-s.ReadyFor))}},
	})
}

// readyAs is the condition Ready of a pod.
func (s *Server) readyAs(status string, since time.Time) Object {
	return Object{"type": "Ready", "status": status, "lastTransitionTime": since.UTC().Format(time.RFC3339)}
}

func (s *Server) later(d time.Duration, do func()) { s.due = append(s.due, event{s.Now().Add(d), do}) }

// advance has happen what is due.
func (s *Server) advance() {
	now := s.Now()
	for {
		slices.SortStableFunc(s.due, func(a, b event) int { return a.at.Compare(b.at) })
		if len(s.due) == 0 || s.due[0].at.After(now) {
			break
		}
		first := s.due[0]
		s.due = s.due[1:]
		first.do()
	}
	for app := range s.least {
		ns, name, _ := strings.Cut(app, "/")
		s.least[app] = min(s.least[app], s.ready(ns, name))
	}
}

// ready are the ready pods of a Deployment.
func (s *Server) ready(namespace, app string) (n int) {
	for k, o := range s.objects {
		if strings.HasPrefix(k, "pods/"+namespace+"/") && label(o, "app") == app && isReady(o) {
			n++
		}
	}
	return n
}

func label(o Object, name string) string {
	all, _ := o["metadata"].(Object)["labels"].(Object)
	v, _ := all[name].(string)
	return v
}

func isReady(pod Object) bool {
	c := pod["status"].(Object)["conditions"].([]any)[0].(Object)
	return c["status"] == "True" && pod["metadata"].(Object)["deletionTimestamp"] == nil
}

// goes has a pod go, and another one come in its place.
func (s *Server) goes(namespace, name string, pod Object) {
	pod["metadata"].(Object)["deletionTimestamp"] = s.Now().UTC().Format(time.RFC3339)
	s.touch(pod)
	s.made++
	app := label(pod, "app")
	next := fmt.Sprintf("%s-n%d", app, s.made)
	s.pod(namespace, app, next, s.elsewhere(pod["spec"].(Object)["nodeName"].(string)), false)
	s.later(s.StopAfter, func() { delete(s.objects, key("pods", namespace, name)) })
	s.later(s.ReadyAfter, func() {
		if p := s.objects[key("pods", namespace, next)]; p != nil {
			p["status"].(Object)["conditions"] = []any{s.readyAs("True", s.Now())}
			s.touch(p)
		}
	})
}

// elsewhere is the node with the fewest pods that takes more.
func (s *Server) elsewhere(not string) (best string) {
	fewest := 1 << 20
	for k, o := range s.objects {
		name, is := strings.CutPrefix(k, "nodes//")
		if !is || name == not || o["spec"].(Object)["unschedulable"] == true {
			continue
		}
		n := 0
		for pk, p := range s.objects {
			if strings.HasPrefix(pk, "pods/") && p["spec"].(Object)["nodeName"] == name {
				n++
			}
		}
		if n < fewest || n == fewest && name < best {
			best, fewest = name, n
		}
	}
	return best
}

// Seen is what was done to the cluster so far.
type Seen struct {
	Evicted, Deleted, Changes, Least map[string]int
	Cordoned                         []string             // nodes that are, or carry a mark
	Forced                           map[string]time.Time // pods that were deleted, by UID
}

// Seen is what was done so far.
func (s *Server) Seen() Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	var v Seen
	data, err := json.Marshal([]map[string]int{s.evicted, s.deleted, s.changes, s.least})
	if err != nil {
		panic(err)
	}
	var all []map[string]int
	if err := json.Unmarshal(data, &all); err != nil {
		panic(err)
	}
	v.Evicted, v.Deleted, v.Changes, v.Least, v.Forced = all[0], all[1], all[2], all[3], maps.Clone(s.forced)
	for k, o := range s.objects {
		if name, is := strings.CutPrefix(k, "nodes//"); is {
			marks, _ := o["metadata"].(Object)["annotations"].(Object)
			if o["spec"].(Object)["unschedulable"] == true || len(marks) > 0 {
				v.Cordoned = append(v.Cordoned, name)
			}
		}
	}
	slices.Sort(v.Cordoned)
	return v
}

// Objects are all that the server keeps, by resource/namespace/name: for what spoils answers.
func (s *Server) Objects() map[string]Object { return s.objects }

// matches reports whether the selector of an object takes another.
func matches(selector any, o Object) bool {
	m, _ := selector.(Object)
	want, _ := m["matchLabels"].(Object)
	set := labels.Set{}
	for k, v := range want {
		set[k] = fmt.Sprint(v)
	}
	have := labels.Set{}
	if all, ok := o["metadata"].(Object)["labels"].(Object); ok {
		for k, v := range all {
			have[k] = fmt.Sprint(v)
		}
	}
	return labels.SelectorFromSet(set).Matches(have)
}
