package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// strictness is whether a budget ever allows an eviction.
type strictness struct {
	estate     *kubernetes.Estate
	coverage   *coverage
	arithmetic *arithmetic
	lacks      *lacks
	fixes      *fixes
	judged     []*check.Judgement // by budget, once asked
}

// strictnessOf is that of the budgets of the estate that a pass is over.
func strictnessOf(p *check.Pass) *strictness {
	return check.Shared(p, func(p *check.Pass) *strictness {
		return &strictness{
			estate: p.Estate.Kubernetes, coverage: coverageOf(p), arithmetic: arithmeticOf(p), lacks: lacksOf(p), fixes: fixesOf(p),
			judged: make([]*check.Judgement, len(p.Estate.Kubernetes.Budgets)),
		}
	})
}

// of judges whether a budget ever allows an eviction, at the floors of
// everything under it. It is the same for each workload under the budget.
func (s *strictness) of(budget int) *check.Judgement {
	if s.judged[budget] != nil {
		return s.judged[budget]
	}
	b, count := &s.estate.Budgets[budget], s.arithmetic.counts[budget]
	j := &check.Judgement{Verdict: finding.Held, Position: b.Spec, Evidence: s.evidence(budget)}
	s.judged[budget] = j
	why, uncertain := s.uncertain(budget)
	move := s.moved(budget)
	switch {
	case move.Can():
		j.Message = fmt.Sprintf("PDB %s keeps its pod until %s has moved it to another node, while it runs", b.Name, move.Operator)
	case move != nil && move.Unsure != "":
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("PDB %s never allows an eviction, and whether %s moves the pod before is not known: %s", b.Name, move.Operator,
			move.Unsure)
	case b.Status != nil && b.Status.SyncFailed != "":
		j.Verdict = finding.Broken
		j.Message = fmt.Sprintf("the disruption controller cannot evaluate PDB %s, so it never allows an eviction: %s",
			b.Name, b.Status.SyncFailed)
	case b.Status != nil && b.Status.Allowed > 0 && (count.Reason == disruption.NoScale || count.Reason == disruption.Unmanaged):
		// Pods that what was read would have may be gone: the cluster knows.
		j.Message = fmt.Sprintf("the cluster allows the eviction of %s under PDB %s", words.Count(b.Status.Allowed, "pod"), b.Name)
	case uncertain:
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("PDB %s %s", b.Name, why)
	case count.Reason == disruption.Allows:
		j.Message = fmt.Sprintf("PDB %s allows the eviction of %d of %s at a time", b.Name, count.Allowed, words.Count(count.Healthy, "pod"))
	case b.Rewritten != "":
		j.Verdict = finding.Unknown
		why, what := s.tooStrict(budget)
		j.Message = why + ", so " + what + " allows no eviction now; " + b.Rewritten
	default:
		j.Verdict = finding.Broken
		why, what := s.tooStrict(budget)
		j.Message = why + ", so " + what + " " + s.until(budget)
		if move != nil {
			j.Message += ", and " + move.Operator + " cannot move the pod: " + move.Cannot
		}
	}
	if j.Verdict == finding.Broken {
		j.Fix = s.fixes.neverAllows(budget)
	}
	if b.Status == nil || b.Status.SyncFailed == "" {
		*j = j.WithDoubt(s.lacks.underArithmetic(budget))
	}
	return j
}

// usedUp finds a budget that would let pods go, if those it has were healthy.
func (s *strictness) usedUp(i int) (budget int, ok bool) {
	k := slices.IndexFunc(s.coverage.covered[i], func(b int) bool {
		now := s.estate.Budgets[b].Status
		return now != nil && now.Expected > 0 && now.Allowed == 0 && now.Healthy < now.Expected && s.of(b).Verdict == finding.Held
	})
	if k < 0 {
		return 0, false
	}
	return s.coverage.covered[i][k], true
}

