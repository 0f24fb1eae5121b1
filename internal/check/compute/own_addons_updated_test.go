package compute

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// What installs a chart, or an add-on of EKS, says its release, where it installs it into the cluster that the rest of
// the input is of.
func TestInstalledAddons(t *testing.T) {
	cluster := kubernetes.Object{API: "terraform/aws_eks_cluster", Name: "c", Values: map[string]string{"version": "1.33"}}
	app := map[string]string{"spec.source.chart": "cert-manager", "spec.source.targetRevision": "v1.13.2",
		"spec.destination.server": "https://kubernetes.default.svc"}
	with := func(base map[string]string, key, value string) map[string]string {
		all := maps.Clone(base)
		all[key] = value
		return all
	}
	const argo, flux = "argoproj.io/Application", "helm.toolkit.fluxcd.io/HelmRelease"
	const helm, eks = "terraform/helm_release", "terraform/aws_eks_addon"
	release := map[string]string{"spec.chart.spec.chart": "karpenter", "spec.chart.spec.version": "1.6.2"}
	for _, x := range []struct {
		name     string
		api      string
		values   map[string]string
		defaults []string
		want     finding.Verdict
	}{
		{"of Argo CD", argo, app, nil, finding.Broken},
		{"newer", argo, with(app, "spec.source.targetRevision", "1.20.0"), nil, finding.Held},
		{"into another cluster", argo, with(app, "spec.destination.server", "https://other.example.org"), nil, ""},
		{"a branch", argo, with(app, "spec.source.targetRevision", "main"), nil, ""},
		{"a range", argo, with(app, "spec.source.targetRevision", ">=1.12 <2"), nil, ""},
		{"of another version than its program", argo, with(app, "spec.source.chart", "ingress-nginx"), nil, ""},
		{"of Flux", flux, release, nil, finding.Held},
		{"of Flux abroad", flux, with(release, "spec.kubeConfig", ""), nil, ""},
		{"of Flux, any patch", flux, with(release, "spec.chart.spec.version", "1.2.x"), nil, finding.Broken},
		{"of Terraform", helm, map[string]string{"chart": "cert-manager", "version": "v1.12.3"}, nil, finding.Broken},
		{"by a variable", helm, map[string]string{"chart": "cert-manager", "version": "v1.12.3"}, []string{"version"}, finding.Unknown},
		{"by a variable whose default fits", helm, map[string]string{"chart": "cert-manager", "version": "v1.20.0"}, []string{"version"},
			finding.Unknown},
		{"of EKS", eks, map[string]string{"addon_name": "kube-proxy", "addon_version": "v1.29.1-eksbuild.1"}, nil, finding.Broken},
		{"of EKS, three behind", eks, map[string]string{"addon_name": "kube-proxy", "addon_version": "v1.30.1-eksbuild.1"}, nil, finding.Held},
		{"of EKS, none that is known", eks, map[string]string{"addon_name": "vpc-cni", "addon_version": "v1.9.0-eksbuild.1"}, nil, ""},
		{"of EKS, no version", eks, map[string]string{"addon_name": "kube-proxy"}, nil, ""},
	} {
		e := &kubernetes.Estate{Objects: []kubernetes.Object{cluster, {API: x.api, Name: "x", Values: x.values, Defaults: x.defaults}}}
		if got := ofAddons(t, e); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// Of a cluster that was read, labels tell the release: its images are not kept.
func TestAddonsOfClusters(t *testing.T) {
	live := func(labels map[string]string) *kubernetes.Estate {
		w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "kube-system", Kind: "Deployment", Name: "a"}, Group: "apps"}
		w.Template.Labels = labels
		return &kubernetes.Estate{Live: true, Servers: []string{"v1.34.1-eks-abc"}, Workloads: []kubernetes.Workload{w}}
	}
	for _, x := range []struct {
		labels map[string]string
		want   bool
	}{
		{map[string]string{labelName: "cert-manager", labelComponent: "controller", labelVersion: "v1.12.0"}, true},
		{map[string]string{labelName: "cert-manager", labelComponent: "webhook", labelVersion: "v1.12.0"}, false},
		{map[string]string{labelName: "web", labelVersion: "v1.12.0"}, false},
	} {
		e := live(x.labels)
		known := false
		for _, a := range responsibility.Addons() {
			_, _, is := runsAddon(&e.Workloads[0], &a)
			known = known || is
		}
		if known != x.want {
			t.Errorf("%v: %v", x.labels, known)
		}
	}
}

func ofAddons(t *testing.T, e *kubernetes.Estate) (got finding.Verdict) {
	t.Helper()
	c := knowledge(t)
	for _, f := range ran(t, c, e, locate.Locate(c, e, nil, nil)).Findings {
		if f.Obligation == OwnAddonsUpdated.ID {
			got = f.Verdict
		}
	}
	return got
}

// An add-on whose release nothing tells is unknown beside one that is held.
func TestAddonOfNoKnownRelease(t *testing.T) {
	held, err := os.ReadFile("testdata/own-addons-updated/held-as-its-project-says.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const digest = "@sha256:0000000000000000000000000000000000000000000000000000000000000000"
	other := strings.NewReplacer("cert-manager, namespace", "metrics-server, namespace", "jetstack/cert-manager-controller:v1.19.1",
		"metrics-server/metrics-server"+digest, "app: cert-manager", "app: metrics-server").Replace(string(held))
	_, other, _ = strings.Cut(other, "---")
	said := map[finding.Verdict]string{}
	for _, f := range look(t, knowledge(t), "eks-managed-nodegroup", parse(t, string(held)+"---"+other)) {
		if f.Obligation == OwnAddonsUpdated.ID {
			said[f.Verdict] += f.Message
		}
	}
	if !strings.Contains(said[finding.Held], "cert-manager") ||
		!strings.Contains(said[finding.Unknown], "Metrics Server of a release that nothing tells") {
		t.Errorf("%v", said)
	}
}
