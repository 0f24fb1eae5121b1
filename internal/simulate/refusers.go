package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// findRefusers finds the webhooks that may refuse to let pods go though they answer.
// What they answer is not known, so that it is not played.
func (b webhookGates) findRefusers() {
	for i := range b.estate.Webhooks {
		h := &b.estate.Webhooks[i]
		var of []string
		asked := false
		for k, l := range b.workloadOf {
			if l < 0 || b.workloads[l].kind == daemon || b.workloads[l].kind == static {
				continue
			}
			w, x := &b.estate.Workloads[k], &b.workloads[l]
			asked = asked || b.estate.AsksToGo(h, w.Namespace, w.Template.Labels)
			if b.estate.MayRefuse(h, w.Namespace, w.Template.Labels) && !slices.Contains(x.refusers, h.String()) {
				x.refusers = append(x.refusers, h.String())
				of = append(of, w.Name)
			}
		}
		b.noteRefuser(h, asked, of)
	}
}

// findGuards finds what keeps pods as a PDB does, and is none that was read.
func (b webhookGates) findGuards() {
	for _, u := range b.estate.Hidden {
		if !u.Acts || u.Kind != "PodDisruptionBudget" {
			continue
		}
		var of []string
		for k, l := range b.workloadOf {
			if w := &b.estate.Workloads[k]; l >= 0 && b.workloads[l].kind != daemon && b.workloads[l].kind != static &&
				u.Scope.Holds(w.Namespace, "", w.Position) {
				b.workloads[l].refusers, of = append(b.workloads[l].refusers, u.Of), append(of, w.Name)
			}
		}
		if len(of) > 0 {
			b.note("%s may refuse to let pods of %s go: it is played as if it let them", u.Of, words.Few(of))
		}
	}
}

// noteRefuser says that it is not played what a webhook answers about pods of some
// workloads.
func (b webhookGates) noteRefuser(h *kubernetes.Webhook, asked bool, of []string) {
	switch k := h.Habit; {
	case !asked:
	case len(of) > 0 && k == nil:
		b.note("%s may refuse to let pods of %s go: it is played as if it let them", h, words.Few(of))
	case len(of) > 0 && k.Instead == "":
		b.note("%s refuses to let pods of %s go, as %s means to: that is not played", h, words.Few(of), k.Title)
	case len(of) > 0:
		b.note("%s refuses to let pods of %s go, as %s means to: %s, which is not played", h, words.Few(of), k.Title, k.Instead)
	case k != nil && k.ByRules:
		b.note("%s is asked before pods go, and answers by rules of %s that were not read: it is taken that none of them is about that", h,
			k.Title)
	}
}
