package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/story"
	"github.com/onus-project/onus/internal/words"
)

// Text writes the simulation for a person: what was played, how each workload
// fared, the worst run drawn along its time, and for each workload that fell
// the chain of causes.
func (v Simulation) Text(w io.Writer, s Screen) error {
	var b strings.Builder
	v.head(&b, s)
	b.WriteString(unreadText(s, v.Unread))
	v.assumed(&b, s, v.Notes)
	b.WriteByte('\n')
	v.body(&b, s, mostRows)
	v.verdict(&b, s)
	_, err := io.WriteString(w, s.Printable(b.String()))
	return err
}

// Text writes what they have in common, then each: in full where something
// broke. The last lines say how each came out.
func (v Simulations) Text(w io.Writer, s Screen) error {
	var b strings.Builder
	if len(v.Simulations) > 0 {
		first := &v.Simulations[0]
		fmt.Fprintln(&b, s.paint(strong, s.fill(0, "What the contract of "+first.titles()+" has in store")))
		b.WriteString(unreadText(s, first.Unread))
		first.assumed(&b, s, v.shared())
		b.WriteByte('\n')
	}
	for i := range v.Simulations {
		x := &v.Simulations[i]
		x.head(&b, s)
		for _, n := range x.Notes {
			if !slices.Contains(v.shared(), n) {
				fmt.Fprintln(&b, s.paint(faint, s.hang(2, "-", 2, n)))
			}
		}
		b.WriteByte('\n')
		if x.below() > 0 || len(x.Events) > 0 {
			x.body(&b, s, fewRows)
		} else {
			x.summary(&b, s, fewRows)
		}
	}
	for i := range v.Simulations {
		x := &v.Simulations[i]
		said := x.Scenario
		if n := x.below(); n > 0 {
			said += ": " + words.Count(n, "workload") + " below the floor"
		}
		if x.Nodes.Unpatched.Max > 0 {
			said += fmt.Sprintf("; %s of %s nodes not replaced by the end", x.Nodes.Unpatched, x.Nodes.Asked)
		}
		fmt.Fprintln(&b, s.hang(0, s.verdict(x.standing()), 8, said))
	}
	_, err := io.WriteString(w, s.Printable(b.String()))
	return err
}

// shared are the notes that all of them have.
func (v Simulations) shared() []string {
	return slices.DeleteFunc(slices.Clone(v.Simulations[0].Notes), func(n string) bool {
		return slices.ContainsFunc(v.Simulations, func(x Simulation) bool { return !slices.Contains(x.Notes, n) })
	})
}

// body is what happened.
func (v *Simulation) body(b *strings.Builder, s Screen, rows int) {
	v.summary(b, s, rows)
	v.drawing(b, s, rows)
	v.chains(b, s, rows)
	v.further(b, s)
	v.log(b, s)
}

// notProven is said of what stayed up in the runs that were played, while
// nothing proves that it always does.
const notProven = "not proven"

func (s Screen) verdict(words string) string {
	switch words {
	case string(finding.Broken):
		return s.paint(bad, words)
	case string(finding.Unknown), notProven:
		return s.paint(warn, words)
	}
	return s.paint(good, "held") + "  " // as wide as broken
}

// standing is the verdict in text, which says held only of what is proved.
func (w *SimulatedWorkload) standing() string {
	if w.Verdict == string(finding.Held) && w.Proof == string(bound.Open) {
		return notProven
	}
	return w.Verdict
}

// standing is that of the workloads together.
func (v *Simulation) standing() string {
	if v.Verdict == string(finding.Held) && v.count(notProven) > 0 {
		return notProven
	}
	return v.Verdict
}

// count is how many workloads stand so.
func (v *Simulation) count(standing string) int {
	n := 0
	for i := range v.Workloads {
		if v.Workloads[i].standing() == standing {
			n++
		}
	}
	return n
}

func (v *Simulation) titles() string {
	titles := make([]string, len(v.played.Offerings))
	for i, o := range v.played.Offerings {
		titles[i] = o.Title
	}
	return words.And(titles)
}

// head says what is played.
func (v *Simulation) head(b *strings.Builder, s Screen) {
	fmt.Fprintln(b, s.paint(strong, s.fill(0, v.Scenario+", on "+v.titles())))
	if v.About != "" {
		fmt.Fprintln(b, s.paint(faint, s.fill(2, v.About)))
	}
	for _, t := range v.Triggers {
		at := ""
		if t.AtSeconds > 0 {
			at = "after " + words.Seconds(t.AtSeconds) + ": "
		}
		fmt.Fprintln(b, s.fill(2, at+t.Words))
	}
	start := v.played.Simulation.Scenario.Start.UTC()
	runs := "1 run, seed " + fmt.Sprint(v.Seed)
	if v.Runs > 1 {
		runs = fmt.Sprintf("%d runs, seeds %d to %d", v.Runs, v.Seed, v.Seed+int64(v.Runs)-1)
	}
	fmt.Fprintln(b, s.paint(faint, s.fill(2, fmt.Sprintf("%s from %s UTC on; %s.", words.Seconds(v.HorizonSeconds), start.Format("2006-01-02 15:04:05"), runs))))
}

