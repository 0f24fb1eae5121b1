package compute

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// claims are the PersistentVolumeClaims that were read, by namespace/name.
type claims map[string]*kubernetes.VolumeClaim

// claimsOf are those of the estate that a pass is over.
func claimsOf(p *check.Pass) claims {
	return check.Shared(p, func(p *check.Pass) claims {
		all := p.Estate.Kubernetes.VolumeClaims
		x := make(claims, len(all))
		for i := range all {
			x[all[i].Namespace+"/"+all[i].Name] = &all[i]
		}
		return x
	})
}

// namely names a node, where it is known.
func namely(node string) string {
	if node == "" {
		return ""
	}
	return ", " + node
}

// tied says why the pod of a workload can start on the node that goes alone: what it
// keeps lies there, or it asks for that node by its name; empty where neither is known.
func (x claims) tied(w *kubernetes.Workload) string {
	for _, name := range w.Template.VolumeClaims {
		if c := x[w.Namespace+"/"+name]; c != nil && c.Local {
			return "claim " + name + " lies on it"
		}
	}
	if host := w.Template.NodeSelector[corev1.LabelHostname]; host != "" {
		return "it asks for node " + host + " by its name"
	}
	return ""
}

// onDisks are the claims of a workload's pods whose volumes lie on nodes, and the number of
// pods that mount them.
func (x claims) onDisks(w *kubernetes.Workload) (names []string, pods int) {
	local := func(name string) bool { c := x[w.Namespace+"/"+name]; return c != nil && c.Local }
	for _, name := range w.Template.VolumeClaims {
		if local(name) {
			return []string{name}, w.AtLeast()
		}
	}
	for n := range w.AtLeast() {
		for _, template := range w.VolumeClaimTemplates {
			if name := w.ClaimName(template, n); local(name) {
				names = append(names, name)
				pods++
				break
			}
		}
	}
	return names, pods
}

// bound is the claim by which a workload is, or may be, bound to one node at a time,
// and what that means for a second replica; empty where none binds it.
func (x claims) bound(w *kubernetes.Workload) (name, why string) {
	for _, name := range w.Template.VolumeClaims {
		claim, read := x[w.Namespace+"/"+name]
		switch {
		case claim != nil && claim.Local:
			return name, "claim " + name + " lies on one node" + namely(claim.Host) + ", so its pod can start on no other"
		case !read:
			return name, "its claim is not in the input; if it is ReadWriteOnce, a second replica is no way out"
		case claim.Once:
			return name, "its claim is ReadWriteOnce, for one node at a time, so a second replica is no way out"
		}
	}
	return "", ""
}
