package responsibility

import "testing"

// An image is meant by the last words of its name, and a port tells only where
// the image is not known, or says no more than that it is a store.
func TestProgram(t *testing.T) {
	c := builtin(t)
	for _, x := range []struct {
		image string
		port  int
		want  string
	}{
		{"mysql", 0, "mysql"}, {"trillian_mysql", 0, "mysql"}, {"mysql-server", 0, "mysql"}, {"mysql-80-centos7", 0, "mysql"},
		{"MariaDB", 0, "mysql"},
		{"postgresql-repmgr", 0, "postgresql"}, {"percona-server-mongodb", 0, "mongodb"}, {"cp-kafka", 0, "kafka"},
		{"zeebe", 0, "zeebe"}, {"camunda", 0, "zeebe"}, {"camunda-bpm-platform", 0, ""},
		{"redis-stack-server", 0, "redis"},
		{"mysqld-exporter", 3306, "exporter"}, {"redis_exporter", 0, "exporter"}, {"blackbox-exporter", 0, ""}, {"mysql-router", 3306, ""},
		{"pgbouncer", 5432, ""},
		{"prometheus-operator", 0, "prometheus-operator"}, {"prometheus", 0, "prometheus"}, {"prometheus-adapter", 0, ""}, {"kafka-ui", 0, ""},
		{"kube-state-metrics", 0, "kube-state-metrics"}, {"catalogue-db", 3306, "mysql"}, {"", 6379, "redis"}, {"", 8080, ""}, {"", 0, ""},
		{"server", 0, ""},
		{"app", 27017, ""}, {"app-database", 27017, "mongodb"}, {"grafana-oss", 0, "grafana"}, {"dynamodb-local", 0, "dynamodb-local"},
		{"mysql.8", 0, "mysql"},
		// What ends as a program's name does and only uses it, or is another thing.
		{"fluentd-elasticsearch", 0, ""}, {"fluent-bit-plugin-loki", 0, ""}, {"wait-for-postgres", 0, ""}, {"backup-postgres", 0, ""},
		{"source-mysql", 0, ""}, {"zabbix-server-mysql", 0, ""}, {"zabbix-web-nginx-mysql", 0, ""}, {"logstash-kafka", 0, ""},
		{"secrets-store-csi-driver-provider-vault", 0, ""}, {"haproxy-redis", 0, ""}, {"db-migrate", 5432, ""}, {"database-backup", 3306, ""},
		{"cp-schema-registry", 0, ""}, {"model-registry", 0, ""}, {"nextcloud-all-in-one", 0, ""}, {"event-exporter", 0, ""},
		{"kafka-connect", 9092, ""}, {"kafka-mirror-maker", 0, ""}, {"cp-kafka-rest", 0, ""}, {"kafka-exporter", 0, "exporter"},
		{"etcd-backup-restore", 0, ""}, {"redis-commander", 0, ""}, {"vault-k8s", 0, ""}, {"pgadmin4", 0, ""}, {"mongo-express", 0, ""},
		{"nginx-prometheus-exporter", 0, "exporter"}, {"proxysql-exporter", 0, "exporter"},
		// What is the program under a name of its own.
		{"registry", 0, "registry"}, {"docker-registry", 0, "registry"}, {"registry.2", 0, "registry"}, {"all-in-one", 0, "jaeger"},
		{"vaultwarden-server", 0, "vaultwarden"}, {"bitwardenrs-server", 0, "vaultwarden"},
		{"forgejo", 0, "gitea"}, {"eclipse-mosquitto", 0, "mosquitto"},
		{"minecraft-server", 0, "minecraft"}, {"minecraft-bedrock-server", 0, "minecraft"},
		{"nexus3", 0, "nexus"}, {"artifactory-oss", 0, "artifactory"},
		{"artifactory-pro", 0, ""}, {"acme-nexus", 0, ""}, {"jenkins-operator", 0, ""}, {"jnlp-agent-maven", 0, ""}, {"act_runner", 0, ""},
		{"mosquitto-exporter", 0, "exporter"}, {"backup-vaultwarden", 0, ""}, {"n8n", 0, "n8n"},
		{"admin-postgres", 0, "postgresql"}, {"gateway-db", 3306, ""}, {"orders-db", 3306, "mysql"},
	} {
		got := ""
		if p := c.Program(x.image, "", []int{x.port}); p != nil {
			got = p.ID
		}
		if got != x.want {
			t.Errorf("%s:%d is %q, want %q", x.image, x.port, got, x.want)
		}
	}
}

