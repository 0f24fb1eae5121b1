package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
)

// What is there to be pushed out has a priority below that of all others, or runs
// the pause image in a class of which the priority is not known.
func TestHeadroomByPriority(t *testing.T) {
	number := func(n int32) *int32 { return &n }
	for name, x := range map[string]struct {
		template kubernetes.PodTemplate
		want     bool
	}{
		"below others":               {kubernetes.PodTemplate{Priority: number(-1)}, true},
		"as others":                  {kubernetes.PodTemplate{Priority: number(0)}, false},
		"pause, as others":           {kubernetes.PodTemplate{Priority: number(0), Pause: true, PriorityClass: "c"}, false},
		"pause, in an unknown class": {kubernetes.PodTemplate{Pause: true, PriorityClass: "c"}, true},
		"pause, without a class":     {kubernetes.PodTemplate{Pause: true}, false},
		"an unknown class":           {kubernetes.PodTemplate{PriorityClass: "c"}, false},
	} {
		if got := headroom(&kubernetes.Workload{Template: x.template}); got != x.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// What serves is what lasts and is no headroom; a bare pod serves where a Service
// routes to it. Drains evict what is evictable, and has pods that stay.
func TestWhatServesAndIsDrained(t *testing.T) {
	below := int32(-1)
	for name, x := range map[string]struct {
		workload        kubernetes.Workload
		services        []int
		serves, drained bool
	}{
		"a controller":          {kubernetes.Workload{Lasting: true, Evictable: true, Replicas: 1}, nil, true, true},
		"a bare pod":            {kubernetes.Workload{Lasting: true, Evictable: true, Replicas: 1, Bare: true}, nil, false, true},
		"a bare pod, routed to": {kubernetes.Workload{Lasting: true, Evictable: true, Replicas: 1, Bare: true}, []int{0}, true, true},
		"a Job":                 {kubernetes.Workload{Evictable: true, Replicas: 1}, []int{0}, false, true},
		"headroom": {kubernetes.Workload{Lasting: true, Evictable: true, Replicas: 1,
			Template: kubernetes.PodTemplate{Priority: &below}}, []int{0}, false, true},
		"a DaemonSet":       {kubernetes.Workload{Lasting: true, Replicas: 1}, nil, true, false},
		"scaled to nothing": {kubernetes.Workload{Lasting: true, Evictable: true, ReplicasSet: true}, nil, true, false},
		"a Job that goes":   {kubernetes.Workload{Evictable: true, Replicas: 1, Transient: true}, nil, false, false},
	} {
		s := &serving{estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{x.workload}}, services: [][]int{x.services}}
		if s.serves(0) != x.serves || s.drained(0) != x.drained {
			t.Errorf("%s: serves %t, drained %t", name, s.serves(0), s.drained(0))
		}
	}
}

// The Service that says most of who needs a workload: one with an address, then one
// without, then one for metrics; of equals the first.
func TestForemostService(t *testing.T) {
	address := kubernetes.Service{Name: "address", Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}}
	headless := kubernetes.Service{Name: "headless", Headless: true, Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}}
	metrics := kubernetes.Service{Name: "metrics", Ports: []kubernetes.ServicePort{{Name: "metrics", Target: "80"}}}
	public := kubernetes.Service{Name: "a-public", Ports: address.Ports}
	admin := kubernetes.Service{Name: "a-admin", Ports: address.Ports}
	again := kubernetes.Service{Name: "again", Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}}
	for _, x := range []struct {
		services []kubernetes.Service
		want     string
		used     int
	}{
		{[]kubernetes.Service{metrics, headless, address}, "address", 2},
		{[]kubernetes.Service{metrics, headless}, "headless", 1},
		{[]kubernetes.Service{metrics}, "metrics", 0},
		{[]kubernetes.Service{address, again}, "address", 2},
		{[]kubernetes.Service{headless, metrics, again, address}, "again", 3},
		{[]kubernetes.Service{admin, address, public}, "a-public", 3},
		{[]kubernetes.Service{admin, address}, "address", 2},
		{[]kubernetes.Service{headless, admin}, "a-admin", 2},
		{nil, "", 0},
	} {
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{}}, Services: x.services}
		s := &serving{estate: e, services: [][]int{nil}, behind: make([][]int, len(x.services)), scrapes: scrapes{estate: e}}
		for k := range x.services {
			s.services[0] = append(s.services[0], k)
		}
		k, ok := s.foremost(0)
		if ok != (x.want != "") || ok && e.Services[k].Name != x.want {
			t.Errorf("%d, %t, want %s", k, ok, x.want)
		}
		if used := s.used(0); len(used) != x.used || slices.ContainsFunc(used, func(k int) bool { return e.Services[k].Name == "metrics" }) {
			t.Errorf("%v are used", used)
		}
	}
}

