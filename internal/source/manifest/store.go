package manifest

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What tells that a program keeps its data itself, in its pod: databases that are
// in memory or one file, by their names and by the addresses that name them.
var (
	fileDatabases = []string{
		"sqlite", "sqlite3", "better-sqlite3", "django.db.backends.sqlite3", "dev-file", "h2", "derby", "hsqldb", "duckdb",
		"badger", "bolt", "boltdb", "bbolt", "leveldb", "rocksdb",
	}
	inMemory = []string{"dev-mem", "memory", "mem", "inmem", "inmemory", "in-memory", "in_memory"}
	inFiles  = []string{"filesystem", "file_system", "local-filesystem", "file", "local", "disk"}
	// An address of a server that runs such a database for others is none.
	fileAddress = regexp.MustCompile(`(?i)(^|[\s"'=])((jdbc:)?(sqlite3?|duckdb)(\+\w+)?:|` +
		`jdbc:(h2:(file|mem|[~./])|derby:(\w|/[^/]|\.)|hsqldb:(file|mem)))[^\s"',;?]*|:memory:`)
	filePath     = regexp.MustCompile(`(?i)^(file:)?\.{0,2}/\S*\.(db|db3|sqlite|sqlite3|duckdb)(\?\S*)?$`)
	storeName    = regexp.MustCompile(`(?i)(stor(e|age)|database|(^|[^a-z])db([^a-z]|$)|persistence|datasource|dialect|(^|[^a-z])sql|session)`)
	storeAddress = regexp.MustCompile(`(?i)(^|[^a-z])(dsn|(database|db)[_-]?(url|uri|dsn))$`)
	storeKind    = regexp.MustCompile(`(?i)(^|[^a-z])(type|kind|driver|connection|backend|provider|engine|dialect|client|vendor|` +
		`store|storage|database|db|persistence)$`)
	passing = regexp.MustCompile(`(?i)(cach(e|ing)|(^|[^a-z])log|metric|telemetry|te?mp|queue|buffer|secret|cert|geo|` +
		`trust_?store|key_?store)`)
)

// storeOf is what a setting tells of where data are kept: a flag, a variable, or a
// line of a file, by the names that lead to it.
func storeOf(name, value string) kubernetes.Store {
	value = strings.Trim(value, `"' `)
	if value == "" || len(value) > longestValue {
		return kubernetes.Store{}
	}
	lower := strings.ToLower(value)
	is := func(all []string) bool { return slices.Contains(all, lower) }
	// Most values are neither an address nor a path, and none of the words: patterns take long.
	named := is(inMemory) || is(fileDatabases) || is(inFiles)
	if !named && !strings.ContainsAny(value, ":/") || passing.MatchString(name) {
		return kubernetes.Store{}
	}
	told := func(shown string, sole bool) kubernetes.Store {
		memory := is(inMemory) || strings.Contains(shown, ":mem")
		return kubernetes.Store{Told: name + "=" + shown, Sole: sole || memory, Memory: memory}
	}
	switch address := strings.TrimSpace(fileAddress.FindString(value)); {
	case address != "":
		return told(strings.Trim(address, `"'=`), true) // beside it may stand a password
	case filePath.MatchString(value):
		path, _, _ := strings.Cut(value, "?")
		return told(path, true)
	case storeAddress.MatchString(name) && is(inMemory):
		return told(value, true)
	case storeName.MatchString(name) && storeKind.MatchString(name) && (is(fileDatabases) || is(inMemory) || is(inFiles)):
		return told(value, is(fileDatabases))
	}
	return kubernetes.Store{}
}

