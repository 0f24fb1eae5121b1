// Package selfhosted reads the files by which people make clusters on machines of
// their own, and which are no objects of Kubernetes: configurations of Talos, of
// talhelper and of K3s, and inventories of Ansible. They tell that nobody else runs
// the nodes, and some of them how many there are.
package selfhosted

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// The APIs that objects of these files have in an estate.
const (
	TalosCluster = "talos/Cluster"     // talhelper's talconfig.yaml
	TalosMachine = "talos/Machine"     // a machine configuration, or a patch of one
	K3sConfig    = "k3s/Config"        // of a server or an agent of K3s or RKE2
	Inventory    = "ansible/Inventory" // with the groups of Kubespray or k3s-ansible
)

// NodesValue is the value of an object that has the number of nodes which a file lists
// for the whole cluster.
const NodesValue = "nodes"

// settingsOfK3s are settings that only K3s and RKE2 have.
//
// Source: docs.k3s.io/cli/server, docs.rke2.io/reference/server_config.
var settingsOfK3s = []string{
	"cluster-init", "write-kubeconfig", "write-kubeconfig-mode", "tls-san", "flannel-backend", "disable-network-policy",
	"disable-cloud-controller", "disable-kube-proxy", "disable-helm-controller", "embedded-registry", "etcd-expose-metrics",
	"etcd-snapshot-schedule-cron", "kube-apiserver-arg", "kube-controller-manager-arg", "kube-scheduler-arg", "kubelet-arg", "node-taint",
	"node-label", "secrets-encryption",
}

// groups are those of inventories that make a cluster.
//
// Source: kubespray, docs/ansible.md; github.com/k3s-io/k3s-ansible;
// github.com/rancherfederal/rke2-ansible.
var groups = []string{
	"kube_control_plane", "kube_node", "kube-master", "kube-node", "k8s_cluster", "k8s-cluster",
	"k3s_cluster", "k3s_hosts", "k3s_servers", "k3s_agents", "rke2_cluster", "rke2_servers", "rke2_agents",
}

// Is reports whether a file is one of these by how it begins, with the keys of its
// first document.
func Is(head []byte, keys []string) bool {
	has := func(key string) bool { return slices.Contains(keys, key) }
	switch {
	case has("apiVersion") && has("kind"):
		return versionOfTalos.Match(head)
	case has("apiVersion"), has("kind"), len(keys) == 0:
		return false
	case has("clusterName") && has("endpoint"), has("machine"):
		return true
	case has("cluster"):
		return slices.ContainsFunc(clusterWords, func(word string) bool { return bytes.Contains(head, []byte(word)) })
	case has("all") || slices.ContainsFunc(groups, has):
		return slices.ContainsFunc(groups, func(g string) bool { return bytes.Contains(head, []byte(g)) })
	}
	return k3s(keys)
}

// k3s reports whether keys are settings of K3s: one alone may be of something else.
func k3s(keys []string) bool {
	n := 0
	for _, key := range keys {
		if slices.Contains(settingsOfK3s, key) {
			n++
		}
	}
	return n >= 2
}

// Read are the objects of a file, one a document that makes a cluster or a machine;
// none where it only began like one. What is no YAML is none of these.
func Read(name string, text []byte) []kubernetes.Object {
	var all []kubernetes.Object
	documents := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var root yaml.Node
		switch err := documents.Decode(&root); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			return nil
		}
		if o, ok := of(name, &root); ok {
			o.Position = origin.Position{File: name, Line: o.Position.Line}
			all = append(all, o)
		}
	}
}

// of is the object of one document.
func of(name string, root *yaml.Node) (kubernetes.Object, bool) {
	fields := mapping(root)
	if len(fields) == 0 {
		return kubernetes.Object{}, false
	}
	o := kubernetes.Object{Values: map[string]string{}, Position: origin.Position{Line: root.Content[0].Line}}
	keys := slices.Collect(maps.Keys(fields))
	switch {
	case slices.Contains(keys, "clusterName") && slices.Contains(keys, "endpoint") && slices.Contains(keys, "nodes"):
		nodes := fields["nodes"]
		o.API, o.Name = TalosCluster, fields["clusterName"].Value
		o.Values[NodesValue] = strconv.Itoa(len(nodes.Content))
	case document(fields), configuration(name, fields):
		o.API = TalosMachine
	case inventory(fields):
		o.API = Inventory
		if n := members(fields); n > 0 {
			o.Values[NodesValue] = strconv.Itoa(n)
		}
	case k3s(keys):
		o.API = K3sConfig
	default:
		return o, false
	}
	return o, true
}

// mapping are the fields of a mapping; none of anything else.
func mapping(n *yaml.Node) map[string]yaml.Node {
	var fields map[string]yaml.Node
	if n.Decode(&fields) != nil {
		return nil
	}
	return fields
}
