package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// Fault is a term that cannot be read. Path leads to its fact from the
// contract: triggers/0/deadline.
type Fault struct {
	Path string
	Msg  string
}

func (f *Fault) Error() string { return f.Path + ": " + f.Msg }

// Parse reads a contract. It stops at the first term whose spelling it does not
// know, with a *Fault.
func Parse(f *Facts) (*Contract, error) {
	p := parser{}
	c := &Contract{
		MaxNodeLife: NodeLife{
			Limit: p.lifetime("maxNodeLife", f.MaxNodeLife), Cap: p.cap("maxNodeLife", f.MaxNodeLife), Control: f.MaxNodeLife.Control,
		},
		Window:  one(&p, "windows", f.Windows.Is, windowKinds),
		Drainer: KubectlDrain,
	}
	if f.Drain != nil {
		c.Drainer = one(&p, "drain", f.Drain.Is, drainers)
	}
	if f.PoolLabel != nil {
		c.PoolLabel = f.PoolLabel.Is
	}
	if f.PoolKind != nil {
		c.PoolKind = p.kind("poolKind", f.PoolKind.Is)
	}
	if f.Command != nil {
		c.Command = f.Command.Is
	}
	if f.Call != nil {
		c.Call = f.Call.Is
	}
	if f.Timings != nil {
		c.NodeReady = p.duration("timings/nodeReady", f.Timings.NodeReady.Is)
	}
	for i, t := range f.Triggers {
		p.at = fmt.Sprintf("triggers/%d/", i)
		c.Terms = append(c.Terms, p.terms(t))
	}
	if p.at == "" {
		p.fault("triggers", "is empty, wants at least the terms on which nodes are patched")
	}
	if p.first != nil {
		return nil, p.first
	}
	return c, nil
}

func (p *parser) terms(t TermFacts) Terms {
	terms := Terms{
		Trigger:     one(p, "trigger", t.Trigger, triggers),
		Name:        t.Name,
		Initiator:   one(p, "initiator", t.Initiator.Is, initiators),
		Cadence:     p.cadence("cadence", t.Cadence.Is),
		Pace:        p.pace("pace", t.Pace.Is),
		Windows:     one(p, "windows", t.Windows.Is, bindings),
		Replacement: one(p, "replacement", t.Replacement.Is, replacements),
		Sums:        t.Sums,
		Surges:      t.Surges,
		Follows:     t.Follows,
		Strategy:    t.Strategy,
		Zone:        ZoneUnstated,
		Candidates:  Started,
		Deadline:    p.setting("deadline", t.Deadline),
		OnDeadline:  one(p, "onDeadline", t.OnDeadline.Is, onDeadlines),
		GraceCap:    Unlimited, EvictionsOnly: t.EvictionsOnly,
	}
	if t.Unless != nil {
		terms.Unless = Left{Setting: t.Unless.Control, Values: t.Unless.Values, Of: t.Unless.Of, At: t.Unless.Settings}
		for _, v := range terms.Unless.Values {
			if !slices.Contains(terms.Unless.Of, v) {
				p.fault("unless", "has %q, which is none of %s", v, strings.Join(terms.Unless.Of, ", "))
			}
		}
	}
	p.optional(&terms, t)
	if (terms.Deadline.Limit == Unlimited) != (terms.OnDeadline == ThenWait) {
		p.fault("onDeadline", "is %q with the deadline %q: waiting is what has no deadline", t.OnDeadline.Is, t.Deadline.Is)
	}
	return terms
}

// optional reads what a contract need not say.
func (p *parser) optional(terms *Terms, t TermFacts) {
	if t.Zone != nil {
		terms.Zone = one(p, "zone", t.Zone.Is, zones)
	}
	if t.Names != nil {
		terms.KeepsNames = one(p, "names", t.Names.Is, []string{"kept", "new"}) == "kept"
	}
	if t.Candidates != nil {
		terms.Candidates = one(p, "candidates", t.Candidates.Is, candidates)
	}
	if t.Preflight != nil {
		terms.Preflight = one(p, "preflight", t.Preflight.Is, preflights)
	}
	if t.PreflightReported != nil {
		terms.PreflightReported = one(p, "preflightReported", t.PreflightReported.Is, preflights)
	}
	if t.GraceCap != nil {
		terms.GraceCap = p.limit("graceCap", t.GraceCap.Is)
	}
	if t.Unhealthy != nil {
		terms.Unhealthy = p.threshold("unhealthy", t.Unhealthy.Is)
	}
	if t.UnhealthyFor != nil {
		terms.UnhealthyFor = p.duration("unhealthyFor", t.UnhealthyFor.Is)
	}
	if t.Extended != nil {
		terms.Extended = Extension{For: p.duration("extended", t.Extended.Is), By: t.Extended.Annotation}
	}
	if t.EarlyDeletion != nil {
		terms.EarlyDeletion = one(p, "earlyDeletion", t.EarlyDeletion.Is, []string{"yes", "no"}) == "yes"
	}
	if t.Timeout != nil {
		timeout := p.setting("timeout", *t.Timeout)
		terms.Timeout = &timeout
	}
}

