package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// findingsText writes the findings for a person: the line above them, then what
// is broken, the worst first, grouped by what it is about; then what is
// unknown; what is held only where the screen asks for it.
func findingsText(w io.Writer, v published.Findings, s Screen) error {
	f := findingsWriter{Findings: v, s: s, told: v.Findings, shown: map[string]bool{}}
	if !s.Held {
		f.told, f.also = withoutCopies(v.Findings)
	}
	f.header()
	low := map[string]int{}
	if !s.Held && f.toMend() > mostWithLow {
		low = f.setLowAside()
	}
	if !f.inFull() {
		f.together = true
		f.brief()
	}
	f.lowOnes(low)
	f.footer()
	return s.print(w, f.b.String())
}

// inFull writes each finding with its evidence and its fix, where these are few
// enough to be read; and else nothing.
func (f *findingsWriter) inFull() bool {
	if !f.s.Held && f.toMend() > mostInFull {
		return false
	}
	full := *f
	full.b, full.shown = strings.Builder{}, map[string]bool{}
	for _, verdict := range []finding.Verdict{finding.Broken, finding.Unknown, finding.Held} {
		if verdict == finding.Held && !f.s.Held {
			continue
		}
		for _, group := range full.grouped(verdict) {
			full.group(group)
		}
	}
	if !f.s.Held && f.toMend() > mostWithLow && strings.Count(full.b.String(), "\n") > mostLines {
		return false
	}
	f.b.WriteString(full.b.String())
	return true
}

// findingsWriter is a text on its way.
type findingsWriter struct {
	published.Findings
	s     Screen
	b     strings.Builder
	told  []finding.Finding // one for each object that is written down, or all
	also  map[string]int    // by fingerprint, how many more units have it
	shown map[string]bool   // changes and unread kinds that need not be shown again
	// together says that those which say the same are shown together.
	together bool
	last     string // what follows of the kind of trouble before
	patterns int    // fixes of objects that were written out
	kinds    int    // kinds of trouble that are shown
}

// toMend is how many of those told are not held.
func (f *findingsWriter) toMend() int {
	n := 0
	for i := range f.told {
		if v := f.told[i].Verdict; v == finding.Broken || v == finding.Unknown {
			n++
		}
	}
	return n
}

func (f *findingsWriter) line(words string) { f.b.WriteString(words + "\n") }

func (f *findingsWriter) header() {
	read := amounts{{f.Read.Workloads, "workload"}, {f.Read.Budgets, "PDB"}, {f.Read.Nodes, "node"}, {f.Read.Pools, "node pool"},
		{f.Read.Instances, "database instance"}}.words()
	if read == "" {
		read = "no workload and no PDB"
	}
	f.line(f.s.wrap(0, "Read "+read+" from "+readFrom(f.Read)+"."))
	f.b.WriteString(unitsText(f.s, f.Units) + unreadText(f.s, f.Unread) + unreadableCount(f.s, f.Unreadable) + "\n")
	for _, l := range f.Lines {
		f.line(lineText(f.s, l))
	}
	if n := len(f.Unlocated); n > 0 {
		names := f.Unlocated[:min(n, 4)]
		said := words.Count(n, "node") + " that nothing in the catalog recognises: " + strings.Join(names, ", ")
		if n > len(names) {
			said += fmt.Sprintf(" and %d more", n-len(names))
		}
		f.line(f.s.wrap(0, said+".") + "\n")
	}
}

// readFrom says where it was read.
func readFrom(r published.Read) string {
	called := r.Contexts
	var all []string
	switch {
	case r.Clusters > 0 && len(called) > 0:
		all, called = append(all, "cluster "+called[0]), called[1:]
	case r.Clusters > 0:
		all = append(all, "this cluster")
	}
	if r.Files > 0 || r.Clusters == 0 {
		files := words.Count(r.Files, "file")
		if len(called) > 0 {
			files += " (" + strings.Join(called, ", ") + ")"
		}
		all = append(all, files)
	}
	return words.And(all)
}

// amounts are numbers of things.
type amounts []struct {
	n     int
	thing string
}

// words lists those that are not zero.
func (c amounts) words() string {
	var all []string
	for _, x := range c {
		if x.n > 0 {
			all = append(all, words.Count(x.n, x.thing))
		}
	}
	return strings.Join(all, ", ")
}