// assumed says what nobody told.
func (v *Simulation) assumed(b *strings.Builder, s Screen, notes []string) {
	fmt.Fprintln(b, s.paint(faint, s.fill(2, fmt.Sprintf("Assumed: a node is Ready %s after it was asked for, a pod %s after it got a node; a pod stops within %s.",
		words.Seconds(v.Timings.NodeReady), words.Seconds(v.Timings.PodReady), words.Seconds(v.Timings.PodStop)))))
	for _, n := range notes {
		fmt.Fprintln(b, s.paint(faint, s.hang(2, "-", 2, n)))
	}
}

// order lists workloads, the worst first: broken ones, then by how close they
// came to their floor.
func (v *Simulation) order() []int {
	all := make([]int, len(v.Workloads))
	for i := range all {
		all[i] = i
	}
	slices.SortStableFunc(all, func(i, j int) int {
		a, b := &v.Workloads[i], &v.Workloads[j]
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.least().Min-float64(a.Floor), b.least().Min-float64(b.Floor)),
			cmp.Compare(b.fell(), a.fell()))
	})
	return all
}

// rank orders workloads by how they stand, the worst first.
func rank(w *SimulatedWorkload) int {
	return slices.Index([]string{string(finding.Broken), string(finding.Unknown), notProven, string(finding.Held)}, w.standing())
}

// fell is by how much the ready pods fell at the most.
func (w *SimulatedWorkload) fell() float64 { return float64(w.Replicas) - w.least().Min }

// How many workloads are listed that are not broken, and how many are drawn
// and told: of one scenario, and of each of several.
const (
	mostRows = 20
	fewRows  = 4
)

// summary says how each workload fared, and what became of nodes and pods.
func (v *Simulation) summary(b *strings.Builder, s Screen, rows int) {
	still, more := 0, 0
	shown := 0
	for _, i := range v.order() {
		w := &v.Workloads[i]
		switch {
		case w.MinReadyAtSeconds == nil && w.Serving == nil && w.BrokenRuns == 0:
			still++
			continue
		case w.BrokenRuns == 0 && shown >= rows:
			more++
			continue
		}
		shown++
		said := fmt.Sprintf("%s of %d ready at worst, floor %d", w.least(), w.Replicas, w.Floor)
		if w.BrokenRuns > 0 {
			said += "; below it for " + w.BelowFloorSeconds.inSeconds()
			if w.BrokenRuns < v.Runs {
				said += fmt.Sprintf(" in %d of %d runs", w.BrokenRuns, v.Runs)
			}
		}
		if w.Serving != nil && w.Serving.Min != w.MinReady {
			said += fmt.Sprintf("; the API server counts %s, for pods outlive their nodes in its books", w.MinReady)
		}
		fmt.Fprintln(b, s.hang(0, s.verdict(w.standing())+"  "+s.paint(strong, w.title)+" "+s.paint(faint, w.Kind), 8, said))
	}
	if more > 0 {
		fmt.Fprintln(b, s.fill(8, words.Count(more, "more workload")+" lost pods and stayed at or above the floor."))
	}
	if still > 0 {
		fmt.Fprintln(b, s.fill(8, words.Count(still, "workload")+" kept all pods ready."))
	}
	n, p := v.Nodes, v.Pods
	said := fmt.Sprintf("Nodes: %s drained (%s at once), %s gone", n.Drained, n.MaxConcurrentlyDraining, n.Gone)
	if n.Forced.Max > 0 {
		said += fmt.Sprintf(", %s forced at the deadline", n.Forced)
	}
	if n.Unpatched.Max > 0 {
		said += fmt.Sprintf(", %s of %s not replaced by the end", n.Unpatched, n.Asked)
	}
	said += fmt.Sprintf(". Pods: %s evicted, %s evictions refused", p.Evicted, p.EvictionsRefused)
	if p.Forced.Max > 0 {
		said += fmt.Sprintf(", %s deleted against their budget", p.Forced)
	}
	if p.Pending.Max > 0 {
		said += fmt.Sprintf(", %s without a node at the end", p.Pending)
	}
	fmt.Fprintf(b, "\n%s\n\n", s.fill(0, said+"."))
}

