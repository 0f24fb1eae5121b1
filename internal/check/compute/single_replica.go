package compute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// SingleReplica looks for services that may run on one pod.
var SingleReplica = check.Check{
	ID: "single-replica", Axis: Axis, Subjects: workloads,
	Needs: check.Needs{Held: []check.Need{ownObject, ownSize, apartByVolume}, Broken: []check.Need{ownObject, ownSize, oneByVolume}},
	Run:   eachServing(true, singleReplica),
}

// singleReplica looks for a service that may stand on one pod.
func singleReplica(p *check.Pass, i int) {
	w := &p.Estate.Kubernetes.Workloads[i]
	n := w.AtLeast()
	j := check.Judgement{Verdict: finding.Held, Position: w.Position, Evidence: []finding.Evidence{size(w)}}
	claim, sizer := fixesOf(p).sharedVolume(i), p.Catalog.SizedBy(w.Labels)
	switch {
	case w.ScalesToZero():
		j.Message = "scales to zero, so having no ready pod is accepted"
	case n >= 2 && claim != nil:
		j = onOneNode(p, i, claim)
	case n >= 2 && len(alone(w)) > 0:
		j = ofShares(w)
	case pairOf(p, i) != "":
		j = ofAPair(p, i)
	case n >= 2:
		j.Message = fmt.Sprintf("runs at least %d pods", n)
	case len(stakesOf(p).siblings(i)) > 0:
		j.Message = fmt.Sprintf("is one of %d replicas of %s %s, each with a %s of its own", len(stakesOf(p).siblings(i))+1, w.OwnedBy.Kind,
			w.OwnedBy.Name, w.Kind)
	case w.Move.Can():
		j.Message = w.Move.Operator + " moves its pod to another node while it runs, before it lets its own node go"
	case w.Move != nil && w.Move.Unsure != "":
		j.Verdict = finding.Unknown
		j.Message = "whether " + w.Move.Operator + " moves its pod before its node goes is not known: " + w.Move.Unsure
	case guessed(w) && w.Move == nil:
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("one of its pods was read, but not how many it should have: read %ss as well", w.Kind)
	case sizer != "":
		j.Verdict = finding.Unknown
		j.Message = fmt.Sprintf("how many pods it has is set by %s when it is made, whatever its manifest says", sizer)
	default:
		j.Verdict = finding.Broken
		j.Message = "runs on a single pod"
		if w.Scaler != nil {
			j.Message = fmt.Sprintf("runs on a single pod when %s %s is at its minimum", w.Scaler.Kind, w.Scaler.Name)
			j.Position = w.Scaler.Position
		}
		if w.Missed != nil {
			j.Evidence = append(j.Evidence, missed(w))
		}
		j.Consequence = absence(p, i)
		j.Fix = (singleFixes{fixesOf(p)}).single(i)
		if name, _ := claimsOf(p).bound(w); name != "" {
			j.Evidence = append(j.Evidence, finding.Evidence{Text: "it mounts the claim " + name})
		}
		if said := oneNode(p, i); said != "" {
			j.Fix = resigned("accept it: " + said + ", on which a second replica would stand as well")
		}
		if others, _ := stakesOf(p).company(i); others > 0 {
			j.Fix = resigned("accept it: " + stakesOf(p).of(i).Text + "; let one PDB cover them together")
		}
		j = weighed(p, i, j)
		j.Wanted = wanted(p, i, j.Fix)
		// Whose only pod cannot be evicted, or is not made again, has one thing to decide, not two.
		j.Causes = []check.Cause{{Obligation: PDBNeverAllows.ID, Subject: subject(w.Ref)}, {Obligation: BarePod.ID, Subject: subject(w.Ref)}}
	}
	ofWorkload(p, i, sure(p, j, i, nil))
}

