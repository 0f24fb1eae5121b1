package scenario

import (
	"fmt"
	"maps"
	"slices"
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

type aksSchedule struct {
	Daily *struct {
		IntervalDays int `json:"intervalDays"`
	} `json:"daily"`
	Weekly *struct {
		IntervalWeeks int    `json:"intervalWeeks"`
		DayOfWeek     string `json:"dayOfWeek"`
	} `json:"weekly"`
	AbsoluteMonthly *struct {
		IntervalMonths int `json:"intervalMonths"`
		DayOfMonth     int `json:"dayOfMonth"`
	} `json:"absoluteMonthly"`
	RelativeMonthly *struct {
		IntervalMonths int    `json:"intervalMonths"`
		WeekIndex      string `json:"weekIndex"`
		DayOfWeek      string `json:"dayOfWeek"`
	} `json:"relativeMonthly"`
}

type aksDates struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type gkeDaily struct {
	StartTime string `json:"startTime"`
	Duration  string `json:"duration"` // GKE prints it, and it is always 4 hours
}

type gkeTimes struct {
	StartTime string `json:"startTime"`
	EndTime   string `json:"endTime"`
}

type gkeRecurring struct {
	Window     gkeTimes `json:"window"`
	Recurrence string   `json:"recurrence"`
}

type gkeExclusion struct {
	StartTime string `json:"startTime"`
	EndTime   string `json:"endTime"`
	Options   struct {
		Scope string `json:"scope"`
	} `json:"maintenanceExclusionOptions"`
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
		return disruption.Window{}, f.fault("/window", "", "has several forms in one: wants only one of at, schedule, dailyMaintenanceWindow and recurringWindow")
	}
	switch {
	case w.At != nil:
		return f.plainWindow(w)
	case w.Schedule != nil:
		return f.aksWindow(w)
	case w.Daily != nil || w.Recurring != nil || w.Exclusions != nil:
		return f.gkeWindow(w)
	}
	return disruption.Window{}, f.fault("/window", "window: {days: [Sat, Sun], at: \"02:00\", length: 4h}", "lacks at, the time of day at which it opens")
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
		d, ok := weekday(name)
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

func (f *File) aksWindow(w *window) (disruption.Window, error) {
	a := disruption.AKSWindow{DurationHours: w.DurationHours, UTCOffset: w.UTCOffset, StartDate: w.StartDate, StartTime: w.StartTime}
	s, at := w.Schedule, jsontext.Pointer("/window/schedule")
	day := func(at jsontext.Pointer, name string) (int, error) {
		d, ok := weekday(name)
		if !ok {
			return 0, f.fault(at, "", "is %q, wants a day such as Saturday", name)
		}
		return int(d), nil
	}
	var err error
	switch {
	case s.Daily != nil:
		a.Schedule.Daily = &disruption.AKSDaily{IntervalDays: s.Daily.IntervalDays}
	case s.Weekly != nil:
		a.Schedule.Weekly = &disruption.AKSWeekly{IntervalWeeks: s.Weekly.IntervalWeeks}
		a.Schedule.Weekly.DayOfWeek, err = day(at+"/weekly/dayOfWeek", s.Weekly.DayOfWeek)
	case s.AbsoluteMonthly != nil:
		m := s.AbsoluteMonthly
		if m.DayOfMonth < 1 || m.DayOfMonth > 31 {
			return disruption.Window{}, f.fault(at+"/absoluteMonthly/dayOfMonth", "", "is %d, wants 1 to 31", m.DayOfMonth)
		}
		a.Schedule.AbsoluteMonthly = &disruption.AKSAbsoluteMonthly{IntervalMonths: m.IntervalMonths, DayOfMonth: m.DayOfMonth}
	case s.RelativeMonthly != nil:
		m := s.RelativeMonthly
		a.Schedule.RelativeMonthly = &disruption.AKSRelativeMonthly{IntervalMonths: m.IntervalMonths}
		a.Schedule.RelativeMonthly.DayOfWeek, err = day(at+"/relativeMonthly/dayOfWeek", m.DayOfWeek)
		indexes := map[string]int{"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": disruption.Last}
		n, ok := indexes[m.WeekIndex]
		if !ok {
			return disruption.Window{}, f.fault(at+"/relativeMonthly/weekIndex", "", "is %q, wants First, Second, Third, Fourth or Last", m.WeekIndex)
		}
		a.Schedule.RelativeMonthly.WeekIndex = n
	}
	if err != nil {
		return disruption.Window{}, err
	}
	for _, d := range w.NotAllowedDates {
		a.NotAllowed = append(a.NotAllowed, [2]string{d.Start, d.End})
	}
	out, err := a.Window()
	if err != nil {
		return out, f.fault("/window", "", "%s", err)
	}
	return out, nil
}

func (f *File) gkeWindow(w *window) (disruption.Window, error) {
	var out disruption.Window
	var err error
	if w.Daily != nil {
		if out, err = disruption.GKEDaily(w.Daily.StartTime); err != nil {
			return out, f.fault("/window/dailyMaintenanceWindow/startTime", "", "%s", err)
		}
	}
	if r := w.Recurring; r != nil {
		from, until, err := f.times("/window/recurringWindow/window", r.Window)
		if err != nil {
			return out, err
		}
		if out, err = disruption.GKERecurring(from, until, r.Recurrence); err != nil {
			return out, f.fault("/window/recurringWindow", "", "%s", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.Exclusions)) {
		x, at := w.Exclusions[name], jsontext.Pointer("/window/maintenanceExclusions").AppendToken(name)
		from, until, err := f.times(at, gkeTimes{x.StartTime, x.EndTime})
		if err != nil {
			return out, err
		}
		scope := disruption.NoUpgrades
		if x.Options.Scope != "" {
			scope = disruption.Scope(strings.ToLower(x.Options.Scope))
		}
		scopes := []disruption.Scope{disruption.NoUpgrades, disruption.NoMinorUpgrades, disruption.NoMinorOrNodeUpgrades}
		if !slices.Contains(scopes, scope) {
			return out, f.fault(at+"/maintenanceExclusionOptions/scope", "", "is %q, wants NO_UPGRADES, NO_MINOR_UPGRADES or NO_MINOR_OR_NODE_UPGRADES", x.Options.Scope)
		}
		out.Exclusions = append(out.Exclusions, disruption.Exclusion{Name: name, From: from, Until: until, Scope: scope})
	}
	return out, nil
}

func (f *File) times(at jsontext.Pointer, t gkeTimes) (from, until time.Time, err error) {
	if from, err = ParseStart(t.StartTime); err != nil {
		return from, until, f.fault(at+"/startTime", "", "%s", err)
	}
	if until, err = ParseStart(t.EndTime); err != nil {
		return from, until, f.fault(at+"/endTime", "", "%s", err)
	}
	return from, until, nil
}

// weekday reads Saturday, Sat and SA.
func weekday(name string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		full := d.String()
		for _, n := range []int{2, 3, len(full)} {
			if strings.EqualFold(name, full[:n]) {
				return d, true
			}
		}
	}
	return 0, false
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
