package database

import "testing"

// A day is before the next one and not before an instant in it; what cannot be ordered is on neither side.
func TestMoments(t *testing.T) {
	for _, x := range []struct {
		a, b          string
		before, after bool
	}{
		{"2025-12-19", "2025-12-20", true, false},
		{"2025-12-19", "2025-12-19", false, false},
		{"2025-12-19", "2025-12-19T14:00:00Z", false, false},
		{"2025-12-19", "2025-12-20T00:00:00Z", true, false},
		{"2025-12-19T13:00:00Z", "2025-12-19T14:00:00+01:00", false, false},
		{"2025-12-19T13:00:00Z", "2025-12-19T14:00:00Z", true, false},
		{"2025-12-20", "2025-12-19T23:59:59Z", false, true},
	} {
		a, okA := ParseMoment(x.a)
		b, okB := ParseMoment(x.b)
		if !okA || !okB || !a.Known() || a.Before(b) != x.before || b.Before(a) != x.after {
			t.Errorf("%+v", x)
		}
	}
	for _, text := range []string{"", "soon", "2025-13-01", "19.12.2025"} {
		if _, ok := ParseMoment(text); ok {
			t.Errorf("%q is read", text)
		}
	}
}
