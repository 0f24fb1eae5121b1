package words

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		of            time.Duration
		people, exact string
	}{
		{0, "0 s", "0s"},
		{time.Nanosecond, "0 ms", "1ns"},
		{1500 * time.Microsecond, "1.5 ms", "1.5ms"},
		{10 * time.Millisecond, "0.01 s", "10ms"},
		{256 * time.Millisecond, "0.26 s", "256ms"},
		{999 * time.Millisecond, "1 s", "999ms"},
		{time.Second, "1 s", "1s"},
		{1500 * time.Millisecond, "1.5 s", "1.5s"},
		{9960 * time.Millisecond, "10 s", "9.96s"},
		{26 * time.Second, "26 s", "26s"},
		{59500 * time.Millisecond, "1 min", "59.5s"},
		{time.Minute, "1 min", "1m"},
		{87 * time.Second, "1 min 27 s", "1m27s"},
		{15 * time.Minute, "15 min", "15m"},
		{time.Hour - time.Millisecond, "1 h", "59m59.999s"},
		{time.Hour, "1 h", "1h"},
		{time.Hour + 7*time.Second, "1 h", "1h0m7s"},
		{90 * time.Minute, "1 h 30 min", "1h30m"},
		{12 * time.Hour, "12 h", "12h"},
		{24 * time.Hour, "24 h", "24h"},
		{36*time.Hour + 20*time.Second, "36 h", "36h0m20s"},
		{2*day - time.Second, "2 days", "47h59m59s"},
		{2 * day, "2 days", "48h"},
		{7 * day, "7 days", "168h"},
		{14*day + 6*time.Hour, "14 days 6 h", "342h"},
		{14*day + 20*time.Minute, "14 days", "336h20m"},
		{-30 * time.Second, "-30 s", "-30s"},
		{-90 * time.Minute, "-1 h 30 min", "-1h30m"},
		{math.MinInt64, "-106751 days 23 h", "-2562047h47m16.854775808s"},
	} {
		if people, exact := Duration(c.of), Exact(c.of); people != c.people || exact != c.exact {
			t.Errorf("%d: %q and %q, want %q and %q", c.of, people, exact, c.people, c.exact)
		}
		if got := Seconds(c.of.Seconds()); got != c.people && c.of > -time.Hour*24*365 {
			t.Errorf("%g seconds: %q, want %q", c.of.Seconds(), got, c.people)
		}
	}
}

// TestExactIsRead: what Exact writes is read as the same again.
func TestExactIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDuration.Draw(t, "d")
		if got, err := time.ParseDuration(Exact(d)); err != nil || got != d {
			t.Fatalf("%d is written %q and read as %d, %v", d, Exact(d), got, err)
		}
	})
}

// TestDurationIsTrue: what is written is off by half the smallest unit shown
// at most, and a longer one is never written as a shorter.
func TestDurationIsTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, more := anyDuration.Draw(t, "d"), anyDuration.Draw(t, "more")
		if d < 0 {
			d = -d
		}
		if more < 0 {
			more = -more
		}
		d, more = d/2, more/2 // so that their sum is one
		meant := heard(t, Duration(d))
		off := time.Second / 2
		if d >= 2*day {
			off = time.Hour / 2
		} else if d >= time.Hour {
			off = time.Minute / 2
		}
		if diff := (meant - d).Abs(); diff > off {
			t.Fatalf("%s is written %q: off by %s", d, Duration(d), diff)
		}
		if later := heard(t, Duration(d+more)); later < meant {
			t.Fatalf("%s is written %q, and %s more %q", d, Duration(d), more, Duration(d+more))
		}
	})
}

// anyDuration is as often short as long.
var anyDuration = rapid.Custom(func(t *rapid.T) time.Duration {
	most := rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour, 3 * day, 400 * day,
		math.MaxInt64}).Draw(t, "most")
	return time.Duration(rapid.Int64Range(-int64(most), int64(most)).Draw(t, "ns"))
})

// heard is the duration that a reader understands.
func heard(t *rapid.T, said string) time.Duration {
	units := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "min": time.Minute, "h": time.Hour, "days": day}
	var sum float64
	fields := strings.Fields(said)
	if len(fields) != 2 && len(fields) != 4 {
		t.Fatalf("%q is not one or two numbers with their units", said)
	}
	for i := 0; i < len(fields); i += 2 {
		n, err := strconv.ParseFloat(fields[i], 64)
		if err != nil || units[fields[i+1]] == 0 || i > 0 && n == 0 {
			t.Fatalf("%q is not a duration that people write", said)
		}
		sum += n * float64(units[fields[i+1]])
	}
	return time.Duration(sum)
}

// What is written with days is read, too.
func TestParseDuration(t *testing.T) {
	for d, written := range map[time.Duration]string{
		0: "0s", 90 * time.Second: "1m30s", 10 * time.Minute: "10m", time.Hour: "1h", 25 * time.Hour: "25h",
		14 * 24 * time.Hour: "14d", 14*24*time.Hour + 6*time.Hour: "14d6h", 1500 * time.Millisecond: "1.5s", -time.Minute: "-1m",
	} {
		if got, err := ParseDuration(written); err != nil || got != d {
			t.Errorf("%s is read as %s, %v", written, got, err)
		}
	}
}
