package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// How many workloads are listed that are not broken, and how many are drawn
// and told: of one scenario, and of each of several.
const (
	mostRows = published.MostReadyLines
	fewRows  = 4
)

// simulationText writes a simulation for a person: what was played, how each
// workload fared, the worst run drawn along its time, and for each workload
// that fell the chain of causes.
func simulationText(w io.Writer, v *published.Simulation, s Screen) error {
	x := simulationWriter{Simulation: v, s: s, rows: mostRows}
	x.head()
	x.b.WriteString(unreadText(s, v.Unread) + unreadableText(s, v.Unreadable))
	x.assumed(v.Notes)
	x.line("")
	x.body()
	x.leftOutText()
	x.verdict()
	return s.print(w, x.b.String())
}

// simulationsText writes what they have in common, then each: in full where
// something broke. The last lines say how each came out.
func simulationsText(w io.Writer, v *published.Simulations, s Screen) error {
	var b strings.Builder
	shared := sharedNotes(v)
	for i := range v.Simulations {
		x := simulationWriter{Simulation: &v.Simulations[i], s: s, rows: fewRows}
		if i == 0 {
			x.line(s.paint(strong, s.fill(0, mayDo(x.Platforms))))
			x.b.WriteString(unreadText(s, x.Unread) + unreadableText(s, x.Unreadable))
			x.assumed(shared)
			x.line("")
		}
		x.head()
		for _, n := range x.Notes {
			if !slices.Contains(shared, n) {
				x.line(s.paint(faint, s.hang(2, "-", 2, n)))
			}
		}
		x.line("")
		if x.below() > 0 || len(x.Events) > 0 {
			x.body()
		} else {
			x.summary()
		}
		x.leftOutText()
		b.WriteString(x.b.String())
	}
	for i := range v.Simulations {
		x := simulationWriter{Simulation: &v.Simulations[i], s: s}
		b.WriteString(x.outcome() + "\n")
	}
	return s.print(w, b.String())
}

// mayDo is the title of what providers may do on their platforms.
func mayDo(platforms []published.Offering) string {
	var providers []string
	for _, o := range platforms {
		if !slices.Contains(providers, o.Provider) {
			providers = append(providers, o.Provider)
		}
	}
	return "What " + words.And(providers) + " may do to your nodes on " + titles(platforms)
}

func titles(platforms []published.Offering) string {
	all := make([]string, len(platforms))
	for i, o := range platforms {
		all[i] = o.Title
	}
	return words.And(all)
}

// sharedNotes are the notes that all of them have.
func sharedNotes(v *published.Simulations) []string {
	if len(v.Simulations) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Simulations[0].Notes), func(n string) bool {
		return slices.ContainsFunc(v.Simulations, func(x published.Simulation) bool { return !slices.Contains(x.Notes, n) })
	})
}

// simulationWriter is a text on its way. Rows is how many workloads are listed,
// drawn and told beside those that broke.
type simulationWriter struct {
	*published.Simulation
	s    Screen
	b    strings.Builder
	rows int
}

func (x *simulationWriter) line(words string) { x.b.WriteString(words + "\n") }

// body is what happened.
func (x *simulationWriter) body() {
	x.summary()
	x.drawing()
	x.chains()
	x.further()
	x.log()
}

// outcome is how a scenario came out, in a line.
func (x *simulationWriter) outcome() string {
	says := x.Scenario
	if n := x.below(); n > 0 {
		says += ": " + words.Count(n, "workload") + " below the floor"
	}
	if x.Nodes.Unpatched.Max > 0 {
		says += fmt.Sprintf("; %s of %s nodes not replaced by the end", number(x.Nodes.Unpatched), number(x.Nodes.Asked))
	}
	return x.s.hang(0, x.s.verdict(x.Standing()), 8, says)
}

func (s Screen) verdict(v finding.Verdict) string {
	switch v {
	case finding.Broken:
		return s.paint(bad, string(v))
	case finding.Unknown, published.NotProven:
		return s.paint(warn, string(v))
	}
	return s.paint(good, string(v)) + "  " // as wide as broken
}

