// Package components builds what a lab cluster is made of from Go modules:
// the control plane of Kubernetes, etcd, Karpenter on its kwok provider, and kwok.
//
// Each folder beside this file is a module that pins what it is named after,
// so that they need not agree on the versions of anything.
package components

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// A Component is a program that lab clusters run.
type Component struct {
	Name   string
	module string // the folder that pins it
	main   string // its main package
	flags  string // for the linker
}

const gitVersion = "-X k8s.io/component-base/version.gitVersion=v1.36.3"

// All are the components, in the order in which they are built.
var All = []Component{
	{"etcd", "etcd", "go.etcd.io/etcd/server/v3", ""},
	{"kube-apiserver", "kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver", gitVersion},
	{"kube-controller-manager", "kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager", gitVersion},
	{"kube-scheduler", "kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler", gitVersion},
	{"kubectl", "kubernetes", "k8s.io/kubernetes/cmd/kubectl", gitVersion},
	{"karpenter", "karpenter", "sigs.k8s.io/karpenter/kwok", ""},
	{"kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok", ""},
}

// Set are the components as built.
type Set struct {
	paths map[string]string
}

// Path is where a component lies, by its name.
func (s *Set) Path(name string) string { return s.paths[name] }

// Missing are the components that were not built yet.
func (s *Set) Missing() []Component {
	var missing []Component
	for _, c := range All {
		if _, err := os.Stat(s.paths[c.Name]); err != nil {
			missing = append(missing, c)
		}
	}
	return missing
}

// Cache is the folder that the lab keeps what it builds in: $ONUS_LAB, or
// onus-lab in the user's cache folder.
func Cache() (string, error) {
	if dir := os.Getenv("ONUS_LAB"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "onus-lab"), err
}

// Find tells where the components lie, or will once they are built: in a
// folder of the cache named after all that decides what a build gives.
func Find() (*Set, error) {
	cache, err := Cache()
	if err != nil {
		return nil, err
	}
	s := &Set{paths: map[string]string{}}
	for _, c := range All {
		id, err := c.identity()
		if err != nil {
			return nil, err
		}
		s.paths[c.Name] = filepath.Join(cache, "bin", c.module+"-"+id, c.Name)
	}
	return s, nil
}

// identity is a hash over a component's module and how it is built.
func (c *Component) identity() (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH, c.flags)
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(c.folder(), name))
		if err != nil {
			return "", err
		}
		sum.Write(data)
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:6]), nil
}

// folder is the module that pins a component, beside this file.
func (c *Component) folder() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), c.module)
}
