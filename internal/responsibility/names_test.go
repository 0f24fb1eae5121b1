package responsibility

import "testing"

// Names of tools are known by the catalog, and others of their kind are not.
func TestNames(t *testing.T) {
	for behind, virtual := range map[string]bool{
		"vk-azure-aci-1.6": true, "kwok": true, "eks-fake-1": true, "eks-a1b2c3": false, "gke.100": false, "vkit-1": false, "": false,
	} {
		if IsVirtualVersion(behind) != virtual {
			t.Errorf("version %q: %t", behind, !virtual)
		}
	}
	for value, virtual := range map[string]bool{"virtual-kubelet": true, "worker": false, "": false} {
		if IsVirtualNode(map[string]string{"type": value}) != virtual {
			t.Errorf("type %q: %t", value, !virtual)
		}
	}
	for key, values := range map[string]map[string]bool{
		"linkerd.io/inject":       {"enabled": true, "ingress": true, "disabled": false},
		"sidecar.istio.io/inject": {"true": true, "false": false},
		"dapr.io/enabled":         {"true": true, "false": false},
		"dapr.io/app-id":          {"web": false},
	} {
		for value, asks := range values {
			if Injects(key, value) != asks {
				t.Errorf("%s: %s: %t", key, value, !asks)
			}
		}
	}
	for tag, moving := range map[string]bool{"latest": true, "Main": true, "nightly": true, "v1": false, "latest-1.2": false, "": false} {
		if IsMovingTag(tag) != moving {
			t.Errorf("tag %q: %t", tag, !moving)
		}
	}
	for annotation, is := range map[string]bool{
		"karpenter.sh/do-not-disrupt": true, "cluster-autoscaler.kubernetes.io/safe-to-evict": true,
		"karpenter.k8s.aws/x": false, "kubernetes.io/x": false, "": false,
	} {
		if IsForAutoscalers(annotation) != is {
			t.Errorf("annotation %q: %t", annotation, !is)
		}
	}
}

// A hook is the first of the annotations that an object has.
func TestHook(t *testing.T) {
	both := map[string]string{"helm.sh/hook": "pre-install", "argocd.argoproj.io/hook": "PreSync"}
	if of, is := Hook(both); of != "helm.sh/hook" || is != "pre-install" {
		t.Errorf("%s: %s", of, is)
	}
	if of, is := Hook(map[string]string{"argocd.argoproj.io/hook": "PreSync"}); of != "argocd.argoproj.io/hook" || is != "PreSync" {
		t.Errorf("%s: %s", of, is)
	}
	if of, _ := Hook(map[string]string{"helm.sh/hook": "", "helm.sh/hook-weight": "1"}); of != "" {
		t.Errorf("%s is a hook", of)
	}
}

// Charts that are there for others are known by words of their names.
func TestSharedCharts(t *testing.T) {
	for name, want := range map[string]bool{
		"postgresql": true, "ingress-nginx": true, "tfyNats": true, "external-secrets-operator": true, "redis-ha": true,
		"common": false, "company-library": false, "base_chart": false, "pdb": false, "network-policies": false, "app-template": false,
		"raw": false, "Generic-Service": false, "": false, "kiss-chart": true, "helm-shop": true, "chart": false, "base-helm-chart": false,
	} {
		if got := !IsSharedChart(name); got != want {
			t.Errorf("%s is of a program: %t, want %t", name, got, want)
		}
	}
}

// What files of pods are for is known by what they are called.
func TestNamesOfFiles(t *testing.T) {
	for file, want := range map[string]struct{ template, static bool }{
		"spark/executor-pod-template.yaml": {template: true}, "airflow/pod_template.yaml": {template: true}, "podTemplate.yml": {template: true},
		"my-podtemplates.yaml": {template: true}, "pod-templating.yaml": {}, "template-pod.yaml": {},
		"nodes/static-pod.yaml": {static: true}, "Static_Pods.yaml": {static: true}, "staticpod.yaml": {static: true},
		"root/etc/kubernetes/manifests/proxy.yaml": {static: true}, "etc/kubernetes/proxy.yaml": {}, "ecstatic-pod.yaml": {}, "": {},
	} {
		if got := IsPodTemplate(file); got != want.template {
			t.Errorf("%s is a template: %t", file, got)
		}
		if got := IsStaticPod(file); got != want.static {
			t.Errorf("%s is of a static pod: %t", file, got)
		}
	}
	for kind, want := range map[string]bool{"HelmRelease": true, "Application": true, "Subscription": true, "Kafka": false, "": false} {
		if Installs(kind) != want {
			t.Errorf("%s installs: %t", kind, !want)
		}
	}
}

// What applies a chart of a known program from elsewhere makes that program's objects, and no budget for the pods of others. Of
// any other chart that is not known, whatever it is called.
func TestOwnChart(t *testing.T) {
	for called, want := range map[string]string{
		"external-secrets": "external-secrets", "kyverno": "kyverno", "": "", "app-template": "", "raw": "", "{{.name}}": "", "any-resource": "",
		"microservices": "", "onechart": "", "platform": "", "./charts/vault": "", "kyverno:1.2.3": "", "web?ref=v1": "",
	} {
		if got := OwnChart(called); got != want {
			t.Errorf("%q: %q, want %q", called, got, want)
		}
	}
}
