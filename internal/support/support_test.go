package support

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

func builtin(t *testing.T) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told is what was found, in one line: hits by id and name, and what is unknown with a
// question mark.
func told(f Found) string {
	var all []string
	for _, h := range f.Hits {
		all = append(all, h.What.ID+"="+h.Subject.Name)
	}
	for _, u := range f.Unknown {
		name := "*"
		if len(u.On) > 0 {
			name = u.On[0].Name
		}
		all = append(all, u.What.ID+"?"+name)
	}
	return strings.Join(all, " ")
}

func object(api, name string, values map[string]string) kubernetes.Object {
	return kubernetes.Object{API: api, Name: name, Values: values}
}

func asking(asks ...string) kubernetes.Estate {
	w := kubernetes.Workload{Ref: kubernetes.Ref{Kind: "Deployment", Name: "web"}, Group: "apps"}
	w.Template.Asks = asks
	return kubernetes.Estate{Workloads: []kubernetes.Workload{w}}
}

func claiming(c kubernetes.VolumeClaim, classes ...kubernetes.Object) kubernetes.Estate {
	c.Name = "data"
	return kubernetes.Estate{VolumeClaims: []kubernetes.VolumeClaim{c}, Objects: classes}
}

func class(name, provisioner string) kubernetes.Object {
	return object("storage.k8s.io/StorageClass", name, map[string]string{"provisioner": provisioner})
}

func byDefault(o kubernetes.Object) kubernetes.Object {
	o.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
	return o
}

func byOlderDefault(o kubernetes.Object) kubernetes.Object {
	o.Annotations = map[string]string{"storageclass.beta.kubernetes.io/is-default-class": "true"}
	return o
}

func annotated(api string, annotations map[string]string) kubernetes.Object {
	return kubernetes.Object{API: api, Name: "web", Annotations: annotations}
}

// controlled is a class of the AWS Load Balancer Controller.
func controlled(name string, annotations map[string]string) kubernetes.Object {
	o := object("networking.k8s.io/IngressClass", name, map[string]string{"spec.controller": "ingress.k8s.aws/alb"})
	o.Annotations = annotations
	return o
}

// balancer is a Service with a load balancer of a class, and of a type by annotation.
func balancer(class, kind string) kubernetes.Estate {
	return kubernetes.Estate{Services: []kubernetes.Service{{Name: "web", Type: "LoadBalancer", Entry: kubernetes.Entry{
		Class: class, Annotations: map[string]string{"service.beta.kubernetes.io/aws-load-balancer-type": kind}}}}}
}