// openWords say which of several it is not known to run on, and what settles it.
func openWords(candidates []string) string {
	among := words.And(candidates)
	if len(candidates) > 4 {
		among = fmt.Sprintf("the %d that it may run on", len(candidates))
	}
	return "; what is found holds on each of " + among + "; --as OFFERING takes one"
}

// lineText shows a line as short lists: what the provider holds, what others
// do, and what is yours.
func lineText(s Screen, l published.Line) string {
	const indent = 10
	on := amounts{{l.Workloads, "workload"}, {l.Nodes, "node"}, {l.Pools, "pool"}}.words()
	if len(l.Candidates) > 0 {
		return s.hang(0, s.paint(strong, l.Title)+":", 2, on) + "\n" + s.paint(faint, s.wrap(2, l.Evidence+openWords(l.Candidates))) + "\n"
	}
	lines := []string{s.hang(0, s.paint(strong, l.Title)+":", 2, on), s.paint(faint, s.wrap(2, l.Evidence))}
	for _, of := range []struct {
		party published.Party
		who   string
	}{
		{published.Provider, l.Provider}, {published.Partner, string(published.Partner)}, {published.Split, string(published.Split)},
		{published.Customer, "you"},
	} {
		var names []string
		for _, x := range l.Layers {
			switch {
			case x.Party != of.party:
			case x.LoadBearing:
				names = append(names, x.Title+" (load-bearing)")
			default:
				names = append(names, x.Title)
			}
		}
		if len(names) > 0 {
			lines = append(lines, s.hang(2, of.who, indent, strings.Join(names, ", ")))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// grouped gathers the findings of one verdict by subject, the subject with
// the worst finding first, and within it the worst first, causes before what
// comes of them.
func (f *findingsWriter) grouped(verdict finding.Verdict) [][]finding.Finding {
	var groups [][]finding.Finding
	at := map[finding.Subject]int{}
	for _, x := range f.told {
		if x.Verdict != verdict {
			continue
		}
		i, ok := at[x.Subject]
		if !ok {
			i = len(groups)
			at[x.Subject] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], x)
	}
	worse := func(a, b finding.Finding) int { return weight(a) - weight(b) }
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b finding.Finding) int { return cmp.Or(worse(a, b), comesOf(a)-comesOf(b)) })
	}
	slices.SortStableFunc(groups, func(a, b []finding.Finding) int { return worse(a[0], b[0]) })
	return groups
}

// comesOf is 1 for what comes of other findings, and 0 for a cause.
func comesOf(x finding.Finding) int {
	if x.Outcome {
		return 1
	}
	return 0
}

// weight orders findings: load-bearing first, then by severity.
func weight(f finding.Finding) int {
	w := slices.Index(finding.Severities, f.Severity)
	if !f.LoadBearing {
		w += 3
	}
	return w
}

func (f *findingsWriter) group(group []finding.Finding) {
	subject := group[0].Subject
	name := subject.Name
	if name == "" { // of what was not read
		name = "every " + subject.Kind
		subject.Kind = "not read"
	}
	if subject.Namespace != "" {
		name = subject.Namespace + "/" + subject.Name
	}
	// Names do not wrap; the kind goes below one that fills the line.
	between := "  "
	if text.StringWidthWithoutEscSequences(name)+len(between)+len(subject.Kind) > f.s.Width {
		between = "\n"
	}
	kind := subject.Kind
	if in := f.inUnits(&group[0], false); in != "" {
		kind += " " + in
	}
	f.line(f.s.paint(strong, name) + between + f.s.paint(faint, kind))
	for len(group) > 0 {
		alike := 1
		for alike < len(group) && sameGap(group[0], group[alike]) {
			alike++
		}
		f.finding(group[:alike])
		group = group[alike:]
	}
	f.line("")
}

