package locate

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

func knowledge(t *testing.T) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Nodes as each platform sets them up are placed by what they carry.
func TestNodes(t *testing.T) {
	c := knowledge(t)
	aws := "aws:///eu-central-1a/i-0abc"
	tests := map[string]kubernetes.Node{
		"eks-auto-mode": {Name: "i-0abc", ProviderID: aws, KubeletVersion: "v1.33.1-eks-1f2a3b4",
			Labels: map[string]string{"eks.amazonaws.com/compute-type": "auto", "karpenter.sh/nodepool": "general-purpose"}},
		"eks-managed-nodegroup": {Name: "ip-10-0-1-2.ec2.internal", ProviderID: aws, KubeletVersion: "v1.33.1-eks-1f2a3b4",
			Labels: map[string]string{"eks.amazonaws.com/nodegroup": "workers"}},
		"eks-standard": {Name: "ip-10-0-1-3.ec2.internal", ProviderID: aws, KubeletVersion: "v1.33.1-eks-1f2a3b4"},
		"eks-fargate": {Name: "fargate-ip-10-0-1-4.ec2.internal", ProviderID: "aws:///eu-central-1a/0f1e2d/fargate-ip-10-0-1-4.ec2.internal",
			KubeletVersion: "v1.33.1-eks-1f2a3b4", Labels: map[string]string{"eks.amazonaws.com/compute-type": "fargate"},
			Taints: []kubernetes.Taint{{Key: "eks.amazonaws.com/compute-type", Value: "fargate"}}},
		"karpenter": {Name: "ip-10-0-1-5.ec2.internal", ProviderID: aws, KubeletVersion: "v1.33.1-eks-1f2a3b4",
			Labels: map[string]string{"karpenter.sh/nodepool": "default", "karpenter.k8s.aws/instance-family": "m7i"}},
		"talos":           {Name: "cp-1", OSImage: "Talos (v1.13.2)", KubeletVersion: "v1.36.2"},
		"ec2-self-hosted": {Name: "ip-10-0-1-6", OSImage: "Talos (v1.13.2)", ProviderID: aws, KubeletVersion: "v1.33.1"},
		"gke-standard": {Name: "gke-prod-pool-1-abc", ProviderID: "gce://project/europe-west3-a/gke-prod-pool-1-abc",
			KubeletVersion: "v1.33.1-gke.1000",
			Labels:         map[string]string{"cloud.google.com/gke-nodepool": "pool-1"}},
		"gke-autopilot": {Name: "gk3-prod-nap-abc", ProviderID: "gce://project/europe-west3-a/gk3-prod-nap-abc",
			KubeletVersion: "v1.33.1-gke.1000",
			Labels:         map[string]string{"cloud.google.com/gke-nodepool": "nap-abc"}},
		"aks": {Name: "aks-nodepool1-123-vmss000000",
			ProviderID:     "azure:///subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/x/virtualMachines/0",
			KubeletVersion: "v1.33.1", Labels: map[string]string{
				"kubernetes.azure.com/cluster":   "mc_x",
				"kubernetes.azure.com/agentpool": "nodepool1",
			}},
	}
	for want, node := range tests {
		t.Run(want, func(t *testing.T) {
			got := Locate(c, &kubernetes.Estate{Nodes: []kubernetes.Node{node}}, nil, nil).Nodes[0]
			if got.Offering == nil || got.Offering.ID != want {
				t.Fatalf("placed on %v (%s)", got.Offering, got.Evidence)
			}
			if len(got.Evidence) == 0 || got.Basis != Proof && got.Basis != Hint {
				t.Errorf("without evidence: %+v", got)
			}
		})
	}
}

