package clustertest

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// Request is one that the server saw, as an audit log has it.
type Request struct{ Verb, Group, Resource, Namespace, Name string }

// RequestOf is that of a request about objects; false for one that only asks what there is, or what
// somebody may do, as all may.
func RequestOf(r *http.Request) (is Request, ok bool) {
	p, group := placeOf(r.URL.Path)
	if group || p.resource == "" || strings.HasPrefix(p.resource, "selfsubject") {
		return is, false
	}
	is = Request{Resource: p.resource, Namespace: p.namespace, Name: p.name}
	if parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/"); parts[0] == "apis" {
		is.Group = parts[1]
	}
	if p.sub != "" {
		is.Resource += "/" + p.sub
	}
	is.Verb = map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete",
		http.MethodGet: "get"}[r.Method]
	switch {
	case r.Method == http.MethodGet && r.URL.Query().Get("watch") != "":
		is.Verb = "watch"
	case r.Method == http.MethodGet && p.name == "":
		is.Verb = "list"
	case r.Method == http.MethodDelete && p.name == "":
		is.Verb = "deletecollection"
	case r.Method == http.MethodPost && p.sub == "": // who makes an object has no right to one of that name alone
		is.Name = ""
	}
	return is, true
}

// Requests are all that the server saw, each once.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.asked))
}

// Rights are what some roles grant.
type Rights []rule

// RightsTo is one right, in a namespace and to objects of some names, or to all.
func RightsTo(verb, group, resource, namespace string, names ...string) Rights {
	return Rights{{namespace, []string{verb}, []string{group}, []string{resource}, names}}
}

type rule struct {
	namespace                   string // empty for all
	Verbs, APIGroups, Resources []string
	ResourceNames               []string
}

// Granted are the rights that a file of docs grants.
func Granted(t testing.TB, file string) (all Rights) {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	data, err := os.ReadFile(filepath.Join(filepath.Dir(here), "../../../../docs", file))
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(data), "\n---\n") {
		var role struct {
			Kind     string
			Metadata struct{ Namespace string }
			Rules    []rule
		}
		if err := yaml.Unmarshal([]byte(part), &role); err != nil {
			t.Fatal(err)
		}
		for _, r := range role.Rules {
			r.namespace = role.Metadata.Namespace
			all = append(all, r)
		}
	}
	return all
}

// Allow reports whether a request may be made.
func (all Rights) Allow(r Request) bool {
	return slices.ContainsFunc(all, func(x rule) bool {
		has := func(in []string, what string) bool { return slices.Contains(in, what) || slices.Contains(in, "*") }
		return has(x.Verbs, r.Verb) && has(x.APIGroups, r.Group) && has(x.Resources, r.Resource) &&
			(x.namespace == "" || x.namespace == r.Namespace) && (len(x.ResourceNames) == 0 || slices.Contains(x.ResourceNames, r.Name))
	})
}

// rightful holds that nothing was changed, by whichever test, but what docs/rbac-apply.yaml, docs/rbac-escalate.yaml and
// docs/rbac-fix.yaml grant, and nothing read but what that or docs/rbac.yaml does. The lease may be in another namespace.
func (s *Server) rightful(t testing.TB) {
	t.Helper()
	may := slices.Concat(Granted(t, "rbac-apply.yaml"), Granted(t, "rbac-escalate.yaml"), Granted(t, "rbac-fix.yaml"))
	reads := append(Granted(t, "rbac.yaml"), may...)
	for _, r := range s.Requests() {
		asked := r
		if r.Resource == "leases" {
			asked.Namespace = "kube-system"
		}
		reading := slices.Contains([]string{"get", "list"}, r.Verb)
		if !may.Allow(asked) && (!reading || !reads.Allow(asked)) {
			t.Errorf("no role of docs allows %+v", r)
		}
	}
}

// Questions are how many were asked about what somebody may do.
func (s *Server) Questions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.questions
}

// reviewRules tells which rules somebody has in a namespace.
func (s *Server) reviewRules(w http.ResponseWriter, r *http.Request) {
	o := body(r)
	if s.Untold == "refused" {
		Fail(w, 403, "no", "", "", 0)
		return
	}
	namespace := o["spec"].(Object)["namespace"]
	rules := []any{}
	for _, x := range s.May {
		if x.namespace == "" || x.namespace == namespace {
			rules = append(rules, Object{"verbs": x.Verbs, "apiGroups": x.APIGroups, "resources": x.Resources, "resourceNames": x.ResourceNames})
		}
	}
	if s.Untold == "incomplete" {
		rules = []any{}
	}
	o["status"] = Object{"resourceRules": rules, "nonResourceRules": []any{}, "incomplete": s.Untold == "incomplete"}
	answer(w, 201, o)
}