// By what something depends on a workload, or why nothing is known to.
func TestEvidenceOfWhatRoutesToIt(t *testing.T) {
	port := []kubernetes.Container{{Ports: []kubernetes.ContainerPort{{Name: "http"}}}}
	health := []kubernetes.Container{{Ports: []kubernetes.ContainerPort{{Name: "healthz"}}}}
	astray := kubernetes.Service{Name: "svc", Ports: []kubernetes.ServicePort{{Target: "web"}}}
	direct := kubernetes.Service{Name: "svc", Ports: []kubernetes.ServicePort{{Target: "80"}}}
	in := origin.Scope{Namespace: "shop"}
	for _, x := range []struct {
		name      string
		workload  kubernetes.Workload
		routes    bool
		astray    bool
		elsewhere bool
		unread    []origin.Unread
		hidden    []origin.Unread
		said      string
		ok        bool
	}{
		{name: "a Service", routes: true, said: "Service svc routes to it", ok: true},
		{name: "a name of its own", workload: kubernetes.Workload{ServiceName: "own"},
			said: "it names the Service own as its own, and no Service of its namespace was read", ok: true},
		{name: "a name of its own that was not read, and Services for others", workload: kubernetes.Workload{ServiceName: "own"}, elsewhere: true,
			said: "it names the Service own as its own, which was not read, though those of others were"},
		{name: "a Service to no port", astray: true,
			said: "Service svc routes to port web, which none of its containers declares: nothing is sent to it"},
		{name: "a port", workload: kubernetes.Workload{Template: kubernetes.PodTemplate{Containers: port}},
			said: "its containers declare ports, and no Service of its namespace was read", ok: true},
		{name: "a port for health", workload: kubernetes.Workload{Template: kubernetes.PodTemplate{Containers: health}},
			said: "no Service that was read routes to it; it may work a queue or watch something"},
		{name: "a port, and Services for others", workload: kubernetes.Workload{Template: kubernetes.PodTemplate{Containers: port}},
			elsewhere: true, said: "no Service that was read routes to it; it may work a queue or watch something"},
		{name: "a port of an operator's, and Services for others",
			workload: kubernetes.Workload{MadeBy: &kubernetes.Maker{}, Template: kubernetes.PodTemplate{Containers: port}}, elsewhere: true,
			said: "clients reach it by a Service that its operator makes", ok: true},
		{name: "Services unread", unread: []origin.Unread{unread("Service")},
			said: "Services could not be read: forbidden; allow list on services, so whether one routes to it is not known", ok: true},
		{name: "a Service hidden", hidden: []origin.Unread{{Of: "chart x", Scope: in}},
			said: "chart x could not be read, so whether a Service routes to it is not known"},
		{name: "a Service hidden elsewhere", hidden: []origin.Unread{{Of: "chart x", Scope: origin.Scope{Namespace: "bank"}}},
			said: "no Service that was read routes to it; it may work a queue or watch something"},
		{name: "something else hidden", hidden: []origin.Unread{{Of: "chart x", Kind: "Pod", Scope: in}},
			said: "no Service that was read routes to it; it may work a queue or watch something"},
	} {
		x.workload.Namespace = "shop"
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{x.workload}, Services: []kubernetes.Service{direct}, Unread: x.unread,
			Hidden: x.hidden}
		s := &serving{estate: e, services: [][]int{nil}, behind: [][]int{nil}, astray: [][]int{nil}, scrapes: scrapes{estate: e},
			elsewhere: map[string]bool{"shop": x.elsewhere}}
		if x.routes {
			s.services[0] = []int{0}
		}
		if x.astray {
			e.Services[0], s.astray[0] = astray, []int{0}
		}
		if got, ok := s.routed(0); got.Text != x.said || ok != x.ok {
			t.Errorf("%s: %q, %t", x.name, got.Text, ok)
		}
	}
}

