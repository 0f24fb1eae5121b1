package database

import "time"

// Moment is a day, of which the hour is not told, or an instant.
type Moment struct{ From, Until time.Time }

// ParseMoment reads 2025-12-22 or 2025-12-22T14:00:00Z.
func ParseMoment(text string) (m Moment, ok bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return Moment{at.UTC(), at.UTC()}, true
	}
	day, err := time.Parse(time.DateOnly, text)
	return Moment{day, day.AddDate(0, 0, 1)}, err == nil
}

// Known reports whether there is one.
func (m Moment) Known() bool { return !m.From.IsZero() }

// Before reports whether all of it is before another one.
func (m Moment) Before(o Moment) bool {
	return m.Until.Before(o.From) || m.Until.Equal(o.From) && m.Until.After(m.From)
}

// Hour reports whether it is an instant, and not a day.
func (m Moment) Hour() bool { return m.From.Equal(m.Until) }
