package nodes

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/onus-project/onus/internal/plan/step"
)

// call is one by which a provider replaces the nodes of a pool, by the name that the catalog has
// for it.
type call struct {
	kind    string // of the step
	cluster string // as the provider knows it
	region  string
	version string // 1.36
}

// callOf reads from a node what a call takes, and says what it lacks.
func (p byCall) callOf(name string, i int) (c call, lacks string) {
	n := &p.Estate.Nodes[i]
	region, cluster := clusterARN(p.Name)
	c = call{kind: "replace/" + name, cluster: cmp.Or(p.Cluster, n.Labels["alpha.eksctl.io/cluster-name"], cluster),
		region: cmp.Or(n.Labels["topology.kubernetes.io/region"], region)}
	switch is := versionOf(n.KubeletVersion); {
	case p.Target.Kind == ByVersion:
		c.version = fmt.Sprintf("%d.%d", p.Target.parts[0], p.Target.parts[1])
	case len(is) >= 2: // else it would go to that of the control plane
		c.version = fmt.Sprintf("%d.%d", is[0], is[1])
	}
	switch {
	case c.cluster == "":
		return c, "nothing that was read says how it calls the cluster"
	case c.region == "":
		return c, "the region of node " + n.Name + " was not read"
	case c.version == "":
		return c, "the version of node " + n.Name + " was not read"
	}
	return c, ""
}

// clusterARN reads the name that aws eks update-kubeconfig gives to contexts.
func clusterARN(context string) (region, cluster string) {
	a, err := arn.Parse(context)
	if err != nil || a.Service != "eks" {
		return "", ""
	}
	return a.Region, strings.TrimPrefix(a.Resource, "cluster/")
}

func (c *call) with() map[string]string {
	return map[string]string{step.Cluster: c.cluster, step.Region: c.region, step.Version: c.version}
}

// says is the call in words.
func (c *call) says() string {
	return fmt.Sprintf("UpdateNodegroupVersion of %s in %s to %s", c.cluster, c.region, c.version)
}