// weighed gives what is said of a workload of one pod in what a tool builds the severity
// that it has at most: less where its author has its only pod gone in each rollout, where
// the fix names nothing to change, and where few call it and nobody knows whether a second
// pod helps. What keeps data is on one pod by a decision as a rule, and what an operator
// makes says by its resource how it gets more. Records that go with the pod are gone whoever
// decided so.
func weighed(p *check.Pass, i int, j check.Judgement) check.Judgement {
	w, at := &p.Estate.Kubernetes.Workloads[i], stakesOf(p).of(i)
	if !servingOf(p).built || j.Fix == nil || j.Fix.AcceptOnly || holdsUp(p, i) || programsOf(p).losesRecords(i, w) {
		return j
	}
	why := pausesForRollouts(w)
	switch {
	case why != "" && at.from != server:
		j.Severity, j.Because, j.Evidence = "low", why, append(j.Evidence, finding.Evidence{Text: why, Position: w.Position})
	case len(j.Fix.Changes) == 0 && j.Fix.More && w.MadeBy == nil && !w.Bare: // which it would take an edit to have
		j.Severity, j.Because = "low", "whether two of its pods may run side by side is not known"
		j.Evidence = append(j.Evidence, finding.Evidence{Text: j.Because})
	case len(j.Fix.Changes) == 0 && w.MadeBy == nil && !w.Bare:
		j.Severity, j.Because = "low", "no edit of what was read ends it"
		j.Evidence = append(j.Evidence, finding.Evidence{Text: j.Because})
	case len(j.Fix.Changes) > 0 && at.from != anybody && !p.Estate.Kubernetes.Live && (singleFixes{fixesOf(p)}).unsure(i):
		j.Severity, j.Because = "low", "whether two of its pods may run side by side is not known"
		j.Evidence = append(j.Evidence, finding.Evidence{Text: j.Because})
	}
	return j
}

// oneNode says by what it is known that the cluster of a workload has one node, which its
// owner runs; empty where it may have more.
func oneNode(p *check.Pass, i int) string {
	if !p.Catalog.Exposure().Local(p.Places.Workloads[i].Offering) {
		return ""
	}
	return p.Places.OneNode
}

// nodeless says what the absence of the only pod of a workload does that can start on its own
// node alone; empty for others.
func nodeless(p *check.Pass, i int) string {
	w := &p.Estate.Kubernetes.Workloads[i]
	if names, _ := claimsOf(p).onDisks(w); len(names) > 0 && diskGoes(p, i) {
		return "takes it down until somebody gives it another volume: that of claim " + names[0] + " lies on the node, and goes with it"
	} else if len(names) > 0 {
		return "takes it down for as long as that node is away: claim " + names[0] + " lies on it"
	}
	if host := w.Template.NodeSelector[corev1.LabelHostname]; host != "" && nameGoes(p, i) {
		return "takes it down until somebody lets it run elsewhere: it asks for node " + host + " by its name, and the one that comes has another"
	}
	if why := claimsOf(p).tied(w); why != "" {
		return "takes it down for as long as that node is away: " + why
	}
	return ""
}

// diskGoes reports whether it is known that another machine comes in place of a workload's node.
func diskGoes(p *check.Pass, i int) bool {
	return replaced(&p.Places.Workloads[i]) && otherMachine(p, i)
}

// nameGoes reports whether it is known that no node has the name of a workload's node once
// that is replaced.
func nameGoes(p *check.Pass, i int) bool {
	at := &p.Places.Workloads[i]
	keeps := func(o *responsibility.Offering) bool { return o.Contract.Routine().KeepsNames }
	return diskGoes(p, i) && !slices.ContainsFunc(offeringsOf(at), keeps)
}

// absence is what follows for a workload of one pod: a drain that waits for an
// eviction which never comes where its budgets allow none, and else an outage
// where anybody waits for it; and what is lost with the pod.
func absence(p *check.Pass, i int) string {
	follows := consequencesOf(p).of(i)
	said := ""
	_, kept := keptBy(p, i)
	if holdsUp(p, i) || kept && fixesOf(p).sharedVolume(i) != nil {
		said = follows.blocked(p.Estate.Kubernetes.Workloads[i].AtLeast())
	} else {
		does := stops
		at := stakesOf(p).of(i)
		if _, serves := servingOf(p).routed(i); serves && (at.severity != "low" && !at.uncalled || at.from == server) {
			does = cmp.Or(stakesOf(p).unanswered(i), outage)
		}
		does = cmp.Or(nodeless(p, i), does)
		said = follows.alone(does)
	}
	said = strings.TrimSpace(said + " " + selfBlocked(p, i))
	if lost := programsOf(p).loses(i, &p.Estate.Kubernetes.Workloads[i]); lost != "" {
		said = strings.TrimSpace(said + " " + lost)
	}
	return said
}
