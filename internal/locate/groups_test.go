package locate

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// A workload that asks for nodes with a label stands on the group of nodes that Terraform gives it, and what that group is
// counts for it: the most nodes, and how they are bought. Of groups that are called alike the nearest by its folders counts.
func TestGroupsOfTerraform(t *testing.T) {
	c := knowledge(t)
	object := func(file, api string, values ...string) kubernetes.Object {
		o := kubernetes.Object{API: api, Name: "g", Values: map[string]string{}, Position: origin.Position{File: file, Line: 1}}
		for _, v := range values {
			key, value, _ := strings.Cut(v, "=")
			o.Values[key] = value
		}
		return o
	}
	const east, west = "iac/1/clusters/prod/main.tf", "iac/2/clusters/prod/main.tf"
	group := func(file string, more ...string) kubernetes.Object {
		more = append([]string{"source=git::https://example.com/eks.git", "eks_managed_node_groups="}, more...)
		return object(file, "terraform/module", more...)
	}
	const web = "eks_managed_node_groups.front.labels.workload=web"
	for name, x := range map[string]struct {
		made []kubernetes.Object
		on   string // and what else is said
	}{
		"a group": {[]kubernetes.Object{group(east, web)}, "eks-managed-nodegroup which pool front makes"},
		"of one node": {[]kubernetes.Object{group(east, web, "eks_managed_node_groups.front.max_size=1")},
			"eks-managed-nodegroup which pool front makes, of one node at most: a second pod would be on the same one"},
		"of two": {[]kubernetes.Object{group(east, web, "eks_managed_node_groups.front.max_size=2")},
			"eks-managed-nodegroup which pool front makes"},
		"of spot capacity": {[]kubernetes.Object{group(east, web, "eks_managed_node_groups.front.capacity_type=SPOT")},
			"eks-managed-nodegroup which pool front makes, of spot capacity"},
		"of another label": {[]kubernetes.Object{group(east, "eks_managed_node_groups.front.labels.workload=api")},
			"eks-managed-nodegroup module g has eks_managed_node_groups"},
		"a label that is not known": {[]kubernetes.Object{group(east, "eks_managed_node_groups.front.labels.workload=")},
			"eks-managed-nodegroup module g has eks_managed_node_groups"},
		"the nearer": {[]kubernetes.Object{group(west, web, "eks_managed_node_groups.front.max_size=1"), group(east, web)},
			"eks-managed-nodegroup which pool front makes"},
		"one of two alike": {[]kubernetes.Object{group(east, web, "eks_managed_node_groups.front.max_size=1",
			"eks_managed_node_groups.more.labels.workload=web")}, "eks-managed-nodegroup which pool more makes"},
		"a resource": {[]kubernetes.Object{object(east, "terraform/aws_eks_node_group", "labels.workload=web", "scaling_config.max_size=1")},
			"eks-managed-nodegroup which pool g makes, of one node at most: a second pod would be on the same one"},
		"of GKE": {[]kubernetes.Object{object(east, "terraform/google_container_node_pool", "node_config.labels.workload=web",
			"node_config.spot=true", "autoscaling.max_node_count=1")}, "gke-standard which pool g makes, of spot capacity"},
		"a key with a path": {[]kubernetes.Object{group(east, "eks_managed_node_groups.front.labels.example.com/of=web")},
			"eks-managed-nodegroup module g has eks_managed_node_groups"},
	} {
		e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{
			Position: origin.Position{File: "apps/1/clusters/prod/web.yaml"},
			Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"workload": "web"}}}}}
		all := Units(c, []Unit{{Path: "iac", Estate: &kubernetes.Estate{Objects: x.made}, Scattered: true},
			{Path: "apps/1/clusters/prod", Estate: e}}, nil, nil)
		at := all[1].Workloads[0]
		id, said, _ := strings.Cut(x.on, " ")
		if at.Offering == nil || at.Offering.ID != id || !strings.HasSuffix(at.Evidence.String(), said) {
			t.Errorf("%s: by %s, want %s", name, at.Evidence, x.on)
		}
		e.Objects = x.made // in the same unit as well
		if one := Locate(c, e, nil, nil).Workloads[0]; one.Offering == nil || one.Offering.ID != id {
			t.Errorf("%s, in one unit: by %s", name, one.Evidence)
		}
	}
}
