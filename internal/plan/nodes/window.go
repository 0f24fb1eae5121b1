package nodes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/scenario"
)

// ParseWindow reads a window as it is typed: Sat,Sun 02:00+4h Europe/Berlin. Without days it
// opens every day, without a zone in UTC.
func ParseWindow(text string) (disruption.Window, error) {
	wants := func(what string) (disruption.Window, error) {
		return disruption.Window{}, fmt.Errorf("is %q, wants %s", text, what)
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
	length, err := scenario.ParseDuration(long)
	if err != nil || length < time.Minute || length > 7*24*time.Hour {
		return wants("a length between 1m and 7d, such as 02:00+4h")
	}
	zone := ""
	if len(parts) > at+1 {
		zone = parts[at+1]
	}
	w, err := disruption.PlainWindow(days, clock, length, zone)
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
		first, starts := disruption.Weekday(from)
		last, ends := disruption.Weekday(to)
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

// guardOf is the guard that a window is; false where it is always open.
func guardOf(w *disruption.Window) (plan.Guard, bool) {
	if w.Days.Every == disruption.Never {
		return plan.Guard{}, false
	}
	with := map[string]string{step.At: fmt.Sprintf("%02d:%02d", w.At/time.Hour, w.At%time.Hour/time.Minute),
		step.Length: w.Length.String()}
	var days []string
	for _, d := range w.Days.Weekdays {
		days = append(days, d.String()[:3])
	}
	if len(days) > 0 {
		with[step.Days] = strings.Join(days, ",")
	}
	if w.Zone != nil {
		with[step.Zone] = w.Zone.String()
	}
	return plan.Guard{Kind: step.Window, With: with, Says: "the window is open: " + w.String()}, true
}
