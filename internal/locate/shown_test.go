package locate

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
)

func annotated(kind, key, value string) kubernetes.Object {
	return kubernetes.Object{API: kind, Name: "a", Annotations: map[string]string{key: value}}
}

func valued(kind, path, value string) kubernetes.Object {
	return kubernetes.Object{API: kind, Name: "a", Values: map[string]string{path: value}}
}

// What objects and selectors show of a cluster, and how firmly; what they leave
// open stays open.
func TestShown(t *testing.T) {
	c := knowledge(t)
	route := kubernetes.Object{API: "route.openshift.io/Route", Name: "web"}
	irsa := annotated("/ServiceAccount", "eks.amazonaws.com/role-arn", "arn:aws:iam::1:role/r")
	neg := annotated("/Service", "cloud.google.com/neg", "{}")
	azure := annotated("/Service", "service.beta.kubernetes.io/azure-load-balancer-internal", "true")
	elb := annotated("/Service", "service.beta.kubernetes.io/aws-load-balancer-type", "nlb")
	ebs := valued("storage.k8s.io/StorageClass", "provisioner", "ebs.csi.aws.com")
	auto := valued("storage.k8s.io/StorageClass", "provisioner", "ebs.csi.eks.amazonaws.com")
	eksctl := kubernetes.Object{API: "eksctl.io/ClusterConfig", Name: "c", Values: map[string]string{"autoModeConfig.enabled": "true"}}
	groups := kubernetes.Object{API: "eksctl.io/ClusterConfig", Name: "c", Values: map[string]string{"managedNodeGroups": ""}}
	autopilot := valued("container.cnrm.cloud.google.com/ContainerCluster", "spec.enableAutopilot", "true")
	aksClass := kubernetes.Object{API: "karpenter.azure.com/AKSNodeClass", Name: "default"}
	object := func(api string, values map[string]string) []kubernetes.Object {
		return []kubernetes.Object{{API: api, Name: "a", Values: values}}
	}
	const avm, bicep = "Azure/avm-res-containerservice-managedcluster/azurerm", "bicep/Microsoft.ContainerService/managedClusters"
	for name, test := range map[string]struct {
		objects  []kubernetes.Object
		selector string // of a workload beside the one that is looked at
		want     string
		basis    Basis
	}{
		"nothing":                        {nil, "", "kubernetes", Unknown},
		"a Service without a word of it": {[]kubernetes.Object{{API: "/Service", Name: "a"}}, "", "kubernetes", Unknown},
		"a Route":                        {[]kubernetes.Object{route}, "", "openshift-any", Proof},
		"roles for service accounts":     {[]kubernetes.Object{irsa}, "", "eks-any", Hint},
		"a load balancer of AWS":         {[]kubernetes.Object{elb}, "", "aws-any", Hint},
		"AWS, and then EKS":              {[]kubernetes.Object{ebs, irsa}, "", "eks-any", Hint},
		"EKS, and then AWS":              {[]kubernetes.Object{irsa, ebs}, "", "eks-any", Hint},
		"a driver of Auto Mode":          {[]kubernetes.Object{auto}, "", "eks-auto-mode", Hint},
		"AWS, and a driver of Auto Mode": {[]kubernetes.Object{elb, auto, irsa}, "", "eks-auto-mode", Hint},
		"eksctl with Auto Mode":          {[]kubernetes.Object{eksctl}, "", "eks-auto-mode", Hint},
		"eksctl with node groups":        {[]kubernetes.Object{groups}, "", "eks-managed-nodegroup", Hint},
		"both in one cluster":            {[]kubernetes.Object{auto, groups}, "", "eks-any", Hint},
		"a class of ingress": {[]kubernetes.Object{valued("networking.k8s.io/Ingress", "spec.ingressClassName", "alb")}, "",
			"aws-any", Hint},
		"network endpoint groups":           {[]kubernetes.Object{neg}, "", "gke-any", Hint},
		"a cluster of Config Connector":     {[]kubernetes.Object{autopilot}, "", "gke-autopilot", Hint},
		"a node class of Karpenter on AKS":  {[]kubernetes.Object{aksClass}, "", "aks-automatic", Hint},
		"hints for three clouds":            {[]kubernetes.Object{elb, neg, azure}, "", "kubernetes", Unknown},
		"a proof against a hint":            {[]kubernetes.Object{route, neg}, "", "openshift-any", Proof},
		"another workload's Spot VMs":       {nil, "cloud.google.com/gke-spot", "gke-any", Proof},
		"another workload's Auto Mode":      {nil, "eks.amazonaws.com/compute-type", "eks-any", Proof},
		"another's, and a driver":           {[]kubernetes.Object{auto}, "eks.amazonaws.com/nodegroup", "eks-auto-mode", Hint},
		"another's Karpenter, and its role": {[]kubernetes.Object{irsa}, "karpenter.sh/nodepool", "eks-any", Hint},
		"a node pool of Crossplane on AKS": {object("containerservice.azure.m.upbound.io/KubernetesClusterNodePool", nil), "", "aks-any",
			Hint},
		"a module for AKS": {object("terraform/module", map[string]string{"source": avm}), "", "aks", Hint},
		"the same, Automatic": {object("terraform/module", map[string]string{"source": avm, "sku.name": "Automatic"}), "",
			"aks-automatic", Hint},
		"the same, it depends": {object("terraform/module", map[string]string{"source": avm, "node_provisioning_profile": ""}), "",
			"aks-any", Hint},
		"another module of Azure": {object("terraform/module",
			map[string]string{"source": "Azure/avm-res-containerregistry-registry/azurerm"}), "", "kubernetes", Unknown},
		"a cluster of Bicep": {object(bicep, map[string]string{"properties": ""}), "", "aks", Hint},
		"one with Karpenter": {object(bicep, map[string]string{
			"properties":                              "",
			"properties.nodeProvisioningProfile":      "",
			"properties.nodeProvisioningProfile.mode": "Auto",
		}), "", "aks-automatic", Hint},
		"one that is there":   {object(bicep, map[string]string{"name": "a"}), "", "aks-any", Hint},
		"a host of azd":       {object("azd/service", map[string]string{"host": "aks"}), "", "aks-any", Hint},
		"another host of azd": {object("azd/service", map[string]string{"host": "containerapp"}), "", "kubernetes", Unknown},
		"kubeadm":             {object("kubeadm.k8s.io/InitConfiguration", nil), "", "self-hosted", Hint},
		"Talos":               {object("talos/Machine", nil), "", "talos", Hint},
		"a plan that upgrades RKE2": {object("upgrade.cattle.io/Plan", map[string]string{"spec.upgrade.image": "rancher/rke2-upgrade"}), "",
			"self-hosted", Hint},
		"a plan that upgrades Ubuntu": {object("upgrade.cattle.io/Plan", map[string]string{"spec.upgrade.image": "ubuntu"}), "",
			"kubernetes", Unknown},
		"an inventory of Kubespray":     {object("ansible/Inventory", nil), "", "self-hosted", Hint},
		"a control plane on machines":   {object("controlplane.cluster.x-k8s.io/KubeadmControlPlane", nil), "", "cluster-api", Hint},
		"a control plane of a provider": {object("controlplane.cluster.x-k8s.io/KubernikusControlPlane", nil), "", "kubernetes", Unknown},
		"a cluster of kOps":             {object("kops.k8s.io/Cluster", nil), "", "kops", Hint},
		"MetalLB":                       {object("metallb.io/IPAddressPool", nil), "", "own-machines", Hint},
		"MetalLB on OpenShift":          {[]kubernetes.Object{{API: "metallb.io/L2Advertisement"}, route}, "", "openshift", Hint},
		"an agent pool of AKS":          {nil, "kubernetes.azure.com/scalesetpriority", "aks-any", Proof},
	} {
		t.Run(name, func(t *testing.T) {
			e := &kubernetes.Estate{Objects: test.objects, Workloads: make([]kubernetes.Workload, 1)}
			if test.selector != "" {
				e.Workloads = append(e.Workloads,
					kubernetes.Workload{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{test.selector: "auto"}}})
			}
			at := Locate(c, e, nil, c.Assumed("compute")).Workloads[0]
			if at.Offering == nil || at.Offering.ID != test.want || at.Basis != test.basis || len(at.Evidence) == 0 {
				t.Errorf("%+v %q, want %s by %s", at.Offering, at.Basis, test.want, test.basis)
			}
		})
	}
}

