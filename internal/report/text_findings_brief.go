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

// mostLines is how many lines entries may take in full: what is read on two or
// three screens. More than that are shown together as well.
const mostLines = 100

// mostWithLow is how many entries are shown with those of low severity among
// them. Of more these are counted: who has something else to mend starts there.
const mostWithLow = 3

// mostNamed is how many subjects one entry names, and mostPatterns how many fixes
// of objects that are to be changed are written out: the others are alike. Of more
// than mostKinds kinds of trouble each names fewer, and no fix is written out.
const (
	mostNamed    = 6
	fewNamed     = 3
	mostKinds    = 6
	mostPatterns = 2
)

// kindOfTrouble are findings that say the same of several subjects, and are cured
// alike.
type kindOfTrouble struct {
	verdict                             finding.Verdict
	blocks                              bool // the replacement of nodes
	acceptOnly                          bool // nothing can be carried out that mends it
	obligation, severity, offering, fix string
}

// trouble is one kind of trouble with its findings.
type trouble struct {
	kindOfTrouble
	findings []finding.Finding
}

// brief shows what is broken and unknown by kinds of trouble, the worst first.
func (f *findingsWriter) brief() {
	kinds := troubles(f.told)
	f.kinds = len(kinds)
	for _, k := range kinds {
		f.trouble(k.kindOfTrouble, k.findings)
	}
}

// troubles are the findings that are broken or unknown by kinds of trouble, the
// worst first.
func troubles(told []finding.Finding) []trouble {
	groups := map[kindOfTrouble][]finding.Finding{}
	fixes := sharedFixes(told)
	for _, x := range told {
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
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), lastWhere(a.acceptOnly, b.acceptOnly), cmp.Compare(a.obligation, b.obligation),
			len(groups[b])-len(groups[a]), cmp.Compare(a.offering, b.offering), cmp.Compare(a.fix, b.fix))
	})
	all := make([]trouble, len(kinds))
	for i, k := range kinds {
		all[i] = trouble{k, groups[k]}
	}
	return all
}

// troubleOf is the kind of trouble that a finding is of.
func troubleOf(x *finding.Finding) kindOfTrouble {
	kind := kindOfTrouble{verdict: x.Verdict, blocks: x.BlocksNodes, obligation: x.Obligation, severity: x.Severity, offering: x.Offering}
	if x.Verdict == finding.Unknown {
		kind.severity = ""
		return kind
	}
	if x.Fix != nil {
		kind.fix, kind.acceptOnly = x.Fix.Summary, x.Fix.AcceptOnly
	}
	return kind
}

