package cli

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/onus-project/onus/internal/apply/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/fleet"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/source/cluster"
)

// rolledOut is what a controller of a cluster is to roll out, in place of commands.
type rolledOut struct {
	live        live
	image       string // of StatefulSets: CONTAINER=IMAGE
	resource    string
	field, well string
}

func (x *rolledOut) flags(f *pflag.FlagSet) {
	f.StringVar(&x.image, "statefulset", "", "deployments are StatefulSets, NAMESPACE/NAME: set the image of a container, `CONTAINER=IMAGE`")
	f.StringVar(&x.resource, "resource", "",
		"deployments are custom resources, NAMESPACE/NAME, of this `RESOURCE.VERSION.GROUP`: set --field, and wait for --well")
	f.StringVar(&x.field, "field", "", "the field of each that is set, `PATH=VALUE`, such as spec.image=percona-server-mongodb:8.0.17-6")
	f.StringVar(&x.well, "well", "", "what its status says once its operator is done, `PATH=VALUE`, such as status.state=ready")
}

// asked reports whether a controller rolls the patches out.
func (x *rolledOut) asked() bool { return x.image != "" || x.resource != "" }

// check looks at what was typed.
func (x *rolledOut) check(commands *fleet.Commands) error {
	if !x.asked() {
		for _, c := range []struct{ flag, text string }{{"field", x.field}, {"well", x.well}, {"context", x.live.access.Context},
			{"kubeconfig", x.live.access.Kubeconfig}} {
			if c.text != "" {
				return usage("", "--%s goes with --statefulset or --resource", c.flag)
			}
		}
		return nil
	}
	for _, c := range []struct{ flag, text string }{{"exec", commands.Patch}, {"verify", commands.Verify}, {"rollback", commands.Rollback},
		{"quorum", commands.Quorum}} {
		if c.text != "" {
			return usage("", "--%s is of commands, and a controller rolls out what --statefulset and --resource set", c.flag)
		}
	}
	if x.image != "" && x.resource+x.field+x.well != "" {
		return usage("", "--statefulset goes without --resource, --field and --well")
	}
	with, err := x.with("namespace/name")
	if err == nil {
		_, err = kubernetes.RolledOf(with)
	}
	if err != nil {
		return usage("", "%w", err)
	}
	return nil
}

// with are the fields of a step for one deployment, without what only the cluster knows.
func (x *rolledOut) with(deployment string) (map[string]string, error) {
	parts := strings.Split(deployment, "/")
	if len(parts) != 2 || parts[0] == "" || parts[1] == "" {
		return nil, fmt.Errorf("deployment %q is no NAMESPACE/NAME", deployment)
	}
	with := map[string]string{steps.Namespace: parts[0], steps.Name: parts[1]}
	if x.image != "" {
		container, image, _ := strings.Cut(x.image, "=")
		if container == "" || image == "" {
			return nil, fmt.Errorf("--statefulset is %q, wants CONTAINER=IMAGE", x.image)
		}
		with[steps.Resource], with[steps.Container], with[steps.To] = steps.StatefulSets, container, image
		return with, nil
	}
	path, value, _ := strings.Cut(x.field, "=")
	if path == "" || value == "" {
		return nil, fmt.Errorf("--field is %q, wants PATH=VALUE", x.field)
	}
	with[steps.Resource], with[steps.Path], with[steps.To] = x.resource, path, value
	if x.well != "" {
		with[steps.Well] = x.well
	}
	return with, nil
}

// read reads from the cluster what each deployment is. Deployments that are its provider's are not asked about.
func (x *rolledOut) read(ctx context.Context, asked *fleet.Asked) error {
	name, client, err := x.live.client("--statefulset and --resource want", min(x.live.access.Timeout, 30*time.Second))
	if err != nil {
		return err
	}
	uid, err := client.UID(ctx)
	if err != nil {
		return unfinished(&cluster.Unusable{Context: name, Server: "it", Err: err}, "this cluster")
	}
	asked.Cluster = plan.Target{Kind: steps.TargetCluster, Name: name, UID: uid}
	asked.Rolled = map[string]*fleet.Rolled{}
	for i := range asked.Fleet.Deployments {
		d := &asked.Fleet.Deployments[i]
		if d.Provider {
			continue
		}
		r, err := x.describe(ctx, client, d.Name)
		if err != nil {
			return &exitError{status: exitUnfinished, err: fmt.Errorf("reading what %s is: %w", d.Name, err)}
		}
		asked.Rolled[d.Name] = r
	}
	return nil
}

func (x *rolledOut) describe(ctx context.Context, client *kubernetes.Client, deployment string) (*fleet.Rolled, error) {
	with, err := x.with(deployment)
	if err != nil {
		return &fleet.Rolled{Left: err.Error()}, nil
	}
	r := &fleet.Rolled{With: maps.Clone(with)}
	if r.Left, err = kubernetes.Rolls(client).Describe(ctx, r.With); err != nil {
		return nil, err
	}
	before := r.With[steps.Before]
	if before == "" {
		before = "nothing"
	}
	r.Says = deployment + ": " + before + " → " + r.With[steps.To]
	return r, nil
}
