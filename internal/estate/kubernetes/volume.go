package kubernetes

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
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
		} else if c.Volume == "" && c.Class != "" {
			c.Local = c.Local || localClass(volumes, c.Class)
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

// lend says of a claim where it can be used: where its volume can.
func (v *Volume) lend(c *VolumeClaim, nodes map[string]string) {
	c.Volume, c.Zones, c.Local = v.Name, v.Zones, c.Local || v.Local || v.Host != ""
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
