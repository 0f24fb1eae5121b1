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
	w := disruption.Window{Days: disruption.Days{Every: disruption.Daily}}
	wrong := func(why string) (disruption.Window, error) {
		return w, fmt.Errorf("is %q, wants %s", text, why)
	}
	parts := strings.Fields(text)
	at := slices.IndexFunc(parts, func(p string) bool { return strings.Contains(p, "+") && strings.Contains(p, ":") })
	if at < 0 || at > 1 || len(parts) > at+2 {
		return wrong(`days, a time of day with a length, and a zone, such as "Sat,Sun 02:00+4h Europe/Berlin"`)
	}
	if at == 1 {
		days, err := weekdays(parts[0])
		if err != nil {
			return wrong(err.Error())
		}
		w.Days = disruption.Days{Every: disruption.Weekly, Weekdays: days}
	}
	clock, length, _ := strings.Cut(parts[at], "+")
	opens, err := time.Parse("15:04", clock)
	if err != nil {
		return wrong("a time of day such as 02:00")
	}
	w.At = time.Duration(opens.Hour())*time.Hour + time.Duration(opens.Minute())*time.Minute
	if w.Length, err = scenario.ParseDuration(length); err != nil || w.Length < time.Minute || w.Length > 7*24*time.Hour {
		return wrong("a length between 1m and 7d, such as 02:00+4h")
	}
	if len(parts) > at+1 {
		if w.Zone, err = time.LoadLocation(parts[at+1]); err != nil || parts[at+1] == "Local" {
			return wrong("a time zone such as Europe/Berlin or UTC")
		}
	}
	return w, nil
}

// weekdays reads Sat,Sun and Mon-Fri.
func weekdays(text string) ([]time.Weekday, error) {
	var all []time.Weekday
	for part := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(part, "-")
		first, ok := disruption.Weekday(from)
		last := first
		if ranged && ok {
			last, ok = disruption.Weekday(to)
		}
		if !ok {
			return nil, fmt.Errorf("days such as Sat,Sun or Mon-Fri, and not %q", part)
		}
		for d := first; ; d = (d + 1) % 7 {
			if !slices.Contains(all, d) {
				all = append(all, d)
			}
			if d == last {
				break
			}
		}
	}
	return all, nil
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