// sameGap reports whether two findings on one subject would print the same,
// that some kinds were not read, but for their obligations.
func sameGap(x, y finding.Finding) bool {
	ofGap := func(e finding.Evidence) bool { return e.Unread != "" }
	return x.Verdict == finding.Unknown && y.Verdict == finding.Unknown && x.Message == y.Message &&
		slices.Equal(x.Evidence, y.Evidence) && (len(x.Evidence) == 0 || slices.ContainsFunc(x.Evidence, ofGap))
}

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
	if x.Verdict == finding.Held {
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
	if f.shown[key] && !f.s.Held {
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
	if !f.s.Held {
		told = plainest(told)
	}
	for k, o := range told {
		if k == mostOutcomes && !f.s.Held {
			f.line(f.s.paint(faint, "    "+words.Count(len(told)-k, "more outcome")))
			break
		}
		said := o.Message
		if o.Subject != x.Subject {
			said = o.Subject.Kind + " " + o.Subject.Name + ": " + said
		}
		said = sentence(said)
		joined := "leads to"
		switch o.Consequence {
		case "":
		case x.Consequence: // of one cause with it
			joined = "also"
		default:
			said += " " + o.Consequence
		}
		f.line(f.s.hang(4, joined, 2, o.Obligation+": "+said))
		if f.s.Held {
			for _, e := range o.Evidence {
				f.line(f.s.paint(faint, f.s.hang(6, "-", 2, e.Text)))
			}
		}
	}
}

// plainest are the outcomes that were shown, or else the first of those that
// may come.
func plainest(all []finding.Outcome) []finding.Outcome {
	var broken []finding.Outcome
	for _, o := range all {
		if o.Verdict == finding.Broken {
			broken = append(broken, o)
		}
	}
	if len(broken) == 0 {
		return all[:min(len(all), 1)]
	}
	return broken
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

func (f *findingsWriter) evidence(x finding.Finding) {
	for _, e := range x.Evidence {
		if e.Unread != "" {
			if key := "unread " + e.Unread; f.shown[key] {
				continue // the message names it
			} else {
				f.shown[key] = true
			}
		}
		if key := "evidence " + e.Text; e.File == "" && len(e.Text) > f.s.Width && !f.s.Held {
			if f.shown[key] {
				continue
			}
			f.shown[key] = true
		}
		line := e.Text
		if e.File != "" && e.Position != x.Position {
			line += " (" + e.Position.String() + ")"
		}
		f.line(f.s.paint(faint, f.s.hang(4, "-", 2, line)))
	}
}

// fix shows what to do. Changes that are shown already are not shown again:
// what is wrong with a budget is behind several findings.
func (f *findingsWriter) fix(fix *finding.Fix) {
	if fix == nil {
		return
	}
	summary := f.s.paint(good, "fix:") + " " + fix.Summary
	key := changesKey(fix)
	if f.shown[key] {
		f.line(f.s.wrap(4, summary+" (as above)"))
		return
	}
	f.shown[key] = key != ""
	f.line(f.s.wrap(4, summary))
	if len(fix.Values) > 0 {
		f.line("      " + f.s.paint(faint, "# values of the chart"))
		for _, v := range fix.Values {
			f.line("      --set " + v)
		}
	}
	for _, c := range fix.Changes {
		f.change(c)
	}
}

// changesKey tells the changes of one fix from those of another; it is empty
// where it has none.
func changesKey(fix *finding.Fix) string {
	var key strings.Builder
	fmt.Fprint(&key, strings.Join(fix.Values, "\n"))
	for _, c := range fix.Changes {
		fmt.Fprintln(&key, c.Action, c.Object, c.Manifest())
	}
	return key.String()
}

// change shows what to paste. Manifests are not wrapped: they are YAML.
func (f *findingsWriter) change(c finding.Change) {
	f.line("      ---")
	switch c.Action {
	case finding.Delete:
		command := "kubectl delete " + strings.ToLower(c.Object.Kind) + " " + c.Object.Name
		if c.Object.Namespace != "" {
			command += " -n " + c.Object.Namespace
		}
		f.remark("delete "+c.Object.Kind+" "+c.Object.Name, c.Position)
		f.remark(command, nil)
		return
	case finding.Patch:
		f.remark("merge into "+c.Object.Kind+" "+c.Object.Name, c.Position)
	case finding.Replace:
		f.remark("in place of "+c.Object.Kind+" "+c.Object.Name, c.Position)
	case finding.Create:
		f.remark("new", nil)
	}
	for line := range strings.Lines(c.Manifest()) {
		f.b.WriteString("      " + line)
	}
}

// remark writes a YAML comment, with the position it is about on a line of its
// own: paths do not wrap.
func (f *findingsWriter) remark(words string, p *origin.Position) {
	f.line("      " + f.s.paint(faint, "# "+words))
	if p != nil && p.File != "" {
		f.line("      " + f.s.paint(faint, "# "+p.String()))
	}
}

func (f *findingsWriter) footer() {
	say := func(said string) { f.line(f.s.wrap(0, said)) }
	n := f.Summary
	say(strings.Join([]string{
		painted(f.s, bad, n.Broken, "broken"), painted(f.s, warn, n.Unknown, "unknown"), painted(f.s, good, n.Held, "held"),
	}, ", "))
	if n.Broken+n.Unknown+n.Held == 0 {
		say("Nothing that was read leaves you an obligation that is checked here.")
	}
	if f.Read.Replaced > 0 {
		say(words.Count(f.Read.Replaced, "object") + " stood more than once; the last one read was checked.")
	}
	if f.Read.Patched > 0 {
		say("Kustomizations were read as the files they are, with nothing patched. To check what they make: kustomize build DIR | onus check -")
	}
	if said := skipped(f.Read); said != "" {
		say(said)
	}
	if a := f.Read.Aside; a != nil {
		say(fmt.Sprintf("Not checked: %s of %s (%s); give such a folder itself to check it.", words.Count(a.Files, "file"), words.And(a.Holds), words.And(a.Folders)))
	}
	if len(f.NotLookedAt) > 0 {
		say("Not checked; verify by hand: " + strings.Join(f.NotLookedAt, ", ") + ".")
	}
	for _, said := range notChecked(f.Read) {
		say(said)
	}
	if len(f.Unreadable) > 0 {
		say("Could not read:")
		f.b.WriteString(unreadableList(f.s, f.Unreadable, f.mostReasons()))
	}
	if f.together {
		say("Those that say the same are shown together. Each with its evidence and fix: --all; as data: -o json.")
	}
	if n.Broken+n.Unknown > 0 {
		f.line(f.s.paint(faint, f.s.wrap(0, "Reasons and sources: onus explain "+f.first())))
	}
}

// mostReasons is for how many reasons it is told that something could not be read:
// for fewer where there is much else.
func (f *findingsWriter) mostReasons() int {
	if f.together {
		return mostReasons / 2
	}
	return mostReasons
}

// notChecked say what was read of which it is not known what runs there.
func notChecked(r published.Read) []string {
	var all []string
	if n, kinds := kindsOf(r.Elsewhere); n > 0 {
		all = append(all, "Not rendered: "+words.Count(n, "object that applies", "objects that apply")+" what stands elsewhere ("+kinds+"); give that rendered, too, to have it checked.")
	}
	if n, kinds := kindsOf(r.NotJudged); n > 0 {
		all = append(all, "Not judged: "+words.Count(n, "custom resource")+" whose operators onus does not know ("+kinds+").")
	}
	return all
}

// kindsOf counts objects, and names their kinds.
func kindsOf(kinds map[string]int) (n int, names string) {
	for _, of := range kinds {
		n += of
	}
	return n, words.Few(slices.Sorted(maps.Keys(kinds)))
}

// skipped says what was read and does not matter here.
func skipped(r published.Read) string {
	var all []string
	if r.Unrelated > 0 {
		all = append(all, words.Count(r.Unrelated, "unrelated object"))
	}
	if r.Skipped > 0 {
		is := " that are not Kubernetes"
		if r.Skipped == 1 {
			is = " that is not Kubernetes"
		}
		all = append(all, words.Count(r.Skipped, "file or document", "files or documents")+is)
	}
	if r.Encrypted > 0 {
		all = append(all, words.Count(r.Encrypted, "encrypted file or document", "encrypted files or documents"))
	}
	if len(all) == 0 {
		return ""
	}
	return "Skipped " + words.And(all) + "."
}

// first is the obligation of the first finding shown.
func (f *findingsWriter) first() string {
	for _, v := range []finding.Verdict{finding.Broken, finding.Unknown} {
		if g := f.grouped(v); len(g) > 0 {
			return g[0][0].Obligation
		}
	}
	return ""
}

func painted(s Screen, c text.Colors, n int, word string) string {
	words := fmt.Sprintf("%d %s", n, word)
	if n == 0 {
		return words
	}
	return s.paint(c, words)
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
	return first + s[1:] + "."
}

// unreadText says in a sentence what could not be read and why, the kinds for
// which that is the same together, and what to do about it.
func unreadText(s Screen, all []origin.Unread) string {
	if len(all) == 0 {
		return ""
	}
	words := "Not read: " + origin.ByCause(all, origin.Plurals) + ". Verdicts that need these kinds are unknown."
	if slices.ContainsFunc(all, func(u origin.Unread) bool { return u.Cause == origin.Forbidden }) {
		words += " docs/rbac.yaml has the permissions that onus needs."
	}
	return s.wrap(0, words) + "\n"
}
