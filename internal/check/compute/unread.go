package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// Of a live cluster some kinds may not have been read. A verdict is kept only
// where nothing that was not read could change it; else it is unknown.

// rest is something that a verdict rests on beside the subject itself.
type rest int

const (
	onOthers   rest = iota // there are no budgets beside those that were read
	onOwn                  // the workload's own object, where it is inferred
	onName                 // the same, where its pods may be another one's
	onSize                 // how few pods the workload may have
	onOrdinals             // the same, where budgets tell its pods apart by number
	onLabels               // that pods have the labels of their template
	onReach                // which pods a budget selects, and how many they may be
	onAbsence              // there is nothing beside what was read that a budget selects
	onServing              // which bare pods under a budget serve
	onPlace                // under which contract the subject stands
	onPlay                 // everything that moves pods: it is played
	onVolumes              // in which zones the volumes are that it mounts
)

// rests says obligation by obligation what verdicts rest on. What is missing in
// one of the two lists cannot take that verdict away: another budget covers more
// pods, not fewer, and does not take the second one off a pod.
var rests = map[string]struct{ held, broken []rest }{
	"pdb-missing":          {[]rest{onOrdinals, onLabels}, []rest{onOthers, onOwn, onSize, onLabels}},
	"pdb-never-allows":     {[]rest{onOthers}, nil}, // of each budget: budgetRests
	"pdb-overlap":          {[]rest{onOthers, onOwn, onOrdinals, onLabels}, []rest{onName, onOrdinals, onLabels}},
	"pdb-shared":           {[]rest{onReach, onServing}, []rest{onReach}},
	"pdb-orphan":           {[]rest{onLabels}, []rest{onAbsence}},
	"single-replica":       {[]rest{onOwn, onSize}, []rest{onOwn, onSize}},
	"drain-dodger":         {[]rest{onOwn, onPlace}, []rest{onOwn, onPlace}},
	"budget-invalid":       {},
	"budget-closed":        {},
	"budget-gap":           {},
	"budget-dead":          {},
	"survives-replacement": {[]rest{onPlay, onPlace}, []rest{onPlay, onPlace, onVolumes, onSize}},
	"expiry-cohort":        {[]rest{onPlay, onPlace}, []rest{onPlay, onPlace, onVolumes, onSize}},
	"expiry-unbounded":     {[]rest{onPlay, onPlace}, []rest{onPlay, onPlace}},
}

// about is what a finding is about: an index into what the estate has of it,
// and -1 for the others.
type about struct{ workload, budget int }

// unread returns what a verdict rests on and could not be read.
func (a *auditor) unread(obligation string, v finding.Verdict, x about, at locate.Place) []origin.Unread {
	if len(a.estate.Unread) == 0 {
		return nil
	}
	on := rests[obligation].held
	switch v {
	case finding.Broken:
		on = rests[obligation].broken
	case finding.Unknown:
		on = slices.Concat(on, rests[obligation].broken)
	}
	var lacks []origin.Unread
	for _, r := range on {
		for _, u := range a.lacks(r, x, at) {
			if !slices.Contains(lacks, u) {
				lacks = append(lacks, u)
			}
		}
	}
	return lacks
}

