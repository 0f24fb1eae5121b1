package scenario

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/disruption"
)

// window is a maintenance window in one of three forms: in plain words, as the
// maintenanceWindow of an AKS maintenance configuration, or as the window of a
// GKE maintenancePolicy. The last two are what those platforms print.
type window struct {
	Days   []string  `json:"days"`
	At     *string   `json:"at"`
	Length *duration `json:"length"`
	Zone   string    `json:"zone"`
	// AKS.
	Schedule        *aksSchedule `json:"schedule"`
	DurationHours   int          `json:"durationHours"`
	UTCOffset       string       `json:"utcOffset"`
	StartDate       string       `json:"startDate"`
	StartTime       string       `json:"startTime"`
	NotAllowedDates []aksDates   `json:"notAllowedDates"`
	// GKE.
	Daily      *gkeDaily               `json:"dailyMaintenanceWindow"`
	Recurring  *gkeRecurring           `json:"recurringWindow"`
	Exclusions map[string]gkeExclusion `json:"maintenanceExclusions"`
}

// window turns what was written into a window.
func (f *File) window() (disruption.Window, error) {
	w := f.form.Window
	forms := 0
	for _, there := range []bool{w.At != nil, w.Schedule != nil, w.Daily != nil, w.Recurring != nil} {
		if there {
			forms++
		}
	}
	if forms > 1 {
		return disruption.Window{}, f.fault("/window", "",
			"has several forms in one: wants only one of at, schedule, dailyMaintenanceWindow and recurringWindow")
	}
	switch {
	case w.At != nil:
		return f.plainWindow(w)
	case w.Schedule != nil:
		return f.aksWindow(w)
	case w.Daily != nil || w.Recurring != nil || w.Exclusions != nil:
		return f.gkeWindow(w)
	}
	return disruption.Window{}, f.fault("/window", "window: {days: [Sat, Sun], at: \"02:00\", length: 4h}",
		"lacks at, the time of day at which it opens")
}

func (f *File) plainWindow(w *window) (disruption.Window, error) {
	if w.Length == nil {
		return disruption.Window{}, f.fault("/window", "", "lacks length, such as 4h")
	}
	out, err := disruption.PlainWindow(w.Days, *w.At, time.Duration(*w.Length), w.Zone)
	var wrong *disruption.WindowFault
	if !errors.As(err, &wrong) {
		return out, err
	}
	hint := ""
	if wrong.Field == "at" {
		hint = "quote it: YAML takes 02:00 for a number"
	}
	at := jsontext.Pointer("/window/" + wrong.Field)
	if wrong.Index >= 0 {
		at = jsontext.Pointer(fmt.Sprintf("%s/%d", at, wrong.Index))
	}
	return out, f.fault(at, hint, "%s", wrong.Says)
}

// listOfStrings reads one from JSON.
func listOfStrings(value jsontext.Value) ([]string, bool) {
	dec := jsontext.NewDecoder(strings.NewReader(string(value)))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '[' {
		return nil, false
	}
	all := []string{}
	for dec.PeekKind() == '"' {
		t, err := dec.ReadToken()
		if err != nil {
			return nil, false
		}
		all = append(all, t.String())
	}
	return all, dec.PeekKind() == ']'
}