// head says what is played.
func (x *simulationWriter) head() {
	s := x.s
	x.line(s.paint(strong, s.fill(0, x.Scenario+", on "+titles(x.Platforms))))
	if x.About != "" {
		x.line(s.paint(faint, s.fill(2, x.About)))
	}
	for _, t := range x.Triggers {
		at := ""
		if t.AtSeconds > 0 {
			at = "after " + words.Seconds(t.AtSeconds) + ": "
		}
		x.line(s.fill(2, at+t.Words))
	}
	runs := fmt.Sprintf("1 run, seed %d", x.Seed)
	if x.Runs > 1 {
		runs = fmt.Sprintf("%d runs, seeds %d to %d", x.Runs, x.Seed, x.Seed+int64(x.Runs)-1)
	}
	x.line(s.paint(faint, s.fill(2, fmt.Sprintf("%s from %s UTC on; %s.", words.Seconds(x.HorizonSeconds),
		x.time(0).Format("2006-01-02 15:04:05"), runs))))
}

// time is the clock so many seconds after the start.
func (x *simulationWriter) time(seconds float64) time.Time {
	start, err := time.Parse(time.RFC3339Nano, x.Start)
	if err != nil { // a value that onus did not make
		start = time.Time{}
	}
	return start.UTC().Add(time.Duration(seconds * float64(time.Second)))
}

// clock is the time of day, with the day where there are several.
func (x *simulationWriter) clock(seconds float64) string {
	layout := time.TimeOnly
	if x.severalDays() {
		layout = "Jan _2 15:04:05"
	}
	return x.time(seconds).Format(layout)
}

func (x *simulationWriter) severalDays() bool {
	return x.time(0).Format(time.DateOnly) != x.time(x.Story.UntilSeconds).Format(time.DateOnly)
}

// assumed says what the input does not tell.
func (x *simulationWriter) assumed(notes []string) {
	s := x.s
	x.line(s.paint(faint, s.fill(2, fmt.Sprintf("Assumed: a node is Ready %s after it was asked for, a pod %s after it got a node; "+
		"a pod stops within %s.",
		words.Seconds(x.Timings.NodeReady), words.Seconds(x.Timings.PodReady), words.Seconds(x.Timings.PodStop)))))
	for _, n := range notes {
		x.line(s.paint(faint, s.hang(2, "-", 2, n)))
	}
}

// summary says how each workload fared, and what became of nodes and pods.
func (x *simulationWriter) summary() {
	s := x.s
	still, more, shown := 0, 0, 0
	var short []string // lost nothing, and had not all
	for _, i := range x.WorstFirst() {
		w := &x.Workloads[i]
		switch {
		case w.MinReadyAtSeconds == nil && w.Serving == nil && w.BrokenRuns == 0:
			if w.MinReady.Max < float64(w.Replicas) {
				short = append(short, fmt.Sprintf("%s (%s of %d ready all along)", w.Title, number(w.MinReady), w.Replicas))
			} else {
				still++
			}
			continue
		case w.BrokenRuns == 0 && shown >= x.rows:
			more++
			continue
		}
		shown++
		x.line(s.hang(0, s.verdict(w.Standing())+"  "+s.paint(strong, w.Title), 8, s.paint(faint, w.Kind)+" "+x.fared(w)))
	}
	if more > 0 {
		x.line(s.fill(8, words.Count(more, "more workload")+" lost pods and stayed at or above the floor."))
	}
	if still > 0 {
		x.line(s.fill(8, words.Count(still, "workload")+" kept all pods ready."))
	}
	if len(short) > 0 {
		x.line(s.fill(8, words.Count(len(short), "workload")+" lost no pod: "+words.Few(short)+"."))
	}
	x.stayText()
	x.rolloutText()
	x.line("\n" + s.fill(0, x.becameOf()))
	x.waitText()
	x.line("")
}

// waitText says which pods no node takes at the end, those of a workload together where the
// same keeps them.
func (x *simulationWriter) waitText() {
	type alike struct {
		workload published.Ref
		why      string
	}
	first, also := map[alike]string{}, map[alike]int{}
	var order []alike
	for i := range x.Waiting {
		w := &x.Waiting[i]
		key := alike{w.Workload, w.Why}
		if _, known := first[key]; known {
			also[key]++
			continue
		}
		first[key] = w.Pod
		order = append(order, key)
	}
	for _, key := range order[:min(len(order), fewRows)] {
		says := "no node takes pod " + first[key]
		if n := also[key]; n > 0 {
			says += fmt.Sprintf(", nor %d more of %s", n, key.workload.Name)
		}
		x.line(x.s.hang(2, "-", 2, says+": "+key.why))
	}
}

