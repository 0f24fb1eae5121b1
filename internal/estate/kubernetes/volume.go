package kubernetes

import (
	"cmp"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// volumes joins claims to what they are bound to. A volume names the claim
// that has it, or that it is kept for, and a bound claim its volume; a dump may
// hold only one of the two.
func (l *linker) volumes() {
	l.VolumeClaims = deduplicated(l.raw.VolumeClaims, func(c *VolumeClaim) string { return c.Namespace + "/" + c.Name })
	volumes := deduplicated(l.raw.Volumes, func(v *Volume) string { return v.Name })
	l.replaced(len(l.raw.VolumeClaims)+len(l.raw.Volumes), len(l.VolumeClaims)+len(volumes))
	if len(volumes) == 0 {
		return
	}
	byName := make(map[string]*Volume, len(volumes))
	byClaim := make(map[Ref]*Volume, len(volumes))
	for i := range volumes {
		v := &volumes[i]
		byName[v.Name] = v
		if v.ClaimName != "" {
			byClaim[v.claim()] = v
		}
	}
	nodes := nodesByHost(l.Nodes)
	for i := range l.VolumeClaims {
		c := &l.VolumeClaims[i]
		v := byName[c.Volume]
		if c.Volume == "" {
			v = byClaim[c.ref()]
		}
		delete(byClaim, c.ref())
		if v != nil {
			v.lend(c, nodes)
		} else if c.Volume == "" {
			c.Local = c.Local || c.Class != "" && localClass(volumes, c.Class)
			c.Storage = c.among(volumes)
		}
	}
	for i := range volumes { // claims that were not read
		v := &volumes[i]
		if byClaim[v.claim()] == v {
			c := VolumeClaim{Namespace: v.ClaimNamespace, Name: v.ClaimName}
			v.lend(&c, nodes)
			l.VolumeClaims = append(l.VolumeClaims, c)
		}
	}
}

// ClaimName is the name of the claim that a StatefulSet makes of a template for its pod of
// a number.
//
// Source: getPersistentVolumeClaimName in pkg/controller/statefulset/stateful_set_utils.go.
func (w *Workload) ClaimName(template string, pod int) string {
	return template + "-" + w.Name + "-" + strconv.Itoa(pod)
}

// localClass reports whether there are volumes of a class, and all of them are local:
// a claim of that class gets one of them.
func localClass(volumes []Volume, class string) bool {
	found := false
	for i := range volumes {
		if volumes[i].Class == class {
			if !volumes[i].Local {
				return false
			}
			found = true
		}
	}
	return found
}

// among is what serves the volumes of which a claim gets one; nil for none.
//
// Source: kubernetes.io/docs/concepts/storage/persistent-volumes (class, selector).
func (c *VolumeClaim) among(volumes []Volume) []string {
	var all []string
	for i := range volumes {
		v := &volumes[i]
		free := v.ClaimName == "" || v.claim() == c.ref()
		if free && v.Class == c.Class && (c.Selector == nil || c.Selector.Matches(labels.Set(v.Labels))) {
			all = append(all, v.Storage)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// lend says of a claim where it can be used: where its volume can.
func (v *Volume) lend(c *VolumeClaim, nodes map[string]string) {
	c.Volume, c.Zones, c.Local = v.Name, v.Zones, c.Local || v.Local || v.Host != ""
	c.Storage, c.OnDisk = []string{v.Storage}, v.OnDisk
	if v.Host != "" {
		c.Host = cmp.Or(nodes[v.Host], v.Host)
	}
}

func (c *VolumeClaim) ref() Ref {
	return Ref{Namespace: c.Namespace, Kind: "PersistentVolumeClaim", Name: c.Name}
}

// claim names the one that a volume is bound to or kept for.
func (v *Volume) claim() Ref {
	return Ref{Namespace: v.ClaimNamespace, Kind: "PersistentVolumeClaim", Name: v.ClaimName}
}

// nodesByHost are the names of nodes by their hostname: the two may differ.
func nodesByHost(nodes []Node) map[string]string {
	names := make(map[string]string, len(nodes))
	for i := range nodes {
		names[nodes[i].Labels[corev1.LabelHostname]] = nodes[i].Name
	}
	return names
}
