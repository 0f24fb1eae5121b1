package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

func (f *findingsWriter) footer() {
	say := func(said string) { f.line(f.s.wrap(0, said)) }
	f.counts()
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
		say(fmt.Sprintf("Not checked: %s of %s (%s); give such a folder itself to check it.", words.Count(a.Files, "file"), words.And(a.Holds),
			words.And(a.Folders)))
	}
	if said := otherEnvironments(f.Read.OtherEnvironments); said != "" {
		say(said)
	}
	if len(f.NotLookedAt) > 0 {
		say("Not checked; verify by hand: " + strings.Join(f.NotLookedAt, ", ") + ".")
	}
	for _, said := range notChecked(f.Read, f.together) {
		say(said)
	}
	if len(f.Unreadable) > 0 {
		say("Could not read:")
		f.b.WriteString(unreadableList(f.s, f.Unreadable, f.mostReasons(), "-v shows them"))
	}
	f.empty()
	f.notes()
	if f.together {
		say("Those that say the same are shown together, and the rest in short. " +
			"Each with its evidence and fix, and all that was not read: -v; as data: -o json.")
	}
	f.next()
}

// otherEnvironments says of which environments nothing was read, as production has the same
// applications; empty for none.
func otherEnvironments(by map[string]int) string {
	if len(by) == 0 {
		return ""
	}
	all := 0
	for _, n := range by {
		all += n
	}
	return fmt.Sprintf("Not checked: %s of %s, which production has as well, with values of its own.", words.Count(all, "application"),
		words.And(slices.Sorted(maps.Keys(by))))
}

// empty names the units that hold no object, with the reason.
func (f *findingsWriter) empty() {
	var all []origin.Fault
	for _, u := range f.Units {
		if u.Empty != "" {
			all = append(all, origin.Fault{File: u.Name, Reason: u.Empty})
		}
	}
	if len(all) > 0 && len(f.Units) > 1 {
		f.line(f.s.wrap(0, "Makes no object:"))
		f.b.WriteString(unreadableList(f.s, all, f.mostReasons(), "-v shows them"))
	}
}

// notes say what was read otherwise than its author may think.
func (f *findingsWriter) notes() {
	if len(f.Notes) > 0 {
		f.line(f.s.wrap(0, "Read, and worth a look:"))
		f.b.WriteString(unreadableList(f.s, f.Notes, f.mostReasons(), "-v shows them"))
	}
}

// next says what to do about it: how many edits of fixes there are, and where reasons stand.
func (f *findingsWriter) next() {
	said := nextWords(&f.Findings)
	if id := f.first(); id != "" {
		reasons := "Reasons and sources: onus explain " + id
		if said != "" {
			reasons = "; reasons and sources: onus explain " + id
		}
		said += reasons
	}
	if said != "" {
		f.line(f.s.paint(faint, f.s.wrap(0, said)))
	}
}

// nextWords say which command makes edits of the fixes, and how many it begins with; empty
// where there are none.
func nextWords(f *published.Findings) string {
	n := f.Next
	if n == nil {
		return ""
	}
	if n.Edits+n.Commands == 0 {
		return "Next: " + inOneLine(n.Command)
	}
	of := fmt.Sprintf("%d of the %d broken", n.Cures, f.Summary.Broken)
	if n.Cures == f.Summary.Broken {
		of = "all that is broken"
	}
	what := words.Count(n.Edits, "edit")
	if n.Commands > 0 {
		what = words.Count(n.Commands, "command")
	}
	return "Next: " + inOneLine(n.Command) + " (" + what + " for " + of + ")"
}

// assumedWords say what of an estate runs where nothing shows it to run.
func assumedWords(f *published.Findings) string {
	var all []string
	for _, l := range f.Lines {
		switch {
		case l.Basis[published.BasisUnknown] > 0 && len(l.Candidates) > 0:
			all = append(all, fmt.Sprintf("Platform not known: it may be any of %d; --as OFFERING takes one.", len(l.Candidates)))
		case l.Basis[published.BasisAssumed] > 0:
			all = append(all, "Platform assumed: "+l.Title+"; --as OFFERING takes another.")
		}
	}
	return strings.Join(all, " ")
}

