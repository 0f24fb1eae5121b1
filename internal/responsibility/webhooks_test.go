package responsibility

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A webhook is known by its name, and by the labels of a pod whether it lets that go.
func TestEvictionWebhook(t *testing.T) {
	c := builtin(t)
	for _, x := range []struct {
		name, label string
		title       string
		spares      bool
	}{
		{"strimzi-drain-cleaner.strimzi.io", "strimzi.io/kind=Kafka", "Strimzi Drain Cleaner", false},
		{"strimzi-drain-cleaner.strimzi.io", "strimzi.io/kind=KafkaConnect", "Strimzi Drain Cleaner", true},
		{"strimzi-drain-cleaner.strimzi.io", "app=web", "Strimzi Drain Cleaner", true},
		{"mpodseviction.pod-graceful-drain.io", "app=web", "Pod Graceful Drain", false},
		{"virt-launcher-eviction-interceptor.kubevirt.io", "kubevirt.io=virt-launcher", "KubeVirt", false},
		{"virt-launcher-eviction-interceptor.kubevirt.io", "app=web", "KubeVirt", true},
		{"virtualmachines-mutator.kubevirt.io", "app=web", "", false},
		{"guard.example.com", "app=web", "", false},
	} {
		w := c.EvictionWebhook(x.name)
		if w == nil {
			if x.title != "" {
				t.Errorf("%s is not known", x.name)
			}
			continue
		}
		key, value, _ := strings.Cut(x.label, "=")
		if w.Title != x.title || w.Spares(map[string]string{key: value}) != x.spares || w.ByRules() {
			t.Errorf("%s of %s: %+v", x.name, x.label, w)
		}
	}
	if w := c.EvictionWebhook("validation.gatekeeper.sh"); w == nil || !w.ByRules() || w.Spares(nil) {
		t.Errorf("by rules: %+v", w)
	}
}

// What somebody's own catalog says of a webhook comes first, and with a source.
func TestWebhooksOfOnesOwn(t *testing.T) {
	own := func(from string) (*Catalog, error) {
		return Load(Files{FS: fstest.MapFS{
			"webhooks.yaml":  {Data: []byte("evictions:\n- {names: [guard.example.com], title: Guard, refuses: design, from: [" + from + "]}\n")},
			"sources/x.yaml": {Data: []byte("sources:\n  - {id: x, title: X, url: 'https://example.com', read: 2026-11-29}\n")},
		}, Name: "own"})
	}
	if c, err := own("x"); err != nil || c.EvictionWebhook("guard.example.com").Title != "Guard" {
		t.Errorf("a webhook of one's own: %v", err)
	}
	if _, err := own("z"); err == nil || !strings.Contains(err.Error(), "guard.example.com.from") {
		t.Errorf("a source that is none: %v", err)
	}
}
