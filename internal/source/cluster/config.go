package cluster

import (
	"fmt"
	"os"
	"regexp"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/document"
)

// mostOfConfig is more MiB than a kubeconfig has, or a file that one names.
const mostOfConfig = 16

// readable reports why a kubeconfig cannot be read, before the library reads the whole
// of it: it may be a pipe that nobody writes to, a device, or a file without end.
func readable(rules *clientcmd.ClientConfigLoadingRules) error {
	for _, path := range rules.GetLoadingPrecedence() {
		if err := ends(path); err != nil {
			return err
		}
	}
	return nil
}

// ends reports why a file is none that ends. What is not there others tell.
func ends(path string) error {
	if path == "" {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case err != nil || info.IsDir():
		return nil
	case info.Mode()&os.ModeCharDevice != 0 && path != os.DevNull:
		return document.PathError(path, fmt.Errorf("is a device, and no file"))
	case info.Size() > mostOfConfig<<20:
		return document.PathError(path, fmt.Errorf("has more than %d MiB", mostOfConfig))
	}
	return nil
}

// filesEnd is ends of all that a context names.
func filesEnd(config *api.Config, name string) error {
	context := config.Contexts[name]
	var files []string
	if cluster := config.Clusters[context.Cluster]; cluster != nil {
		files = append(files, cluster.CertificateAuthority)
	}
	if user := config.AuthInfos[context.AuthInfo]; user != nil {
		files = append(files, user.TokenFile, user.ClientCertificate, user.ClientKey)
	}
	for _, path := range files {
		if err := ends(path); err != nil {
			return fmt.Errorf("context %s: %w", name, err)
		}
	}
	return nil
}

// tokenless reports why the token of a context cannot be had, which is no fault of the
// kubeconfig: something else was to put it there.
func tokenless(config *api.Config, name string) error {
	user := config.AuthInfos[config.Contexts[name].AuthInfo]
	if user == nil || user.TokenFile == "" {
		return nil
	}
	if _, err := os.Stat(user.TokenFile); err != nil {
		return document.PathError(user.TokenFile, err)
	}
	return nil
}

// patient is how long a kubeconfig may take to be read: it may be a pipe, to which
// somebody has to write.
const patient = 10 * time.Second

// inTime reads a kubeconfig that may be a pipe.
func inTime[T any](load func() (T, error)) (T, error) {
	type loaded struct {
		value T
		err   error
	}
	done := make(chan loaded, 1)
	go func() { // is left behind where nothing comes: the system has no way to stop it
		defer crash.Handle()
		value, err := load()
		done <- loaded{value, err}
	}()
	select {
	case l := <-done:
		return l.value, l.err
	case <-time.After(patient):
		var none T
		return none, fmt.Errorf("nobody writes to it, for %d seconds now", int(patient.Seconds()))
	}
}

// password is what stands in an address before the name of a host.
var password = regexp.MustCompile(`://[^/@\s"]*@`)

// withoutPassword is a text in which no address names a user.
func withoutPassword(text string) string { return password.ReplaceAllString(text, "://") }

// serverOf is the address that a context leads to.
func serverOf(config *api.Config, name string) string {
	if cluster := config.Clusters[config.Contexts[name].Cluster]; cluster != nil {
		return cluster.Server
	}
	return ""
}