// stores is what the flags and the environment of a container tell of where it
// keeps its data, and the word by which it is told to run for development.
func stores(c *corev1.Container, x *kubernetes.Container) {
	tell := func(name, value string) {
		x.Settings = both(x.Settings, settingsOf(name, value))
		if s := storeOf(name, value); x.Store.Told == "" || s.Memory && !x.Store.Memory {
			x.Store = s
		}
	}
	for _, e := range c.Env {
		tell(e.Name, e.Value)
		x.Ensemble = append(x.Ensemble, ensembleIn(e.Value)...)
	}
	words := spoken(c)
	for i, w := range words {
		if w == "start-dev" || w == "-dev" || w == "--dev" {
			x.Dev = w
		}
		x.Ensemble = append(x.Ensemble, ensembleIn(w)...)
		if !strings.HasPrefix(w, "-") {
			continue
		}
		name, value, joined := strings.Cut(w, "=")
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		tell(name, value)
	}
}

// sharedStores are databases and object stores that several pods reach, as settings name
// them.
var sharedStores = []string{
	"postgres", "postgresql", "mysql", "mariadb", "mssql", "sqlserver", "cockroachdb", "elasticsearch", "opensearch", "cassandra",
	"clickhouse", "mongodb", "s3", "gcs", "azure", "azureblob", "swift", "oss",
}

// settingsOf are what a setting tells of data beside a store of its own.
//
// Source: maxmemory-policy in redis.io/docs/latest/develop/reference/eviction, and
// cluster_partition_handling in rabbitmq.com/docs/partitions: with autoheal and ignore members
// go on however few of them see each other.
func settingsOf(name, value string) kubernetes.Settings {
	value = strings.ToLower(strings.Trim(value, `"' `))
	setting := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	heals := strings.HasSuffix(setting, "cluster-partition-handling")
	return kubernetes.Settings{
		Shares: slices.Contains(sharedStores, value) && storeName.MatchString(name) && !passing.MatchString(name),
		Evicts: strings.HasPrefix(value, "allkeys-") && strings.HasSuffix(setting, "maxmemory-policy"),
		Alone:  heals && (value == "autoheal" || value == "ignore"),
	}
}

func both(a, b kubernetes.Settings) kubernetes.Settings {
	return kubernetes.Settings{Shares: a.Shares || b.Shares, Evicts: a.Evicts || b.Evicts, Alone: a.Alone || b.Alone}
}

// evicting is how the configuration of Redis says that it may drop any key.
var evicting = regexp.MustCompile(`(?im)^\s*maxmemory-policy\s+allkeys-`)

// goingOn is how the configuration of RabbitMQ says so in the form of Erlang.
var goingOn = regexp.MustCompile(`(?im)^[^%\n]*\{\s*cluster_partition_handling\s*,\s*(autoheal|ignore)\s*\}`)

