package lab

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/cli"
	"github.com/onus-project/onus/lab/cluster"
)

// exchange is a request that went through a witness, and what came back.
type exchange struct {
	method, path, query, contentType string
	status                           int
}

// witness stands before an API server, as a client has to go through it, and
// remembers what was asked.
type witness struct {
	url  string
	mu   sync.Mutex
	seen []exchange
	// Where these are set they are called under mu, and may spoil what is asked
	// or answered.
	asked    func(*http.Request)
	answered func(*http.Response)
}

// before starts a witness. Pages of lists are made to hold so many objects.
func before(t *testing.T, server, limit string) *witness {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	w := &witness{}
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // its own, on loopback
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			if q := r.Out.URL.Query(); q.Has("limit") {
				q.Set("limit", limit)
				r.Out.URL.RawQuery = q.Encode()
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.asked != nil {
				w.asked(r.Out)
			}
		},
		ModifyResponse: func(r *http.Response) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seen = append(w.seen, exchange{r.Request.Method, r.Request.URL.Path, r.Request.URL.RawQuery, r.Header.Get("Content-Type"),
				r.StatusCode})
			if w.answered != nil {
				w.answered(r)
			}
			return nil
		},
	}
	s := httptest.NewTLSServer(proxy) // clients send no token without TLS
	t.Cleanup(s.Close)
	w.url = s.URL
	return w
}

// all are the exchanges since the last call.
func (w *witness) all() []exchange {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen
	w.seen = nil
	return seen
}

// kubeconfig is a file by which a client goes through the witness.
func (w *witness) kubeconfig(t *testing.T, token string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: lab\nusers:\n- {name: onus, user: {token: " + token + "}}\nclusters:\n" +
		"- {name: lab, cluster: {server: \"" + w.url + "\", insecure-skip-tls-verify: true}}\ncontexts:\n" +
		"- {name: lab, context: {cluster: lab, user: onus}}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// onus runs a command, which has to end with one of some statuses, and gives
// what it printed.
func onus(t *testing.T, statuses []int, args ...string) (out, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := cli.Main(args, strings.NewReader(""), &stdout, &stderr); !slices.Contains(statuses, got) {
		t.Fatalf("onus %s: exit status %d\n%s", strings.Join(args, " "), got, stderr.String())
	}
	return stdout.String(), stderr.String()
}

// finding is one as it is compared: when it was found, and in which file, does
// not count.
type finding struct {
	Obligation, Verdict, Severity, Offering, Message string
	Subject                                          any
}

var instants = regexp.MustCompile(`(\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}(:\d{2})?`)

func findings(t *testing.T, out string) []string {
	t.Helper()
	var all struct{ Findings []finding }
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range all.Findings {
		f.Message = instants.ReplaceAllString(f.Message, "then")
		line, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	slices.Sort(lines)
	return lines
}

func sameFindings(t *testing.T, what string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) && len(got) > 0 {
		return
	}
	t.Errorf("%s: %d findings, %d live", what, len(got), len(want))
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s only: %s", what, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("live only: %s", line)
		}
	}
}

// With the rights that are shipped and no others, onus finds in a live cluster
// what it finds in its snapshot, and in what kubectl writes down as
// administrator. It asks for lists and for nothing else.
func TestLive(t *testing.T) {
	c := Start(t, cluster.Options{PodReady: time.Second, PodStop: time.Second})
	kubectl := talk(t, c)
	kubectl(fakeNodes+small+guarded, "apply", "--filename=-")
	kubectl("", "create", "secret", "generic", "password", "--from-literal=a=hunter2")
	kubectl("", "wait", "--for=condition=Available", "deployment/web", "--timeout=90s")
	kubectl("", "rollout", "status", "statefulset/db", "--timeout=90s")
	kubectl("", "apply", "--filename=../docs/rbac.yaml")
	server := kubectl("", "config", "view", "--minify", "--output=jsonpath={.clusters[0].cluster.server}")
	token := kubectl("", "create", "token", "onus-reader", "--namespace=onus")
	w := before(t, server, "2") // pages of two objects
	kubeconfig := w.kubeconfig(t, token)

	live, said := onus(t, []int{0, 1}, "check", "--kubeconfig", kubeconfig, "-o", "json")
	if said != "" {
		t.Errorf("said %s", said)
	}
	want := findings(t, live)
	askedForLists(t, w.all())

	file := filepath.Join(t.TempDir(), "snapshot.json")
	if _, said := onus(t, []int{0}, "snapshot", "--kubeconfig", kubeconfig, "-f", file); said != "" {
		t.Errorf("said %s", said)
	}
	saved, _ := onus(t, []int{0, 1}, "check", file, "-o", "json")
	sameFindings(t, "snapshot", findings(t, saved), want)

	dump := filepath.Join(t.TempDir(), "dump.json")
	if err := os.WriteFile(dump, []byte(kubectl("", "get", "--all-namespaces", "--output=json",
		"nodes,nodepools,nodeclaims,pdb,hpa,services,pv,pvc,deployments,statefulsets,daemonsets,replicasets,rc,cronjobs,jobs,pods")),
		0o600); err != nil {
		t.Fatal(err)
	}
	dumped, _ := onus(t, []int{0, 1}, "check", dump, "-o", "json")
	sameFindings(t, "dump", findings(t, dumped), want)

	t.Run("in a pod", func(t *testing.T) {
		out := inPod(t, server, token, filepath.Join(c.Dir, "certs", "apiserver.crt"), "check", "-o", "json")
		sameFindings(t, "in a pod", findings(t, out), want)
	})

	w.all()
	withHalfOfTheRights(t, c, kubectl, kubeconfig)
	withoutRights(t, kubectl, kubeconfig)
	if err := c.Err(); err != nil {
		t.Error(err)
	}
}

