package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// deployed is a Deployment of one pod with a container and more of its pod.
func deployed(container, pod string) string {
	return fmt.Sprintf(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, selector: {matchLabels: {app: web}},
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, %s}]%s}}}}
---
`, container, pod)
}

const (
	routed  = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{name: http, port: 80}]}}\n---\n"
	scraped = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{name: metrics, port: 80}]}}\n---\n"
	called  = "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: v}, " +
		"webhooks: [{name: a.b.c, rules: [{apiGroups: [''], resources: [pods], operations: [CREATE]}], " +
		"clientConfig: {service: {name: web, namespace: default}}}]}\n---\n"
	ownKind = "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: v}, " +
		"webhooks: [{name: a.b.c, failurePolicy: Fail, clientConfig: {service: {name: web, namespace: default}}, " +
		"rules: [{apiGroups: [example.org], resources: [topics], apiVersions: [v1], operations: [CREATE]}]}]}\n---\n"
	once = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce]}}\n---\n"
	many = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {accessModes: [ReadWriteMany]}}\n---\n"

	local = "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {storageClassName: disks, local: {path: /d}}}\n---\n" +
		"{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}, spec: {storageClassName: disks, " +
		"accessModes: [ReadWriteOnce]}}\n---\n"
	onN1 = ", nodeSelector: {kubernetes.io/hostname: n1}"

	leads    = "image: controller, args: [--leader-elect]"
	mounts   = ", volumes: [{name: v, persistentVolumeClaim: {claimName: disk}}]"
	emptyDir = ", volumes: [{name: v, emptyDir: {}}]"
	onNode   = ", volumes: [{name: v, hostPath: {path: /data}}]"
	given    = ", volumes: [{name: v, configMap: {name: conf}}]"
)

// told is a ConfigMap with one entry.
func told(key, value string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {%q: %q}}\n---\n", key, value)
}

// member is a Deployment of one pod in a replica set, with a name of its own.
func member(name string) string {
	return strings.ReplaceAll(deployed("image: mongo, args: [--replSet, rs0]", ""), "web", name)
}

// probe is a Deployment of one pod that takes a port of its node.
func probe(name string) string {
	return strings.ReplaceAll(deployed("image: app, ports: [{containerPort: 80, hostPort: 80}]", ""), "web", name)
}

// scaledBy is an autoscaler of it that has a maximum.
func scaledBy(most int) string {
	return fmt.Sprintf("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, "+
		"spec: {minReplicas: 1, maxReplicas: %d, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}\n---\n", most)
}

// What a workload of one pod is told: a second replica wherever that keeps it up,
// and only a real reason speaks against one.
func TestFixOfASinglePod(t *testing.T) {
	c := knowledge(t)
	for name, x := range map[string]struct {
		docs     string
		severity string
		changes  int
		want     []string // parts of the fix's summary
		not      string
		follows  string // part of the consequence
	}{
		"plain": {deployed("image: app", "") + routed, "medium", 2, []string{"run two replicas, and add a PodDisruptionBudget"},
			"accept", "is an outage"},
		"only metrics are read": {deployed("image: app", "") + scraped, "low", 0,
			[]string{"accept it: only metrics are read from it", "each may be counted"}, "no way out", "stops it"},
		"nothing routes to it": {deployed("image: app", ""), "low", 2, []string{"if two may run side by side; or accept it: no Service"},
			"no way out", "stops it"},
		"by its name a test": {strings.ReplaceAll(deployed("image: app", "")+routed, "name: web", "name: web-test"), "low", 2,
			[]string{`or accept it: by "test" in its name`}, "no way out", "stops it"},
		"it elects a leader": {deployed(leads, "") + scraped, "low", 2, []string{"run two replicas", "takes over when its lease runs out"},
			"accept", "stops it"},
		"a webhook that elects a leader": {deployed(leads, "") + routed + called, "high", 2,
			[]string{"run two replicas", "both answer requests"}, "accept", "keeps the API server from taking new pods"},
		"a webhook for a kind of its own that elects a leader": {deployed(leads, "") + routed + ownKind, "low", 2,
			[]string{"run two replicas", "both answer requests"}, "accept",
			"keeps the API server from taking new topics of example.org"},
		"one that fails open, and elects a leader": {deployed(leads, "") + routed +
			strings.Replace(ownKind, "Policy: Fail", "Policy: Ignore", 1), "low", 2,
			[]string{"run two replicas"}, "accept", "stops it"},
		"Recreate": {strings.Replace(deployed("image: app", ""), "spec: {replicas: 1", "spec: {strategy: {type: Recreate}, replicas: 1", 1) +
			routed, "low", 0,
			[]string{"if two may run side by side", "Recreate speaks against"}, "no way out", "is an outage"},
		"a claim for one node": {deployed("image: app", mounts) + once + routed, "low", 0, []string{"its claim is ReadWriteOnce", "no way out"},
			"run two", "stops it"},
		"a claim on one node": {deployed("image: app", mounts) + local + routed, "low", 0,
			[]string{"claim disk lies on one node", "move its data"}, "run two",
			"takes it down until somebody gives it another volume: that of claim disk lies on the node, and goes with it"},
		"a claim of a class on nodes": {deployed("image: app", mounts) + strings.Replace(once, "spec: {", "spec: {storageClassName: local-path, ",
			1) + routed, "low", 0,
			[]string{"move its data"}, "run two", "that of claim disk lies on the node"},
		"for one node by its name": {deployed("image: app", onN1) + routed, "low", 0,
			[]string{"let it run on other nodes than n1"}, "run two", "it asks for node n1 by its name"},
		"a claim for many": {deployed("image: app", mounts) + many + routed, "medium", 2, []string{"run two replicas"}, "accept", "is an outage"},
		"a claim for one node, and it elects a leader": {deployed(leads, mounts) + once + scraped, "low", 0, []string{"no way out"},
			"run two", "stops it"},

		"a database without a volume": {deployed("image: 'mysql:8', ports: [{containerPort: 3306}]", "") + routed, "medium", 0,
			[]string{"run MySQL with replicated data", "managed service", "tables of its own"}, "run two",
			"in its container: each eviction loses it"},
		"a store on an emptyDir": {deployed("image: 'docker.io/bitnami/redis:7@sha256:0'", emptyDir) + routed, "medium", 0,
			[]string{"run Redis with replicated data"}, "run two", "on an emptyDir: each eviction loses it"},
		"a store on its node": {deployed("image: redis", onNode) + routed, "medium", 0, []string{"run Redis with replicated data"},
			"run two", ""},
		"a store by its port": {deployed("image: weaveworksdemos/catalogue-db, ports: [{containerPort: 3306}]", "") + routed, "medium", 0,
			[]string{"run MySQL"}, "run two", "each eviction loses it"},
		"a proxy on that port": {deployed("image: mysql-router, ports: [{containerPort: 3306}]", "") + routed, "medium", 2,
			[]string{"run two replicas"}, "MySQL", ""},
		"a UI of a store": {deployed("image: kafka-ui", "") + routed, "low", 2, []string{"run two replicas"}, "Kafka", ""},
		"Grafana": {deployed("image: grafana/grafana", emptyDir) + routed, "low", 0,
			[]string{"sessions and dashboards", "unless its [database]"}, "run two", "each eviction loses it, unless its [database]"},
		"a client of a store": {deployed("image: cp-kafka, command: [sh, -c, exec kafka-producer-perf-test --topic t], "+
			"ports: [{containerPort: 9092}]", "") + routed, "medium", 2,
			[]string{"run two"}, "Kafka", ""},
		"the port of a store": {deployed("image: podinfo, ports: [{containerPort: 3306}]", "") + routed, "medium", 2,
			[]string{"run two"}, "MySQL", ""},
		"a controller without a leader": {strings.ReplaceAll(deployed("image: app", "")+routed, "name: web", "name: web-controller"), "medium", 0,
			[]string{"if it elects a leader or keeps no state in the process (nothing that was read says so)"}, "no way out", "is an outage"},
		"a cache": {deployed("image: 'memcached:1.6'", "") + routed, "low", 0, []string{"accept it", "a cache, which fills again"},
			"run two", "stops it"},
		"kube-state-metrics": {deployed("image: registry.k8s.io/kube-state-metrics/kube-state-metrics", "") + routed, "low", 0,
			[]string{"every series twice"}, "run two", ""},
		"an exporter": {deployed("image: prom/mysqld-exporter, ports: [{containerPort: 9104}]", "") + scraped, "low", 0,
			[]string{"the same series again"}, "MySQL", ""},
		"an operator without a leader": {deployed("image: quay.io/prometheus-operator/prometheus-operator", "") + scraped, "low", 0,
			[]string{"elects no leader"}, "run two", ""},
		"an operator without a leader behind a proxy": {strings.Replace(deployed("image: kube-rbac-proxy", ""), "containers: [",
			"containers: [{name: p, image: prometheus-operator}, ", 1) + scraped,
			"low", 0, []string{"elects no leader"}, "run two", ""},
		"metrics on the port of a store": {deployed("image: broker, ports: [{name: metrics, containerPort: 9092}]", "") + routed, "medium", 2,
			[]string{"run two"}, "Kafka", ""},
		"a store that drops its keys": {deployed("image: redis, args: [redis-server, --maxmemory-policy, allkeys-lru]", "") + routed, "low", 0,
			[]string{"a cache, which fills again"}, "run Redis", "stops it"},
		"a store that drops its keys by a file": {deployed("image: redis", given) +
			told("redis.conf", "maxmemory 1gb\nmaxmemory-policy allkeys-lfu\n") + routed, "low", 0,
			[]string{"a cache, which fills again"}, "run Redis", "stops it"},
		"a store that drops what has a time": {deployed("image: redis, args: [redis-server, --maxmemory-policy, volatile-lru]", "") + routed,
			"medium", 0, []string{"run Redis"}, "a cache", "each eviction loses it"},
		"Grafana behind what fetches its files": {strings.Replace(deployed("image: grafana/grafana", ""), "containers: [",
			"containers: [{name: s, image: kiwigrid/k8s-sidecar}, ", 1) + routed, "low", 0,
			[]string{"run Grafana", "sessions and dashboards"}, "run two", "each eviction loses it"},
		"Vaultwarden": {deployed("image: vaultwarden/server", "") + routed, "low", 0,
			[]string{"accept it", "signs logins with a key of its own"}, "run two", ""},
		"Gitea": {deployed("image: gitea/gitea", "") + routed, "medium", 0,
			[]string{"run Gitea with replicated data (several with one database"}, "run two", "each eviction loses it"},
		"n8n": {deployed("image: n8nio/n8n", "") + routed, "medium", 0,
			[]string{"run n8n as one main process with workers"}, "run two", ""},
		"a worker of n8n": {deployed("image: n8nio/n8n, command: [n8n, worker]", "") + routed, "medium", 2, []string{"run two"}, "n8n as", ""},
		"Grafana with a database": {deployed("image: grafana/grafana, env: [{name: GF_DATABASE_TYPE, value: postgres}]", "") + routed,
			"medium", 2, []string{"run two replicas, and"}, "Grafana", ""},
		"Grafana with a database by a file": {deployed("image: grafana/grafana", given) +
			told("grafana.ini", "[database]\ntype = mysql\nhost = db\n") + routed, "medium", 2, []string{"run two replicas, and"}, "Grafana", ""},
		"Grafana with a file": {deployed("image: grafana/grafana", given) + told("grafana.ini", "[database]\ntype = sqlite3\nhost = db\n") +
			routed, "low", 0, []string{"run Grafana"}, "run two", "each eviction loses it, unless"},
		"Jaeger in memory": {deployed("image: jaegertracing/all-in-one, env: [{name: SPAN_STORAGE_TYPE, value: memory}], "+
			"volumeMounts: [{name: v, mountPath: /tmp}]", emptyDir) + routed, "medium", 0,
			[]string{"run Jaeger"}, "run two", "keeps its data in memory (SPAN_STORAGE_TYPE=memory): each eviction loses it"},
		"Jaeger without a setting": {deployed("image: jaegertracing/all-in-one, volumeMounts: [{name: v, mountPath: /tmp}]", emptyDir) +
			routed, "medium", 0, []string{"run Jaeger"}, "run two", "in its container: each eviction loses it, unless"},
		"Jaeger with a database": {deployed("image: jaegertracing/all-in-one, env: [{name: SPAN_STORAGE_TYPE, value: cassandra}]",
			"") + routed, "medium", 2, []string{"run two replicas, and"}, "Jaeger", ""},
		"a budget that lets one of two go": {deployed("image: app", "") + routed + pdbOver("app: web", "maxUnavailable: 1"), "medium", 1,
			[]string{"run two replicas"}, "PodDisruptionBudget", "is an outage"},
		"a budget that would let both go": {deployed("image: app", "") + routed + pdbOver("app: web", "maxUnavailable: 2"), "medium", 2,
			[]string{"run two replicas, and allow one eviction at a time"}, "add", "is an outage"},
		"a key of its own": {deployed("image: node, args: [--swarm-private-key, abc]", "") + routed, "low", 0,
			[]string{"a second replica would have its identity (--swarm-private-key)"}, "run two", "is an outage"},
		"a key of its own by a variable": {deployed("image: node, args: [--private-key=$(KEY)]", "") + routed, "low", 0,
			[]string{"its identity (--private-key)"}, "run two", "is an outage"},
		"a key of its own, and files": {deployed("image: node, args: [--private-key=$(KEY), --store-type=rocksdb]", "") + routed, "low", 0,
			[]string{"its identity (--private-key)"}, "run two", "each eviction loses it"},
		"what asks Grafana": {deployed("image: grafana/mcp-grafana", "") + routed, "medium", 2,
			[]string{"run two replicas, and"}, "run Grafana", "is an outage"},
		"the number of a pod in its address": {deployed("image: node, args: [--advertise-host=seed-1.example.org]", "") + routed, "low", 0,
			[]string{"its identity (--advertise-host)"}, "run two", "is an outage"},
		"a key that it serves by": {deployed("image: app, args: [--tls-private-key=/etc/x, --private-key-file=/etc/y, --host=db.example.org]",
			"") + routed, "medium", 2, []string{"run two replicas, and"}, "identity", "is an outage"},
		"a database on its node": {deployed("image: 'mysql:8', volumeMounts: [{name: v, mountPath: /var/lib/mysql}]", onNode) + routed, "medium",
			0, []string{"run MySQL"}, "run two",
			"on a volume of its node: its pod starts nowhere else, or without them, and they go with the node"},
		"a database with the socket of its node": {deployed("image: 'mysql:8', volumeMounts: [{name: v, mountPath: /run/x}]", onNode) + routed,
			"medium", 0, []string{"run MySQL"}, "run two", ""},
		"what collects": {strings.ReplaceAll(deployed("image: app", "")+routed, "name: web", "name: netbox-collector"), "low", 0,
			[]string{"accept it: by its name it collects", "does the work twice"}, "run two", "stops it"},
		"what correlates": {strings.ReplaceAll(deployed("image: aci-correlator", "")+routed, "name: web", "name: aci"), "low", 0,
			[]string{"does the work twice"}, "run two", "stops it"},
		"what collects for everybody": {strings.ReplaceAll(deployed("image: app", "")+
			strings.Replace(routed, "spec: {", "spec: {type: LoadBalancer, ", 1), "name: web", "name: mail-collector"), "high", 2,
			[]string{"run two replicas"}, "accept", ""},
		"a broker's connector": {deployed("image: confluentinc/cp-kafka-connect", "") + routed, "low", 2,
			[]string{"run two replicas", "goes on where it stopped"}, "run Kafka", "stops it"},
		"an arbiter": {deployed("image: mongodb, env: [{name: MONGODB_REPLICA_SET_MODE, value: arbiter}]", "") + routed, "low", 0,
			[]string{"it only votes"}, "run", ""},
		"a router": {deployed("image: mongodb-sharded, env: [{name: MONGODB_SHARDING_MODE, value: mongos}]", "") + routed, "medium", 2,
			[]string{"run two replicas, and"}, "MongoDB", ""},
		"a role by its label": {strings.Replace(deployed("image: elasticsearch", ""), "labels: {app: web}}, spec",
			"labels: {app: web, app.kubernetes.io/component: ingest}}, spec", 1) + routed,
			"medium", 2, []string{"run two replicas, and"}, "Elasticsearch", ""},
		"a part of a store": {deployed("image: loki, args: [-target=querier]", "") + routed, "medium", 2,
			[]string{"run two replicas, and"}, "Loki", ""},
		"all of a store": {deployed("image: loki, args: [-target=all]", emptyDir) + routed, "medium", 0,
			[]string{"run Loki with", "unless its storage is an object store"}, "run two", "each eviction loses it, unless"},
		"a member of a set": {member("web") + member("db-1") + routed, "medium", 0,
			[]string{"member of replica set rs0, with db-1, which takes no writes while one of its two"}, "run", ""},
		"a member of a set of three": {member("web") + member("db-1") + member("db-2") + routed, "low", 0,
			[]string{"with db-1 and db-2, which goes on while most"}, "run", ""},
		"a webhook of a controller without a leader": {strings.ReplaceAll(deployed("image: app, args: [--metrics-bind-address=:8080]", "")+routed+
			called, "name: web", "name: web-operator"), "high", 0,
			[]string{"if it elects a leader"}, "no way out", "from taking new pods"},
		"a webhook of a manager without a leader": {deployed("image: app, command: [/manager]", "") + routed + called, "high", 0,
			[]string{"if it elects a leader"}, "no way out", ""},
		"a webhook that reconciles nothing": {deployed("image: app", "") + routed + called, "high", 2, []string{"run two replicas, and"},
			"elects a leader", ""},
		"a controller that is reached from outside": {strings.ReplaceAll(deployed("image: app", "")+
			strings.Replace(routed, "spec: {", "spec: {type: LoadBalancer, ", 1)+called, "name: web", "name: web-controller"), "high", 2,
			[]string{"run two replicas, and"}, "elects a leader", ""},
		"the only one of a set": {member("web") + routed, "medium", 0, []string{"run MongoDB with replicated data"}, "run two",
			"each eviction loses it"},
		"files of its own": {deployed("image: ct, args: [--storage_dir=/data]", "") + routed, "medium", 0,
			[]string{"--storage_dir speaks against"}, "no way out", "is an outage"},
		"a port of its node": {deployed("image: app, ports: [{containerPort: 80, hostPort: 80}]", "") + routed, "medium", 2,
			[]string{"on two nodes: each takes port 80"}, "accept", ""},
		"a numbered twin on ports of nodes": {probe("web") + strings.ReplaceAll(probe("web2"), "80", "81") + routed, "low", 0,
			[]string{"accept the absence: Deployment web2 is the next one", "port 80"}, "run", ""},
		"an autoscaler": {deployed("image: app", "") + routed + scaledBy(5), "medium", 2,
			[]string{"set minReplicas: 2 in its HorizontalPodAutoscaler, and add a PodDisruptionBudget"}, "run two", ""},
		"an autoscaler that stops at one": {deployed("image: app", "") + routed + scaledBy(1), "medium", 0,
			[]string{"set minReplicas: 2", "a maximum that is no less"}, "run two", ""},
		"a proxy in front of a store": {strings.Replace(deployed("image: istio-proxy", ""), "containers: [",
			"containers: [{name: p, image: envoy}, {name: r, image: redis}, ", 1) + routed,
			"medium", 0, []string{"run Redis"}, "run two", "each eviction loses it"},
		"SQLite by its environment": {deployed("image: app, env: [{name: DATABASE_DRIVER, value: sqlite3}]", emptyDir) + routed, "medium", 0,
			[]string{"accept the absence, or cordon its node", "no way out", "(DATABASE_DRIVER=sqlite3)"}, "run two",
			"on an emptyDir (DATABASE_DRIVER=sqlite3): each eviction loses it"},
		"a database in a file of its own": {deployed("image: app, args: ['--db=/data/app.db?password=x']", mounts) + once + routed, "medium", 0,
			[]string{"(--db=/data/app.db)"}, "run two", "is an outage"},
		"a store in memory, by a ConfigMap": {deployed("image: dex", given) +
			told("config.yaml", "issuer: x\nstorage:\n  type: sqlite3\n  config:\n    file: ':memory:'\n") + routed, "medium", 0,
			[]string{"(storage.type=sqlite3 in ConfigMap conf)"}, "run two", "each eviction loses it"},
		"files of its own, by a ConfigMap": {deployed("image: app", strings.Replace(given, "[", "[{name: d, emptyDir: {}}, ", 1)) +
			told("app.yaml", "storage:\n  trace:\n    backend: local\n") + routed, "medium", 0,
			[]string{"(storage.trace.backend=local in ConfigMap conf)"}, "run two",
			"on an emptyDir (storage.trace.backend=local): each eviction loses it"},
		"an environment by a ConfigMap": {deployed("image: app, envFrom: [{configMapRef: {name: conf}}]", "") +
			told("DATABASE_URL", "sqlite:///app.sqlite") + routed, "medium", 0,
			[]string{"(DATABASE_URL=sqlite:///app.sqlite in ConfigMap conf)"}, "run two", "each eviction loses it"},
		"a ConfigMap that it is not given": {deployed("image: app", "") + told("DATABASE_URL", "sqlite:///app.sqlite") + routed, "medium", 2,
			[]string{"run two"}, "no way out", ""},
		"files on a volume for many": {deployed("image: app, args: [--storage=local]", mounts) + many + routed, "medium", 2, []string{"run two"},
			"no way out", ""},
		"a file on a volume for many": {deployed("image: app, args: [--db-type=sqlite]", mounts) + many + routed, "medium", 0,
			[]string{"no way out"}, "run two", ""},
		"a cache in memory": {deployed("image: app, env: [{name: CACHE_STORE, value: memory}]", "") + routed, "medium", 2, []string{"run two"},
			"no way out", ""},
		"for development": {deployed("image: quay.io/keycloak/keycloak, args: [start-dev]", "") + routed, "medium", 0,
			[]string{"run Keycloak", "start in place of start-dev"}, "run two", "is an outage"},
		"not for development": {deployed("image: quay.io/keycloak/keycloak, args: [start]", "") + routed, "medium", 2,
			[]string{"run two replicas"}, "start-dev", ""},
		"a broker": {deployed("image: 'nats:2.10-alpine'", "") + routed, "medium", 0,
			[]string{"run NATS as a cluster of three", "its own clients alone", "unless they are told of each other"}, "run two", ""},
		"a server that is named by what it is of": {deployed("image: 'mcr.microsoft.com/mssql/server:2022-latest'", "") + routed, "medium", 0,
			[]string{"run SQL Server with replicated data"}, "run two", "each eviction loses it"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range look(t, c, "eks-auto-mode", parse(t, x.docs)) {
				if f.Obligation != SingleReplica.ID || strings.HasPrefix(f.Subject.Name, "db-") || f.Subject.Name == "web2" {
					continue
				}
				if f.Severity != x.severity || len(f.Fix.Changes) != x.changes {
					t.Errorf("%s with %d changes, want %s with %d", f.Severity, len(f.Fix.Changes), x.severity, x.changes)
				}
				for _, want := range x.want {
					if !strings.Contains(f.Fix.Summary, want) {
						t.Errorf("%q lacks %q", f.Fix.Summary, want)
					}
				}
				if x.not != "" && strings.Contains(f.Fix.Summary, x.not) {
					t.Errorf("%q says %q", f.Fix.Summary, x.not)
				}
				if lost := "each eviction loses it"; !strings.Contains(f.Consequence, x.follows) ||
					strings.Contains(f.Consequence, lost) != strings.Contains(x.follows, lost) {
					t.Errorf("%q, want %q", f.Consequence, x.follows)
				}
				return
			}
			t.Error("it is not found")
		})
	}
}

// A budget that never allows and the one pod under it are one thing to decide:
// one entry, of which no part says that the eviction comes.
func TestOnePodThatIsNeverEvicted(t *testing.T) {
	c := knowledge(t)
	const never = "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web}, spec: {minAvailable: 1, " +
		"selector: {matchLabels: {app: web}}}}\n"
	for _, as := range []string{"eks-auto-mode", "eks-managed-nodegroup", "openshift", "karpenter"} {
		var entries []string
		for _, f := range look(t, c, as, parse(t, deployed("image: app", "")+routed+never)) {
			if f.Verdict != finding.Broken {
				continue
			}
			entries = append(entries, f.Obligation)
			told := false
			for _, o := range f.LeadsTo {
				told = told || o.Obligation == SingleReplica.ID && o.Verdict == finding.Broken
				if strings.Contains(o.Consequence, "from the eviction until") {
					t.Errorf("%s: %q", as, o.Consequence)
				}
			}
			if !told {
				t.Errorf("%s: %s does not lead to single-replica", as, f.Obligation)
			}
		}
		if len(entries) != 1 || entries[0] != PDBNeverAllows.ID {
			t.Errorf("%s: entries of %v", as, entries)
		}
	}
}
