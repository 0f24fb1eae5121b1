package manifest

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A setting tells that a program keeps its data itself where it names a database
// of one process, an address or a path of one, or a place on its disk.
func TestStoreOf(t *testing.T) {
	sole, memory, files := kubernetes.Store{Sole: true}, kubernetes.Store{Sole: true, Memory: true}, kubernetes.Store{}
	for _, x := range []struct {
		name, value, told string
		as                kubernetes.Store
	}{
		{"DB_TYPE", "sqlite3", "DB_TYPE=sqlite3", sole},
		{"DB_CONNECTION", "SQLite", "DB_CONNECTION=SQLite", sole},
		{"database.driver", "h2", "database.driver=h2", sole},
		{"KC_DB", "dev-mem", "KC_DB=dev-mem", memory},
		{"SPRING_DATASOURCE_URL", "jdbc:h2:mem:test;MODE=MySQL", "SPRING_DATASOURCE_URL=jdbc:h2:mem:test", memory},
		{"url", "jdbc:derby:/data/x;user=me;password=p", "url=jdbc:derby:/data/x", sole},
		{"DSN", "user=me password=p sqlite:///x.db?key=p", "DSN=sqlite:///x.db", sole},
		{"--store", "memory", "--store=memory", memory},
		{"storage.file", ":memory:", "storage.file=:memory:", memory},
		{"APP_DB", "/data/app.db", "APP_DB=/data/app.db", sole},
		{"DB_FILE", "file:/data/app.sqlite?mode=rw", "DB_FILE=file:/data/app.sqlite", sole},
		{"--storage", "local", "--storage=local", files},
		{"SESSION_DRIVER", "file", "SESSION_DRIVER=file", files},
		{"DB_TYPE", "postgres", "", files},
		{"DATABASE_URL", "postgres://x/app.db", "", files},
		{"url", "jdbc:h2:tcp://db/x", "", files},
		{"url", "jdbc:derby://db/x", "", files},
		{"protocol", "h2", "", files},
		{"CACHE_STORE", "memory", "", files},
		{"DSN", "memory", "DSN=memory", memory},
		{"DATABASE_URL", "memory", "DATABASE_URL=memory", memory},
		{"--db-uri", "in-memory", "--db-uri=in-memory", memory},
		{"IMAGE_URL", "memory", "", files},
		{"LOG_STORAGE", "file", "", files},
		{"storage.memory", "2Gi", "", files},
		{"--config", "file", "", files},
		{"DB_FILE", "/" + strings.Repeat("x", longestValue-4) + ".db", "DB_FILE=/" + strings.Repeat("x", longestValue-4) + ".db", sole},
		{"DB_FILE", "/" + strings.Repeat("x", longestValue-3) + ".db", "", files},
		{"GEOIP_DB", "/usr/share/geoip.db", "", files},
	} {
		want := x.as
		want.Told = x.told
		if got := storeOf(x.name, x.value); got != want {
			t.Errorf("%s=%s: %+v, want %+v", x.name, x.value, got, want)
		}
	}
}

// Files of settings are read in the forms that programs have, without what is a
// comment there.
func TestStoreIn(t *testing.T) {
	for text, want := range map[string]string{
		"storage:\n  type: sqlite3\n  config:\n    file: x\nlog: 1\n":              "storage.type=sqlite3",
		"storage:\n  trace:\n    backend: local # for now\n    path: /x\n":         "storage.trace.backend=local",
		"stores:\n- name: a\n  storage: filesystem\n- name: b\n  storage: s3\n":    "stores.storage=filesystem",
		"{\n  \"database\": {\n    \"type\": \"sqlite3\",\n    \"x\": 1\n  }\n}\n": "database.type=sqlite3",
		"[server]\nx = 1\n[database]\ntype = sqlite3\n":                            "database.type=sqlite3",
		"a.b=c\nspring.datasource.url=jdbc:h2:file:/data/x\n":                      "spring.datasource.url=jdbc:h2:file:/data/x",
		"storage: local\ndatabase:\n  type: sqlite\n":                              "database.type=sqlite",
		"# storage: local\n;database.type = sqlite\nx: y\n":                        "",
		"cache:\n  store: memory\nx: y\n":                                          "",
		"storage:\n  backend: s3\n  local:\n    path: /x\n":                        "",
		"- name: local\n- name: file\n":                                            "",
	} {
		if got, _ := storeIn(text); got.Told != want {
			t.Errorf("%q: %q, want %q", text, got.Told, want)
		}
	}
}

// Settings tell of a store that other pods reach, and of one that drops what it holds.
func TestSettingsOfData(t *testing.T) {
	shares, evicts, alone := kubernetes.Settings{Shares: true}, kubernetes.Settings{Evicts: true}, kubernetes.Settings{Alone: true}
	for _, x := range []struct {
		name, value string
		want        kubernetes.Settings
	}{
		{"GF_DATABASE_TYPE", "postgres", shares}, {"SPAN_STORAGE_TYPE", "elasticsearch", shares}, {"REGISTRY_STORAGE", "s3", shares},
		{"GF_DATABASE_TYPE", "sqlite3", kubernetes.Settings{}}, {"CACHE_DATABASE", "mysql", kubernetes.Settings{}},
		{"LOG_LEVEL", "s3", kubernetes.Settings{}},
		{"--maxmemory-policy", "allkeys-lru", evicts}, {"maxmemory_policy", "allkeys-lfu", evicts},
		{"--maxmemory-policy", "volatile-lru", kubernetes.Settings{}},
		{"--policy", "allkeys-lru", kubernetes.Settings{}},
		{"RABBITMQ_CLUSTER_PARTITION_HANDLING", "autoheal", alone}, {"cluster_partition_handling", "ignore", alone},
		{"cluster_partition_handling", "pause_minority", kubernetes.Settings{}},
	} {
		if got := settingsOf(x.name, x.value); got != x.want {
			t.Errorf("%s=%s: %+v, want %+v", x.name, x.value, got, x.want)
		}
	}
	for text, want := range map[string]kubernetes.Settings{
		"[database]\ntype = mysql\nhost = x\n":                                shares,
		"maxmemory 100mb\nmaxmemory-policy allkeys-lru\n":                     evicts,
		"maxmemory 100mb\nmaxmemory-policy noeviction\n":                      {},
		"[database]\ntype = sqlite3\n":                                        {},
		"a = b\ncluster_partition_handling = autoheal\n":                      alone,
		"a = b\n#cluster_partition_handling = autoheal\n":                     {},
		"[{rabbit, [\n {cluster_partition_handling, ignore}]}].\n":            alone,
		"[{rabbit, [\n {cluster_partition_handling, pause_minority}]}].\n":    {},
		"[{rabbit, [\n%% {cluster_partition_handling, ignore},\n {a, b}]}]\n": {},
	} {
		if _, got := storeIn(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
