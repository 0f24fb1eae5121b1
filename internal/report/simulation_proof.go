package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/words"
)

// SimulatedBound is the fewest pods of a workload that are ready in any order
// of events that the contract allows.
type SimulatedBound struct {
	Namespace string   `json:"namespace"`
	Kind      string   `json:"kind"`
	Name      string   `json:"name"`
	Verdict   string   `json:"verdict"` // proved, refuted or open
	Bound     int      `json:"bound"`
	Exact     bool     `json:"exact"` // some order comes down to it
	Words     string   `json:"words"`
	Because   []string `json:"because"`
	of        int
	title     string
}

// SimulatedFinish is how far the provider gets with a pool.
type SimulatedFinish struct {
	Pool         string   `json:"pool"`
	Nodes        int      `json:"nodes"`
	Forced       int      `json:"forced"`
	Unpatched    int      `json:"unpatched"`
	AtWorst      int      `json:"unpatchedAtWorst"`
	TakesSeconds *float64 `json:"takesSeconds"` // the least it takes; null where it is not done within the scenario
	Because      []string `json:"because"`
	takes        string
}

// SimulatedMargin is the same scenario with one thing more going wrong.
type SimulatedMargin struct {
	Name      string                `json:"name"`
	Runs      int                   `json:"runs"`
	Unpatched int                   `json:"unpatched"` // at worst
	Workloads []SimulatedMarginLoad `json:"workloads"`
	Verdict   string                `json:"verdict"` // broken where it breaks what was held
}

// SimulatedMarginLoad is a workload under it.
type SimulatedMarginLoad struct {
	Namespace string `json:"namespace"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	MinReady  int    `json:"minReady"`
	Breaks    bool   `json:"breaks"` // it held without
	of        int
	title     string
}

// prove prepares the proofs for publication.
func (v *Simulation) prove(p *Played) {
	titles := workloadTitles(p.Workloads)
	for k := range p.Judgements {
		j := &p.Judgements[k]
		w, b := &j.Workload, j.Bound
		if b == nil {
			continue
		}
		because := b.Because
		if because == nil {
			because = []string{}
		}
		v.Bounds = append(v.Bounds, SimulatedBound{w.Namespace, w.Kind, w.Name, string(j.Proof), b.Least, b.Exact, j.Words, because, b.Of, titles[k]})
	}
	for _, f := range p.Finishes {
		if f.Nodes == 0 {
			continue
		}
		x := SimulatedFinish{Pool: f.Pool, Nodes: f.Nodes, Forced: f.Forced, Unpatched: f.Unpatched, AtWorst: f.AtWorst, Because: f.Because, takes: words.Duration(f.Takes)}
		if f.Done {
			s := seconds(f.Takes)
			x.TakesSeconds = &s
		}
		v.Finish = append(v.Finish, x)
	}
	for i := range p.Faults {
		m := &p.Faults[i]
		x := SimulatedMargin{Name: m.Name, Runs: m.Runs, Unpatched: m.Left, Verdict: string(m.Verdict())}
		for k := range m.Least {
			w := &p.Workloads[k]
			l := SimulatedMarginLoad{w.Namespace, w.Kind, w.Name, m.Least[k], m.Breaks[k], w.Replicas, titles[k]}
			x.Workloads = append(x.Workloads, l)
		}
		v.Margins = append(v.Margins, x)
	}
}

// mostAlike is how many workloads are told of one by one where they are alike.
const mostAlike = 12

// further is what holds beyond the runs that were played.
func (v *Simulation) further(b *strings.Builder, s Screen) {
	if v.played.NotBounded != "" {
		fmt.Fprintf(b, "%s\n\n", s.fill(0, "Not bounded: "+v.played.NotBounded+"."))
	}
	v.boundText(b, s)
	v.marginText(b, s)
}

func (v *Simulation) boundText(b *strings.Builder, s Screen) {
	if len(v.Bounds) == 0 {
		return
	}
	fmt.Fprintln(b, s.paint(strong, "In every order the contract allows"))
	order := []string{string(bound.Refuted), string(bound.Open), string(bound.Proved)}
	sorted := slices.Clone(v.Bounds)
	slices.SortStableFunc(sorted, func(x, y SimulatedBound) int {
		return cmp.Compare(slices.Index(order, x.Verdict), slices.Index(order, y.Verdict))
	})
	told := map[string]int{}
	for i := range sorted {
		x := &sorted[i]
		if told[x.Verdict]++; told[x.Verdict] > mostAlike {
			continue
		}
		colour := map[string]text.Colors{"proved": good, "refuted": bad, "open": warn}[x.Verdict]
		said := x.Words
		if len(x.Because) > 0 {
			said += ": " + strings.Join(x.Because, "; ")
		}
		fmt.Fprintln(b, s.hang(2, s.paint(colour, fmt.Sprintf("%-7s", x.Verdict))+"  "+s.paint(strong, x.title)+":", 11, said))
	}
	for _, verdict := range order {
		if n := told[verdict] - mostAlike; n > 0 {
			fmt.Fprintf(b, "  %-7s  %s more; -o json tells of each\n", verdict, words.Count(n, "workload"))
		}
	}
	for _, f := range v.Finish {
		fmt.Fprintln(b, s.hang(2, "pool     "+s.paint(strong, f.Pool)+":", 11, f.words()))
	}
	b.WriteByte('\n')
}

// words say how far the provider gets with a pool.
func (f *SimulatedFinish) words() string {
	var said string
	switch {
	case f.Unpatched > 0:
		said = fmt.Sprintf("%d of %s stay as they are, whatever the order", f.Unpatched, words.Count(f.Nodes, "node"))
	case f.AtWorst > 0:
		said = fmt.Sprintf("all %s can be replaced, but %d may be left", words.Count(f.Nodes, "node"), f.AtWorst)
	default:
		said = fmt.Sprintf("all %s can be replaced", words.Count(f.Nodes, "node"))
	}
	if f.TakesSeconds != nil && f.Unpatched < f.Nodes {
		said += ", in " + f.takes + " at the least"
	}
	if f.Forced > 0 {
		said += fmt.Sprintf("; %d of them by force", f.Forced)
	}
	if len(f.Because) > 0 {
		said += ": " + strings.Join(f.Because[:min(len(f.Because), 3)], "; ")
	}
	return said
}

func (v *Simulation) marginText(b *strings.Builder, s Screen) {
	if len(v.Margins) == 0 {
		return
	}
	fmt.Fprintln(b, s.paint(strong, "What would have to go wrong"))
	for _, x := range v.Margins {
		var names []string
		for _, w := range x.Workloads {
			if w.Breaks {
				names = append(names, fmt.Sprintf("%s (%d of %d ready)", w.title, w.MinReady, w.of))
			}
		}
		said := "nothing that held falls"
		if len(names) > mostAlike {
			names = append(names[:mostAlike:mostAlike], fmt.Sprintf("%d more", len(names)-mostAlike))
		}
		if len(names) > 0 {
			said = strings.Join(names, ", ")
		}
		if x.Unpatched > 0 {
			said += fmt.Sprintf("; %s not replaced by the end", words.Count(x.Unpatched, "node"))
		}
		fmt.Fprintln(b, s.hang(2, s.verdict(x.Verdict)+"  "+s.paint(strong, x.Name)+":", 10, said))
	}
	b.WriteByte('\n')
}