// The spellings, in the order in which an error lists them.
var (
	triggers     = []string{Drift, Expiry, Consolidation, Upgrade, Repair, Interruption, UrgentPatch, ScaleDown}
	windowKinds  = []WindowKind{NoWindow, NodeBudgetSchedules, MaintenanceWindow, MaintenanceConfiguration, UpgradeSchedule, OwnSchedule}
	drainers     = []Drainer{KarpenterDrain, KubectlDrain}
	initiators   = []Initiator{ByProvider, ByCustomer}
	cadences     = []CadenceKind{ByTimer, OnDemand, Continuous, OnEvent, CadenceUnstated}
	bindings     = []Binding{Binds, BestEffort, Ignored, NoneToSet}
	replacements = []Replacement{ReplacedBefore, ReplacedAfter, NotReplaced, ReplacementUnstated}
	zones        = []Zone{SameZone, AnyZone, ZoneUnstated}
	candidates   = []Candidates{SkippedWhileBlocked, Started}
	preflights   = []Preflight{NoneUnavailable, AllAvailable}
	onDeadlines  = []OnDeadline{ThenForce, ThenFail, ThenSkip, ThenWait, ThenUnstated}
)

// parser keeps the first fault.
type parser struct {
	at    string // before the paths of facts
	first *Fault
}

func (p *parser) fault(path, format string, args ...any) {
	if p.first == nil {
		p.first = &Fault{p.at + path, fmt.Sprintf(format, args...)}
	}
}

// one is the spelling among those that are known.
func one[T ~string](p *parser, path, is string, all []T) T {
	spellings := make([]string, len(all))
	for i, x := range all {
		if string(x) == is {
			return x
		}
		spellings[i] = string(x)
	}
	p.fault(path, "is %q, wants %s", is, words.Or(spellings))
	return ""
}

// durations are written as the API server takes those of Karpenter: whole
// hours, minutes and seconds, never less than none.
//
// Source: the validation markers of expireAfter, terminationGracePeriod and
// consolidateAfter in pkg/apis/v1/nodepool.go of Karpenter 1.14.
var durations = regexp.MustCompile(`^([0-9]+(h|m|s))+$`)

// ParseDuration reads a duration as contracts and Karpenter's CRDs spell it;
// false for what the API server refuses, such as 30d or -1h.
func ParseDuration(s string) (time.Duration, bool) {
	if !durations.MatchString(s) {
		return 0, false
	}
	d, err := time.ParseDuration(s) // fails where it is too long
	return d, err == nil
}

func (p *parser) duration(path, is string) time.Duration {
	d, ok := ParseDuration(is)
	if !ok || d == 0 {
		p.fault(path, "is %q, wants a duration such as 90s or 24h", is)
	}
	return d
}

func (p *parser) limit(path, is string) Limit {
	switch is {
	case "none":
		return NoTime
	case "unlimited":
		return Unlimited
	case "unstated":
		return Unstated
	}
	d, ok := ParseDuration(is)
	if !ok || d == 0 {
		p.fault(path, "is %q, wants a duration such as 15m or 24h, none, unlimited or unstated", is)
	}
	return After(d)
}

func (p *parser) setting(path string, f Fact) Setting { return Setting{p.limit(path, f.Is), f.Control} }

// lifetime is a limit that is not none: a node lives for a while.
func (p *parser) lifetime(path string, f Fact) Limit {
	l := p.limit(path, f.Is)
	if l == NoTime {
		p.fault(path, "is %q, wants a duration such as 24h, unlimited or unstated", f.Is)
	}
	return l
}

// cap is the most that the customer can set: 0 for as much as they like.
func (p *parser) cap(path string, f Fact) time.Duration {
	if f.Max == "" {
		return 0
	}
	d, ok := ParseDuration(f.Max)
	if !ok || d == 0 {
		p.fault(path, "has the max %q, wants a duration such as 504h", f.Max)
	}
	return d
}

// kind is GROUP/KIND of an object.
func (p *parser) kind(path, is string) string {
	if group, kind, ok := strings.Cut(is, "/"); !ok || group == "" || kind == "" || strings.Contains(kind, "/") {
		p.fault(path, "is %q, wants GROUP/KIND such as apps/Deployment", is)
	}
	return is
}

func (p *parser) cadence(path, is string) Cadence {
	for _, k := range cadences {
		if string(k) == is {
			return Cadence{Kind: k}
		}
	}
	d, ok := ParseDuration(is)
	if !ok || d == 0 {
		p.fault(path, "is %q, wants a duration such as 168h, timer, on-demand, continuous, event or unstated", is)
	}
	return Cadence{EveryDuration, d}
}

func (p *parser) pace(path, is string) Pace {
	switch PaceKind(is) {
	case Unpaced, PaceUnstated:
		return Pace{Kind: PaceKind(is)}
	}
	number, percent := strings.CutSuffix(is, "%")
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n <= 0 || strings.HasPrefix(number, "+") || percent && n > 100:
		p.fault(path, "is %q, wants a number of nodes such as 1, a percentage such as 10%%, unbounded or unstated", is)
		return Pace{}
	case percent:
		return Pace{Kind: PacePercent, Percent: n}
	}
	return Pace{Kind: PaceNodes, Nodes: n}
}

// thresholds are a share of nodes, and of how many at least.
var thresholds = regexp.MustCompile(`^([0-9]+)%(?: of more than ([0-9]+))?$`)

func (p *parser) threshold(path, is string) Threshold {
	m := thresholds.FindStringSubmatch(is)
	if m == nil {
		p.fault(path, "is %q, wants a share of nodes such as 20%% or 20%% of more than 5", is)
		return Threshold{}
	}
	percent, _ := strconv.Atoi(m[1])
	above, _ := strconv.Atoi(m[2]) // empty where it counts in every pool
	if percent <= 0 || percent > 100 {
		p.fault(path, "is %q, wants a share of nodes such as 20%% or 20%% of more than 5", is)
	}
	return Threshold{Percent: percent, Above: above}
}
