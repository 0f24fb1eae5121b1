package disruption

import (
	"testing"
	"time"
)

func TestWeekday(t *testing.T) {
	for name, want := range map[string]time.Weekday{
		"Sunday": time.Sunday, "MON": time.Monday, "tu": time.Tuesday, "wednesday": time.Wednesday, "TH": time.Thursday, "fri": time.Friday,
		"Sa": time.Saturday,
	} {
		if got, ok := Weekday(name); got != want || !ok {
			t.Errorf("%s is %s, %t", name, got, ok)
		}
	}
	for _, name := range []string{"", "S", "Satur", "Tues", "Sonntag", "6", " Mon"} {
		if got, ok := Weekday(name); ok {
			t.Errorf("%q is read as %s", name, got)
		}
	}
}
