package manifest

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// poolReader reads what makes and keeps nodes: pools, claims, machines.
type poolReader struct{ *objectReader }

// karpenterPool reads a NodePool of Karpenter.
func (r poolReader) karpenterPool(doc *document.Document, version string) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Disruption poolDisruption      `json:"disruption"`
			Weight     *int                `json:"weight"`
			Limits     corev1.ResourceList `json:"limits"`
			Replicas   *int64              `json:"replicas"`
			Template   struct {
				Metadata meta `json:"metadata"`
				Spec     struct {
					NodeClassRef classRef                         `json:"nodeClassRef"`
					Taints       []corev1.Taint                   `json:"taints"`
					Requirements []corev1.NodeSelectorRequirement `json:"requirements"`
					nodeTerms
				} `json:"spec"`
			} `json:"template"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	if o.Metadata.UID == "" && version == "v1" { // what a cluster stored may have fields newer than ours
		if err := r.poolFields(doc); err != nil {
			return err
		}
	}
	r.live(o.Metadata)
	t := o.Spec.Template
	p := kubernetes.Pool{
		API: kubernetes.KarpenterPool, Name: o.Metadata.Name, Labels: o.Metadata.Labels,
		NodeClass: t.Spec.NodeClassRef.Group + "/" + t.Spec.NodeClassRef.Kind, ClassName: t.Spec.NodeClassRef.Name,
		NodeLabels: t.Metadata.Labels, NodeAnnotations: t.Metadata.Annotations, Requirements: t.Spec.Requirements, Taints: taints(t.Spec.Taints),
		Limits: resources(o.Spec.Limits), Closed: closed(o.Spec.Limits), Static: o.Spec.Replicas != nil,
		Held: o.Metadata.UID != "", Position: r.at(doc),
	}
	if n := o.Spec.Replicas; n != nil {
		if *n < 0 {
			return r.tooSmall(doc, "/spec/replicas", *n, 0)
		}
		p.Replicas = int(*n)
	}
	if w := o.Spec.Weight; w != nil {
		if *w < 1 || *w > 100 { // the CRD's bounds
			return r.fault(doc, "/spec/weight", "is "+strconv.Itoa(*w)+", wants 1 to 100")
		}
		p.Weight = *w
	}
	var err error
	if p.ExpireAfter, p.Grace, err = r.terms(doc, "/spec/template/spec", t.Spec.nodeTerms); err != nil {
		return err
	}
	if err := r.disruption(doc, o.Spec.Disruption, &p); err != nil {
		return err
	}
	r.into.Pools = append(r.into.Pools, p)
	return nil
}

// closed reports whether a limit of 0 stands on what every node has.
func closed(limits corev1.ResourceList) bool {
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourcePods, "nodes"} {
		if q, ok := limits[name]; ok && q.Sign() <= 0 {
			return true
		}
	}
	return false
}

type classRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// nodeTerms are what a pool, or a claim, says of the life of its nodes.
type nodeTerms struct {
	ExpireAfter            *string `json:"expireAfter"`
	TerminationGracePeriod *string `json:"terminationGracePeriod"`
}

// terms reads what stands under a spec of how long nodes live, and of how long
// their drain waits. What the CRD's patterns refuse is a fault, as it is to the
// API server: less than none, days, fractions.
func (r poolReader) terms(doc *document.Document, spec jsontext.Pointer, t nodeTerms) (contract.ExpireAfter, time.Duration, error) {
	var (
		expires contract.ExpireAfter
		grace   time.Duration
	)
	switch written := t.ExpireAfter; {
	case written == nil:
	case *written == "Never":
		expires = contract.NeverExpires
	default:
		d, ok := contract.ParseDuration(*written)
		if !ok {
			fault := r.fault(doc, spec+"/expireAfter", "is "+strconv.Quote(*written)+", wants a duration such as 336h, or Never")
			return contract.ExpireAfter{}, 0, fault
		}
		expires = contract.ExpiresAfter(d)
	}
	if written := t.TerminationGracePeriod; written != nil {
		d, ok := contract.ParseDuration(*written)
		if !ok {
			fault := r.fault(doc, spec+"/terminationGracePeriod", "is "+strconv.Quote(*written)+", wants a duration such as 30m")
			return contract.ExpireAfter{}, 0, fault
		}
		grace = max(d, kubernetes.AtOnce)
	}
	return expires, grace, nil
}

// poolDisruption is spec.disruption of a Karpenter NodePool.
type poolDisruption struct {
	ConsolidationPolicy string       `json:"consolidationPolicy"`
	ConsolidateAfter    *string      `json:"consolidateAfter"`
	Budgets             []nodeBudget `json:"budgets"`
}

// nodeBudget is one of its budgets.
type nodeBudget struct {
	Nodes    *string  `json:"nodes"`
	Schedule *string  `json:"schedule"`
	Duration *string  `json:"duration"`
	Reasons  []string `json:"reasons"`
}

// What the CRD lets through. That of schedules does not say that cron can parse it.
//
// Source: the validation markers of Budget in pkg/apis/v1/nodepool.go of
// Karpenter 1.14.
var (
	budgetNodes    = regexp.MustCompile(`^((100|[0-9]{1,2})%|[0-9]+)$`)
	budgetDuration = regexp.MustCompile(`^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$`)
	budgetSchedule = regexp.MustCompile(`^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`)
	budgetReasons  = []string{"Underutilized", "Empty", "Drifted"}
)

// disruption reads when a pool consolidates its nodes, and under which budgets.
func (r poolReader) disruption(doc *document.Document, d poolDisruption, into *kubernetes.Pool) error {
	into.WhenEmpty = d.ConsolidationPolicy == "WhenEmpty"
	switch written := d.ConsolidateAfter; {
	case written == nil:
	case *written == "Never":
		into.ConsolidateAfter = kubernetes.Never
	default:
		after, ok := contract.ParseDuration(*written)
		if !ok {
			return r.fault(doc, "/spec/disruption/consolidateAfter", "is "+strconv.Quote(*written)+", wants a duration such as 5m, or Never")
		}
		into.ConsolidateAfter = after
	}
	if d.Budgets == nil {
		return nil
	}
	all := make([]disruption.NodeBudget, len(d.Budgets))
	into.BudgetsAt = make([]origin.Position, len(d.Budgets))
	const budgets = jsontext.Pointer("/spec/disruption/budgets")
	lines := doc.Lines(budgets)
	for len(lines) < len(d.Budgets) { // what was decoded stands elsewhere
		lines = append(lines, doc.Line(budgets))
	}
	for i := range d.Budgets {
		at := budgets + jsontext.Pointer("/"+strconv.Itoa(i))
		b, err := r.nodeBudget(doc, at, &d.Budgets[i])
		if err != nil {
			return err
		}
		all[i], into.BudgetsAt[i] = b, r.position(lines[i])
	}
	parsed := disruption.ParseNodeBudgets(all)
	into.Budgets = &parsed
	return nil
}

// nodeBudget reads a budget that the API server would take.
func (r poolReader) nodeBudget(doc *document.Document, at jsontext.Pointer, written *nodeBudget) (disruption.NodeBudget, error) {
	b := disruption.NodeBudget{Nodes: "10%", Reasons: written.Reasons} // the CRD's default
	if written.Nodes != nil {
		b.Nodes = *written.Nodes
	}
	if !budgetNodes.MatchString(b.Nodes) {
		return b, r.fault(doc, at+"/nodes", "is "+strconv.Quote(b.Nodes)+", wants a whole number or a percentage such as 10%")
	}
	switch {
	case written.Schedule != nil && written.Duration != nil:
		b.Schedule = *written.Schedule
		if !budgetSchedule.MatchString(b.Schedule) {
			return b, r.fault(doc, at+"/schedule", "is "+strconv.Quote(b.Schedule)+", wants five fields such as 0 2 * * 6, or @daily and the like")
		}
		var ok bool
		if b.Duration, ok = contract.ParseDuration(*written.Duration); !ok || !budgetDuration.MatchString(*written.Duration) {
			return b, r.fault(doc, at+"/duration", "is "+strconv.Quote(*written.Duration)+", wants hours and minutes such as 4h or 1h30m")
		}
	case written.Schedule != nil || written.Duration != nil:
		return b, r.fault(doc, at, "schedule and duration are set together or not at all; the API server refuses one alone")
	}
	for _, reason := range b.Reasons {
		if !slices.Contains(budgetReasons, reason) {
			return b, r.fault(doc, at+"/reasons", "has "+strconv.Quote(reason)+
				", wants Underutilized, Empty or Drifted; no budget applies to expiry")
		}
	}
	return b, nil
}