// Evidence names the object, and what of it tells beside its kind; not the same twice.
func TestEvidenceOfWhatStandsBeside(t *testing.T) {
	c := knowledge(t)
	cluster := kubernetes.Object{API: "bicep/Microsoft.ContainerService/managedClusters", Name: "shop",
		Values: map[string]string{"properties": ""}}
	alb := kubernetes.Object{API: "networking.k8s.io/Ingress", Name: "web", Values: map[string]string{"spec.ingressClassName": "alb"}}
	for want, o := range map[string]kubernetes.Object{
		"Microsoft.ContainerService/managedClusters shop has properties": cluster, "Ingress web has spec.ingressClassName=alb": alb,
	} {
		e := &kubernetes.Estate{Objects: []kubernetes.Object{o}, Workloads: make([]kubernetes.Workload, 1)}
		if at := Locate(c, e, nil, c.Assumed("compute")).Workloads[0]; at.Evidence.String() != want {
			t.Errorf("%q, want %q", at.Evidence, want)
		}
	}
}

// Proofs that nothing has in common are a conflict: it may be any of them.
func TestConflictingProofs(t *testing.T) {
	c := knowledge(t)
	e := &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1), Objects: []kubernetes.Object{
		{API: "route.openshift.io/Route", Name: "web"}, {API: "cloud.google.com/BackendConfig", Name: "web"},
	}}
	at := Locate(c, e, nil, c.Assumed("compute")).Workloads[0]
	if at.Basis != Conflict || len(at.Offering.Candidates) != 6 || !strings.Contains(at.Evidence.String(), "Route web") {
		t.Errorf("%+v: %s", at.Offering, at.Evidence)
	}
}

// A workload is on what its own selector leaves of what the cluster may be.
func TestNarrowedByTheCluster(t *testing.T) {
	c := knowledge(t)
	spot := kubernetes.Workload{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"cloud.google.com/gke-spot": "true"}}}
	pool := kubernetes.Workload{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"karpenter.sh/capacity-type": "spot"}}}
	for name, test := range map[string]struct {
		object   kubernetes.Object
		workload kubernetes.Workload
		want     string
	}{
		"GKE":           {kubernetes.Object{}, spot, "gke-any"},
		"Autopilot":     {valued("container.cnrm.cloud.google.com/ContainerCluster", "spec.enableAutopilot", "true"), spot, "gke-autopilot"},
		"Karpenter":     {kubernetes.Object{}, pool, "karpenter-any"},
		"that of AKS":   {kubernetes.Object{API: "containerservice.azure.com/ManagedCluster", Name: "c"}, pool, "aks-automatic"},
		"nothing of it": {kubernetes.Object{API: "route.openshift.io/Route", Name: "r"}, spot, "gke-any"},
	} {
		t.Run(name, func(t *testing.T) {
			e := &kubernetes.Estate{Objects: []kubernetes.Object{test.object}, Workloads: []kubernetes.Workload{test.workload}}
			if at := Locate(c, e, nil, c.Assumed("compute")).Workloads[0]; at.Offering.ID != test.want {
				t.Errorf("%s: %s", at.Offering.ID, at.Evidence)
			}
		})
	}
}

