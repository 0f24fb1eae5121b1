package kubernetes

import (
	"testing"

	"github.com/onus-project/onus/internal/contract"
)

// A managed node group that Terraform makes under a name of its own is a pool, where it says how
// it is updated.
func TestTerraformPools(t *testing.T) {
	nodes := func(n int) contract.Pace { return contract.Pace{Kind: contract.PaceNodes, Nodes: n} }
	for name, test := range map[string]struct {
		api    string
		values map[string]string
		want   *Pool
	}{
		"forced": {TerraformNodeGroup, map[string]string{"node_group_name": "ng", "force_update_version": "true"}, &Pool{Strategy: "force"}},
		"not forced, with a number": {
			TerraformNodeGroup,
			map[string]string{"node_group_name": "ng", "force_update_version": "false", "update_config.max_unavailable": "2"},
			&Pool{Rolling: contract.Rolling{Unavailable: nodes(2)}},
		},
		"with a share": {
			TerraformNodeGroup, map[string]string{"node_group_name": "ng", "update_config.max_unavailable_percentage": "33"},
			&Pool{Rolling: contract.Rolling{Unavailable: contract.Pace{Kind: contract.PacePercent, Percent: 33}}},
		},
		"that says nothing":      {TerraformNodeGroup, map[string]string{"node_group_name": "ng"}, nil},
		"of a name that is made": {TerraformNodeGroup, map[string]string{"force_update_version": "true"}, nil},
		"of an unknown number":   {TerraformNodeGroup, map[string]string{"node_group_name": "ng", "update_config.max_unavailable": ""}, nil},
		"another resource":       {"terraform/aws_eks_cluster", map[string]string{"node_group_name": "ng", "force_update_version": "true"}, nil},
	} {
		e := Link(&Raw{Objects: []Object{{API: test.api, Name: "main", Values: test.values}}})
		switch {
		case test.want == nil && len(e.Pools) > 0, test.want != nil && len(e.Pools) != 1:
			t.Errorf("%s: %+v", name, e.Pools)
		case test.want != nil:
			if p := e.Pools[0]; p.Name != "ng" || p.Strategy != test.want.Strategy || p.Rolling != test.want.Rolling {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
}