// copiesWords say how many of those that are broken are of one cause with others; empty
// where none is.
func copiesWords(n finding.Summary) string {
	if n.Copies == 0 {
		return ""
	}
	return fmt.Sprintf(" of %s", words.Count(n.Broken-n.Copies, "cause"))
}

// counts says how many findings there are, how many were left out, and which of them
// fail the run, where not all do.
func (f *findingsWriter) counts() {
	n := f.Summary
	if f.Nothing != "" {
		f.line(f.s.wrap(0, f.Nothing))
		return
	}
	counted := []string{
		painted(f.s, bad, n.Broken, "broken"+severityWords(n)+copiesWords(n)), painted(f.s, warn, n.Unknown, "unknown"),
		painted(f.s, good, n.Held, "held"),
	}
	if n.Waived > 0 {
		waived := fmt.Sprintf("%d waived", n.Waived)
		if !f.s.Held {
			waived += " (--all lists them)"
		}
		counted = append(counted, waived)
	}
	if n.Known > 0 {
		known := fmt.Sprintf("%d known", n.Known)
		if !f.s.Held {
			known += " (--all lists them)"
		}
		counted = append(counted, known)
	}
	f.line(f.s.wrap(0, strings.Join(counted, ", ")))
	if said := notReadWords(n, f.Read.Workloads); said != "" {
		f.line(f.s.paint(warn, f.s.wrap(0, said)))
	}
	for _, said := range []string{ownersWords(&f.Findings), namespacesWords(&f.Findings)} {
		if said != "" {
			f.line(f.s.wrap(0, said))
		}
	}
	if said := leftOutWords(&f.Findings); said != "" {
		colour := faint
		if n.LeftOut.Broken > 0 {
			colour = warn
		}
		f.line(f.s.paint(colour, f.s.wrap(0, said)))
	}
	if said := baselineWords(&f.Findings); said != "" {
		f.line(f.s.wrap(0, said))
	}
	if said := failWords(&f.Findings); said != "" {
		f.line(f.s.wrap(0, said))
	}
	f.waivers()
	if said := assumedWords(&f.Findings); said != "" {
		f.line(f.s.wrap(0, said))
	}
}

// mostReasons is for how many reasons it is told that something could not be read: for
// one where there is much else, and for each where everything is asked for.
func (f *findingsWriter) mostReasons() int {
	switch {
	case f.s.full():
		return len(f.Unreadable) + len(f.Notes) + len(f.Units)
	case f.together:
		return 1
	}
	return mostReasons
}

// notChecked say what was read of which it is not known what runs there. In short they
// name no kinds. What is deployed from elsewhere is told with what could not be read.
func notChecked(r published.Read, short bool) []string {
	named := func(kinds string) string {
		if short {
			return ""
		}
		return " (" + kinds + ")"
	}
	var all []string
	if n, kinds := kindsOf(r.NotJudged); n > 0 {
		all = append(all, "Not judged: "+words.Count(n, "custom resource")+" whose operators onus does not know"+named(kinds)+".")
	}
	return all
}

// kindsOf counts objects, and names their kinds, those of which there are most first.
func kindsOf(kinds map[string]int) (n int, names string) {
	for _, of := range kinds {
		n += of
	}
	most := func(a, b string) int { return cmp.Or(kinds[b]-kinds[a], strings.Compare(a, b)) }
	return n, words.Few(slices.SortedFunc(maps.Keys(kinds), most))
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

func painted(s Screen, c text.Colors, n int, word string) string {
	words := fmt.Sprintf("%d %s", n, word)
	if n == 0 {
		return words
	}
	return s.paint(c, words)
}