// What holds of everything that was read does not of what was not.
func TestUnreadNodesMayStandElsewhere(t *testing.T) {
	c := knowledge(t)
	pool := kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "p", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}
	unread := []origin.Unread{{Resource: "nodes", Kind: "Node", Cause: origin.Forbidden, Reason: "forbidden"}}
	for name, test := range map[string]struct {
		estate kubernetes.Estate
		basis  Basis
		words  string
	}{
		"all pools on one": {kubernetes.Estate{Pools: []kubernetes.Pool{pool}}, Only, "every node and pool"},
		"all pools on one, no node": {kubernetes.Estate{Pools: []kubernetes.Pool{pool}, Unread: unread}, Assumed,
			"Nodes could not be read, and everything that was read runs on karpenter"},
		"nothing": {kubernetes.Estate{Unread: unread}, Assumed, "Nodes could not be read, and there is no other evidence of a platform: assumed"},
	} {
		t.Run(name, func(t *testing.T) {
			test.estate.Workloads = []kubernetes.Workload{{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}}}
			at := Locate(c, &test.estate, nil, c.Offering("eks-auto-mode")).Workloads[0]
			if at.Basis != test.basis || !strings.Contains(at.Evidence.String(), test.words) {
				t.Errorf("%s: %s", at.Basis, at.Evidence)
			}
		})
	}
	if at := Locate(c, &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1), Unread: unread}, c.Offering("aks"),
		nil).Workloads[0]; at.Basis != Asked {
		t.Errorf("--as: %s", at.Basis)
	}
}

func TestWorkloadsFollowTheirNodes(t *testing.T) {
	c := knowledge(t)
	e := &kubernetes.Estate{
		Nodes: []kubernetes.Node{
			{Name: "auto", Labels: map[string]string{"eks.amazonaws.com/compute-type": "auto"}},
			{Name: "group", Labels: map[string]string{"eks.amazonaws.com/nodegroup": "g"}, KubeletVersion: "v1.33.1-eks-1"},
		},
		Pools: []kubernetes.Pool{{Name: "web", API: "karpenter.sh/NodePool", NodeClass: "eks.amazonaws.com/NodeClass"}},
		Pods:  []kubernetes.Pod{{Name: "a-1", Node: "auto"}, {Name: "a-2", Node: "group"}, {Name: "b-1", Node: "group"}},
		Workloads: []kubernetes.Workload{
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "both"}, Pods: []int{0, 1}},
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "group"}, Pods: []int{2}},
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "asks"},
				Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"karpenter.sh/nodepool": "web"}}},
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "silent"}},
		},
	}
	at := Locate(c, e, nil, c.Offering("gke-standard")).Workloads
	if at[0].Offering.ID != "eks-auto-mode" || len(at[0].Also) != 1 || at[0].Also[0].ID != "eks-managed-nodegroup" {
		t.Errorf("pods on two offerings: %+v", at[0])
	}
	if at[1].Offering.ID != "eks-managed-nodegroup" || !strings.Contains(at[1].Evidence.String(), "its pods run on group") {
		t.Errorf("pods on a node group: %+v", at[1])
	}
	if at[2].Offering.ID != "eks-auto-mode" || !strings.Contains(at[2].Evidence.String(), "it asks for the pool web") {
		t.Errorf("asking for a pool: %+v", at[2])
	}
	if at[3].Offering.ID != "eks-auto-mode" || at[3].Basis != Possible || len(at[3].Also) != 1 {
		t.Errorf("no evidence in a mixed cluster: %+v", at[3])
	}
}

// A node that nothing recognises keeps others from being taken for all there is.
func TestStrangeNodes(t *testing.T) {
	c := knowledge(t)
	e := &kubernetes.Estate{
		Nodes: []kubernetes.Node{
			{Name: "known", Labels: map[string]string{"eks.amazonaws.com/compute-type": "auto"}},
			{Name: "strange", ProviderID: "moon://1"},
		},
		Pods: []kubernetes.Pod{{Name: "a", Node: "strange"}},
		Workloads: []kubernetes.Workload{
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "there"}, Pods: []int{0}},
			{Ref: kubernetes.Ref{Kind: "Deployment", Name: "silent"}},
		},
	}
	places := Locate(c, e, nil, c.Offering("eks-auto-mode"))
	if places.Nodes[1].Offering != nil {
		t.Errorf("the strange node is placed on %s", places.Nodes[1].Offering.ID)
	}
	if at := places.Workloads[0]; at.Basis != Assumed || !strings.Contains(at.Evidence.String(), "strange") {
		t.Errorf("a pod on a strange node: %+v", at)
	}
	if at := places.Workloads[1]; at.Basis == Only {
		t.Errorf("a pod that may be on a strange node: %+v", at)
	}
}

