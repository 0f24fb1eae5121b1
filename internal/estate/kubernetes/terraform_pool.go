package kubernetes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/contract"
)

// TerraformNodeGroup is what Terraform calls a managed node group of EKS.
const TerraformNodeGroup = "terraform/aws_eks_node_group"

// force is the strategy by which updates of a managed node group go that take what PDBs hold.
const force = "force"

// terraformPools are the managed node groups that Terraform makes under a name of their own, where
// they say how they are updated. Of several of one name, of other clusters or environments, it is
// not known which one nodes are of: where these differ, how they are updated is not known.
//
// Source: website/docs/r/eks_node_group.html.markdown of the provider: force_update_version, and
// max_unavailable and max_unavailable_percentage of update_config.
func (l *linker) terraformPools() {
	at := map[string]int{}
	for i := range l.Objects {
		o := &l.Objects[i]
		name := o.Values["node_group_name"]
		if o.API != TerraformNodeGroup || name == "" {
			continue
		}
		p := terraformPool(o)
		k, is := at[name]
		if !is {
			at[name] = len(l.Pools)
			l.Pools = append(l.Pools, p)
			continue
		}
		if all := &l.Pools[k]; all.Unsettled == "" && (p.Unsettled != "" || p.Strategy != all.Strategy || p.Rolling != all.Rolling) {
			all.Strategy, all.Rolling = "", contract.Rolling{}
			all.Unsettled = cmp.Or(p.Unsettled,
				"node groups of that name in "+all.Position.String()+" and "+o.Position.String()+" are updated in other ways")
		}
	}
	l.Pools = slices.DeleteFunc(l.Pools, func(p Pool) bool { return p.API == TerraformNodeGroup && p.saysNothing() })
}

// saysNothing reports whether a pool leaves it to its platform how it is updated.
func (p *Pool) saysNothing() bool {
	return p.Strategy == "" && p.Rolling == (contract.Rolling{}) && p.Unsettled == ""
}

// terraformPool is one of them.
func terraformPool(o *Object) Pool {
	p := Pool{API: o.API, Name: o.Values["node_group_name"], Position: o.Position}
	switch forced, is := o.Values["force_update_version"]; {
	case is && forced == "":
		p.Unsettled = "force_update_version in " + o.Position.String() + " is not known here"
		return p
	case forced == "true":
		p.Strategy = force
	}
	most, share := o.Values["update_config.max_unavailable"], o.Values["update_config.max_unavailable_percentage"]
	if n, err := strconv.Atoi(most); err == nil && n > 0 {
		p.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: n}
	} else if share != "" {
		p.Rolling.Unavailable, _ = contract.ParseAmount(strings.TrimSuffix(share, "%") + "%")
	}
	return p
}