// How many pods of others stand behind every Service of a workload, at the fewest.
func TestPodsOfOthersBehindAService(t *testing.T) {
	workload := func(name string, replicas int, lasting bool) kubernetes.Workload {
		return kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: name}, Replicas: replicas, Lasting: lasting}
	}
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{workload("it", 1, true), workload("two", 2, true), workload("three", 3, true),
		workload("job", 9, false)}}
	s := &serving{estate: e, behind: [][]int{{0, 1, 2}, {0, 2, 3}, {0}, {0, 3}, {0, 1}}}
	for _, x := range []struct {
		services      []int
		pods, through int
	}{
		{nil, 0, 0}, {[]int{0}, 5, 0}, {[]int{1}, 3, 1}, {[]int{0, 1}, 3, 1}, {[]int{1, 0}, 3, 1}, {[]int{0, 2}, 0, 2}, {[]int{3}, 0, 3},
		{[]int{4, 0, 1}, 2, 4}, {[]int{4, 4}, 2, 4},
	} {
		if pods, through := s.company(0, x.services); pods != x.pods || through != x.through {
			t.Errorf("%v: %d through %d, want %d through %d", x.services, pods, through, x.pods, x.through)
		}
	}
}

// A port is one for those who run a program by one of the words of its name.
func TestPortsForThoseWhoRunIt(t *testing.T) {
	for name, want := range map[string]bool{
		"metrics":                       true,
		"http-metrics":                  true,
		"tcp-prometheus-servicemonitor": true,
		"healthz":                       true,
		"profiler":                      true,
		"debug-http":                    true,
		"debugger":                      false,
		"http":                          false,
		"":                              false,
		"web-healthy":                   false,
		"metricsapi":                    false,
	} {
		if got := watched(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
		w := &kubernetes.Workload{
			Template: kubernetes.PodTemplate{Containers: []kubernetes.Container{
				{},
				{Ports: []kubernetes.ContainerPort{{Name: "probe"}, {Name: name}}},
			}},
		}
		if got := used(w); got == want {
			t.Errorf("a workload with port %q is used: %t", name, got)
		}
	}
}

// Metrics are read at a number that exporters take, where the Service or the pods
// say that they are.
func TestMetricsAtTheNumberOfAnExporter(t *testing.T) {
	for _, x := range []struct {
		target, service, pods, port string
		want                        bool
	}{
		{"9100", "9100", "", "", true}, {"9999", "9999", "", "", true}, {"9099", "9099", "", "", false}, {"10000", "10000", "", "", false},
		{"9187", "", "true", "9187", true}, {"9187", "", "false", "9187", false}, {"9187", "", "true", "9188", false},
		{"9187", "9188", "", "", false}, {"9187", "", "", "", false},
		{"web", "web", "", "", false},
	} {
		w := &kubernetes.Workload{
			Template: kubernetes.PodTemplate{Annotations: map[string]string{"prometheus.io/scrape": x.pods, "prometheus.io/port": x.port}},
		}
		if got := annotated(&kubernetes.Service{ScrapedAt: x.service}, w, kubernetes.ServicePort{Target: x.target}); got != x.want {
			t.Errorf("%+v: %t", x, got)
		}
	}
}

// An exporter is one by its name or that of its images, which serve one thing, and not where
// one is beside what else runs there.
func TestExportersByName(t *testing.T) {
	one := []kubernetes.ServicePort{{Name: "http"}, {Name: "metrics"}}
	two := []kubernetes.ServicePort{{Name: "http"}, {Name: "grpc"}}
	for _, x := range []struct {
		name   string
		images []string
		ports  []kubernetes.ServicePort
		want   bool
	}{
		{"mysql-exporter", nil, one, true}, {"mysql_exporter", nil, one, true}, {"mysql", []string{"mysqld-exporter"}, one, true},
		{"mysql", []string{"mysqld_exporter"}, nil, true},
		{"mysql", []string{"mysql", "mysqld-exporter"}, one, false}, {"mysql", []string{"mysqld-exporter", "mysql"}, one, false},
		{"mysql", []string{"mysqld-exporter", "jmx_exporter"}, one, true}, {"mysql", nil, one, false}, {"exporter-web", nil, one, false},
		{"data-exporter", nil, two, false}, {"exporter", nil, one, false},
	} {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Name: x.name}}
		for _, image := range x.images {
			w.Template.Containers = append(w.Template.Containers, kubernetes.Container{Image: image})
		}
		s := scrapes{estate: &kubernetes.Estate{Services: []kubernetes.Service{{Ports: x.ports}}}}
		if got := s.exports(w, []int{0}); got != x.want {
			t.Errorf("%s of %v with %v: %t", x.name, x.images, x.ports, got)
		}
	}
}

