package disruption

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func in(t *testing.T, zone string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func must(t *testing.T) func(Window, error) Window {
	return func(w Window, err error) Window {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
}

func TestWindowContains(t *testing.T) {
	ok := must(t)
	berlin := in(t, "Europe/Berlin")
	nightly := Window{Days: Days{Every: Daily}, At: 2*time.Hour + 30*time.Minute, Length: 4 * time.Hour, Zone: berlin}
	gke := ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=WEEKLY;BYDAY=SA,SU"))
	frozen := gke
	frozen.Exclusions = []Exclusion{{"peak", utc("2026-11-20 00:00"), utc("2026-12-01 00:00"), NoMinorOrNodeUpgrades}}
	aks := func(s AKSSchedule, offset string) Window {
		return ok(AKSWindow{Schedule: s, DurationHours: 4, UTCOffset: offset, StartDate: "2026-01-01", StartTime: "02:00",
			NotAllowed: [][2]string{{"2026-12-24", "2026-12-26"}}}.Window())
	}
	daily := aks(AKSSchedule{Daily: &AKSDaily{IntervalDays: 3}}, "")
	weekly := aks(AKSSchedule{Weekly: &AKSWeekly{IntervalWeeks: 2, DayOfWeek: 0}}, "+01:00")
	absolute := aks(AKSSchedule{AbsoluteMonthly: &AKSAbsoluteMonthly{IntervalMonths: 1, DayOfMonth: 31}}, "-08:00")
	relative := aks(AKSSchedule{RelativeMonthly: &AKSRelativeMonthly{IntervalMonths: 3, WeekIndex: Last, DayOfWeek: 6}}, "+05:30")
	patchTuesday := aks(AKSSchedule{RelativeMonthly: &AKSRelativeMonthly{IntervalMonths: 1, WeekIndex: 2, DayOfWeek: 2}}, "")

	every := func(weeks, weekday int) Window {
		return aks(AKSSchedule{Weekly: &AKSWeekly{IntervalWeeks: weeks, DayOfWeek: weekday}}, "")
	}
	fifth := aks(AKSSchedule{AbsoluteMonthly: &AKSAbsoluteMonthly{IntervalMonths: 5, DayOfMonth: 10}}, "")
	lastMonday := aks(AKSSchedule{RelativeMonthly: &AKSRelativeMonthly{IntervalMonths: 1, WeekIndex: Last, DayOfWeek: 1}}, "")
	unbound := Window{Days: Days{Every: Weekly, Interval: 3, Weekdays: []time.Weekday{time.Monday, time.Sunday}}, At: 2 * time.Hour,
		Length: 4 * time.Hour}

	tests := []struct {
		name string
		w    Window
		at   string
		want bool
	}{
		{"a managed node group has no window", Window{}, "2026-11-22 12:00", true},

		{"GKE daily, at the start", ok(GKEDaily("03:00")), "2026-11-22 03:00", true},
		{"GKE daily, just before", ok(GKEDaily("03:00")), "2026-11-22 02:59:59", false},
		{"GKE daily, last second", ok(GKEDaily("03:00")), "2026-11-22 06:59:59", true},
		{"GKE daily, at the end", ok(GKEDaily("03:00")), "2026-11-22 07:00", false},
		{"GKE daily over midnight", ok(GKEDaily("22:00")), "2026-11-22 01:59:59", true},
		{"GKE weekly, Saturday night", gke, "2026-11-21 23:00", true},
		{"GKE weekly, into Sunday", gke, "2026-11-22 03:00", true},
		{"GKE weekly, Sunday noon", gke, "2026-11-22 12:00", false},
		{"GKE weekly, into Monday", gke, "2026-11-23 03:59:59", true},
		{"GKE weekly, Tuesday", gke, "2026-11-24 23:00", false},
		{"GKE weekly, before the first", gke, "2025-12-27 23:00", false},
		{"GKE excluded", frozen, "2026-11-21 23:00", false},
		{"GKE, after the exclusion", frozen, "2026-12-05 23:00", true},
		{"GKE, a rule with days in UTC though the times have an offset",
			ok(GKERecurring(time.Date(2026, 1, 4, 1, 0, 0, 0, berlin), time.Date(2026, 1, 4, 7, 0, 0, 0, berlin), "FREQ=WEEKLY;BYDAY=SA")),
			"2026-11-22 00:00", false},
		{"GKE, the same a second earlier than midnight UTC on Sunday",
			ok(GKERecurring(time.Date(2026, 1, 4, 0, 0, 0, 0, berlin), time.Date(2026, 1, 4, 6, 0, 0, 0, berlin), "FREQ=WEEKLY;BYDAY=SA")),
			"2026-11-21 23:30", true},
		{"GKE monthly, first Sunday", ok(GKERecurring(utc("2026-01-04 02:00"), utc("2026-01-04 08:00"), "FREQ=MONTHLY;BYDAY=1SU")),
			"2026-12-06 03:00", true},
		{"GKE monthly, second Sunday", ok(GKERecurring(utc("2026-01-04 02:00"), utc("2026-01-04 08:00"), "FREQ=MONTHLY;BYDAY=1SU")),
			"2026-12-13 03:00", false},

		{"AKS every third day: the first", daily, "2026-01-01 03:00", true},
		{"AKS every third day: the second", daily, "2026-01-02 03:00", false},
		{"AKS every third day: the fourth", daily, "2026-01-04 03:00", true},
		// 2026-01-04 is the Sunday of the week of the start.
		{"AKS every second Sunday, 02:00 at +01:00", weekly, "2026-01-04 01:00", true},
		{"AKS every second Sunday, the week after", weekly, "2026-01-11 01:00", false},
		{"AKS every second Sunday, two weeks after", weekly, "2026-01-18 01:00", true},
		{"AKS in summer: 02:00 at +01:00 is 03:00 on Berlin's clocks, and 01:00 UTC as ever", weekly, "2026-07-19 01:00", true},
		{"AKS in summer: not at 02:00 on Berlin's clocks", weekly, "2026-07-19 00:30", false},
		{"AKS on the 31st, 02:00 at -08:00", absolute, "2026-01-31 10:00", true},
		{"AKS on the 31st: February has none", absolute, "2026-02-28 10:00", false},
		{"AKS on the 31st: nor does 3 March stand in", absolute, "2026-03-03 10:00", false},
		{"AKS last Saturday, every third month", relative, "2026-01-30 20:30", true},
		{"AKS last Saturday, the month after", relative, "2026-02-27 20:30", false},
		{"AKS last Saturday, three months after", relative, "2026-04-24 20:30", true},
		{"AKS second Tuesday", patchTuesday, "2026-11-10 02:00", true},
		{"AKS second Tuesday, not the third", patchTuesday, "2026-11-17 02:00", false},
		{"AKS second Tuesday, which is the 8th", patchTuesday, "2026-09-08 02:00", true},
		{"AKS second Tuesday, not the 1st", patchTuesday, "2026-09-01 02:00", false},
		{"AKS last Saturday, not the one a week before the 31st", relative, "2026-01-23 20:30", false},
		{"AKS last Monday, the year before a leap day", lastMonday, "2027-02-22 02:00", true},
		{"AKS every fifth month, in the year after", fifth, "2027-04-10 02:00", true},
		{"AKS every fifth month, not the month between", fifth, "2027-02-10 02:00", false},
		// Weeks begin on Monday; that of the start is the one of 29 December.
		{"AKS every second Thursday: the day of the start", every(2, 4), "2026-01-01 02:00", true},
		{"AKS every second Thursday: a week later", every(2, 4), "2026-01-08 02:00", false},
		{"AKS every second Monday: in the week after the start", every(2, 1), "2026-01-05 02:00", false},
		{"AKS every second Monday: in the week after that", every(2, 1), "2026-01-12 02:00", true},
		// With no start weeks count from that of Monday, 5 January 1970.
		{"every third week with no start: the Monday", unbound, "2026-11-16 02:00", true},
		{"every third week with no start: its Sunday", unbound, "2026-11-22 02:00", true},
		{"every third week with no start: the Sunday before", unbound, "2026-11-15 02:00", false},
		{"every third week with no start: the Monday after", unbound, "2026-11-23 02:00", false},
		{"GKE weekly with no days: that of its start", ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=WEEKLY")),
			"2026-11-21 22:00", true},
		{"GKE weekly with no days: no other", ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=WEEKLY")),
			"2026-11-22 22:00", false},
		{"GKE monthly with no days: the date of its start", ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=MONTHLY")),
			"2026-11-03 22:00", true},
		{"GKE monthly with no days: no other", ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=MONTHLY")),
			"2026-11-07 22:00", false},
		{"GKE monthly, last Sunday", ok(GKERecurring(utc("2026-01-04 02:00"), utc("2026-01-04 08:00"), "FREQ=MONTHLY;BYDAY=-1SU")),
			"2026-11-29 02:00", true},
		{"GKE monthly, fourth Sunday", ok(GKERecurring(utc("2026-01-04 02:00"), utc("2026-01-04 08:00"), "FREQ=MONTHLY;BYDAY=4SU")),
			"2026-11-22 02:00", true},
		{"GKE monthly, first Saturday and Sunday",
			ok(GKERecurring(utc("2026-01-04 02:00"), utc("2026-01-04 08:00"), "FREQ=MONTHLY;BYDAY=1SA,1SU")), "2026-11-07 02:00", true},
		{"GKE daily, but only at weekends: Saturday",
			ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=DAILY;BYDAY=SA,SU")), "2026-11-21 22:00", true},
		{"GKE daily, but only at weekends: Monday", ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=DAILY;BYDAY=SA,SU")),
			"2026-11-23 22:00", false},
		{"longer than a day: yesterday's is still open", Window{Days: Days{Every: Daily, Interval: 2}, At: time.Hour, Length: 30 * time.Hour},
			"2026-11-22 06:00", true},
		{"AKS, before its start", daily, "2025-12-31 03:00", false},
		{"AKS, date not allowed", aks(AKSSchedule{Daily: &AKSDaily{IntervalDays: 1}}, ""), "2026-12-26 03:00", false},
		{"AKS, the day after that", aks(AKSSchedule{Daily: &AKSDaily{IntervalDays: 1}}, ""), "2026-12-27 03:00", true},

		// 02:30 does not exist on 29 March 2026 in Berlin, and comes twice on 25
		// October: it starts an hour on in spring, at the first of the two in autumn,
		// and lasts four hours by any clock that is not set.
		{"Berlin in winter", nightly, "2026-03-28 01:30", true},
		{"Berlin, spring forward: not at 01:29 UTC", nightly, "2026-03-29 01:29", false},
		{"Berlin, spring forward: 03:30 summer time", nightly, "2026-03-29 01:30", true},
		{"Berlin, spring forward: four hours later", nightly, "2026-03-29 05:30", false},
		{"Berlin in summer", nightly, "2026-03-30 00:30", true},
		{"Berlin, fall back: the first 02:30", nightly, "2026-10-25 00:30", true},
		{"Berlin, fall back: the second 02:30 is within", nightly, "2026-10-25 01:30", true},
		{"Berlin, fall back: four hours after the first", nightly, "2026-10-25 04:30", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.w.Contains(utc(test.at), false); got != test.want {
				t.Errorf("%s contains %s: %t", test.w, test.at, got)
			}
			if !test.w.Contains(utc(test.at), true) {
				t.Errorf("%s keeps out urgent work", test.w)
			}
		})
	}
}

// Each scope keeps out its own kinds of work.
func TestScopes(t *testing.T) {
	for scope, want := range map[Scope][]Work{
		NoUpgrades:            nil,
		NoMinorUpgrades:       {NodeWork, PatchWork},
		NoMinorOrNodeUpgrades: {PatchWork},
	} {
		w := Window{Exclusions: []Exclusion{{"", utc("2026-11-01 00:00"), utc("2026-12-01 00:00"), scope}}}
		for _, work := range []Work{NodeWork, MinorWork, PatchWork} {
			if got := w.Allows(work, noon, false); got != slices.Contains(want, work) {
				t.Errorf("%s lets %s through: %t", scope, work, got)
			}
			if !w.Allows(work, utc("2026-12-01 00:00"), false) {
				t.Errorf("%s keeps out %s after its end", scope, work)
			}
		}
	}
}

func TestWindowNext(t *testing.T) {
	ok := must(t)
	w := ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=WEEKLY;BYDAY=SA"))
	for _, test := range []struct {
		at, from, until string
	}{
		{"2026-11-18 12:00", "2026-11-21 22:00", "2026-11-22 04:00"},
		{"2026-11-22 01:00", "2026-11-22 01:00", "2026-11-22 04:00"},
		{"2026-11-22 04:00", "2026-11-28 22:00", "2026-11-29 04:00"},
	} {
		if next, found := w.Next(utc(test.at)); !found || !next.From.Equal(utc(test.from)) || !next.Until.Equal(utc(test.until)) {
			t.Errorf("after %s: %v %t", test.at, next, found)
		}
	}
	w.Exclusions = []Exclusion{
		{"", utc("2026-11-21 23:00"), utc("2026-11-22 01:00"), NoUpgrades},
		{"", utc("2026-11-28 00:00"), utc("2026-11-30 00:00"), NoUpgrades},
	}
	if next, _ := w.Next(utc("2026-11-18 12:00")); !next.Until.Equal(utc("2026-11-21 23:00")) {
		t.Errorf("an exclusion within the window: %v", next)
	}
	if next, _ := w.Next(utc("2026-11-22 04:00")); !next.From.Equal(utc("2026-12-05 22:00")) {
		t.Errorf("an exclusion over the window: %v", next)
	}
	if _, found := (Window{}).Next(noon); found {
		t.Error("what is always open has no next opening")
	}
	never := Window{Days: Days{Every: Monthly, Monthday: 31, Interval: 12}, Length: time.Hour, From: utc("2026-02-01 00:00")}
	if next, found := never.Next(noon); found {
		t.Errorf("31 February is %v", next)
	}
}

// Where there is no window all the time is open, but what is excluded.
func TestOpeningsWithoutAWindow(t *testing.T) {
	from, until := utc("2026-11-22 00:00"), utc("2026-11-24 00:00")
	if got := (Window{}).Openings(NodeWork, from, until); !slices.Equal(got, []Opening{{from, until}}) {
		t.Errorf("%v", got)
	}
	frozen := Window{Exclusions: []Exclusion{{"", utc("2026-11-22 12:00"), utc("2026-11-23 00:00"), NoMinorUpgrades}}}
	want := []Opening{{from, utc("2026-11-22 12:00")}, {utc("2026-11-23 00:00"), until}}
	if got := frozen.Openings(MinorWork, from, until); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := frozen.Openings(PatchWork, from, until); !slices.Equal(got, []Opening{{from, until}}) {
		t.Errorf("patches are kept out: %v", got)
	}
}

func TestWindowString(t *testing.T) {
	ok := must(t)
	gke := ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"), "FREQ=WEEKLY;BYDAY=SA,SU"))
	gke.Exclusions = []Exclusion{{"peak", utc("2026-11-20 00:00"), utc("2026-12-01 00:00"), NoMinorUpgrades}}
	for want, w := range map[string]Window{
		"any time":                       {},
		"every day at 03:00 UTC for 4 h": ok(GKEDaily("03:00")),
		"every week on Sat, Sun at 22:00 UTC for 6 h, but no minor upgrades from 2026-11-20 00:00 to 2026-12-01 00:00": gke,
		"every 3 months on the last Sat at 02:00 UTC+05:30 for 4 h": ok(AKSWindow{
			Schedule: AKSSchedule{RelativeMonthly: &AKSRelativeMonthly{3, Last, 6}}, DurationHours: 4, UTCOffset: "+05:30", StartTime: "02:00",
		}.Window()),
		"every day that is Sat, Sun at 22:00 UTC for 6 h": ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 04:00"),
			"FREQ=DAILY;BYDAY=SA,SU")),
		"every 2 weeks on Thu at 02:00 UTC for 4 h": ok(AKSWindow{Schedule: AKSSchedule{Weekly: &AKSWeekly{2, 4}}, DurationHours: 4,
			StartTime: "02:00"}.Window()),
		"every month on day 31 at 02:30 UTC-08:00 for 12 h": ok(AKSWindow{
			Schedule: AKSSchedule{AbsoluteMonthly: &AKSAbsoluteMonthly{1, 31}}, DurationHours: 12, UTCOffset: "-08:00", StartTime: "02:30",
		}.Window()),
	} {
		if got := w.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// GKE wants 48 hours in openings of four hours or more.
func TestAvailable(t *testing.T) {
	ok := must(t)
	saturdays := ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 02:00"), "FREQ=WEEKLY;BYDAY=SA"))
	if _, got := saturdays.Scarcest(NodeWork, utc("2026-02-01 00:00"), utc("2026-06-01 00:00"), 92); got < 48*time.Hour {
		t.Errorf("13 Saturdays of 4 h are %v", got)
	}
	if _, got := saturdays.Scarcest(NodeWork, utc("2026-02-01 00:00"), utc("2026-06-01 00:00"), 32); got >= 48*time.Hour {
		t.Errorf("4 Saturdays of 4 h are %v", got)
	}
	short := ok(GKERecurring(utc("2026-01-03 22:00"), utc("2026-01-04 01:59"), "FREQ=DAILY"))
	if got := short.Available(NodeWork, utc("2026-02-01 00:00"), 92); got != 0 {
		t.Errorf("openings of under 4 h are %v", got)
	}
	saturdays.Exclusions = []Exclusion{{"freeze", utc("2026-03-01 00:00"), utc("2026-05-20 00:00"), NoUpgrades}}
	begin, got := saturdays.Scarcest(NodeWork, utc("2026-02-01 00:00"), utc("2026-06-01 00:00"), 92)
	if got >= 48*time.Hour || !begin.Before(utc("2026-03-01 00:00")) {
		t.Errorf("with a freeze of 80 days %v from %v", got, begin)
	}
}

func TestWindowsThatCannotBeRead(t *testing.T) {
	if _, err := GKEDaily("25:00"); err == nil {
		t.Error("25:00 was taken")
	}
	for _, rule := range []string{"", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=MO",
		"FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;INTERVAL=0", "FREQ=MONTHLY;BYDAY=9MO", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYDAY=1MO,2TU",
		"FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=-2MO", "FREQ=MONTHLY;BYDAY=1", "FREQ=DAILY;INTERVAL=x"} {
		if _, err := GKERecurring(noon, noon.Add(time.Hour), rule); err == nil {
			t.Errorf("%q was taken", rule)
		}
	}
	if _, err := GKERecurring(noon, noon, "FREQ=DAILY"); err == nil {
		t.Error("a window of nothing was taken")
	}
	good := AKSWindow{Schedule: AKSSchedule{Daily: &AKSDaily{1}}, DurationHours: 4, StartTime: "02:00"}
	for name, edit := range map[string]func(a *AKSWindow){
		"duration":      func(a *AKSWindow) { a.DurationHours = 3 },
		"long duration": func(a *AKSWindow) { a.DurationHours = 25 },
		"offset":        func(a *AKSWindow) { a.UTCOffset = "CET" },
		"time":          func(a *AKSWindow) { a.StartTime = "2 am" },
		"date":          func(a *AKSWindow) { a.StartDate = "22.11.2026" },
		"dates":         func(a *AKSWindow) { a.NotAllowed = [][2]string{{"2026-12-24", "soon"}} },
		"schedule":      func(a *AKSWindow) { a.Schedule = AKSSchedule{} },
	} {
		bad := good
		edit(&bad)
		if _, err := bad.Window(); err == nil {
			t.Errorf("a bad %s was taken", name)
		}
	}
	for _, hours := range []int{4, 24} {
		good.DurationHours = hours
		if _, err := good.Window(); err != nil {
			t.Error(err)
		}
	}
}

// Openings, Contains and Next say the same, in any zone and whatever is
// excluded.
func TestWindowsAgree(t *testing.T) {
	zones := []*time.Location{nil, in(t, "Europe/Berlin"), in(t, "America/St_Johns"), in(t, "Australia/Lord_Howe"),
		time.FixedZone("UTC+14:00", 14*3600)}
	rapid.Check(t, func(t *rapid.T) {
		w := Window{
			At:     time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "at")) * time.Minute,
			Length: time.Duration(rapid.IntRange(1, 30*60).Draw(t, "length")) * time.Minute,
			Zone:   rapid.SampledFrom(zones).Draw(t, "zone"),
			Days: Days{Every: rapid.SampledFrom([]Unit{Daily, Weekly, Monthly}).Draw(t, "every"), Interval: rapid.IntRange(0, 2).Draw(t,
				"interval"), Monthday: rapid.IntRange(1, 31).Draw(t, "day"), Nth: rapid.SampledFrom([]int{1, 2, 3, 4, Last}).Draw(t, "nth")},
		}
		for d := range time.Weekday(7) {
			if rapid.Bool().Draw(t, "weekday") {
				w.Days.Weekdays = append(w.Days.Weekdays, d)
			}
		}
		from := instants(t).Truncate(time.Minute)
		if rapid.Bool().Draw(t, "bounded") {
			w.From = from.Add(time.Duration(rapid.IntRange(-40, 10).Draw(t, "start")) * day)
		}
		for range rapid.IntRange(0, 2).Draw(t, "exclusions") {
			x := from.Add(time.Duration(rapid.IntRange(-10, 40*24).Draw(t, "excluded from")) * time.Hour)
			scope := rapid.SampledFrom([]Scope{NoUpgrades, NoUpgrades, NoMinorUpgrades, NoMinorOrNodeUpgrades}).Draw(t, "scope")
			w.Exclusions = append(w.Exclusions,
				Exclusion{"", x, x.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "excluded for")) * time.Hour), scope})
		}
		until := from.Add(40 * day)
		work := rapid.SampledFrom([]Work{NodeWork, MinorWork, PatchWork}).Draw(t, "work")
		openings := w.Openings(work, from, until)
		k := 0
		for at := from; at.Before(until); at = at.Add(7 * time.Minute) {
			for k < len(openings) && !at.Before(openings[k].Until) {
				k++
			}
			within := k < len(openings) && !at.Before(openings[k].From)
			if w.Allows(work, at, false) != within {
				t.Fatalf("%s allows %s work at %s: %t, but openings are %v", w, work, at, !within, openings)
			}
		}
		openings = w.Openings(NodeWork, from, until)
		if next, ok := w.Next(from); len(openings) > 0 && (!ok || !next.From.Equal(openings[0].From)) {
			t.Fatalf("%s is next at %v, not at %v", w, next, openings[0])
		}
	})
}

// A window is typed with a time of day and a length joined by a plus sign, the days before
// it and the zone behind it, each of which may be left out.
func TestTypedWindows(t *testing.T) {
	for text, want := range map[string]string{
		"02:00+4h":                       "every day at 02:00 UTC for 4 h",
		"Sat,Sun 02:00+4h":               "every week on Sat, Sun at 02:00 UTC for 4 h",
		"02:00+4h Europe/Berlin":         "every day at 02:00 Europe/Berlin for 4 h",
		"Sat,Sun 02:00+4h Europe/Berlin": "every week on Sat, Sun at 02:00 Europe/Berlin for 4 h",
		"02:00":                          "",
		"4h+2h":                          "",
		"Sat Sun 02:00+4h":               "",
	} {
		w, err := ParseWindow(text)
		if (err == nil) != (want != "") || err == nil && w.String() != want {
			t.Errorf("%q: %q, %v, want %q", text, w.String(), err, want)
		}
	}
}
