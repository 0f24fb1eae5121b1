package fidelity

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/words"
)

// Write prints a comparison for a terminal: each measure as the real thing
// showed it, one value a repetition, beside the simulator's runs.
func (c *Compared) Write(w io.Writer) error {
	var b strings.Builder
	s := &c.Run.Scenario
	fmt.Fprintf(&b, "%s: %gs on the clock, %.2g ms a run in the simulator, %.2g times as fast\n",
		c.Run.Name, s.Horizon.Seconds(), 1000*c.Took.Seconds()/float64(s.Runs), c.Speed())
	real, simulated := words.Count(len(c.Run.Observed), "run"), words.Count(s.Runs, "run")
	fmt.Fprintf(&b, "  %-34s %-24s %-24s\n", "", "real ("+real+")", "simulated ("+simulated+")")
	for i := range c.Measures {
		m := &c.Measures[i]
		fmt.Fprintf(&b, "  %-34s %-24s %-24s %s\n", m.Name, m.observed(), m.simulated(), m.Verdict())
		if m.Why != "" {
			fmt.Fprintf(&b, "    %s\n", m.Why)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// observed are the repetitions in words, each value once where all are alike.
func (m *Measure) observed() string {
	if len(m.Observed) == 0 {
		return "-"
	}
	if slices.Min(m.Observed) == slices.Max(m.Observed) {
		return number(m.Observed[0])
	}
	var all []string
	for _, o := range m.Observed {
		all = append(all, number(o))
	}
	return strings.Join(all, ", ")
}

// simulated is the range of the simulator's runs in words, and their median.
func (m *Measure) simulated() string {
	if len(m.Simulated) == 0 {
		return "-"
	}
	s := slices.Sorted(slices.Values(m.Simulated))
	least, median, most := s[0], s[(len(s)-1)/2], s[len(s)-1]
	if least == most {
		return number(least)
	}
	return fmt.Sprintf("%s to %s, median %s", number(least), number(most), number(median))
}

func number(x float64) string { return fmt.Sprintf("%.4g", x) }

// Total counts measures by how they came out.
type Total map[Verdict]int

// Total counts the measures of a comparison.
func (c *Compared) Total() Total {
	t := Total{}
	for i := range c.Measures {
		t[c.Measures[i].Verdict()]++
	}
	return t
}

// Add counts those of another comparison, too.
func (t Total) Add(o Total) {
	for v, n := range o {
		t[v] += n
	}
}

func (t Total) String() string {
	all := 0
	var parts []string
	for _, v := range []Verdict{Covered, Noise, Explained, Missed, Stale} {
		all += t[v]
		if t[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", t[v], v))
		}
	}
	return fmt.Sprintf("%s: %s", words.Count(all, "measure"), strings.Join(parts, ", "))
}

// ByKind counts measures of all scenarios by what they measure, whatever the
// workload.
type ByKind map[string]Total

// Add counts the measures of a comparison.
func (k ByKind) Add(c *Compared) {
	for i := range c.Measures {
		m := &c.Measures[i]
		if k[m.Kind] == nil {
			k[m.Kind] = Total{}
		}
		k[m.Kind][m.Verdict()]++
	}
}

// String is a table, one line a kind of measure.
func (k ByKind) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  %-24s %8s %8s %9s\n", "", "covered", "missed", "share")
	for _, kind := range Kinds {
		covered, all := 0, 0
		for v, n := range k[kind] {
			all += n
			if v == Covered || v == Explained {
				covered += n
			}
		}
		if all > 0 {
			fmt.Fprintf(&b, "  %-24s %8d %8d %7.1f %%\n", kind, covered, all-covered, 100*float64(covered)/float64(all))
		}
	}
	return b.String()
}
