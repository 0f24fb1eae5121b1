package kubernetes

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/responsibility"
)

// infer makes of a pod the workload that it belongs to. What its controller
// gave to this pod alone is taken out of the template.
// Of some custom kinds it is known that their pods run to an end.
func (p *RawPod) infer(key ownerKey, runKinds []string) Workload {
	runs := key.kind == "Job" || key.kind == "CronJob"
	if p.Owner != nil && p.Owner.Kind == key.kind {
		group, _, _ := strings.Cut(p.Owner.API, "/")
		runs = runs || slices.Contains(runKinds, group+"/"+key.kind)
	}
	w := Workload{
		Ref: Ref{Namespace: p.Namespace, Kind: key.kind, Name: key.name},
		// Controllers that are not known here are custom resources; those that
		// make pods which last have a scale as a rule.
		Scaled:    key.kind != "DaemonSet" && key.kind != "Pod" && key.kind != Static && !runs,
		Evictable: key.kind != "DaemonSet" && key.kind != Static, Lasting: !runs,
		Bare: p.Owner == nil, Inferred: p.Owner != nil, Template: *p.Template, Position: p.Position,
	}
	if w.Bare {
		w.Hook = Hook(w.Template.Annotations)
	}
	switch key.kind {
	case "StatefulSet":
		w.Template.VolumeClaims, w.VolumeClaimTemplates = claimsOf(&p.Pod)
	case "DaemonSet":
		w.Template.Affinity = unpinned(w.Template.Affinity)
	}
	return w
}

// Hook is the annotation of an object by which a tool makes it for one moment of each
// release; empty for none.
func Hook(annotations map[string]string) string {
	if key, is := responsibility.Hook(annotations); key != "" {
		return key + ": " + is
	}
	return ""
}

// claimsOf parts the claims that all pods of a StatefulSet mount from those it
// makes for each of them, which are named for the template and the pod.
func claimsOf(p *Pod) (all, templates []string) {
	for _, claim := range p.VolumeClaims {
		if template, own := strings.CutSuffix(claim, "-"+p.Name); own {
			templates = append(templates, template)
			continue
		}
		all = append(all, claim)
	}
	return all, templates
}

// unpinned is the affinity of a DaemonSet's pod without the node that it was
// made for. What stood in its place before is not to be had from the pod.
//
// Source: ReplaceDaemonSetPodNodeNameNodeAffinity in
// pkg/controller/daemon/util/daemonset_util.go.
func unpinned(a *corev1.Affinity) *corev1.Affinity {
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return a
	}
	pins := func(term corev1.NodeSelectorTerm) bool {
		return len(term.MatchExpressions) == 0 && slices.ContainsFunc(term.MatchFields,
			func(f corev1.NodeSelectorRequirement) bool { return f.Key == "metadata.name" })
	}
	if !slices.ContainsFunc(a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms, pins) {
		return a
	}
	free, node := *a, *a.NodeAffinity
	node.RequiredDuringSchedulingIgnoredDuringExecution = nil
	free.NodeAffinity = &node
	if node.PreferredDuringSchedulingIgnoredDuringExecution == nil {
		free.NodeAffinity = nil
	}
	if free == (corev1.Affinity{}) {
		return nil
	}
	return &free
}
