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

// Which of several groups of one name nodes are of is not known: where they differ, it is not known
// how they are updated, whatever their order.
func TestTerraformPoolsOfOneName(t *testing.T) {
	group := func(name string, more ...string) Object {
		o := Object{API: TerraformNodeGroup, Name: "main", Values: map[string]string{"node_group_name": name}}
		for i := 0; i < len(more); i += 2 {
			o.Values[more[i]] = more[i+1]
		}
		return o
	}
	const most = "update_config.max_unavailable"
	forced, plain := group("ng", "force_update_version", "true"), group("ng", "force_update_version", "false", most, "1")
	for name, test := range map[string]struct {
		in        []Object
		pools     int
		unsettled bool
		strategy  string
	}{
		"forced and not":          {[]Object{forced, plain}, 1, true, ""},
		"not forced, and forced":  {[]Object{plain, forced}, 1, true, ""},
		"one says nothing":        {[]Object{group("ng"), forced}, 1, true, ""},
		"none says anything":      {[]Object{group("ng"), group("ng")}, 0, false, ""},
		"both forced":             {[]Object{forced, forced}, 1, false, "force"},
		"other numbers":           {[]Object{group("ng", most, "2"), plain}, 1, true, ""},
		"of three, two forced":    {[]Object{forced, plain, forced}, 1, true, ""},
		"of another name":         {[]Object{forced, group("other", most, "1")}, 2, false, "force"},
		"by what is not known":    {[]Object{group("ng", "force_update_version", "")}, 1, true, ""},
		"one by what is not read": {[]Object{forced, group("ng", "force_update_version", "")}, 1, true, ""},
	} {
		e := Link(&Raw{Objects: test.in})
		if len(e.Pools) != test.pools {
			t.Errorf("%s: %+v", name, e.Pools)
			continue
		}
		if test.pools == 0 {
			continue
		}
		p := &e.Pools[0]
		if p.Strategy != test.strategy || (p.Unsettled != "") != test.unsettled || p.Settings().Unplayed != test.unsettled ||
			test.unsettled && p.Rolling != (contract.Rolling{}) {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
