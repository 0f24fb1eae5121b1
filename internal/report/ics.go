package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// icsOf writes a calendar as iCalendar (RFC 5545): an event for each time in which nodes
// may go, and for each at which some expire. Times are in UTC, so that no time zone has
// to be told beside them.
func icsOf(v published.Value) writer {
	c, ok := v.(published.Calendar)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		var b strings.Builder
		line := func(name, value string) { b.WriteString(foldedLine(name + ":" + value)) }
		line("BEGIN", "VCALENDAR")
		line("VERSION", "2.0")
		line("PRODID", "-//onus//calendar v1//EN")
		line("CALSCALE", "GREGORIAN")
		line("X-WR-CALNAME", icsText("onus: "+words.And(subjectsOf(&c))))
		var events []event
		for i := range c.Pools {
			events = append(events, eventsOf(&c.Pools[i])...)
		}
		for i := range c.Windows {
			events = append(events, windowEvents(&c.Windows[i])...)
		}
		for _, e := range events {
			line("BEGIN", "VEVENT")
			line("UID", e.uid())
			line("DTSTAMP", utcStamp(c.From))
			line("DTSTART", utcStamp(e.from))
			if e.until != "" {
				line("DTEND", utcStamp(e.until))
			}
			line("SUMMARY", icsText(e.summary))
			line("DESCRIPTION", icsText(e.description))
			line("TRANSP", "TRANSPARENT")
			line("END", "VEVENT")
		}
		line("END", "VCALENDAR")
		if _, err := io.WriteString(w, b.String()); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
}

// event is one entry of a calendar.
type event struct{ about, from, until, summary, description string }

// uid names the event, the same in each look.
func (e *event) uid() string {
	sum := sha256.Sum256([]byte(e.about + "\n" + utcStamp(e.from)))
	return fmt.Sprintf("%x@onus", sum[:16])
}

// eventsOf are those of a pool.
func eventsOf(x *published.CalendarPool) []event {
	pool := ofUnit("NodePool "+x.Subject.Name, x.Subject.Unit)
	var all []event
	for _, t := range x.Tracks {
		why := words.And(t.Reasons)
		for _, s := range t.Stretches {
			may := s.Limit + " at once"
			switch {
			case s.State == "closed":
				continue
			case s.State == "unlimited":
				may = "any number of nodes"
			case s.Allowed != nil:
				may = words.Count(*s.Allowed, "node") + " at once"
			}
			all = append(all, event{pool + why, s.From, s.Until, pool + ": " + may + " (" + why + ")", x.Roll.Words})
		}
	}
	for _, e := range x.Expires {
		all = append(all, event{pool + " expiry", e.At, "", pool + ": " + words.Count(len(e.Nodes), "node") + " reach their maximum age",
			"No node budget binds expiry. " + words.And(e.Nodes)})
	}
	return all
}

// windowEvents are those of a window: when it is open.
func windowEvents(w *published.CalendarWindow) []event {
	var all []event
	if w.Track == nil || !w.Set {
		return nil
	}
	thing := ofUnit(w.Subject.Kind+" "+w.Subject.Name, w.Subject.Unit)
	for _, s := range w.Track.Stretches {
		if s.State != "closed" {
			all = append(all, event{thing + w.For, s.From, s.Until, thing + ": " + w.For, "Work may begin, and goes on at the end of the window."})
		}
	}
	return all
}

// utcStamp is a time as iCalendar writes it in UTC.
func utcStamp(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return s
	}
	return t.UTC().Format("20060102T150405Z")
}

// icsText is a text on one line, with what would end a value escaped.
func icsText(said string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`).Replace(inOneLine(said))
}

// foldedLine is a line of at most 75 octets, with what is left on lines that begin with
// a space, and none of them within a character.
func foldedLine(line string) string {
	const most = 75
	var b strings.Builder
	room := most
	for _, r := range line {
		if n := utf8.RuneLen(r); n > room {
			b.WriteString("\r\n ")
			room = most - 1
		}
		n, _ := b.WriteRune(r)
		room -= n
	}
	return b.String() + "\r\n"
}
