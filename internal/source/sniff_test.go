package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/gitops"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// inFolder unpacks an archive and makes it the working directory, so that names
// are those that a user in it would give.
func inFolder(t *testing.T, archive string) {
	t.Helper()
	t.Chdir(t.TempDir())
	unittest.Unpack(t, ".", txtar.Parse([]byte(archive)))
}

// The keys of a file are those of its first object, as far as it was looked at.
func TestTopKeys(t *testing.T) {
	for head, want := range map[string]string{
		"":                                   "",
		"a: 1\nb:\n  c: 2\nd : 3\n":          "a b",
		"# x: y\n'a': 1\n\"b\": 2\n- c: 3\n": "a b",
		"---\na: 1\n---\nb: 2\n":             "a",
		": 1\na\n{b: c}\nd:\n":               "d",
		`{"a": 1, "b": {"c": 2}, "d": [{"e": 3}], "f": "g"}`: "a b d f",
		" \n\t{\"a\": \"b\", \"a\": \"c\"}":                  "a a",
		`{"a": {"b": 1`:                                      "a",
		`{"a": 1} {"b": 2}`:                                  "a",
		`{}`:                                                 "",
		`[{"a": 1}]`:                                         "",
	} {
		if got := strings.Join(topKeys([]byte(head)), " "); got != want {
			t.Errorf("%q: %q, want %q", head, got, want)
		}
	}
}

// What looks like one form in part is not of that form.
func TestSniff(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"a.csv", "product,version,offering\n", "inventory"},
		{"a.csv", "\"Product\" ,\tVersion,OFFERING\r\n", "inventory"},
		{"a.csv", "product,version\n", "table"},
		{"a.csv", "product,offering\n", "table"},
		{"a.csv", "version,offering\n", "table"},
		{"a.csv", "a,b\nproduct,version,offering\n", "table"},
		{"a.yaml", "inventory:\n- {product: a, offering: b}\n", "inventory"},
		{"a.yaml", "inventory:\n- {product: a}\n", "Kubernetes manifest"},
		{"a.yaml", "inventory:\n- {offering: a}\n", "Kubernetes manifest"},
		{"a.yaml", "kind: A\ninventory:\n- {product: a, offering: b}\n", "Kubernetes manifest"},
		{"a.yaml", "stock:\n- {product: a, offering: b}\n", "Kubernetes manifest"},
		{"a.json", `{"terraform_version": "1", "lineage": "a"}`, "Terraform state"},
		{"a.json", `{"terraform_version": "1", "serial": 1}`, "Terraform state"},
		{"a.json", `{"terraform_version": "1", "values": 1}`, "Terraform state"},
		{"a.json", `{"terraform_version": "1"}`, "Kubernetes manifest"},
		{"a.json", `{"lineage": "1", "serial": 1}`, "Kubernetes manifest"},
		{"a.json", `{"terraform_version": "1", "format_version": "1"}`, "Terraform plan"},
		{"a.json", `{"format_version": "1"}`, "Kubernetes manifest"},
		{"a.yaml", "AWSTemplateFormatVersion: x\n", "CloudFormation template"},
		{"a.yaml", "Resources:\n  A: {Type: AWS::X}\n", "CloudFormation template"},
		{"a.yaml", "Resources:\n  A: {Type: X}\n", "Kubernetes manifest"},
		{"a.yaml", "resources:\n  A: {Type: AWS::X}\n", "Kubernetes manifest"},
		{"a.bicep", "", "Bicep"}, {"a.tf", "", "Terraform"}, {"azure.yaml", "services: {}\n", "azd project"},
		{"azure.yaml", "name: a\n", "Kubernetes manifest"},
	} {
		if got := sniff(c.name, []byte(c.head)).name; got != c.want {
			t.Errorf("%s %q: %s, want %s", c.name, c.head, got, c.want)
		}
	}
}

