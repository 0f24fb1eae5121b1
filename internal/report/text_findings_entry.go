package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// finding shows one, or several that tell of the same gap.
func (f *findingsWriter) finding(alike []finding.Finding) {
	x := alike[0]
	obligations := make([]string, len(alike))
	for i := range alike {
		obligations[i] = alike[i].Obligation
	}
	colour := map[finding.Verdict]text.Colors{finding.Broken: bad, finding.Unknown: warn, finding.Held: good}[x.Verdict]
	f.line(f.ranked(f.s.hang(2, f.s.paint(colour, string(x.Verdict)), len(x.Verdict)+2, strings.Join(obligations, ", ")), x))
	if x.Position.File != "" {
		f.line(f.s.paint(faint, "    "+x.Position.String()))
	}
	f.line(f.s.wrap(4, sentence(x.Message)))
	if x.Verdict == finding.Waived {
		f.waiver(x.Waiver)
	}
	if x.Verdict == finding.Held || x.Verdict == finding.Waived {
		return
	}
	f.consequence(x.Consequence)
	f.leadsTo(x)
	f.evidence(x)
	f.fix(x.Fix)
}

// consequence says what follows. Of what was said of an entry before only the
// first sentence is said again.
func (f *findingsWriter) consequence(follows string) {
	all := eachSentence(follows)
	if len(all) == 0 {
		return
	}
	key := "consequence " + follows
	if f.shown[key] && !f.s.full() {
		all = all[:1]
	}
	f.shown[key] = true
	f.line(f.s.wrap(4, strings.Join(all, " ")))
}

// mostOutcomes is how many outcomes one entry tells.
const mostOutcomes = 3

// leadsTo says what follows, as it was simulated. How it came about, step by
// step, is shown where everything is.
func (f *findingsWriter) leadsTo(x finding.Finding) {
	told := x.LeadsTo
	if !f.s.full() {
		told = plainest(told)
		if len(told) == 1 && told[0].Said && !told[0].Also {
			told = nil
		}
	}
	for k, o := range told {
		if k == mostOutcomes && !f.s.full() {
			f.line(f.s.paint(faint, "    "+words.Count(len(told)-k, "more outcome")))
			break
		}
		said := o.Message
		if o.Subject != x.Subject {
			said = o.Subject.Kind + " " + o.Subject.Name + ": " + said
		}
		said = sentence(said)
		joined := "leads to"
		switch {
		case o.Also:
			joined = "also"
		case o.Consequence == "":
		case o.Consequence == x.Consequence: // of one cause with it
			joined = "also"
		default:
			said += " " + o.Consequence
		}
		f.line(f.s.hang(4, joined, 2, o.Obligation+": "+said))
		if f.s.full() {
			for _, e := range o.Evidence {
				f.line(f.s.paint(faint, f.s.hang(6, "-", 2, e.Text)))
			}
		}
	}
}

// plainest are the outcomes that were shown, or else the first of those that
// may come.
func plainest(all []finding.Outcome) []finding.Outcome {
	var also, broken, others []finding.Outcome
	for _, o := range all {
		switch {
		case o.Also:
			also = append(also, o)
		case o.Verdict == finding.Broken:
			broken = append(broken, o)
		default:
			others = append(others, o)
		}
	}
	if len(broken) == 0 {
		broken = others[:min(len(others), 1)]
	}
	return append(broken, also...)
}

// ranked puts after a line how much a broken finding weighs, on a line of its
// own where the screen is too narrow.
func (f *findingsWriter) ranked(line string, x finding.Finding) string {
	if x.Verdict != finding.Broken {
		return line
	}
	rank := x.Severity
	if x.LoadBearing {
		rank += ", load-bearing"
	}
	last := line[strings.LastIndex(line, "\n")+1:]
	if text.StringWidthWithoutEscSequences(last)+2+len(rank) > f.s.Width {
		return line + "\n    " + rank
	}
	return line + "  " + rank
}

// evidence says what a verdict rests on, and where everything is shown, why it weighs less
// than its obligation may.
func (f *findingsWriter) evidence(x finding.Finding) {
	because := x.SeverityBecause
	is := func(e finding.Evidence) bool { return e.Text == because }
	if f.s.full() && because != "" && !slices.ContainsFunc(x.Evidence, is) {
		f.line(f.s.paint(faint, f.s.hang(4, "-", 2, x.Severity+", because "+because)))
	}
	for _, e := range x.Evidence {
		if e.Unread != "" {
			if key := "unread " + e.Unread; f.shown[key] {
				continue // the message names it
			} else {
				f.shown[key] = true
			}
		}
		if key := "evidence " + e.Text; e.File == "" && len(e.Text) > f.s.Width && !f.s.full() {
			if f.shown[key] {
				continue
			}
			f.shown[key] = true
		}
		line := e.Text
		if f.s.full() && because != "" && is(e) {
			line = x.Severity + ", because " + line
		}
		if e.Short != "" && !f.s.full() {
			if len(f.Lines) < 2 {
				continue // the lines above the findings say it
			}
			line = e.Short
		}
		if e.File != "" && e.Position != x.Position {
			line += " (" + e.Position.String() + ")"
		}
		f.line(f.s.paint(faint, f.s.hang(4, "-", 2, line)))
	}
}

// sentence starts with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return s
	}
	first := strings.ToUpper(s[:1])
	if strings.ContainsAny(strings.SplitN(s, " ", 2)[0], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") { // minAvailable stays as it is spelled
		first = s[:1]
	}
	if strings.HasSuffix(s, "?") {
		return first + s[1:]
	}
	return first + s[1:] + "."
}