// What an offering does not support is found, and nothing beside it.
func TestLook(t *testing.T) {
	c := builtin(t)
	ingress := object("networking.k8s.io/Ingress", "web", map[string]string{"spec.ingressClassName": "alb"})
	ours := object("networking.k8s.io/IngressClass", "alb", map[string]string{"spec.controller": "eks.amazonaws.com/alb"})
	alb := map[string]string{"kubernetes.io/ingress.class": "alb"}
	agent := asking("privileged", "hostPort:80")
	agent.Workloads[0].Kind = "DaemonSet"
	gpu := asking()
	gpu.Workloads[0].Template.Limits.Other = map[string]int64{"nvidia.com/gpu": 1}
	spread := asking()
	spread.Workloads[0].Template.Spread = []corev1.TopologySpreadConstraint{{}}
	windows := asking()
	windows.Workloads[0].Template.NodeSelector = map[string]string{"kubernetes.io/os": "windows"}
	for _, x := range []struct {
		name, offering string
		estate         kubernetes.Estate
		want           string
	}{
		{"a claim of the class", "eks-auto-mode", claiming(kubernetes.VolumeClaim{Class: "gp3"}, class("gp3", "ebs.csi.aws.com")),
			"ebs-driver=data"},
		{"of Auto Mode's own", "eks-auto-mode", claiming(kubernetes.VolumeClaim{Class: "gp3"}, class("gp3", "ebs.csi.eks.amazonaws.com")), ""},
		{"of a class that was not read", "eks-auto-mode", claiming(kubernetes.VolumeClaim{Class: "gp3"}), "ebs-driver?data"},
		{"of the default class", "eks-auto-mode",
			claiming(kubernetes.VolumeClaim{Unclassed: true}, byDefault(class("a", "kubernetes.io/aws-ebs"))),
			"ebs-driver=data"},
		{"of a default class not read", "eks-auto-mode", claiming(kubernetes.VolumeClaim{Unclassed: true}, class("a", "kubernetes.io/aws-ebs")),
			"ebs-driver?data"},
		{"of no class", "eks-auto-mode", claiming(kubernetes.VolumeClaim{}), "ebs-driver?data"},
		{"by its volume", "eks-auto-mode", claiming(kubernetes.VolumeClaim{Class: "x", Storage: []string{"ebs.csi.aws.com"}}), "ebs-driver=data"},
		{"on another server", "eks-auto-mode", claiming(kubernetes.VolumeClaim{Class: "x", Storage: []string{"efs.csi.aws.com"}}), ""},
		{"an ingress", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{ingress}}, "load-balancer-ingress=web"},
		{"an ingress of Auto Mode", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{ingress, ours}}, ""},
		{"an ingress of another class while Auto Mode has one", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{ingress,
			object("networking.k8s.io/IngressClass", "auto", map[string]string{"spec.controller": "eks.amazonaws.com/alb"})}},
			"load-balancer-ingress=web"},
		{"an ingress by annotation", "eks-auto-mode",
			kubernetes.Estate{Objects: []kubernetes.Object{annotated("networking.k8s.io/Ingress", alb), ours}},
			"load-balancer-ingress=web"},
		{"an old ingress by annotation", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{annotated("extensions/Ingress", alb)}},
			"load-balancer-ingress=web"},
		{"of nginx by annotation", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{
			annotated("networking.k8s.io/Ingress", map[string]string{"kubernetes.io/ingress.class": "nginx"})}}, ""},
		{"by a class of another name", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{
			object("networking.k8s.io/Ingress", "web", map[string]string{"spec.ingressClassName": "public"}), controlled("public", nil)}},
			"load-balancer-class=public load-balancer-ingress=web"},
		{"by the default class", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{
			object("networking.k8s.io/Ingress", "web", nil),
			controlled("public", map[string]string{"ingressclass.kubernetes.io/is-default-class": "true"})}},
			"load-balancer-class=public load-balancer-ingress=web"},
		{"a class beside it that is no default", "eks-auto-mode", kubernetes.Estate{Objects: []kubernetes.Object{
			object("networking.k8s.io/Ingress", "web", nil), controlled("public", nil)}}, "load-balancer-class=public"},
		{"a service by class", "eks-auto-mode", balancer("service.k8s.aws/nlb", "external"), "load-balancer-service=web"},
		{"a service by annotation", "eks-auto-mode", balancer("", "external"), "load-balancer-service-annotation=web"},
		{"a service by the older annotation", "eks-auto-mode", balancer("", "nlb-ip"), "load-balancer-service-annotation=web"},
		{"a service of Auto Mode", "eks-auto-mode", balancer("eks.amazonaws.com/nlb", "external"), ""},
		{"a service of the cloud's own controller", "eks-auto-mode", balancer("", "nlb"), ""},
		{"of a default class by the older annotation", "eks-auto-mode",
			claiming(kubernetes.VolumeClaim{Unclassed: true}, byOlderDefault(class("a", "kubernetes.io/aws-ebs"))), "ebs-driver=data"},
		{"host ports on Auto Mode", "eks-auto-mode", asking("hostNetwork", "hostPort:80", "privileged"), ""},
		{"windows", "eks-auto-mode", windows, "windows=web"},
		{"windows on Standard EKS", "eks-standard", windows, ""},
		{"a DaemonSet is told once", "eks-fargate", agent, "daemon-set=web"},
		{"a GPU", "eks-fargate", gpu, "gpu=web"},
		{"spread", "eks-fargate", spread, "topology-spread=web"},
		{"privileges on Autopilot", "gke-autopilot", asking("capability:NET_ADMIN", "hostPID", "hostPath:/var/lib/x", "hostPort:1", "privileged"),
			"privileged=web host-namespaces=web host-port=web host-path=web capability=web"},
		{"what Autopilot allows", "gke-autopilot", asking("capability:NET_BIND_SERVICE", "hostPath:/var/log/pods", "noLivenessProbe"), ""},
		{"another folder of its name", "gke-autopilot", asking("hostPath:/var/logstash"), "host-path=web"},
		{"the folder itself", "gke-autopilot", asking("hostPath:/var/log"), ""},
		{"host port is no namespace", "gke-autopilot", asking("hostPort:80"), "host-port=web"},
		{"an allowlist", "gke-autopilot", kubernetes.Estate{Workloads: asking("privileged").Workloads,
			Objects: []kubernetes.Object{object("auto.gke.io/AllowlistSynchronizer", "a", nil)}}, ""},
		{"baseline on AKS Automatic", "aks-automatic", asking("hostPath:/var/log", "noReadinessProbe", "sysctl:net.core.somaxconn"),
			"host-path=web sysctl=web no-readiness-probe=web"},
		{"safe sysctls", "aks-automatic", asking("sysctl:net.ipv4.tcp_syncookies"), ""},
		{"none of AKS", "aks", asking("privileged"), ""},
		{"a snapshot of before", "gke-autopilot", kubernetes.Estate{Unasked: true},
			"privileged?* host-namespaces?* host-port?* host-path?* capability?*"},
	} {
		if got := told(Look(c, c.Offering(x.offering), []Unit{{Estate: &x.estate}})); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// The volumes of a StatefulSet's pods stand in no file until it is applied.
func TestClaimsOfStatefulSets(t *testing.T) {
	c := builtin(t)
	set := kubernetes.Workload{
		Ref: kubernetes.Ref{Namespace: "a", Kind: "StatefulSet", Name: "db"}, Group: "apps",
		VolumeClaimTemplates: []string{"data"}, ClaimClasses: []string{"gp3"},
	}
	e := kubernetes.Estate{Workloads: []kubernetes.Workload{set}, Objects: []kubernetes.Object{class("gp3", "ebs.csi.aws.com")}}
	auto := c.Offering("eks-auto-mode")
	if got := told(Look(c, auto, []Unit{{Estate: &e}})); got != "ebs-driver=db" {
		t.Errorf("%q", got)
	}
	e.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "a", Name: "data-db-0", Class: "gp3"}}
	if got := told(Look(c, auto, []Unit{{Estate: &e}})); got != "ebs-driver=data-db-0" {
		t.Errorf("with claims: %q", got)
	}
	e.VolumeClaims, e.Workloads[0].ClaimClasses = nil, []string{kubernetes.NoClass}
	if got := told(Look(c, auto, []Unit{{Estate: &e}})); got != "ebs-driver?db" {
		t.Errorf("without a class: %q", got)
	}
}

// A class that stands in another unit of the input counts, and what a live cluster is not
// asked for is unknown.
func TestUnitsAndClusters(t *testing.T) {
	c := builtin(t)
	e := claiming(kubernetes.VolumeClaim{Class: "gp3"})
	platform := kubernetes.Estate{Objects: []kubernetes.Object{class("gp3", "ebs.csi.aws.com")}}
	auto := c.Offering("eks-auto-mode")
	found := Look(c, auto, []Unit{{Name: "shop", Estate: &e}, {Name: "platform", Estate: &platform}})
	if told(found) != "ebs-driver=data" || found.Hits[0].Subject.Unit != "shop" {
		t.Errorf("%s: %+v", told(found), found.Hits)
	}
	// One that was read from inside has no context.
	for _, live := range []kubernetes.Estate{{Contexts: []string{"prod"}, Live: true}, {Servers: []string{"v1.36.3"}, Live: true}} {
		got := told(Look(c, auto, []Unit{{Estate: &live}}))
		for _, want := range []string{"security-groups-per-pod?*", "custom-networking?*", "load-balancer-class?*", "host-agent?*"} {
			if !strings.Contains(got, want) {
				t.Errorf("of a live cluster %q, want %s", got, want)
			}
		}
	}
}
