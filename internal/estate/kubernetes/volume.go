package kubernetes

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
)

// linkVolumes joins claims to what they are bound to. A volume names the claim
// that has it, or that it is kept for, and a bound claim its volume; a dump may
// hold only one of the two.
func (e *Estate) linkVolumes() {
	if len(e.Disks) == 0 {
		return
	}
	byName := make(map[string]*Disk, len(e.Disks))
	byClaim := make(map[Ref]*Disk, len(e.Disks))
	for i := range e.Disks {
		d := &e.Disks[i]
		byName[d.Name] = d
		if d.Claim != "" {
			byClaim[d.claim()] = d
		}
	}
	nodes := e.nodesByHost()
	for i := range e.Volumes {
		v := &e.Volumes[i]
		d := byName[v.Disk]
		if v.Disk == "" {
			d = byClaim[v.claim()]
		}
		delete(byClaim, v.claim())
		if d != nil {
			d.lend(v, nodes)
		}
	}
	for i := range e.Disks { // claims that were not read
		d := &e.Disks[i]
		if byClaim[d.claim()] == d {
			v := Volume{Namespace: d.Namespace, Claim: d.Claim}
			d.lend(&v, nodes)
			e.Volumes = append(e.Volumes, v)
		}
	}
	e.Disks = nil
}

// lend says of a claim where it can be used: where its volume can.
func (d *Disk) lend(v *Volume, nodes map[string]string) {
	v.Disk, v.Zones = d.Name, d.Zones
	if d.Host != "" {
		v.Host = cmp.Or(nodes[d.Host], d.Host)
	}
}

func (v *Volume) claim() Ref {
	return Ref{Namespace: v.Namespace, Kind: "PersistentVolumeClaim", Name: v.Claim}
}

func (d *Disk) claim() Ref {
	return Ref{Namespace: d.Namespace, Kind: "PersistentVolumeClaim", Name: d.Claim}
}

// nodesByHost are the names of nodes by their hostname: the two may differ.
func (e *Estate) nodesByHost() map[string]string {
	names := make(map[string]string, len(e.Nodes))
	for i := range e.Nodes {
		names[e.Nodes[i].Labels[corev1.LabelHostname]] = e.Nodes[i].Name
	}
	return names
}
