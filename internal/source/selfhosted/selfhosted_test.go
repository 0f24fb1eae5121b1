package selfhosted

import (
	"bytes"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for name, c := range map[string]struct{ text, api, nodes string }{
		"talhelper": {"# a\n---\nclusterName: home\nendpoint: https://10.0.0.1:6443\nnodes:\n- hostname: a\n- hostname: b\n",
			TalosCluster, "2"},
		"a Talos machine":              {"version: v1alpha1\nmachine:\n  type: worker\n  token: x\ncluster:\n  id: y\n", TalosMachine, ""},
		"a Talos patch":                {"machine:\n  kubelet:\n    extraArgs: {a: b}\n", TalosMachine, ""},
		"a Talos patch of few words":   {"machine:\n  type: controlplane\n  network: {}\n", TalosMachine, ""},
		"a Talos patch with a version": {"version: v1alpha1\nmachine:\n  files: []\n", TalosMachine, ""},
		"a Talos patch of both parts":  {"machine:\n  kubelet: {}\ncluster:\n  proxy: {disabled: true}\n", TalosMachine, ""},
		"the cluster of Talos":         {"cluster:\n  allowSchedulingOnControlPlanes: true\n  proxy: {disabled: true}\n", TalosMachine, ""},
		"a document of Talos":          {"apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: data\n", TalosMachine, ""},
		"K3s":                          {"cluster-init: true\ntls-san:\n- a\n", K3sConfig, ""},
		"Kubespray":                    {"all:\n  hosts: {a: {}}\n  children:\n    kube_control_plane:\n      hosts: {a: }\n", Inventory, ""},
		"k3s-ansible":                  {"k3s_cluster:\n  children:\n    server:\n      hosts: {a: }\n", Inventory, "1"},
		"Kubespray with a node": {"all:\n  children:\n    kube_control_plane:\n      hosts: {a: }\n" +
			"    kube_node:\n      hosts: {a: , b: }\n",
			Inventory, "2"},
		"one node in two groups": {"kube_control_plane:\n  hosts: {a: }\nkube_node:\n  hosts: {a: }\n", Inventory, "1"},
		"groups of groups": {"k3s_hosts:\n  children: {k3s_servers: }\nk3s_servers:\n  hosts: {a: }\nweb:\n  hosts: {b: }\n",
			Inventory, "1"},
		"a group elsewhere": {"k3s_cluster:\n  children: {server: , agent: }\nserver:\n  hosts: {a: }\n", Inventory, ""},
		"an empty group":    {"k3s_cluster:\n  children: {server: , agent: }\nserver:\n  hosts: {a: }\nagent:\n", Inventory, "1"},
		"a range of hosts":  {"kube_node:\n  hosts: {\"n[1:3]\": }\n", Inventory, ""},
		"groups of each other": {"kube_node:\n  hosts: {a: }\n  children: {k8s_cluster: }\nk8s_cluster:\n  children: {kube_node: }\n",
			Inventory, "1"},

		"values with a machine":        {"machine:\n  size: large\n", "", ""},
		"values with a machine beside": {"machine:\n  type: large\nreplicas: 2\n", "", ""},
		"values of a machine's type":   {"machine:\n  type: large\n  env: {A: b}\n", "", ""},
		"values with a cluster alone":  {"cluster:\n  network: {}\n", "", ""},
		"values with a CoreDNS":        {"cluster:\n  coreDNS: {}\n  nodes: 3\n", "", ""},
		"an object of another API":     {"apiVersion: example.com/v1alpha1\nkind: AppConfig\n", "", ""},
		"an object of a strange API":   {"apiVersion: v1alpha1\nkind: Widget\n", "", ""},
		"values with nodes":            {"clusterName: a\nnodes: [b]\n", "", ""},
		"values with a cluster":        {"clusterName: a\nendpoint: b\n", "", ""},
		"one setting of K3s":           {"node-label: a\nname: b\n", "", ""},
		"hosts of something else":      {"all:\n  children:\n    web:\n      hosts: {a: }\n", "", ""},
		"groups of nobody":             {"k3s_cluster:\n  children:\nkube_node:\n  hosts: {}\n", "", ""},
		"a group that is a value":      {"k3s_cluster: true\n", "", ""},
		"no YAML":                      {"machine: {type: [\n", "", ""},
		"empty":                        {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			all := Read("f.yaml", []byte(c.text))
			if c.api == "" {
				if len(all) > 0 {
					t.Fatalf("read as %s", all[0].API)
				}
				return
			}
			if len(all) != 1 || all[0].API != c.api || all[0].Values[NodesValue] != c.nodes || all[0].Position.File != "f.yaml" ||
				all[0].Position.Line == 0 {
				t.Errorf("%+v", all)
			}
			if !Is([]byte(c.text), keys(c.text)) {
				t.Error("not recognised by how it begins")
			}
		})
	}
}

// keys are those of a document at its margin.
func keys(text string) []string {
	var all []string
	for line := range bytes.Lines([]byte(text)) {
		if key, _, ok := strings.Cut(string(line), ":"); ok && !strings.ContainsAny(key, " #-") || ok && strings.Contains(key, "-") &&
			!strings.HasPrefix(key, " ") && !strings.HasPrefix(key, "-") {
			all = append(all, key)
		}
	}
	return all
}

// TestIsLeavesObjects: what has a kind is an object of Kubernetes, whatever else it has.
func TestIsLeavesObjects(t *testing.T) {
	if Is([]byte("apiVersion: v1alpha1\nname: a\n"), []string{"apiVersion", "name"}) {
		t.Error("what has no kind is taken for a document of Talos")
	}
	for _, all := range [][]string{{"apiVersion", "kind", "machine"}, {"clusterName", "nodes"}, {"tls-san"}, nil} {
		if Is([]byte("kube_node"), all) {
			t.Errorf("%v is taken for a configuration of nodes", all)
		}
	}
}

// A part of a configuration that many files could have is one where the path says so.
func TestTalosByItsPath(t *testing.T) {
	const text = "machine:\n  network: {}\n  time: {}\n"
	for name, want := range map[string]int{"talos/patches/time.yaml": 1, "Talos.yaml": 1, "values.yaml": 0} {
		if got := len(Read(name, []byte(text))); got != want {
			t.Errorf("%s: %d objects, want %d", name, got, want)
		}
	}
}