// What is packed is unpacked, and what only its owner can read is told so.
func TestText(t *testing.T) {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write([]byte("a: b\n")); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, data, want string
		encrypted        bool
	}{
		{"text", "a: b\n", "a: b\n", false},
		{"packed", packed.String(), "a: b\n", false},
		{"nothing", "", "", false},
		{"Ansible Vault", "$ANSIBLE_VAULT;1.1;AES256\n616\n", "", true},
		{"git-crypt", "\x00GITCRYPT\x00abc", "", true},
		{"age", "age-encryption.org/v1\n", "", true},
		{"age in letters", "-----BEGIN AGE ENCRYPTED FILE-----\n", "", true},
		{"what only names it", "# $ANSIBLE_VAULT;\n", "# $ANSIBLE_VAULT;\n", false},
	} {
		in, _, err := text("a.yaml", strings.NewReader(c.data))
		if c.encrypted {
			if err == nil || !strings.Contains(err.Error(), "is encrypted") {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := io.ReadAll(in); err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if _, _, err := text("a.gz", strings.NewReader("\x1f\x8bno")); err == nil {
		t.Error("what is packed by no gzip")
	}
}

// broken fails after what it holds.
type broken struct {
	io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil {
		err = b.err
	}
	return n, err
}

// Reading ends with what was given up, and not with the fault that this makes.
func TestStoppable(t *testing.T) {
	closed := errors.New("closed")
	for _, c := range []struct {
		name    string
		ended   bool // while it is read
		err     error
		want    error
		already bool // before
	}{
		{"to the end", false, io.EOF, io.EOF, false}, {"a fault", false, closed, closed, false},
		{"given up", true, closed, context.Canceled, false},
		{"given up at the end", true, io.EOF, io.EOF, false}, {"given up, and read all the same", true, nil, nil, false},
		{"given up before", false, io.EOF, context.Canceled, true},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if c.already {
			cancel()
		}
		from := broken{readerFunc(func([]byte) (int, error) {
			if c.ended {
				cancel()
			}
			return 0, io.EOF
		}), c.err}
		if _, err := (stoppable{ctx, from}).Read(make([]byte, 1)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		cancel()
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A fault in the middle of a file is that of the file, whatever its form.
func TestBrokenStreams(t *testing.T) {
	closed := errors.New("closed")
	r := &reading{door: &door{ctx: t.Context(), files: map[string]bool{}, noReader: map[string]int{}}}
	in := func() *bufio.Reader { return bufio.NewReader(broken{strings.NewReader("a"), closed}) }
	if err := r.bicep("a.bicep", in()); err == nil || !strings.Contains(err.Error(), "a.bicep: closed") {
		t.Errorf("Bicep: %v", err)
	}
	if err := r.helmfile("helmfile.yaml", in()); err == nil || !strings.Contains(err.Error(), "helmfile.yaml: closed") {
		t.Errorf("a helmfile: %v", err)
	}
	if err := r.module("a.tf", in()); err == nil || !strings.Contains(err.Error(), "a.tf: closed") {
		t.Errorf("a module: %v", err)
	}
	if err := r.project("azure.yaml", in()); err == nil || !strings.Contains(err.Error(), "azure.yaml: closed") {
		t.Errorf("a project: %v", err)
	}
}

// Files are listed in order, by where links lead, and what is no file is not read.
func TestList(t *testing.T) {
	inFolder(t, "-- in/b.yaml --\n-- in/a.yaml --\n-- in/A.YAML --\n-- in/sub/c.yml --\n-- in/d.txt --\n-- in/e.cue --\n"+
		"-- in/.git/f.yaml --\n-- in/a/g.yaml --\n")
	for link, to := range map[string]string{"in/z.yaml": "b.yaml", "in/gone.yaml": "nowhere", "in/gone.cue": "nowhere", "in/dir.yaml": "sub"} {
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	socket, err := net.Listen("unix", "in/socket.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	found, err := list(t.Context(), "in", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(found.files, " "); got != "in/A.YAML in/a.yaml in/a/g.yaml in/b.yaml in/sub/c.yml in/z.yaml" {
		t.Errorf("files %s", got)
	}
	if got := strings.Join(found.all, " "); got != "in/A.YAML in/a.yaml in/a/g.yaml in/b.yaml in/d.txt in/e.cue in/sub/c.yml in/z.yaml" {
		t.Errorf("all %s", got)
	}
	if found.skipped != 6 || found.unbuilt["CUE file"] != 1 {
		t.Errorf("%d skipped, not built: %v", found.skipped, found.unbuilt)
	}
	var fault *document.Error
	for _, path := range []string{"in/socket.yaml", "in/gone.yaml", "none"} {
		if found, err := list(t.Context(), path, nil); !errors.As(err, &fault) || fault.File != path || len(found.files) > 0 {
			t.Errorf("%s: %+v, %v", path, found, err)
		}
	}
	if found, err := list(t.Context(), os.DevNull, nil); err != nil || len(found.files) != 1 {
		t.Errorf("a device: %+v, %v", found, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := list(ended, "in", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// A file that is encrypted or binary is counted, unless the user named it.
func TestFilesThatCannotBeRead(t *testing.T) {
	for text, count := range map[string]func(kubernetes.Seen) int{
		"$ANSIBLE_VAULT;1.1\n": func(s kubernetes.Seen) int {
			return s.Encrypted
		}, "a\x00b\x00c": func(s kubernetes.Seen) int { return s.Skipped },
	} {
		for _, named := range []bool{false, true} {
			r := &reading{door: &door{ctx: t.Context(), files: map[string]bool{}, noReader: map[string]int{}}, named: named}
			if err := r.stream("a.yaml", strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
			if n := count(r.kubernetes.Seen); (n == 1) == named || (len(r.faults) == 1) != named || len(r.files) > 0 {
				t.Errorf("%q, named %t: counted %d, faults %v", text, named, n, r.faults)
			}
		}
	}
	r := &reading{door: &door{ctx: t.Context(), files: map[string]bool{}, noReader: map[string]int{}}}
	if err := r.stream("a.yaml", strings.NewReader("a: b\n")); err != nil || !r.files["a.yaml"] || r.kubernetes.Seen.Files != 1 {
		t.Errorf("%v, read %v", err, r.files)
	}
}

// What could not be read may hold something, and says of which unit it is and
// where.
func TestHiddenByFaults(t *testing.T) {
	of := func(u unit.Unit) *reading { return &reading{door: &door{ctx: t.Context()}, unit: u} }
	plain, chart := unit.Unit{Name: estate.Files, Kind: unit.Files}, unit.Unit{Name: "shop", Kind: unit.Chart}
	for _, c := range []struct {
		name, file string
		of         unit.Unit
		unit       string
		scope      origin.Scope
	}{
		{"a plain file", "apps/a.yaml", plain, "", origin.Scope{Directory: "apps"}},
		{"standard input", origin.Stdin, plain, "", origin.Scope{}},
		{"a cluster", manifest.Live, plain, "", origin.Scope{}},
		{"a template", "apps/a.yaml", chart, "shop", origin.Scope{}},
	} {
		r := of(c.of)
		r.fault(manifest.Fault{Error: &document.Error{File: c.file, Line: 3, Field: "spec", Msg: "is wrong", Hint: "mend it"},
			Kinds: []string{"A", "B"}})
		want := origin.Fault{File: c.file, Line: 3, Reason: "spec: is wrong", Hint: "mend it", Unit: c.unit}
		if len(r.faults) != 1 || r.faults[0] != want {
			t.Errorf("%s: %+v, want %+v", c.name, r.faults, want)
		}
		h := r.kubernetes.Hidden
		if len(h) != 2 || h[0].Kind != "A" || h[1].Kind != "B" || h[0].Scope != c.scope || h[0].Reason != "spec: is wrong; mend it" {
			t.Errorf("%s: hides %+v", c.name, h)
		}
	}
	r := of(chart)
	r.missing(origin.Fault{File: "a.yaml", Line: 2, Reason: "is not there"})
	if len(r.faults) != 1 || r.faults[0].Unit != "shop" || len(r.kubernetes.Hidden) != 1 || r.kubernetes.Hidden[0].Kind != "" ||
		r.kubernetes.Hidden[0].Reason != "is not there" {
		t.Errorf("missing: %+v, hides %+v", r.faults, r.kubernetes.Hidden)
	}
	for _, c := range []struct {
		name, text string
		any        bool
		kinds      string
	}{
		{"a template", "kind: PodDisruptionBudget\n", false, "PodDisruptionBudget"}, {"a template of one letter", "x", false, "any"},
		{"no text", " \n", false, ""}, {"anything", "kind: PodDisruptionBudget\n", true, "any"},
	} {
		r := of(chart)
		r.refused(unit.Refused{Fault: origin.Fault{File: "a.yaml", Reason: "no"}, Any: c.any, Text: []byte(c.text)})
		kinds := ""
		for _, h := range r.kubernetes.Hidden {
			if kinds += h.Kind; h.Kind == "" {
				kinds += "any"
			}
		}
		if len(r.faults) != 1 || kinds != c.kinds {
			t.Errorf("%s: hides %q, want %q", c.name, kinds, c.kinds)
		}
	}
	r = of(plain)
	r.faultsOf(nil)
	r.faultsOf(errors.Join(&document.Error{Msg: "one"}, &document.Error{Msg: "two"}))
	r.faultsOf(&document.Error{Msg: "three"})
	var said []string
	for _, f := range r.faults {
		said = append(said, f.Reason)
	}
	if got := strings.Join(said, " "); got != "one two three" || len(r.kubernetes.Hidden) != 3 {
		t.Errorf("faults %s, hides %+v", got, r.kubernetes.Hidden)
	}
}

// Readings are added to one another with all that they have.
func TestAppendOfReadings(t *testing.T) {
	inFolder(t, "-- a/i.csv --\nproduct,version,offering,name\npostgresql,16.3,rds,a\n-- b/i.csv --\nproduct,version,offering,name\n"+
		"postgresql,16.3,rds,b\n-- b/bad.yaml --\napiVersion: v1\nkind: Service\nmetadata: ]\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"a", filepath.Join("b")}})
	if err != nil || len(whole.Units) != 1 {
		t.Fatalf("%+v, %v", whole, err)
	}
	if e := whole.Units[0].Estate; len(e.Database.Instances) != 2 || len(e.Unreadable) != 1 {
		t.Errorf("%d instances, unreadable %v", len(e.Database.Instances), e.Unreadable)
	}
}

// Bicep and projects of azd tell for which platform something was written, and
// releases of a helmfile what was not read: those whose charts were are not among it.
func TestWhatOtherFormsAdd(t *testing.T) {
	r := &reading{door: &door{ctx: t.Context(), applied: map[gitops.Object]bool{gitops.ReleaseAt("helmfile.yaml", 1): true}}}
	in := func(text string) *bufio.Reader { return bufio.NewReader(strings.NewReader(text)) }
	if err := errors.Join(
		r.bicep("a.bicep", in("resource aks 'Microsoft.ContainerService/managedClusters@2024-09-01' = {\n}\n")),
		r.project("azure.yaml", in("services:\n  web: {host: aks}\n")),
		r.helmfile("helmfile.yaml", in("releases:\n- {name: a, namespace: shop, chart: x/a}\n- {name: b, namespace: shop, chart: ./b}\n"+
			"- {name: c, chart: x/c}\n")),
	); err != nil {
		t.Fatal(err)
	}
	var apis []string
	for _, o := range r.kubernetes.Objects {
		apis = append(apis, o.Position.File)
	}
	if got := strings.Join(apis, " "); got != "a.bicep azure.yaml" {
		t.Errorf("objects of %s", got)
	}
	if h := r.kubernetes.Hidden; len(r.kubernetes.Elsewhere) != 2 || len(h) != 1 || h[0].Of != "release a" || h[0].Scope.Namespace != "shop" {
		t.Errorf("elsewhere %v, hides %+v", r.kubernetes.Elsewhere, h)
	}
}

// A name that another unit has is told apart by its kind, and without a catalog
// nothing is known of what operators make.
func TestFreeNames(t *testing.T) {
	d := &door{names: []string{"apps"}}
	if a, b := d.free("apps"), d.free("other"); a != estate.Files+":apps" || b != "other" || len(d.names) != 3 {
		t.Errorf("%s, %s of %q", a, b, d.names)
	}
	if d.modelled("example.com/Database") {
		t.Error("a kind of which nothing is known")
	}
}

// A table that is no inventory takes nothing away, whatever it is encoded in, unless it is what the
// user named.
func TestTables(t *testing.T) {
	inFolder(t, "-- in/node.yaml --\napiVersion: v1\nkind: Node\nmetadata: {name: a}\n-- in/data.csv --\ncaf\xe9,b\r1,2\r\n")
	whole, err := Read(t.Context(), Input{Paths: []string{"in"}})
	if err != nil || len(whole.Unreadable) > 0 || len(whole.Units) != 1 {
		t.Errorf("beside a manifest: %+v, %v", whole.Unreadable, err)
	}
	whole, err = Read(t.Context(), Input{Paths: []string{"in/data.csv"}})
	if err != nil || len(whole.Unreadable) != 1 || whole.Unreadable[0].Reason != "is a table and no inventory" {
		t.Errorf("by itself: %+v, %v", whole.Unreadable, err)
	}
}
