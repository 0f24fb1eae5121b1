package record

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/onus-project/onus/lab/cluster"
)

// kinds are what an estate is read from.
const kinds = "priorityclasses,nodes,nodepools,nodeclaims,kwoknodeclasses,pods,deployments,replicasets,statefulsets,daemonsets," +
	"jobs,pdb,hpa,pv,pvc"

// estate is the cluster as kubectl prints it, with less white space.
func estate(ctx context.Context, c *cluster.Cluster) ([]byte, error) {
	data, err := c.Kubectl(ctx, nil, "get", kinds, "--all-namespaces", "--output=json")
	if err != nil {
		return nil, err
	}
	var tight bytes.Buffer
	if err := json.Indent(&tight, data, "", " "); err != nil {
		return nil, err
	}
	return tight.Bytes(), nil
}

// replicas are how many pods each workload of an estate wants.
func replicas(estate []byte) (map[string]int, error) {
	var list struct {
		Items []struct {
			Kind     string
			Metadata struct{ Name string }
			Spec     struct{ Replicas *int }
		}
	}
	if err := json.Unmarshal(estate, &list); err != nil {
		return nil, err
	}
	all := map[string]int{}
	for _, x := range list.Items {
		if x.Spec.Replicas != nil && (x.Kind == "Deployment" || x.Kind == "StatefulSet") {
			all[x.Metadata.Name] = *x.Spec.Replicas
		}
	}
	return all, nil
}
