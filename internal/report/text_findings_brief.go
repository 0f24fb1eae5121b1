package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// mostInFull is how many entries are shown each with its evidence and its fix.
// Of more, those that say the same are shown together: a reader takes in ten
// kinds of trouble, and not two hundred of ten kinds.
const mostInFull = 12

// mostNamed is how many subjects one entry names.
const mostNamed = 8

// kindOfTrouble are findings that say the same of several subjects.
type kindOfTrouble struct {
	verdict                        finding.Verdict
	blocks                         bool // the replacement of nodes
	obligation, severity, offering string
}

// brief shows what is broken and unknown by kinds of trouble, the worst first,
// and of low severity how many there are.
func (f *findingsWriter) brief() {
	groups := map[kindOfTrouble][]finding.Finding{}
	low := map[string]int{}
	for _, x := range f.Findings.Findings {
		switch {
		case x.Verdict != finding.Broken && x.Verdict != finding.Unknown:
		case x.Verdict == finding.Broken && x.Severity == "low":
			low[x.Obligation]++
		default:
			kind := kindOfTrouble{x.Verdict, x.BlocksNodes, x.Obligation, x.Severity, x.Offering}
			if x.Verdict == finding.Unknown {
				kind.severity = ""
			}
			groups[kind] = append(groups[kind], x)
		}
	}
	kinds := slices.SortedFunc(maps.Keys(groups), func(a, b kindOfTrouble) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), len(groups[b])-len(groups[a]), cmp.Compare(a.obligation, b.obligation), cmp.Compare(a.offering, b.offering))
	})
	for _, k := range kinds {
		f.trouble(k, groups[k])
	}
	f.lowOnes(low)
}

// rank orders kinds of trouble: what is broken before what is unknown, what holds
// up nodes before the rest, then by severity.
func (k kindOfTrouble) rank() int {
	rank := 1 + slices.Index(finding.Severities, k.severity)
	if !k.blocks {
		rank += 10
	}
	if k.verdict == finding.Unknown {
		rank += 100
	}
	return rank
}

// trouble shows one kind: what follows, on which subjects, and what to do.
func (f *findingsWriter) trouble(k kindOfTrouble, all []finding.Finding) {
	colour := map[finding.Verdict]text.Colors{finding.Broken: bad, finding.Unknown: warn}[k.verdict]
	head := strings.TrimSuffix(f.s.paint(colour, string(k.verdict))+"  "+k.obligation+"  "+k.severity, "  ")
	f.line(head + f.s.paint(faint, fmt.Sprintf("  on %d", len(all))))
	first := &all[0]
	alike := !slices.ContainsFunc(all, func(x finding.Finding) bool { return x.Message != first.Message })
	if alike {
		f.line(f.s.wrap(2, sentence(first.Message)))
	}
	if first.Consequence != "" {
		of := ""
		if len(all) > 1 && slices.ContainsFunc(all, func(x finding.Finding) bool { return x.Consequence != first.Consequence }) {
			of = "Of the first: "
		}
		f.line(f.s.wrap(2, of+first.Consequence))
	}
	for i := range all[:min(len(all), mostNamed)] {
		x := &all[i]
		said := named(x.Subject)
		if len(f.Units) > 1 && x.Subject.Unit != "" {
			said += " in " + x.Subject.Unit
		}
		if !alike {
			said += ": " + x.Message
		}
		f.line(f.s.hang(2, "-", 2, said))
		if x.Position.File != "" {
			f.line(f.s.paint(faint, "    "+x.Position.String()))
		}
	}
	if more := len(all) - mostNamed; more > 0 {
		f.line(f.s.paint(faint, fmt.Sprintf("  - and %d more", more)))
	}
	if fix := usual(all); fix != "" && k.verdict == finding.Broken {
		f.line(f.s.wrap(2, f.s.paint(good, "fix:")+" "+fix))
	}
	f.line("")
}

// named is a subject in a line.
func named(s finding.Subject) string {
	name := s.Name
	if name == "" {
		return "every " + s.Kind
	}
	if s.Namespace != "" {
		name = s.Namespace + "/" + name
	}
	return name + " " + s.Kind
}

// usual is the fix that most of some findings have.
func usual(all []finding.Finding) string {
	times := map[string]int{}
	best := ""
	for i := range all {
		if fix := all[i].Fix; fix != nil {
			times[fix.Summary]++
			if times[fix.Summary] > times[best] {
				best = fix.Summary
			}
		}
	}
	return best
}

// lowOnes counts what is broken and of low severity.
func (f *findingsWriter) lowOnes(low map[string]int) {
	if len(low) == 0 {
		return
	}
	var said []string
	for _, obligation := range slices.Sorted(maps.Keys(low)) {
		said = append(said, fmt.Sprintf("%d %s", low[obligation], obligation))
	}
	f.line(f.s.wrap(0, "Of low severity: "+words.And(said)+".") + "\n")
}