// A pool of which is not said what its node class is tells by what it requires of nodes whose
// provider makes them.
func TestRequirementsOfPools(t *testing.T) {
	c := knowledge(t)
	for why, x := range map[string]struct{ class, key, want string }{
		"a label of Karpenter's own":   {"/", "karpenter.k8s.aws/instance-family", "karpenter"},
		"with its class":               {"karpenter.k8s.aws/EC2NodeClass", "karpenter.k8s.aws/instance-cpu", "karpenter"},
		"a class of Auto Mode":         {"eks.amazonaws.com/NodeClass", "karpenter.k8s.aws/instance-cpu", "eks-auto-mode"},
		"a label that every one has":   {"/", "karpenter.sh/capacity-type", "karpenter-any"},
		"another's label":              {"/", "kubernetes.io/arch", "karpenter-any"},
		"a label of AKS and its class": {"karpenter.azure.com/AKSNodeClass", "karpenter.azure.com/sku-cpu", "aks-automatic"},
	} {
		pool := kubernetes.Pool{API: kubernetes.KarpenterPool, Name: "main", NodeClass: x.class,
			Requirements: []corev1.NodeSelectorRequirement{{Key: x.key, Operator: corev1.NodeSelectorOpIn, Values: []string{"a"}}}}
		w := kubernetes.Workload{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"karpenter.sh/nodepool": "main"}}}
		e := &kubernetes.Estate{Pools: []kubernetes.Pool{pool}, Workloads: []kubernetes.Workload{w}}
		if at := Locate(c, e, nil, c.Assumed("compute")).Workloads[0]; at.Offering.ID != x.want {
			t.Errorf("%s: %s by %s, want %s", why, at.Offering.ID, at.Evidence, x.want)
		}
	}
}

// A label of nodes that only some offerings of a platform put there leaves those, and
// no other of the platform: the worst that is told is the worst of what is left.
func TestLabelsOfNodes(t *testing.T) {
	c := knowledge(t)
	for label, test := range map[string]struct{ value, want string }{
		"alpha.eksctl.io/nodegroup-name":    {"main", "eksctl-groups"},
		"alpha.eksctl.io/cluster-name":      {"main", "eksctl-groups"},
		"eks.amazonaws.com/nodegroup":       {"main", "eks-managed-nodegroup"},
		"eks.amazonaws.com/compute-type":    {"auto", "eks-auto-mode"},
		"eks.amazonaws.com/instance-family": {"m7g", "eks-auto-mode"},
		"eks.amazonaws.com/anything":        {"a", "eks-any"},
		"karpenter.k8s.aws/instance-cpu":    {"4", "karpenter"},
		"karpenter.azure.com/sku-cpu":       {"4", "aks-automatic"},
		"karpenter.sh/nodepool":             {"main", "karpenter-any"},
		"cloud.google.com/gke-nodepool":     {"main", "gke-standard"},
		"kubernetes.azure.com/agentpool":    {"main", "aks"},
		"kops.k8s.io/instancegroup":         {"main", "kops"},
	} {
		w := kubernetes.Workload{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{label: test.value}}}
		at := Locate(c, &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}, nil, c.Assumed("compute")).Workloads[0]
		if at.Offering.ID != test.want {
			t.Errorf("%s: %s by %s, want %s", label, at.Offering.ID, at.Evidence, test.want)
		}
	}
	fargate := kubernetes.Workload{
		Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"eks.amazonaws.com/compute-type": "fargate"}},
	}
	if at := Locate(c, &kubernetes.Estate{Workloads: []kubernetes.Workload{fargate}}, nil,
		c.Assumed("compute")).Workloads[0]; at.Offering.ID != "eks-fargate" {
		t.Errorf("Fargate: %s by %s", at.Offering.ID, at.Evidence)
	}
}

