package locate

import (
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// unitAt is a unit with a workload and objects, all in one folder.
func unitAt(path, by, environment string, objects ...kubernetes.Object) Unit {
	w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}}
	w.Position = origin.Position{File: path + "/web.yaml", Line: 1}
	for i := range objects {
		objects[i].Position = origin.Position{File: path + "/objects.yaml", Line: 1}
	}
	return Unit{Path: path, By: by, Environment: environment,
		Estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}, Objects: objects}}
}

// What is shown of a cluster is not shown of another one, by the folder of clusters that it or
// what has it applied stands in, or by the environment that it is for.
func TestAnotherCluster(t *testing.T) {
	c := knowledge(t)
	aks := func() kubernetes.Object {
		return kubernetes.Object{API: "karpenter.azure.com/AKSNodeClass", Name: "default"}
	}
	role := func() kubernetes.Object {
		return annotated("/ServiceAccount", "eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/r")
	}
	const west, east = "clusters/west/all.yaml", "clusters/east/all.yaml"
	for name, x := range map[string]struct {
		units []Unit // where is the first?
		want  string
	}{
		"of its cluster": {[]Unit{unitAt("apps/west", west, ""), unitAt("infrastructure/west/nodes", west, "", aks())}, "aks-automatic"},
		"of another":     {[]Unit{unitAt("apps/west", west, ""), unitAt("infrastructure/east/nodes", east, "", aks())}, "kubernetes"},
		"of another, applied by what stands elsewhere": {
			[]Unit{unitAt("apps/west", west, ""), unitAt("infrastructure/east/nodes", "infrastructure/nodes.yaml", "", aks()),
				unitAt("x", east, "")}, "kubernetes"},
		"of none": {[]Unit{unitAt("apps/west", west, ""), unitAt("infrastructure/nodes", "", "", aks())}, "aks-automatic"},
		"to none": {[]Unit{unitAt("apps/web", "", ""), unitAt("infrastructure/east/nodes", east, "", aks())}, "aks-automatic"},
		"of an environment's overlay": {
			[]Unit{unitAt("web/overlays/prod", "", ""), unitAt("nodes/overlays/dev", "", "", aks())}, "kubernetes"},
		"of what all have in common": {
			[]Unit{unitAt("clusters/west", "", ""), unitAt("clusters/common", "", "", aks())}, "aks-automatic"},
		"of the same environment": {
			[]Unit{unitAt("web", "envs.yaml", "prod"), unitAt("api", "envs.yaml", "prod", role())}, "eks-any"},
		"of another environment": {
			[]Unit{unitAt("web", "envs.yaml", "prod"), unitAt("api", "envs.yaml", "dev", role())}, "kubernetes"},
		"of another environment, the cluster's own": {
			[]Unit{unitAt("web", "envs.yaml", "prod"), unitAt("api", "envs.yaml", "dev", aks())}, "kubernetes"},
		"of no environment": {[]Unit{unitAt("web", "envs.yaml", "prod"), unitAt("api", "other.yaml", "", aks())}, "aks-automatic"},
	} {
		if got := Units(c, x.units, nil, c.Assumed("compute"))[0].Workloads[0].Offering.ID; got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

// In one set of files each folder of a cluster is one of its own; and pools of another cluster are
// not those that a workload asks for.
func TestAnotherClusterInFiles(t *testing.T) {
	c := knowledge(t)
	at := func(dir string) Unit {
		u := unitAt("clusters/west", "", "", kubernetes.Object{API: "karpenter.azure.com/AKSNodeClass", Name: "default"})
		u.Path, u.Scattered = ".", true
		u.Estate.Objects[0].Position.File = dir + "/nodes.yaml"
		return u
	}
	for dir, want := range map[string]string{
		"infrastructure/west": "aks-automatic", "infrastructure/east": "kubernetes", "infrastructure": "aks-automatic",
		"clusters/east": "kubernetes",
	} {
		units := []Unit{at(dir), unitAt("clusters/west/more", "", ""), unitAt("clusters/east/more", "", "")}
		if got := Units(c, units, nil, c.Assumed("compute"))[0].Workloads[0].Offering.ID; got != want {
			t.Errorf("%s: %s, want %s", dir, got, want)
		}
	}
	for dir, want := range map[string]string{"nodes/west": "karpenter-any", "nodes/east": "kubernetes", "nodes": "karpenter-any"} {
		asks := unitAt("clusters/west", "", "")
		asks.Estate.Workloads[0].Template.NodeSelector = map[string]string{"team": "shop"}
		pools := Unit{Path: dir, Estate: &kubernetes.Estate{Pools: []kubernetes.Pool{{
			API: "karpenter.sh/NodePool", Name: "shop", NodeLabels: map[string]string{"team": "shop"},
			Position: origin.Position{File: dir + "/pool.yaml"},
		}}}}
		units := []Unit{asks, pools, unitAt("clusters/east", "", "")}
		if got := Units(c, units, nil, c.Assumed("compute"))[0].Workloads[0].Offering.ID; got != want {
			t.Errorf("pools in %s: %s, want %s", dir, got, want)
		}
	}
}
