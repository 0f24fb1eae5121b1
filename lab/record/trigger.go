package record

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/onus-project/onus/lab/cluster"
)

// commands are what a trigger is to kubectl. Expiry and consolidation come by
// themselves.
func (t *Trigger) commands() ([][]string, error) {
	switch t.Kind {
	case "expiry", "consolidation":
		return nil, nil
	case "drift":
		if t.Pool == "" {
			return nil, fmt.Errorf("drift wants its pool")
		}
		return [][]string{{"patch", "nodepool", t.Pool, "--type=merge", "-p", `{"spec":{"template":{"metadata":{"labels":{"ami":"v2"}}}}}`}}, nil
	case "delete":
		return [][]string{append([]string{"delete", "nodeclaims", "--wait=false"}, t.which()...)}, nil
	case "rollout":
		namespace, name, err := t.workload()
		return [][]string{{"rollout", "restart", "--namespace=" + namespace, name}}, err
	case "scale":
		namespace, name, err := t.workload()
		if t.Replicas == nil {
			return nil, fmt.Errorf("scale wants replicas")
		}
		if t.scaler != "" {
			return [][]string{{"patch", "hpa", t.scaler, "--namespace=" + namespace, "--type=merge", "-p",
				fmt.Sprintf(`{"spec":{"minReplicas":%d}}`, *t.Replicas)}}, err
		}
		return [][]string{{"scale", "--namespace=" + namespace, name, fmt.Sprintf("--replicas=%d", *t.Replicas)}}, err
	}
	return nil, fmt.Errorf("the lab cannot trigger %q", t.Kind)
}

func (t *Trigger) which() []string {
	if t.Pool != "" {
		return []string{"--selector=karpenter.sh/nodepool=" + t.Pool}
	}
	return []string{"--all"}
}

// workload is what namespace/name or namespace/kind/name is to kubectl.
func (t *Trigger) workload() (namespace, name string, err error) {
	switch parts := strings.Split(t.Workload, "/"); len(parts) {
	case 2:
		return parts[0], "deployment/" + parts[1], nil
	case 3:
		return parts[0], strings.ToLower(parts[1]) + "/" + parts[2], nil
	}
	return "", "", fmt.Errorf("workload is %q, wants namespace/name or namespace/kind/name", t.Workload)
}

// kindAndName is what an object is to kubectl.
func kindAndName(u *unstructured.Unstructured) string {
	return strings.ToLower(u.GetKind()) + "/" + u.GetName()
}

func (t *Trigger) fire(ctx context.Context, c *cluster.Cluster) error {
	commands, err := t.commands()
	if err != nil {
		return err
	}
	for _, args := range commands {
		if _, err := c.Kubectl(ctx, nil, args...); err != nil {
			return err
		}
	}
	return nil
}
