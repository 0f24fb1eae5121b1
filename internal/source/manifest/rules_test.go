package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A webhook that is asked by several rules is asked about all that one of them says.
func TestRulesOfOneWebhook(t *testing.T) {
	rule := func(op, resource string) string {
		return "{operations: [" + op + "], apiGroups: [''], apiVersions: [v1], resources: [" + resource + "]}"
	}
	for _, rules := range [][]string{
		{rule("CREATE", "pods"), rule("CREATE", "pods/eviction"), rule("UPDATE", "pods/status"), rule("CREATE", "services")},
		{rule("CREATE", "services"), rule("CREATE", "pods/binding"), rule("CREATE", "pods/eviction"), rule("CREATE", "pods")},
	} {
		e := mustRead(t, "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: gate}\n"+
			"webhooks: [{name: a.b.c, rules: ["+strings.Join(rules, ", ")+"]}]\n")
		if len(e.Webhooks) != 1 || !e.Webhooks[0].Creates || !e.Webhooks[0].Evicts || !e.Webhooks[0].Starts {
			t.Errorf("%v: %+v", rules, e.Webhooks)
		}
	}
}

// The kinds that may stand in text which cannot be parsed are those that it names,
// and any where it names none and is a template.
func TestKindsInTextThatCannotBeParsed(t *testing.T) {
	for _, x := range []struct {
		text     string
		template bool
		kinds    string
		any      bool
	}{
		{"apiVersion: v1\nkind: Pod\n", false, "Pod", false},
		{"apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Pod\n", false, "Pod", false},
		{"apiVersion: apps/v1\nkind: Deployment\n---\napiVersion: v1\nkind: Service\n", false, "Deployment Service", false},
		{"apiVersion: v1\nkind: Secret\n", false, "", false},
		{"apiVersion: db.example.org/v1\nkind: Store\n", false, "Store", false},
		{"apiVersion: v1\nkind: Store\n", false, "", false},
		{"kind: Store\n", false, "Store", false},
		{"apiVersion: {{ .api }}\nkind: Store\n", false, "Store", false},
		{"apiVersion: v1\nkind: Store\n---\napiVersion: db.example.org/v1\nkind: Other\n", false, "Store Other", false},
		{"apiVersion: v1\nkind: {{ .kind }}\n", false, "", true},
		{"apiVersion: v1\nkind: List\n", false, "", true},
		{"apiVersion: apps/v1\nkind: DeploymentList\n", false, "", true},
		{"nothing of the kind\n", false, "", false},
		{"nothing of the kind\n", true, "", true},
		{"\xff\xfe", false, "", true},
		{"", false, "", true},
	} {
		kinds, any := mayHold([]byte(x.text), x.template)
		if strings.Join(kinds, " ") != x.kinds || any != x.any {
			t.Errorf("%q: %v, any %t", x.text, kinds, any)
		}
	}
}

// A file that is a template by its name is told of at the first mark of the language
// that it is written in.
func TestFilesThatAreTemplatesByName(t *testing.T) {
	const object = "apiVersion: v1\nkind: Pod\n"
	for _, x := range []struct {
		text, says string
		line       int
	}{
		{object + "metadata: {{ .name }}\n", "is a Go template", 3},
		{object + "a: b\nmetadata: {% x %}\n", "is a Jinja template", 4},
		{object + "%{ for x in y ~}\n", "is a template of Terraform", 3},
		{object + "name: $NAME\n", "is a template for envsubst", 3},
		{object, "is a template", 1},
		{"apiVersion: v1\n", "", 0},
		{"kind: Pod\n", "", 0},
	} {
		f := Unrendered("f.tpl", []byte(x.text))
		if (f == nil) != (x.says == "") {
			t.Errorf("%q: %v", x.text, f)
			continue
		}
		if f != nil && (f.Error.Msg != x.says || f.Error.Line != x.line || f.Error.Hint == "" || !slices.Contains(f.Kinds, "Pod")) {
			t.Errorf("%q: %+v holds %v", x.text, f.Error, f.Kinds)
		}
	}
}

