package step

import (
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
)

// GuardOf is the guard that a window is; false where it is always open.
func GuardOf(w *disruption.Window) (plan.Guard, bool) {
	if w.Days.Every == disruption.Never {
		return plan.Guard{}, false
	}
	with := map[string]string{At: fmt.Sprintf("%02d:%02d", w.At/time.Hour, w.At%time.Hour/time.Minute), Length: w.Length.String()}
	var days []string
	for _, d := range w.Days.Weekdays {
		days = append(days, d.String()[:3])
	}
	if len(days) > 0 {
		with[Days] = strings.Join(days, ",")
	}
	if w.Zone != nil {
		with[Zone] = w.Zone.String()
	}
	return plan.Guard{Kind: Window, With: with, Says: "the window is open: " + w.String()}, true
}
