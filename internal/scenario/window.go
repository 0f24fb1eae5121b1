package scenario

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // so that a zone means the same wherever onus runs

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
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
	out := disruption.Window{Days: disruption.Days{Every: disruption.Daily}}
	at, err := time.Parse("15:04", *w.At)
	if err != nil {
		return out, f.fault("/window/at", "quote it: YAML takes 02:00 for a number", "is %q, wants a time of day such as \"02:00\"", *w.At)
	}
	out.At = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	if w.Length == nil {
		return out, f.fault("/window", "", "lacks length, such as 4h")
	}
	if out.Length = time.Duration(*w.Length); out.Length <= 0 || out.Length > year {
		return out, f.fault("/window/length", "", "is %s, wants more than 0 and no more than a year", words.Duration(out.Length))
	}
	for i, name := range w.Days {
		d, ok := disruption.Weekday(name)
		if !ok {
			return out, f.fault(jsontext.Pointer(fmt.Sprintf("/window/days/%d", i)), "", "is %q, wants a day such as Sat or Saturday", name)
		}
		out.Days.Every = disruption.Weekly
		out.Days.Weekdays = append(out.Days.Weekdays, d)
	}
	if w.Zone != "" {
		zone, err := time.LoadLocation(w.Zone)
		if err != nil {
			return out, f.fault("/window/zone", "", "is %q, wants a time zone such as Europe/Berlin or UTC", w.Zone)
		}
		out.Zone = zone
	}
	return out, nil
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
