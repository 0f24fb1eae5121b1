package compute

import (
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

// bound is the claim by which a workload is, or may be, bound to one node at a time,
// and what that means for a second replica; empty where none binds it.
func (x claims) bound(w *kubernetes.Workload) (name, why string) {
	for _, name := range w.Template.VolumeClaims {
		claim, read := x[w.Namespace+"/"+name]
		switch {
		case !read:
			return name, "its claim is not in the input; if it is ReadWriteOnce, a second replica is no way out"
		case claim.Once:
			return name, "its claim is ReadWriteOnce, for one node at a time, so a second replica is no way out"
		}
	}
	return "", ""
}
