package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/words"
)

const day = 24 * time.Hour

// year is the longest that is played.
const year = 365 * day

// duration is one as people write it: 200s, 1h30m, 7d.
type duration time.Duration

// UnmarshalJSON also takes a bare 0; of other numbers nobody knows the unit.
func (d *duration) UnmarshalJSON(data []byte) error {
	value := jsontext.Value(data)
	written := value.String()
	if value.Kind() == '"' {
		unquoted, err := jsontext.AppendUnquote(nil, data)
		if err != nil {
			return err
		}
		written = string(unquoted)
	} else if written != "0" {
		written = strings.Map(func(r rune) rune {
			if r == '\n' {
				return ' '
			}
			return r
		}, written)
		return fmt.Errorf("is %.40s, wants a duration with a unit, such as 200s, 10m or 7d", written)
	}
	parsed, err := words.ParseDuration(written)
	*d = duration(parsed)
	return err
}

// ParseHorizon reads how far to play.
func ParseHorizon(s string) (time.Duration, error) {
	d, err := words.ParseDuration(s)
	if err != nil {
		return 0, err
	}
	return d, horizonFault(d)
}

func horizonFault(d time.Duration) error {
	switch {
	case d <= 0:
		return fmt.Errorf("is %s, wants more than 0: how far to play, such as 10m", words.Duration(d))
	case d > year:
		return fmt.Errorf("is %s, wants no more than a year (365d)", words.Duration(d))
	}
	return nil
}

// ParseStart reads the time at which to start.
func ParseStart(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.IsZero() {
		return time.Time{}, fmt.Errorf("is %q, wants a time such as 2026-11-22T06:12:00Z", s)
	}
	return t.UTC(), nil
}

// mostRuns bounds how often a scenario is played.
const mostRuns = 100_000

// CheckRuns says what is wrong with a number of runs.
func CheckRuns(n int) error {
	switch {
	case n < 1:
		return fmt.Errorf("is %d, wants 1 or more", n)
	case n > mostRuns:
		return fmt.Errorf("is %d, wants no more than %d", n, mostRuns)
	}
	return nil
}
