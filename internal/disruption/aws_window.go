package disruption

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// ParseAWSWindow reads a window as AWS writes those of databases, in UTC: sun:05:00-sun:05:30.
//
// Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html, PreferredMaintenanceWindow
// (ddd:hh24:mi-ddd:hh24:mi).
func ParseAWSWindow(text string) (Window, error) {
	from, until, ok := strings.Cut(text, "-")
	first, at, fine := awsInstant(from)
	last, ends, too := awsInstant(until)
	if !ok || !fine || !too {
		return Window{}, fmt.Errorf("is %q, wants one such as sun:05:00-sun:05:30", text)
	}
	const week = 7 * day
	length := (time.Duration(last-first)*day + ends - at + 2*week) % week
	return Window{Days: Days{Every: Weekly, Weekdays: []time.Weekday{first}}, At: at, Length: cmp.Or(length, week)}, nil
}

// ParseEitherWindow reads a window as AWS writes it, or as onus does; the fault names both.
func ParseEitherWindow(text string) (Window, error) {
	if w, err := ParseAWSWindow(text); err == nil {
		return w, nil
	}
	w, err := ParseWindow(text)
	if err != nil {
		return w, fmt.Errorf("is %q, wants one such as %q or %q", text, "sun:02:00-sun:04:00", "Sat,Sun 02:00+4h Europe/Berlin")
	}
	return w, nil
}

// awsInstant reads sun:05:00.
func awsInstant(text string) (on time.Weekday, at time.Duration, ok bool) {
	name, hours, _ := strings.Cut(text, ":")
	at, err := clock(hours)
	if err != nil {
		return 0, 0, false
	}
	on, ok = Weekday(name)
	return on, at, ok
}
