package manifest

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A setting is on where it is given and switches nothing off; a file asks for an election
// where it says so and switches none off.
func TestWhatIsSwitchedOn(t *testing.T) {
	for value, want := range map[string]bool{
		"": false, "false": false, "False": false, "0": false, "no": false, "off": false, "none": false, "{}": false,
		"true": true, "yes": true, "1": true, "my-lease": true,
	} {
		if on(value) != want {
			t.Errorf("%q: %t", value, !want)
		}
	}
	for text, want := range map[string]bool{
		"leaderElection: true":                   true,
		"leaderElection:\n  leaderElect: true":   true,
		"leaderElection: {\n  leaderElect: true": true,
		"leaderElection:\n  leaderElect: false":  false,
		"leader_election_id: my-lease":           true,
		"leaderElect = off # for one":            false,
		"port: 80":                               false,
		"":                                       false,
		"followerElection: true":                 false,
		"leaderElection: true\nleaderElectionEnabled: 'no'": false,
	} {
		if electsIn(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

// A key by which others know a program, or a host name with the number of a pod in it, is an
// identity; a key by which it serves is none.
func TestIdentities(t *testing.T) {
	for _, x := range []struct {
		name, value string
		want        bool
	}{
		{"private-key", "abc", true}, {"swarm-private-key", "abc", true}, {"node_key", "abc", true}, {"private-key", "/etc/key", false},
		{"tls-private-key", "abc", false}, {"jwt-private-key", "abc", false}, {"public-key", "abc", false},
		{"advertise-host", "web-0.web", true}, {"hostname", "web-0.web.shop.svc:80", true}, {"hostname", "web.shop", false},
		{"hostname", "web-0", false}, {"upstream", "web-0.web", false}, {"node-name", "a-1.b", true},
	} {
		if identifies(x.name, x.value) != x.want {
			t.Errorf("--%s=%s: %t", x.name, x.value, !x.want)
		}
	}
}

// The name of a program is that of its image, with its repository's where that says nothing.
func TestNamesOfPrograms(t *testing.T) {
	for image, want := range map[string]string{
		"nginx": "nginx", "a/b/nginx:1.2": "nginx", "nginx@sha256:0": "nginx", "mcr.microsoft.com/mssql/server:2022": "mssql-server",
		"server": "server", "quay.io/server": "server", "minio/server": "minio-server", "minio/servers": "servers",
		"onus-not-known:grafana-11.2.0": "grafana", "r/onus-not-known:kube-state-metrics-vonus-not-known": "kube-state-metrics",
		"r/onus-not-known:postgres-onus-not-known": "postgres", "r/onus-not-known:kube-state-metrics-v2.19": "kube-state-metrics",
		"onus-not-known/web:grafana-11": "web", "onus-not-known:onus-not-known": "onus-not-known", "r/onus-not-known:11.2": "onus-not-known",
	} {
		if got := programName(image); got != want {
			t.Errorf("%s: %s", image, got)
		}
	}
	for image, want := range map[string]bool{"": false, "your image": true, "$IMAGE change-me": false, "{{ image }}": false, "nginx": false} {
		if toFillIn(image) != want {
			t.Errorf("%q is to be filled in: %t", image, !want)
		}
	}
}

// A file with names in braces alone is one of Jinja where it is called after that, and not
// where its name only begins as those do.
func TestTemplatesCalledAfterJinja(t *testing.T) {
	for name, want := range map[string]string{
		"a.j2": jinja, "a.yaml.jinja": jinja, "a.JINJA2": jinja, "a.json": names, "a.js": names, "a.yaml.tpl": names, "a": names,
	} {
		f := Unrendered(name, []byte("apiVersion: v1\nkind: Service\nmetadata: {name: {{ x }}}\n"))
		if f == nil || f.Msg != "is "+want {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := Unrendered("a.j2", []byte("apiVersion: v1\nkind: Service\nmetadata: {name: @NAME@}\n")); f.Msg != "is "+names {
		t.Errorf("without Jinja's braces: %s", f.Msg)
	}
}

// What a snapshot keeps of a container is what tells what it is there for.
func TestPurposeOfContainers(t *testing.T) {
	for _, x := range []struct {
		c       corev1.Container
		image   string
		command string
	}{
		{corev1.Container{Image: "registry.k8s.io/pause:3.9"}, "pause", ""},
		{corev1.Container{Image: "busybox", Command: []string{"sleep", "3600"}}, "", "sleep infinity"},
		{corev1.Container{Image: "app", Args: []string{"--leader-elect"}}, "", "--leader-elect"},
		{corev1.Container{Image: "app", Args: []string{"--enable-leader-election=false"}}, "", "--leader-elect=false"},
		{corev1.Container{Image: "app", Env: []corev1.EnvVar{{Name: "X_LEADER_ELECTION", Value: "False"}}}, "", "--leader-elect=false"},
		{corev1.Container{Image: "app", Command: []string{"serve"}}, "", ""},
	} {
		if image, command := Purpose(&x.c); image != x.image || strings.Join(command, " ") != x.command {
			t.Errorf("%+v: %q, %q", x.c, image, command)
		}
	}
	for command, want := range map[string]bool{
		"": false, ";": false, "sleep 1": true, "while true; do sleep 1; done": true, "while": false, "exec sleep 1": true,
		"sleep 1; serve": false,
	} {
		if sleeps(&corev1.Container{Command: []string{"sh", "-c", command}}) != want {
			t.Errorf("%q sleeps: %t", command, !want)
		}
	}
}

// Nothing is kept on a volume that is mounted where things are thrown away, and all that is
// there has been written by an init container that may write.
func TestVolumesOfNoAccount(t *testing.T) {
	mounts := func(all ...corev1.VolumeMount) *corev1.PodSpec {
		return &corev1.PodSpec{
			Containers:     []corev1.Container{{}, {VolumeMounts: all}},
			InitContainers: []corev1.Container{{}, {VolumeMounts: all}},
		}
	}
	at := func(name, path string, readOnly bool) corev1.VolumeMount {
		return corev1.VolumeMount{Name: name, MountPath: path, ReadOnly: readOnly}
	}
	for name, x := range map[string]struct {
		spec            *corev1.PodSpec
		scratch, filled bool
	}{
		"for scratch":           {mounts(at("v", "/tmp", false)), true, true},
		"for data":              {mounts(at("v", "/data", false)), false, true},
		"for both":              {mounts(at("v", "/tmp", false), at("v", "/data", false)), false, true},
		"to read":               {mounts(at("v", "/tmp", true)), true, false},
		"another":               {mounts(at("w", "/tmp", false)), false, false},
		"another, and for data": {mounts(at("w", "/data", false), at("v", "/tmp", true)), true, false},
		"none":                  {mounts(), false, false},
	} {
		if scratch(x.spec, "v") != x.scratch || filled(x.spec, "v") != x.filled {
			t.Errorf("%s: scratch %t, filled %t", name, !x.scratch, !x.filled)
		}
	}
}

// Who may make configurations of webhooks registers them; who may make something else, or
// only read them, does not.
func TestWhoRegistersWebhooks(t *testing.T) {
	for rule, want := range map[string]bool{
		"resources: [mutatingwebhookconfigurations], verbs: [get, create]": true,
		"resources: [validatingwebhookconfigurations], verbs: ['*']":       true,
		"resources: [mutatingwebhookconfigurations], verbs: [get]":         false,
		"resources: [pods], verbs: [create]":                               false,
		"resources: ['*'], verbs: ['*']":                                   false,
	} {
		e := mustRead(t, "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules:\n"+
			"- {apiGroups: ['*'], "+rule+"}\n")
		if e.Registers != want {
			t.Errorf("%s: %t", rule, e.Registers)
		}
	}
}

// Monitors of Prometheus say from what metrics are read; other kinds do not, nor others of
// the same name.
func TestWhatIsAMonitor(t *testing.T) {
	for kind, want := range map[string]int{
		"monitoring.coreos.com/v1 ServiceMonitor": 1, "monitoring.coreos.com/v1 PodMonitor": 1, "monitoring.coreos.com/v1 Probe": 0,
		"azmonitoring.coreos.com/v1 ServiceMonitor": 1, "example.com/v1 ServiceMonitor": 0,
	} {
		api, kind, _ := strings.Cut(kind, " ")
		e := mustRead(t, "apiVersion: "+api+"\nkind: "+kind+"\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, "+
			"endpoints: [{port: web}], podMetricsEndpoints: [{port: web}]}\n")
		if len(e.Scrapes) != want {
			t.Errorf("%s %s: %+v", api, kind, e.Scrapes)
		}
	}
}

// A dash that opens an element stands alone or before a blank.
func TestDashes(t *testing.T) {
	for text, want := range map[string]struct {
		indent int
		dash   bool
	}{
		"":      {0, false},
		"   ":   {3, false},
		"- a":   {0, true},
		"  -":   {2, true},
		"  -\n": {2, true},
		"-a":    {0, false},
		"---":   {0, false},
		"a - b": {0, false},
	} {
		if indent, dash := dashed([]byte(text)); indent != want.indent || dash != want.dash {
			t.Errorf("%q: %d, %t", text, indent, dash)
		}
	}
}

// Hosts of addresses and ports are hosts; parts of paths, tags of images and who logs in are
// none.
func TestHostsInText(t *testing.T) {
	for text, want := range map[string]string{
		"http://api/x": "api", "http://z9-a.b": "z9-a.b", "postgres://user:word@db/x": "db", "cache:6379": "cache", "a/cache:6379": "",
		"X_cache:6379": "",
		"nginx:1.27":   "", "queue.jobs.svc": "queue.jobs", "http://api:80,cache:6379": "api cache", "http://127.0.0.1:80": "", "": "", "api": "",
		"http://localhost:80": "", "-cache:6379": "",
	} {
		var h hosts
		h.text(text)
		if got := strings.Join(h.all, " "); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for name, want := range map[string]string{
		"API_HOST=api":     "api",
		"API_HOST=":        "",
		"API_HOST=' '":     "",
		"API_NAME=api":     "",
		"redis-addr=cache": "cache",
	} {
		var h hosts
		h.setting(strings.Split(name, "=")[0], strings.Split(name, "=")[1])
		if got := strings.Join(h.all, " "); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	args := corev1.PodSpec{
		Containers: []corev1.Container{{Args: []string{"serve", "http://api", "--db-host", "db", "--cache-host=cache", "--last"}}},
	}
	if got := calls(&args); !slices.Equal(got, []string{"api", "db", "cache"}) {
		t.Errorf("%q", got)
	}
}

// Of the settings of a file the first counts by which data are lost, or else the first that
// names a store.
func TestStoreInAFile(t *testing.T) {
	for text, want := range map[string]string{
		"storage:\n  type: filesystem\n  database: sqlite":  "storage.database=sqlite sole",
		"database: sqlite\nstorage:\n  type: filesystem":    "database=sqlite sole",
		"db:\n  type: sqlite\nother:\n  db: bolt":           "db.type=sqlite sole",
		"storage:\n  type: filesystem\nb:\n  storage: disk": "storage.type=filesystem",
		"type: filesystem\nport: 80":                        "",
		"# database: sqlite\n; db: bolt\na: b":              "",
		"a\nb":                                              "",
	} {
		s, _ := storeIn(text)
		got := s.Told
		if s.Sole {
			got += " sole"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for name, x := range map[string]struct {
		c    corev1.Container
		want kubernetes.Settings
	}{
		"shares": {corev1.Container{Env: []corev1.EnvVar{{Name: "DB_TYPE", Value: "postgres"}, {Name: "X", Value: "y"}}},
			kubernetes.Settings{Shares: true}},
		"evicts":  {corev1.Container{Args: []string{"--maxmemory-policy", "allkeys-lru", "--other"}}, kubernetes.Settings{Evicts: true}},
		"neither": {corev1.Container{Args: []string{"--maxmemory-policy=volatile-lru"}}, kubernetes.Settings{}},
	} {
		var got kubernetes.Container
		if stores(&x.c, &got); got.Settings != x.want {
			t.Errorf("%s: %+v", name, got.Settings)
		}
	}
	if s := storeOf("database", "''"); s.Told != "" {
		t.Errorf("nothing is told: %+v", s)
	}
	if s := storeOf("type", "sqlite"); s.Told != "" {
		t.Errorf("a type of anything: %+v", s)
	}
}
