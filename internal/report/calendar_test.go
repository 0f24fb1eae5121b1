package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// someCalendar is a day in Berlin on which clocks go back, with one pool.
func someCalendar() published.Calendar {
	two, many := 2, 120
	return published.Calendar{
		Head: published.Head{Schema: published.CalendarSchema}, From: "2026-10-24T00:00:00+02:00", Until: "2026-10-26T00:00:00+01:00",
		Zone:   "Europe/Berlin",
		Clocks: []published.ClockChange{{At: "2026-10-25T02:00:00+01:00", Words: "clocks go back by 1 h, from CEST to CET"}},
		Pools: []published.CalendarPool{{
			Subject: finding.Subject{Kind: "NodePool", Name: "web"}, Title: "EKS Auto Mode", Nodes: &two,
			Written: []published.CalendarEntry{{Text: "10% at any time", Counts: true}, {Text: "0 at any time", Means: "is active at all times"}},
			Tracks: []published.CalendarTrack{{Reasons: []string{"Drifted", "Empty"}, Stretches: []published.CalendarStretch{
				{From: "2026-10-24T00:00:00+02:00", Until: "2026-10-25T02:00:00+02:00", State: "unlimited", Limit: "no limit"},
				{From: "2026-10-25T02:00:00+02:00", Until: "2026-10-25T02:00:00+01:00", State: "closed", Limit: "0", Allowed: new(int)},
				{From: "2026-10-25T02:00:00+01:00", Until: "2026-10-25T05:30:00+01:00", State: "limited", Limit: "2", Allowed: &two},
				{From: "2026-10-25T05:30:00+01:00", Until: "2026-10-25T08:00:00+01:00", State: "limited", Limit: "120", Allowed: &many},
				{From: "2026-10-25T08:00:00+01:00", Until: "2026-10-26T00:00:00+01:00", State: "limited", Limit: "10%"},
			}}},
			Remarks: []published.CalendarRemark{{Obligation: "budget-gap", Text: "nothing limits, really; \\ it"}},
			Expires: []published.CalendarExpiry{{At: "2026-10-25T03:12:00+01:00", Nodes: []string{"a", "b"}}},
			Unbound: []string{"expiry", "repair"},
			Roll:    published.CalendarRoll{Fits: finding.Held, Words: "drift fits", Runs: 5, AtLeast: 60, Takes: 90},
		}},
	}
}

// A grid of hours has the clock of its reader: an hour that comes twice is one cell, and
// one that is not there is empty.
func TestHours(t *testing.T) {
	text := written(t, someCalendar(), "text", Screen{Width: 100})
	for _, want := range []string{
		"  Sat 24 Oct                ∞  ∞  ∞  ∞  ∞  ∞  ∞  ∞",
		"  Sun 25 Oct                ∞  ∞  ~  2  2  ~  a  a  b  b  b",
		"a is 120", "b is 10%", "~ changes within the hour: Sun 25 Oct 02:00 (the second) 2 at once, Sun 25 Oct 05:30 120 at once",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q\n%s", want, text)
		}
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	forward := hoursOf("", zone, published.CalendarTrack{Stretches: []published.CalendarStretch{
		{From: "2026-03-29T00:00:00+01:00", Until: "2026-03-30T00:00:00+02:00", State: "closed"}}})
	days := forward.days(3, map[string]string{})
	if len(days) != 1 || days[0].cells[2] != "" || days[0].cells[1] != noneSign || days[0].cells[3] != noneSign {
		t.Errorf("%+v", days)
	}
	for _, width := range []int{20, 40, 60, 80, 100, 200} {
		for line := range strings.Lines(written(t, someCalendar(), "text", Screen{Width: width})) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > width && width >= 40 {
				t.Errorf("at %d columns a line has %d: %s", width, n, line)
			}
		}
	}
	if narrow := written(t, someCalendar(), "text", Screen{Width: 40}); !strings.Contains(narrow, "closed") {
		t.Errorf("where no grid fits there is no list:\n%s", narrow)
	}
}

// Somebody else's reader takes the iCalendar, whatever names hold, and has the same times.
func TestCalendarIsRead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := someCalendar()
		c.Pools[0].Subject.Name = hostile.Draw(r, "pool")
		c.Pools[0].Subject.Unit = hostile.Draw(r, "unit")
		c.Pools[0].Expires[0].Nodes[0] = hostile.Draw(r, "node")
		c.Pools[0].Roll.Words = hostile.Draw(r, "words")
		text := written(t, c, "ics", Screen{})
		read, err := ical.NewDecoder(strings.NewReader(text)).Decode()
		if err != nil {
			r.Fatalf("%v\n%q", err, text)
		}
		var again bytes.Buffer
		if err := ical.NewEncoder(&again).Encode(read); err != nil { // which looks for what each part has to have
			r.Fatalf("%v\n%q", err, text)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				r.Fatalf("a line is not one: %q", line)
			}
		}
		events := read.Events()
		if len(events) != 5 {
			r.Fatalf("%d events", len(events))
		}
		var ids []string
		for _, e := range events {
			id, err := e.Props.Text(ical.PropUID)
			if err != nil || slices.Contains(ids, id) {
				r.Fatalf("%q: %v", id, err)
			}
			ids = append(ids, id)
		}
		start, err := events[1].DateTimeStart(nil)
		end, wrong := events[1].DateTimeEnd(nil)
		if err != nil || wrong != nil || !start.Equal(time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC)) || end.Sub(start) != 210*time.Minute {
			r.Fatalf("from %s to %s: %v, %v", start, end, err, wrong)
		}
	})
}

// What names hold ends no line of the text.
func TestCalendarOfHostileNames(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		plain := someCalendar()
		lines := strings.Count(written(t, plain, "text", Screen{Width: 1000}), "\n")
		c := someCalendar()
		c.Pools[0].Subject.Name = hostile.Draw(r, "pool")
		c.Pools[0].Written[0].Text = "1 " + hostile.Draw(r, "text")
		c.Pools[0].Remarks[0].Text = "1 " + hostile.Draw(r, "remark")
		for _, format := range []string{"text", "markdown"} {
			text := written(t, c, format, Screen{Width: 1000})
			if strings.ContainsFunc(text, func(c rune) bool { return obeyed(c) && c != '\n' }) {
				r.Fatalf("%s has what a terminal obeys: %q", format, text)
			}
			if format == "text" && strings.Count(text, "\n") != lines {
				r.Fatalf("%d lines, and %d before\n%s", strings.Count(text, "\n"), lines, text)
			}
		}
	})
}