// drawing is the story along its time.
func (v *Simulation) drawing(b *strings.Builder, s Screen, rows int) {
	label := min(26, s.Width/3)
	t := v.timeline(s.Width - label - 1)
	var ready []strip
	for _, i := range v.order() {
		if _, fell := v.worst[i]; fell && len(ready) < max(rows, v.below()) && len(ready) < mostRows {
			ready = append(ready, strip{v.Workloads[i].title, v.readyStrip(t, i)})
		}
	}
	nodes, windows := v.nodeStrips(t), v.windowStrips(t)
	if len(ready)+len(nodes) == 0 {
		fmt.Fprintln(b, s.fill(0, "No node was drained and no pod was lost."+v.closed()))
		v.passedOver(b, s)
		b.WriteByte('\n')
		return
	}
	which := "The run"
	if v.Runs > 1 {
		which = "The worst run"
	}
	fmt.Fprintln(b, s.paint(strong, fmt.Sprintf("%s (seed %d), a column is %s", which, v.Story.Seed, words.Seconds((t.until-t.from).Seconds()/float64(t.columns)))))
	for _, part := range [][]strip{windows, ready, nodes} {
		for _, row := range part {
			b.WriteString(row.text(s, label))
		}
	}
	fmt.Fprintf(b, "%s%s\n", strings.Repeat(" ", label+1), s.paint(faint, v.axis(t)))
	var legend []string
	if len(windows) > 0 {
		legend = append(legend, "▀ open, · closed")
	}
	if len(ready) > 0 {
		legend = append(legend, "▁ to █ share of pods ready, x below the floor")
	}
	if len(nodes) > 0 && len(v.nodeStories()) <= 2*mostNodes {
		legend = append(legend, "━ in use, ─ chosen, ▓ draining, ░ starting")
		if slices.ContainsFunc(v.played.Story.Events, func(ev simulate.Event) bool { return ev.Kind == simulate.NodeGivenUp }) {
			legend = append(legend, "x given up")
		}
	}
	fmt.Fprintln(b, s.paint(faint, s.fill(0, strings.Join(legend, "; "))))
	for _, said := range v.givenUp() {
		fmt.Fprintln(b, s.fill(0, said))
	}
	if still := len(v.played.Nodes) - v.touched(); still > 0 {
		fmt.Fprintln(b, s.paint(faint, s.fill(0, "Not shown: "+words.Count(still, "node")+" to which nothing happened.")))
	}
	b.WriteByte('\n')
}

// touched counts the nodes of the start to which something happened.
func (v *Simulation) touched() int {
	seen := map[string]bool{}
	for _, n := range v.nodeStories() {
		seen[n.name] = true
	}
	count := 0
	for _, name := range v.played.Nodes {
		if seen[name] {
			count++
		}
	}
	return count
}

