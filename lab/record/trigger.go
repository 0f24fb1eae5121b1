package record

import (
	"context"
	"fmt"

	"github.com/onus-project/onus/lab/cluster"
)

// commands are what a trigger is to kubectl. Expiry and consolidation come by
// themselves, and so does repair once nodes have been lost for long.
func (t *Trigger) commands() ([][]string, error) {
	switch t.Kind {
	case "expiry", "consolidation", "repair":
		return nil, nil
	case "drift":
		if t.Pool == "" {
			return nil, fmt.Errorf("drift wants its pool")
		}
		return [][]string{{"patch", "nodepool", t.Pool, "--type=merge", "-p", `{"spec":{"template":{"metadata":{"labels":{"ami":"v2"}}}}}`}}, nil
	case "delete":
		return [][]string{append([]string{"delete", "nodeclaims", "--wait=false"}, t.which()...)}, nil
	case "drain":
		// A selector lists the nodes by name.
		pool := "karpenter.sh/nodepool"
		if t.Pool != "" {
			pool += "=" + t.Pool
		}
		return [][]string{{"drain", "--selector=" + pool, "--ignore-daemonsets", "--delete-emptydir-data", "--force"}}, nil
	case "rollout":
		return [][]string{{"rollout", "restart", "--namespace=" + t.namespace, t.object}}, nil
	case "scale":
		if t.Replicas == nil {
			return nil, fmt.Errorf("scale wants replicas")
		}
		if t.scaler != "" {
			return [][]string{{"patch", "hpa", t.scaler, "--namespace=" + t.namespace, "--type=merge", "-p",
				fmt.Sprintf(`{"spec":{"minReplicas":%d}}`, *t.Replicas)}}, nil
		}
		return [][]string{{"scale", "--namespace=" + t.namespace, t.object, fmt.Sprintf("--replicas=%d", *t.Replicas)}}, nil
	}
	return nil, fmt.Errorf("the lab cannot trigger %q", t.Kind)
}

func (t *Trigger) which() []string {
	if t.Pool != "" {
		return []string{"--selector=karpenter.sh/nodepool=" + t.Pool}
	}
	return []string{"--all"}
}

func (t *Trigger) fire(ctx context.Context, c *cluster.Cluster) error {
	if t.Kind == "repair" {
		return repair(ctx, c)
	}
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
