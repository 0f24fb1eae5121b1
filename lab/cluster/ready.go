package cluster

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	kwok "sigs.k8s.io/karpenter/kwok/apis"
	karpenter "sigs.k8s.io/karpenter/pkg/apis"
)

// apiReady: the API server is ready, and has the namespace that everything
// goes to.
func (c *Cluster) apiReady(ctx context.Context) error {
	if _, err := c.Kubectl(ctx, nil, "get", "--raw=/readyz"); err != nil {
		return err
	}
	_, err := c.Kubectl(ctx, nil, "get", "namespace", "default")
	return err
}

// define makes Karpenter's kinds known.
func (c *Cluster) define(ctx context.Context) error {
	for name, crd := range map[string][]byte{
		"nodepools": karpenter.NodePoolCRD, "nodeclaims": karpenter.NodeClaimCRD, "nodeoverlays": karpenter.NodeOverlayCRD,
		"capacitybuffers": karpenter.CapacityBufferCRD, "kwoknodeclasses": kwok.KWOKNodeClassCRD,
	} {
		if err := os.WriteFile(filepath.Join(c.Dir, "crds", name+".yaml"), crd, 0o600); err != nil {
			return err
		}
	}
	if _, err := c.Kubectl(ctx, nil, "create", "--filename="+c.file("crds")); err != nil {
		return err
	}
	_, err := c.Kubectl(ctx, nil, "wait", "--for=condition=Established", "--timeout=30s", "--filename="+c.file("crds"))
	return err
}

// answers: whoever listens there says that all is well.
func answers(url string) func(context.Context) error {
	client := &http.Client{Timeout: 2 * time.Second}
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", url, resp.Status)
		}
		return nil
	}
}
