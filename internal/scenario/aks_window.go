package scenario

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/disruption"
)

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

// intervals refuses schedules that never come again.
func (f *File) intervals(at jsontext.Pointer, s *aksSchedule) error {
	of := map[jsontext.Pointer]int{}
	switch {
	case s.Daily != nil:
		of["/daily/intervalDays"] = s.Daily.IntervalDays
	case s.Weekly != nil:
		of["/weekly/intervalWeeks"] = s.Weekly.IntervalWeeks
	case s.AbsoluteMonthly != nil:
		of["/absoluteMonthly/intervalMonths"] = s.AbsoluteMonthly.IntervalMonths
	case s.RelativeMonthly != nil:
		of["/relativeMonthly/intervalMonths"] = s.RelativeMonthly.IntervalMonths
	}
	for field, n := range of {
		if n < 1 && f.doc.Points(at+field) {
			return f.fault(at+field, "", "is %d, wants 1 or more", n)
		}
	}
	return nil
}

func (f *File) aksWindow(w *window) (disruption.Window, error) {
	a := disruption.AKSWindow{DurationHours: w.DurationHours, UTCOffset: w.UTCOffset, StartDate: w.StartDate, StartTime: w.StartTime}
	s, at := w.Schedule, jsontext.Pointer("/window/schedule")
	if err := f.intervals(at, s); err != nil {
		return disruption.Window{}, err
	}
	day := func(at jsontext.Pointer, name string) (int, error) {
		d, ok := disruption.Weekday(name)
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
			return disruption.Window{}, f.fault(at+"/relativeMonthly/weekIndex", "",
				"is %q, wants First, Second, Third, Fourth or Last", m.WeekIndex)
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
