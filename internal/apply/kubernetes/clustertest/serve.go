package clustertest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// place is what a request is about.
type place struct{ resource, namespace, name, sub string }

func placeOf(path string) (p place, group bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case len(parts) == 2 && parts[0] == "apis":
		return place{name: parts[1]}, true
	case parts[0] == "api":
		parts = parts[2:]
	default:
		parts = parts[min(3, len(parts)):]
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		p.namespace, parts = parts[1], parts[2:]
	}
	for i, to := range []*string{&p.resource, &p.name, &p.sub} {
		if i < len(parts) {
			*to = parts[i]
		}
	}
	return p, false
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance()
	if asked, ok := RequestOf(r); ok {
		s.asked[asked] = true
	}
	if s.spoil != nil && s.spoil(w, r) {
		return
	}
	s.Answer(w, r)
}

// Answer answers a request as it should be: for what spoils others.
func (s *Server) Answer(w http.ResponseWriter, r *http.Request) {
	if s.served(w, r.URL.Path) {
		return
	}
	p, group := placeOf(r.URL.Path)
	if group {
		v := p.name + "/v1"
		answer(w, 200, Object{"kind": "APIGroup", "apiVersion": "v1", "name": p.name,
			"preferredVersion": Object{"groupVersion": v, "version": "v1"}})
		return
	}
	switch p.resource {
	case "selfsubjectaccessreviews":
		s.questions++
		s.review(w, r)
		return
	case "selfsubjectrulesreviews":
		s.questions++
		s.reviewRules(w, r)
		return
	}
	if r.Method != http.MethodGet {
		s.changes[r.Method+" "+p.resource+strings.TrimSuffix("/"+p.sub, "/")]++
	}
	switch {
	case r.Method == http.MethodGet && p.name == "":
		s.list(w, r, p)
	case r.Method == http.MethodPost && p.sub == "eviction":
		s.evict(w, r, p)
	case r.Method == http.MethodPost:
		s.create(w, r, p)
	default:
		s.one(w, r, p)
	}
}

// served tells who reads the whole cluster what there is.
func (s *Server) served(w http.ResponseWriter, path string) bool {
	v := Object{"groupVersion": "karpenter.sh/v1", "version": "v1"}
	switch path {
	case "/version":
		answer(w, 200, Object{"gitVersion": "v1.36.3"})
	case "/apis":
		g := Object{"name": "karpenter.sh", "versions": []any{v}, "preferredVersion": v}
		answer(w, 200, Object{"kind": "APIGroupList", "groups": []any{g}})
	case "/apis/karpenter.sh/v1":
		answer(w, 200, Object{"kind": "APIResourceList", "groupVersion": "karpenter.sh/v1", "resources": []any{
			Object{"name": "nodeclaims", "kind": "NodeClaim", "verbs": []any{"get", "list", "delete"}}}})
	default:
		return false
	}
	return true
}

// Fail answers with a status, of a cause where one is named.
func Fail(w http.ResponseWriter, code int, message, cause, causeSays string, retryAfter int) {
	details := Object{}
	if cause != "" {
		details["causes"] = []any{Object{"reason": cause, "message": causeSays}}
	}
	if retryAfter > 0 {
		details["retryAfterSeconds"] = retryAfter
		w.Header().Set("Retry-After", fmt.Sprint(retryAfter))
	}
	reasons := map[int]string{404: "NotFound", 409: "Conflict", 403: "Forbidden", 429: "TooManyRequests", 500: "InternalError", 504: "Timeout"}
	answer(w, code, Object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message,
		"reason": reasons[code], "details": details})
}

func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}

// kindOf is the kind of a resource, and in which version it is served.
func kindOf(resource string) (kind, version string) {
	for _, k := range kubernetes.Kinds {
		if k.Resource == resource && !k.Cloud {
			v := k.Group + "/" + cmp.Or(k.Version, "v1")
			return k.Name, strings.TrimPrefix(v, "/")
		}
	}
	return "Lease", "coordination.k8s.io/v1"
}

func (s *Server) shown(resource string, o Object) Object {
	v := maps.Clone(o)
	v["kind"], v["apiVersion"] = kindOf(resource)
	switch resource {
	case "poddisruptionbudgets":
		v["status"] = s.status(o)
	case "deployments":
		v["status"] = s.rolled(o)
	}
	return v
}

