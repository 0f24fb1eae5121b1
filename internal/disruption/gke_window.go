package disruption

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

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
	letters := strings.TrimPrefix(name, nth)
	weekday, ok := Weekday(letters)
	ok = ok && len(letters) == 2
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
