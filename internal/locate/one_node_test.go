package locate

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
)

// A cluster has one node where the only thing that makes one says so.
func TestOneNode(t *testing.T) {
	c := knowledge(t)
	at := func(file, api, key, value string) kubernetes.Object {
		return kubernetes.Object{API: api, Name: "home", Values: map[string]string{key: value}, Position: origin.Position{File: file}}
	}
	one, three := at("talos/a.yaml", "talos/Cluster", "nodes", "1"), at("talos/b.yaml", "talos/Cluster", "nodes", "3")
	untainted := at("install/kubeadm.yaml", "kubeadm.k8s.io/InitConfiguration", "nodeRegistration.taints", "[]")
	tainted := at("install/kubeadm.yaml", "kubeadm.k8s.io/InitConfiguration", "nodeRegistration.name", "cp")
	joins := at("install/join.yaml", "kubeadm.k8s.io/JoinConfiguration", "nodeRegistration.name", "w")
	patch := at("talos/p.yaml", "talos/Machine", "", "")
	tried := at("test/kubeadm.yaml", "kubeadm.k8s.io/InitConfiguration", "nodeRegistration.name", "cp")
	for name, x := range map[string]struct {
		objects []kubernetes.Object
		want    string
	}{
		"one of Talos":          {[]kubernetes.Object{one}, "Cluster home in talos/a.yaml"},
		"with a patch":          {[]kubernetes.Object{patch, one}, "Cluster home"},
		"three of Talos":        {[]kubernetes.Object{three}, ""},
		"another cluster":       {[]kubernetes.Object{one, three}, ""},
		"two of one node each":  {[]kubernetes.Object{one, untainted}, ""},
		"kubeadm without taint": {[]kubernetes.Object{untainted}, "InitConfiguration"},
		"kubeadm":               {[]kubernetes.Object{tainted}, ""},
		"kubeadm, and a worker": {[]kubernetes.Object{untainted, joins}, ""},
		"beside one of tests":   {[]kubernetes.Object{tried, one}, "Cluster home"},
		"nothing":               {nil, ""},
	} {
		var folders purpose.Folders
		folders.Add(".", []string{"talos/a.yaml", "install/kubeadm.yaml", "test/kubeadm.yaml"})
		units := []Unit{
			{Path: ".", Estate: &kubernetes.Estate{Objects: x.objects}, Folders: &folders},
			{Path: "apps", Estate: &kubernetes.Estate{}},
		}
		if got := Units(c, units, nil, c.Assumed("compute"))[1].OneNode; !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
		if got := Units(c, units, c.Offering("aks"), nil)[1].OneNode; got != "" {
			t.Errorf("%s: --as: %q", name, got)
		}
	}
}

// Of several clusters a unit runs on the one whose name is in the path of what has it
// applied, or in its own.
func TestOneNodeOfSeveral(t *testing.T) {
	c := knowledge(t)
	cluster := func(file, name, nodes string) kubernetes.Object {
		return kubernetes.Object{
			API: "talos/Cluster", Name: name, Values: map[string]string{"nodes": nodes}, Position: origin.Position{File: file},
		}
	}
	hosts := func(file, nodes string) kubernetes.Object {
		return kubernetes.Object{API: "ansible/Inventory", Values: map[string]string{"nodes": nodes}, Position: origin.Position{File: file}}
	}
	inventories := []kubernetes.Object{
		hosts("inventory/nas/hosts.yaml", "1"), hosts("inventory/rack/hosts.yaml", "4"), hosts("inventory/vm/hosts.yaml", ""),
	}
	named := []kubernetes.Object{cluster("talos/a/talconfig.yaml", "Home", "1"), cluster("talos/b/talconfig.yaml", "office", "3")}
	files := []kubernetes.Object{hosts("hosts/nas.yml", "1"), hosts("hosts/rack.yml", "4")}
	twice := []kubernetes.Object{hosts("inventory/nas/hosts.yaml", "1"), cluster("clusters/nas/talos/talconfig.yaml", "k8s", "1"),
		cluster("clusters/rack/talos/talconfig.yaml", "k8s", "3")}
	differ := []kubernetes.Object{
		hosts("inventory/nas/hosts.yaml", "1"), cluster("clusters/nas/talos/talconfig.yaml", "", "2"), hosts("x.yaml", "5"),
	}
	alone := []kubernetes.Object{hosts("inventory/nas/hosts.yaml", "1")}
	for _, x := range []struct {
		name     string
		makers   []kubernetes.Object
		path, by string
		want     string
	}{
		{"applied to it", inventories, "infrastructure/x", "clusters/nas/apps.yaml", "Inventory in inventory/nas/hosts.yaml"},
		{"applied to another one", inventories, "infrastructure/nas", "clusters/rack/apps.yaml", ""},
		{"applied to one of unknown size", inventories, "infrastructure/nas", "clusters/vm/apps.yaml", ""},
		{"a folder of its name", inventories, "apps/nas/web", "", "Inventory in inventory/nas/hosts.yaml"},
		{"a folder of another name", inventories, "apps/base/web", "", ""},
		{"a folder that is called as all inventories are", inventories, "inventory/hosts", "", ""},
		{"by the name of the cluster", named, "clusters/home/web", "", "Cluster Home in talos/a/talconfig.yaml"},
		{"by the name of another cluster", named, "clusters/office/web", "", ""},
		{"by the tool alone", named, "apps/talos", "", ""},
		{"by the name of the file", files, "apps/nas", "", "Inventory in hosts/nas.yml"},
		{"made in two ways", twice, "clusters/nas/apps", "", "Inventory in inventory/nas/hosts.yaml"},
		{"made in two ways that differ", differ, "clusters/nas/apps", "", ""},
		{"the only one", alone, "apps/web", "", "Inventory in inventory/nas/hosts.yaml"},
		{"the only one, and its folder", alone, "clusters/nas/web", "", "Inventory in inventory/nas/hosts.yaml"},
		{"the only one, and the folder of another", alone, "clusters/cloud/web", "", ""},
		{"the only one, and applied to another", alone, "apps/web", "clusters/cloud/web.yaml", ""},
	} {
		units := []Unit{
			{Path: ".", Estate: &kubernetes.Estate{Objects: x.makers}}, {Path: "clusters/nas", Estate: &kubernetes.Estate{}},
			{Path: x.path, By: x.by, Estate: &kubernetes.Estate{}},
		}
		if got := Units(c, units, nil, c.Assumed("compute"))[2].OneNode; !strings.HasPrefix(got, x.want) || x.want == "" && got != "" {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	apart := []Unit{{Path: ".", Estate: &kubernetes.Estate{Objects: alone}}, {Path: "clusters/cloud/web", Estate: &kubernetes.Estate{}}}
	if got := Units(c, apart, nil, c.Assumed("compute"))[1].OneNode; got == "" {
		t.Error("no folder of clusters has its name: it may be the one")
	}
}
