package disruption

import (
	"fmt"
	"time"
)

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

// offset reads a UTC offset such as +05:30, by which AKS writes a time zone.
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
