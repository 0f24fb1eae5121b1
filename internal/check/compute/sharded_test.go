package compute

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// Pods that have a shard each are no copies of one another: a budget keeps nothing there, and what
// one of them loses no other has.
func TestShardsAreNoCopies(t *testing.T) {
	cluster := func(shards ...string) string {
		text := ""
		for _, hosts := range shards {
			text += "<shard>"
			for host := range strings.FieldsSeq(hosts) {
				text += "<replica><host>" + host + ".db.svc</host></replica>"
			}
			text += `</shard>\n`
		}
		return `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {cluster.xml: "<clickhouse>\n` + text + "</clickhouse>\"}}\n---\n"
	}
	docs := strings.NewReplacer("kind: Deployment", "kind: StatefulSet", "image: i}]",
		"image: 'clickhouse/clickhouse-server:25.3', volumeMounts: [{name: d, mountPath: /var/lib/clickhouse}]}], "+
			"volumes: [{name: d, emptyDir: {}}, {name: c, configMap: {name: conf}}]").Replace(named("db", 3, ""))
	for name, x := range map[string]struct {
		config       string
		low          bool
		says, follow string
	}{
		"a shard each":        {cluster("db-0", "db-1", "db-2"), true, "a shard of ClickHouse", "of which no other pod has a copy"},
		"with copies beside":  {cluster("db-0 copy-0", "db-1 copy-1", "db-2 copy-2"), true, "a shard of ClickHouse", "once all 2 are gone"},
		"one shard":           {cluster("db-0 db-1 db-2"), false, "data of ClickHouse", "once all 3 are gone"},
		"shards of two":       {cluster("db-0 db-1", "db-2 db-3"), false, "data of ClickHouse", "once all 3 are gone"},
		"shards of others":    {cluster("web-0", "web-1"), false, "data of ClickHouse", "once all 3 are gone"},
		"no cluster is named": {"", false, "data of ClickHouse", "once all 3 are gone"},
	} {
		severity, lost := "", ""
		for _, f := range look(t, knowledge(t), "karpenter", parse(t, docs+x.config)) {
			switch {
			case f.Verdict != finding.Broken:
			case f.Obligation == PDBMissing.ID:
				severity = f.Severity
			case f.Obligation == DataOutlastsNode.ID:
				lost = f.Message + " " + f.Consequence
			}
		}
		if severity == "" || (severity == "low") != x.low || !strings.Contains(lost, x.says) || !strings.Contains(lost, x.follow) {
			t.Errorf("%s: %q, %q", name, severity, lost)
		}
	}
}
