package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What a workload runs is told by the container that is no exporter, proxy or shipper of logs
// beside another one, in whatever order they stand; and by the one that a Service leads to,
// where the program of the first is not known.
func TestContainersThatTellTheProgram(t *testing.T) {
	of := func(images string) *kubernetes.Workload {
		w := &kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Name: "web"}}
		for image := range strings.SplitSeq(images, " ") {
			image, port, _ := strings.Cut(image, ":")
			w.Template.Containers = append(w.Template.Containers,
				kubernetes.Container{Image: image, Ports: []kubernetes.ContainerPort{{Name: port, Number: 80}}})
		}
		return w
	}
	e := &kubernetes.Estate{Services: []kubernetes.Service{
		{Ports: []kubernetes.ServicePort{{Target: "elsewhere"}}}, // which routes to another one
		{Ports: []kubernetes.ServicePort{{Name: "http", Target: "http"}, {Name: "metrics", Target: "exposed"}}},
	}}
	for _, x := range []struct{ images, want string }{
		{"jmx-exporter app", ""}, {"app jmx-exporter", ""}, {"jmx-exporter radar-gateway", ""}, {"jmx_exporter redis", "Redis"},
		{"mysqld-exporter", "an exporter of metrics"}, {"mysqld-exporter kube-rbac-proxy", "an exporter of metrics"},
		{"kube-rbac-proxy mysqld-exporter", "an exporter of metrics"}, {"oauth2-proxy redis", "Redis"}, {"envoy redis", "Redis"},
		{"fluent-bit redis", "Redis"}, {"redis fluent-bit", "Redis"}, {"filebeat jmx-exporter app", ""},
		{"app redis", ""}, {"app redis:http", "Redis"}, {"app:http redis:http", ""}, {"app redis:exposed", ""}, {"app redis:elsewhere", ""},
		{"redis app:http", "Redis"},
	} {
		got := ""
		if p := programOf(knowledge(t), e, of(x.images), []int{1}); p != nil {
			got = p.Title
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.images, got, x.want)
		}
	}
}
