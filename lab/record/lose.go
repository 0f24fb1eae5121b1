package record

import (
	"context"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/lab/cluster"
)

// silence has somebody else hold the lease of a node: kwok then stops playing its
// kubelet, so that nothing is reported of the node and nothing on it stops, and nobody
// renews the lease.
//
// Source: tryAcquireOrRenew and Held in pkg/kwok/controllers/node_lease_controller.go
// of kwok 0.7.
func silence(ctx context.Context, c *cluster.Cluster, node string) error {
	_, err := c.Kubectl(ctx, nil, "patch", "lease", node, "--namespace=kube-node-lease", "--type=merge", "-p",
		`{"spec":{"holderIdentity":"nobody","leaseDurationSeconds":86400}}`)
	return err
}

// lose silences the nodes of some pods, and waits until the node lifecycle controller
// has taken them for lost.
func (s *Scenario) lose(ctx context.Context, c *cluster.Cluster) error {
	if len(s.Lose) == 0 {
		return nil
	}
	lost := map[string]bool{}
	for _, name := range s.Lose {
		out, err := c.Kubectl(ctx, nil, "get", "pod", name, "--output=jsonpath={.spec.nodeName}")
		if err != nil {
			return err
		}
		node := strings.TrimSpace(string(out))
		if node == "" || lost[node] {
			return fmt.Errorf("pod %s has no node of its own to lose", name)
		}
		lost[node] = true
		if err := silence(ctx, c, node); err != nil {
			return err
		}
	}
	for until := time.Now().Add(patience); ; {
		missing, err := untainted(ctx, c, lost)
		switch {
		case err != nil:
			return err
		case missing == "":
			return nil
		case time.Now().After(until):
			return fmt.Errorf("node %s is not taken for lost", missing)
		}
		if err := pause(ctx, between); err != nil {
			return err
		}
	}
}

// untainted is one of some nodes from which pods are not evicted yet.
func untainted(ctx context.Context, c *cluster.Cluster, lost map[string]bool) (string, error) {
	var all corev1.NodeList
	if err := get(ctx, c, &all, "nodes"); err != nil {
		return "", err
	}
	for i := range all.Items {
		if n := &all.Items[i]; lost[n.Name] && !isLost(n) {
			return n.Name, nil
		}
	}
	return "", nil
}

func isLost(n *corev1.Node) bool {
	for _, t := range n.Spec.Taints {
		if t.Key == corev1.TaintNodeUnreachable && t.Effect == corev1.TaintEffectNoExecute {
			return true
		}
	}
	return false
}

// tolerated is for longer than Karpenter waits with a node that does not report,
// which is ten minutes on its kwok provider.
//
// Source: CloudProvider.RepairPolicies in kwok/cloudprovider/cloudprovider.go of
// Karpenter 1.14.
const tolerated = 11 * time.Minute

// repair has the nodes that are lost have been so for long, so that Karpenter repairs
// them at once.
func repair(ctx context.Context, c *cluster.Cluster) error {
	var all corev1.NodeList
	if err := get(ctx, c, &all, "nodes"); err != nil {
		return err
	}
	since := time.Now().Add(-tolerated).UTC().Format(time.RFC3339)
	for i := range all.Items {
		n := &all.Items[i]
		if !isLost(n) {
			continue
		}
		if _, err := c.Kubectl(ctx, nil, "patch", "node", n.Name, "--subresource=status", "--type=strategic", "-p",
			fmt.Sprintf(`{"status":{"conditions":[{"type":"Ready","lastTransitionTime":%q}]}}`, since)); err != nil {
			return err
		}
	}
	return nil
}
