package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

var update = flag.Bool("update", false, "write what is rendered into the archives")

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // Helm's warnings
	os.Exit(m.Run())
}

// unpacked is a directory with the files of an archive.
func unpacked(t testing.TB, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	unittest.Unpack(t, dir, a)
	return dir
}

// shown is a release, an object a line: where it begins, what it is, its hook.
func shown(dir string, r *Release, err error) string {
	var b strings.Builder
	if err != nil {
		var e *document.Error
		if !errors.As(err, &e) {
			return err.Error()
		}
		fmt.Fprintf(&b, "fault %s\n  %s\n", e, e.Hint)
	} else {
		for _, d := range r.Documents {
			var o struct {
				Kind     string                 `json:"kind"`
				Metadata struct{ Name string }  `json:"metadata"`
				Spec     struct{ Replicas int } `json:"spec"`
			}
			if err := yaml.Unmarshal(d.Data, &o); err != nil {
				o.Kind = err.Error()
			}
			fmt.Fprintf(&b, "%s:%d %s/%s", d.File, d.Line, o.Kind, o.Metadata.Name)
			if o.Spec.Replicas != 0 {
				fmt.Fprintf(&b, " %d", o.Spec.Replicas)
			}
			if d.Hook != "" {
				fmt.Fprintf(&b, " (%s)", d.Hook)
			}
			b.WriteByte('\n')
		}
		for _, m := range r.Missing {
			fmt.Fprintf(&b, "missing %s\n  %s\n", m, m.Hint)
		}
		if r.Refused != nil {
			f := r.Refused.asUnits()
			fmt.Fprintf(&b, "refused %s\n  %s\n", f.Fault, f.Hint)
			fmt.Fprintf(&b, "  any %t, %d lines of templates\n", f.Any, strings.Count(strings.TrimSpace(string(f.Text)), "\n"))
		}
	}
	return strings.ReplaceAll(b.String(), dir+string(filepath.Separator), "")
}

var option = regexp.MustCompile(`(?m)^(values|set|chart|release): (.*)$`)

// Each archive in testdata holds charts, the options on top, and in its file
// "want" what is rendered of one of them.
func TestRender(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal(err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := unpacked(t, a)
			chart, o := filepath.Join(dir, "chart"), Options{}
			for _, m := range option.FindAllStringSubmatch(string(a.Comment), -1) {
				switch m[1] {
				case "values":
					o.Values = append(o.Values, filepath.Join(dir, m[2]))
				case "set":
					o.Set = append(o.Set, m[2])
				case "chart":
					chart = filepath.Join(dir, m[2])
				case "release":
					o.Release = m[2]
				}
			}
			r, err := Render(t.Context(), unittest.Tree(t, dir), chart, o)
			got := shown(dir, r, err)
			for i, f := range a.Files {
				if f.Name != "want" {
					continue
				}
				if *update {
					a.Files[i].Data = []byte(got)
					if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if got != string(f.Data) {
					t.Errorf("got:\n%swant:\n%s", got, f.Data)
				}
			}
		})
	}
}

func files(text string) *txtar.Archive { return txtar.Parse([]byte(text)) }

const minimal = "-- chart/Chart.yaml --\napiVersion: v2\nname: shop\nversion: 1.0.0\n"

func rendered(t *testing.T, text string) string {
	t.Helper()
	dir := unpacked(t, files(text))
	r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range r.Documents {
		b.Write(d.Data)
	}
	return b.String()
}

// A chart is rendered for a recent cluster, with what is installed on most, and
// for none of one platform.
func TestCapabilities(t *testing.T) {
	for version, want := range map[string]string{
		"policy/v1": "true", "policy/v1/PodDisruptionBudget": "true", "autoscaling/v2": "true", "apps/v1/Deployment": "true",
		"monitoring.coreos.com/v1": "true", "monitoring.coreos.com/v1/ServiceMonitor": "true", "apiextensions.k8s.io/v1": "true",
		"policy/v1beta1": "false", "extensions/v1beta1": "false", "autoscaling/v2beta2": "false", "networking.k8s.io/v1beta1": "false",
		"security.openshift.io/v1": "false", "example.com/v1": "false",
	} {
		if got := rendered(t, minimal+"-- chart/templates/a.yaml --\nhas: {{ .Capabilities.APIVersions.Has \""+version+
			"\" }}\n"); got != "has: "+want+"\n" {
			t.Errorf("%s: %s", version, got)
		}
	}
	if got := rendered(t, minimal+`-- chart/templates/a.yaml --
v: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Minor }} {{ semverCompare ">=1.25-0" .Capabilities.KubeVersion.GitVersion }}
release: {{ .Release.IsInstall }} {{ .Release.Namespace }} {{ .Release.Revision }}
`); got != "v: v1.36.0 36 true\nrelease: true default 1\n" {
		t.Error(got)
	}
}

