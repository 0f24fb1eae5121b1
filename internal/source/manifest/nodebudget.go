package manifest

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// poolDisruption is spec.disruption of a Karpenter NodePool.
type poolDisruption struct {
	ConsolidationPolicy string       `json:"consolidationPolicy"`
	ConsolidateAfter    string       `json:"consolidateAfter"`
	Budgets             []nodeBudget `json:"budgets"`
}

type nodeBudget struct {
	Nodes    *string  `json:"nodes"`
	Schedule *string  `json:"schedule"`
	Duration *string  `json:"duration"`
	Reasons  []string `json:"reasons"`
}

// What the CRD lets through. The last does not say that cron can parse it.
//
// Source: the validation markers of Budget in pkg/apis/v1/nodepool.go of
// Karpenter 1.14.
var (
	budgetNodes    = regexp.MustCompile(`^((100|[0-9]{1,2})%|[0-9]+)$`)
	budgetDuration = regexp.MustCompile(`^((([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?)$`)
	budgetSchedule = regexp.MustCompile(`^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`)
	budgetReasons  = []string{"Underutilized", "Empty", "Drifted"}
)

// nodeBudgets reads the budgets of a pool, which the API server would take.
func (r *objectReader) nodeBudgets(doc *document.Document, d poolDisruption, into *kubernetes.Pool) error {
	into.Consolidation, into.ConsolidateAfter = d.ConsolidationPolicy, d.ConsolidateAfter
	if d.Budgets == nil {
		return nil
	}
	into.Budgets = make([]kubernetes.NodeBudget, len(d.Budgets))
	for i, written := range d.Budgets {
		at := jsontext.Pointer("/spec/disruption/budgets/" + strconv.Itoa(i))
		b := kubernetes.NodeBudget{Nodes: "10%", Reasons: written.Reasons, Position: r.position(doc.Line(at))} // the CRD's default
		if written.Nodes != nil {
			b.Nodes = *written.Nodes
		}
		if !budgetNodes.MatchString(b.Nodes) {
			return r.fault(doc, at+"/nodes", "is "+strconv.Quote(b.Nodes)+", wants a whole number or a percentage such as 10%")
		}
		switch {
		case written.Schedule != nil && written.Duration != nil:
			b.Schedule, b.Duration = *written.Schedule, *written.Duration
			if !budgetSchedule.MatchString(b.Schedule) {
				return r.fault(doc, at+"/schedule", "is "+strconv.Quote(b.Schedule)+", wants five fields such as 0 2 * * 6, or @daily and the like")
			}
			if !budgetDuration.MatchString(b.Duration) {
				return r.fault(doc, at+"/duration", "is "+strconv.Quote(b.Duration)+", wants hours and minutes such as 4h or 1h30m")
			}
		case written.Schedule != nil || written.Duration != nil:
			return r.fault(doc, at, "schedule and duration are set together or not at all; the API server refuses one alone")
		}
		for _, reason := range b.Reasons {
			if !slices.Contains(budgetReasons, reason) {
				return r.fault(doc, at+"/reasons", "has "+strconv.Quote(reason)+", wants Underutilized, Empty or Drifted; no budget applies to expiry")
			}
		}
		into.Budgets[i] = b
	}
	return nil
}
