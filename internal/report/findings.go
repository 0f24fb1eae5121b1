package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// Findings is what onus check publishes, as onus.findings/v1.
type Findings struct {
	Schema      string            `json:"schema"`
	Summary     finding.Summary   `json:"summary"`
	Read        Read              `json:"read"`
	Unread      []origin.Unread   `json:"unread"`
	Lines       []Line            `json:"lines"`
	Unlocated   []string          `json:"unlocated"` // nodes that no evidence rule recognises
	Findings    []finding.Finding `json:"findings"`
	NotLookedAt []string          `json:"notLookedAt"`
	Sources     map[string]Source `json:"sources"`
}

// Read counts what was looked at.
type Read struct {
	Clusters  int      `json:"clusters"` // live ones
	Contexts  []string `json:"contexts"` // what clusters are called, saved ones included
	Files     int      `json:"files"`
	Objects   int      `json:"objects"`
	Workloads int      `json:"workloads"`
	Budgets   int      `json:"budgets"`
	Nodes     int      `json:"nodes"`
	Pools     int      `json:"pools"`
	Unrelated int      `json:"unrelated"` // objects of kinds that do not matter here
	Skipped   int      `json:"skipped"`   // files and documents that are not Kubernetes
	Replaced  int      `json:"replaced"`  // objects that stood more than once
	Patched   int      `json:"patched"`   // kustomizations, of which only the files were read
}

// Line is the compute line of one offering that something stands on, and how
// many of what was read stand there, by how it is known.
type Line struct {
	Offering  string         `json:"offering"`
	Title     string         `json:"title"`
	Provider  string         `json:"provider"`
	Nodes     int            `json:"nodes"`
	Pools     int            `json:"pools"`
	Workloads int            `json:"workloads"`
	Basis     map[string]int `json:"basis"`
	Evidence  string         `json:"evidence"` // the first seen
	Layers    []LineLayer    `json:"layers"`
}

// LineLayer is one layer of a line.
type LineLayer struct {
	ID          string               `json:"id"`
	Title       string               `json:"title"`
	Party       responsibility.Party `json:"party"`
	LoadBearing bool                 `json:"loadBearing"`
}

// from says where it was read.
func (r Read) from() string {
	called := r.Contexts
	var all []string
	switch {
	case r.Clusters > 0 && len(called) > 0:
		all, called = append(all, "cluster "+called[0]), called[1:]
	case r.Clusters > 0:
		all = append(all, "this cluster")
	}
	if r.Files > 0 || r.Clusters == 0 {
		files := plural(r.Files, "file")
		if len(called) > 0 {
			files += " (" + strings.Join(called, ", ") + ")"
		}
		all = append(all, files)
	}
	return strings.Join(all, " and ")
}

// NewFindings prepares the published value.
func NewFindings(c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places, result compute.Result) Findings {
	f := Findings{
		Schema: "onus.findings/v1", Summary: finding.Count(result.Findings), Findings: result.Findings, NotLookedAt: result.NotLookedAt,
		Read: Read{
			Clusters: e.Seen.Clusters, Contexts: e.Contexts, Files: e.Seen.Files, Objects: e.Seen.Objects, Workloads: workloads(e), Budgets: len(e.Budgets), Nodes: len(e.Nodes), Pools: len(e.Pools),
			Unrelated: e.Seen.Unrelated, Skipped: e.Seen.Skipped, Replaced: e.Seen.Replaced, Patched: e.Seen.Patched,
		},
		Unread: unread(e), Lines: lines(c, e, places), Unlocated: unlocated(e, places),
	}
	if f.Read.Contexts == nil {
		f.Read.Contexts = []string{}
	}
	if f.Findings == nil {
		f.Findings = []finding.Finding{}
	}
	if f.NotLookedAt == nil {
		f.NotLookedAt = []string{}
	}
	var cited []string
	for i := range f.Findings {
		for _, id := range f.Findings[i].Sources {
			if !slices.Contains(cited, id) {
				cited = append(cited, id)
			}
		}
	}
	f.Sources = publishedSources(c, cited)
	return f
}

// unlocated names the nodes that stand on nothing that is known.
func unlocated(e *kubernetes.Estate, places locate.Places) []string {
	names := []string{}
	for i := range e.Nodes {
		if places.Nodes[i].Offering == nil {
			names = append(names, e.Nodes[i].Name)
		}
	}
	return names
}

