package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// GraceWithinDeadline looks for pods that ask for more time to stop than drains leave them.
var GraceWithinDeadline = check.Check{
	ID: "grace-within-deadline", Axis: Axis, Subjects: whereReplaced(asksForGrace),
	Needs: check.Needs{Held: []check.Need{ownObject, place, poolsToo, budgetsThatAreNotAsked}, Broken: []check.Need{ownObject, place}},
	Run:   eachReplaced(asksForGrace, graceWithinDeadline),
}

// poolsToo: that no pool or node gives drains less time.
func poolsToo(p *check.Pass, _ *check.Judgement) []origin.Unread {
	e := p.Estate.Kubernetes
	hidden := slices.DeleteFunc(e.HidesKarpenterPools(), func(u origin.Unread) bool { return u.Of != "" && u.Kind == "" && !u.Unseen })
	return append(e.Lacks(kubernetes.KarpenterPools, kubernetes.NodeClaimKinds), hidden...)
}

// budgetsThatAreNotAsked: that no PDB is there of which a drain asks none.
func budgetsThatAreNotAsked(p *check.Pass, j *check.Judgement) []origin.Unread {
	if x, limited := cutOf(p, j.Index); !limited || !x.early {
		return nil
	}
	return p.Estate.Kubernetes.Lacks(kubernetes.BudgetKinds)
}

// asksForGrace reports whether somebody wrote for a workload that its pods need longer to
// stop than pods do by default, and drains evict them.
func asksForGrace(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	return w.Template.Grace > corev1.DefaultTerminationGracePeriodSeconds*time.Second && w.Evictable && w.AtLeast() > 0 && !headroom(w)
}

// graceCut is the least time that drains leave the pods of a workload to stop.
type graceCut struct {
	terms contract.Terms
	kept  time.Duration
	early bool // they are deleted the moment the drain begins
	void  bool // and there are several, of which a PDB should keep some
}

// cutOf is that of a workload that asks for grace; false where it is not known on which
// platform it runs, or nothing limits how long its pods may take.
func cutOf(p *check.Pass, i int) (x graceCut, limited bool) {
	w, at := &p.Estate.Kubernetes.Workloads[i], &p.Places.Workloads[i]
	if !asksForGrace(p, i) || at.Offering == nil || at.Offering.Undecided() || at.Offering.Contract == nil || len(at.Also) > 0 {
		return x, false
	}
	x.terms, x.kept, limited = consequencesOf(p).of(i).shortest()
	x.early = limited && deletedEarly(x.terms, w.Template.Grace)
	x.void = x.early && len(coverageOf(p).covered[i]) > 0 && w.AtLeast() > 1
	return x, limited
}

// graceWithinDeadline says whether the pods of a workload are killed before their own time
// to stop is over. Where it is not known which of several platforms it is nothing is said.
func graceWithinDeadline(p *check.Pass, i int) {
	x, limited := cutOf(p, i)
	if !limited {
		return
	}
	w, at := &p.Estate.Kubernetes.Workloads[i], &p.Places.Workloads[i]
	asks, follows, t, kept := w.Template.Grace, consequencesOf(p).of(i), x.terms, x.kept
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	j.Message = fmt.Sprintf("may take %s to stop, and %s leaves its pods %s", words.Duration(asks), t.Title(), words.Duration(kept))
	j.Evidence = []finding.Evidence{{Text: "terminationGracePeriodSeconds " + itoa(int(asks/time.Second)), Position: w.Position}}
	if follows.spot != "" && t.Trigger == contract.Interruption {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: follows.spot, Position: w.Position})
	}
	if asks <= kept && !x.void {
		ofWorkload(p, i, sure(p, j, i, nil))
		return
	}
	j.Verdict, j.Severity, j.Because = finding.Broken, "low", "it was told to stop before, and keeps no data that is known"
	j.Message = fmt.Sprintf("asks for %s to stop, of which %s leaves it %s", words.Duration(asks), t.Title(), words.Duration(kept))
	killed := fmt.Sprintf("On %s a pod that has not stopped by then is killed. %s", at.Offering.Title, follows.when(t))
	j.Consequence = strings.TrimSpace(killed)
	j.Fix = &finding.Fix{Summary: fmt.Sprintf("have its pods stop within %s", words.Duration(kept))}
	if control := t.Deadline.Control; control != "" && t.Trigger != contract.Interruption {
		j.Fix.Summary += ", or give drains more time (" + control + ")"
	}
	if x.void {
		notAsked(&j, t, asks, kept)
		j.Consequence = strings.TrimSpace(fmt.Sprintf("On %s %s %s", at.Offering.Title, j.Consequence, follows.when(t)))
	}
	prog := programsOf(p).of(i)
	keeps := len(w.VolumeClaimTemplates) > 0 || prog != nil && prog.Keeps == responsibility.KeepsData
	if w.Kind == "StatefulSet" && keeps {
		j.Severity = "medium" // at most
		j.Consequence += " What it keeps may not be written out."
	}
	ofWorkload(p, i, j)
}