// status is that of a budget, counted anew.
func (s *Server) status(b Object) Object {
	spec, namespace := b["spec"].(Object), b["metadata"].(Object)["namespace"].(string)
	healthy, expected := 0, 0
	for k, p := range s.objects {
		if strings.HasPrefix(k, "pods/"+namespace+"/") && matches(spec["selector"], p) {
			if p["metadata"].(Object)["deletionTimestamp"] == nil {
				expected++
			}
			if isReady(p) {
				healthy++
			}
		}
	}
	desired := 0
	switch n := spec["minAvailable"].(type) {
	case int:
		desired = n
	case float64:
		desired = int(n)
	}
	return Object{"currentHealthy": healthy, "desiredHealthy": desired, "expectedPods": expected,
		"disruptionsAllowed": max(0, healthy-desired), "observedGeneration": 0}
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, p place) {
	selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
	if err != nil {
		Fail(w, 400, err.Error(), "", "", 0)
		return
	}
	node, byNode := strings.CutPrefix(r.URL.Query().Get("fieldSelector"), "spec.nodeName=")
	items := []any{}
	for _, k := range slices.Sorted(maps.Keys(s.objects)) {
		o := s.objects[k]
		if !strings.HasPrefix(k, p.resource+"/"+p.namespace) || byNode && o["spec"].(Object)["nodeName"] != node {
			continue
		}
		have := labels.Set{}
		if all, ok := o["metadata"].(Object)["labels"].(Object); ok {
			for name, v := range all {
				have[name] = fmt.Sprint(v)
			}
		}
		if selector.Matches(have) {
			items = append(items, s.shown(p.resource, o))
		}
	}
	kind, version := kindOf(p.resource)
	answer(w, 200, Object{"kind": kind + "List", "apiVersion": version, "metadata": Object{}, "items": items})
}

func body(r *http.Request) Object {
	data, err := io.ReadAll(r.Body)
	var o Object
	if err == nil {
		err = json.Unmarshal(data, &o)
	}
	if err != nil {
		return Object{}
	}
	return o
}

