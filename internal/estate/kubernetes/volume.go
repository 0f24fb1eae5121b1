package kubernetes

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
)

// linkVolumes joins claims to what they are bound to. A volume names the claim
// that has it, or that it is kept for, and a bound claim its volume; a dump may
// hold only one of the two.
func (e *Estate) linkVolumes() {
	if len(e.Volumes) == 0 {
		return
	}
	byName := make(map[string]*Volume, len(e.Volumes))
	byClaim := make(map[Ref]*Volume, len(e.Volumes))
	for i := range e.Volumes {
		d := &e.Volumes[i]
		byName[d.Name] = d
		if d.ClaimName != "" {
			byClaim[d.claim()] = d
		}
	}
	nodes := e.nodesByHost()
	for i := range e.VolumeClaims {
		v := &e.VolumeClaims[i]
		d := byName[v.Volume]
		if v.Volume == "" {
			d = byClaim[v.claim()]
		}
		delete(byClaim, v.claim())
		if d != nil {
			d.lend(v, nodes)
		}
	}
	for i := range e.Volumes { // claims that were not read
		d := &e.Volumes[i]
		if byClaim[d.claim()] == d {
			v := VolumeClaim{Namespace: d.ClaimNamespace, Name: d.ClaimName}
			d.lend(&v, nodes)
			e.VolumeClaims = append(e.VolumeClaims, v)
		}
	}
	e.Volumes = nil
}

// lend says of a claim where it can be used: where its volume can.
func (d *Volume) lend(v *VolumeClaim, nodes map[string]string) {
	v.Volume, v.Zones = d.Name, d.Zones
	if d.Host != "" {
		v.Host = cmp.Or(nodes[d.Host], d.Host)
	}
}

func (v *VolumeClaim) claim() Ref {
	return Ref{Namespace: v.Namespace, Kind: "PersistentVolumeClaim", Name: v.Name}
}

func (d *Volume) claim() Ref {
	return Ref{Namespace: d.ClaimNamespace, Kind: "PersistentVolumeClaim", Name: d.ClaimName}
}

// nodesByHost are the names of nodes by their hostname: the two may differ.
func (e *Estate) nodesByHost() map[string]string {
	names := make(map[string]string, len(e.Nodes))
	for i := range e.Nodes {
		names[e.Nodes[i].Labels[corev1.LabelHostname]] = e.Nodes[i].Name
	}
	return names
}
