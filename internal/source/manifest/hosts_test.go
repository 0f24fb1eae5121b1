package manifest

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A host is told by an address, by a port behind it, by svc in it, or as the whole value
// of what is called so.
func TestHostsOfSettings(t *testing.T) {
	for _, x := range []struct {
		name, value string
		want        []string
	}{
		{"DB_HOST", "db", []string{"db"}},
		{"--upstream", "api.shop", []string{"api.shop"}},
		{"DATABASE_URL", "postgres://user:secret@db:5432/shop", []string{"db"}},
		{"X", "http://api.shop.svc.cluster.local:8080/v1", []string{"api.shop"}},
		{"BROKERS", "kafka-0.kafka.shop.svc:9092", []string{"kafka.shop"}}, // a pod of it
		{"X", "cache:6379,queue:5672", []string{"cache", "queue"}},
		{"X", "queue.jobs.svc", []string{"queue.jobs"}},
		{"EXTERNAL_AUTH_HOST", "auth", []string{"auth"}},
		{"ALLOWED_HOSTS", "webhook-handler.custom.svc.cluster.local", nil}, // as what it is called
		{"CSRF_TRUSTED_ORIGINS", "http://web.shop.svc", nil},
		{"no_proxy", "api.shop.svc,db:5432", nil},
		{"--cors-allowed-origins", "http://web:8080", nil},
		{"VIRTUAL_HOST", "web", nil},
		{"bind-address", "web:8080", nil},
		{"MODE", "api", nil},
		{"X", "https://api.github.com/repos", nil},
		{"IMAGE", "registry.example.com/shop/api:1.25", nil},
		{"IMAGE", "nginx:1.25", nil},
		{"TIME", "12:30", nil},
		{"ADDR", ":8080", nil},
		{"ADDR", "0.0.0.0:8080", nil},
		{"HOST", "localhost", nil},
		{"HOST", "-db", nil},
		{"URL", "http://.shop", nil},
		{"URL", "http://-/x", nil},
		{"URL", "$(API_HOST):8080", nil},
	} {
		var h hosts
		h.setting(x.name, x.value)
		if !slices.Equal(h.all, x.want) {
			t.Errorf("%s=%s: %q, want %q", x.name, x.value, h.all, x.want)
		}
	}
}

func TestHostsOfPods(t *testing.T) {
	got := calls(&corev1.PodSpec{
		InitContainers: []corev1.Container{{Command: []string{"sh", "-c", "until nc -z db:5432; do sleep 1; done"}}},
		Containers: []corev1.Container{{
			Args: []string{"--redis-addr", "cache", "--queue=jobs:5672", "--name", "web"},
			Env:  []corev1.EnvVar{{Name: "API_URL", Value: "http://api"}},
		}},
	})
	if want := []string{"db", "api", "cache", "jobs"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHostsOfConfigMaps(t *testing.T) {
	got := callsIn(map[string]string{
		"app.yaml":   "database:\n  host: db\n  name: shop\nlisten: \":8080\"\n",
		"nginx.conf": "location / {\n  proxy_pass http://web:3000;\n}\n",
		"redis_host": "cache",
	})
	if want := []string{"db", "web", "cache"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A host begins with a letter or a digit, and has dashes and dots behind that.
func TestHostLength(t *testing.T) {
	for text, want := range map[string]int{"": 0, "-db": 0, ".db": 0, "db": 2, "a-b.c1:80": 6, "0.db/x": 4, "DB": 0, "db DB": 2} {
		if got := hostLength(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// Values name hosts as settings do, each on its line, and not in comments.
func TestHostsInValues(t *testing.T) {
	got := CallsInValues(`# http://old
config:
  redis_host: "redis"   # http://other
  database: {url: postgres://u:p@db.data:5432/x}
  redis_port: 6379
extraEnv:
- name: API
  value: http://api.shop.svc:8080/v1#part
- queue:5672
- --upstream=redis
# cache: http://cache
cors_origins: http://web
service:
  type: ClusterIP
image: nginx:1.25
`)
	want := []Named{{"redis", 3}, {"db.data", 4}, {"api.shop", 8}, {"queue", 9}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
