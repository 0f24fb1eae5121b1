// Package clustertest is an API server for tests: it serves lists of given
// objects as the real one does, in pages, as JSON or protobuf, and fails where
// a test wants it to.
package clustertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/version"
)

// Server is one that runs.
type Server struct {
	URL string
	// Proto says whether the server speaks protobuf; old proxies in between do not.
	Proto bool

	scheme *runtime.Scheme
	codecs serializer.CodecFactory
	lists  map[schema.GroupVersionResource]*list

	mu        sync.Mutex
	intercept func(w http.ResponseWriter, r *http.Request) bool
	asked     []Request
	encoded   map[string][]byte // pages, by what was asked
}

// Request is one that was made.
type Request struct{ Method, Path, Query, Accept, Answered string }

// list is what the server has of a kind.
type list struct {
	kind    schema.GroupVersionKind
	objects []json.RawMessage
}

// Version is that of the server.
const Version = "v1.36.3"

// Start starts a server that has the objects of some Lists, as kubectl writes
// them. It ends with the test.
func Start(t testing.TB, lists ...[]byte) *Server {
	t.Helper()
	s := &Server{Proto: true, scheme: runtime.NewScheme(), lists: map[schema.GroupVersionResource]*list{}, encoded: map[string][]byte{}}
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, policyv1.AddToScheme,
		autoscalingv1.AddToScheme, schedulingv1.AddToScheme, admissionv1.AddToScheme, storagev1.AddToScheme,
	} {
		if err := add(s.scheme); err != nil {
			t.Fatal(err)
		}
	}
	s.codecs = serializer.NewCodecFactory(s.scheme)
	for kind := range s.scheme.AllKnownTypes() {
		if strings.HasSuffix(kind.Kind, "List") && kind.Version != runtime.APIVersionInternal {
			kind.Kind = strings.TrimSuffix(kind.Kind, "List")
			s.lists[resource(kind)] = &list{kind: kind}
		}
	}
	for _, data := range lists {
		var all struct{ Items []json.RawMessage }
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
		for _, item := range all.Items {
			s.add(t, item)
		}
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	s.URL = server.URL
	return s
}

// Files are the Lists of some files.
func Files(t testing.TB, paths ...string) [][]byte {
	t.Helper()
	all := make([][]byte, len(paths))
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = data
	}
	return all
}

func resource(kind schema.GroupVersionKind) schema.GroupVersionResource {
	plural, _ := meta.UnsafeGuessKindToResource(kind) // right for all that are read
	return plural
}

func (s *Server) add(t testing.TB, item json.RawMessage) {
	t.Helper()
	var of metav1.TypeMeta
	if err := json.Unmarshal(item, &of); err != nil {
		t.Fatal(err)
	}
	kind := schema.FromAPIVersionAndKind(of.APIVersion, of.Kind)
	if kind.Group == "autoscaling" {
		kind.Version = "v1" // what is read of one is the same in every version
	}
	at := resource(kind)
	if s.lists[at] == nil {
		s.lists[at] = &list{kind: kind}
	}
	s.lists[at].objects = append(s.lists[at].objects, item)
}

// Serve makes a custom kind known of which there need not be an object.
func (s *Server) Serve(group, version, kind string) {
	gvk := schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
	if s.lists[resource(gvk)] == nil {
		s.lists[resource(gvk)] = &list{kind: gvk}
	}
}

// Kubeconfig writes one with this server under some names, of which the first
// is current, and returns its path.
func (s *Server) Kubeconfig(t testing.TB, contexts ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, Kubeconfig(s.URL, contexts...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Kubeconfig is one with a server under some names, of which the first is
// current.
func Kubeconfig(server string, contexts ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "apiVersion: v1\nkind: Config\ncurrent-context: %s\nusers:\n- {name: me, user: {token: secret}}\n"+
		"clusters:\n- {name: here, cluster: {server: %q}}\ncontexts:\n", contexts[0], server)
	for _, name := range contexts {
		fmt.Fprintf(&b, "- {name: %s, context: {cluster: here, user: me}}\n", name)
	}
	return b.Bytes()
}

// Intercept has f see every request first; it reports whether it has answered.
// Nil is nobody.
func (s *Server) Intercept(f func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intercept = f
}

// Asked are the requests so far.
func (s *Server) Asked() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := &recorder{ResponseWriter: w}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, Request{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Accept"), rec.Header().Get("Content-Type")})
	}()
	s.mu.Lock()
	intercept := s.intercept
	s.mu.Unlock()
	if intercept != nil && intercept(rec, r) {
		return
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/version":
		s.json(rec, version.Info{Major: "1", Minor: "36", GitVersion: Version})
	case r.URL.Path == "/apis":
		s.json(rec, s.groups())
	case parts[0] == "apis" && len(parts) == 3:
		s.json(rec, s.resources(schema.GroupVersion{Group: parts[1], Version: parts[2]}))
	case parts[0] == "apis" && len(parts) == 4:
		s.list(rec, r, schema.GroupVersionResource{Group: parts[1], Version: parts[2], Resource: parts[3]})
	case parts[0] == "api" && len(parts) == 3:
		s.list(rec, r, schema.GroupVersionResource{Version: parts[1], Resource: parts[2]})
	default:
		Refuse(rec, http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource")
	}
}

// recorder lets a test take the connection over.
type recorder struct{ http.ResponseWriter }

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (s *Server) json(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(value)
}

// Refuse answers with a status, as the real server words it.
func Refuse(w http.ResponseWriter, code int32, reason metav1.StatusReason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(code))
	json.NewEncoder(w).Encode(metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   metav1.StatusFailure, Code: code, Reason: reason, Message: message,
	})
}

