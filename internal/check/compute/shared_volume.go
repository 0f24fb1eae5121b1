package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// sharedVolume is the claim by which all pods of a workload run on one node; nil
// where none is.
func (f *fixes) sharedVolume(i int) *kubernetes.VolumeClaim {
	return f.estate.Shared(&f.estate.Workloads[i], func(namespace, name string) *kubernetes.VolumeClaim {
		return f.claims[namespace+"/"+name]
	})
}

// volumeEach is the way out of one volume for all pods.
const volumeEach = "give each pod a volume of its own, as a StatefulSet does by volumeClaimTemplates, or mount one that is ReadWriteMany"

// onOneNode judges a workload of several pods that one volume keeps together:
// they go with one node as a single pod does. A budget that keeps some of them
// makes it worse: the first that is evicted cannot come back on another node
// while the rest hold the volume, and the rest may not go until it is back.
//
// Source: kubernetes.io/docs/concepts/storage/persistent-volumes (access modes).
func onOneNode(p *check.Pass, i int, claim *kubernetes.VolumeClaim) check.Judgement {
	w := &p.Estate.Kubernetes.Workloads[i]
	j := check.Judgement{
		Verdict: finding.Broken, Position: w.Position, Evidence: []finding.Evidence{size(w)},
		Message:     fmt.Sprintf("its %d pods run on one node: all mount the claim %s, which is ReadWriteOnce", w.AtLeast(), claim.Name),
		Consequence: absence(p, i),
	}
	if claim.OncePod {
		j.Message = fmt.Sprintf("one of its %d pods can run, and no other: all mount the claim %s, which is ReadWriteOncePod",
			w.AtLeast(), claim.Name)
	}
	// Whose pods cannot be evicted at all has one thing to decide, not two.
	j.Causes = []check.Cause{{Obligation: PDBNeverAllows.ID, Subject: subject(w.Ref)}}
	fix := volumeEach
	if b, ok := keptBy(p, i); ok {
		name := p.Estate.Kubernetes.Budgets[b].Name
		said := "PDB " + name + " lets a first pod go, which is not ready again while the others hold the volume, and so no second one"
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: p.Estate.Kubernetes.Budgets[b].Position})
		fix += "; until then PDB " + name + " only holds up drains"
	} else {
		fix += "; until then a PDB would only hold up drains"
	}
	j.Fix = &finding.Fix{Summary: fix}
	return j
}

// keptBy is a budget that does not let all pods of a workload go.
func keptBy(p *check.Pass, i int) (budget int, ok bool) {
	void, all := arithmeticOf(p).void(i)
	for _, b := range coverageOf(p).covered[i] {
		if !all || b != void {
			return b, true
		}
	}
	return 0, false
}