// askedForLists holds what was asked of the server against what onus may ask: lists, in
// pages, and as protobuf what is built in.
func askedForLists(t *testing.T, asked []exchange) {
	t.Helper()
	for _, x := range asked {
		list := strings.Contains(x.query, "limit") || x.path == "/version" || x.path == "/apis" || strings.HasPrefix(x.path, "/apis/") &&
			strings.Count(x.path, "/") == 3
		if x.method != http.MethodGet || x.status != http.StatusOK || !list || strings.Contains(x.path, "secrets") ||
			strings.Contains(x.path, "configmaps") {
			t.Errorf("%+v", x)
		}
		custom := strings.HasPrefix(x.path, "/apis/karpenter.sh/")
		// what has no page is discovery
		if proto := x.contentType == "application/vnd.kubernetes.protobuf"; strings.Contains(x.query, "limit") && proto == custom {
			t.Errorf("came as %s: %s", x.contentType, x.path)
		}
	}
	pages := slices.DeleteFunc(slices.Clone(asked), func(x exchange) bool { return x.path != "/api/v1/pods" })
	if len(pages) < 3 {
		t.Errorf("pods came in %d pages", len(pages))
	}
}

// withHalfOfTheRights finds the rest, and says what is not there.
func withHalfOfTheRights(t *testing.T, c *cluster.Cluster, kubectl func(stdin string, args ...string) string, kubeconfig string) {
	t.Helper()
	kubectl("", "patch", "clusterrole", "onus-reader", "--type=json", `--patch=[{"op":"replace","path":"/rules","value":[
		{"apiGroups":[""],"resources":["nodes","pods","services"],"verbs":["list"]},
		{"apiGroups":["apps"],"resources":["deployments","replicasets"],"verbs":["list"]}]}]`)
	forbidden := func() bool {
		_, err := c.Kubectl(t.Context(), nil, "auth", "can-i", "list", "poddisruptionbudgets", "--all-namespaces",
			"--as=system:serviceaccount:onus:onus-reader")
		return err != nil // it says no
	}
	for range 50 {
		if forbidden() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	part, said := onus(t, []int{0, 1}, "check", "--kubeconfig", kubeconfig, "-o", "json")
	for _, resource := range []string{"poddisruptionbudgets.policy", "statefulsets.apps", "nodepools.karpenter.sh", "persistentvolumes"} {
		if !strings.Contains(said, resource) {
			t.Errorf("%s is not named: %s", resource, said)
		}
	}
	if strings.Count(said, "\n") != 1 || strings.Contains(said, "deployments") {
		t.Errorf("said %s", said)
	}
	if !strings.Contains(part, `"reason": "forbidden: User \"system:serviceaccount:onus:onus-reader\" cannot list it"`) {
		t.Errorf("no reason: %s", part)
	}
}

// withoutRights finds nothing.
func withoutRights(t *testing.T, kubectl func(stdin string, args ...string) string, kubeconfig string) {
	t.Helper()
	kubectl("", "delete", "clusterrolebinding", "onus-reader")
	var stdout, stderr bytes.Buffer
	for range 50 {
		stdout.Reset()
		stderr.Reset()
		if cli.Main([]string{"check", "--kubeconfig", kubeconfig}, nil, &stdout, &stderr) == 3 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if stdout.Len() > 0 ||
		!strings.HasPrefix(stderr.String(), `onus: reading lab: forbidden: User "system:serviceaccount:onus:onus-reader" cannot list it`) {
		t.Errorf("printed %s and said %s", stdout.String(), stderr.String())
	}
}

// A list that breaks off is asked for again, one that the server calls too old
// starts over, and what stays broken is unread. A server that is gone is told
// from all of them.
func TestLiveOnABadLine(t *testing.T) {
	c := Start(t, cluster.Options{PodReady: time.Second, PodStop: time.Second, Compact: time.Second})
	kubectl := talk(t, c)
	kubectl(fakeNodes+small+guarded, "apply", "--filename=-")
	kubectl("", "wait", "--for=condition=Available", "deployment/web", "--timeout=90s")
	kubectl("", "rollout", "status", "statefulset/db", "--timeout=90s")
	w := before(t, kubectl("", "config", "view", "--minify", "--output=jsonpath={.clusters[0].cluster.server}"), "2")
	kubeconfig := w.kubeconfig(t, kubectl("", "config", "view", "--minify", "--raw", "--output=jsonpath={.users[0].user.token}"))
	check := func() ([]string, string) {
		out, said := onus(t, []int{0, 1}, "check", "--kubeconfig", kubeconfig, "-o", "json")
		return findings(t, out), said
	}
	want, said := check()
	if said != "" {
		t.Fatal(said)
	}
	cut := false
	w.spoil(nil, func(r *http.Response) {
		if second(r.Request) && !cut {
			cut = true
			r.Body = io.NopCloser(io.LimitReader(r.Body, 100)) // its length says that there is more
		}
	})
	got, said := check()
	sameFindings(t, "a page that broke off once", got, want)
	if !cut || said != "" {
		t.Errorf("cut: %t; said %s", cut, said)
	}

	first := forgotten(t, c)
	aged := false
	w.spoil(func(r *http.Request) {
		if second(r) && !aged {
			aged = true
			q := r.URL.Query()
			q.Set("continue", first)
			r.URL.RawQuery = q.Encode()
		}
	}, nil)
	got, said = check()
	sameFindings(t, "a list that grew too old", got, want)
	gone := slices.ContainsFunc(w.all(), func(x exchange) bool { return x.status == http.StatusGone })
	if !aged || !gone || said != "" {
		t.Errorf("aged: %t, 410: %t; said %s", aged, gone, said)
	}

	w.spoil(nil, func(r *http.Response) {
		if second(r.Request) {
			r.Body = io.NopCloser(io.LimitReader(r.Body, 100))
		}
	})
	part, said := onus(t, []int{0, 1}, "check", "--kubeconfig", kubeconfig, "-o", "json")
	if !strings.Contains(said, "pods (connection lost)") || !strings.Contains(part, `"resource": "pods"`) {
		t.Errorf("every second page breaks off: said %s", said)
	}

	w.spoil(nil, nil)
	withoutAServer(t, c)
}

// forgotten is where a list goes on that began in a state of which the server knows nothing
// more. It takes its cache a while to forget what etcd has forgotten.
func forgotten(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	first := base64.RawURLEncoding.EncodeToString([]byte(`{"v":"meta.k8s.io/v1","rv":1,"start":"/default/a"}`))
	for range 90 {
		if _, err := c.Kubectl(t.Context(), nil, "get", "--raw=/api/v1/pods?limit=2&continue="+first); err != nil {
			break
		}
		time.Sleep(time.Second)
	}
	return first
}

// second reports whether a request is for the second page of pods.
func second(r *http.Request) bool {
	return r.URL.Path == "/api/v1/pods" && r.URL.Query().Has("continue")
}

// spoil has the server be asked something else from now on, or answer something else.
func (w *witness) spoil(asked func(*http.Request), answered func(*http.Response)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked, w.answered, w.seen = asked, answered, nil
}

// withoutAServer is told as such.
func withoutAServer(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	c.Stop()
	if _, said := onus(t, []int{3}, "check", "--kubeconfig", c.Kubeconfig); !strings.Contains(said, "connection refused") ||
		strings.Count(said, "\n") > 2 {
		t.Errorf("said %s", said)
	}
}

// inPod runs onus as it finds things in a pod: with a service account's token
// where kubelets put it, and the server in its environment. For that it gets
// file systems of its own; where the machine does not let it the test is skipped.
func inPod(t *testing.T, server, token, authority string, args ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "onus")
	if out, err := exec.Command("go", "build", "-o", program, "github.com/onus-project/onus/cmd/onus").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	account := t.TempDir()
	ca, err := os.ReadFile(authority)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"token": []byte(token), "ca.crt": ca, "namespace": []byte("onus")} {
		if err := os.WriteFile(filepath.Join(account, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	own := []string{"--map-root-user", "--mount", "sh", "-ec", `
		mount -t tmpfs none "$(readlink -f /var/run)"
		mkdir -p /var/run/secrets/kubernetes.io
		cp -r "$1" /var/run/secrets/kubernetes.io/serviceaccount
		shift
		exec "$@"`, "sh", account}
	if out, err := exec.Command("unshare", append(slices.Clone(own), "true")...).CombinedOutput(); err != nil {
		t.Skipf("no file systems of its own: %v %s", err, out)
	}
	cmd := exec.Command("unshare", append(append(own, program), args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "KUBERNETES_SERVICE_HOST=" + at.Hostname(),
		"KUBERNETES_SERVICE_PORT=" + at.Port()}
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) || said.Len() > 0 {
		t.Errorf("in a pod: %v, said %s", err, said.String())
	}
	return string(out)
}

// guarded has something broken for onus to find, and something held.
const guarded = `
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 2
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - name: c
        image: registry.k8s.io/pause:3.10
        env: [{name: PASSWORD, value: hunter2}]
        resources: {requests: {cpu: 100m}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: db}}
---
apiVersion: v1
kind: Service
metadata: {name: db}
spec:
  clusterIP: None
  selector: {app: db}
  ports: [{port: 5432}]
`
