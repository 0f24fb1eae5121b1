package maintenance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/cloud"
)

// aksSchedule is the schedule of a maintenance configuration; one of the four is set.
type aksSchedule struct {
	Daily *struct {
		Interval int `json:"intervalDays"`
	} `json:"daily"`
	Weekly *struct {
		Interval int    `json:"intervalWeeks"`
		Day      string `json:"dayOfWeek"`
	} `json:"weekly"`
	AbsoluteMonthly *struct {
		Interval int `json:"intervalMonths"`
		Day      int `json:"dayOfMonth"`
	} `json:"absoluteMonthly"`
	RelativeMonthly *struct {
		Interval int    `json:"intervalMonths"`
		Week     string `json:"weekIndex"`
		Day      string `json:"dayOfWeek"`
	} `json:"relativeMonthly"`
}

// aksWindow is the window of a configuration.
type aksWindow struct {
	Schedule   aksSchedule `json:"schedule"`
	Hours      int         `json:"durationHours"`
	Offset     string      `json:"utcOffset"`
	StartDate  string      `json:"startDate"`
	StartTime  string      `json:"startTime"`
	NotAllowed []struct {
		Start string `json:"start"`
		End   string `json:"end"`
	} `json:"notAllowedDates"`
}

// aksPurposes are what the three configurations that AKS knows are for.
//
// Source: learn.microsoft.com/azure/aks/planned-maintenance; each is best effort.
var aksPurposes = map[string]string{
	"default": "weekly releases of AKS", "aksManagedAutoUpgradeSchedule": "upgrades of the cluster",
	"aksManagedNodeOSUpgradeSchedule": "node images",
}

// aksConfiguration reads one of what az aks maintenanceconfiguration list prints.
//
// Source: learn.microsoft.com/cli/azure/aks/maintenanceconfiguration, and
// MaintenanceConfiguration of the REST API: maintenanceWindow, or for default before it
// timeInWeek (slots of an hour, in UTC) and notAllowedTime.
func aksConfiguration(x *thing) ([]cloud.Window, error) {
	var read struct {
		ID         string     `json:"id"`
		Name       string     `json:"name"`
		Window     *aksWindow `json:"maintenanceWindow"`
		TimeInWeek []aksSlots `json:"timeInWeek"`
		NotAllowed []struct {
			Start string `json:"start"`
			End   string `json:"end"`
		} `json:"notAllowedTime"`
	}
	if err := x.decode(&read); err != nil {
		return nil, err
	}
	for at, n := range map[jsontext.Pointer]int{"/notAllowedTime": len(read.NotAllowed), "/timeInWeek": len(read.TimeInWeek)} {
		if err := x.few(at, n); err != nil {
			return nil, err
		}
	}
	w := cloud.Window{
		Offering: "aks", Kind: "Maintenance configuration", Name: read.Name, For: aksPurposes[read.Name], Set: true, Work: disruption.NodeWork,
		Nodes: read.Name != "default", Control: read.Name, Position: x.here(), Notes: []string{"AKS keeps to it where it can: best effort"},
	}
	if w.For == "" {
		w.For = "maintenance"
	}
	if parts := strings.Split(read.ID, "/"); len(parts) > 4 {
		if i := slices.IndexFunc(parts, func(p string) bool { return strings.EqualFold(p, "managedClusters") }); i > 0 && i+1 < len(parts) {
			w.Name = parts[i+1] + "/" + read.Name
		}
	}
	var all []disruption.Window
	var err error
	if read.Window != nil {
		one, wrong := read.Window.window(x)
		all, err = []disruption.Window{one}, wrong
	} else {
		all, err = aksSlotted(x, read.TimeInWeek)
	}
	if err != nil {
		return nil, err
	}
	for i, n := range read.NotAllowed {
		at := jsontext.Pointer(fmt.Sprintf("/notAllowedTime/%d", i))
		from, err := x.instant(at+"/start", n.Start)
		if err != nil {
			return nil, err
		}
		until, err := x.instant(at+"/end", n.End)
		if err != nil {
			return nil, err
		}
		for k := range all {
			all[k].Exclusions = append(all[k].Exclusions, disruption.Exclusion{From: from, Until: until, Scope: disruption.NoUpgrades})
		}
	}
	w.Windows = all
	return []cloud.Window{w}, nil
}