// until says when a strict budget is so: always, or while autoscalers are at
// their minimum.
func (s *strictness) until(budget int) string {
	over := s.coverage.covers[budget]
	atMost := s.arithmetic.count(&s.estate.Budgets[budget], over, (*kubernetes.Workload).AtMost)
	if s.arithmetic.counts[budget].Reason == disruption.TooStrict && atMost.Allowed > 0 {
		for _, r := range over {
			if s := s.estate.Workloads[r.workload].Scaler; s != nil {
				return fmt.Sprintf("allows no eviction while %s %s is at its minimum", s.Kind, s.Name)
			}
		}
	}
	if w := s.scaleless(budget); w != nil && !w.Lasting && !w.Bare {
		return fmt.Sprintf("allows no eviction while a pod of %s %s is there", w.Kind, w.Name)
	}
	return "never allows an eviction"
}

// scaleless is a controller under a budget that has no scale where that keeps the budget from
// counting; nil where nothing does. One whose pods do not end comes first.
func (s *strictness) scaleless(budget int) *kubernetes.Workload {
	if s.arithmetic.counts[budget].Reason != disruption.NoScale {
		return nil
	}
	var found *kubernetes.Workload
	for _, r := range s.coverage.covers[budget] {
		if w := &s.estate.Workloads[r.workload]; !w.Scaled && !w.Bare && (found == nil || w.Lasting && !found.Lasting) {
			found = w
		}
	}
	return found
}

// tooStrict says why a budget allows nothing, and how to speak of it after that.
func (s *strictness) tooStrict(budget int) (why, what string) {
	b := &s.estate.Budgets[budget]
	why, what = tooStrict(b, s.arithmetic.counts[budget])
	if w := s.scaleless(budget); w != nil {
		why = fmt.Sprintf("PDB %s needs the scale of its pods' controllers, and %s %s has none", b.Name, w.Kind, w.Name)
	}
	return why, what
}

// moved says how an operator moves the pods that a budget covers, all of which it has to; nil
// where none does. One that it cannot move comes first.
func (s *strictness) moved(budget int) *kubernetes.Move {
	var move *kubernetes.Move
	for _, r := range s.coverage.covers[budget] {
		switch m := s.estate.Workloads[r.workload].Move; {
		case m == nil:
			return nil
		case move == nil || move.Can():
			move = m
		}
	}
	return move
}

// uncertain reports whether a budget's arithmetic rests on a size that is
// known from pods alone, and what would settle it. The cluster's own count does.
func (s *strictness) uncertain(budget int) (string, bool) {
	b := &s.estate.Budgets[budget]
	if b.Status != nil && b.Status.Allowed > 0 {
		return "", false
	}
	for _, r := range s.coverage.covers[budget] {
		w := &s.estate.Workloads[r.workload]
		if !guessed(w) || !w.Lasting || w.Move != nil || w.Kind == kubernetes.Static || !w.Scaled && foreign(w) {
			continue
		}
		if foreign(w) {
			return fmt.Sprintf("covers pods that an operator runs for %s %s; only the operator decides whether they may be evicted",
				w.Kind, w.Name), true
		}
		if s.arithmetic.sizeless(budget, func(i int) bool { return guessed(&s.estate.Workloads[i]) }) {
			continue
		}
		return fmt.Sprintf("needs the scale of %s %s, which was not read; read it as well", w.Kind, w.Name), true
	}
	return "", false
}

// foreign reports whether a workload is of a kind that is known from its pods
// alone: a custom resource of some operator.
func foreign(w *kubernetes.Workload) bool {
	switch w.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "ReplicationController",
		"Job", "CronJob", "Pod", "Rollout", "DeploymentConfig":
		return false
	}
	return w.Inferred
}