// configMaps are those that a pod mounts or takes its environment from.
func configMaps(spec *corev1.PodSpec) []string {
	var all []string
	add := func(name string) {
		if name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for i := range spec.Volumes {
		if m := spec.Volumes[i].ConfigMap; m != nil {
			add(m.Name)
		}
		if p := spec.Volumes[i].Projected; p != nil {
			for _, s := range p.Sources {
				if s.ConfigMap != nil && s.ConfigMap.Name != rootCA {
					add(s.ConfigMap.Name)
				}
			}
		}
	}
	for i := range spec.Containers {
		for _, from := range spec.Containers[i].EnvFrom {
			if from.ConfigMapRef != nil {
				add(from.ConfigMapRef.Name)
			}
		}
		for _, e := range spec.Containers[i].Env {
			if e.ValueFrom != nil && e.ValueFrom.ConfigMapKeyRef != nil {
				add(e.ValueFrom.ConfigMapKeyRef.Name)
			}
		}
	}
	return all
}

// rootCA is the ConfigMap that every pod mounts with its token.
const rootCA = "kube-root-ca.crt"

// longestConfig is how long a file in a ConfigMap may be that is looked into:
// longer ones are dashboards and definitions.
const longestConfig = 64 << 10

// configMap keeps of a ConfigMap what it tells of where data are kept, whether it asks
// for the election of a leader, and which hosts it has called.
func (r *objectReader) configMap(doc *document.Document, namespace, name string) {
	var o struct {
		Data map[string]string `json:"data"`
	}
	if doc.Decode(&o) != nil {
		return // what it says is not ours to judge
	}
	var found kubernetes.Store
	accessReader{r}.tunnelled(doc, namespace, name, o.Data)
	elects, settings := false, kubernetes.Settings{}
	flags, told := map[string]string{}, kubernetes.Told{}
	var ensemble []string
	var shards [][]string
	var blocked []string
	for _, key := range slices.Sorted(maps.Keys(o.Data)) {
		text := o.Data[key]
		s := kubernetes.Store{}
		elects = elects || len(text) <= longestConfig && (electsIn(text) || electsIn(key+": "+text))
		switch {
		case len(text) > longestConfig:
			continue
		case strings.Contains(strings.TrimSpace(text), "\n"):
			var more kubernetes.Settings
			s, more = storeIn(text)
			settings = both(settings, more)
		default:
			s, settings = storeOf(key, text), both(settings, settingsOf(key, text))
			told = tells(told, key, text)
			if text == "true" || text == "false" {
				flags[key] = text
			}
		}
		blocked = append(blocked, blocks(text)...)
		shards = append(shards, shardsIn(text)...)
		if ensemble = append(ensemble, ensembleIn(text)...); s.Told != "" && (found.Told == "" || s.Sole && !found.Sole) {
			found = s
		}
	}
	connects := connectionsIn(o.Data)
	if called := callsIn(o.Data); found.Told != "" || elects || settings != (kubernetes.Settings{}) || told != (kubernetes.Told{}) ||
		len(called)+len(flags)+len(ensemble)+len(shards)+len(blocked)+len(connects) > 0 {
		c := kubernetes.Config{
			Namespace: namespaceOf(namespace), Name: name, Position: r.at(doc),
			Store: found, Settings: settings, Elects: elects, Told: told, Calls: called, Addresses: addressesIn(o.Data), Flags: flags,
			Ensemble: ensemble, Shards: shards, Blocks: blocked, Connections: connects,
		}
		r.into.Configs = append(r.into.Configs, c)
	}
}

// storeIn is what a file of settings tells of where data are kept, in YAML, JSON,
// as properties or with sections in brackets: the first that no volume makes good,
// or else the first; and what else it tells of data.
func storeIn(text string) (found kubernetes.Store, settings kubernetes.Settings) {
	settings.Evicts, settings.Alone = evicting.MatchString(text), goingOn.MatchString(text)
	var above []heading
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.ContainsRune("#;!", rune(trimmed[0])) || strings.HasPrefix(trimmed, "//") {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " \t-"))
		if section, ok := strings.CutPrefix(trimmed, "["); ok {
			if name, closed := strings.CutSuffix(section, "]"); closed {
				above = []heading{{-1, name}}
			}
			continue
		}
		at := strings.IndexAny(trimmed, ":=")
		if at < 0 {
			continue
		}
		key, value := strings.Trim(strings.TrimLeft(trimmed[:at], "- "), `"' `), strings.TrimSpace(trimmed[at+1:])
		for len(above) > 0 && above[len(above)-1].indent >= indent {
			above = above[:len(above)-1]
		}
		if value, _, _ = strings.Cut(value, " #"); value == "" || value == "{" {
			above = append(above, heading{indent, key})
			continue
		}
		settings = both(settings, settingsOf(pathOf(above, key), strings.TrimRight(value, ", ")))
		if s := storeOf(pathOf(above, key), strings.TrimRight(value, ", ")); s.Told != "" && (found.Told == "" || s.Sole && !found.Sole) {
			found = s
		}
	}
	return found, settings
}

// heading is a name below which settings stand.
type heading struct {
	indent int
	name   string
}

func pathOf(above []heading, key string) string {
	var path strings.Builder
	for _, h := range above {
		path.WriteString(h.name + ".")
	}
	return path.String() + key
}
