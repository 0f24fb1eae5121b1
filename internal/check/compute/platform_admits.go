package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/support"
	"github.com/onus-project/onus/internal/words"
)

// PlatformAdmits looks for pods that ask for what their platform does not give: access to
// its nodes, as a rule.
var PlatformAdmits = check.Check{
	ID: "platform-admits", Axis: Axis,
	Needs: check.Needs{Held: []check.Need{ownObject, place}, Broken: []check.Need{ownObject, place}},
	Run: func(p *check.Pass) {
		rules := map[*responsibility.Offering][]*responsibility.Unsupported{}
		for i := range p.Estate.Kubernetes.Workloads {
			if p.Err() != nil {
				return
			}
			several := judgedOn(p, i)
			for _, on := range several {
				if _, known := rules[on]; !known {
					rules[on] = ofPods(p, on)
				}
			}
			switch {
			case len(several) > 1:
				admittedOnAll(p, i, several, rules)
			case len(several) == 1 && len(rules[several[0]]) > 0:
				platformAdmits(p, i, rules[several[0]])
			}
		}
		nodesAsAsked(p)
		poolsAdmitted(p)
	},
}

// nodesAsAsked says of what makes nodes, such as an EC2NodeClass, what it asks for in vain where
// --as asks what if they were the provider's. Where nobody asks they are of whatever makes them.
func nodesAsAsked(p *check.Pass) {
	at := p.Places.Fallback
	if at.Basis != locate.Asked {
		return
	}
	objects := p.Estate.Kubernetes.Objects
	for i := range objects {
		o := &objects[i]
		if !strings.HasSuffix(o.API, "NodeClass") {
			continue
		}
		has := fields.OfObject(o)
		_, kind, _ := strings.Cut(o.API, "/")
		for _, u := range p.Catalog.UnsupportedOn(at.Offering) {
			if u.On != "object" || support.Excused(u, objects) {
				continue
			}
			evidence, ok := has.Match(u.Rule())
			if !ok {
				continue
			}
			report(p, check.Judgement{
				Subject: finding.Subject{Kind: kind, Name: o.Name}, Place: at, Position: o.Position, Verdict: finding.Broken, Settled: true,
				Message:  fmt.Sprintf("asks for what %s does not support: %s", at.Offering.Title, u.Is),
				Severity: least(u.Weight(), "medium"), Because: "nodes come without it", Consequence: u.Then,
				Evidence: []finding.Evidence{{Text: evidence, Position: o.Position}},
				Fix:      &finding.Fix{Summary: small(strings.TrimSuffix(u.Cure, "."))},
			})
			break // the rest goes with the same rewrite
		}
	}
}

// ofPods is what an offering does not support that is seen on pods.
func ofPods(p *check.Pass, on *responsibility.Offering) []*responsibility.Unsupported {
	return slices.DeleteFunc(p.Catalog.UnsupportedOn(on), func(u *responsibility.Unsupported) bool {
		return u.On != "pod" || support.Excused(u, p.Estate.Kubernetes.Objects)
	})
}

// weightOf is how much is lost with what is not supported, at most medium where an object
// that may stand elsewhere would have it admitted.
func weightOf(u *responsibility.Unsupported) string {
	if len(u.Unless) > 0 {
		return least(u.Weight(), "medium")
	}
	return u.Weight()
}

// judgedOn are the offerings that a workload runs on, or one of which it runs on; none
// where nothing tells. What runs in a cluster was admitted there, unless the question is
// what if it ran elsewhere, and of old snapshots it is not known what pods ask for.
func judgedOn(p *check.Pass, i int) []*responsibility.Offering {
	e, at := p.Estate.Kubernetes, &p.Places.Workloads[i]
	w := &e.Workloads[i]
	if !replaced(at) || e.Unasked || e.Live && at.Basis != locate.Asked ||
		w.Kind == kubernetes.Static || w.MadeBy != nil || w.AtLeast() == 0 {
		return nil
	}
	return offeringsOf(at)
}

// admittedOnAll says of a workload that may run on nodes of several offerings what it asks
// for that some of them do not support, or none. Where it is only not known which of several
// it is, those that refuse it are not what it was written for, and nothing is said as long as
// one admits it.
func admittedOnAll(p *check.Pass, i int, several []*responsibility.Offering,
	rules map[*responsibility.Offering][]*responsibility.Unsupported,
) {
	w := &p.Estate.Kubernetes.Workloads[i]
	has := fields.OfWorkload(w)
	j := check.Judgement{Verdict: finding.Unknown, Position: w.Position, Severity: "medium", Because: possible}
	var refusing []*responsibility.Offering
	var worst *responsibility.Unsupported
	for _, on := range several {
		for _, u := range rules[on] {
			evidence, ok := has.Match(u.Rule())
			if !ok {
				continue
			}
			if worst == nil || heavier(u, worst) {
				worst = u
			}
			if len(refusing) == 0 || refusing[len(refusing)-1] != on {
				refusing = append(refusing, on)
			}
			j.Evidence = append(j.Evidence, finding.Evidence{Text: u.Is + ": it has " + evidence, Position: w.Position})
		}
	}
	all := len(refusing) == len(several)
	if len(refusing) == 0 || !all && p.Places.Workloads[i].Offering.Undecided() {
		return
	}
	fits := locate.Seen(fmt.Sprintf("one of %d that fit", len(several)))
	at := locate.Place{Offering: refusing[0], Basis: locate.Possible, Evidence: append(fits, p.Places.Workloads[i].Evidence...)}
	if all {
		j.Verdict, j.Message = finding.Broken, fmt.Sprintf("asks for what %s do not support: %s", titlesOf(refusing), worst.Is)
		j.Consequence, j.Fix = worst.Then, &finding.Fix{Summary: small(strings.TrimSuffix(worst.Cure, "."))}
		refused(p, i, at, j, weightOf(worst))
		return
	}
	j.Message = fmt.Sprintf("asks for what is not supported on %s, and may run there: its pods may come to nodes of %d platforms",
		titlesOf(refusing), len(several))
	j.Subject, j.Index, j.Place = subject(w.Ref), i, at
	report(p, j)
}