func (a *auditor) lacks(r rest, x about, at locate.Place) []origin.Unread {
	e := a.estate
	switch r {
	case onOthers:
		return e.Lacks(kubernetes.BudgetKinds)
	case onOwn:
		return a.lacksOwn(x.workload)
	case onName:
		switch w := &e.Workloads[x.workload]; w.Kind {
		case "ReplicaSet", "ReplicationController", "Job", "CronJob":
			return a.lacksOwn(x.workload)
		}
		return a.lacksSwitch(x.workload)
	case onSize:
		return a.lacksSize(x.workload)
	case onOrdinals:
		if len(e.Workloads[x.workload].Pods) == 0 && a.numbered(x.workload) {
			return a.lacksSize(x.workload)
		}
	case onLabels:
		switch pods := e.Lacks(kubernetes.PodKinds); {
		case len(pods) == 0:
		case x.workload >= 0 && !a.numbered(x.workload) && a.accounted(e.Workloads[x.workload].Namespace):
		case x.budget >= 0 && len(a.lacksUnder(x.budget)) == 0:
		default:
			return pods
		}
	case onReach:
		return append(a.lacksUnder(x.budget), a.lacksSizes(x.budget)...)
	case onAbsence:
		return append(e.LacksControllers(), e.Lacks(kubernetes.PodKinds)...)
	case onServing:
		if slices.ContainsFunc(a.covers[x.budget], func(r reach) bool { return e.Workloads[r.workload].Bare }) {
			return e.Lacks(kubernetes.ServiceKinds)
		}
	case onPlace:
		switch at.Basis {
		case locate.Asked, locate.Proof, locate.Only:
		default:
			return e.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds, kubernetes.PodKinds)
		}
	case onPlay:
		return slices.DeleteFunc(simulate.Lacks(e), func(u origin.Unread) bool { return slices.Contains(kubernetes.VolumeKinds, u.Kind) })
	case onVolumes: // what is proved holds wherever pods find a node
		if w := &e.Workloads[x.workload]; len(w.Template.VolumeClaims)+len(w.VolumeClaimTemplates) > 0 {
			return e.Lacks(kubernetes.VolumeKinds)
		}
	}
	return nil
}

// numbered reports whether budgets over a workload tell its pods apart by number.
func (a *auditor) numbered(i int) bool {
	return a.estate.Workloads[i].Kind == "StatefulSet" && slices.ContainsFunc(a.covered[i], func(b int) bool {
		requirements, _ := a.estate.Budgets[b].Selector.Requirements()
		return byOrdinal(requirements)
	})
}

// accounted reports whether the disruption controller counts under each budget
// of a namespace as many pods as were found for it.
func (a *auditor) accounted(namespace string) bool {
	if a.strays == nil {
		a.strays = map[string]bool{}
		for i := range a.estate.Budgets {
			if len(a.lacksUnder(i)) > 0 {
				a.strays[a.estate.Budgets[i].Namespace] = true
			}
		}
	}
	return !a.strays[namespace]
}

// lacksOwn is a workload's kind, where its pods or revisions were read and it
// was not; or that of another one whose template it uses.
func (a *auditor) lacksOwn(i int) []origin.Unread {
	switch w := &a.estate.Workloads[i]; {
	case w.Inferred:
		return a.estate.Lacks(origin.Kinds{w.Kind})
	case w.TemplateOf != nil:
		return a.estate.Lacks(origin.Kinds{w.TemplateOf.Kind})
	}
	return a.lacksSwitch(i)
}

// lacksSwitch is what decides whether a workload that has no replicas now is
// switched off, or is started when there is work.
func (a *auditor) lacksSwitch(i int) []origin.Unread {
	if w := &a.estate.Workloads[i]; w.ReplicasSet && w.Replicas == 0 {
		return a.estate.Lacks(kubernetes.ScalerKinds)
	}
	return nil
}

// lacksSize is what may say that a workload has another size: itself, or an
// autoscaler.
func (a *auditor) lacksSize(i int) []origin.Unread {
	w := &a.estate.Workloads[i]
	if !w.Scaled || w.Bare {
		return a.lacksOwn(i)
	}
	return append(a.lacksOwn(i), a.estate.Lacks(kubernetes.ScalerKinds)...)
}

// lacksUnder is what may be under a budget and was not read. That the
// disruption controller counts as many pods as were found settles it.
func (a *auditor) lacksUnder(budget int) []origin.Unread {
	lacks := append(a.estate.LacksControllers(), a.estate.Lacks(kubernetes.PodKinds)...)
	if len(lacks) == 0 {
		return nil
	}
	b := &a.estate.Budgets[budget]
	now := a.count(b, a.covers[budget], func(w *kubernetes.Workload) int {
		if w.Kind == "DaemonSet" {
			return w.AtLeast()
		}
		return w.Replicas
	})
	if b.Status != nil && b.Status.Expected == now.Expected && (now.Expected > 0 || len(a.covers[budget]) == 0) {
		return nil
	}
	return lacks
}

