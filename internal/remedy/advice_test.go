package remedy

import (
	"strings"
	"testing"
)

// A comment on a chart's value is found by its path, on its line or above it.
func TestCommentsOnValues(t *testing.T) {
	const values = `# How many.
replicaCount: 1
web:
  # Only 1 replica is supported.
  replicas: 1
  deep: {a: 1}
api:
  replicas: 1 # do not run more than one
other:
  web:
    # nobody asked
    replicas: 1
board:
  # NOTE: At the moment it supports only 1 replica deployment.

  # not this
  size: 2
  replicaCount: 1
apps:
  # Images are public, and pulled without a secret. See the documentation for those that are
  # not, of which there are many.
  #
  # For all the apps, setting a replica count of more than 1 is not supported
  # by the helm chart (cardinality 0..1).
  first:
    replicaCount: 1
  second:
    resources: {}
    replicaCount: 1
# One replica only, whatever others say.
queue:
  image: {tag: "1"}
  replicas: 1
cache:
  # Only one replica of it is supported.
  first:
    replicas: 1
  second:
    replicas: 1
# Only one tag is supported. Replicas are free.
free:
  replicas: 1
`
	for key, want := range map[string]struct {
		line    int
		said    string
		against bool
	}{
		"replicaCount": {2, "How many.", false}, "web.replicas": {5, "Only 1 replica is supported.", true},
		"api.replicas":       {8, "do not run more than one", true},
		"other.web.replicas": {12, "nobody asked", false}, "board.replicaCount": {18, "", false}, "web.none": {0, "", false},
		"replicas": {0, "", false},
		"apps.first.replicaCount": {25, "For all the apps, setting a replica count of more than 1 is not supported " +
			"by the helm chart (cardinality 0..1).", true},
		"apps.second.replicaCount": {24, "For all the apps, setting a replica count of more than 1 is not supported " +
			"by the helm chart (cardinality 0..1).", true},
		"queue.replicas":        {31, "One replica only, whatever others say.", true},
		"cache.first.replicas":  {36, "Only one replica of it is supported.", true},
		"cache.second.replicas": {39, "", false},
		"free.replicas":         {42, "", false},
	} {
		line, said := commented(strings.Split(values, "\n"), strings.Split(key, "."))
		if line != want.line || said != want.said || against(said) != want.against {
			t.Errorf("%s: line %d %q, against two %t; want %+v", key, line, said, against(said), want)
		}
	}
}

// A README is believed where a sentence of it is about replicas of the workload.
func TestDiscouraged(t *testing.T) {
	for _, c := range []struct {
		text, name string
		sole       bool
		line       int
	}{
		{"# Collector\n\nIt collects. Incrementing the number of replicas is not recommended.\nIt does not shard.", "collector", true, 3},
		{"Such plugins need only one active replica of Falco, or events go astray.", "my-falco", false, 1},
		{"Text.\n\n- Sockets: notifications is not yet covered by this scaling support.\n", "bw-notifications", false, 3},
		{"Sockets: notifications is not yet covered by this scaling support.", "bw-api", false, 0},
		{"Incrementing the number of replicas is not recommended.", "collector", false, 0},
		{"At least one replica is needed. It is not recommended to use root.", "web", true, 0},
		{"Replicas are supported. One instance of it is enough for most.", "web", true, 1},
		{"| `replicas` | how many | `1` |\n| `persistence` | is not supported |", "web", true, 0},
		{"Only one web server is needed", "web", true, 0},
		{"", "web", true, 0},
	} {
		if line, said := discouraged(strings.Split(c.text, "\n"), c.name, c.sole); line != c.line {
			t.Errorf("%q of %s: line %d %q, want %d", c.text, c.name, line, said, c.line)
		}
	}
}
