package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

func offeringPage(v published.OfferingExplained) page {
	o := published.Offering{ID: v.ID, Title: v.Title, Provider: v.Provider, Partner: v.Partner}
	p := opening(v.Explained)
	for _, line := range v.Line {
		p = append(p, section{"who holds what: " + line.Axis + ", from the bottom up", []block{lineGrid(o, line)}})
	}
	if v.Contract != nil {
		p = append(p, section{"what may happen to your nodes", contractBlocks(o, v.Contract, v.Sources)})
	}
	p = append(p, section{"limits", []block{sentences(v.Limits)}}, section{"what does not work here", []block{notSupported(v.Unsupported)}},
		section{"what runs here already", []block{builtIn(v.BuiltIn)}}, section{"until when versions are supported", supported(v.Support)},
		section{"whose images nodes are launched from", launched(v.Launches)},
		section{"where Terraform says how many nodes go at once", []block{goingAtOnce(v.AtOnce)}})
	p = append(p, yours(v.Obligations)...)
	return append(p, section{"how onus recognises it", []block{rules(v.Evidence)}}, sourcesSection(v.Sources), offeringSteps(v))
}

// notSupported lists what does not work on an offering, and what to do about it.
func notSupported(all []published.Unsupported) block {
	var list entries
	for _, u := range all {
		list = append(list, entry{name: u.ID, under: []string{u.Is, "mend it: " + u.Cure}})
	}
	return list
}

// builtIn lists what the provider runs itself.
func builtIn(all []published.BuiltIn) block {
	var list entries
	for _, b := range all {
		under := []string{b.Is, "your own: " + b.Cure}
		if b.For != "" {
			under = append(under, "it may still be needed for "+b.For)
		}
		list = append(list, entry{name: b.ID, under: under})
	}
	return list
}

// supported says until when versions are supported, and what comes then; nil for nothing.
func supported(s *published.Support) []block {
	if s == nil {
		return nil
	}
	g := grid{head: []string{"version", "until"}}
	for _, v := range s.Versions {
		g.rows = append(g.rows, []string{v.Version, v.Until})
	}
	after := []published.Limit{{Is: s.Then}}
	if e := s.Extended; e != nil {
		after = append(after, published.Limit{Is: "Extended support: " + words.Count(e.Months, "month") + " more. " + e.Then})
	}
	return []block{g, sentences(after)}
}

// launched says which account owns the images of each Region; nil for nothing.
func launched(l *published.Launches) []block {
	if l == nil {
		return nil
	}
	g := grid{head: []string{"Region", "account"}}
	for _, region := range slices.Sorted(maps.Keys(l.Accounts)) {
		g.rows = append(g.rows, []string{region, l.Accounts[region]})
	}
	return []block{g}
}

// goingAtOnce lists the objects that say how many nodes of a pool go at once, and by which keys.
func goingAtOnce(all []published.AtOnce) block {
	var list entries
	for _, a := range all {
		between := ", or "
		if a.Sums {
			between = " and "
		}
		list = append(list, entry{name: a.On, under: []string{strings.Join(a.Keys, between)}})
	}
	return list
}

func lineGrid(o published.Offering, line published.AxisLine) block {
	g := grid{head: []string{"Layer", "held by", "note"}, paint: func(row, col int) text.Colors {
		if col == 1 {
			return colourOf(line.Layers[row].Cell)
		}
		return nil
	}}
	for _, l := range line.Layers {
		note := l.Note
		if disputed(l.Cell) {
			note += " (sources disagree)"
		}
		if l.Secondary != "" {
			note += " (secondary sources only)"
		}
		note = strings.TrimSpace(note)
		g.rows = append(g.rows, []string{l.Title, shown(o, l.Cell), note})
	}
	return g
}

func contractBlocks(o published.Offering, c *published.Contract, cited sources) []block {
	g := grid{head: []string{"Why a node goes", "started by", "how often", "at once", "windows", "PDBs kept for", "then"}}
	for _, m := range c.Moves {
		g.rows = append(g.rows, []string{moveTitle(m.Trigger, m.Name), starter(o, m.Initiator), inWords(m.Cadence.Is), m.Pace.Is, m.Windows.Is,
			inWords(m.Deadline.Is), m.OnDeadline.Is})
	}
	terms := []term{{"maxNodeLife", &c.MaxNodeLife}, {"windows", &c.Windows}, {"override", &c.Override}, {"nodeReady", c.NodeReady},
		{"command", c.Command}}
	var facts pairs
	var rejected bullets
	for _, t := range terms {
		if t.fact == nil {
			continue
		}
		facts = append(facts, [2]string{factName(t.field), factInWords(*t.fact)})
		rejected = append(rejected, disputes(t.field, *t.fact, cited)...)
	}
	return []block{facts, rejected, g}
}

// term is a fact of a contract and the field it stands in.
type term struct {
	field string
	fact  *published.Fact
}

