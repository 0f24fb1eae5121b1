package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
)

// The signs of a grid of hours.
const (
	noneSign    = "·" // no node goes
	freeSign    = "∞" // no limit
	openSign    = "o" // a window is open
	changesSign = "~" // it changes within the hour
)

// hours is a grid of the hours of some days, a row a day: what may go in each. Days in
// a row that are alike are one row.
type hours struct {
	head      string
	window    bool // it is open or not, without a number
	zone      *time.Location
	stretches []timed
}

// timed is a stretch of a calendar with its times.
type timed struct {
	published.CalendarStretch
	from, until time.Time
}

// hoursOf reads the times of a track.
func hoursOf(head string, zone *time.Location, t published.CalendarTrack) hours {
	h := hours{head: head, zone: zone}
	for _, s := range t.Stretches {
		from, _ := time.Parse(time.RFC3339, s.From)
		until, _ := time.Parse(time.RFC3339, s.Until)
		h.stretches = append(h.stretches, timed{s, from.In(zone), until.In(zone)})
	}
	return h
}

// sign is what stands for a stretch: a number where it is short enough, or a letter
// that the legend explains.
func (h hours) sign(s *timed, width int, letters map[string]string) string {
	switch {
	case s.State == "closed":
		return noneSign
	case s.State == "unlimited" && h.window:
		return openSign
	case s.State == "unlimited":
		return freeSign
	case s.Allowed != nil && len(strconv.Itoa(*s.Allowed)) < width:
		return strconv.Itoa(*s.Allowed)
	}
	said := s.Limit
	if s.Allowed != nil {
		said = strconv.Itoa(*s.Allowed)
	}
	if letters[said] == "" {
		letters[said] = string(rune('a' + min(len(letters), 25)))
	}
	return letters[said]
}

// dayOf is one day: a sign for each hour, empty for one that is not there.
type dayRow struct {
	date  time.Time
	cells [24]string
}

// days are the rows of the grid.
func (h hours) days(width int, letters map[string]string) []dayRow {
	var all []dayRow
	if len(h.stretches) == 0 {
		return nil
	}
	at, end, k := h.stretches[0].from, h.stretches[len(h.stretches)-1].until, 0
	for at.Before(end) {
		y, m, d := at.Date()
		if n := len(all); n == 0 || all[n-1].date.Day() != d {
			all = append(all, dayRow{date: time.Date(y, m, d, 12, 0, 0, 0, h.zone)})
		}
		cell := &all[len(all)-1].cells[at.Hour()]
		next := at.Add(time.Hour - time.Duration(at.Minute())*time.Minute - time.Duration(at.Second())*time.Second)
		for k < len(h.stretches) && !h.stretches[k].until.After(at) {
			k++
		}
		for i := k; i < len(h.stretches) && h.stretches[i].from.Before(next); i++ {
			switch sign := h.sign(&h.stretches[i], width, letters); *cell {
			case "", sign:
				*cell = sign
			default:
				*cell = changesSign
			}
		}
		at = next
	}
	return all
}

// foldDays puts days in a row that are alike together.
func foldDays(all []dayRow) (labels []string, rows []dayRow) {
	const form = "Mon 2 Jan"
	for i := 0; i < len(all); {
		k := i + 1
		for k < len(all) && all[k].cells == all[i].cells {
			k++
		}
		label := all[i].date.Format(form)
		if k-i > 1 {
			label += " – " + all[k-1].date.Format(form)
		}
		labels, rows = append(labels, label), append(rows, all[i])
		i = k
	}
	return labels, rows
}

func (h hours) terminal(s Screen, indent int) string {
	pad := strings.Repeat(" ", indent)
	width, label := 3, len("Mon 30 Nov – Mon 30 Nov")+1
	for width > 1 && indent+label+24*width > s.Width {
		width--
	}
	if indent+label+24*width > s.Width {
		return h.list(s, indent)
	}
	letters := map[string]string{}
	labels, rows := foldDays(h.days(width, letters))
	lines := []string{pad + s.paint(strong, h.head)}
	heads := strings.Repeat(" ", label)
	for hour := range 24 {
		switch {
		case width == 3:
			heads += fmt.Sprintf("%02d ", hour)
		case hour%3 == 0:
			heads += fmt.Sprintf("%-*s", 3*width, fmt.Sprintf("%02d", hour))
		}
	}
	lines = append(lines, pad+s.paint(faint, strings.TrimRight(heads, " ")))
	for i, row := range rows {
		line := labels[i] + strings.Repeat(" ", label-text.StringWidthWithoutEscSequences(labels[i]))
		for _, sign := range row.cells {
			line += s.paint(colourOfHour(sign), sign) + strings.Repeat(" ", width-text.StringWidthWithoutEscSequences(sign))
		}
		lines = append(lines, pad+strings.TrimRight(line, " "))
	}
	for _, said := range h.under(letters) {
		lines = append(lines, s.hang(indent, "", 2, said))
	}
	return strings.Join(lines, "\n")
}

func colourOfHour(sign string) text.Colors {
	switch sign {
	case noneSign:
		return faint
	case freeSign:
		return warn
	}
	return good
}

// under are the sentences under a grid: what letters stand for, and what changes within
// an hour.
func (h hours) under(letters map[string]string) []string {
	var all []string
	for said, letter := range letters {
		all = append(all, letter+" is "+said)
	}
	slices.Sort(all)
	const most = 6
	var within []string
	for i := range h.stretches {
		s := &h.stretches[i]
		switch twice := s.from.Add(-time.Nanosecond).Hour() == s.from.Hour(); {
		case i == 0:
		case s.from.Minute() != 0:
			within = append(within, s.from.Format("Mon 2 Jan 15:04")+" "+h.words(s))
		case twice:
			within = append(within, s.from.Format("Mon 2 Jan 15:04")+" (the second) "+h.words(s))
		}
	}
	if n := len(within); n > 0 {
		said := changesSign + " changes within the hour: " + strings.Join(within[:min(n, most)], ", ")
		if n > most {
			said += fmt.Sprintf(" and %d more times", n-most)
		}
		all = append(all, said)
	}
	return all
}

// words say what may go in a stretch.
func (h hours) words(s *timed) string {
	switch {
	case s.State == "closed":
		return "closed"
	case s.Allowed != nil:
		return fmt.Sprintf("%d at once", *s.Allowed)
	case s.State == "unlimited" && h.window:
		return "open"
	case s.State == "unlimited":
		return "no limit"
	}
	return s.Limit + " at once"
}

// list is the same where a grid does not fit.
func (h hours) list(s Screen, indent int) string {
	lines := []string{s.fill(indent, h.head)}
	for i := range h.stretches {
		x := &h.stretches[i]
		const form = "Mon 2 Jan 15:04"
		lines = append(lines, s.hang(indent, "", 2, fmt.Sprintf("%s to %s: %s", x.from.Format(form), x.until.Format(form), h.words(x))))
	}
	return strings.Join(lines, "\n")
}

func (h hours) markdown() string {
	letters := map[string]string{}
	labels, rows := foldDays(h.days(3, letters))
	g := grid{head: []string{h.head}}
	for hour := range 24 {
		g.head = append(g.head, fmt.Sprintf("%02d", hour))
	}
	for i, row := range rows {
		g.rows = append(g.rows, append([]string{labels[i]}, row.cells[:]...))
	}
	under := bullets(h.under(letters)).markdown()
	if under != "" {
		under = "\n\n" + under
	}
	return g.markdown() + under
}
