package nodes

import (
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// guardOf is the guard that a window is; false where it is always open.
func guardOf(w *disruption.Window) (plan.Guard, bool) {
	if w.Days.Every == disruption.Never {
		return plan.Guard{}, false
	}
	with := map[string]string{step.At: fmt.Sprintf("%02d:%02d", w.At/time.Hour, w.At%time.Hour/time.Minute),
		step.Length: w.Length.String()}
	var days []string
	for _, d := range w.Days.Weekdays {
		days = append(days, d.String()[:3])
	}
	if len(days) > 0 {
		with[step.Days] = strings.Join(days, ",")
	}
	if w.Zone != nil {
		with[step.Zone] = w.Zone.String()
	}
	return plan.Guard{Kind: step.Window, With: with, Says: "the window is open: " + w.String()}, true
}