// The order in which pods were read decides nothing.
func TestHardestContractFirst(t *testing.T) {
	c := knowledge(t)
	e := kubernetes.Estate{
		Nodes: []kubernetes.Node{
			{Name: "auto", Labels: map[string]string{"eks.amazonaws.com/compute-type": "auto"}},
			{Name: "own", ProviderID: "aws:///a/i", KubeletVersion: "v1.33.1-eks-1"},
		},
		Pods: []kubernetes.Pod{{Name: "a", Node: "auto"}, {Name: "b", Node: "own"}},
	}
	for _, pods := range [][]int{{0, 1}, {1, 0}} {
		e.Workloads = []kubernetes.Workload{{Ref: kubernetes.Ref{Kind: "Deployment", Name: "w"}, Pods: pods}}
		if at := Locate(c, &e, nil, nil).Workloads[0]; at.Offering.ID != "eks-auto-mode" || at.Also[0].ID != "eks-standard" {
			t.Errorf("pods %v: %+v", pods, at)
		}
	}
}

func TestAsDecides(t *testing.T) {
	c := knowledge(t)
	e := &kubernetes.Estate{Nodes: []kubernetes.Node{{Name: "n", Labels: map[string]string{"eks.amazonaws.com/compute-type": "auto"}}},
		Workloads: make([]kubernetes.Workload, 1)}
	places := Locate(c, e, c.Offering("aks"), nil)
	for _, p := range []Place{places.Nodes[0], places.Workloads[0]} {
		if p.Offering.ID != "aks" || p.Basis != Asked {
			t.Errorf("not where it was asked to be: %+v", p)
		}
	}
}

// What satisfies an evidence rule of an offering is placed there, on one that
// refines it, or on several of which it is one; of an object, it is among those
// that it leaves.
func TestEveryRulePlacesSomething(t *testing.T) {
	c := knowledge(t)
	l := newLocator(c)
	for _, o := range c.Offerings {
		for i, r := range o.Evidence {
			at := l.seen(r)
			if at.Offering == nil || !slices.Contains(each(append(at.Also, at.Offering)), o) && !l.refines(at.Offering, o) &&
				!(r.Strength == "hint" && at.Basis == Proof) {
				t.Errorf("%s: what satisfies evidence rule %d (%s) is placed elsewhere: %+v", o.ID, i, r.On, at)
			}
		}
	}
}

// The same for the rules of platforms: what is left is some of its offerings.
func TestEveryRuleOfPlatforms(t *testing.T) {
	c := knowledge(t)
	l := newLocator(c)
	for _, p := range c.Platforms {
		for i, r := range p.Evidence {
			at := l.seen(r)
			if at.Offering == nil || slices.ContainsFunc(each([]*responsibility.Offering{at.Offering}),
				func(o *responsibility.Offering) bool { return !slices.Contains(p.Offerings, o.ID) }) {
				t.Errorf("%s: what satisfies evidence rule %d (%s) is placed elsewhere: %+v", p.ID, i, r.On, at)
			}
		}
	}
}

// seen is where something stands that satisfies a rule.
func (l *locator) seen(r responsibility.Rule) Place {
	f := satisfying(r)
	if r.On != "object" {
		return l.place(r.On, f)
	}
	o := kubernetes.Object{API: f.Values["api"], Labels: f.Keyed["label"], Annotations: f.Keyed["annotation"], Values: f.Keyed["value"]}
	return l.shown(l.sightings(&kubernetes.Estate{Objects: []kubernetes.Object{o}}, nil), everything)
}

// satisfying makes the fields that a rule asks for.
func satisfying(r responsibility.Rule) fields.Fields {
	f := fields.Fields{Keyed: map[string]map[string]string{}, Values: map[string]string{}}
	for _, name := range []string{"label", "annotation", "node-selector", "taint", "toleration", "value"} {
		f.Keyed[name] = map[string]string{}
	}
	for _, c := range r.All {
		v := c.Prefix + c.Contains
		if len(c.In) > 0 {
			v = c.In[0]
		}
		if v == "" {
			v = "x"
		}
		if with, ok := f.Keyed[c.Field]; ok {
			with[c.Key+c.KeyPrefix] = v
		} else {
			f.Values[c.Field] = v
		}
	}
	return f
}