// lacksSizes is what may say that workloads under a budget have other sizes.
func (a *auditor) lacksSizes(budget int) []origin.Unread {
	var lacks []origin.Unread
	for _, r := range a.covers[budget] {
		for _, u := range a.lacksSize(r.workload) {
			if !slices.Contains(lacks, u) {
				lacks = append(lacks, u)
			}
		}
	}
	return lacks
}

// large is a size beyond which no workload matters.
const large = 1 << 20

// budgetRests is what the arithmetic of a budget rests on and was not read.
// Sizes do not matter where it comes out the same for the smallest and for the
// largest there are: with the number of pods grows what it allows, and shrinks
// where it covers workloads in part only.
func (a *auditor) budgetRests(budget int) []origin.Unread {
	if len(a.estate.Unread) == 0 {
		return nil
	}
	lacks := a.lacksUnder(budget)
	sizes := a.lacksSizes(budget)
	if len(sizes) == 0 {
		return lacks
	}
	// One that is scaled to nothing now may be meant to run, and one that runs to
	// its end may be gone soon after.
	moot := func(r reach) bool {
		return (r.pods == 0 || !a.estate.Workloads[r.workload].Lasting) && len(a.lacksSize(r.workload)) > 0
	}
	if slices.ContainsFunc(a.covers[budget], moot) || !a.sizeless(budget, func(i int) bool { return len(a.lacksSize(i)) > 0 }) {
		return append(lacks, sizes...)
	}
	return lacks
}

// sizeless reports whether the arithmetic of a budget comes out the same
// whatever the size of some workloads under it.
func (a *auditor) sizeless(budget int, varies func(workload int) bool) bool {
	extreme := func(whole, part int) disruption.Reason {
		var groups []disruption.Group
		for _, r := range a.covers[budget] {
			n := whole
			if r.partly {
				n = part
			}
			groups = append(groups, a.group(r, func(w *kubernetes.Workload) int {
				if varies(r.workload) {
					return n
				}
				return w.AtLeast()
			}))
		}
		return allow(&a.estate.Budgets[budget], groups).Reason
	}
	return extreme(1, large) == extreme(large, 1)
}

// onWorkload adds a finding on a workload's obligation.
func (a *auditor) onWorkload(obligation string, i int, j judgement) {
	at := a.places.Workloads[i]
	a.find(obligation, a.estate.Workloads[i].Ref, at, doubt(j, a.unread(obligation, j.verdict, about{workload: i, budget: -1}, at)))
}

// onBudget adds a finding on a budget's obligation.
func (a *auditor) onBudget(obligation string, i int, at locate.Place, j judgement) {
	a.find(obligation, a.estate.Budgets[i].Ref(), at, doubt(j, a.unread(obligation, j.verdict, about{workload: -1, budget: i}, at)))
}

// doubt takes a verdict back that may be another one with what was not read,
// and says so. What would put it right may do harm then, and is left out.
func doubt(j judgement, lacks []origin.Unread) judgement {
	if len(lacks) == 0 {
		return j
	}
	if j.verdict == finding.Unknown {
		j.message += "; and " + origin.Plurals(lacks) + " could not be read"
	} else {
		j.message += "; but " + origin.Plurals(lacks) + " could not be read, and may change that"
	}
	j.verdict, j.consequence, j.fix = finding.Unknown, "", nil
	j.evidence = append(slices.Clone(j.evidence), unreadEvidence(lacks)...)
	return j
}

func unreadEvidence(lacks []origin.Unread) []finding.Evidence {
	evidence := make([]finding.Evidence, len(lacks))
	for i, u := range lacks {
		evidence[i] = finding.Evidence{Text: u.Words(), Unread: u.Resource}
	}
	return evidence
}

