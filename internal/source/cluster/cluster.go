// Package cluster reads a live cluster into a snapshot: a List of what onus
// looks at, and of that only the fields it reads. manifest reads it like any
// other file, so that a live cluster and a saved one give the same findings.
//
// It asks for lists and for nothing else, never for Secrets or ConfigMaps. A
// kind that cannot be read is named in the snapshot, and the rest is there.
package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"k8s.io/client-go/dynamic"
	_ "k8s.io/client-go/plugin/pkg/client/auth/oidc" // as kubectl has it; exec plugins come with rest
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/flowcontrol"
)

// Access says which cluster, and how to get at it, as kubectl's flags do.
type Access struct {
	Kubeconfig string        // a file; empty for $KUBECONFIG, ~/.kube/config, or the cluster that onus runs in
	Context    string        // one of the kubeconfig's; empty for its current one
	Timeout    time.Duration // of one request
	Agent      string        // who asks, for the server's log
}

// Cluster is one that can be read.
type Cluster struct {
	// Context is its name in the kubeconfig; empty for the cluster that onus
	// runs in.
	Context string

	server  string
	plain   rest.Interface // for what has no kinds
	typed   func(kind) (rest.Interface, error)
	dynamic dynamic.Interface
	plugin  string        // that gives the credentials
	retry   time.Duration // before the first retry; each further one waits twice as long
}

// ErrNone says that no cluster is configured.
var ErrNone = errors.New("no cluster is configured")

// UnknownContext is the error for a context that the kubeconfig does not have.
type UnknownContext struct {
	Name     string // empty where none was named and the kubeconfig has no current one
	Contexts []string
}

func (e *UnknownContext) Error() string {
	if e.Name == "" {
		return "the kubeconfig has no current context"
	}
	return fmt.Sprintf("the kubeconfig has no context %q", e.Name)
}

// Contexts are those that a kubeconfig has, sorted. The file is as in Access.
func Contexts(kubeconfig string) ([]string, error) {
	config, err := load(rules(kubeconfig))
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(config.Contexts)), nil
}

// load reads a kubeconfig, which may never end.
func load(from *clientcmd.ClientConfigLoadingRules) (*api.Config, error) {
	if err := readable(from); err != nil {
		return nil, err
	}
	return inTime(from.Load)
}

func rules(kubeconfig string) *clientcmd.ClientConfigLoadingRules {
	r := clientcmd.NewDefaultClientConfigLoadingRules()
	r.ExplicitPath = kubeconfig
	return r
}

// Open finds a cluster. Nothing is asked of it yet.
func Open(a Access) (*Cluster, error) {
	name, config, err := find(a)
	var c *Cluster
	if err == nil {
		c, err = open(name, config, a)
	}
	if err == nil {
		return c, nil
	}
	var unusable *Unusable
	if errors.As(err, &unusable) {
		return nil, err
	}
	if said := withoutPassword(err.Error()); said != err.Error() {
		return nil, errors.New(said)
	}
	return nil, err
}

// find reads the kubeconfig.
func find(a Access) (name string, config *rest.Config, err error) {
	loading := rules(a.Kubeconfig)
	loaded, err := load(loading)
	if err != nil {
		return "", nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	if len(loaded.Contexts)+len(loaded.Clusters) == 0 && a.Context == "" && a.Kubeconfig == "" {
		config, err := rest.InClusterConfig()
		if errors.Is(err, rest.ErrNotInCluster) {
			return "", nil, ErrNone
		}
		if err != nil {
			return "", nil, fmt.Errorf("reading the service account of this pod: %w", err)
		}
		return "", config, nil
	}
	name = cmp.Or(a.Context, loaded.CurrentContext)
	if _, ok := loaded.Contexts[name]; !ok {
		return "", nil, &UnknownContext{name, slices.Sorted(maps.Keys(loaded.Contexts))}
	}
	if err := filesEnd(loaded, name); err != nil {
		return "", nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	if err := tokenless(loaded, name); err != nil {
		return "", nil, &Unusable{Context: name, Server: withoutPassword(serverOf(loaded, name)), Err: err}
	}
	config, err = clientcmd.NewNonInteractiveClientConfig(*loaded, name, &clientcmd.ConfigOverrides{}, loading).ClientConfig()
	if err != nil {
		return "", nil, fmt.Errorf("reading the kubeconfig: context %s: %w", name, err)
	}
	return name, config, nil
}

// What is asked of a server at most, as kubectl has it: some 150 requests, which
// is what a cluster of 5,000 nodes takes, are not slowed down.
const (
	perSecond = 50
	atOnce    = 300
)

// set is a configuration with what onus sets of it.
func set(config *rest.Config, a Access) {
	config.Timeout = a.Timeout
	config.UserAgent = cmp.Or(a.Agent, rest.DefaultKubernetesUserAgent())
	config.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(perSecond, atOnce)
	config.Wrap(bounded)
	config.WarningHandler = rest.NoWarnings{} // they are meant for who writes
}

// Config finds a cluster, for who changes it. Its name is as that of a Cluster.
func Config(a Access) (name string, config *rest.Config, err error) {
	if name, config, err = find(a); err != nil {
		if said := withoutPassword(err.Error()); said != err.Error() {
			err = errors.New(said)
		}
		return "", nil, err
	}
	set(config, a)
	return name, config, nil
}

func open(name string, config *rest.Config, a Access) (*Cluster, error) {
	set(config, a)
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, &Unusable{Context: name, Server: withoutPassword(config.Host), Err: err}
	}
	c := &Cluster{Context: name, server: withoutPassword(config.Host), retry: firstRetry}
	if config.ExecProvider != nil {
		c.plugin = config.ExecProvider.Command
	}
	scheme := builtin()
	if c.plain, err = plainClient(config, client); err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	if c.dynamic, err = dynamic.NewForConfigAndClient(config, client); err != nil {
		return nil, fmt.Errorf("reading the kubeconfig: %w", err)
	}
	c.typed = func(k kind) (rest.Interface, error) { return typedClient(config, client, scheme, k) }
	return c, nil
}
