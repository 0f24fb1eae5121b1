package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// setsReplicas says of a workload whose replicas an autoscaler sets, and its manifest as
// well, that each release takes more pods than its PDB lets go: who applies it sets the
// number that is written, and the autoscaler sets its own again when it looks next. In a
// cluster the number is that of the autoscaler.
//
// Source: kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale
// (migrating Deployments and StatefulSets to horizontal autoscaling).
func setsReplicas(p *check.Pass, i int) bool {
	e := p.Estate.Kubernetes
	w := &e.Workloads[i]
	s := w.Scaler
	if e.Live || s == nil || !w.ReplicasSet || w.Off() || w.MadeBy != nil || w.ScalesToZero() || !servingOf(p).serves(i) {
		return false
	}
	b, lets := strictestOver(p, i, true)
	if b < 0 || lets >= s.Min {
		b, lets = -1, 1 // what a PDB that protects it would let go
	}
	goes := s.Min - w.Replicas
	if goes <= lets {
		return false
	}
	j := check.Judgement{Verdict: finding.Broken, Severity: "medium", Position: w.Position}
	j.Message = fmt.Sprintf("each release sets replicas to %d, where %s %s keeps at least %d", w.Replicas, s.Kind, s.Name, s.Min)
	past := ""
	if b >= 0 {
		j.Lacks, past = lacksOf(p).under(b), ", past the PDB"
		j.Message += fmt.Sprintf(" and PDB %s lets %s go", e.Budgets[b].Name, words.Count(lets, "pod"))
	}
	j.Consequence = fmt.Sprintf("Who applies it takes %s away at once%s, and more under load: %s %s left until the autoscaler "+
		"looks again and others are ready.", words.Count(goes, "pod"), past, words.Count(w.Replicas, "pod"), words.Agree(w.Replicas, "is", "are"))
	j.Evidence = []finding.Evidence{
		{Text: fmt.Sprintf("replicas: %d", w.Replicas), Position: w.Position},
		{Text: fmt.Sprintf("%s %s: at least %d", s.Kind, s.Name, s.Min), Position: s.Position},
	}
	j.Fix = &finding.Fix{Summary: fmt.Sprintf("leave replicas out where %s %s sets them", s.Kind, s.Name)}
	ofWorkload(p, i, j)
	return true
}
