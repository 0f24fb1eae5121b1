package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A dump of more pods than are played together, without their nodes: only the
// workloads in question are played. Pods that stand for themselves are not
// among them.
func TestManyPodsWithoutNodes(t *testing.T) {
	type object map[string]any
	spec := object{"containers": []object{{"name": "c"}}}
	running := object{"phase": "Running", "conditions": []object{{"type": "Ready", "status": "True"}}}
	owned := func(name, kind, owner string) object {
		return object{"name": name, "uid": name, "labels": object{"app": owner},
			"ownerReferences": []object{{"apiVersion": "apps/v1", "kind": kind, "name": owner, "uid": owner, "controller": true}}}
	}
	var items []object
	for i := range 20 {
		name := fmt.Sprint("alone-", i)
		items = append(items, object{"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": name, "uid": name}, "spec": spec,
			"status": running})
	}
	for i := range 300 {
		name := fmt.Sprint("web-", i)
		set := object{
			"replicas": 10, "selector": object{"matchLabels": object{"app": name}},
			"template": object{"metadata": object{"labels": object{"app": name}}, "spec": spec},
		}
		items = append(items,
			object{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": object{"name": name, "uid": name}, "spec": set},
			object{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": owned(name+"-1", "Deployment", name), "spec": set})
		for k := range 10 {
			items = append(items, object{"apiVersion": "v1", "kind": "Pod", "metadata": owned(fmt.Sprint(name, "-1-", k), "ReplicaSet", name+"-1"),
				"spec": spec, "status": running})
		}
	}
	data, err := json.Marshal(object{"apiVersion": "v1", "kind": "List", "items": items})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "dump.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"check", "--all", path}, {"simulate", path, "--margins=false"}} {
		var out, errs strings.Builder
		if status := Main(command, nil, &out, &errs); status != exitHeld && status != exitBroken {
			t.Errorf("%s: exit status %d: %s", command[0], status, errs.String())
		}
		if !strings.Contains(out.String(), "web-299") && !strings.Contains(out.String(), "300 workloads") {
			t.Errorf("%s: says nothing of the workloads: %.300s", command[0], out.String())
		}
	}
}