// fared says how a workload did over the runs.
func (x *simulationWriter) fared(w *published.SimulatedWorkload) string {
	says := fmt.Sprintf("%s of %d ready at worst, floor %d", number(w.Least()), w.Replicas, w.Floor)
	if w.BrokenRuns > 0 {
		says += fmt.Sprintf("; below it for %s in %d of %s", spreadOfSeconds(w.BelowFloorSeconds), w.BrokenRuns, words.Count(x.Runs, "run"))
	}
	if w.Serving != nil && w.Serving.Min != w.MinReady {
		says += fmt.Sprintf("; the API server counts %s: pods of deleted nodes stay Ready until garbage collection", number(w.MinReady))
	}
	return says
}

// becameOf says what became of nodes and pods.
func (x *simulationWriter) becameOf() string {
	n, p := &x.Nodes, &x.Pods
	says := fmt.Sprintf("Nodes: %s drained (%s at once), %s gone", number(n.Drained), number(n.MaxConcurrentlyDraining), number(n.Gone))
	if n.Forced.Max > 0 {
		says += fmt.Sprintf(", %s forced at the deadline", number(n.Forced))
	}
	if n.Unpatched.Max > 0 {
		says += fmt.Sprintf(", %s of %s not replaced by the end", number(n.Unpatched), number(n.Asked))
	}
	says += fmt.Sprintf(". Pods: %s evicted, %s evictions refused", number(p.Evicted), number(p.EvictionsRefused))
	if p.Forced.Max > 0 {
		says += fmt.Sprintf(", %s force-deleted, bypassing PDBs", number(p.Forced))
	}
	if p.Pending.Max > 0 {
		says += fmt.Sprintf(", %s without a node at the end", number(p.Pending))
	}
	return says + "."
}

// number is a spread of counts in as few words as it takes: 6, or 4 to 6.
func number(s published.Spread) string {
	decimal := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	if s.Min == s.Max {
		return decimal(s.Min)
	}
	return decimal(s.Min) + " to " + decimal(s.Max)
}

// spreadOfSeconds is a spread of durations: 38 s, 30 s to 45 s, up to 45 s.
func spreadOfSeconds(s published.Spread) string {
	least, most := words.Seconds(s.Min), words.Seconds(s.Max)
	switch {
	case least == most:
		return least
	case s.Min == 0:
		return "up to " + most
	}
	return least + " to " + most
}

// chains tell how the workloads got to their worst moments, in full where that
// is below the floor.
func (x *simulationWriter) chains() {
	s := x.s
	full, short, left := 0, 0, 0
	for _, i := range x.WorstFirst() {
		w := &x.Workloads[i]
		if w.Worst == nil {
			continue
		}
		if w.Worst.Ready >= w.Floor {
			if short++; short > x.rows {
				left++
				continue
			}
			x.line(s.hang(0, s.paint(strong, w.Title), 2, x.inShort(w)))
			continue
		}
		if full++; full > mostRows {
			left++
			continue
		}
		x.line(s.hang(0, s.paint(strong, w.Title)+" ", 2, s.paint(bad, fmt.Sprintf("%d of %d ready", w.Worst.Ready, w.Replicas))))
		for _, l := range w.Worst.Chain {
			at := x.clock(l.AtSeconds)
			x.line(s.hang(2, s.paint(faint, at), len(at)+2, l.Text))
		}
		x.line("")
	}
	if left > 0 {
		x.line(s.fill(0, words.Count(left, "more workload")+" went down, too; -o json has each one."))
	}
	if short > 0 {
		x.line("")
	}
}

