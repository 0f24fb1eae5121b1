package source

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/source/selfhosted"
)

// What makes clusters on machines of one's own is read, and what only begins like that
// is read as any other file.
func TestConfigurationsOfNodes(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"talos/talconfig.yaml": "clusterName: home\nendpoint: https://10.0.0.1:6443\nnodes:\n- hostname: a\n",
		"install/kubeadm.yaml": "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration: {taints: []}\n",
		"values/machine.yaml":  "machine:\n  size: 2\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, err := One(t.Context(), Input{Paths: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	nodes := map[string]string{}
	for _, o := range e.Kubernetes.Objects {
		nodes[o.API] = o.Values[selfhosted.NodesValue]
	}
	if n, ok := nodes[selfhosted.TalosCluster]; !ok || n != "1" {
		t.Errorf("talhelper: %v", nodes)
	}
	if _, ok := nodes["kubeadm.k8s.io/InitConfiguration"]; !ok {
		t.Errorf("kubeadm: %v", nodes)
	}
	if len(e.Kubernetes.Services) != 1 {
		t.Error("a Service behind values that begin like a machine's is not read")
	}
}
