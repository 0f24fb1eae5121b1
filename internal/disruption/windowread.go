package disruption

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

var weekdays = map[string]time.Weekday{
	"SU": time.Sunday, "MO": time.Monday, "TU": time.Tuesday, "WE": time.Wednesday,
	"TH": time.Thursday, "FR": time.Friday, "SA": time.Saturday,
}

// GKEDaily is a cluster's dailyMaintenanceWindow: four hours from a time of
// day, in UTC.
func GKEDaily(startTime string) (Window, error) {
	at, err := clock(startTime)
	if err != nil {
		return Window{}, err
	}
	return Window{Days: Days{Every: Daily}, At: at, Length: 4 * time.Hour}, nil
}

// GKERecurring is a cluster's recurringWindow: the first window, and the rule
// of RFC 5545 by which it recurs. The days of the rule are UTC's, whatever
// offset the times are written with.
func GKERecurring(start, end time.Time, recurrence string) (Window, error) {
	start, end = start.UTC(), end.UTC()
	if !start.Before(end) {
		return Window{}, fmt.Errorf("the window ends at %s, before it starts", end.Format(time.RFC3339))
	}
	w := Window{At: start.Sub(start.Truncate(day)), Length: end.Sub(start), From: start.Truncate(day)}
	frequency := ""
	for _, part := range strings.Split(strings.TrimPrefix(recurrence, "RRULE:"), ";") {
		key, v, _ := strings.Cut(part, "=")
		switch strings.ToUpper(key) {
		case "FREQ":
			frequency = strings.ToUpper(v)
		case "INTERVAL":
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				return Window{}, fmt.Errorf("recurrence %q: INTERVAL is %q, wants a number from 1", recurrence, v)
			}
			w.Days.Interval = n
		case "BYDAY":
			for _, d := range strings.Split(v, ",") {
				if !w.Days.by(strings.ToUpper(d)) {
					return Window{}, fmt.Errorf("recurrence %q: BYDAY has %q, wants days such as SA", recurrence, d)
				}
			}
		case "WKST":
		default:
			return Window{}, fmt.Errorf("recurrence %q: %s is not read", recurrence, key)
		}
	}
	if !w.Days.every(frequency, start.Day()) {
		return Window{}, fmt.Errorf("recurrence %q: wants FREQ=DAILY, WEEKLY or MONTHLY", recurrence)
	}
	return w, nil
}

// by adds a day of a BYDAY, such as SA, 1SU or -1FR; false for what is none, and
// for days of several weeks of the month, which GKE does not take.
func (d *Days) by(name string) bool {
	nth := strings.TrimRight(name, "ADEFHMORSTUW")
	weekday, ok := weekdays[strings.TrimPrefix(name, nth)]
	if nth != "" {
		n, err := strconv.Atoi(nth)
		ok = ok && err == nil && (n == Last || n >= 1 && n <= 4) && (d.Nth == 0 || d.Nth == n)
		d.Nth = n
	}
	d.Weekdays = append(d.Weekdays, weekday)
	return ok
}

// every sets what the days repeat by; false where the FREQ does not go with them.
func (d *Days) every(frequency string, monthday int) bool {
	switch {
	case frequency == "DAILY" && d.Nth == 0:
		d.Every = Daily
	case frequency == "WEEKLY" && d.Nth == 0:
		d.Every = Weekly
	case frequency == "MONTHLY" && (d.Nth != 0 || d.Weekdays == nil):
		d.Every, d.Monthday = Monthly, monthday
	default:
		return false
	}
	return true
}

// AKSSchedule is the schedule of an AKS maintenance configuration; exactly one
// of the four is set.
type AKSSchedule struct {
	Daily           *AKSDaily
	Weekly          *AKSWeekly
	AbsoluteMonthly *AKSAbsoluteMonthly
	RelativeMonthly *AKSRelativeMonthly
}

// The four kinds of schedule.
type (
	AKSDaily           struct{ IntervalDays int }
	AKSWeekly          struct{ IntervalWeeks, DayOfWeek int } // Sunday is 0
	AKSAbsoluteMonthly struct{ IntervalMonths, DayOfMonth int }
	AKSRelativeMonthly struct{ IntervalMonths, WeekIndex, DayOfWeek int } // WeekIndex 1 to 4, or Last
)

// AKSWindow is the maintenance window of an AKS maintenance configuration.
type AKSWindow struct {
	Schedule      AKSSchedule
	DurationHours int
	UTCOffset     string // "+05:30"; empty is UTC. It has no daylight saving.
	StartDate     string // "2026-11-22"; empty is at once
	StartTime     string // "02:00"
	// NotAllowed are dates without maintenance, first and last day included, in
	// the window's own offset.
	NotAllowed [][2]string
}

// Window is the planned maintenance in general terms.
func (a AKSWindow) Window() (Window, error) {
	var w Window
	var err error
	if w.At, err = clock(a.StartTime); err != nil {
		return Window{}, err
	}
	if a.DurationHours < 4 || a.DurationHours > 24 {
		return Window{}, fmt.Errorf("durationHours is %d, wants 4 to 24", a.DurationHours)
	}
	w.Length = time.Duration(a.DurationHours) * time.Hour
	if w.Zone, err = offset(a.UTCOffset); err != nil {
		return Window{}, err
	}
	date := func(s string) (time.Time, error) {
		t, err := time.ParseInLocation(time.DateOnly, s, w.Zone)
		if err != nil {
			return t, fmt.Errorf("%q is no date, wants one such as 2026-11-22", s)
		}
		return t, nil
	}
	if a.StartDate != "" {
		if w.From, err = date(a.StartDate); err != nil {
			return Window{}, err
		}
	}
	for _, n := range a.NotAllowed {
		first, err := date(n[0])
		if err != nil {
			return Window{}, err
		}
		last, err := date(n[1])
		if err != nil {
			return Window{}, err
		}
		w.Exclusions = append(w.Exclusions, Exclusion{From: first, Until: last.AddDate(0, 0, 1), Scope: NoUpgrades})
	}
	switch s := a.Schedule; {
	case s.Daily != nil:
		w.Days = Days{Every: Daily, Interval: s.Daily.IntervalDays}
	case s.Weekly != nil:
		w.Days = Days{Every: Weekly, Interval: s.Weekly.IntervalWeeks, Weekdays: []time.Weekday{time.Weekday(s.Weekly.DayOfWeek)}}
	case s.AbsoluteMonthly != nil:
		w.Days = Days{Every: Monthly, Interval: s.AbsoluteMonthly.IntervalMonths, Monthday: s.AbsoluteMonthly.DayOfMonth}
	case s.RelativeMonthly != nil:
		w.Days = Days{
			Every: Monthly, Interval: s.RelativeMonthly.IntervalMonths, Nth: s.RelativeMonthly.WeekIndex,
			Weekdays: []time.Weekday{time.Weekday(s.RelativeMonthly.DayOfWeek)},
		}
	default:
		return Window{}, fmt.Errorf("no schedule, wants daily, weekly, absoluteMonthly or relativeMonthly")
	}
	return w, nil
}

func clock(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day, wants one such as 02:00", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

func offset(s string) (*time.Location, error) {
	if s == "" {
		return time.UTC, nil
	}
	t, err := time.Parse("-07:00", s)
	if err != nil {
		return nil, fmt.Errorf("%q is no offset, wants one such as +05:30", s)
	}
	_, seconds := t.Zone()
	return time.FixedZone("UTC"+s, seconds), nil
}
