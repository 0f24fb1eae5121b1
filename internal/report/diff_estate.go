package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// mostNeeding is how many things are named of those that one sentence is about.
const mostNeeding = 6

// diffEstatePage says what a change of offering means for an estate; of the offerings it
// says no more than who holds what from then on.
func diffEstatePage(d published.Diff) page {
	e := d.Estate
	edits := editsOf(e)
	p := page{title(d.From.Title + " → " + d.To.Title), prose(readWords(e))}
	p = append(p,
		section{"moves", []block{briefLayers(d), gainedInShort(d)}},
		section{"breaks on day one on " + d.To.Title, dayOneBlocks(d)},
		section{"may break on day one", []block{dayOneOpen(e)}},
		section{"first replacement of nodes", firstRoll(d)},
		section{fmt.Sprintf("edits: %d", len(edits)), []block{edits}},
		section{"not read", []block{unreadOf(e)}},
	)
	next := steps{"onus diff " + d.From.ID + " " + d.To.ID, "onus check --as " + d.To.ID + " PATH"}
	if len(e.DayOne) > 0 {
		next = append(next, "onus explain "+d.To.ID)
	}
	return append(p, diffLegend(d.Layers, nil), next)
}

func readWords(e *published.DiffEstate) string {
	all := []string{words.Count(e.Read.Workloads, "workload"), words.Count(e.Read.Budgets, "PDB")}
	if e.Read.Nodes > 0 {
		all = append(all, words.Count(e.Read.Nodes, "node"))
	}
	if e.Read.Pools > 0 {
		all = append(all, words.Count(e.Read.Pools, "node pool"))
	}
	from := words.Count(e.Read.Files, "file")
	if len(e.Read.Contexts) > 0 {
		from = "cluster " + words.And(e.Read.Contexts)
	}
	return "Read " + words.And(all) + " from " + from + "."
}

// briefLayers are the layers that another party holds, without what is noted of them.
func briefLayers(d published.Diff) block {
	g := grid{head: []string{"Layer", "from", "to"}}
	for _, l := range d.Layers {
		g.rows = append(g.rows, []string{l.Title, shown(d.From, l.From), shown(d.To, l.To)})
	}
	return g
}

// gainedInShort names what becomes the customer's.
func gainedInShort(d published.Diff) block {
	var induced []string
	for _, o := range d.Gained {
		induced = append(induced, o.ID)
	}
	if len(induced) == 0 {
		return prose("")
	}
	return prose("now yours: " + strings.Join(induced, ", "))
}

// dayOneBlocks say what does not work, and what needs it.
func dayOneBlocks(d published.Diff) []block {
	e := d.Estate
	if !e.Listed {
		return []block{prose("not known: the catalog has no list of what does not work on " + d.To.Title)}
	}
	if len(e.DayOne) == 0 {
		return []block{prose("nothing that was read is on the list of what does not work there")}
	}
	var list entries
	for _, x := range e.DayOne {
		list = append(list, entry{name: x.ID, beside: sentence(x.Is), under: []string{x.Then, needing(d, x.On)}})
	}
	return []block{list}
}

// needing names what needs something that does not work.
func needing(d published.Diff, on []published.DayOneOn) string {
	var names []string
	already := 0
	for _, x := range on {
		name := x.Subject.Words()
		if x.Position.File != "" {
			name += " (" + x.Position.String() + ")"
		}
		if !x.ByKind { // its name has its kind
			name += ": " + x.Evidence
		}
		names = append(names, name)
		if x.Already {
			already++
		}
	}
	said := strings.Join(names[:min(len(names), mostNeeding)], "; ")
	if more := len(names) - mostNeeding; more > 0 {
		said += fmt.Sprintf("; and %d more", more)
	}
	if already == len(on) {
		return said + "; not on " + d.From.Title + ", either"
	}
	if already > 0 {
		said += fmt.Sprintf("; %d of them not on %s, either", already, d.From.Title)
	}
	return said
}

