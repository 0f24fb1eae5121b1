package disruption

import (
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // so that a zone means the same wherever onus runs

	"github.com/onus-project/onus/internal/words"
)

// longestWindow is that of a window in plain words.
const longestWindow = 365 * day

// WindowFault is what is wrong with a window in plain words, and in which part of it: days,
// at, length or zone; of days, in which of them.
type WindowFault struct {
	Field, Says string
	Index       int // -1 but for days
}

func (e *WindowFault) Error() string { return e.Field + " " + e.Says }

// PlainWindow is a window in plain words: from a time of day on some weekdays, or on each
// where none is named, for so long, by the clocks of a zone.
func PlainWindow(days []string, at string, length time.Duration, zone string) (Window, error) {
	out := Window{Days: Days{Every: Daily}, Length: length}
	start, err := time.Parse("15:04", at)
	if err != nil {
		return out, &WindowFault{"at", fmt.Sprintf("is %q, wants a time of day such as \"02:00\"", at), -1}
	}
	out.At = time.Duration(start.Hour())*time.Hour + time.Duration(start.Minute())*time.Minute
	if length <= 0 || length > longestWindow {
		return out, &WindowFault{"length", fmt.Sprintf("is %s, wants more than 0 and no more than a year", words.Duration(length)), -1}
	}
	for i, name := range days {
		d, ok := Weekday(name)
		if !ok {
			return out, &WindowFault{"days", fmt.Sprintf("is %q, wants a day such as Sat or Saturday", name), i}
		}
		out.Days.Every = Weekly
		if !slices.Contains(out.Days.Weekdays, d) {
			out.Days.Weekdays = append(out.Days.Weekdays, d)
		}
	}
	if zone == "" {
		return out, nil
	}
	if out.Zone, err = time.LoadLocation(zone); err != nil || zone == "Local" {
		return out, &WindowFault{"zone", fmt.Sprintf("is %q, wants a time zone such as Europe/Berlin or UTC", zone), -1}
	}
	return out, nil
}
