package disruption

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// ParseWindow reads a window as it is typed: Sat,Sun 02:00+4h Europe/Berlin. Without days it
// opens every day, without a zone in UTC.
func ParseWindow(text string) (Window, error) {
	wants := func(what string) (Window, error) {
		return Window{}, fmt.Errorf("is %q, wants %s", text, what)
	}
	parts := strings.Fields(text)
	at := slices.IndexFunc(parts, func(p string) bool { return strings.Contains(p, "+") && strings.Contains(p, ":") })
	if at < 0 || at > 1 || len(parts) > at+2 {
		return wants(`days, a time of day with a length, and a zone, such as "Sat,Sun 02:00+4h Europe/Berlin"`)
	}
	var days []string
	if at == 1 {
		days = weekdays(parts[0])
	}
	clock, long, _ := strings.Cut(parts[at], "+")
	length, err := words.ParseDuration(long)
	if err != nil || length < time.Minute || length > 7*day {
		return wants("a length between 1m and 7d, such as 02:00+4h")
	}
	zone := ""
	if len(parts) > at+1 {
		zone = parts[at+1]
	}
	w, err := PlainWindow(days, clock, length, zone)
	if err != nil {
		return w, fmt.Errorf("is %q: %w", text, err)
	}
	return w, nil
}

// weekdays are the days of Sat,Sun and of Mon-Fri. What is none is left as it stands.
func weekdays(text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, ",") {
		from, to, _ := strings.Cut(part, "-")
		first, starts := Weekday(from)
		last, ends := Weekday(to)
		if !starts || !ends {
			all = append(all, part)
			continue
		}
		for d := first; ; d = (d + 1) % 7 {
			all = append(all, d.String())
			if d == last {
				break
			}
		}
	}
	return all
}