// A monitor covers a port of the Services, or of the pods, that it selects.
func TestPortsThatAMonitorCovers(t *testing.T) {
	service := &kubernetes.Service{Namespace: "shop", Labels: map[string]string{"s": "x"}}
	w := &kubernetes.Workload{
		Template: kubernetes.PodTemplate{Labels: map[string]string{"p": "y"},
			Containers: []kubernetes.Container{{Ports: []kubernetes.ContainerPort{{Name: "other", Number: 81}, {Name: "web", Number: 80}}}}},
	}
	of := func(s string) labels.Selector { return selector(t, s) }
	for _, x := range []struct {
		why    string
		scrape kubernetes.Scrape
		port   kubernetes.ServicePort
		want   bool
	}{
		{"the name of the Service's port", kubernetes.Scrape{Selector: of("s=x"), Ports: []string{"http"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, true},
		{"its target", kubernetes.Scrape{Selector: of("s=x"), Ports: []string{"80"}}, kubernetes.ServicePort{Name: "http", Target: "80"}, true},
		{"another port", kubernetes.Scrape{Selector: of("s=x"), Ports: []string{"grpc"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, false},
		{"no name", kubernetes.Scrape{Selector: of("s=x"), Ports: []string{""}}, kubernetes.ServicePort{Target: "80"}, false},
		{"other Services", kubernetes.Scrape{Selector: of("s=z"), Ports: []string{"http"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, false},
		{"its namespace", kubernetes.Scrape{Namespaces: []string{"shop"}, Selector: of("s=x"), Ports: []string{"http"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, true},
		{"another namespace", kubernetes.Scrape{Namespaces: []string{"bank"}, Selector: of("s=x"), Ports: []string{"http"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, false},
		{"the name in the pods", kubernetes.Scrape{Pods: true, Selector: of("p=y"), Ports: []string{"web"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, true},
		{"the name of the Service's port, of pods", kubernetes.Scrape{Pods: true, Selector: of("p=y"), Ports: []string{"http"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, false},
		{"the target by its name", kubernetes.Scrape{Pods: true, Selector: of("p=y"), Ports: []string{"web"}},
			kubernetes.ServicePort{Name: "http", Target: "web"}, true},
		{"other pods", kubernetes.Scrape{Pods: true, Selector: of("s=x"), Ports: []string{"web"}},
			kubernetes.ServicePort{Name: "http", Target: "80"}, false},
	} {
		if got := (scrapes{estate: &kubernetes.Estate{Scrapes: []kubernetes.Scrape{x.scrape}}}).covers(service, w, x.port); got != x.want {
			t.Errorf("%s: %t", x.why, got)
		}
	}
	for target, want := range map[string]string{"80": "web", "81": "other", "82": "", "web": ""} {
		if got := nameIn(w, target); got != want {
			t.Errorf("%s is called %q in the pods", target, got)
		}
	}
}

// Nothing but metrics is read through a Service where that holds of all its ports.
func TestServicesForMetricsAlone(t *testing.T) {
	e := &kubernetes.Estate{Scrapes: []kubernetes.Scrape{{Selector: labels.Everything(), Ports: []string{"http"}}}}
	w := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment"},
		Template: kubernetes.PodTemplate{Containers: []kubernetes.Container{{Ports: []kubernetes.ContainerPort{{Name: "metrics", Number: 81}}}}}}
	set := &kubernetes.Workload{Ref: kubernetes.Ref{Kind: "StatefulSet"}}
	for _, x := range []struct {
		why      string
		workload *kubernetes.Workload
		service  kubernetes.Service
		want     bool
	}{
		{"by the name of its port", w, kubernetes.Service{Ports: []kubernetes.ServicePort{{Name: "metrics", Target: "80"}}}, true},
		{"by the name of its target", w, kubernetes.Service{Ports: []kubernetes.ServicePort{{Name: "x", Target: "metrics"}}}, true},
		{"by the name in the pods", w, kubernetes.Service{Ports: []kubernetes.ServicePort{{Name: "x", Target: "81"}}}, true},
		{"scraped, without an address", w, kubernetes.Service{Headless: true, Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}},
			true},
		{"scraped, with an address", w, kubernetes.Service{Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}}, false},
		{"scraped, without an address, of a StatefulSet", set,
			kubernetes.Service{Headless: true, Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}}, false},
		{"metrics and another", w, kubernetes.Service{Ports: []kubernetes.ServicePort{
			{Name: "metrics", Target: "81"},
			{Name: "x", Target: "80"},
		}}, false},
		{"no port", w, kubernetes.Service{}, false},
		{"a number that is scraped by annotation", w,
			kubernetes.Service{ScrapedAt: "9100", Ports: []kubernetes.ServicePort{{Name: "x", Target: "9100"}}}, true},
	} {
		if got := (scrapes{estate: e}).only(&x.service, x.workload); got != x.want {
			t.Errorf("%s: %t", x.why, got)
		}
	}
}

// A severity goes up and down by steps, and stays within what there is.
func TestSeverityByStepsUp(t *testing.T) {
	for _, x := range []struct {
		from  string
		steps int
		want  string
	}{
		{"low", 1, "medium"},
		{"medium", 1, "high"},
		{"high", 1, "high"},
		{"high", -1, "medium"},
		{"low", -1, "low"},
		{"low", 2, "high"},
		{"medium", 0, "medium"},
	} {
		if got := shifted(x.from, x.steps); got != x.want {
			t.Errorf("%s and %d: %s", x.from, x.steps, got)
		}
	}
}

// What an admission webhook says of requests that it does not answer.
func TestPolicyOfAWebhook(t *testing.T) {
	by := func(kind string, optional bool) *kubernetes.Backend {
		return &kubernetes.Backend{By: kubernetes.Ref{Kind: kind, Name: "v"}, Service: "web", Optional: optional}
	}
	for want, b := range map[string]*kubernetes.Backend{
		" (failurePolicy Fail)":   by("ValidatingWebhookConfiguration", false),
		" (failurePolicy Ignore)": by("MutatingWebhookConfiguration", true),
		"":                        by("CustomResourceDefinition", true),
	} {
		if got := policy(b); got != want {
			t.Errorf("%s: %q", b.By.Kind, got)
		}
		if got := calledBy(b).Text; got != "the API server calls it: "+b.By.Kind+" v"+want+", through Service web" {
			t.Error(got)
		}
	}
}

// A workload is there to be tried or looked into by what it runs and by where it stands.
func TestWorkloadsThatNobodyNeeds(t *testing.T) {
	for _, x := range []struct{ name, spec, file, want string }{
		{"web", "containers: [{name: c, image: i}]", "", ""},
		{"web", "containers: [{name: c, image: busybox, command: [sleep, infinity]}]", "", "its containers only sleep"},
		{"web", "containers: [{name: c, image: i, imagePullPolicy: Never}]", "",
			"its images are never pulled: it is for a cluster on which somebody has put them"},
		{"web", "containers: [{name: c, image: nginxdemos/hello}]", "", ""},
		{"web-test", "containers: [{name: c, image: i}]", "", `by "test" in its name it is there for tests`},
		{"web", "containers: [{name: c, image: i}]", "web-test.yaml", "by the name of its file it is there for tests"},
		{"web", "containers: [{name: c, image: i}]", "web-old.yaml", "by the name of its file it is no longer used"},
	} {
		docs := strings.NewReplacer("name: web}", "name: "+x.name+"}", "containers: [{name: c, image: i}]", x.spec).Replace(twoOfWeb)
		e := parse(t, docs)
		e.Workloads[0].Position.File = x.file
		if got := trialOf(t, e); !strings.HasPrefix(got, x.want) || got != "" && x.want == "" {
			t.Errorf("%s in %q: %q, want %q", x.name, x.file, got, x.want)
		}
	}
}

// What no Service leads to is not waited for, unless Services may be kept elsewhere; and
// one by which members of a cluster talk to each other leads nobody to them.
func TestServicesThatClientsUse(t *testing.T) {
	ported := func(annotations string) string {
		return strings.Replace(fmt.Sprintf(deployment, "web", ", ports: [{name: x, containerPort: 8080}]"), "metadata: {labels: {a: w}}",
			"metadata: {labels: {a: w}"+annotations+"}", 1)
	}
	const scraped = `, annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8080"}`
	peers := func(more string) string {
		return fmt.Sprintf(deployment, "web", "") +
			fmt.Sprintf(service, "type: LoadBalancer, ports: [{port: 4567}, {name: ist, port: 4568, targetPort: ist}, {name: g, port: 80, "+
				"targetPort: 4444}"+more+"]")
	}
	for name, x := range map[string]struct {
		docs, unit, severity string
	}{
		"ports in plain files":                  {ported(""), "", "medium"},
		"ports in what a chart makes":           {ported(""), "charts/web", "low"},
		"the only port, where metrics are read": {ported(scraped), "", "low"},
		"one of two ports, where metrics are read": {strings.Replace(ported(scraped), "containerPort: 8080}",
			"containerPort: 8080}, {name: z, containerPort: 80}", 1), "", "medium"},
		"a Service for peers":                 {peers(""), "", "low"},
		"a Service for peers and for clients": {peers(", {name: sql, port: 3306}"), "", "high"},
		"a Service for peers, and another for clients": {peers("") + strings.Replace(fmt.Sprintf(service, "ports: [{port: 80}]"), "name: svc",
			"name: web", 1), "", "medium"},
		"a Service for the peers of those that are two": {strings.Replace(peers(""), "replicas: 1", "replicas: 2", 1), "", "medium"},
	} {
		c, e := knowledge(t), awaited(parse(t, x.docs))
		result, err := check.Run(t.Context(), every, c, &estate.Estate{Kubernetes: e, Name: x.unit},
			locate.Locate(c, e, c.Offering("karpenter"), nil))
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, f := range result.Findings {
			if f.Verdict == finding.Broken && (f.Obligation == SingleReplica.ID || f.Obligation == PDBMissing.ID) {
				if told++; f.Severity != x.severity || strings.Contains(f.Fix.Summary, "counted") {
					t.Errorf("%s: %s, want %s: %s", name, f.Severity, x.severity, allEvidence(&f))
				}
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times", name, told)
		}
	}
}

// Of two Services that say as much that one counts behind which nobody else answers while
// the only pod of a workload is away.
func TestForemostOfServicesThatOthersAnswerFor(t *testing.T) {
	service := func(name string) kubernetes.Service {
		return kubernetes.Service{Name: name, Ports: []kubernetes.ServicePort{{Name: "http", Target: "80"}}}
	}
	for pods, want := range map[int]string{1: "own", 2: "shared"} {
		e := &kubernetes.Estate{
			Workloads: []kubernetes.Workload{{Ref: kubernetes.Ref{Name: "web"}, Replicas: pods, Lasting: true},
				{Ref: kubernetes.Ref{Name: "web-2"}, Replicas: 1, Lasting: true}},
			Services: []kubernetes.Service{service("shared"), service("own")},
		}
		s := &serving{estate: e, services: [][]int{{0, 1}, {0}}, behind: [][]int{{0, 1}, {0}}, scrapes: scrapes{estate: e}}
		if k, ok := s.foremost(0); !ok || e.Services[k].Name != want {
			t.Errorf("of %d pods: %s, want %s", pods, e.Services[k].Name, want)
		}
	}
}
