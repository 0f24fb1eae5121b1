package compute

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// The obligations this package has a check for.
var checks = []string{"pdb-missing", "pdb-never-allows", "pdb-overlap", "pdb-shared", "pdb-orphan", "single-replica", "drain-dodger",
	"budget-invalid", "budget-closed", "budget-gap", "budget-dead", "survives-replacement", "expiry-cohort", "expiry-unbounded"}

// Result is one look at one estate.
type Result struct {
	Findings []finding.Finding
	// NotLookedAt are obligations of the customer on what was read for which
	// there is no check: silence about them is not green.
	NotLookedAt []string
}

// Audit looks at every obligation there is a check for, on everything in the
// estate that it applies to. Findings come in a fixed order: by namespace,
// kind, name and obligation.
func Audit(c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places) Result {
	a := newAuditor(c, e, places)
	for i := range e.Workloads {
		a.workload(i)
	}
	for i := range e.Budgets {
		a.budget(i)
	}
	for i := range e.Pools {
		a.pool(i)
	}
	a.unseen()
	slices.SortStableFunc(a.findings, before)
	sorted := make([]finding.Finding, len(a.findings))
	for i, f := range a.findings {
		sorted[i] = *f
	}
	return Result{Findings: sorted, NotLookedAt: a.notLookedAt()}
}

// before orders findings by namespace, kind and name of their subjects, and by
// obligation.
func before(x, y *finding.Finding) int {
	if c := strings.Compare(x.Subject.Namespace, y.Subject.Namespace); c != 0 {
		return c
	}
	if c := strings.Compare(x.Subject.Kind, y.Subject.Kind); c != 0 {
		return c
	}
	if c := strings.Compare(x.Subject.Name, y.Subject.Name); c != 0 {
		return c
	}
	return strings.Compare(x.Obligation, y.Obligation)
}

// newAuditor joins budgets and services to the workloads they get hold of.
func newAuditor(c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places) *auditor {
	a := &auditor{
		catalog: c, estate: e, places: places, nodes: make(map[string]int, len(e.Nodes)),
		covers: make([][]reach, len(e.Budgets)), counts: make([]disruption.Arithmetic, len(e.Budgets)),
		covered: make([][]int, len(e.Workloads)), strictness: make([]*judgement, len(e.Budgets)), served: make([][]int, len(e.Workloads)), budgetNames: map[string]bool{},
		namesakes: make(map[string]int, len(e.Workloads)), without: map[int][]finding.Change{}, bySelector: map[string][]reach{}, overlaps: map[int][]int{},
	}
	for i := range e.Workloads {
		a.namesakes[e.Workloads[i].Namespace+"/"+e.Workloads[i].Name]++
	}
	for i := range e.Nodes {
		a.nodes[e.Nodes[i].Name] = i
	}
	a.matcher = newMatcher(e)
	for i := range e.Budgets {
		a.cover(i)
	}
	a.matchOrphans()
	for i := range e.Services {
		s := &e.Services[i]
		for _, r := range a.matcher.match(s.Namespace, labels.SelectorFromValidatedSet(s.Selector)) {
			a.served[r.workload] = append(a.served[r.workload], i)
		}
	}
	return a
}

type auditor struct {
	catalog *responsibility.Catalog
	estate  *kubernetes.Estate
	places  locate.Places
	matcher *matcher
	nodes   map[string]int

	covers      [][]reach                // by budget: the workloads it gets hold of
	counts      []disruption.Arithmetic  // by budget, at the floors of those
	covered     [][]int                  // by workload: the budgets over it
	served      [][]int                  // by workload: the services that route to it
	meant       map[int]int              // by budget of nothing: the workload it seems meant for
	orphanOf    map[int]int              // and the other way round
	budgetNames map[string]bool          // namespace/name of budgets
	namesakes   map[string]int           // namespace/name to how many workloads have it
	strictness  []*judgement             // by budget: whether it ever allows an eviction, once asked
	without     map[int][]finding.Change // by budget: how to take out of it what has another
	overlaps    map[int][]int            // by workload with several budgets: those that share a pod
	bySelector  map[string][]reach       // what selectors get hold of
	ahead       *foresight               // what the contracts have in store, once asked
	strays      map[string]bool          // namespaces with budgets over pods that were not found, once asked
	traced      int                      // findings that tell what led to them
	findings    []*finding.Finding
}

// cover finds what a budget gets hold of, and does its arithmetic over it.
func (a *auditor) cover(i int) {
	b := &a.estate.Budgets[i]
	a.budgetNames[b.Namespace+"/"+b.Name] = true
	for _, r := range a.matched(b) {
		if a.estate.Workloads[r.workload].Transient {
			r.pods, r.down = 0, 0 // there for minutes: the budget is for it, but what lasts decides
		}
		a.covers[i] = append(a.covers[i], r)
		if r.pods > 0 { // else scaled to nothing: the budget is for it, and there is no pod to count
			a.covered[r.workload] = append(a.covered[r.workload], i)
		}
	}
	a.counts[i] = a.count(b, a.covers[i], (*kubernetes.Workload).AtLeast)
}

