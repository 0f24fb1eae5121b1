// Package ekstest is a stand-in for EKS: it speaks the wire format of the few calls that are made
// for node groups, as the API reference documents it, and plays what comes of them.
package ekstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Server is one cluster with node groups.
type Server struct {
	URL string
	// Spoil answers a request in place of the server, where it says so: for answers that are lost.
	Spoil func(w http.ResponseWriter, r *http.Request, answer http.HandlerFunc) bool

	mu      sync.Mutex
	groups  map[string]*Group
	updates []*Update
	Calls   map[string]int // how often each was made
}

// Group is a node group.
type Group struct {
	Status                   string
	MaxUnavailable           int
	MaxUnavailablePercentage int
	Strategy                 string
	// Fails has updates fail with this code, such as PodEvictionFailure.
	Fails string
	// Polls is how often an update is looked at until it is over.
	Polls int
	// Replaced is called when an update has succeeded.
	Replaced func(version string)
}

// Update is one of a node group.
type Update struct {
	ID, Group, Token, Version, Status string
	Force                             bool
	polls                             int
}

// Start starts one, which ends with the test.
func Start(t testing.TB) *Server {
	s := &Server{groups: map[string]*Group{}, Calls: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Spoil != nil && s.Spoil(w, r, s.answer) {
			return
		}
		s.answer(w, r)
	}))
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Group adds a node group.
func (s *Server) Group(name string, g *Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.Status == "" {
		g.Status = "ACTIVE"
	}
	s.groups[name] = g
}

// Updates are all that were begun.
func (s *Server) Updates() []Update {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Update
	for _, u := range s.updates {
		all = append(all, *u)
	}
	return all
}

// Fail answers with an error as EKS does.
func Fail(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-ErrorType", code)
	answer(w, status, map[string]any{"message": message})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// answer answers one request. Paths are those of the API reference:
// /clusters/NAME/node-groups/NAME, …/update-version, and /clusters/NAME/updates[/ID].
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) < 3 || parts[0] != "clusters" {
		Fail(w, http.StatusNotFound, "ResourceNotFoundException", r.URL.Path)
		return
	}
	name := r.URL.Query().Get("nodegroupName")
	if parts[2] == "node-groups" && len(parts) > 3 {
		name = parts[3]
	}
	g := s.groups[name]
	switch {
	case g == nil:
		Fail(w, http.StatusNotFound, "ResourceNotFoundException", "No node group found for name: "+name+".")
	case parts[2] == "node-groups" && len(parts) == 4:
		s.describe(w, parts[1], name, g)
	case parts[2] == "node-groups" && r.Method == http.MethodPost:
		s.begin(w, r, name, g)
	case len(parts) == 3:
		s.list(w, r, name)
	default:
		s.look(w, parts[3], g)
	}
}

func (s *Server) describe(w http.ResponseWriter, cluster, name string, g *Group) {
	s.Calls["DescribeNodegroup"]++
	config := map[string]any{"updateStrategy": g.Strategy}
	if g.MaxUnavailable > 0 {
		config["maxUnavailable"] = g.MaxUnavailable
	}
	if g.MaxUnavailablePercentage > 0 {
		config["maxUnavailablePercentage"] = g.MaxUnavailablePercentage
	}
	answer(w, http.StatusOK, map[string]any{"nodegroup": map[string]any{"clusterName": cluster, "nodegroupName": name, "status": g.Status,
		"updateConfig": config}})
}

// begin begins an update. A repeat with the same token is the same update.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, name string, g *Group) {
	s.Calls["UpdateNodegroupVersion"]++
	var asked struct {
		ClientRequestToken string `json:"clientRequestToken"`
		Version            string `json:"version"`
		Force              bool   `json:"force"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		Fail(w, http.StatusBadRequest, "InvalidParameterException", err.Error())
		return
	}
	for _, u := range s.updates {
		if u.Token == asked.ClientRequestToken {
			answer(w, http.StatusOK, map[string]any{"update": u.told(g)})
			return
		}
	}
	if g.Status != "ACTIVE" {
		Fail(w, http.StatusConflict, "ResourceInUseException", "Nodegroup cannot be updated as it is currently not in Active State")
		return
	}
	g.Status = "UPDATING"
	u := &Update{ID: fmt.Sprintf("update-%d", len(s.updates)+1), Group: name, Token: asked.ClientRequestToken, Version: asked.Version,
		Force: asked.Force, Status: "InProgress"}
	s.updates = append(s.updates, u)
	answer(w, http.StatusOK, map[string]any{"update": u.told(g)})
}

// list lists the updates of a node group, two a page.
func (s *Server) list(w http.ResponseWriter, r *http.Request, name string) {
	s.Calls["ListUpdates"]++
	from := 0
	_, _ = fmt.Sscan(r.URL.Query().Get("nextToken"), &from)
	ids := []string{}
	for _, u := range s.updates {
		if u.Group == name {
			ids = append(ids, u.ID)
		}
	}
	v := map[string]any{"updateIds": ids[min(from, len(ids)):min(from+2, len(ids))]}
	if from+2 < len(ids) {
		v["nextToken"] = fmt.Sprint(from + 2)
	}
	answer(w, http.StatusOK, v)
}

// look tells of an update, which goes on a little each time.
func (s *Server) look(w http.ResponseWriter, id string, g *Group) {
	s.Calls["DescribeUpdate"]++
	for _, u := range s.updates {
		if u.ID != id {
			continue
		}
		if u.polls++; u.polls > g.Polls && u.Status == "InProgress" {
			g.Status, u.Status = "ACTIVE", "Successful"
			if g.Fails != "" {
				u.Status = "Failed"
			} else if g.Replaced != nil {
				g.Replaced(u.Version)
			}
		}
		answer(w, http.StatusOK, map[string]any{"update": u.told(g)})
		return
	}
	Fail(w, http.StatusNotFound, "ResourceNotFoundException", "No update found for ID: "+id)
}

func (u *Update) told(g *Group) map[string]any {
	errors := []any{}
	if u.Status == "Failed" {
		errors = append(errors, map[string]any{"errorCode": g.Fails, "errorMessage": "Reached max retries while trying to evict pods from nodes",
			"resourceIds": []string{"ip-10-0-0-1.eu-central-1.compute.internal"}})
	}
	return map[string]any{"id": u.ID, "status": u.Status, "type": "VersionUpdate", "createdAt": 1.7e9, "errors": errors,
		"params": []any{map[string]any{"type": "Version", "value": u.Version}}}
}
