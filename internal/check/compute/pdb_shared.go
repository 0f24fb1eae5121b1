package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// PDBShared looks for budgets over several workloads, any of which they let fall.
var PDBShared = check.Check{
	ID: "pdb-shared", Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{underBudget, servingUnderBudget}, Broken: []check.Need{underBudget}},
	Run:   eachBudget((*facts).shared),
}

// eachBudget calls a judge for each budget.
func eachBudget(judge func(a *facts, p *check.Pass, i int)) func(*check.Pass) {
	return func(p *check.Pass) {
		a := of(p)
		for i := range a.estate.Budgets {
			judge(a, p, i)
		}
	}
}

// shared looks at a budget over several workloads that serve: what it allows
// may all be taken from one of them.
func (a *facts) shared(p *check.Pass, i int) {
	if len(a.covers[i]) == 0 {
		return // said of by pdb-orphan
	}
	at := a.places.Workloads[a.covers[i][0].workload]
	b := &a.estate.Budgets[i]
	var serving []match
	for _, r := range a.covers[i] {
		if w := &a.estate.Workloads[r.workload]; r.pods > 0 && w.Evictable && a.serves(r.workload) {
			serving = append(serving, r)
		}
	}
	if len(serving) < 2 {
		return // the obligation is about several
	}
	j := check.Judgement{Verdict: finding.Held, Position: b.Position}
	var falls []string
	most := 0
	rest := a.others(i)
	for _, r := range serving {
		w := &a.estate.Workloads[r.workload]
		n := w.AtLeast()
		if len(j.Evidence) < 8 {
			s := size(w)
			s.Text = w.Kind + " " + w.Name + ": " + s.Text
			j.Evidence = append(j.Evidence, s)
		}
		// This one at its floor while the others are as large as they may be.
		allowed := allow(b, append(rest(r), a.group(r, (*kubernetes.Workload).AtLeast))).Allowed
		most = max(most, allowed)
		scalesToZero := w.ScalesToZero()
		if allowed >= n && !scalesToZero { // its floor is one ready pod
			falls = append(falls, whole(w.Name, n))
			if len(falls) == 1 {
				at = a.places.Workloads[r.workload]
				j.Consequence = a.consequence(r.workload).sharedAway(w.Name, n)
			}
		}
	}
	if len(falls) == 0 {
		j.Message = fmt.Sprintf("covers %d workloads and allows %s to be evicted, too few to take any of them down", len(serving), words.Count(most, "pod"))
		if a.counts[i].Reason != disruption.Allows {
			j.Message = fmt.Sprintf("covers %d workloads and allows no eviction, so takes none of them down", len(serving))
		}
	} else {
		j.Verdict = finding.Broken
		names := falls
		if len(names) > 4 {
			names = append(slices.Clone(names[:4]), fmt.Sprintf("%d more", len(falls)-4))
		}
		j.Message = fmt.Sprintf("covers %d workloads together and allows %s to be evicted, which may be %s", len(serving), words.Count(most, "pod"), words.Or(names))
		j.Fix = a.fixShared(i, serving)
	}
	if j.Verdict == finding.Held && b.ConflictsAt != nil {
		j.Verdict = finding.Unknown
		j.Message += "; but it is defined in two places that differ, and only one can be applied"
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "the one that was not used", Position: *b.ConflictsAt})
	}
	a.ofBudget(p, i, at, j)
}

// others gives, for each workload under a budget, the rest of them at the
// most they may be scaled to, as groups to count with. Sums stand for the
// workloads, so that the cost does not grow with their square.
func (a *facts) others(i int) func(match) []disruption.Group {
	var scaled, unscaled, bare disruption.Group
	scaled.Scaled, bare.Bare = true, true
	in := func(g disruption.Group) *disruption.Group {
		switch {
		case g.Bare:
			return &bare
		case g.Scaled:
			return &scaled
		}
		return &unscaled
	}
	for _, r := range a.covers[i] {
		g := a.group(r, (*kubernetes.Workload).AtMost)
		if g.Pods+g.Down == 0 {
			continue
		}
		sum := in(g)
		sum.Pods, sum.Down, sum.Scale = sum.Pods+g.Pods, sum.Down+g.Down, sum.Scale+g.Scale
	}
	return func(but match) []disruption.Group {
		g := a.group(but, (*kubernetes.Workload).AtMost)
		rest := []disruption.Group{scaled, unscaled, bare}
		for k := range rest {
			if rest[k].Scaled == g.Scaled && rest[k].Bare == g.Bare && g.Pods+g.Down > 0 {
				rest[k].Pods, rest[k].Down, rest[k].Scale = rest[k].Pods-g.Pods, rest[k].Down-g.Down, rest[k].Scale-g.Scale
			}
		}
		return rest
	}
}

// covering names the workloads under a budget.
func (a *facts) covering(i int) string {
	var names []string
	for k, r := range a.covers[i] {
		if k == 4 {
			names = append(names, fmt.Sprintf("%d more", len(a.covers[i])-k))
			break
		}
		w := &a.estate.Workloads[r.workload]
		names = append(names, w.Kind+" "+w.Name)
	}
	return strings.Join(names, ", ")
}
