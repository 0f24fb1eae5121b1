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
		{"redis-stack-server", 0, "redis"},
		{"mysqld-exporter", 3306, "exporter"}, {"redis_exporter", 0, "exporter"}, {"blackbox-exporter", 0, ""}, {"mysql-router", 3306, ""},
		{"pgbouncer", 5432, ""},
		{"prometheus-operator", 0, "prometheus-operator"}, {"prometheus", 0, "prometheus"}, {"prometheus-adapter", 0, ""}, {"kafka-ui", 0, ""},
		{"kube-state-metrics", 0, "kube-state-metrics"}, {"catalogue-db", 3306, "mysql"}, {"", 6379, "redis"}, {"", 8080, ""}, {"", 0, ""},
		{"server", 0, ""},
		{"app", 27017, ""}, {"app-database", 27017, "mongodb"}, {"grafana-oss", 0, "grafana"}, {"dynamodb-local", 0, "dynamodb-local"},
		{"mysql.8", 0, "mysql"},
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

// The image of a store may run its client, and the server by name.
func TestProgramThatIsRun(t *testing.T) {
	c := builtin(t)
	for runs, store := range map[string]bool{"": true, "kafka-server-start": true, "kafka-producer-perf-test": false, "kafka-topics": false} {
		if got := c.Program("cp-kafka", runs, nil) != nil; got != store {
			t.Errorf("%q: a store: %t", runs, got)
		}
	}
}