// termsOf are those that a move has, in the order in which they are told.
func termsOf(m *published.Move) []term {
	all := []term{
		{"initiator", &m.Initiator}, {"unless", m.Unless}, {"cadence", &m.Cadence}, {"pace", &m.Pace}, {"windows", &m.Windows},
		{"replacement", &m.Replacement},
		{"zone", m.Zone}, {"names", m.Names}, {"candidates", m.Candidates}, {"preflight", m.Preflight},
		{"preflightReported", m.PreflightReported},
		{"deadline", &m.Deadline}, {"onDeadline", &m.OnDeadline},
		{"graceCap", m.GraceCap},
		{"unhealthy", m.Unhealthy}, {"unhealthyFor", m.UnhealthyFor},
		{"extended", m.Extended}, {"earlyDeletion", m.EarlyDeletion}, {"timeout", m.Timeout},
	}
	return slices.DeleteFunc(all, func(t term) bool { return t.fact == nil })
}

func movesPage(v published.MovesExplained) page {
	p := page{title(v.Title), prose(v.About)}
	for i := range v.Moves {
		m := &v.Moves[i]
		var facts pairs
		var rejected bullets
		for _, t := range termsOf(m) {
			f := *t.fact
			if t.field == "initiator" {
				f.Is = starter(v.Offering, f)
			}
			facts = append(facts, [2]string{factName(t.field), factInWords(f) + " [" + strings.Join(f.From, ", ") + "]"})
			rejected = append(rejected, disputes(t.field, f, v.Sources)...)
		}
		p = append(p, section{moveTitle(m.Trigger, m.Name), []block{prose(m.Words), facts, rejected}})
	}
	return append(append(p, yours(v.Obligations)...), sourcesSection(v.Sources))
}

func triggerPage(v published.TriggerExplained) page {
	name := func(m published.OfferingMove) string { return moveTitle(m.Offering.Title, m.Name) }
	var words entries
	for _, m := range v.Moves {
		words = append(words, entry{name: name(m), under: []string{m.Words}})
	}
	return append(opening(v.Explained),
		section{"under each contract that has it", []block{movesGrid(v.Moves, name)}},
		section{"in words", []block{words}},
		sourcesSection(v.Sources),
	)
}

// movesGrid shows moves of several offerings side by side, each under a title.
func movesGrid(moves []published.OfferingMove, title func(published.OfferingMove) string) grid {
	g := grid{head: []string{"Offering", "started by", "at once", "windows", "PDBs kept for", "then"}}
	for _, m := range moves {
		g.rows = append(g.rows, []string{title(m), starter(m.Offering, m.Initiator), m.Pace.Is, m.Windows.Is,
			inWords(m.Deadline.Is), m.OnDeadline.Is})
	}
	return g
}

// starter is who starts a move: the provider by its name, or you.
func starter(o published.Offering, initiator published.Fact) string {
	if initiator.Is == string(published.Customer) {
		return "you"
	}
	return holder(o, published.Party(initiator.Is))
}

// moveTitle names a move: by its trigger, or by its offering where the trigger is
// the page's, and by its own name where it has one.
func moveTitle(of, name string) string {
	if name == "" {
		return of
	}
	return of + " (" + name + ")"
}

func rules(all []published.Rule) block {
	var list bullets
	for _, r := range all {
		says := r.On + " with " + conditions(r.All, " and ")
		if len(r.None) > 0 {
			says += ", without " + conditions(r.None, " or ")
		}
		if r.Strength == "hint" {
			says += " (a hint: decides only where there is no proof)"
		}
		list = append(list, says)
	}
	return list
}

func conditions(all []published.Condition, and string) string {
	parts := make([]string, len(all))
	for i, c := range all {
		parts[i] = c.Field
		if c.Key != "" {
			parts[i] += " " + c.Key
		}
		if c.KeyPrefix != "" {
			parts[i] += " " + c.KeyPrefix + "…"
		}
		if len(c.In) > 0 {
			parts[i] += " = " + words.Or(c.In)
		}
		if c.Prefix != "" {
			parts[i] += " that starts with " + c.Prefix
		}
		if c.Contains != "" {
			parts[i] += " that contains " + c.Contains
		}
	}
	return strings.Join(parts, and)
}

func offeringSteps(v published.OfferingExplained) block {
	next := steps{"onus ladder " + v.ID}
	if v.Contract != nil && len(v.Contract.Moves) > 0 {
		next = append(next, "onus explain "+v.ID+" "+v.Contract.Moves[0].Trigger)
	}
	for _, line := range v.Line {
		unclear := func(l published.LineCell) bool { return disputed(l.Cell) || l.Party == published.Split }
		if i := slices.IndexFunc(line.Layers, unclear); i >= 0 {
			next = append(next, "onus explain "+v.ID+" "+line.Layers[i].ID)
			break
		}
	}
	return next
}