// What stands beside an estate is a hint for what this leaves open: what the
// nearest directory above has, and else all of it where it agrees.
func TestUnits(t *testing.T) {
	c := knowledge(t)
	in := func(dir string, o kubernetes.Object) kubernetes.Object {
		o.Position.File = dir + "/main.tf"
		return o
	}
	cluster := func(dir, path, value string) kubernetes.Object {
		return in(dir, kubernetes.Object{API: "terraform/aws_eks_cluster", Name: "c", Values: map[string]string{path: value}})
	}
	objects := func(all ...kubernetes.Object) *kubernetes.Estate { return &kubernetes.Estate{Objects: all} }
	auto := cluster("infra", "compute_config.enabled", "true")
	eks := cluster("clusters/prod", "compute_config.enabled", "true")
	groups := in("patterns/groups", kubernetes.Object{API: "terraform/module", Name: "eks",
		Values: map[string]string{"source": "terraform-aws-modules/eks/aws", "eks_managed_node_groups": ""}})
	autopilot := in("modules/gke",
		kubernetes.Object{API: "terraform/google_container_cluster", Values: map[string]string{"enable_autopilot": "true"}})
	calls := in("prod/terraform",
		kubernetes.Object{API: "terraform/module", Name: "gke", Values: map[string]string{"source": "../../modules/gke"}})
	inModules := autopilot
	inModules.Position.File = "infra/modules/gke/main.tf"
	callsIt := in("infra", kubernetes.Object{API: "terraform/module", Name: "gke", Values: map[string]string{"source": "./modules/gke"}})
	twoClouds := &purpose.Folders{}
	twoClouds.Add(".", []string{"infra/main.tf", "infra/modules/gke/main.tf", "infra/modules/k3s/main.tf"})
	installs := in("clusters/prod", kubernetes.Object{API: "terraform/helm_release", Name: "web",
		Values: map[string]string{"chart": "../../charts/web"}})
	gke := in("clusters/dev", kubernetes.Object{API: "terraform/google_container_cluster", Name: "c",
		Values: map[string]string{"enable_autopilot": "true"}})
	irsa := annotated("/ServiceAccount", "eks.amazonaws.com/role-arn", "r")
	route := in("ocp", kubernetes.Object{API: "route.openshift.io/Route"})
	karpenter := &kubernetes.Estate{
		Pools: []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "p", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}},
	}
	talos := in("clusters/home/bootstrap/talos", kubernetes.Object{API: "talos/Cluster", Name: "home"})
	k3s := in("system/upgrade", valued("upgrade.cattle.io/Plan", "spec.upgrade.image", "rancher/k3s-upgrade"))
	announced := in("k8s/infrastructure", kubernetes.Object{API: "cilium.io/CiliumL2AnnouncementPolicy", Name: "l2"})
	for name, test := range map[string]struct {
		path   string
		own    []kubernetes.Object
		beside []Unit
		want   string
		basis  Basis
	}{
		"Terraform": {"apps/web", nil, []Unit{{Path: ".", Estate: objects(auto)}}, "eks-auto-mode", Hint},
		"pools": {"apps/web", nil, []Unit{{Path: "infra", Estate: karpenter}, {Path: "empty", Estate: objects()}},
			"karpenter", Hint},
		"two of one cluster": {"apps/web", nil, []Unit{{Path: ".", Estate: objects(auto)}, {Path: "infra", Estate: karpenter}},
			"eks-any", Hint},
		"several of its own": {"apps/web", []kubernetes.Object{auto, {API: "terraform/aws_eks_node_group"}},
			[]Unit{{Path: "infra", Estate: objects(auto)}}, "eks-any", Hint},
		"two clouds":             {"apps/web", nil, []Unit{{Path: ".", Estate: objects(eks, gke)}}, "kubernetes", Unknown},
		"two clouds, one above":  {"clusters/dev/web", nil, []Unit{{Path: ".", Estate: objects(auto, gke)}}, "gke-autopilot", Hint},
		"two clouds, one beside": {"clusters/test", nil, []Unit{{Path: ".", Estate: objects(groups, gke)}}, "kubernetes", Unknown},
		"two clouds, one below":  {"clusters", nil, []Unit{{Path: ".", Estate: objects(groups, gke)}}, "gke-autopilot", Hint},
		"infrastructure beside it": {"clusters/prod/apps/web", nil, []Unit{
			{Path: "clusters/prod/infrastructure", Estate: karpenter},
			{Path: ".", Estate: objects(gke)},
		}, "karpenter", Hint},
		"above and beside": {"patterns/groups/app", nil, []Unit{
			{Path: "patterns/auto/nodes", Estate: karpenter},
			{Path: ".", Estate: objects(groups)},
		}, "eks-managed-nodegroup", Hint},
		"a module that is called": {"prod/apps/web", nil, []Unit{{Path: ".", Estate: objects(autopilot, calls, eks)}}, "gke-autopilot", Hint},
		"one beside one for another cloud": {"apps/web", nil,
			[]Unit{{Path: ".", Estate: objects(inModules, callsIt), Folders: twoClouds}}, "gke-autopilot", Hint},
		"one that nobody calls, beside it": {"apps/web", nil,
			[]Unit{{Path: ".", Estate: objects(inModules), Folders: twoClouds}}, "kubernetes", Unknown},
		"one that nobody calls":  {"prod/apps/web", nil, []Unit{{Path: ".", Estate: objects(autopilot, eks)}}, "kubernetes", Unknown},
		"a chart that is put in": {"charts/web", nil, []Unit{{Path: ".", Estate: objects(eks, installs, gke)}}, "eks-auto-mode", Hint},
		"another chart":          {"charts/shop", nil, []Unit{{Path: ".", Estate: objects(eks, installs, gke)}}, "kubernetes", Unknown},
		"nothing":                {"apps/web", nil, []Unit{{Path: "empty", Estate: objects()}}, "kubernetes", Unknown},
		"more than its own":      {"apps/web", []kubernetes.Object{irsa}, []Unit{{Path: ".", Estate: objects(auto)}}, "eks-auto-mode", Hint},
		"nothing that fits":      {"apps/web", []kubernetes.Object{irsa}, []Unit{{Path: "ocp", Estate: objects(route)}}, "eks-any", Hint},
		"another than its own": {"apps/web", []kubernetes.Object{{API: "cloud.google.com/BackendConfig"}},
			[]Unit{{Path: "infra", Estate: karpenter}}, "gke-any", Proof},
		"Talos for one cluster":   {"clusters/home/apps", nil, []Unit{{Path: ".", Estate: objects(talos, gke)}}, "talos", Hint},
		"Talos and K3s elsewhere": {"apps/web", nil, []Unit{{Path: ".", Estate: objects(talos, k3s)}}, "self-hosted", Hint},
		"a wide hint beside it":   {"k8s/web", nil, []Unit{{Path: ".", Estate: objects(announced, in("talos", talos))}}, "talos", Hint},
		"a wide hint, and Talos":  {"k8s/web", nil, []Unit{{Path: ".", Estate: objects(announced, talos)}}, "talos", Hint},
		"one that contradicts it": {"k8s/web", nil, []Unit{{Path: ".", Estate: objects(announced, auto)}}, "own-machines", Hint},
		"labels before all that":  {"k8s/web", []kubernetes.Object{irsa}, []Unit{{Path: ".", Estate: objects(talos, k3s)}}, "eks-any", Hint},
		"what a neighbour assumes": {"apps/web", nil, []Unit{{Path: "a", Estate: objects()}, {Path: "b", Estate: objects()}},
			"kubernetes", Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			units := append([]Unit{{Path: test.path, Estate: &kubernetes.Estate{Objects: test.own, Workloads: make([]kubernetes.Workload, 1)}}},
				test.beside...)
			units[0].Folders = test.beside[0].Folders
			all := Units(c, units, nil, c.Assumed("compute"))
			if at := all[0].Workloads[0]; at.Offering.ID != test.want || at.Basis != test.basis {
				t.Errorf("%s by %s: %s", at.Offering.ID, at.Basis, at.Evidence)
			}
			if asked := Units(c, units, c.Offering("aks"), nil)[0].Workloads[0]; asked.Offering.ID != "aks" || asked.Basis != Asked {
				t.Errorf("--as: %s by %s", asked.Offering.ID, asked.Basis)
			}
		})
	}
}

