package compute

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// refusers says of webhooks that they may keep nodes from being replaced, as what they
// answer is not known.
func (o *outcomes) refusers(p *check.Pass) {
	var told []kubernetes.Ref
	for i := range o.estate.Webhooks {
		h := &o.estate.Webhooks[i]
		titles := o.outlook.Refused(h.String())
		of, at := o.mayRefuse(p, h)
		if len(titles) == 0 || len(of) == 0 || slices.Contains(told, h.In) {
			continue
		}
		told = append(told, h.In)
		j := check.Judgement{Verdict: finding.Unknown, Subject: subject(h.In), Place: at, Position: h.Position, Settled: true}
		j.Message = fmt.Sprintf("may keep nodes from being replaced under %s: its webhook %s is asked before pods of %s go, and may refuse",
			words.And(titles), h.Name, words.Few(of))
		if k := h.Habit; k != nil {
			j.Message = fmt.Sprintf("may keep nodes from being replaced under %s: its webhook %s (%s) means to refuse that pods of %s go",
				words.And(titles), h.Name, k.Title, words.Few(of))
			if k.Instead != "" {
				j.Message += "; " + k.Instead + ", and who drains the node has to ask again"
			}
		}
		report(p, j)
	}
}

// mayRefuse are the workloads of whose pods a webhook may refuse that they go, and where
// the first of them runs.
func (o *outcomes) mayRefuse(p *check.Pass, h *kubernetes.Webhook) (names []string, at locate.Place) {
	serving := servingOf(p)
	for i := range o.estate.Workloads {
		w := &o.estate.Workloads[i]
		if !serving.drained(i) || !o.estate.MayRefuse(h, w.Namespace, w.Template.Labels) {
			continue
		}
		if len(names) == 0 {
			at = p.Places.Workloads[i]
		}
		names = append(names, w.Name)
	}
	return names, at
}

// waits says of pools that some of their nodes go once somebody lets go of something, which may
// be never.
func (o *outcomes) waits(p *check.Pass, told []kubernetes.Ref) {
	for _, w := range o.outlook.Waits() {
		ref := refOfPool(o.estate, w.Pool)
		if slices.Contains(told, ref) {
			continue
		}
		j := check.Judgement{Verdict: finding.Unknown, Subject: subject(ref), Place: p.Places.Fallback, Settled: true}
		j.Message = fmt.Sprintf("may keep nodes from being replaced under %s: %s", words.And(w.Titles), words.Few(w.For))
		if i := slices.IndexFunc(o.estate.Pools, func(x kubernetes.Pool) bool { return x.Name == ref.Name }); i >= 0 {
			j.Position, j.Place = o.estate.Pools[i].Position, placeOr(p.Places.Pools[i], p.Places.Fallback)
		}
		report(p, j)
	}
}
