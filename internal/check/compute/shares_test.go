package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// Several brokers are no several copies of a topic that has one replica, or that takes no
// writes while one of its replicas is away.
func TestTopicsOfOneReplica(t *testing.T) {
	c := knowledge(t)
	kafka := func(replicas, more string) string {
		return "{apiVersion: kafka.strimzi.io/v1beta2, kind: Kafka, metadata: {name: k}, spec: {kafka: {replicas: " + replicas +
			", storage: {type: " + more + "}}}}\n---\n"
	}
	pool := func(roles string) string {
		return "{apiVersion: kafka.strimzi.io/v1beta2, kind: KafkaNodePool, metadata: {name: p, labels: {strimzi.io/cluster: k}}, " +
			"spec: {replicas: 3, roles: [" + roles + "], storage: {type: persistent-claim}}}\n---\n"
	}
	topic := func(name, cluster, spec string) string {
		return "{apiVersion: kafka.strimzi.io/v1beta2, kind: KafkaTopic, metadata: {name: " + name + ", labels: {strimzi.io/cluster: " + cluster +
			"}}, spec: {" + spec + "}}\n---\n"
	}
	const all = "replicas: 2, config: {min.insync.replicas: 2}"
	one := topic("a", "k", "replicas: 1")
	lasting := kafka("3", "persistent-claim")
	for why, x := range map[string]struct {
		docs, want string // what the message or the consequence has; empty where it is held
	}{
		"one":                   {lasting + one, "topic a has 1 replica"},
		"two":                   {lasting + one + topic("b", "k", "replicas: 1"), "topics a and b have 1 replica each"},
		"before its cluster":    {one + lasting, "topic a has 1 replica"},
		"of a pool":             {pool("controller, broker") + one, "topic a has 1 replica"},
		"of a pool of brokers":  {pool("broker") + one, "topic a has 1 replica"},
		"on an emptyDir":        {kafka("3", "ephemeral") + one, "and loses it"},
		"all for a write":       {lasting + topic("a", "k", all), "cannot be written"},
		"both":                  {lasting + one + topic("b", "k", all), "Writes to b"},
		"all but one":           {lasting + topic("a", "k", "replicas: 3, config: {min.insync.replicas: 2}"), ""},
		"as many as by default": {lasting + topic("a", "k", "partitions: 3"), ""},
		"of another cluster":    {lasting + topic("a", "other", "replicas: 1"), ""},
		"none":                  {lasting, ""},
		"no broker":             {pool("controller") + one, ""},
	} {
		e, err := source.Kubernetes(t.Context(), source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(x.docs), Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		said := "not looked at"
		for _, f := range look(t, c, "eks-auto-mode", e) {
			if f.Obligation == SingleReplica.ID && f.Subject.Kind == "StrimziPodSet" {
				said = ""
				if f.Verdict == finding.Broken {
					said = f.Message + ". " + f.Consequence
				}
			}
		}
		if (said == "") != (x.want == "") || !strings.Contains(said, x.want) {
			t.Errorf("%s: %q, want %q", why, said, x.want)
		}
	}
}