// tooStrict says why a budget allows nothing, and how to speak of it after that.
func tooStrict(b *kubernetes.Budget, c disruption.Arithmetic) (why, what string) {
	least := b.MinAvailable
	share := least != nil && least.Type == intstr.String && least.StrVal != "100%"
	if share && c.Reason == disruption.TooStrict && c.Healthy >= c.Expected {
		why = fmt.Sprintf("minAvailable %s of %s is rounded up to %d", least.String(), words.Count(c.Expected, "pod"), c.Desired)
		return why, "PDB " + b.Name
	}
	return whyStrict(b, c), "it"
}

// whyStrict says in one clause what keeps a budget from allowing anything.
func whyStrict(b *kubernetes.Budget, c disruption.Arithmetic) string {
	switch c.Reason {
	case disruption.NoScale:
		return fmt.Sprintf("PDB %s needs the scale of its pods' controllers, and one of them has none", b.Name)
	case disruption.Unmanaged:
		return fmt.Sprintf("PDB %s needs the scale of a controller, and its pods have no controller", b.Name)
	case disruption.Empty:
		return fmt.Sprintf("PDB %s sets neither minAvailable nor maxUnavailable; the disruption controller then expects no pods", b.Name)
	}
	switch {
	case c.Healthy < c.Expected:
		return fmt.Sprintf("PDB %s selects only %d of the %s that it counts, and %d must stay",
			b.Name, c.Healthy, words.Count(c.Expected, "pod"), c.Desired)
	case b.MaxUnavailable != nil:
		return fmt.Sprintf("PDB %s has maxUnavailable %s", b.Name, b.MaxUnavailable.String())
	case b.MinAvailable.Type == intstr.String:
		return fmt.Sprintf("PDB %s needs all of %s available", b.Name, words.Count(c.Expected, "pod"))
	}
	return fmt.Sprintf("PDB %s needs %d of %s available", b.Name, c.Desired, words.Count(c.Healthy, "pod"))
}

// evidence is the evidence behind a budget's arithmetic.
func (s *strictness) evidence(budget int) []finding.Evidence {
	b, c := &s.estate.Budgets[budget], s.arithmetic.counts[budget]
	var evidence []finding.Evidence
	number := ""
	switch {
	case b.MaxUnavailable != nil:
		number = "maxUnavailable " + b.MaxUnavailable.String()
	case b.MinAvailable != nil:
		number = "minAvailable " + b.MinAvailable.String()
	}
	switch c.Reason {
	case disruption.Empty:
		evidence = append(evidence, finding.Evidence{Text: "neither minAvailable nor maxUnavailable is set", Position: b.Spec})
	case disruption.NoScale, disruption.Unmanaged:
		evidence = append(evidence, finding.Evidence{Text: number + ": cannot be evaluated", Position: b.Spec})
	default:
		said := fmt.Sprintf("%s: %d expected, %d must stay, %d may be evicted", number, c.Expected, c.Desired, c.Allowed)
		evidence = append(evidence, finding.Evidence{Text: said, Position: b.Spec})
	}
	for k, r := range s.coverage.covers[budget] {
		if k == 4 {
			evidence = append(evidence, finding.Evidence{Text: fmt.Sprintf("and %d more workloads under the PDB", len(s.coverage.covers[budget])-k)})
			break
		}
		w := &s.estate.Workloads[r.workload]
		s := size(w)
		s.Text = w.Kind + " " + w.Name + ": " + s.Text
		if w.Kind == kubernetes.Static {
			s.Text = "a static pod on node " + w.Name
		}
		if r.down > 0 {
			s.Text += fmt.Sprintf("; %s of it %s still counted", words.Count(r.down, "pod"),
				words.Agree(r.down, "has finished and is", "have finished and are"))
		}
		evidence = append(evidence, s)
	}
	evidence = append(evidence, sizesBeyond(b)...)
	if s := b.Status; s != nil {
		said := fmt.Sprintf("the cluster counts %d expected, %d healthy, %d must stay, %d may be evicted now",
			s.Expected, s.Healthy, s.Desired, s.Allowed)
		evidence = append(evidence, finding.Evidence{Text: said, Position: b.Position})
	}
	return evidence
}