// window is the window in general terms.
func (a *aksWindow) window(x *thing) (disruption.Window, error) {
	const at = jsontext.Pointer("/maintenanceWindow")
	if err := x.few(at+"/notAllowedDates", len(a.NotAllowed)); err != nil {
		return disruption.Window{}, err
	}
	w := disruption.AKSWindow{DurationHours: a.Hours, UTCOffset: a.Offset, StartDate: a.StartDate, StartTime: a.StartTime}
	day := func(name string) (int, error) {
		d, ok := disruption.Weekday(name)
		if !ok {
			return 0, x.fault(at+"/schedule", fmt.Errorf("has the day %q, wants one such as Saturday", name))
		}
		return int(d), nil
	}
	var err error
	switch s := &a.Schedule; {
	case s.Daily != nil:
		w.Schedule.Daily = &disruption.AKSDaily{IntervalDays: s.Daily.Interval}
	case s.Weekly != nil:
		w.Schedule.Weekly = &disruption.AKSWeekly{IntervalWeeks: s.Weekly.Interval}
		w.Schedule.Weekly.DayOfWeek, err = day(s.Weekly.Day)
	case s.AbsoluteMonthly != nil:
		w.Schedule.AbsoluteMonthly = &disruption.AKSAbsoluteMonthly{IntervalMonths: s.AbsoluteMonthly.Interval, DayOfMonth: s.AbsoluteMonthly.Day}
	case s.RelativeMonthly != nil:
		m := s.RelativeMonthly
		index, ok := map[string]int{"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": disruption.Last}[m.Week]
		if !ok {
			return disruption.Window{}, x.fault(at+"/schedule/relativeMonthly/weekIndex",
				fmt.Errorf("is %q, wants First, Second, Third, Fourth or Last", m.Week))
		}
		w.Schedule.RelativeMonthly = &disruption.AKSRelativeMonthly{IntervalMonths: m.Interval, WeekIndex: index}
		w.Schedule.RelativeMonthly.DayOfWeek, err = day(m.Day)
	}
	if err != nil {
		return disruption.Window{}, err
	}
	for _, n := range a.NotAllowed {
		w.NotAllowed = append(w.NotAllowed, [2]string{n.Start, n.End})
	}
	out, err := w.Window()
	if err != nil {
		return out, x.fault(at, err)
	}
	return out, nil
}

// aksSlots are hours of one day of the week.
type aksSlots struct {
	Day   string `json:"day"`
	Hours []int  `json:"hourSlots"`
}

// aksSlotted are the windows of hours of the week, those that follow each other as one.
func aksSlotted(x *thing, slots []aksSlots) ([]disruption.Window, error) {
	var all []disruption.Window
	for i, s := range slots {
		at := jsontext.Pointer(fmt.Sprintf("/timeInWeek/%d", i))
		day, ok := disruption.Weekday(s.Day)
		if !ok {
			return nil, x.fault(at+"/day", fmt.Errorf("is %q, wants a day such as Saturday", s.Day))
		}
		hours := slices.Clone(s.Hours)
		slices.Sort(hours)
		for k, h := range hours {
			if h < 0 || h > 23 {
				return nil, x.fault(at+"/hourSlots", fmt.Errorf("has %d, wants hours from 0 to 23", h))
			}
			if k > 0 && hours[k-1]+1 == h {
				all[len(all)-1].Length += time.Hour
				continue
			}
			all = append(all, disruption.Window{
				Days: disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{day}}, At: time.Duration(h) * time.Hour, Length: time.Hour,
			})
		}
	}
	return all, nil
}
