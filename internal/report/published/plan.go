package published

import "github.com/onus-project/onus/internal/plan"

// PlanSchema is the schema of Plan, and PlanDiffSchema that of PlanDiff.
const (
	PlanSchema     = plan.Schema
	PlanDiffSchema = "onus.plandiff/v1"
)

// Plan is what is to be done. It has no fields but those of the plan itself: what is printed
// as JSON is what onus apply reads.
type Plan struct{ plan.Plan }

func (Plan) value() {}

// The parts of a plan.
type (
	PlanStep   = plan.Step
	PlanGuard  = plan.Guard
	PlanLeft   = plan.Left
	PlanLowest = plan.Lowest
	PlanWave   = plan.Wave
	PlanRisk   = plan.Risk
)

// PlanDiff is how one plan differs from another.
type PlanDiff struct {
	Head
	Old string `json:"old"` // the id of the one before
	New string `json:"new"`
	plan.Changes
}