// lastWhere orders what can be mended before what can only be accepted.
func lastWhere(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// sharedFixes counts the findings of each kind of trouble.
func sharedFixes(told []finding.Finding) map[kindOfTrouble]int {
	shared := map[kindOfTrouble]int{}
	for i := range told {
		shared[troubleOf(&told[i])]++
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
	folded := variants(all)
	f.line(head + f.s.paint(faint, "  on "+counted(folded)))
	doubt := doubtOf(all)
	said := make([]string, len(all))
	for i := range all {
		if said[i] = all[i].Message; doubt != "" {
			said[i] = all[i].Undoubted
		}
	}
	usual := usual(said)
	if usual != "" {
		line := usual
		if doubt != "" {
			line += finding.But + doubt
		}
		f.line(f.s.wrap(2, sentence(line)))
	} else if doubt != "" {
		f.line(f.s.wrap(2, sentence("but "+doubt)))
	}
	own := f.follows(all)
	most := mostNamed
	if f.kinds > mostKinds {
		most = fewNamed
	}
	for _, of := range folded[:min(len(folded), most)] {
		first := of[0]
		message := first.Message
		if doubt != "" {
			message = first.Undoubted
		}
		if message == usual {
			message = ""
		}
		f.named(first, k, len(of)-1, message, strings.TrimSpace(own[first.Fingerprint]+" "+alsoWords(first)))
	}
	if more := len(folded) - most; more > 0 {
		f.line(f.s.paint(faint, fmt.Sprintf("  - and %d more, with -v", more)))
	}
	if k.fix != "" {
		f.line(f.s.wrap(2, f.s.paint(good, "fix:")+" "+k.fix+sameLine(all)))
	}
	f.pattern(all)
	f.line("")
}

// alsoWords say what is mended with a finding.
func alsoWords(x *finding.Finding) string {
	var all []string
	for i := range x.LeadsTo {
		o := &x.LeadsTo[i]
		if !o.Also {
			continue
		}
		about := ""
		if o.Subject != x.Subject {
			about = o.Subject.Kind + " " + o.Subject.Name + ": "
		}
		all = append(all, "Also "+o.Obligation+": "+about+o.Message+".")
	}
	return strings.Join(all, " ")
}

// variants are findings of one name together: what stands in several places, or
// is built by several units, as one. They come in the order of the first of each.
func variants(all []finding.Finding) [][]*finding.Finding {
	var folded [][]*finding.Finding
	at := map[string]int{}
	for i := range all {
		x := &all[i]
		key := named(x.Subject) + fmt.Sprint(valuesOf(x))
		k, ok := at[key]
		if !ok || x.Subject.Name == "" {
			k = len(folded)
			at[key] = k
			folded = append(folded, nil)
		}
		folded[k] = append(folded[k], x)
	}
	return folded
}

// counted says how many there are, and of how many variants each.
func counted(folded [][]*finding.Finding) string {
	most, least := 1, len(folded[0])
	for _, of := range folded {
		most, least = max(most, len(of)), min(least, len(of))
	}
	switch {
	case most == 1:
		return fmt.Sprint(len(folded))
	case most == least:
		return fmt.Sprintf("%d, each in %d variants", len(folded), most)
	}
	return fmt.Sprintf("%d, some in %d variants", len(folded), most)
}

// doubtOf is what the messages of all end with, where that is what was not read
// and may change the verdict; empty where they differ.
func doubtOf(all []finding.Finding) string {
	doubt := all[0].Doubt
	if slices.ContainsFunc(all, func(x finding.Finding) bool { return x.Doubt != doubt }) {
		return ""
	}
	return doubt
}

// follows says what follows of all, and gives by fingerprint what follows of one
// alone. What was said before is said again in one sentence; of many kinds not at all
// where it was said of the kind before.
func (f *findingsWriter) follows(all []finding.Finding) (own map[string]string) {
	var common []string
	for _, s := range eachSentence(all[0].Consequence) {
		if !slices.ContainsFunc(all, func(x finding.Finding) bool { return !slices.Contains(eachSentence(x.Consequence), s) }) {
			common = append(common, s)
		}
	}
	of := ""
	if len(common) == 0 && all[0].Consequence != "" {
		of, common = "Of the first: ", eachSentence(all[0].Consequence)
	}
	key := "consequence " + strings.Join(common, " ")
	again := f.last == key && f.kinds > mostKinds
	if len(common) > 0 && !again {
		if f.shown[key] {
			f.line(f.s.wrap(2, of+common[0]))
		} else {
			f.line(f.s.wrap(2, of+strings.Join(common, " ")))
		}
		f.shown[key], f.last = true, key
	}
	own = map[string]string{}
	for i := range all {
		if of == "" {
			alone := slices.DeleteFunc(eachSentence(all[i].Consequence), func(s string) bool { return slices.Contains(common, s) })
			own[all[i].Fingerprint] = strings.Join(alone, " ")
		}
	}
	return own
}

// eachSentence are the sentences of a text.
func eachSentence(text string) []string {
	if text == "" {
		return nil
	}
	var all []string
	for text != "" {
		end := len(text)
		for at := 0; at+2 < len(text); at++ {
			if text[at] == '.' && text[at+1] == ' ' && text[at+2] >= 'A' && text[at+2] <= 'Z' {
				end = at + 1
				break
			}
		}
		all = append(all, text[:end])
		text = strings.TrimSpace(text[end:])
	}
	return all
}

// named shows one of several: its name, where it stands, in how many more places,
// and what is its own.
func (f *findingsWriter) named(x *finding.Finding, k kindOfTrouble, more int, message, follows string) {
	said := named(x.Subject) + f.inUnits(x, more > 0 || strings.Contains("/"+x.Position.File+"/", "/"+x.Subject.Unit+"/"))
	if with := besideWords(x); with != "" {
		said += ", " + with
	}
	if message != "" {
		said += ": " + message
	}
	at := x.Position.String()
	if k.fix != "" && x.Fix.At != nil && x.Fix.At.File == x.Position.File {
		at = x.Fix.At.String() // the line to go to
	}
	if more > 0 {
		at += " and " + words.Count(more, "more place")
	}
	switch {
	case x.Position.File == "":
		f.line(f.s.hang(2, "-", 2, said))
	case 4+text.StringWidthWithoutEscSequences(said)+2+text.StringWidthWithoutEscSequences(at) <= f.s.Width:
		f.line("  - " + said + "  " + f.s.paint(faint, at))
	default:
		f.line(f.s.hang(2, "-", 2, said))
		f.line(f.s.paint(faint, "    "+at))
	}
	if follows != "" {
		f.line(f.s.wrap(4, follows))
	}
	if k.verdict == finding.Broken && k.fix == "" && x.Fix != nil {
		f.line(f.s.wrap(4, f.s.paint(good, "fix:")+" "+x.Fix.Summary+fixAt(x.Fix)))
	}
	if values := valuesOf(x); len(values) > 0 && k.verdict == finding.Broken {
		var flags strings.Builder
		for _, v := range values {
			flags.WriteString(" " + ofSet(v))
		}
		f.line(f.s.hang(4, "--set", 2, strings.TrimPrefix(flags.String(), " --set ")))
	}
}

// fixAt is the line that decides over a fix, as it stands behind its summary.
func fixAt(fix *finding.Fix) string {
	if fix.At == nil {
		return ""
	}
	return " (" + fix.At.String() + ")"
}

// sameLine is the line that decides over the fix of all; empty where each has its own.
func sameLine(all []finding.Finding) string {
	first := fixAt(all[0].Fix)
	if slices.ContainsFunc(all, func(x finding.Finding) bool { return fixAt(x.Fix) != first }) {
		return ""
	}
	return first
}

// valuesOf are the values of a chart that a finding's fix sets.
func valuesOf(x *finding.Finding) []string {
	if x.Fix == nil {
		return nil
	}
	return x.Fix.Values
}

// pattern writes the fix of the first of some findings that changes objects: the
// others are alike. After some of them the text has enough; where values of a chart
// are shown it says that they are not all of the fix.
func (f *findingsWriter) pattern(all []finding.Finding) {
	i := slices.IndexFunc(all, func(x finding.Finding) bool { return x.Fix != nil && len(x.Fix.Changes) > 0 })
	if i < 0 {
		return
	}
	key := "pattern"
	for _, c := range all[i].Fix.Changes {
		key += fmt.Sprint(c.Action, c.Object.Kind)
	}
	if f.shown[key] || f.patterns == mostPatterns || f.kinds > mostKinds {
		if k := slices.IndexFunc(all, func(x finding.Finding) bool { return len(valuesOf(&x)) > 0 && len(x.Fix.Changes) > 0 }); k >= 0 {
			f.line(f.s.wrap(2, "And, beside the values, "+changed(all[k].Fix.Changes)+": -v shows it."))
		}
		return
	}
	f.shown[key] = true
	f.patterns++
	if len(all) > 1 {
		f.line(f.s.wrap(4, "For "+named(all[i].Subject)+", and the others alike:"))
	}
	for _, c := range all[i].Fix.Changes {
		f.change(c)
	}
}

// changed names what changes make and alter: a new PodDisruptionBudget.
func changed(all []finding.Change) string {
	var said []string
	for _, c := range all {
		what := "a change of its " + c.Object.Kind
		if c.Action == finding.Create {
			what = "a new " + c.Object.Kind
		}
		if !slices.Contains(said, what) {
			said = append(said, what)
		}
	}
	return words.And(said)
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

// besideWords name what is mended with a finding in its own unit; empty for nothing.
func besideWords(x *finding.Finding) string {
	var all []string
	for _, s := range x.Beside() {
		all = append(all, named(s))
	}
	if len(all) == 0 {
		return ""
	}
	return "and with it " + words.Few(all)
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

// usual is the message of most; empty where most have their own.
func usual(all []string) string {
	times := map[string]int{}
	best := ""
	for _, m := range all {
		if times[m]++; times[m] > times[best] {
			best = m
		}
	}
	if 2*times[best] <= len(all) {
		return ""
	}
	return best
}
