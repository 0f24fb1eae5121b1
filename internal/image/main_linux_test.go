package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// filesOf are the files of a tar file, with their headers.
func filesOf(t *testing.T, r io.Reader) (data map[string][]byte, headers map[string]*tar.Header) {
	t.Helper()
	data, headers = map[string][]byte{}, map[string]*tar.Header{}
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if err == io.EOF {
			return data, headers
		}
		if err != nil {
			t.Fatal(err)
		}
		if data[h.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
		headers[h.Name] = h
	}
}

// image is one that was opened, each part by its digest and size.
type image struct {
	config config
	files  map[string][]byte
	of     map[string]*tar.Header
}

func open(t *testing.T, file string) image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	blobs, _ := filesOf(t, f)
	decode := func(name string, into any) {
		if err := json.Unmarshal(blobs[name], into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	blob := func(d descriptor, mediaType string) []byte {
		data := blobs[pathOf(d)]
		if d.MediaType != mediaType || len(data) != d.Size || "sha256:"+sum(data) != d.Digest {
			t.Errorf("%+v has %d bytes of %s", d, len(data), sum(data))
		}
		return data
	}
	if string(blobs["oci-layout"]) != `{"imageLayoutVersion":"1.0.0"}` {
		t.Errorf("oci-layout is %s", blobs["oci-layout"])
	}
	var all index
	var m manifest
	var old []loaded
	decode("index.json", &all)
	decode("manifest.json", &old)
	if len(all.Manifests) != 1 || all.Manifests[0].Platform.OS != "linux" ||
		all.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != "onus:test" {
		t.Fatalf("%+v", all)
	}
	blob(all.Manifests[0], manifestType)
	decode(pathOf(all.Manifests[0]), &m)
	var x image
	blob(m.Config, configType)
	decode(pathOf(m.Config), &x.config)
	if len(m.Layers) != 1 || len(old) != 1 || old[0].Config != pathOf(m.Config) || old[0].Layers[0] != pathOf(m.Layers[0]) ||
		old[0].RepoTags[0] != "onus:test" {
		t.Fatalf("%+v, %+v", m, old)
	}
	packed, err := gzip.NewReader(bytes.NewReader(blob(m.Layers[0], layerType)))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(packed)
	if err != nil || x.config.RootFS.DiffIDs[0] != "sha256:"+sum(plain) {
		t.Fatal(err, x.config.RootFS)
	}
	x.files, x.of = filesOf(t, bytes.NewReader(plain))
	return x
}

// built builds a program that needs no libraries.
func built(t *testing.T, pkg string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "built")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", file, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// The image holds the binary, certificates and nobody, and what is in it runs as nobody with a root that is read only.
func TestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds onus")
	}
	binary, out := built(t, "../../cmd/onus"), filepath.Join(t.TempDir(), "image.tar")
	if err := run([]string{binary}, out, "onus:test"); err != nil {
		t.Fatal(err)
	}
	x := open(t, out)
	c := x.config
	if c.Config.User != "65532:65532" || strings.Join(c.Config.Entrypoint, " ") != "/onus" || c.Config.WorkingDir != "/work" ||
		c.OS != "linux" || c.Architecture != runtime.GOARCH {
		t.Errorf("%+v", c)
	}
	want := []string{"etc/", "etc/group", "etc/passwd", "etc/ssl/", "etc/ssl/certs/", "etc/ssl/certs/ca-certificates.crt", "onus", "work/"}
	if len(x.files) != len(want) {
		t.Errorf("%d files", len(x.files))
	}
	for _, name := range want {
		if h := x.of[name]; h == nil || h.Uid != 0 || h.Gid != 0 || h.Mode&0o022 != 0 {
			t.Errorf("%s: %+v", name, h)
		}
	}
	pool := x509.NewCertPool()
	known := x.files["etc/ssl/certs/ca-certificates.crt"]
	if !pool.AppendCertsFromPEM(known) || !bytes.Contains(x.files["etc/passwd"], []byte(":65532:65532:")) {
		t.Error("nobody is known, or no certificate")
	}
	if roots := bytes.Count(known, []byte("BEGIN")); roots < 100 {
		t.Errorf("%d certificates", roots)
	}
	if is, err := os.ReadFile(binary); err != nil || !bytes.Equal(is, x.files["onus"]) {
		t.Error("the binary is another", err)
	}
	again := filepath.Join(t.TempDir(), "again.tar")
	if err := run([]string{binary}, again, "onus:test"); err != nil {
		t.Fatal(err)
	}
	if a, b := sumOf(t, out), sumOf(t, again); a != b {
		t.Error("the same binary makes other bytes")
	}
	runs(t, x)
}

func sumOf(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return sum(data)
}

// runs unpacks an image and runs what is in it as the kubelet would: as its user, under a root that is read only.
func runs(t *testing.T, x image) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("it was opened, and not run: only root may change the root of a process")
	}
	root, err := os.MkdirTemp("/tmp", "onus-image-") // which nobody may look into as well
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, h := range x.of {
		at := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(at, 0o755)
		} else {
			err = os.WriteFile(at, x.files[name], os.FileMode(h.Mode))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const prepare = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
		! touch "$1/x" 2>/dev/null || exit 78
		root=$1; shift
		exec env -i PATH=/ "$(command -v chroot)" --userspec=65532:65532 "$root" /onus "$@"`
	inside := func(in string, args ...string) (string, int) {
		cmd := exec.Command("unshare", append([]string{"--mount", "sh", "-c", prepare, "sh", root}, args...)...)
		cmd.Stdin = strings.NewReader(in)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	out, status := inside("", "version")
	if status == 77 || cannot(out) {
		t.Skip("it was opened, and not run: no folder may be mounted here: ", out)
	}
	if status != 0 || !strings.Contains(out, "onus") {
		t.Errorf("%d\n%s", status, out)
	}
	out, status = inside("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, selector: {matchLabels: {a: b}},"+
		" template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}\n", "check", "-", "--as", "eks-auto-mode")
	if status != 1 || !strings.Contains(out, "single-replica") {
		t.Errorf("%d\n%s", status, out)
	}
	if out, status := inside("", "apply", "/plan/plan.json"); status != 2 || !strings.Contains(out, "/plan/plan.json") {
		t.Errorf("%d\n%s", status, out)
	}
	t.Log("it ran as 65532 with a root that is read only")
}

func cannot(out string) bool {
	return strings.Contains(out, "unshare failed") || strings.Contains(out, "executable file not found")
}

// What would not run in the image is none.
func TestNoImage(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"is no program of Linux": {text},
		"reading the binary":     {text + "x"},
		"wants the binary":       {},
		"needs libraries":        {"/bin/sh"},
	} {
		out := filepath.Join(t.TempDir(), "image.tar")
		if err := run(args, out, "onus:test"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
		if _, err := os.Stat(out); !os.IsNotExist(err) {
			t.Error("something was written")
		}
	}
}