// Forbid answers that nobody may list what was asked for.
func Forbid(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	group := ""
	if parts[0] == "apis" {
		group = parts[1]
	}
	name := schema.GroupResource{Group: group, Resource: parts[len(parts)-1]}
	Refuse(w, http.StatusForbidden, metav1.StatusReasonForbidden, fmt.Sprintf(
		`%s is forbidden: User "me" cannot list resource %q in API group %q at the cluster scope`, name, name.Resource, name.Group))
}

// Expire answers that a list has grown too old.
func Expire(w http.ResponseWriter) {
	Refuse(w, http.StatusGone, metav1.StatusReasonExpired, "The provided continue parameter is too old to display a consistent list result.")
}

// Break sends the beginning of an answer and closes the connection.
func Break(w http.ResponseWriter) {
	w.Header().Set("Content-Length", "100000")
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"kind":"List","items":[`)
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func (s *Server) groups() metav1.APIGroupList {
	versions := map[string][]string{}
	for at := range s.lists {
		if at.Group != "" && !slices.Contains(versions[at.Group], at.Version) {
			versions[at.Group] = append(versions[at.Group], at.Version)
		}
	}
	all := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
	for group, of := range versions {
		slices.Sort(of)
		g := metav1.APIGroup{Name: group}
		for _, v := range of {
			g.Versions = append(g.Versions, metav1.GroupVersionForDiscovery{GroupVersion: group + "/" + v, Version: v})
		}
		g.PreferredVersion = g.Versions[0]
		all.Groups = append(all.Groups, g)
	}
	return all
}

func (s *Server) resources(of schema.GroupVersion) metav1.APIResourceList {
	all := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: of.String()}
	for at, l := range s.lists {
		if at.GroupVersion() == of {
			all.APIResources = append(all.APIResources,
				metav1.APIResource{Name: at.Resource, Kind: l.kind.Kind, Namespaced: true, Verbs: metav1.Verbs{"get", "list", "watch"}},
				metav1.APIResource{Name: at.Resource + "/status", Kind: l.kind.Kind, Namespaced: true, Verbs: metav1.Verbs{"get"}})
		}
	}
	return all
}

// list answers with a page. What continues a list is the number of the next
// object.
func (s *Server) list(w http.ResponseWriter, r *http.Request, at schema.GroupVersionResource) {
	l := s.lists[at]
	if l == nil {
		Refuse(w, http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource")
		return
	}
	from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
	to := len(l.objects)
	next := ""
	if limit, _ := strconv.Atoi(r.URL.Query().Get("limit")); limit > 0 && from+limit < to {
		to = from + limit
		next = strconv.Itoa(to)
	}
	typed := s.scheme.Recognizes(l.kind)
	proto := s.Proto && typed && strings.Contains(r.Header.Get("Accept"), runtime.ContentTypeProtobuf)
	w.Header().Set("Content-Type", "application/json")
	if proto {
		w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
	}
	key := fmt.Sprint(at, from, to, proto)
	s.mu.Lock()
	page, known := s.encoded[key]
	s.mu.Unlock()
	if !known {
		var err error
		if page, err = s.page(l, l.objects[from:to], next, typed, proto); err != nil {
			Refuse(w, http.StatusInternalServerError, metav1.StatusReasonInternalError, err.Error())
			return
		}
		s.mu.Lock()
		s.encoded[key] = page
		s.mu.Unlock()
	}
	w.Write(page)
}

func (s *Server) page(l *list, objects []json.RawMessage, next string, typed, proto bool) ([]byte, error) {
	if !typed {
		return json.Marshal(map[string]any{
			"apiVersion": l.kind.GroupVersion().String(), "kind": l.kind.Kind + "List",
			"metadata": map[string]any{"resourceVersion": "1", "continue": next}, "items": append([]json.RawMessage{}, objects...),
		})
	}
	items := make([]runtime.Object, len(objects))
	for i, raw := range objects {
		o, err := s.scheme.New(l.kind)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, o); err != nil {
			return nil, err
		}
		o.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{}) // as items of a typed list are
		items[i] = o
	}
	all, err := s.scheme.New(l.kind.GroupVersion().WithKind(l.kind.Kind + "List"))
	if err != nil {
		return nil, err
	}
	if err := meta.SetList(all, items); err != nil {
		return nil, err
	}
	of, err := meta.ListAccessor(all)
	if err != nil {
		return nil, err
	}
	of.SetContinue(next)
	of.SetResourceVersion("1")
	var encoder runtime.Serializer
	if proto {
		encoder = protobuf.NewSerializer(s.scheme, s.scheme)
	} else {
		info, _ := runtime.SerializerInfoForMediaType(s.codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
		encoder = info.Serializer
	}
	return runtime.Encode(s.codecs.EncoderForVersion(encoder, l.kind.GroupVersion()), all)
}
