// Package compare plays scenarios on the real thing and in the simulator, from
// the same cluster as it stood just before, and says whether the two agree.
package compare

import (
	"fmt"
	"io"
	"time"

	"github.com/onus-project/onus/internal/fidelity"
)

// Outcome is how a scenario came out.
type Outcome struct {
	Name    string
	Known   []fidelity.Known // differences that are known
	Tries   []*fidelity.Compared
	Real    time.Duration // how long the real thing took, settling included
	Virtual time.Duration // how long the simulator took for all its runs
}

// missed counts, for each measure that was, in how many tries it was missed.
// What is known to differ does not count.
func (o *Outcome) missed() map[string]int {
	n := map[string]int{}
	for _, try := range o.Tries {
		for i := range try.Measures {
			if m := &try.Measures[i]; m.Why == "" && m.Verdict() != fidelity.Covered {
				n[m.Name]++
			}
		}
	}
	return n
}

// amiss counts the tries that missed something.
func (o *Outcome) amiss() int {
	n := 0
	for i := range o.Tries {
		if one := (&Outcome{Tries: o.Tries[i : i+1]}); len(one.missed()) > 0 {
			n++
		}
	}
	return n
}

// Missed are the measures that at least half of the tries missed, by name: a
// difference, where a rarer one is the noise of races.
func (o *Outcome) Missed() []string {
	var names []string
	missed := o.missed()
	for i := range o.Tries[0].Measures {
		if name := o.Tries[0].Measures[i].Name; 2*missed[name] >= len(o.Tries) && missed[name] > 0 {
			names = append(names, name)
		}
	}
	return names
}

// Verdict is the outcome in a word.
func (o *Outcome) Verdict() fidelity.Verdict {
	explained := false
	for _, try := range o.Tries {
		explained = explained || try.Total()[fidelity.Explained] > 0
	}
	switch {
	case len(o.Missed()) > 0:
		return fidelity.Missed
	case explained:
		return fidelity.Explained
	case len(o.missed()) > 0:
		return fidelity.Noise
	}
	return fidelity.Covered
}

// Ratio is how much longer the real thing took than one run of the simulator.
func (o *Outcome) Ratio() float64 {
	runs := 0
	for _, try := range o.Tries {
		runs += try.Run.Scenario.Runs
	}
	return o.Real.Seconds() / float64(len(o.Tries)) / (o.Virtual.Seconds() / float64(runs))
}

// Write prints the tries, and what comes of them.
func (o *Outcome) Write(w io.Writer) error {
	for i, try := range o.Tries {
		if len(o.Tries) > 1 {
			if _, err := fmt.Fprintf(w, "try %d of ", i+1); err != nil {
				return err
			}
		}
		if err := try.Write(w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

// Summary is a line about the scenario.
func (o *Outcome) Summary() string {
	line := fmt.Sprintf("%-10s %-26s %s; the real thing took %.0f s, a run in the simulator %.2g ms: %.2g times as fast",
		o.Verdict(), o.Name, o.Tries[len(o.Tries)-1].Total(), o.Real.Seconds()/float64(len(o.Tries)),
		1000*o.Real.Seconds()/float64(len(o.Tries))/o.Ratio(), o.Ratio())
	for _, name := range o.Missed() {
		line += fmt.Sprintf("\n%10s %s, in %d of %d", "", name, o.missed()[name], len(o.Tries))
	}
	return line
}