// titlesOf are what offerings are called, as they are listed in a sentence.
func titlesOf(offerings []*responsibility.Offering) string {
	titles := make([]string, len(offerings))
	for i, o := range offerings {
		titles[i] = o.Title
	}
	return words.And(titles)
}

// heavier reports whether more is lost with what one rule is about than with another.
func heavier(u, other *responsibility.Unsupported) bool {
	return weightOf(u) != weightOf(other) && least(weightOf(u), weightOf(other)) == weightOf(other)
}

// platformAdmits says of a workload what it asks for in vain, all of it at once: one
// rewrite of its template mends it.
func platformAdmits(p *check.Pass, i int, rules []*responsibility.Unsupported) {
	w := &p.Estate.Kubernetes.Workloads[i]
	has := fields.OfWorkload(w)
	j := check.Judgement{Verdict: finding.Held, Position: w.Position}
	var worst *responsibility.Unsupported
	for _, u := range rules {
		evidence, ok := has.Match(u.Rule())
		if !ok {
			continue
		}
		if worst == nil || heavier(u, worst) {
			worst = u
		}
		j.Evidence = append(j.Evidence, finding.Evidence{Text: u.Is + ": it has " + evidence, Position: w.Position})
	}
	if worst == nil {
		if asks := ofNode(w.Template.Asks); len(asks) > 0 {
			if of := unsaid(asks, rules); of != "" {
				j.Verdict = finding.Unknown
				j.Message = "asks for " + of + ", and the catalog does not say whether " + p.Places.Workloads[i].Offering.Title + " has them"
				ofWorkload(p, i, j)
				return
			}
			j.Message = "nothing that it asks of its nodes is in the provider's list of what is not supported: " + words.And(asks)
			ofWorkload(p, i, sure(p, j, i, nil))
		}
		return
	}
	j.Verdict = finding.Broken
	j.Message = fmt.Sprintf("asks for what %s does not support: %s", p.Places.Workloads[i].Offering.Title, worst.Is)
	if n := len(j.Evidence); n > 1 {
		j.Message += fmt.Sprintf("; and %d more", n-1)
	}
	j.Consequence = worst.Then
	j.Fix = &finding.Fix{Summary: small(strings.TrimSuffix(worst.Cure, "."))}
	refused(p, i, p.Places.Workloads[i], j, weightOf(worst))
}

// unsaid is what pods ask for that nobody supports unless they say so, so that a list without
// it does not mean that it works; empty for none.
func unsaid(asks []string, rules []*responsibility.Unsupported) string {
	for _, of := range responsibility.SupportedWhereSaid() {
		said := slices.ContainsFunc(rules, func(u *responsibility.Unsupported) bool {
			return slices.ContainsFunc(u.All, func(c responsibility.Condition) bool { return c.Field == "asks" && c.Key == of.Asks })
		})
		if slices.Contains(asks, of.Asks) && !said {
			return of.Title
		}
	}
	return ""
}

// ofNode are those of what pods ask that are about their node, and not what they lack, nor what
// they are answered wherever nobody says otherwise.
func ofNode(asks []string) []string {
	return slices.DeleteFunc(slices.Clone(asks), func(a string) bool {
		return a == "noLivenessProbe" || a == "noReadinessProbe" || a == "instanceMetadata"
	})
}

// Why what may not run there weighs less.
const (
	possible  = "it may run on another platform, which takes it"
	undecided = "on which of several platforms it runs is not known"
	hinted    = "that it runs there is shown by a hint"
)

// refused reports of a workload that its pods do not start. How much is lost does not
// depend on who calls it, as it is for all of its pods and for good; but nobody needs what
// is there to be tried.
func refused(p *check.Pass, i int, at locate.Place, j check.Judgement, severity string) {
	w := &p.Estate.Kubernetes.Workloads[i]
	j.Subject, j.Index, j.Place, j.Severity = subject(w.Ref), i, at, severity
	j.Because = small(strings.TrimSuffix(j.Consequence, "."))
	why := map[locate.Basis]string{locate.Hint: hinted, locate.Possible: undecided}[at.Basis]
	if most := least(severity, "medium"); why != "" && most != severity {
		j.Severity, j.Because = most, why
	}
	if why := stakesOf(p).trial(i); why != "" {
		j.Severity, j.Because, j.Evidence = "low", why, append(j.Evidence, finding.Evidence{Text: why, Position: w.Position})
	}
	report(p, j)
}