// How old nodes get and how long their drain waits are read each by itself.
func TestTermsThatAreSetAlone(t *testing.T) {
	for terms, want := range map[string]string{
		"": " 0s", "expireAfter: 24h": "24h 0s", "expireAfter: Never": "Never 0s", "terminationGracePeriod: 30m": " 30m0s",
		"expireAfter: 24h, terminationGracePeriod: 30m": "24h 30m0s", "terminationGracePeriod: 0s": " 1ns",
	} {
		e := mustRead(t, "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {template: {spec: {"+terms+"}}}\n")
		if got := fmt.Sprint(e.Pools[0].ExpireAfter, " ", e.Pools[0].Grace); got != want {
			t.Errorf("%s: %q, want %q", terms, got, want)
		}
	}
}

// A port of a Service leads to its target, which is its own number where none is
// named; a port of the node is chosen where it is written.
func TestPortsOfServices(t *testing.T) {
	for written, want := range map[string]string{
		"ports: [{name: a, port: 80}]":                            "a 80 80 false",
		"ports: [{port: 80, targetPort: 8080}]":                   " 80 8080 false",
		"ports: [{port: 80, targetPort: web}]":                    " 80 web false",
		"ports: [{port: 80, targetPort: 0}]":                      " 80 80 false",
		"ports: [{port: 80, targetPort: ''}]":                     " 80 80 false",
		"clusterIP: None, ports: [{port: 80, targetPort: 0}]":     " 80 0 false",
		"clusterIP: None, ports: [{port: 80, targetPort: ''}]":    " 80 80 false",
		"type: NodePort, ports: [{port: 80, nodePort: 30080}]":    " 80 80 true",
		"type: NodePort, ports: [{port: 80, nodePort: 1}]":        " 80 80 true",
		"type: LoadBalancer, ports: [{port: 443, targetPort: s}]": " 443 s false",
	} {
		e := mustRead(t, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}, "+written+"}\n")
		p := e.Services[0].Ports[0]
		if got := fmt.Sprint(p.Name, " ", p.Number, " ", p.Target, " ", p.Chosen); got != want {
			t.Errorf("%s: %q, want %q", written, got, want)
		}
	}
	scraped := func(annotations string) string {
		return mustRead(t, "apiVersion: v1\nkind: Service\nmetadata: {name: a, annotations: {"+annotations+
			"}}\nspec: {selector: {a: b}}\n").Services[0].ScrapedAt
	}
	if got := scraped("prometheus.io/scrape: 'true', prometheus.io/port: '9100'"); got != "9100" {
		t.Errorf("scraped at %q", got)
	}
	if got := scraped("prometheus.io/scrape: 'false', prometheus.io/port: '9100'"); got != "" {
		t.Errorf("not scraped at %q", got)
	}
	if e := mustRead(t, "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n"); len(e.Services) != 0 {
		t.Error("one without a selector routes to nothing that is here")
	}
}

// Values of fields are kept up to a depth, a length and a number, and none of what
// may be private.
func TestValuesThatAreKept(t *testing.T) {
	long := strings.Repeat("x", longestValue)
	for _, x := range []struct{ spec, want string }{
		{"{a: b, c: 1, d: true, e: null, f: [1]}", "spec= spec.a=b spec.c=1 spec.d=true spec.e= spec.f="},
		{"{a: {b: {c: {d: 1}}}}", "spec= spec.a= spec.a.b= spec.a.b.c="},
		{"{a: {b: {c: 1}}}", "spec= spec.a= spec.a.b= spec.a.b.c=1"},
		{"{a: " + long + "}", "spec= spec.a=" + long},
		{"{a: " + long + "x}", "spec= spec.a="},
	} {
		e := mustRead(t, "apiVersion: example.org/v1\nkind: Custom\nmetadata: {name: a}\nstatus: {x: y}\ndata: {x: y}\nspec: "+x.spec+"\n")
		var got []string
		for _, path := range slices.Sorted(maps.Keys(e.Objects[0].Values)) {
			got = append(got, path+"="+e.Objects[0].Values[path])
		}
		if said := strings.Join(got, " "); said != x.want {
			t.Errorf("%s: %s", x.spec, said)
		}
	}
	many := ""
	for i := range 2 * mostValues {
		many += fmt.Sprintf("  f%03d: x\n", i)
	}
	e := mustRead(t, "apiVersion: example.org/v1\nkind: Custom\nmetadata: {name: a}\nspec:\n"+many+"last: y\n")
	if n := len(e.Objects[0].Values); n != mostValues-1 { // the object itself is one
		t.Errorf("%d values of very many", n)
	}
	if got := unquoted(map[string]jsontext.Value{"a": jsontext.Value(`"x"`), "b": jsontext.Value("1")}); len(got) != 1 || got["a"] != "x" {
		t.Errorf("%v", got)
	}
}

