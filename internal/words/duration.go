package words

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration writes a duration for people, in at most two units and the more
// coarsely the longer it is: 0.25 s, 1.5 s, 1 min 27 s, 12 h, 9 h 5 min,
// 7 days, 7 days 6 h. Of two durations the longer is never written as the
// shorter one. Exact is for what a program reads.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(-max(d, -math.MaxInt64))
	case d > 0 && d < 10*time.Millisecond:
		return decimal(d.Seconds()*1000, 100) + " ms"
	case d < time.Second:
		return decimal(d.Seconds(), 100) + " s"
	case d < 10*time.Second:
		return decimal(d.Seconds(), 10) + " s"
	case d < time.Hour:
		d = d.Round(time.Second)
	case d < 2*day:
		d = d.Round(time.Minute)
	default:
		d = d.Round(time.Hour)
	}
	return inUnits(d)
}

// inUnits writes what is 10 s and longer, and rounded, without the unit of
// which there is none. Hours go on to two days: 36 h is read more easily than
// 1 day 12 h, and platforms write 24 h.
func inUnits(d time.Duration) string {
	large, small := unit{time.Minute, "min"}, unit{time.Second, "s"}
	switch {
	case d >= 2*day:
		large, small = unit{day, "days"}, unit{time.Hour, "h"}
	case d >= time.Hour:
		large, small = unit{time.Hour, "h"}, unit{time.Minute, "min"}
	}
	many, few := d/large.of, d%large.of/small.of
	switch {
	case many == 0:
		return fmt.Sprintf("%d %s", few, small.name)
	case few == 0:
		return fmt.Sprintf("%d %s", many, large.name)
	}
	return fmt.Sprintf("%d %s %d %s", many, large.name, few, small.name)
}

type unit struct {
	of   time.Duration
	name string
}

// decimal rounds to one part of so many.
func decimal(f float64, parts float64) string {
	return strconv.FormatFloat(math.Round(f*parts)/parts, 'f', -1, 64)
}

// Seconds is Duration of what JSON and scenarios carry as seconds.
func Seconds(s float64) string { return Duration(time.Duration(s * float64(time.Second))) }

// Exact writes a duration without loss, as manifests and flags do and as
// time.ParseDuration reads it, without the units that are zero: 1m27s, 4h,
// 1h30m, 336h.
func Exact(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

var leadingDays = regexp.MustCompile(`^([+-]?)([0-9]+(?:\.[0-9]+)?)d`)

// ParseDuration reads what time.ParseDuration does, and days before it: 7d12h.
func ParseDuration(s string) (time.Duration, error) {
	wrong := fmt.Errorf("is %q, wants a duration such as 200s, 10m, 1h30m or 7d", s)
	m := leadingDays.FindStringSubmatch(s)
	if m == nil {
		d, err := time.ParseDuration(s)
		if err != nil {
			return 0, wrong
		}
		return d, nil
	}
	days, err := strconv.ParseFloat(m[2], 64)
	if err != nil || days > 100*365 {
		return 0, wrong
	}
	d := time.Duration(days * float64(day))
	if rest := s[len(m[0]):]; rest != "" {
		more, err := time.ParseDuration(rest)
		if err != nil || more < 0 {
			return 0, wrong
		}
		d += more
	}
	if m[1] == "-" {
		d = -d
	}
	return d, nil
}