// Who asks for nodes with a label that a pool of the input gives its nodes runs on
// these, wherever the pool stands, and not on the node groups beside them.
func TestLabelOfAPool(t *testing.T) {
	c := knowledge(t)
	groups := kubernetes.Object{API: "terraform/module", Name: "eks", Values: map[string]string{"source": "terraform-aws-modules/eks/aws",
		"eks_managed_node_groups": ""}}
	groups.Position.File = "main.tf"
	pools := func(file, class string, labels map[string]string) *kubernetes.Estate {
		return &kubernetes.Estate{
			Pools: []kubernetes.Pool{
				{API: "karpenter.sh/NodePool", Name: "general", NodeClass: class, NodeLabels: labels, Position: origin.Position{File: file}},
			},
		}
	}
	const karpenter, auto = "karpenter.k8s.aws/EC2NodeClass", "eks.amazonaws.com/NodeClass"
	general := map[string]string{"group": "general", "tier": "a"}
	var folders purpose.Folders
	folders.Add(".", []string{"test/pool.yaml", "infra/pool.yaml"})
	for name, test := range map[string]struct {
		selector map[string]string
		pools    []*kubernetes.Estate
		want     string
	}{
		"a label of a pool": {map[string]string{"group": "general"},
			[]*kubernetes.Estate{pools("infra/p.yaml", karpenter, general)}, "karpenter"},
		"another value": {map[string]string{"group": "core"}, []*kubernetes.Estate{pools("infra/p.yaml", karpenter, general)},
			"eks-managed-nodegroup"},
		"another value of one of two": {map[string]string{"group": "general", "tier": "b"},
			[]*kubernetes.Estate{pools("infra/p.yaml", karpenter, general)}, "eks-managed-nodegroup"},
		"a label that the platform has": {map[string]string{"group": "general", "kubernetes.io/arch": "arm64"},
			[]*kubernetes.Estate{pools("infra/p.yaml", karpenter, general)}, "karpenter"},
		"no label": {nil, []*kubernetes.Estate{pools("infra/p.yaml", karpenter, general)}, "eks-managed-nodegroup"},
		"a pool of tests": {map[string]string{"group": "general"},
			[]*kubernetes.Estate{pools("infra/q.yaml", karpenter, nil), pools("test/p.yaml", karpenter, general)}, "eks-managed-nodegroup"},
		"two pools that have it": {map[string]string{"group": "general"}, []*kubernetes.Estate{pools("infra/p.yaml", karpenter, general),
			pools("infra/q.yaml", auto, general)}, "karpenter-any"},
		"one that nobody knows": {map[string]string{"group": "general"},
			[]*kubernetes.Estate{pools("infra/p.yaml", "example.org/Class", general)}, "karpenter-any"},
	} {
		w := kubernetes.Workload{Template: kubernetes.PodTemplate{NodeSelector: test.selector}, Position: origin.Position{File: "apps/web.yaml"}}
		units := []Unit{
			{Path: "apps", Estate: &kubernetes.Estate{Workloads: []kubernetes.Workload{w}}, Folders: &folders},
			{Path: ".", Estate: &kubernetes.Estate{Objects: []kubernetes.Object{groups}}},
		}
		for _, e := range test.pools {
			units = append(units, Unit{Path: "pools", Estate: e})
		}
		at := Units(c, units, nil, c.Assumed("compute"))[0].Workloads[0]
		if got := at.Offering.ID; got != test.want {
			t.Errorf("%s: %s by %s: %s, want %s", name, got, at.Basis, at.Evidence, test.want)
		}
	}
}

// What a file shows is not shown of another one beside it, of which one is applied.
func TestAlternatives(t *testing.T) {
	c := knowledge(t)
	cluster := &kubernetes.Estate{
		Objects: []kubernetes.Object{{API: "terraform/aws_eks_cluster", Name: "c", Values: map[string]string{"compute_config.enabled": "true"},
			Position: origin.Position{File: "deploy/b.yaml"}}},
	}
	for alternative, want := range map[bool]string{true: "kubernetes", false: "eks-auto-mode"} {
		all := Units(c, []Unit{
			{Path: "deploy/a.yaml", Estate: &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1)}, Alternative: alternative},
			{Path: "deploy/b.yaml", Estate: cluster, Alternative: alternative},
		}, nil, c.Assumed("compute"))
		if at := all[0].Workloads[0]; at.Offering.ID != want {
			t.Errorf("alternatives %t: %s: %s", alternative, at.Offering.ID, at.Evidence)
		}
	}
}

// Folders that hold the same in another way say nothing of what stands outside of them,
// and what stands in one alone does.
func TestVariantsOfFolders(t *testing.T) {
	c := knowledge(t)
	at := func(file string, o kubernetes.Object) kubernetes.Object {
		o.Position.File = file
		return o
	}
	plain := kubernetes.Object{API: "/Service", Name: "metrics"}
	served := annotated("/Service", "service.beta.openshift.io/serving-cert-secret-name", "tls")
	served.Name = "metrics"
	where := func(file string) kubernetes.Workload {
		return kubernetes.Workload{Position: origin.Position{File: file}}
	}
	for name, x := range map[string]struct {
		objects []kubernetes.Object
		want    []string // of the root, of community, of openshift
	}{
		"variants": {[]kubernetes.Object{at("bundle/community/s.yaml", plain), at("bundle/openshift/s.yaml", served)},
			[]string{"kubernetes", "kubernetes", "openshift-any"}},
		"one alone": {[]kubernetes.Object{at("bundle/openshift/s.yaml", served)}, []string{"openshift-any", "kubernetes", "openshift-any"}},
		"other files": {[]kubernetes.Object{at("bundle/community/a.yaml", plain), at("bundle/openshift/s.yaml", served)},
			[]string{"openshift-any", "kubernetes", "openshift-any"}},
		"below the other": {[]kubernetes.Object{at("bundle/s.yaml", plain), at("bundle/openshift/s.yaml", served)},
			[]string{"openshift-any", "kubernetes", "openshift-any"}},
	} {
		e := &kubernetes.Estate{Objects: x.objects, Workloads: []kubernetes.Workload{where("minio.yaml"), where("bundle/community/d.yaml"),
			where("bundle/openshift/d.yaml")}}
		places := Units(c, []Unit{{Path: ".", Estate: e, Scattered: true}}, nil, c.Assumed("compute"))[0]
		for i, want := range x.want {
			if got := places.Workloads[i].Offering.ID; got != want {
				t.Errorf("%s: %s is on %s, want %s", name, e.Workloads[i].Position.File, got, want)
			}
		}
	}
}