// The ConfigMaps that a pod is given, each once: mounted, projected, and by its
// environment; not the one that every pod mounts with its token.
func TestConfigMapsThatAPodIsGiven(t *testing.T) {
	e := mustRead(t, `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  volumes:
  - {name: v, configMap: {name: mounted}}
  - {name: w, configMap: {}}
  - {name: x, projected: {sources: [{configMap: {name: kube-root-ca.crt}}, {configMap: {name: projected}}, {secret: {name: s}}]}}
  - {name: z, emptyDir: {}}
  containers:
  - {name: c, envFrom: [{configMapRef: {name: whole}}, {secretRef: {name: s}}, {configMapRef: {name: mounted}}]}
  - {name: d, env: [{name: A, value: x}, {name: B, valueFrom: {configMapKeyRef: {name: key, key: k}}}, {name: C,
      valueFrom: {secretKeyRef: {name: s, key: k}}}]}
`)
	if got := strings.Join(e.Workloads[0].Template.ConfigMaps, " "); got != "mounted projected whole key" {
		t.Errorf("%q", got)
	}
}

// Of a ConfigMap that is kept which tells where data are; the first entry by name,
// or the one that no volume makes good.
func TestConfigMapsThatTellOfAStore(t *testing.T) {
	for data, want := range map[string]string{
		"DB_TYPE: sqlite3":                        "DB_TYPE=sqlite3",
		"DB_TYPE: postgres":                       "",
		"A_STORAGE: local, B_STORAGE: filesystem": "A_STORAGE=local",
		"A_STORAGE: local, DB_TYPE: sqlite3":      "DB_TYPE=sqlite3",
		"A_DB_TYPE: sqlite3, B_DB_TYPE: h2":       "A_DB_TYPE=sqlite3",
		"conf: \"storage:\\n  type: sqlite3\\n\"": "storage.type=sqlite3",
	} {
		e := mustRead(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {"+data+"}\n")
		got := ""
		for _, c := range e.Configs {
			if got = c.Store.Told; c.Name != "a" || c.Namespace != "shop" || c.Position.Line == 0 {
				t.Errorf("%s: %+v", data, c)
			}
		}
		if got != want || len(e.Configs) > 1 {
			t.Errorf("%s: %q, want %q", data, got, want)
		}
	}
	for length, kept := range map[int]int{longestConfig - 20: 1, longestConfig + 1: 0} {
		text := "storage:\\n  type: sqlite3\\n#" + strings.Repeat("x", length-len("storage:\n  type: sqlite3\n#"))
		if e := mustRead(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {conf: \""+text+"\"}\n"); len(e.Configs) != kept {
			t.Errorf("of a file of %d bytes %d are kept", length, len(e.Configs))
		}
	}
}

// The word by which a container is told to run for development, and what its flags
// tell of a store.
func TestFlagsThatTellOfAStore(t *testing.T) {
	for args, want := range map[string]string{
		"start-dev": "start-dev", "-dev": "-dev", "--dev": "--dev", "start": "", "--db-type=sqlite": " --db-type=sqlite",
		"--db-type, sqlite": " --db-type=sqlite", "db-type, sqlite": "",
		"--db-type": "", "--db-type=postgres, --storage=local": " --storage=local", "--storage=local, --db-type=sqlite": " --storage=local",
	} {
		c := mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, args: ["+args+
			"]}]}\n").Workloads[0].Template.Containers[0]
		if got := strings.TrimSuffix(c.Dev+" "+c.Store.Told, " "); got != want {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}

// What an Ingress or a route answers for, and by what its requests come in.
func TestEntriesOfRequests(t *testing.T) {
	for name, x := range map[string]struct{ kind, meta, spec, class, gateways, hosts string }{
		"a class": {"networking.k8s.io/v1 Ingress", "",
			"ingressClassName: c, defaultBackend: {service: {name: web}}", "c", "", ""},
		"a class by an annotation": {"networking.k8s.io/v1 Ingress", "annotations: {kubernetes.io/ingress.class: old}",
			"defaultBackend: {service: {name: web}}", "old", "", ""},
		"a class over an annotation": {"networking.k8s.io/v1 Ingress", "annotations: {kubernetes.io/ingress.class: old}",
			"ingressClassName: c, defaultBackend: {service: {name: web}}", "c", "", ""},
		"hosts of an Ingress": {"networking.k8s.io/v1 Ingress", "",
			"rules: [{host: a.b, http: {paths: [{backend: {service: {name: web}}}]}}, {host: unused}]", "", "", "a.b"},
		"hosts and gateways": {"gateway.networking.k8s.io/v1 HTTPRoute", "", "hostnames: [a.b], parentRefs: [{name: gw}, {name: x}], " +
			"rules: [{backendRefs: [{name: web}]}]", "", "gw x", "a.b"},
		"of a VirtualService": {"networking.istio.io/v1 VirtualService", "",
			"hosts: [a.b], gateways: [gw], http: [{route: [{destination: {host: web}}]}]", "", "gw", "a.b"},
		"the host of an OpenShift's": {"route.openshift.io/v1 Route", "", "host: a.b, to: {kind: Service, name: web}", "", "", "a.b"},
	} {
		api, kind, _ := strings.Cut(x.kind, " ")
		meta := "name: a"
		if x.meta != "" {
			meta += ", " + x.meta
		}
		e := mustRead(t, fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {%s}\nspec: {%s}\n", api, kind, meta, x.spec))
		if len(e.Backends) != 1 {
			t.Errorf("%s: %+v", name, e.Backends)
			continue
		}
		got := e.Backends[0].Entry
		if got.Class != x.class || strings.Join(got.Gateways, " ") != x.gateways || strings.Join(got.Hosts, " ") != x.hosts ||
			len(got.Annotations) != strings.Count(x.meta, "ingress.class") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A pod's demands are pointed to where they stand.
func TestWhereADemandStands(t *testing.T) {
	for pointer, d := range map[jsontext.Pointer]demand{
		"/containers/1/resources/requests":   {containers: "containers", n: 1, field: "requests"},
		"/initContainers/0/resources/limits": {containers: "initContainers", field: "limits"},
		"/resources/limits":                  {field: "limits"},
		"/overhead":                          {field: "overhead"},
	} {
		if got := d.at(); got != pointer {
			t.Errorf("%q, want %q", got, pointer)
		}
	}
	both := corev1.ResourceRequirements{Requests: corev1.ResourceList{}, Limits: corev1.ResourceList{}}
	spec := &corev1.PodSpec{InitContainers: []corev1.Container{{Resources: both}, {}}, Containers: []corev1.Container{{}}, Resources: &both}
	for stop := range 10 {
		var got []string
		for d := range demands(spec) {
			if got = append(got, string(d.at())); len(got) == stop {
				break
			}
		}
		if want := 9; len(got) != want && len(got) != stop {
			t.Errorf("%d of them: %v", len(got), got)
		}
	}
}

// The first container of a pod that does not come up is the one that tells why.
func TestWhyAPodWaits(t *testing.T) {
	waiting := func(reason string) containerStatus {
		var s containerStatus
		s.RestartCount = 2
		if reason != "" {
			s.State.Waiting = &struct {
				Reason string `json:"reason"`
			}{reason}
		}
		return s
	}
	for _, x := range []struct {
		first, then []string
		want        string
	}{
		{nil, []string{"", "Crash"}, "Crash"},
		{[]string{"Pull"}, []string{"Crash"}, "Pull"},
		{nil, []string{"Crash", "Pull"}, "Crash"},
		{nil, nil, ""},
	} {
		var s podStatus
		for _, reason := range x.first {
			s.InitContainers = append(s.InitContainers, waiting(reason))
		}
		for _, reason := range x.then {
			s.Containers = append(s.Containers, waiting(reason))
		}
		var p kubernetes.Pod
		(podReader{&objectReader{into: &kubernetes.Raw{}}}).podStatus(&s, &p)
		if p.Waiting != x.want || p.Restarts != 2*(len(x.first)+len(x.then)) {
			t.Errorf("%v and %v: %q after %d", x.first, x.then, p.Waiting, p.Restarts)
		}
	}
}