// What holds of a program holds of others under their own names, and of some editions not.
func TestTitlesAndEditions(t *testing.T) {
	c := builtin(t)
	for _, x := range []struct {
		image, tag, want string
	}{
		{"cassandra", "", "Cassandra"}, {"scylla", "", "ScyllaDB"}, {"mariadb", "", "MariaDB"}, {"mysql", "", "MySQL"},
		{"valkey", "alpine", "Valkey"}, {"opensearch", "", "OpenSearch"}, {"openbao", "", "OpenBao"}, {"forgejo", "rootless", "Forgejo"},
		{"sonarqube", "community", "SonarQube"}, {"sonarqube", "datacenter-app", ""}, {"sonarqube", "datacenter-search", ""},
	} {
		got := ""
		if p := c.Program(x.image, "", nil); p != nil && p.Is(x.tag) {
			got = p.Title
		}
		if got != x.want {
			t.Errorf("%s:%s is %q, want %q", x.image, x.tag, got, x.want)
		}
	}
}

// The image of a store may run its client, and the server by name.
func TestProgramThatIsRun(t *testing.T) {
	c := builtin(t)
	for _, x := range []struct {
		image, runs string
		store       bool
	}{
		{"cp-kafka", "", true}, {"cp-kafka", "kafka-server-start", true}, {"cp-kafka", "kafka-producer-perf-test", false},
		{"cp-kafka", "kafka-topics", false}, {"kafka", "kafka-mirror-maker", false}, {"kafka", "connect-distributed", false},
		{"kafka", "kafka_mirror_maker_2_run", false}, {"redis", "redis-server", true}, {"redis", "redis-sentinel", false},
		{"redis", "redis-cli ping", false}, {"mongo", "mongod", true}, {"mongo", "mongos", false}, {"mongo", "mongodump", false},
		{"vault", "server", true}, {"vault", "vault server", true}, {"vault", "vault agent", false}, {"vault", "agent", false},
		{"consul", "agent", true}, {"consul", "consul agent", true}, {"consul", "consul connect", false}, {"consul", "connect envoy", false},
		{"postgres", "pg_dump", false}, {"postgres", "postgres", true}, {"mysql", "mysqld", true}, {"mysql", "mysqldump shop", false},
		{"etcd", "etcd", true}, {"etcd", "etcd grpc-proxy", false}, {"etcd", "etcdctl snapshot", false}, {"minio", "server", true},
		{"orders-kafka", "arq", false}, {"orders-kafka", "python3 worker", false}, {"rabbitmq-redis", "celery", false},
		{"shop-etcd", "node", false},
		{"orders-kafka", "kafka-server-start", true}, {"orders-kafka", "", true}, {"cp-kafka", "run", true}, {"kafka", "python", true},
		{"minio", "gateway s", false}, {"cockroach", "start", true}, {"cockroach", "init", false}, {"", "", false},
	} {
		if got := c.Program(x.image, x.runs, nil) != nil; got != x.store {
			t.Errorf("%s that runs %q: a store: %t", x.image, x.runs, got)
		}
	}
}

// What answers a chat service is known by its name, and what scales by its image; what people
// run at home by the last words of either.
func TestNamesOfPrograms(t *testing.T) {
	c := builtin(t)
	for name, want := range map[string]bool{
		"slack-first": true, "team-discord": true, "release-bot": true, "bot": false, "bot-detection": false,
		"robot": false, "slacker": false,
	} {
		if got := c.Chats(name); got != want {
			t.Errorf("%s answers a chat: %t", name, got)
		}
	}
	for image, want := range map[string]bool{"oauth2-proxy": true, "metrics-server": true, "traefik.v3": true, "app": false,
		"kong-plugin": false} {
		if got := c.Stateless(image); got != want {
			t.Errorf("%s scales: %t", image, got)
		}
	}
	for name, want := range map[string]string{
		"sonarr": "sonarr", "media-home-assistant": "home-assistant", "immich-server": "immich", "assistant": "", "plexus": "", "home": "",
	} {
		if got := c.AtHome(name); got != want {
			t.Errorf("%s at home: %q, want %q", name, got, want)
		}
	}
}

// The image of one program may run another one, by what it is told to run, or by the ports by
// which members of that talk to each other.
func TestProgramOfAnotherImage(t *testing.T) {
	c := builtin(t)
	for _, x := range []struct {
		image, runs string
		ports       []int
		want        string
	}{
		{"kafka", "zookeeper-server-start", nil, "zookeeper"}, {"kafka", "zookeeper-server-start config", nil, "zookeeper"},
		{"base", "zkServer start-foreground", nil, "zookeeper"}, {"kafka", "", []int{2181, 2888, 3888}, "zookeeper"},
		{"kafka", "kafka-server-start", []int{9092, 9093}, "kafka"}, {"kafka", "", []int{9092, 3888}, "kafka"}, {"kafka", "", nil, "kafka"},
		{"zookeeper", "", []int{2888, 3888}, "zookeeper"}, {"kafka", "zookeeper-shell", []int{2888, 3888}, ""},
		{"web", "", []int{2888, 3888}, ""},
	} {
		got := ""
		if p := c.Program(x.image, x.runs, x.ports); p != nil {
			got = p.ID
		}
		if got != x.want {
			t.Errorf("%s that runs %q at %d is %q, want %q", x.image, x.runs, x.ports, got, x.want)
		}
	}
}