func lines(c *responsibility.Catalog, e *kubernetes.Estate, places locate.Places) []Line {
	all := []Line{}
	axis := c.Axis("compute")
	for _, o := range places.Offerings() {
		l := Line{Offering: o.ID, Title: o.Title, Provider: o.Provider, Basis: map[string]int{}}
		tally := func(at []locate.Place, n *int, what func(i int) string) {
			for i, p := range at {
				if p.Offering != o && !slices.Contains(p.Also, o) {
					continue
				}
				*n++
				l.Basis[string(p.Basis)]++
				if l.Evidence == "" {
					l.Evidence = what(i) + p.Evidence
				}
			}
		}
		tally(places.Nodes, &l.Nodes, func(i int) string { return "node " + e.Nodes[i].Name + ": " })
		tally(places.Pools, &l.Pools, func(i int) string { return "pool " + e.Pools[i].Name + ": " })
		tally(places.Workloads, &l.Workloads, func(int) string { return "" })
		for _, layer := range axis.Layers {
			cell := o.Line[axis.ID][layer.ID]
			l.Layers = append(l.Layers, LineLayer{ID: layer.ID, Title: layer.Title, Party: cell.Party, LoadBearing: cell.LoadBearing})
		}
		all = append(all, l)
	}
	return all
}

// workloads counts them without static pods, which are nobody's workload.
func workloads(e *kubernetes.Estate) int {
	n := 0
	for i := range e.Workloads {
		if e.Workloads[i].Kind != kubernetes.Static {
			n++
		}
	}
	return n
}

// JSON writes the published value.
func (f Findings) JSON(w io.Writer) error { return writeJSON(w, f) }

// Text writes the findings for a person: the line above them, then what is
// broken, the worst first, grouped by what it is about; then what is unknown;
// held ones only when all is set.
func (f Findings) Text(w io.Writer, s Screen, all bool) error {
	var b strings.Builder
	shown := map[string]bool{}
	f.header(&b, s)
	for _, verdict := range []finding.Verdict{finding.Broken, finding.Unknown, finding.Held} {
		if verdict == finding.Held && !all {
			continue
		}
		for _, group := range grouped(f.Findings, verdict) {
			f.group(&b, s, group, shown)
		}
	}
	f.footer(&b, s)
	_, err := io.WriteString(w, s.Printable(b.String()))
	return err
}

func (f Findings) header(b *strings.Builder, s Screen) {
	var read []string
	for _, n := range []struct {
		n     int
		thing string
	}{{f.Read.Workloads, "workload"}, {f.Read.Budgets, "disruption budget"}, {f.Read.Nodes, "node"}, {f.Read.Pools, "node pool"}} {
		if n.n > 0 {
			read = append(read, plural(n.n, n.thing))
		}
	}
	if len(read) == 0 {
		read = []string{"no workload and no disruption budget"}
	}
	fmt.Fprintln(b, s.wrap(0, fmt.Sprintf("Read %s from %s.", strings.Join(read, ", "), f.Read.from())))
	unreadText(b, s, f.Unread)
	b.WriteByte('\n')
	for _, l := range f.Lines {
		l.text(b, s)
	}
	if n := len(f.Unlocated); n > 0 {
		names := f.Unlocated[:min(n, 4)]
		words := plural(n, "node") + " that nothing in the catalog recognises: " + strings.Join(names, ", ")
		if n > len(names) {
			words += fmt.Sprintf(" and %d more", n-len(names))
		}
		fmt.Fprintf(b, "%s\n\n", s.wrap(0, words+"."))
	}
}

// text shows a line as three short lists: theirs, both, yours.
func (l Line) text(b *strings.Builder, s Screen) {
	var on []string
	for _, n := range []struct {
		n     int
		thing string
	}{{l.Workloads, "workload"}, {l.Nodes, "node"}, {l.Pools, "pool"}} {
		if n.n > 0 {
			on = append(on, plural(n.n, n.thing))
		}
	}
	how := l.Evidence
	fmt.Fprintln(b, s.paint(strong, l.Title)+": "+strings.Join(on, ", "))
	fmt.Fprintln(b, s.paint(faint, s.wrap(2, how)))
	byParty := map[string][]string{}
	for _, x := range l.Layers {
		name := x.Title
		if x.LoadBearing {
			name += " (load-bearing)"
		}
		who := string(x.Party)
		switch x.Party {
		case responsibility.Provider:
			who = l.Provider
		case responsibility.Customer:
			who = "you"
		case responsibility.None:
			continue
		}
		byParty[who] = append(byParty[who], name)
	}
	const indent = 10
	for _, who := range []string{l.Provider, string(responsibility.Partner), string(responsibility.Split), "you"} {
		if names := byParty[who]; len(names) > 0 {
			fmt.Fprintln(b, s.hang(2, who, indent, strings.Join(names, ", ")))
		}
	}
	b.WriteByte('\n')
}