// A cluster that is made to test something is where its tests run, and nothing else.
func TestClustersOfTests(t *testing.T) {
	c := knowledge(t)
	var folders purpose.Folders
	folders.Add(".", []string{"charts/web/Chart.yaml", "test/terraform/main.tf", "test/apps/web.yaml"})
	cluster := kubernetes.Object{API: "terraform/aws_eks_cluster", Name: "c", Values: map[string]string{"compute_config.enabled": "true"},
		Position: origin.Position{File: "test/terraform/main.tf"}}
	workloads := []kubernetes.Workload{
		{Position: origin.Position{File: "deploy/web.yaml"}},
		{Position: origin.Position{File: "test/apps/web.yaml"}},
	}
	all := Units(c, []Unit{
		{Path: "charts/web", Estate: &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1)}, Folders: &folders},
		{Path: "test/apps", Estate: &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1)}, Folders: &folders},
		{Path: ".", Estate: &kubernetes.Estate{Objects: []kubernetes.Object{cluster}, Workloads: workloads}, Scattered: true, Folders: &folders},
	}, nil, c.Assumed("compute"))
	got := []string{all[0].Workloads[0].Offering.ID, all[1].Workloads[0].Offering.ID, all[2].Workloads[0].Offering.ID,
		all[2].Workloads[1].Offering.ID}
	if want := []string{"kubernetes", "eks-auto-mode", "kubernetes", "eks-auto-mode"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What the objects of one folder have applied goes to one cluster, as a rule: what one
// of these shows is a hint for the others, and for nobody else.
func TestAppliedFromOneFolder(t *testing.T) {
	c := knowledge(t)
	irsa, neg := annotated("/ServiceAccount", "eks.amazonaws.com/role-arn", "r"), annotated("/Service", "cloud.google.com/neg", "{}")
	unit := func(path, by string, objects ...kubernetes.Object) Unit {
		return Unit{Path: path, By: by, Estate: &kubernetes.Estate{Objects: objects, Workloads: make([]kubernetes.Workload, 1)}}
	}
	for name, x := range map[string]struct {
		units []Unit
		want  string // of the first
	}{
		"one shows it": {[]Unit{unit("charts/web", "apps/web.yaml"), unit("charts/db", "apps/db.yaml", irsa)}, "eks-any"},
		"two contradict": {[]Unit{unit("charts/web", "apps/web.yaml"), unit("charts/db", "apps/db.yaml", irsa),
			unit("charts/c", "apps/c.yaml", neg)}, "kubernetes"},
		"of another folder":    {[]Unit{unit("charts/web", "apps/web.yaml"), unit("charts/db", "other/db.yaml", irsa)}, "kubernetes"},
		"that nobody applies":  {[]Unit{unit("charts/web", ""), unit("charts/db", "apps/db.yaml", irsa)}, "kubernetes"},
		"it shows another one": {[]Unit{unit("charts/web", "apps/web.yaml", neg), unit("charts/db", "apps/db.yaml", irsa)}, "gke-any"},
	} {
		at := Units(c, x.units, nil, c.Assumed("compute"))[0].Workloads[0]
		if at.Offering.ID != x.want || strings.Count(at.Evidence.String(), "beside it") > 1 {
			t.Errorf("%s: %s by %s: %s, want %s", name, at.Offering.ID, at.Basis, at.Evidence, x.want)
		}
	}
}

// Pools of Karpenter leave place for groups of nodes that something else makes; nodes
// that were read are all there are.
func TestNodeGroupsBesidePools(t *testing.T) {
	c := knowledge(t)
	pools := []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "p", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}}
	nodes := []kubernetes.Node{{Name: "n", Labels: map[string]string{"karpenter.sh/nodepool": "p", "karpenter.k8s.aws/ec2nodeclass": "d"}}}
	groups := kubernetes.Object{API: "terraform/module", Name: "eks", Values: map[string]string{"source": "terraform-aws-modules/eks/aws",
		"eks_managed_node_groups": ""}}
	irsa := annotated("/ServiceAccount", "eks.amazonaws.com/role-arn", "r")
	class := kubernetes.Object{API: "karpenter.k8s.aws/EC2NodeClass", Name: "d"}
	for name, x := range map[string]struct {
		objects []kubernetes.Object
		nodes   []kubernetes.Node
		want    []string
	}{
		"pools alone":            {nil, nil, []string{"karpenter"}},
		"and a role":             {[]kubernetes.Object{irsa}, nil, []string{"karpenter"}},
		"and a node class":       {[]kubernetes.Object{class}, nil, []string{"karpenter"}},
		"and groups":             {[]kubernetes.Object{groups, irsa}, nil, []string{"karpenter", "eks-managed-nodegroup"}},
		"groups and node class":  {[]kubernetes.Object{groups, class}, nil, []string{"karpenter", "eks-managed-nodegroup"}},
		"groups, and nodes read": {[]kubernetes.Object{groups}, nodes, []string{"karpenter"}},
	} {
		for _, scattered := range []bool{false, true} {
			e := &kubernetes.Estate{Pools: pools, Objects: x.objects, Nodes: x.nodes, Workloads: make([]kubernetes.Workload, 1)}
			at := Units(c, []Unit{{Path: ".", Estate: e, Scattered: scattered}}, nil, c.Assumed("compute"))[0].Workloads[0]
			got := ids(each(append([]*responsibility.Offering{at.Offering}, at.Also...)))
			for _, want := range x.want {
				if !strings.Contains(got, want) || len(x.want) == 1 && got != want {
					t.Errorf("%s, scattered %t: %s by %s: %s, want %v", name, scattered, got, at.Basis, at.Evidence, x.want)
				}
			}
		}
	}
}

