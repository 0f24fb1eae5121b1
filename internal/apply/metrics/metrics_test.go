package metrics

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// What is scraped is what the journal says, and what was seen.
func TestMetrics(t *testing.T) {
	p := &plan.Plan{ID: "p1", Title: "replace 2 nodes", Target: plan.Target{Name: "prod"}, Waves: []plan.Wave{{Number: 1, Seconds: 90}},
		Prediction: plan.Prediction{Took: plan.Predicted{MedianSeconds: 120}},
		Steps:      []plan.Step{{ID: "drain/a", Wave: 1}, {ID: "drain/b", Wave: 2}}}
	m := New(p)
	at := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)
	for _, e := range []journal.Entry{
		{Kind: journal.Note, Target: "plan"},
		{Kind: journal.Begin, Step: "drain/a", Attempt: 1},
		{Kind: journal.Intent, Step: "drain/a", Attempt: 1, Change: "evict/u"},
		{Kind: journal.Result, Step: "drain/a", Attempt: 1, Change: "evict/u", Outcome: journal.Refused},
		{Kind: journal.Result, Step: "drain/a", Attempt: 1, Change: "evict/u", Outcome: journal.Done},
		{Kind: journal.Observed, Step: "drain/a", Attempt: 1, Change: "evict/v", Outcome: journal.Done},
		{Kind: journal.Result, Step: "drain/a", Attempt: 1, Change: "force/w", Outcome: journal.Done},
		{Kind: journal.End, Step: "drain/a", Attempt: 1, Outcome: journal.Done},
	} {
		e.At = at
		m.Record(&e)
		at = at.Add(10 * time.Second)
	}
	m.Event(&apply.Event{Kind: apply.StepEscalated})
	m.Event(&apply.Event{Kind: apply.Measured, Level: &apply.Level{Name: "shop/Deployment/web", Has: 3, Least: 2, Wants: 4}})
	m.Event(&apply.Event{Kind: apply.Measured, Level: &apply.Level{Name: "shop/Deployment/web", Has: 4, Wants: 4}})
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`onus_plan_info{cluster="prod",plan="p1",title="replace 2 nodes"} 1`,
		`onus_steps{status="done"} 1`, `onus_steps{status="pending"} 1`, `onus_steps{status="stuck"} 0`,
		`onus_evictions_total{answer="allowed"} 2`, `onus_evictions_total{answer="refused"} 1`,
		`onus_changes_total{change="force",outcome="done"} 1`,
		`onus_ready_pods{workload="shop/Deployment/web"} 4`, `onus_floor_pods{workload="shop/Deployment/web"} 2`,
		`onus_wanted_pods{workload="shop/Deployment/web"} 4`,
		`onus_plan_predicted_seconds 120`, `onus_plan_observed_seconds 70`, `onus_wave_predicted_seconds{wave="1"} 90`,
		`onus_wave_observed_seconds{wave="1"} 60`, `onus_steps_escalated 1`,
	} {
		if !strings.Contains(w.Body.String(), "\n"+want+"\n") {
			t.Errorf("no %s in\n%s", want, w.Body.String())
		}
	}
}
