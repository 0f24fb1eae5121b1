package locate

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
)

// groupForm is how Terraform writes what groups of nodes are: where their labels, the most nodes and how these are bought
// stand.
type groupForm struct {
	api, labels string
	most        string // the most nodes of one; empty where it counts these in each zone
	bought      string
	spot        string // of spot capacity
}

// groupForms are those of resources by what they are called.
//
// Source: registry.terraform.io: hashicorp/aws (aws_eks_node_group), hashicorp/google (google_container_node_pool), and
// terraform-aws-modules/eks/aws (eks_managed_node_groups).
var groupForms = []groupForm{
	{api: "terraform/aws_eks_node_group", labels: "labels.", most: "scaling_config.max_size", bought: "capacity_type", spot: "SPOT"},
	{api: "terraform/google_container_node_pool", labels: "node_config.labels.", bought: "node_config.spot", spot: "true"},
}

// groupModules are settings of modules with such groups by their names.
var groupModules = map[string]groupForm{
	"eks_managed_node_groups.": {
		api: "terraform/aws_eks_node_group", labels: "labels.", most: "max_size", bought: "capacity_type", spot: "SPOT",
	},
}

// groups are those of an estate that Terraform makes and that label their nodes, each as a pool.
func (l *locator) groups(e *kubernetes.Estate) []pool {
	var all []pool
	for i := range e.Objects {
		o := &e.Objects[i]
		for _, form := range groupForms {
			if o.API == form.api {
				all = l.group(all, form, o, o.Name, o.Values)
			}
		}
		if o.API != "terraform/module" {
			continue
		}
		for setting, form := range groupModules {
			made := parts(o.Values, setting)
			for _, name := range slices.Sorted(maps.Keys(made)) {
				all = l.group(all, form, o, name, made[name])
			}
		}
	}
	return all
}

// parts are settings below a path by the name that follows it.
func parts(settings map[string]string, at string) map[string]map[string]string {
	all := map[string]map[string]string{}
	for key, value := range settings {
		rest, below := strings.CutPrefix(key, at)
		name, rest, deeper := strings.Cut(rest, ".")
		if !below || !deeper {
			continue
		}
		if all[name] == nil {
			all[name] = map[string]string{}
		}
		all[name][rest] = value
	}
	return all
}

// group adds one to some, where its nodes have labels that are known.
func (l *locator) group(all []pool, form groupForm, o *kubernetes.Object, name string, settings map[string]string) []pool {
	p := &kubernetes.Pool{API: form.api, Name: name, NodeLabels: map[string]string{}, Position: o.Position}
	for key, value := range settings {
		if label, is := strings.CutPrefix(key, form.labels); is && value != "" {
			p.NodeLabels[label] = value
		}
	}
	if len(p.NodeLabels) == 0 {
		return all
	}
	var said []string
	if most, err := strconv.Atoi(settings[form.most]); err == nil && most == 1 && form.most != "" {
		said = append(said, "of one node at most: a second pod would be on the same one")
	}
	if settings[form.bought] == form.spot {
		said = append(said, "of spot capacity")
	}
	at := l.place("object", fields.OfObject(&kubernetes.Object{API: form.api, Name: name}))
	return append(all, pool{Pool: p, at: at, said: said})
}

// nearest are those of some pools that stand nearest to a directory by the names of folders that both have: a cluster may be
// called as that of another account is.
func nearest(pools []pool, dir string) []pool {
	names := folders(path.Clean(filepath.ToSlash(dir)))
	alike := func(p pool) int {
		n := 0
		for _, name := range folders(directory(p.Position.File)) {
			if slices.Contains(names, name) {
				n++
			}
		}
		return n
	}
	most := 0
	for _, p := range pools {
		most = max(most, alike(p))
	}
	pools = slices.DeleteFunc(slices.Clone(pools), func(p pool) bool { return alike(p) < most })
	slices.SortStableFunc(pools, func(a, b pool) int { return cmp.Compare(len(a.said), len(b.said)) })
	return pools
}
