package report

import (
	"cmp"
	"slices"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/finding"
)

// grouped gathers the findings of one verdict by subject, the subject with
// the worst finding first, of equal ones what can be mended before what can only
// be accepted; and within it the worst first, causes before what comes of them.
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
	resigned := func(g []finding.Finding) bool { return g[0].Fix != nil && g[0].Fix.AcceptOnly }
	slices.SortStableFunc(groups, func(a, b []finding.Finding) int {
		return cmp.Or(worse(a[0], b[0]), lastWhere(resigned(a), resigned(b)))
	})
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
	if with := besideWords(&group[0]); with != "" {
		kind += ", " + with
	}
	if owner := group[0].Owner; owner != "" {
		kind += ", held by " + owner
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

// first is the obligation of the first finding shown.
func (f *findingsWriter) first() string {
	for _, v := range []finding.Verdict{finding.Broken, finding.Unknown} {
		for _, g := range f.grouped(v) {
			if id := g[0].Obligation; !f.Obligations[id].Own { // of which the catalog says nothing
				return id
			}
		}
	}
	return ""
}