// notAsked says of pods that are deleted early that no PDB is asked of them.
func notAsked(j *check.Judgement, t contract.Terms, asks, kept time.Duration) {
	j.Severity, j.Consequence = "medium", atOnce(t)+": those on nodes that drain together go together."
	if asks == kept {
		j.Message = fmt.Sprintf("asks for %s to stop, which is all that %s leaves it: its PDB is not asked", words.Duration(asks), t.Title())
	} else {
		j.Consequence += " One that has not stopped by then is killed."
	}
	j.Fix.Summary = fmt.Sprintf("have its pods ask for less than %s to stop, by as long as evictions under its PDB may take, "+
		"or give drains that much more than %s (%s)", words.Duration(kept), words.Duration(asks), t.Deadline.Control)
}

// deletedEarly reports whether pods are deleted the moment the drain of their node begins: they
// ask for as long to stop as the drain may take, or longer, on terms by which pods are
// deleted in time for their grace. What is not honoured of a grace delays that.
//
// Source: Terminator.DeleteExpiringPods in pkg/controllers/node/termination/terminator of
// Karpenter 1.14.
func deletedEarly(t contract.Terms, asks time.Duration) bool {
	var began time.Time
	at, _, killed := t.DrainDeadline().ForceDeleted(began, asks)
	return killed && at.Equal(began) && t.OnDeadline == contract.ThenForce
}

// atOnce says what comes of pods that are deleted the moment a drain begins.
func atOnce(t contract.Terms) string {
	deadline, _ := t.Deadline.Finite()
	return fmt.Sprintf("a pod that asks for as long to stop as a drain may take (%s), or longer, is deleted as soon as the drain begins, "+
		"and no PDB is asked", words.Duration(deadline))
}

// graceVoidsBudget reports whether a workload of several pods has PDBs that are not asked,
// as its pods ask for as long to stop as their drains may take.
func graceVoidsBudget(p *check.Pass, i int) bool {
	x, limited := cutOf(p, i)
	return limited && x.void
}

// shortest are the terms that leave pods the least time to stop once their node is drained
// for a patch, at its maximum age, or where they run on spot capacity as that is taken
// back, and how long; false where no such terms cut it short.
func (c consequence) shortest() (of contract.Terms, kept time.Duration, limited bool) {
	terms := []contract.Terms{c.routine()}
	if t, ok := c.contract().First(contract.Expiry); ok {
		terms = append(terms, c.contract().Under(t, c.grace))
	}
	if c.spot != "" {
		if t, ok := c.contract().Spot(); ok {
			terms = append(terms, t)
		}
	}
	for _, t := range terms {
		if d, ok := leaves(t); ok && (!limited || d < kept) {
			of, kept, limited = t, d, true
		}
	}
	return of, kept, limited
}

// leaves is how long terms leave a pod to stop at the most: as long as the platform honours
// a grace, and no longer than until it deletes what is left.
func leaves(t contract.Terms) (time.Duration, bool) {
	kept, limited := t.GraceCap.Finite()
	if d, ok := t.Deadline.Finite(); ok && t.OnDeadline == contract.ThenForce && (!limited || d < kept) {
		kept, limited = d, true
	}
	return kept, limited
}