// review says whether somebody may do something, which changes nothing.
func (s *Server) review(w http.ResponseWriter, r *http.Request) {
	o := body(r)
	of := o["spec"].(Object)["resourceAttributes"].(Object)
	what := fmt.Sprint(of["verb"], " ", of["resource"])
	if sub, ok := of["subresource"]; ok {
		what += fmt.Sprint("/", sub)
	}
	asked := Request{Verb: text(of["verb"]), Group: text(of["group"]), Namespace: text(of["namespace"]), Name: text(of["name"]),
		Resource: strings.TrimSuffix(text(of["resource"])+"/"+text(of["subresource"]), "/")}
	status := Object{"allowed": !s.Denied[what] && (s.May == nil || s.May.Allow(asked))}
	if status["allowed"] == false && s.Unsure != "" {
		status["evaluationError"] = s.Unsure
	}
	o["status"] = status
	answer(w, 201, o)
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func (s *Server) create(w http.ResponseWriter, r *http.Request, p place) {
	o := body(r)
	name, _ := o["metadata"].(Object)["name"].(string)
	if s.objects[key(p.resource, p.namespace, name)] != nil {
		answer(w, 409, Object{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 409, "reason": "AlreadyExists",
			"message": name + " already exists"})
		return
	}
	s.put(p.resource, p.namespace, name, o)
	answer(w, 201, s.shown(p.resource, o))
}

// one answers what is about an object that is there.
func (s *Server) one(w http.ResponseWriter, r *http.Request, p place) {
	k := key(p.resource, p.namespace, p.name)
	o := s.objects[k]
	if o == nil {
		Fail(w, 404, p.resource+" "+p.name+" not found", "", "", 0)
		return
	}
	meta := o["metadata"].(Object)
	switch r.Method {
	case http.MethodPatch, http.MethodPut:
		next := body(r)
		asked, _ := next["metadata"].(Object)
		if v, ok := asked["resourceVersion"]; ok && v != meta["resourceVersion"] {
			Fail(w, 409, "the object has been modified", "", "", 0)
			return
		}
		if r.Method == http.MethodPatch {
			was, size := revision(o), ""
			if spec, ok := o["spec"].(Object); ok {
				size = fmt.Sprint(spec["replicas"])
			}
			if merge(o, next); p.resource == "deployments" && revision(o) != was {
				s.rollOut(p.namespace, p.name, o)
			}
			if p.resource == "deployments" && fmt.Sprint(o["spec"].(Object)["replicas"]) != size {
				s.scale(p.namespace, p.name, o)
			}
		} else {
			if meta["annotations"] = asked["annotations"]; asked["annotations"] == nil {
				delete(meta, "annotations")
			}
			next["metadata"] = meta
			s.objects[k], o = next, next
		}
		s.touch(o)
	case http.MethodDelete:
		conditions, _ := body(r)["preconditions"].(Object)
		if uid, ok := conditions["uid"]; ok && uid != meta["uid"] {
			Fail(w, 409, "Precondition failed: UID in precondition", "", "", 0)
			return
		}
		if v, ok := conditions["resourceVersion"]; ok && v != meta["resourceVersion"] {
			Fail(w, 409, "Precondition failed: ResourceVersion in precondition", "", "", 0)
			return
		}
		s.remove(p, o)
	}
	answer(w, 200, s.shown(p.resource, o))
}

// merge is a merge patch.
func merge(into, patch Object) {
	for k, v := range patch {
		switch v := v.(type) {
		case nil:
			delete(into, k)
		case Object:
			inner, ok := into[k].(Object)
			if !ok {
				inner = Object{}
				into[k] = inner
			}
			merge(inner, v)
		default:
			if k != "resourceVersion" {
				into[k] = v
			}
		}
	}
}

// remove deletes a PDB, or a NodeClaim: its node goes, and another one comes. A pod that is deleted comes back.
func (s *Server) remove(p place, o Object) {
	meta := o["metadata"].(Object)
	if p.resource == "poddisruptionbudgets" {
		delete(s.objects, key(p.resource, p.namespace, p.name))
		return
	}
	if p.resource == "pods" {
		if s.forced[meta["uid"].(string)] = s.Now(); meta["deletionTimestamp"] == nil {
			s.goes(p.namespace, p.name, o)
		}
		return
	}
	s.deleted[meta["uid"].(string)]++
	if meta["deletionTimestamp"] != nil {
		return
	}
	meta["deletionTimestamp"] = s.Now().UTC().Format(time.RFC3339)
	s.touch(o)
	node := o["status"].(Object)["nodeName"].(string)
	s.later(s.GoneAfter, func() {
		for k, pod := range s.objects {
			if strings.HasPrefix(k, "pods/") && pod["spec"].(Object)["nodeName"] == node {
				delete(s.objects, k)
			}
		}
		delete(s.objects, key("nodes", "", node))
		delete(s.objects, key(p.resource, p.namespace, p.name))
		s.made++
		s.node(fmt.Sprintf("new-%d", s.made))
	})
}

// evict answers as EvictionREST.Create does.
func (s *Server) evict(w http.ResponseWriter, r *http.Request, p place) {
	pod := s.objects[key("pods", p.namespace, p.name)]
	if pod == nil {
		Fail(w, 404, "pods "+p.name+" not found", "", "", 0)
		return
	}
	options, _ := body(r)["deleteOptions"].(Object)
	conditions, _ := options["preconditions"].(Object)
	meta := pod["metadata"].(Object)
	var over []Object
	for k, b := range s.objects {
		if strings.HasPrefix(k, "poddisruptionbudgets/"+p.namespace+"/") && matches(b["spec"].(Object)["selector"], pod) {
			over = append(over, b)
		}
	}
	switch {
	case len(over) > 1:
		Fail(w, 500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", "", "", 0)
		return
	case len(over) == 1 && isReady(pod):
		if st := s.status(over[0]); st["disruptionsAllowed"].(int) == 0 {
			Fail(w, 429, "Cannot evict pod as it would violate the pod's disruption budget.", "DisruptionBudget", fmt.Sprintf(
				"The disruption budget %s needs %d healthy pods and has %d currently", over[0]["metadata"].(Object)["name"],
				st["desiredHealthy"], st["currentHealthy"]), 0)
			return
		}
	}
	if uid, ok := conditions["uid"]; ok && uid != meta["uid"] {
		Fail(w, 409, "Precondition failed: UID in precondition: ...", "", "", 0)
		return
	}
	s.evicted[meta["uid"].(string)]++
	if meta["deletionTimestamp"] == nil {
		s.goes(p.namespace, p.name, pod)
	}
	answer(w, 201, Object{"kind": "Status", "apiVersion": "v1", "status": "Success"})
}