// inShort is a chain in one sentence: how the pods went, and when they were back.
func (x *simulationWriter) inShort(w *published.SimulatedWorkload) string {
	var went []string
	back := ""
	for _, l := range w.Worst.Chain {
		switch l.Part {
		case published.PodsWent:
			went = append(went, l.Text)
		case published.CameBack:
			back = l.Text + " at " + x.clock(l.AtSeconds)
		}
	}
	says := fmt.Sprintf("%d of %d ready at %s", w.Worst.Ready, w.Replicas, x.clock(w.Worst.AtSeconds))
	if len(went) > 0 {
		says += ": " + strings.Join(went, "; ")
	}
	return says + "; " + back + "."
}

// log is every event, each with the number of that which led to it.
func (x *simulationWriter) log() {
	if len(x.Events) == 0 {
		return
	}
	x.line(x.s.paint(strong, "Every event of that run"))
	for i := range x.Events {
		e := &x.Events[i]
		var says []string
		for _, part := range []string{strings.ReplaceAll(e.Kind, "-", " "), e.Workload, e.Pod, e.Node} {
			if part != "" {
				says = append(says, part)
			}
		}
		if e.Ready != nil {
			says = append(says, fmt.Sprintf("(%d ready)", *e.Ready))
		}
		if e.Detail != "" {
			says = append(says, "- "+e.Detail)
		}
		if e.Cause != nil {
			says = append(says, fmt.Sprintf("[by %d]", *e.Cause))
		}
		x.line(x.s.hang(2, fmt.Sprintf("%5d %s", i, x.clock(e.AtSeconds)), 16, strings.Join(says, " ")))
	}
	x.line("")
}

// verdict is the last line.
func (x *simulationWriter) verdict() {
	parts := []string{painted(x.s, bad, x.Count(finding.Broken), string(finding.Broken))}
	for _, standing := range []finding.Verdict{finding.Unknown, published.NotProven} {
		if n := x.Count(standing); n > 0 {
			parts = append(parts, painted(x.s, warn, n, string(standing)))
		}
	}
	parts = append(parts, painted(x.s, good, x.Count(finding.Held), string(finding.Held)))
	if n := x.Pools(finding.Broken); n > 0 {
		parts = append(parts, x.s.paint(bad, words.Count(n, "node pool")+" that cannot be replaced"))
	}
	if n := x.Releases(finding.Broken); n > 0 {
		parts = append(parts, x.s.paint(bad, words.Count(n, "release")+" that does not get through"))
	}
	refused := x.Refused()
	strange := x.Unrecognised()
	if n := x.Pools(finding.Unknown) - refused - strange; n > 0 && len(x.Unread) == 0 {
		late := 0
		for i := range x.Finish {
			late += min(x.Finish[i].Left.Max, 1)
		}
		if late = min(late, n); late > 0 {
			parts = append(parts, x.s.paint(warn, words.Count(late, "node pool")+" not replaced in time"))
		}
		if n > late {
			parts = append(parts, x.s.paint(warn, words.Count(n-late, "node pool")+" of which nodes may stay"))
		}
	}
	if strange > 0 {
		parts = append(parts, x.s.paint(warn, words.Count(strange, "node pool")+" of which nothing tells how its nodes go"))
	}
	if refused > 0 {
		parts = append(parts, x.s.paint(warn, words.Count(refused, "node pool")+" that a webhook may keep"))
	}
	x.line(x.s.wrap(0, strings.Join(parts, ", ")))
}

// leftOutText counts what a filter left out.
func (x *simulationWriter) leftOutText() {
	n := x.LeftOut
	if n == nil || x.Filter == nil || *n == (published.SimulatedLeftOut{}) {
		return
	}
	said := "Left out by " + words.And(filterFlags(x.Filter)) + ": " + words.Count(n.Held+n.Broken+n.Unknown, "workload")
	if n.Broken > 0 {
		said += fmt.Sprintf(", of which %d below the floor", n.Broken)
	}
	if n.Pools > 0 {
		said += "; " + words.Count(n.Pools, "node pool") + " that other pods hold"
	}
	x.line(x.s.paint(faint, x.s.fill(0, said+".")))
}

// below counts the workloads that fell below their floors.
func (x *simulationWriter) below() int {
	n := 0
	for i := range x.Workloads {
		if x.Workloads[i].BrokenRuns > 0 {
			n++
		}
	}
	return n
}