// A cluster that says of itself that tests are what it is for shows nothing of others.
func TestClusterDescribedAsOfTests(t *testing.T) {
	c := knowledge(t)
	for description, want := range map[string]string{
		"Helm testing kubernetes cluster": "kubernetes",
		"For CI.":                         "kubernetes",
		"The cluster of the shop":         "gke-standard",
		"":                                "gke-standard",
	} {
		cluster := kubernetes.Object{API: "terraform/google_container_cluster", Name: "c", Values: map[string]string{"description": description},
			Position: origin.Position{File: "helpers/main.tf"}}
		all := Units(c, []Unit{
			{Path: "web", Estate: &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1)}},
			{Path: ".", Estate: &kubernetes.Estate{Objects: []kubernetes.Object{cluster}}},
		}, nil, c.Assumed("compute"))
		if at := all[0].Workloads[0]; at.Offering.ID != want {
			t.Errorf("%q: on %s, want %s", description, at.Offering.ID, want)
		}
	}
}

// Files of one folder that state the same resource are alternatives: what one of them
// shows of a cluster is not shown of others in the folder.
func TestAlternativesInAFolder(t *testing.T) {
	c := knowledge(t)
	store := func(file string) kubernetes.CustomResource {
		return kubernetes.CustomResource{API: "ceph.rook.io/CephObjectStore", Name: "my-store", Position: origin.Position{File: file}}
	}
	web := []kubernetes.Workload{
		{Position: origin.Position{File: "deploy/web.yaml"}},
		{Position: origin.Position{File: "deploy/object-openshift.yaml"}},
	}
	for name, test := range map[string]struct {
		resources []kubernetes.CustomResource
		object    kubernetes.Object
		want      []string
	}{
		"a file of its own": {[]kubernetes.CustomResource{store("deploy/object-openshift.yaml")},
			kubernetes.Object{API: "route.openshift.io/Route", Name: "r"}, []string{"openshift-any", "openshift-any"}},
		"one of two": {[]kubernetes.CustomResource{store("deploy/object.yaml"), store("deploy/object-openshift.yaml")},
			kubernetes.Object{API: "route.openshift.io/Route", Name: "r"}, []string{"kubernetes", "openshift-any"}},
		"twice in one": {[]kubernetes.CustomResource{store("deploy/object-openshift.yaml"), store("deploy/object-openshift.yaml")},
			kubernetes.Object{API: "route.openshift.io/Route", Name: "r"}, []string{"openshift-any", "openshift-any"}},
		"again in another": {[]kubernetes.CustomResource{store("other/object.yaml"), store("deploy/object-openshift.yaml")},
			kubernetes.Object{API: "route.openshift.io/Route", Name: "r"}, []string{"openshift-any", "openshift-any"}},
		"a class of nodes": {[]kubernetes.CustomResource{store("deploy/object.yaml"), store("deploy/object-openshift.yaml")},
			kubernetes.Object{API: "eks.amazonaws.com/NodeClass", Name: "c"}, []string{"kubernetes", "eks-auto-mode"}},
	} {
		test.object.Position.File = "deploy/object-openshift.yaml"
		e := &kubernetes.Estate{CustomResources: test.resources, Objects: []kubernetes.Object{test.object}, Workloads: web}
		at := Units(c, []Unit{{Path: ".", Estate: e, Scattered: true}, {Path: "empty", Estate: &kubernetes.Estate{}}}, nil,
			c.Assumed("compute"))[0].Workloads
		if got := []string{at[0].Offering.ID, at[1].Offering.ID}; !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// Pods that ask for nodes without the label of a pool run on none of its nodes.
func TestPoolsThatAreRuledOut(t *testing.T) {
	c := knowledge(t)
	avoids := func(keys ...string) kubernetes.PodTemplate {
		var terms []corev1.NodeSelectorTerm
		for _, key := range keys {
			terms = append(terms,
				corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: key, Operator: corev1.NodeSelectorOpDoesNotExist}}})
		}
		return kubernetes.PodTemplate{
			Affinity: &corev1.Affinity{
				NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms}},
			},
		}
	}
	pools := []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "p", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}}
	for name, test := range map[string]struct {
		template kubernetes.PodTemplate
		on       bool // the pool
	}{
		"nothing":               {kubernetes.PodTemplate{}, true},
		"the label of the pool": {avoids("karpenter.sh/nodepool"), false},
		"another label":         {avoids("example.com/gpu"), true},
		"one of two ways":       {avoids("karpenter.sh/nodepool", "example.com/gpu"), true},
		"in both ways":          {avoids("karpenter.sh/nodepool", "karpenter.sh/nodepool"), false},
	} {
		at := Locate(c, &kubernetes.Estate{Pools: pools, Workloads: []kubernetes.Workload{{Template: test.template}}}, nil,
			c.Assumed("compute")).Workloads[0]
		on := slices.ContainsFunc(each(append([]*responsibility.Offering{at.Offering}, at.Also...)),
			func(o *responsibility.Offering) bool { return o.ID == "karpenter" })
		if on != test.on {
			t.Errorf("%s: %s by %s: %s", name, at.Offering.ID, at.Basis, at.Evidence)
		}
	}
}