// grouped gathers the findings of one verdict by subject, the subject with
// the worst finding first, and within it the worst first, causes before what
// comes of them.
func grouped(findings []finding.Finding, verdict finding.Verdict) [][]finding.Finding {
	var groups [][]finding.Finding
	at := map[finding.Subject]int{}
	for _, f := range findings {
		if f.Verdict != verdict {
			continue
		}
		i, ok := at[f.Subject]
		if !ok {
			i = len(groups)
			at[f.Subject] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	worse := func(a, b finding.Finding) int { return weight(a) - weight(b) }
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b finding.Finding) int {
			return cmp.Or(worse(a, b), boolean(compute.Foreseen(a.Obligation))-boolean(compute.Foreseen(b.Obligation)))
		})
	}
	slices.SortStableFunc(groups, func(a, b []finding.Finding) int { return worse(a[0], b[0]) })
	return groups
}

func boolean(is bool) int {
	if is {
		return 1
	}
	return 0
}

// weight orders findings: load-bearing first, then by severity.
func weight(f finding.Finding) int {
	w := slices.Index([]string{"high", "medium", "low"}, f.Severity)
	if !f.LoadBearing {
		w += 3
	}
	return w
}

func (f Findings) group(b *strings.Builder, s Screen, group []finding.Finding, shown map[string]bool) {
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
	if text.StringWidthWithoutEscSequences(name)+2+len(subject.Kind) > s.Width {
		fmt.Fprintln(b, s.paint(strong, name))
		fmt.Fprintln(b, s.paint(faint, subject.Kind))
	} else {
		fmt.Fprintln(b, s.paint(strong, name)+"  "+s.paint(faint, subject.Kind))
	}
	for len(group) > 0 {
		alike := 1
		for alike < len(group) && alikeBut(group[0], group[alike]) {
			alike++
		}
		f.finding(b, s, group[:alike], shown)
		group = group[alike:]
	}
	b.WriteByte('\n')
}

// alikeBut reports whether two findings on one subject say the same of several
// obligations: that what they are about was not read.
func alikeBut(x, y finding.Finding) bool {
	return x.Verdict == finding.Unknown && x.Fix == nil && y.Fix == nil && x.Verdict == y.Verdict && x.Message == y.Message && slices.Equal(x.Evidence, y.Evidence)
}

// finding shows one, or several that are alike. Changes that are shown already are not shown again: what is
// wrong with a budget is behind several findings.
func (f Findings) finding(b *strings.Builder, s Screen, alike []finding.Finding, shown map[string]bool) {
	x := alike[0]
	obligations := make([]string, len(alike))
	for i := range alike {
		obligations[i] = alike[i].Obligation
	}
	colour := map[finding.Verdict]text.Colors{finding.Broken: bad, finding.Unknown: warn, finding.Held: good}[x.Verdict]
	rank := ""
	if x.Verdict == finding.Broken {
		rank = "  " + x.Severity
		if x.LoadBearing {
			rank += ", load-bearing"
		}
	}
	fmt.Fprintln(b, s.hang(2, s.paint(colour, string(x.Verdict)), len(x.Verdict)+2, strings.Join(obligations, ", "))+rank)
	if x.Position.File != "" {
		fmt.Fprintln(b, s.paint(faint, "    "+x.Position.String()))
	}
	fmt.Fprintln(b, s.wrap(4, sentence(x.Message)))
	if x.Verdict == finding.Held {
		return
	}
	if x.Consequence != "" {
		fmt.Fprintln(b, s.wrap(4, x.Consequence))
	}
	for _, e := range x.Evidence {
		if words := "unread " + e.Text; f.isUnread(e.Text) {
			if shown[words] {
				continue // the message names it
			}
			shown[words] = true
		}
		line := e.Text
		if e.File != "" && e.Position != x.Position {
			line += " (" + e.Position.String() + ")"
		}
		fmt.Fprintln(b, s.paint(faint, s.hang(4, "-", 2, line)))
	}
	if x.Fix == nil {
		return
	}
	key := changes(x.Fix)
	if shown[key] {
		fmt.Fprintln(b, s.wrap(4, s.paint(good, "fix:")+" "+x.Fix.Summary+" (as above)"))
		return
	}
	shown[key] = key != ""
	fmt.Fprintln(b, s.wrap(4, s.paint(good, "fix:")+" "+x.Fix.Summary))
	for _, c := range x.Fix.Changes {
		f.change(b, s, c)
	}
}

