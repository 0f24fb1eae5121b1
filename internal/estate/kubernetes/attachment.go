package kubernetes

import (
	"slices"
	"strings"
)

// Attachment is a VolumeAttachment: a volume that a driver has attached to a node. Those of
// files alone are read.
type Attachment struct {
	Name, Node, Volume string
}

// Abandoned are the names of the attachments of a node of whose volumes no pod on it mounts one,
// by the claims that were read; nil where a claim of a pod there was not.
func (e *Estate) Abandoned(node string) []string {
	var all []string
	for i := range e.Attachments {
		a := &e.Attachments[i]
		if a.Node != node || a.Volume == "" {
			continue
		}
		switch e.mountedOn(node, a.Volume) {
		case Maybe:
			return nil
		case No:
			all = append(all, a.Name)
		}
	}
	return all
}

// mountedOn reports whether a pod on a node mounts a volume.
func (e *Estate) mountedOn(node, volume string) Answer {
	of := slices.IndexFunc(e.VolumeClaims, func(c VolumeClaim) bool { return c.Volume == volume })
	answer := No
	for i := range e.Pods {
		p := &e.Pods[i]
		if p.Node != node || p.Workload < 0 {
			continue
		}
		w := &e.Workloads[p.Workload]
		switch {
		case of < 0 && len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0:
			answer = Maybe // its claim may be the one
		case of >= 0 && w.Namespace == e.VolumeClaims[of].Namespace && mounts(w, p.Name, e.VolumeClaims[of].Name):
			return Yes
		}
	}
	return answer
}

// mounts reports whether a pod mounts a claim: by its template, by one of a StatefulSet, which
// ends in the name of the pod, or by one that is made for it alone, which begins with it.
func mounts(w *Workload, pod, claim string) bool {
	return slices.Contains(w.Template.VolumeClaims, claim) || strings.HasSuffix(claim, "-"+pod) || strings.HasPrefix(claim, pod+"-")
}
