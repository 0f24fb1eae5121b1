package maintenance

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/cloud"
)

// atlasWindow reads what atlas maintenanceWindows describe -o json prints: the hour of the
// week, in the time zone of the project, in which maintenance begins.
//
// Source: GroupMaintenanceWindow of the Atlas Admin API (dayOfWeek 1 is Sunday, hourOfDay 0
// to 23, timeZoneId), and mongodb.com/docs/atlas/tutorial/cluster-maintenance-window: it
// begins as close to the hour as it can; urgent maintenance does not wait; one can be put
// off by a week, twice.
func atlasWindow(x *thing) ([]cloud.Window, error) {
	var read struct {
		Day       int    `json:"dayOfWeek"`
		Hour      int    `json:"hourOfDay"`
		ASAP      bool   `json:"startASAP"`
		AutoDefer bool   `json:"autoDeferOnceEnabled"`
		Deferrals int    `json:"numberOfDeferrals"`
		Zone      string `json:"timeZoneId"`
		Protected *struct {
			Start int `json:"startHourOfDay"`
			End   int `json:"endHourOfDay"`
		} `json:"protectedHours"`
	}
	if err := x.decode(&read); err != nil {
		return nil, err
	}
	w := cloud.Window{
		Offering: "mongodb-atlas", Kind: "Atlas project", Name: "maintenance", For: "maintenance", Set: read.Day != 0, Work: disruption.NodeWork,
		Project: true, Protected: read.Protected != nil,
		Position: x.here(), Notes: []string{
			"begins as close to the hour as Atlas can, with an election of each replica set; urgent maintenance does not wait for it",
		},
	}
	if read.Day < 0 || read.Day > 7 {
		return nil, x.fault("/dayOfWeek", fmt.Errorf("is %d, wants 1 (Sunday) to 7", read.Day))
	}
	if read.Hour < 0 || read.Hour > 23 {
		return nil, x.fault("/hourOfDay", fmt.Errorf("is %d, wants 0 to 23", read.Hour))
	}
	var zone *time.Location
	if read.Zone != "" {
		var err error
		if zone, err = time.LoadLocation(read.Zone); err != nil {
			return nil, x.fault("/timeZoneId", fmt.Errorf("is %q, which is no time zone", read.Zone))
		}
	} else {
		w.Notes = append(w.Notes, "the output does not say the time zone of the project: UTC is taken")
	}
	if read.Day > 0 {
		w.Windows = []disruption.Window{{
			Days: disruption.Days{Every: disruption.Weekly, Weekdays: []time.Weekday{time.Weekday(read.Day - 1)}},
			At:   time.Duration(read.Hour) * time.Hour, Length: time.Hour, Zone: zone,
		}}
	}
	switch {
	case read.ASAP:
		w.Notes = append(w.Notes, "maintenance has been asked to start as soon as possible")
	case read.AutoDefer:
		w.Notes = append(w.Notes, "each is put off by a week, once")
	case read.Deferrals > 0:
		w.Notes = append(w.Notes, fmt.Sprintf("the next was put off %d of 2 times", read.Deferrals))
	}
	if p := read.Protected; p != nil {
		w.Notes = append(w.Notes, fmt.Sprintf("standard updates do not begin from %02d:00 to %02d:00", p.Start, p.End))
	}
	return []cloud.Window{w}, nil
}