// Of files that nothing builds together a directory shows something to those
// above and below, and what is the cluster's own to others too.
func TestScattered(t *testing.T) {
	c := knowledge(t)
	in := func(dir string, o kubernetes.Object) kubernetes.Object {
		o.Position.File = dir + "/x.yaml"
		return o
	}
	workload := func(dir string) kubernetes.Workload {
		return kubernetes.Workload{Position: origin.Position{File: dir + "/w.yaml"}}
	}
	route := in("env/openshift", kubernetes.Object{API: "route.openshift.io/Route", Name: "r"})
	gke := in("terraform", kubernetes.Object{API: "terraform/google_container_cluster", Values: map[string]string{"enable_autopilot": "true"}})
	groups := in("patterns/groups", kubernetes.Object{API: "terraform/module", Name: "eks",
		Values: map[string]string{"source": "terraform-aws-modules/eks/aws", "eks_managed_node_groups": ""}})
	class := in("patterns/auto", kubernetes.Object{API: "eks.amazonaws.com/NodeClass", Name: "c"})
	gke2 := in("patterns/gke",
		kubernetes.Object{API: "terraform/google_container_cluster", Values: map[string]string{"enable_autopilot": "true"}})
	elsewhere := kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "p", NodeClass: "karpenter.k8s.aws/EC2NodeClass",
		Position: origin.Position{File: "patterns/karpenter/p.yaml"}}
	node := kubernetes.Node{Name: "n", Labels: map[string]string{"cloud.google.com/gke-nodepool": "p"},
		Position: origin.Position{File: "test/fixtures/n.yaml"}}
	pool := kubernetes.Pool{API: "karpenter.sh/NodePool", Name: "p", NodeClass: "karpenter.k8s.aws/EC2NodeClass",
		Position: origin.Position{File: "infra/p.yaml"}}
	for name, test := range map[string]struct {
		estate kubernetes.Estate
		dir    string
		want   string
	}{
		"below":                    {kubernetes.Estate{Objects: []kubernetes.Object{route}}, "env/openshift/web", "openshift-any"},
		"above":                    {kubernetes.Estate{Objects: []kubernetes.Object{route}}, "env", "openshift-any"},
		"beside":                   {kubernetes.Estate{Objects: []kubernetes.Object{route}}, "env/plain", "kubernetes"},
		"of a like name":           {kubernetes.Estate{Objects: []kubernetes.Object{route}}, "env/openshift2", "kubernetes"},
		"Terraform, beside":        {kubernetes.Estate{Objects: []kubernetes.Object{route, gke}}, "env/plain", "gke-autopilot"},
		"a node in a test, beside": {kubernetes.Estate{Nodes: []kubernetes.Node{node}}, "config", "kubernetes"},
		"a node in a test, there":  {kubernetes.Estate{Nodes: []kubernetes.Node{node}}, "test", "gke-standard"},
		"a pool, beside":           {kubernetes.Estate{Pools: []kubernetes.Pool{pool}}, "apps", "karpenter"},
		"Terraform above": {kubernetes.Estate{Objects: []kubernetes.Object{groups, class}}, "patterns/groups/web",
			"eks-managed-nodegroup"},
		"two that are beside": {kubernetes.Estate{Objects: []kubernetes.Object{groups, gke2}}, "patterns/plain", "kubernetes"},
		"a pool, and one above": {kubernetes.Estate{Objects: []kubernetes.Object{groups}, Pools: []kubernetes.Pool{elsewhere}},
			"patterns/groups/web", "eks-managed-nodegroup"},
	} {
		t.Run(name, func(t *testing.T) {
			test.estate.Workloads = []kubernetes.Workload{workload(test.dir)}
			if at := Units(c, []Unit{{Path: ".", Estate: &test.estate, Scattered: true}}, nil,
				c.Assumed("compute"))[0].Workloads[0]; at.Offering.ID != test.want {
				t.Errorf("%s by %s: %s", at.Offering.ID, at.Basis, at.Evidence)
			}
		})
	}
}

// Whoever has to take one takes the hardest, and says so.
func TestDecided(t *testing.T) {
	c := knowledge(t)
	e := &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1)}
	places := Locate(c, e, nil, c.Assumed("compute"))
	at := places.Decided().Workloads[0]
	if at.Offering.ID != "eks-auto-mode" || at.Basis != Assumed || !strings.Contains(at.Evidence.String(), "assumed eks-auto-mode") {
		t.Errorf("%+v", at)
	}
	if places.Workloads[0].Basis != Unknown {
		t.Errorf("the places that were asked have changed: %+v", places.Workloads[0])
	}
}

// What a folder for one platform shows is not shown of folders beside it that are for
// others, and of what none of them is for.
func TestFoldersOfPlatforms(t *testing.T) {
	c := knowledge(t)
	cluster := kubernetes.Object{API: "eksctl.io/ClusterConfig", Name: "c", Position: origin.Position{File: "aws/cluster.yml"}}
	seen := []Unit{{Path: ".", Scattered: true, Estate: &kubernetes.Estate{Objects: []kubernetes.Object{cluster}}}}
	for _, x := range []struct {
		path, also string // what is looked at, and another folder
		want       string
	}{
		{"aws/web", "azure", "eks-any"},
		{"azure/web", "gcp", "kubernetes"},
		{"logging", "azure", "kubernetes"},
		{"logging", "docs", "eks-any"},
		{"azure/web", "azure/aws", "kubernetes"},
	} {
		folders := &purpose.Folders{}
		folders.Add(".", []string{"aws/cluster.yml", x.path + "/a.yaml", x.also + "/a.yaml"})
		units := append([]Unit{{Path: x.path, Estate: &kubernetes.Estate{Workloads: make([]kubernetes.Workload, 1)}}}, seen...)
		for i := range units {
			units[i].Folders = folders
		}
		if at := Units(c, units, nil, c.Assumed("compute"))[0].Workloads[0]; at.Offering.ID != x.want {
			t.Errorf("%s beside %s: %s by %s, want %s", x.path, x.also, at.Offering.ID, at.Evidence, x.want)
		}
	}
}
