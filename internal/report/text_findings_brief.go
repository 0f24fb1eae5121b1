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

// mostWithLow is how many entries are shown with those of low severity among
// them. Of more these are counted: who has something else to mend starts there.
const mostWithLow = 3

// mostNamed is how many subjects one entry names.
const mostNamed = 6

// kindOfTrouble are findings that say the same of several subjects, and are cured
// alike.
type kindOfTrouble struct {
	verdict                             finding.Verdict
	blocks                              bool // the replacement of nodes
	obligation, severity, offering, fix string
}

// brief shows what is broken and unknown by kinds of trouble, the worst first.
func (f *findingsWriter) brief() {
	groups := map[kindOfTrouble][]finding.Finding{}
	fixes := f.sharedFixes()
	for _, x := range f.told {
		if x.Verdict != finding.Broken && x.Verdict != finding.Unknown {
			continue
		}
		kind := troubleOf(&x)
		switch alike := fixes[kind] > 1; {
		case !alike || x.Fix == nil:
			kind.fix = "" // each names its own
		default:
			kind.fix = x.Fix.Summary
		}
		groups[kind] = append(groups[kind], x)
	}
	kinds := slices.SortedFunc(maps.Keys(groups), func(a, b kindOfTrouble) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.obligation, b.obligation), len(groups[b])-len(groups[a]), cmp.Compare(a.offering, b.offering), cmp.Compare(a.fix, b.fix))
	})
	for _, k := range kinds {
		f.trouble(k, groups[k])
	}
}

// troubleOf is the kind of trouble that a finding is of.
func troubleOf(x *finding.Finding) kindOfTrouble {
	kind := kindOfTrouble{verdict: x.Verdict, blocks: x.BlocksNodes, obligation: x.Obligation, severity: x.Severity, offering: x.Offering}
	if x.Verdict == finding.Unknown {
		kind.severity = ""
		return kind
	}
	if x.Fix != nil {
		kind.fix = x.Fix.Summary
	}
	return kind
}

// sharedFixes counts the findings of each kind of trouble.
func (f *findingsWriter) sharedFixes() map[kindOfTrouble]int {
	shared := map[kindOfTrouble]int{}
	for i := range f.told {
		shared[troubleOf(&f.told[i])]++
	}
	return shared
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
	usual := usual(all)
	if usual != "" {
		f.line(f.s.wrap(2, sentence(usual)))
	}
	if first.Consequence != "" {
		of := ""
		if len(all) > 1 && slices.ContainsFunc(all, func(x finding.Finding) bool { return x.Consequence != first.Consequence }) {
			of = "Of the first: "
		}
		if key := "consequence " + first.Consequence; of != "" || !f.shown[key] {
			f.shown[key] = true
			f.line(f.s.wrap(2, of+first.Consequence))
		}
	}
	for i := range all[:min(len(all), mostNamed)] {
		f.named(&all[i], k, usual)
	}
	if more := len(all) - mostNamed; more > 0 {
		f.line(f.s.paint(faint, fmt.Sprintf("  - and %d more", more)))
	}
	if k.fix != "" {
		f.line(f.s.wrap(2, f.s.paint(good, "fix:")+" "+k.fix))
	}
	f.line("")
}

// named shows one of several: its name, where it stands, and what is its own.
func (f *findingsWriter) named(x *finding.Finding, k kindOfTrouble, usual string) {
	said := named(x.Subject) + f.inUnits(x, strings.Contains("/"+x.Position.File, "/"+x.Subject.Unit+"/"))
	if x.Message != usual {
		said += ": " + x.Message
	}
	at := x.Position.String()
	switch {
	case x.Position.File == "":
		f.line(f.s.hang(2, "-", 2, said))
	case 4+text.StringWidthWithoutEscSequences(said)+2+text.StringWidthWithoutEscSequences(at) <= f.s.Width:
		f.line("  - " + said + "  " + f.s.paint(faint, at))
	default:
		f.line(f.s.hang(2, "-", 2, said))
		f.line(f.s.paint(faint, "    "+at))
	}
	if k.verdict == finding.Broken && k.fix == "" && x.Fix != nil {
		f.line(f.s.wrap(4, f.s.paint(good, "fix:")+" "+x.Fix.Summary))
	}
}

// inUnits says in which units a finding is, where there are several; of one that
// is known by its file, in how many more.
func (f *findingsWriter) inUnits(x *finding.Finding, known bool) string {
	if len(f.Units) < 2 || x.Subject.Unit == "" {
		return ""
	}
	said := " in " + x.Subject.Unit
	if known {
		said = ""
	}
	if more := f.also[x.Fingerprint]; more > 0 {
		said += " and " + words.Count(more, "more unit")
	}
	return said
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

// usual is the message of most of some findings; empty where most have their own.
func usual(all []finding.Finding) string {
	times := map[string]int{}
	best := ""
	for i := range all {
		m := all[i].Message
		if times[m]++; times[m] > times[best] {
			best = m
		}
	}
	if 2*times[best] <= len(all) {
		return ""
	}
	return best
}

// setLowAside takes what is broken and of low severity out of what is told, and
// counts it by obligation.
func (f *findingsWriter) setLowAside() map[string]int {
	low := map[string]int{}
	f.told = slices.DeleteFunc(slices.Clone(f.told), func(x finding.Finding) bool {
		aside := x.Verdict == finding.Broken && x.Severity == "low"
		if aside {
			low[x.Obligation]++
		}
		return aside
	})
	return low
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
	f.line(f.s.wrap(0, "Of low severity, with --all: "+words.And(said)+".") + "\n")
}