// matched finds what a budget's selector gets hold of, once for all budgets of
// a namespace that say the same.
func (a *auditor) matched(b *kubernetes.Budget) []reach {
	key := b.Namespace + "/" + b.Selector.String()
	if _, selectable := b.Selector.Requirements(); !selectable {
		return nil
	}
	found, ok := a.bySelector[key]
	if !ok {
		found = a.matcher.match(b.Namespace, b.Selector)
		a.bySelector[key] = found
	}
	return found
}

// together returns the budgets over a workload that share a pod of it.
func (a *auditor) together(i int) []int {
	if len(a.covered[i]) < 2 {
		return nil
	}
	shared, ok := a.overlaps[i]
	if !ok {
		shared = a.matcher.together(&a.estate.Workloads[i], a.covered[i])
		a.overlaps[i] = shared
	}
	return shared
}

// count does a budget's arithmetic over what it gets hold of, with each
// workload at the size that sized gives it.
func (a *auditor) count(b *kubernetes.Budget, over []reach, sized func(*kubernetes.Workload) int) disruption.Arithmetic {
	groups := make([]disruption.Group, 0, len(over))
	for _, r := range over {
		groups = append(groups, a.group(r, sized))
	}
	return allow(b, groups)
}

// group is one workload under a budget at some size. Of a workload that is
// covered in part, the part does not grow with it.
func (a *auditor) group(r reach, sized func(*kubernetes.Workload) int) disruption.Group {
	w := &a.estate.Workloads[r.workload]
	g := disruption.Group{Pods: r.pods, Down: r.down, Scale: sized(w), Scaled: w.Scaled, Bare: w.Bare}
	if !r.partly && r.pods > 0 {
		g.Pods = g.Scale
	}
	return g
}

func allow(b *kubernetes.Budget, groups []disruption.Group) disruption.Arithmetic {
	// The values were held against the API server's rules when they were read,
	// so the arithmetic cannot fail on them.
	count, _ := disruption.Allow(disruption.Budget{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable}, groups)
	return count
}

// notLookedAt lists what applies to where things stand and has no check here,
// or nothing to check: no pool was read, and there are some.
func (a *auditor) notLookedAt() []string {
	var ids []string
	offerings := a.places.Offerings()
	pools := len(a.estate.Lacks(kubernetes.KarpenterPools)) > 0 || // there are findings on those
		slices.ContainsFunc(a.estate.Pools, func(p kubernetes.Pool) bool { return p.API == "karpenter.sh/NodePool" })
	for _, o := range a.catalog.Obligations {
		if o.Axis != "compute" {
			continue
		}
		looked := slices.Contains(checks, o.ID) && (pools || !slices.Contains(poolChecks, o.ID))
		if slices.ContainsFunc(offerings, func(on *responsibility.Offering) bool {
			return o.AppliesTo(on) && (!looked || slices.Contains(foreseen, o.ID) && on.Contract == nil)
		}) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// judgement is a finding before the catalog's part is added to it.
type judgement struct {
	verdict     finding.Verdict
	message     string
	consequence string
	severity    string // where other than the obligation's
	evidence    []finding.Evidence
	fix         *finding.Fix
	position    origin.Position
}

// find adds a finding on a workload's or budget's obligation, if the customer
// has it where the subject stands.
func (a *auditor) find(obligation string, subject kubernetes.Ref, at locate.Place, j judgement) {
	o := a.catalog.Obligation(obligation)
	if o == nil || at.Offering == nil || !o.AppliesTo(at.Offering) {
		return
	}
	about := finding.Subject{Namespace: subject.Namespace, Kind: subject.Kind, Name: subject.Name}
	f := finding.Finding{
		Fingerprint: finding.Fingerprint(o.ID, about), Outcome: Foreseen(o.ID),
		Obligation: o.ID, Verdict: j.verdict, LoadBearing: o.LoadBearingIn(at.Offering), Severity: cmp.Or(j.severity, o.Severity),
		Subject:  about,
		Offering: at.Offering.ID, Basis: string(at.Basis), Layer: o.Layer,
		Message: j.message, Evidence: slices.Clone(j.evidence), Sources: o.From, Position: j.position,
	}
	if j.verdict == finding.Broken {
		f.Consequence = j.consequence
		if lacks := a.estate.Lacks(kubernetes.NodeClaimKinds, kubernetes.KarpenterPools); len(lacks) > 0 && j.consequence != "" && at.Basis != locate.Asked {
			f.Evidence = append(f.Evidence, finding.Evidence{Text: origin.Plurals(lacks) + " could not be read: deadlines, ages and budgets that nodes have of their own would count in place of the contract's"})
		}
	}
	if j.verdict != finding.Held {
		f.Fix = a.harmless(j.fix)
	}
	// Where everything stands in one place the lines above the findings say so.
	if j.verdict != finding.Held && at.Basis != locate.Only && at.Basis != locate.Asked {
		f.Evidence = append(f.Evidence, finding.Evidence{Text: "stands on " + at.Offering.ID + ": " + at.Evidence})
	}
	if f.Evidence == nil {
		f.Evidence = []finding.Evidence{}
	}
	a.findings = append(a.findings, &f)
}

func (a *auditor) consequence(i int) consequence {
	c := consequence{offering: a.places.Workloads[i].Offering}
	c.look(a.estate, &a.places, a.nodes, &a.estate.Workloads[i], a.places.Workloads[i].Basis == locate.Asked)
	return c
}