// isUnread reports whether a piece of evidence is that a kind was not read.
func (f Findings) isUnread(evidence string) bool {
	return slices.ContainsFunc(f.Unread, func(u origin.Unread) bool { return u.Words() == evidence })
}

// changes tell one fix from another; they are empty where it has none.
func changes(fix *finding.Fix) string {
	var key strings.Builder
	for _, c := range fix.Changes {
		fmt.Fprintln(&key, c.Action, c.Object, c.Manifest)
	}
	return key.String()
}

// change shows what to paste. Manifests are not wrapped: they are YAML.
func (f Findings) change(b *strings.Builder, s Screen, c finding.Change) {
	b.WriteString("      ---\n")
	switch c.Action {
	case finding.Delete:
		command := "kubectl delete " + strings.ToLower(c.Object.Kind) + " " + c.Object.Name
		if c.Object.Namespace != "" {
			command += " -n " + c.Object.Namespace
		}
		remark(b, s, "delete "+c.Object.Kind+" "+c.Object.Name, c.Position)
		remark(b, s, command, nil)
		return
	case finding.Patch:
		remark(b, s, "merge into "+c.Object.Kind+" "+c.Object.Name, c.Position)
	case finding.Replace:
		remark(b, s, "in place of "+c.Object.Kind+" "+c.Object.Name, c.Position)
	case finding.Create:
		remark(b, s, "new", nil)
	}
	for line := range strings.Lines(c.Manifest) {
		b.WriteString("      " + line)
	}
}

// remark writes a YAML comment, with the position it is about on a line of its
// own: paths do not wrap.
func remark(b *strings.Builder, s Screen, words string, p *origin.Position) {
	fmt.Fprintf(b, "      %s\n", s.paint(faint, "# "+words))
	if p != nil && p.File != "" {
		fmt.Fprintf(b, "      %s\n", s.paint(faint, "# "+p.String()))
	}
}

func (f Findings) footer(b *strings.Builder, s Screen) {
	n := f.Summary
	parts := []string{
		painted(s, bad, n.Broken, "broken"), painted(s, warn, n.Unknown, "unknown"), painted(s, good, n.Held, "held"),
	}
	fmt.Fprintln(b, strings.Join(parts, ", "))
	if n.Broken+n.Unknown+n.Held == 0 {
		fmt.Fprintln(b, s.wrap(0, "Nothing that was read leaves you an obligation that is checked here."))
	}
	if f.Read.Replaced > 0 {
		fmt.Fprintln(b, s.wrap(0, plural(f.Read.Replaced, "object")+" stood more than once; the last one read was looked at."))
	}
	if f.Read.Patched > 0 {
		fmt.Fprintln(b, s.wrap(0, "Kustomizations were read as the files they are, with nothing patched. To check what they make: kustomize build DIR | onus check -"))
	}
	var passed []string
	if f.Read.Unrelated > 0 {
		passed = append(passed, plural(f.Read.Unrelated, "object")+" of kinds that do not matter here")
	}
	if f.Read.Skipped > 0 {
		passed = append(passed, plural(f.Read.Skipped, "file or document", "files or documents")+" outside Kubernetes")
	}
	if len(passed) > 0 {
		fmt.Fprintln(b, s.wrap(0, "Passed over: "+strings.Join(passed, ", ")+"."))
	}
	if len(f.NotLookedAt) > 0 {
		fmt.Fprintln(b, s.wrap(0, "Yours too, and not looked at: "+strings.Join(f.NotLookedAt, ", ")+"."))
	}
	if n.Broken+n.Unknown > 0 {
		fmt.Fprintln(b, s.paint(faint, s.wrap(0, "Why, and by which source: onus explain "+f.first())))
	}
}

// first is the obligation of the first finding shown.
func (f Findings) first() string {
	for _, v := range []finding.Verdict{finding.Broken, finding.Unknown} {
		if g := grouped(f.Findings, v); len(g) > 0 {
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

// plural counts things; many is their plural where that is not thing with an s.
func plural(n int, thing string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, thing)
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