// The obligations on workloads that serve, and on budgets.
var (
	workloadChecks = []string{"pdb-missing", "single-replica", "drain-dodger", "survives-replacement", "expiry-cohort"}
	pdbChecks      = []string{"pdb-never-allows", "pdb-overlap", "pdb-shared", "pdb-orphan"}
)

// subjects are the kinds of what obligations are about. Of those that were not
// read each obligation has one finding, so that silence is not taken for green.
var subjects = []struct {
	kinds  origin.Kinds
	checks []string
	// inferred from pods where those were read
	inferred bool
}{
	{kubernetes.BudgetKinds, pdbChecks, false},
	{kubernetes.KarpenterPools, poolChecks, false},
	{kubernetes.PodKinds, workloadChecks, false}, // bare ones, and those of operators
	{origin.Kinds{"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout", "DeploymentConfig", "CloneSet"}, workloadChecks, true},
}

// unseen says of obligations that some of what they are about was not read.
func (a *auditor) unseen() {
	for _, s := range subjects {
		if s.inferred && len(a.estate.Lacks(kubernetes.PodKinds)) == 0 {
			continue
		}
		for _, u := range a.estate.Lacks(s.kinds) {
			for _, id := range s.checks {
				at, ok := a.yours(id)
				if !ok {
					continue
				}
				a.find(id, kubernetes.Ref{Kind: u.Kind}, at, judgement{
					verdict: finding.Unknown, message: u.Plural() + " could not be read, so this was not looked at on those", evidence: unreadEvidence([]origin.Unread{u}),
				})
			}
		}
	}
}

// yours is somewhere that an obligation is the customer's, among where things
// stand, or may.
func (a *auditor) yours(obligation string) (locate.Place, bool) {
	o := a.catalog.Obligation(obligation)
	if o == nil {
		return locate.Place{}, false
	}
	at := a.places.Fallback
	for _, on := range append([]*responsibility.Offering{at.Offering}, a.places.Offerings()...) {
		if on != nil && o.AppliesTo(on) && (on.Contract != nil || !Foreseen(obligation)) {
			if on != at.Offering {
				at = locate.Place{Offering: on, Basis: locate.Only}
			}
			return at, true
		}
	}
	return locate.Place{}, false
}

// unserved says of a bare pod that it may serve: which do is for Services to
// tell, and those were not read.
func (a *auditor) unserved(i int) {
	lacks := a.estate.Lacks(kubernetes.ServiceKinds)
	if w := &a.estate.Workloads[i]; len(lacks) == 0 || !w.Bare || !w.Lasting {
		return
	}
	for _, id := range []string{"single-replica", "drain-dodger", "survives-replacement"} {
		if at := a.places.Workloads[i]; !Foreseen(id) || at.Offering != nil && at.Offering.Contract != nil {
			a.find(id, a.estate.Workloads[i].Ref, at, judgement{
				verdict: finding.Unknown, message: "Services could not be read, so whether one routes to this pod is not known", evidence: unreadEvidence(lacks), position: a.estate.Workloads[i].Position,
			})
		}
	}
}

// harmless leaves out of a fix the budgets it would create, where others over
// the same pods may be there unread: two over one pod let no eviction through.
func (a *auditor) harmless(fix *finding.Fix) *finding.Fix {
	if fix == nil || len(a.estate.Lacks(kubernetes.BudgetKinds)) == 0 {
		return fix
	}
	creates := func(c finding.Change) bool {
		return c.Action == finding.Create && c.Object.Kind == "PodDisruptionBudget"
	}
	if !slices.ContainsFunc(fix.Changes, creates) {
		return fix
	}
	some := &finding.Fix{Summary: fix.Summary + "; budgets could not all be read, so see first whether one covers its pods already", Changes: slices.DeleteFunc(slices.Clone(fix.Changes), creates)}
	if slices.ContainsFunc(some.Changes, func(c finding.Change) bool { return c.Object.Kind == "PodDisruptionBudget" }) {
		some.Changes = nil // they are in place of those
	}
	return some
}