// closed says which pools let no node go at any time that was played.
func (v *Simulation) closed() string {
	if !v.played.budgeted() {
		return ""
	}
	start := v.played.Simulation.Scenario.Start
	var names []string
	for i := range v.played.Estate.Pools {
		p := &v.played.Estate.Pools[i]
		if p.Budgets == nil {
			continue
		}
		budgets := disruption.ParseNodeBudgets(p.NodeBudgets())
		ever := false
		for _, pattern := range budgets.Patterns(start, start.Add(v.played.Simulation.Scenario.Horizon)) {
			ever = ever || budgets.Allowed(pattern.At, len(v.played.Nodes), disruption.Drifted) > 0
		}
		if !ever {
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " The node budgets of pool " + strings.Join(names, ", ") + " let none go in that time."
}

// givenUp says which nodes stay although they were to go, and whether the
// provider went on after that.
func (v *Simulation) givenUp() []string {
	var names []string
	var all []string
	for i := range v.played.Story.Events {
		switch ev := &v.played.Story.Events[i]; ev.Kind {
		case simulate.NodeGivenUp:
			names = append(names, v.story.Node(ev.Node))
		case simulate.Stopped:
			all = append(all, "At "+v.story.Clock(ev.At)+" it stops: no further node is begun.")
		}
	}
	if len(names) > 0 {
		all = append([]string{"Given up at the deadline, with pods that no budget let go: " + words.Few(names) + "."}, all...)
	}
	return all
}

// passedOver says which nodes were looked at and left alone.
func (v *Simulation) passedOver(b *strings.Builder, s Screen) {
	var names []string
	why := ""
	for i := range v.played.Story.Events {
		if ev := &v.played.Story.Events[i]; ev.Kind == simulate.PassedOver {
			names, why = append(names, v.story.Node(ev.Node)), ev.Detail
		}
	}
	if len(names) > 0 {
		fmt.Fprintln(b, s.fill(0, fmt.Sprintf("Passed over: %s (%s): %s.", words.Count(len(names), "node"), words.Few(names), why)))
	}
}

func (r strip) text(s Screen, width int) string {
	label := shortened(r.label, width)
	var b strings.Builder
	b.WriteString(label + strings.Repeat(" ", max(0, width-text.StringWidthWithoutEscSequences(label))+1))
	for i := 0; i < len(r.cells); {
		j := i
		var run []rune
		for ; j < len(r.cells) && slices.Equal(r.cells[j].colour, r.cells[i].colour); j++ {
			run = append(run, r.cells[j].glyph)
		}
		b.WriteString(s.paint(r.cells[i].colour, string(run)))
		i = j
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// chains tell how the workloads got to their worst moments, in full where that
// is below the floor.
func (v *Simulation) chains(b *strings.Builder, s Screen, rows int) {
	told, short, left := 0, 0, 0
	for _, i := range v.order() {
		w := &v.Workloads[i]
		if w.Worst == nil {
			continue
		}
		if w.Worst.Ready >= w.Floor {
			if short++; short > rows {
				left++
				continue
			}
			fmt.Fprintln(b, s.hang(0, s.paint(strong, w.title), 2, v.inShort(w)))
			continue
		}
		if told++; told > mostRows {
			left++
			continue
		}
		fmt.Fprintln(b, s.paint(strong, w.title)+"  "+s.paint(bad, fmt.Sprintf("%d of %d ready", w.Worst.Ready, w.Replicas)))
		for _, l := range w.Worst.Chain {
			at := v.story.Clock(l.at)
			fmt.Fprintln(b, s.hang(2, s.paint(faint, at), len(at)+2, l.Text))
		}
		b.WriteByte('\n')
	}
	if left > 0 {
		fmt.Fprintln(b, s.fill(0, words.Count(left, "more workload")+" fell, too; -o json tells of each."))
	}
	if short > 0 {
		b.WriteByte('\n')
	}
}

// inShort is a chain in one sentence: how the pods went, and when they were back.
func (v *Simulation) inShort(w *SimulatedWorkload) string {
	var left []string
	back := ""
	for _, l := range w.Worst.Chain {
		switch l.part {
		case story.Left:
			left = append(left, l.Text)
		case story.Back:
			back = l.Text + " at " + v.story.Clock(l.at)
		}
	}
	words := fmt.Sprintf("%d of %d ready at %s", w.Worst.Ready, w.Replicas, v.story.Clock(w.Worst.at))
	if len(left) > 0 {
		words += ": " + strings.Join(left, "; ")
	}
	return words + "; " + back + "."
}

// log is every event, each with the number of that which led to it.
func (v *Simulation) log(b *strings.Builder, s Screen) {
	if len(v.Events) == 0 {
		return
	}
	fmt.Fprintln(b, s.paint(strong, "Every event of that run"))
	for i := range v.Events {
		x := &v.Events[i]
		var words []string
		for _, part := range []string{strings.ReplaceAll(x.Kind, "-", " "), x.Workload, x.Pod, x.Node} {
			if part != "" {
				words = append(words, part)
			}
		}
		if x.Ready != nil {
			words = append(words, fmt.Sprintf("(%d ready)", *x.Ready))
		}
		if x.Detail != "" {
			words = append(words, "- "+x.Detail)
		}
		if x.Cause != nil {
			words = append(words, fmt.Sprintf("[by %d]", *x.Cause))
		}
		fmt.Fprintln(b, s.hang(2, fmt.Sprintf("%5d %s", i, v.story.Clock(v.played.Story.Events[i].At)), 16, strings.Join(words, " ")))
	}
	b.WriteByte('\n')
}

// verdict is the last line.
func (v *Simulation) verdict(b *strings.Builder, s Screen) {
	parts := []string{painted(s, bad, v.count(string(finding.Broken)), string(finding.Broken))}
	for _, standing := range []string{string(finding.Unknown), notProven} {
		if n := v.count(standing); n > 0 {
			parts = append(parts, painted(s, warn, n, standing))
		}
	}
	fmt.Fprintln(b, strings.Join(append(parts, painted(s, good, v.count(string(finding.Held)), string(finding.Held))), ", "))
}

// below counts the workloads that fell below their floors.
func (v *Simulation) below() int {
	n := 0
	for i := range v.Workloads {
		if v.Workloads[i].BrokenRuns > 0 {
			n++
		}
	}
	return n
}
