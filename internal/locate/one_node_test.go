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