// What a chart makes up, asks a cluster, the network, the environment or the
// clock for is the same each time.
func TestFixed(t *testing.T) {
	t.Setenv("SECRET", "of the environment")
	text := minimal + `-- chart/templates/a.yaml --
cluster: {{ lookup "v1" "Secret" "default" "x" | toJson }} {{ (lookup "v1" "Node" "" "").items }}
dns: "{{ getHostByName "localhost" }}"
now: {{ now | date "2006" }} {{ now.Unix }}
made: {{ randAlphaNum 4 }} {{ randAlpha 0 }} {{ randNumeric 3 }} {{ randBytes 2 }} {{ randInt 3 9 }} {{ uuidv4 }} {{ shuffle "abc" }}
long: {{ len (randAscii 1000000000) }}
{{- $ca := genCA "ca" 365 }}
{{- $cert := genSignedCert "x" nil (list "a") 365 $ca }}
keys: {{ $ca.Cert }} {{ $cert.Key }} {{ (genSelfSignedCert "x" nil nil 3).Cert }}
more keys: {{ genPrivateKey "rsa" }} {{ htpasswd "a" "b" }} {{ bcrypt "a" }} {{ (genCAWithKey "a" 1 "k").Key }}
others: {{ derivePassword 1 "long" "a" "b" "c" }} {{ (buildCustomCert "eA==" "eA==").Cert }} {{ "x" | encryptAES "y" }}
`
	const want = `cluster: {} 
dns: ""
now: 1970 0
made: aaaa  111 AA 3 00000000-0000-4000-8000-000000000000 abc
long: 4096
keys: made-up made-up made-up
more keys: made-up made-up made-up made-up
others: made-up made-up made-up
`
	if got := rendered(t, text); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
	dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\na: {{ env \"SECRET\" }}\n"))
	if r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{}); err != nil || len(r.Documents) > 0 {
		t.Errorf("the environment is read: %s, %v", r.Documents[0].Data, err)
	}
}

// A template that counts up or repeats more than there is room for is refused, and one that counts to what people count
// to is what Helm makes of it.
func TestTemplatesThatCountForEver(t *testing.T) {
	for _, text := range []string{
		`{{ range until 2000000000 }}x{{ end }}`, `{{ range untilStep 0 -2000000000 -1 }}x{{ end }}`, `{{ repeat 2000000000 "x" }}`,
		`{{ seq 2000000000 }}`, `{{ range until 10000 }}{{ range until 10000 }}{{ end }}{{ end }}`,
	} {
		dir := unpacked(t, files(minimal+"-- chart/templates/a.yaml --\na: "+text+"\n"))
		if r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{}); err == nil && len(r.Documents) > 0 {
			t.Errorf("%s is rendered: %d documents", text, len(r.Documents))
		} else if err != nil || r.Refused == nil || r.Refused.Hint != "" {
			t.Errorf("%s: %v, %+v: it is refused, and no value brings it", text, err, r.Refused)
		}
	}
	got := rendered(t, minimal+"-- chart/templates/a.yaml --\n"+
		`a: {{ until 3 }}{{ untilStep 3 0 -2 }}{{ untilStep 3 0 2 }}{{ untilStep 0 3 0 }} {{ seq 3 }} {{ seq 5 3 }} `+
		`{{ repeat 2 "ab" }}{{ repeat 0 "x" }}`)
	if want := "a: [0 1 2][3 1][][] 1 2 3 5 4 3 abab"; strings.TrimSpace(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Links within the input are followed, those that lead out and those that lead
// back are not; what .helmignore names is not read.
func TestFiles(t *testing.T) {
	dir := unpacked(t, files(minimal+`-- chart/.helmignore --
ignored/
*.bak
-- chart/ignored/templates/a.yaml --
-- chart/a.bak --
-- chart/values.yaml --
-- chart/here.txt --
here
-- chart/templates/a.yaml --
{{- range $name, $_ := .Files.Glob "**" }}
{{ $name }}:
{{- end }}
-- common/templates/b.yaml --
b: {{ .Chart.Name }}
-- common/Chart.yaml --
apiVersion: v2
name: common
version: 1.0.0
`))
	outside := filepath.Join(t.TempDir(), "outside.txt")
	if err := os.WriteFile(outside, []byte("out"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{
		"chart/out.txt": outside, "chart/out": filepath.Dir(outside), "chart/loop": ".", "chart/linked.txt": "here.txt",
		"chart/gone.txt": "nowhere",
		"chart/charts":   "../all", "all/common": "../common",
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, p); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range r.Documents {
		fmt.Fprintf(&b, "%s", d.Data)
	}
	if got, want := b.String(), "b: common\n\nhere.txt:\nlinked.txt:"; !strings.HasPrefix(got, "b: common\n") ||
		!strings.Contains(got, "here.txt:") ||
		!strings.Contains(got, "linked.txt:") || strings.Contains(got, "out") || strings.Contains(got, "bak") ||
		strings.Contains(got, "ignored") {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A packed chart is rendered, and its objects stand in the archive.
func TestArchive(t *testing.T) {
	dir := unpacked(t, files(minimal))
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	tape := tar.NewWriter(zip)
	for name, text := range map[string]string{
		"redis/Chart.yaml":                  "apiVersion: v2\nname: redis\nversion: 1.0.0\n",
		"redis/templates/a.yaml":            "kind: Service\nmetadata: {name: redis}\n",
		"redis/charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\ndependencies: [{name: gone, version: 1.0.0}]\n",
		"redis/charts/sub/templates/a.yaml": "kind: Service\nmetadata: {name: sub}\n",
	} {
		if err := tape.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := tape.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tape.Close(), zip.Close(), os.MkdirAll(filepath.Join(dir, "chart/charts"), 0o755),
		os.WriteFile(filepath.Join(dir, "chart/charts/redis-1.0.0.tgz"), packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	r, err := Render(t.Context(), unittest.Tree(t, dir), filepath.Join(dir, "chart"), Options{})
	const want = `chart/charts/redis-1.0.0.tgz:0 Service/sub
chart/charts/redis-1.0.0.tgz:0 Service/redis
missing chart/charts/redis-1.0.0.tgz: depends on the chart gone 1.0.0, which is not here
  helm dependency build chart
`
	if got := shown(dir, r, err); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
