package forecast

import (
	"slices"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Judged is the judgement of a workload under one case of an outlook.
type Judged struct {
	Judgement
	*Case
	// Unrecognised are nodes of which nothing tells how they go, where it is on some.
	Unrecognised []string
	stage        *Stage // where it was played, or else bounded
	at           int    // of the workload, among what the stage watches
}

// Of judges a workload under each case that wanted says, the worst first. It is
// false where the workload is not part of what is played: its pods fit on no node.
func (o *Outlook) Of(ref kubernetes.Ref, wanted func(*Case) bool) ([]Judged, bool) {
	k, ok := o.Stage.at[ref]
	if !ok {
		return nil, false
	}
	var all []Judged
	for _, c := range o.cases {
		if wanted(c) {
			all = append(all, o.judge(ref, k, c))
		}
	}
	rank := []bound.Verdict{bound.Refuted, bound.Open, bound.Proved}
	slices.SortStableFunc(all, func(x, y Judged) int {
		if c := slices.Index(rank, x.Proof) - slices.Index(rank, y.Proof); c != 0 || x.Played == nil || y.Played == nil ||
			x.Proof == bound.Proved {
			return c
		}
		return x.Played.Worst.MinReady - y.Played.Worst.MinReady
	})
	return all, true
}

func (o *Outlook) judge(ref kubernetes.Ref, k int, c *Case) Judged {
	j := Judged{Case: c, stage: o.Stage, at: k}
	w, runs := c.watched[k], []simulate.Run(nil)
	if c.play != nil {
		if at, played := c.play.stage.at[ref]; played {
			j.stage, j.at, w, runs = c.play.stage, at, c.play.watched[at], c.play.runs
		}
	}
	var b *bound.Bound
	if c.bounds != nil {
		b = &c.bounds[k]
	}
	if c.strange.Of(k) {
		j.Unrecognised = c.strange.Nodes
	}
	j.Judgement = Judge(w, b, runs, j.at, o.Stage.unplayable() || j.Unrecognised != nil || o.Stage.unseen(&w))
	return j
}

// Unseen reports whether none of its pods was read, so that nothing about it
// was played.
func (j *Judged) Unseen() bool { return j.stage.unseen(&j.Workload) }

// Dues are when the nodes under the workload reach their age, the first one
// first. Nodes whose age is not known are not among them.
func (j *Judged) Dues() []simulate.Due { return j.stage.dues()[j.at] }

// MadeUp is how many nodes were made up to play the workload on.
func (j *Judged) MadeUp() int { return j.stage.MadeUp() }
