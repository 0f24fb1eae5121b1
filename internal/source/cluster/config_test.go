package cluster

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What a kubeconfig names and is not there, or never ends, is told in a moment; whether
// as a fault of the kubeconfig or as a cluster that cannot be read.
func TestConfigsThatNeverEnd(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config := func(server, user string) string {
		return "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n" +
			"clusters: [{name: c, cluster: {insecure-skip-tls-verify: " + strconv.FormatBool(strings.HasPrefix(server, "https")) +
			", server: \"" + server + "\"}}]\nusers: [{name: u, user: " + user + "}]\n"
	}
	there := httptest.NewTLSServer(http.NotFoundHandler())
	defer there.Close()
	server := strings.Replace(there.URL, "://", "://me:secret@", 1)
	plugin := func(does string) string {
		return `{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: ["-c", "` + does + `"]}}`
	}
	write("sparse", "")
	if err := os.Truncate(at("sparse"), 10<<30); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		unusable   bool
		want       string
	}{
		{"a token that is not there", config(server, "{tokenFile: /nonexistent/token}"), true, "/nonexistent/token: no such file"},
		{"a token without end", config(server, "{tokenFile: "+at("sparse")+"}"), false, "sparse: has more than 16 MiB"},
		{"a certificate that is a device", config(server, "{client-certificate: /dev/zero, client-key: /dev/zero}"), false,
			"/dev/zero: is a device, and no file"},
		{"a provider that is gone", config(server, "{auth-provider: {name: gcp}}"), true, "no Auth Provider found"},
		{"a plugin that fails", config(there.URL, plugin("exit 7")), true, "sh failed with exit code 7"},
		{"a plugin that is not there", config(there.URL, "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "+
			"command: no-such-plugin}}"), true, "no-such-plugin not found"},
		// What is read of it stays in memory until it ends, here for the other tests to share.
		{"a plugin that says too much", config(there.URL, plugin("yes | head -c 900000000")), true, "the credential plugin sh says more than"},
		{"a password where there is no address", config("http://me:secret@[::1", "{}"), false, `http://[::1`},
		{"a password where nobody listens", config("http://me:secret@127.0.0.1:1", "{}"), true, "connection refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			write("config", c.text)
			cluster, err := Open(Access{Kubeconfig: at("config"), Timeout: 5 * time.Second})
			if err == nil {
				_, err = cluster.Save(context.Background(), io.Discard, time.Unix(0, 0), func(string, int) {})
			}
			var unusable *Unusable
			if err == nil || errors.As(err, &unusable) != c.unusable || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if said := err.Error(); strings.Contains(said, "secret") || unusable != nil && strings.Contains(unusable.Server, "secret") {
				t.Errorf("the password is told: %s", said)
			}
		})
	}
	for path, want := range map[string]string{at("sparse"): "has more than 16 MiB", "/dev/zero": "is a device, and no file"} {
		if _, err := Open(Access{Kubeconfig: path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}