func dayOneOpen(e *published.DiffEstate) block {
	var list entries
	for _, x := range e.Unknown {
		o := entry{name: x.ID, beside: sentence(x.Is), under: []string{"unknown: " + x.Why}}
		if len(x.On) > 0 {
			o.under = append(o.under, words.First(subjectNames(x.On), mostNeeding))
		}
		list = append(list, o)
	}
	return list
}

func subjectNames(all []finding.Subject) []string {
	var names []string
	for _, s := range all {
		if name := s.Words(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// firstRoll says what is broken as nodes are replaced, before and after.
func firstRoll(d published.Diff) []block {
	r := &d.Estate.FirstRoll
	counted := func(s finding.Summary) string {
		return fmt.Sprintf("%d broken%s, %d unknown, %d held", s.Broken, severityWords(s), s.Unknown, s.Held)
	}
	became := fmt.Sprintf("%d new, %d the same, %d not any more", r.Became.New, r.Became.Still, r.Became.Cured+r.Became.Gone)
	if n := r.Became.Undecided; n > 0 {
		became += fmt.Sprintf(", %d unknown then", n)
	}
	blocks := []block{pairs{
		{"today", counted(r.Before)}, {"after", counted(r.After)}, {"of it", became},
	}}
	for _, of := range []struct {
		head   string
		became []string
	}{
		{"new", []string{"new"}}, {"not any more", []string{"cured", "gone"}}, {"unknown then", []string{"undecided"}},
		{"the same", []string{"still"}},
	} {
		blocks = append(blocks, section{of.head, []block{rolledInto(r.Changes, of.became)}})
	}
	return blocks
}

// rolledInto lists findings by obligation, with what they are about; new ones by what they
// say as well.
func rolledInto(all []published.Change, became []string) block {
	type alike struct{ obligation, severity, message string }
	var list entries
	var order []alike
	on := map[alike][]finding.Subject{}
	for _, x := range all {
		if !slices.Contains(became, x.Became) {
			continue
		}
		key := alike{x.Obligation, x.Severity, ""}
		if became[0] == "new" {
			key.message = x.Message
		}
		if on[key] == nil {
			order = append(order, key)
		}
		on[key] = append(on[key], x.Subject)
	}
	for _, key := range order {
		e := entry{name: key.obligation, beside: key.severity + "  " + words.First(subjectNames(on[key]), mostNeeding)}
		if key.message != "" {
			e.under = []string{sentence(key.message)}
		}
		list = append(list, e)
	}
	return list
}

// editsOf lists what to do: the same for several things once.
func editsOf(e *published.DiffEstate) entries {
	var list entries
	at := map[string]int{}
	for _, x := range e.Edits {
		i, ok := at[x.For+x.Summary]
		if !ok {
			i = len(list)
			at[x.For+x.Summary] = i
			list = append(list, entry{name: x.For, beside: ""})
			list[i].under = []string{x.Summary}
		}
		for _, s := range x.Subjects {
			if name := s.Words(); !slices.Contains(list[i].under[1:], name) {
				list[i].under = append(list[i].under, name)
			}
		}
	}
	for i := range list {
		names := list[i].under[1:]
		list[i].under = []string{list[i].under[0]}
		list[i].beside = words.First(names, mostNeeding)
	}
	return list
}

// unreadOf says what could not be read, and so may break without being told here.
func unreadOf(e *published.DiffEstate) block {
	var list bullets
	for _, u := range e.Unread {
		list = append(list, u.Plural()+": "+u.Reason)
	}
	for _, f := range e.Unreadable[:min(len(e.Unreadable), mostNeeding)] {
		list = append(list, f.String())
	}
	if more := len(e.Unreadable) - mostNeeding; more > 0 {
		list = append(list, fmt.Sprintf("and %d more", more))
	}
	list = append(list, notChecked(e.Read, false)...)
	return list
}
