package selfhosted

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// group is a group of an inventory, as far as a file has it.
type group struct {
	hosts, children []string
}

// inventory reports whether a document is an inventory whose groups make a cluster.
func inventory(fields map[string]yaml.Node) bool {
	all := groupsOf(fields)
	return slices.ContainsFunc(groups, func(name string) bool {
		g, ok := all[name]
		return ok && len(g.hosts)+len(g.children) > 0
	})
}

// workers are groups, of those of clusters, that have every node or those that are no
// servers: without one the nodes of an inventory may be all over.
var workers = []string{
	"k8s_cluster", "k8s-cluster", "kube_node", "kube-node", "k3s_cluster", "k3s_hosts", "k3s_agents", "rke2_cluster", "rke2_agents",
}

// members is the number of hosts that the groups of a cluster have; 0 where a file does
// not list them all: it has no group of workers, names a group that it has not, or a
// range of hosts.
func members(fields map[string]yaml.Node) int {
	all := groupsOf(fields)
	if !slices.ContainsFunc(workers, func(name string) bool { _, ok := all[name]; return ok }) {
		return 0
	}
	hosts, met := map[string]bool{}, map[string]bool{}
	var visit func(name string) bool
	visit = func(name string) bool {
		g, ok := all[name]
		if !ok || met[name] {
			return ok
		}
		met[name] = true
		for _, host := range g.hosts {
			hosts[host] = true
		}
		return !slices.ContainsFunc(g.hosts, func(host string) bool { return strings.ContainsAny(host, "[{") }) &&
			!slices.ContainsFunc(g.children, func(child string) bool { return !visit(child) })
	}
	for _, name := range groups {
		if _, ok := all[name]; ok && !visit(name) {
			return 0
		}
	}
	return len(hosts)
}

// groupsOf are the groups of an inventory by name: each may stand at its top or below
// another one, and may be written in both places.
func groupsOf(fields map[string]yaml.Node) map[string]group {
	all := map[string]group{}
	for name, of := range fields {
		if of.Tag == "!!null" { // it is there, and has nobody
			all[name] = group{}
		}
		collect(all, name, &of)
	}
	return all
}

func collect(all map[string]group, name string, of *yaml.Node) {
	parts := mapping(of)
	hosts, children := parts["hosts"], parts["children"]
	g := all[name]
	for host := range mapping(&hosts) {
		g.hosts = append(g.hosts, host)
	}
	for child, of := range mapping(&children) {
		g.children = append(g.children, child)
		collect(all, child, &of)
	}
	if len(parts) > 0 {
		all[name] = g
	}
}
