package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// mostAlike is how many workloads are told of one by one where they are alike.
const mostAlike = 12

// further is what holds beyond the runs that were played.
func (x *simulationWriter) further() {
	if x.NotBounded != "" {
		x.line(x.s.fill(0, "Not bounded: "+x.NotBounded+".") + "\n")
	}
	x.boundText()
	x.marginText()
}

// proofs are the verdicts of bounds, as they are listed.
var proofs = []struct {
	verdict published.Proof
	colour  text.Colors
}{{published.Refuted, bad}, {published.Open, warn}, {published.Proved, good}}

func (x *simulationWriter) boundText() {
	if len(x.Bounds) == 0 {
		return
	}
	s := x.s
	x.line(s.paint(strong, s.fill(0, "In every order the contract allows")))
	for _, proof := range proofs {
		n := 0
		for i := range x.Bounds {
			w := &x.Bounds[i]
			if w.Verdict != proof.verdict {
				continue
			}
			if n++; n > mostAlike {
				continue
			}
			says := w.Words
			if len(w.Because) > 0 {
				says += ": " + strings.Join(w.Because, "; ")
			}
			x.line(s.hang(2, s.paint(proof.colour, fmt.Sprintf("%-7s", proof.verdict))+"  "+s.paint(strong, w.Title)+":", 11, says))
		}
		if n > mostAlike {
			x.line(s.hang(2, fmt.Sprintf("%-7s", proof.verdict), 9, words.Count(n-mostAlike, "more workload")+"; -o json has each"))
		}
	}
	for i := range x.Finish {
		f := &x.Finish[i]
		x.line(s.hang(2, "pool     "+s.paint(strong, f.Pool)+":", 11, finishText(f)))
	}
	x.line("")
}

// finishText says how far the provider got with a pool in the runs that were played,
// and what the best order of events, and the worst, would be. Where a run left a node
// nothing is said of the best: what stops it counts.
func finishText(f *published.SimulatedFinish) string {
	if f.Unpatched == 0 && f.Left.Max > 0 {
		says := fmt.Sprintf("%s of %s left in the runs that were played", leftOf(f), words.Count(f.Nodes, "node"))
		if len(f.Stays) > 0 {
			says += ": " + f.Stays[0].Why
		}
		return says
	}
	says := inAnyOrder(f)
	if len(f.Because) > 0 {
		says += ": " + strings.Join(f.Because[:min(len(f.Because), 3)], "; ")
	}
	return says
}

// inAnyOrder says it of a pool of which no run left more than every order does,
// without the reasons.
func inAnyOrder(f *published.SimulatedFinish) string {
	all := "all " + words.Count(f.Nodes, "node")
	if f.Nodes == 1 {
		all = "its node"
	}
	var says string
	become := "replaced"
	if f.Vacates {
		become = "gone"
	}
	switch {
	case f.Unpatched > 0:
		says = fmt.Sprintf("%d of %s %s, whatever the order", f.Unpatched, words.Count(f.Nodes, "node"),
			words.Agree(f.Unpatched, "stays as it is", "stay as they are"))
	case f.AtWorst > 0:
		says = fmt.Sprintf("%s %s in the runs that were played, but in the worst order %d may be left", all, become, f.AtWorst)
	default:
		says = fmt.Sprintf("%s %s in the runs that were played", all, become)
		if f.TakesSeconds != nil && *f.TakesSeconds > 0 {
			says += ", in the best case after " + words.Seconds(*f.TakesSeconds)
		}
	}
	if f.Forced > 0 {
		says += fmt.Sprintf("; %d of them by force", f.Forced)
	}
	return says
}

// leftOf is how many nodes of a pool the runs left.
func leftOf(f *published.SimulatedFinish) string {
	if f.Left.Min != f.Left.Max {
		return fmt.Sprintf("%d to %d", f.Left.Min, f.Left.Max)
	}
	return strconv.Itoa(f.Left.Max)
}

// stayText says of each pool with nodes that stayed in some run what holds them.
func (x *simulationWriter) stayText() {
	s := x.s
	for i := range x.Finish {
		f := &x.Finish[i]
		if f.Left.Max == 0 {
			continue
		}
		undone := "replaced"
		if f.Vacates {
			undone = "removed"
		}
		x.line(s.hang(0, s.verdict(f.Verdict)+"  "+s.paint(strong, f.Pool)+" "+s.paint(faint, "node pool"), 8,
			leftOf(f)+" of its nodes not "+undone))
		told := map[string]int{}
		var order []string
		for _, y := range f.Stays {
			why := strings.Join(append([]string{y.Why}, y.Evidence...), "; ")
			if told[why]++; told[why] == 1 {
				order = append(order, y.Node+": "+why)
			}
		}
		for _, line := range order[:min(len(order), mostAlike)] {
			x.line(s.hang(2, "-", 4, line))
		}
	}
}

func (x *simulationWriter) marginText() {
	if len(x.Margins) == 0 {
		return
	}
	s := x.s
	x.line(s.paint(strong, s.fill(0, "The same with one injected fault")))
	for i := range x.Margins {
		m := &x.Margins[i]
		var names []string
		for _, w := range m.Workloads {
			if w.Breaks {
				names = append(names, fmt.Sprintf("%s (%d of %d ready)", w.Title, w.MinReady, w.Replicas))
			}
		}
		says := "no further outage"
		if len(names) > mostAlike {
			names = append(names[:mostAlike:mostAlike], fmt.Sprintf("%d more", len(names)-mostAlike))
		}
		if len(names) > 0 {
			says = strings.Join(names, ", ")
		}
		if m.Unpatched > 0 {
			says += "; " + words.Count(m.Unpatched, "node") + " not replaced by the end"
		}
		x.line(s.hang(2, s.verdict(m.Verdict), 8, s.paint(strong, m.Name)+": "+says))
	}
	x.line("")
}
