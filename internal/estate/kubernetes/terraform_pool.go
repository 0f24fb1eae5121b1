package kubernetes

import (
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/contract"
)

// TerraformNodeGroup is what Terraform calls a managed node group of EKS.
const TerraformNodeGroup = "terraform/aws_eks_node_group"

// force is the strategy by which updates of a managed node group go that take what PDBs hold.
const force = "force"

// terraformPools are the managed node groups that Terraform makes under a name of their own, where
// they say how they are updated.
//
// Source: website/docs/r/eks_node_group.html.markdown of the provider: force_update_version, and
// max_unavailable and max_unavailable_percentage of update_config.
func (l *linker) terraformPools() {
	for i := range l.Objects {
		o := &l.Objects[i]
		name := o.Values["node_group_name"]
		if o.API != TerraformNodeGroup || name == "" {
			continue
		}
		p := Pool{API: o.API, Name: name, Position: o.Position}
		if o.Values["force_update_version"] == "true" {
			p.Strategy = force
		}
		most, share := o.Values["update_config.max_unavailable"], o.Values["update_config.max_unavailable_percentage"]
		if n, err := strconv.Atoi(most); err == nil && n > 0 {
			p.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: n}
		} else if share != "" {
			p.Rolling.Unavailable, _ = contract.ParseAmount(strings.TrimSuffix(share, "%") + "%")
		}
		if p.Strategy != "" || p.Rolling != (contract.Rolling{}) {
			l.Pools = append(l.Pools, p)
		}
	}
}
