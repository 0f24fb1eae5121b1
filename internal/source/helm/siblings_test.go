package helm

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// A chart that another one of the input depends on, by its name and wherever that is
// fetched from, is told with that one where it is off there, or has other values.
func TestForOthers(t *testing.T) {
	const (
		queue   = "-- charts/queue/Chart.yaml --\napiVersion: v2\nname: queue\nversion: 1.2.3\n-- charts/queue/values.yaml --\nreplicas: 2\n"
		shop    = "-- charts/shop/Chart.yaml --\napiVersion: v2\nname: shop\nversion: 1.0.0\n"
		depends = "dependencies:\n- {name: queue, version: VERSION, repository: ADDRESS, condition: queue.enabledMORE}\n"
		values  = "-- charts/shop/values.yaml --\n"
		off     = values + "queue: {enabled: false}\n"
		web     = "https://example.com/charts"
	)
	on := func(version, address, more string) string {
		return shop + strings.NewReplacer("VERSION", version, "ADDRESS", address, "MORE", more).Replace(depends)
	}
	for name, x := range map[string]struct{ files, want string }{
		"off":           {queue + on("1.2.3", web, "") + off, "which depends on it and switches it off"},
		"off, as a tag": {queue + on("1.x", "'@own'", ", tags: [queues]") + values + "tags: {queues: false}\n", "switches it off"},
		"off, at hand":  {queue + on("1.2.3", "file://../queue", "") + off, "switches it off"},
		"with values": {queue + on("1.2.3", web, "") + values + "queue: {replicas: 1}\n",
			"is there for chart charts/shop, which depends on it and gives it values of its own"},
		"under an alias":               {queue + on("1.2.3", web, ", alias: bus") + values + "bus: {replicas: 1}\n", "values of its own"},
		"under an alias that has none": {queue + on("1.2.3", web, ", alias: bus") + values + "queue: {replicas: 1}\n", ""},
		"of apiVersion v1": {queue + shop + "-- charts/shop/requirements.yaml --\n" +
			strings.NewReplacer("VERSION", "1.2.3", "ADDRESS", web, "MORE", "").Replace(depends) + off, "switches it off"},
		"on, as it is":                    {queue + on("1.2.3", web, "") + values + "queue: {enabled: true}\n", ""},
		"in another version":              {queue + on("2.0.0", web, "") + off, ""},
		"of another name":                 {strings.Replace(queue, "name: queue", "name: bus", 1) + on("1.2.3", web, "") + off, ""},
		"that says how to use":            {queue + on("1.2.3", web, "") + off + "-- charts/queue/README.md --\nhelm install queue\n", ""},
		"with values for where":           {queue + on("1.2.3", web, "") + off + "-- charts/queue/values-prod.yaml --\nreplicas: 3\n", ""},
		"for one that is there for tests": {strings.ReplaceAll(queue+on("1.2.3", web, "")+off, "charts/shop", "charts/test-shop"), ""},
		"nothing depends on it":           {queue + shop, ""},
		"beside what is none":             {queue + on("1.2.3", web, "") + "-\n" + off, ""},
		"for one that cannot be loaded":   {queue + on("1.2.3", web, "") + values + "a: ]\n", ""},
		"for two": {queue + on("1.2.3", web, "") + off + strings.ReplaceAll(on("1.2.3", web, "")+off, "charts/shop", "charts/zshop"),
			"is there for chart charts/shop, which depends on it and switches it off"},
		"for one of two": {strings.ReplaceAll(on("2.0.0", web, "")+off, "charts/shop", "charts/ashop") + queue + on("1.2.3", web, "") + off,
			"is there for chart charts/shop, which depends on it and switches it off"},
		"for itself": {"-- charts/queue/Chart.yaml --\napiVersion: v2\nname: queue\nversion: 1.2.3\n" +
			strings.NewReplacer("VERSION", "1.2.3", "ADDRESS", web, "MORE", "").Replace(depends), ""},
	} {
		dir := t.TempDir()
		unittest.Unpack(t, dir, txtar.Parse([]byte(x.files)))
		in := unittest.Tree(t, dir)
		got := ""
		for _, f := range Units(Given{})(t.Context(), in) {
			if strings.HasPrefix(f.Name, "charts/shop") && f.Unneeded != "" {
				t.Errorf("%s: %s %s", name, f.Name, f.Unneeded)
			}
			if strings.HasPrefix(f.Name, "charts/queue") {
				got = f.Unneeded
			}
		}
		if (got == "") != (x.want == "") || !strings.HasSuffix(got, x.want) {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
