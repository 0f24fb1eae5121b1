package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

func (f *findingsWriter) header() {
	read := amounts{{f.Read.Workloads, "workload"}, {f.Read.Budgets, "PDB"}, {f.Read.Nodes, "node"}, {f.Read.Pools, "node pool"},
		{f.Read.Instances, "database instance"}}.words()
	if read == "" {
		read = "no workload and no PDB"
	}
	configured := ""
	if f.Config != "" {
		configured = ", configured by " + f.Config
	}
	f.line(f.s.wrap(0, "Read "+read+" from "+readFrom(f.Read)+configured+"."))
	f.b.WriteString(unitsText(f.s, f.Units) + unreadText(f.s, f.Unread) + unreadableCount(f.s, f.Unreadable) + "\n")
	f.b.WriteString(linesText(f.s, f.Lines))
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
		among = fmt.Sprintf("the %d platforms of the catalog that fit", len(candidates))
	}
	return "; what is found holds on each of " + among + "; --as OFFERING takes one"
}

// soonestWords say where nodes are replaced most often, of the platforms that it may be.
func soonestWords(said string) string {
	if said == "" {
		return ""
	}
	return ". Nodes are replaced most often " + said
}

// lineText shows a line as short lists: what the provider holds, what others
// do, and what is yours.
func lineText(s Screen, l published.Line) string {
	const indent = 10
	on := onLine(l)
	if len(l.Candidates) > 0 {
		return s.hang(0, s.paint(strong, l.Title)+":", 2, on) + "\n" +
			s.paint(faint, s.wrap(2, l.Evidence+openWords(l.Candidates)+soonestWords(l.Soonest))) + "\n"
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
