package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// strip is a row of a timeline: what stands before it, and one tile a column.
type strip struct {
	label string
	cells []tile
}

type tile struct {
	glyph  rune
	colour text.Colors
}

// timeline divides the story into columns. Times are seconds after the start.
type timeline struct {
	from, until float64
	columns     int
}

// column is the one that a time is in.
func (t timeline) column(at float64) int {
	if at <= t.from || t.until <= t.from {
		return 0
	}
	return min(t.columns-1, int((at-t.from)/(t.until-t.from)*float64(t.columns)))
}

// begins is when a column begins.
func (t timeline) begins(column int) float64 {
	return t.from + (t.until-t.from)*float64(column)/float64(t.columns)
}

// extremes goes over a number that changes in steps and keeps, for each column,
// the one that pick picks of those within it.
func (t timeline) extremes(start int, steps []published.Step, pick func(a, b int) int) []int {
	kept := make([]int, t.columns)
	now, at := start, 0
	kept[0] = now
	for _, step := range steps {
		for c := t.column(step.AtSeconds); at < c; {
			at++
			kept[at] = now
		}
		now = step.Number
		kept[at] = pick(kept[at], now)
	}
	for at++; at < t.columns; at++ {
		kept[at] = now
	}
	return kept
}

func least(a, b int) int { return min(a, b) }
func most(a, b int) int  { return max(a, b) }

// readyStrip shows how many pods of a workload are ready, each column the
// fewest within it: the height is the share of its replicas, and x is below
// the floor.
func (x *simulationWriter) readyStrip(t timeline, line *published.ReadyLine) strip {
	w := &x.Workloads[line.Workload]
	row := strip{label: w.Title}
	for _, n := range t.extremes(line.Start, line.Steps, least) {
		row.cells = append(row.cells, readyTile(n, w))
	}
	return row
}

func readyTile(ready int, w *published.SimulatedWorkload) tile {
	const heights = "▁▂▃▄▅▆▇█"
	levels := []rune(heights)
	switch {
	case ready < w.Floor:
		return tile{'x', bad}
	case ready >= w.Replicas:
		return tile{levels[7], good}
	}
	return tile{levels[min(6, ready*8/max(1, w.Replicas))], warn}
}

// nodeLooks are what nodes look like. Where one does several things within one
// column the last of these is shown.
var nodeLooks = []struct {
	state published.NodeState
	tile  tile
}{
	{published.NodeAway, tile{' ', nil}}, {published.NodeInUse, tile{'━', nil}}, {published.NodeStarting, tile{'░', faint}},
	{published.NodeChosen, tile{'─', warn}}, {published.NodeKept, tile{'x', bad}}, {published.NodeDraining, tile{'▓', warn}},
}

// lookOf is the index of a state in nodeLooks.
func lookOf(state published.NodeState) int {
	for i := range nodeLooks {
		if nodeLooks[i].state == state {
			return i
		}
	}
	return 0
}

// nodeStrip is the row of one node.
func nodeStrip(t timeline, n *published.NodeLine) strip {
	row := strip{label: n.Name}
	away, inUse := lookOf(published.NodeAway), lookOf(published.NodeInUse)
	look, next := away, 0
	for c := range t.columns {
		shown := look
		for ; next < len(n.Changes) && t.column(n.Changes[next].AtSeconds) <= c; next++ {
			look = lookOf(n.Changes[next].State)
			shown = max(shown, look)
		}
		if shown == inUse && look == away { // it is gone, and was seen to be
			shown = away
		}
		row.cells = append(row.cells, nodeLooks[shown].tile)
	}
	return row
}

// nodeStrips are a row a node, or of many nodes a row for each thing that they do.
func (x *simulationWriter) nodeStrips(t timeline) []strip {
	var rows []strip
	for i := range x.Story.Nodes {
		rows = append(rows, nodeStrip(t, &x.Story.Nodes[i]))
	}
	for _, line := range x.Story.NodeCounts {
		numbers := t.extremes(0, line.Steps, most)
		rows = append(rows, strip{fmt.Sprintf("%s, to %d", line.State, slices.Max(numbers)),
			heights(numbers, nodeLooks[lookOf(line.State)].tile.colour)})
	}
	return rows
}

// heights draws numbers by their share of the largest.
func heights(numbers []int, colour text.Colors) []tile {
	levels := []rune(" ▁▂▃▄▅▆▇█")
	most := max(1, slices.Max(numbers))
	cells := make([]tile, len(numbers))
	for i, n := range numbers {
		cells[i] = tile{levels[(n*8+most-1)/most], colour}
	}
	return cells
}

// windowStrip shows when nodes may be replaced.
func windowStrip(t timeline, line *published.WindowLine) strip {
	row := strip{label: "maintenance window"}
	if line.Pool != "" {
		row.label = "window of " + line.Pool
	}
	for c := range t.columns {
		middle := (t.begins(c) + t.begins(c+1)) / 2
		if slices.ContainsFunc(line.Open, func(i published.Interval) bool { return i.FromSeconds <= middle && middle < i.UntilSeconds }) {
			row.cells = append(row.cells, tile{'▀', good})
		} else {
			row.cells = append(row.cells, tile{'·', faint})
		}
	}
	return row
}

// widestTimeline is how many columns a timeline has at the most: wider screens
// leave the rest empty.
const widestTimeline = 400

// drawing is the story along its time.
func (x *simulationWriter) drawing() {
	s, story := x.s, &x.Story
	label := max(1, min(26, s.Width/3))
	t := timeline{story.FromSeconds, story.UntilSeconds, min(widestTimeline, max(1, s.Width-label-1))}
	var windows, ready []strip
	for i := range story.Windows {
		windows = append(windows, windowStrip(t, &story.Windows[i]))
	}
	for i := range story.Ready[:min(len(story.Ready), max(x.rows, x.below()))] {
		ready = append(ready, x.readyStrip(t, &story.Ready[i]))
	}
	nodes := x.nodeStrips(t)
	if len(ready)+len(nodes) == 0 {
		x.nothingHappened()
		return
	}
	which := "The run"
	if x.Runs > 1 {
		which = "The worst run"
	}
	column := words.Duration(time.Duration((t.until - t.from) / float64(t.columns) * float64(time.Second)))
	x.line(s.paint(strong, s.fill(0, fmt.Sprintf("%s (seed %d), a column is %s", which, story.Seed, column))))
	for _, row := range slices.Concat(windows, ready, nodes) {
		x.line(row.text(s, label))
	}
	if axis := x.axis(t); axis != "" {
		x.line(strings.Repeat(" ", label+1) + s.paint(faint, axis))
	}
	x.line(s.paint(faint, s.fill(0, x.legend(len(windows) > 0, len(ready) > 0))))
	for _, says := range x.givenUp() {
		x.line(s.fill(0, says))
	}
	if story.Untouched > 0 {
		x.line(s.paint(faint, s.fill(0, "Not shown: "+words.Count(story.Untouched, "node")+" to which nothing happened.")))
	}
	x.line("")
}

// legend says what the marks mean that are drawn.
func (x *simulationWriter) legend(windows, ready bool) string {
	var legend []string
	if windows {
		legend = append(legend, "▀ open, · closed")
	}
	if ready {
		legend = append(legend, "▁ to █ share of pods ready, x below the floor")
	}
	if len(x.Story.Nodes) > 0 {
		legend = append(legend, "━ in use, ─ chosen, ▓ draining, ░ starting")
		if len(x.Story.GivenUp) > 0 {
			legend = append(legend, "x given up")
		}
	}
	return strings.Join(legend, "; ")
}

// nothingHappened says so, and why where that is known.
func (x *simulationWriter) nothingHappened() {
	says := "No node was drained and no pod was lost."
	if pools := x.Story.ClosedPools; len(pools) > 0 {
		says += " The node budgets of pool " + strings.Join(pools, ", ") + " let none go in that time."
	}
	x.line(x.s.fill(0, says))
	if p := x.Story.PassedOver; p != nil {
		x.line(x.s.fill(0, fmt.Sprintf("Passed over: %s (%s): %s.", words.Count(len(p.Nodes), "node"), words.Few(p.Nodes), p.Why)))
	}
	x.line("")
}

// givenUp says which nodes stay although they were to go, and whether the
// provider went on after that.
func (x *simulationWriter) givenUp() []string {
	var all []string
	if len(x.Story.GivenUp) > 0 {
		all = append(all, "Given up at the deadline, with pods on them: "+words.Few(x.Story.GivenUp)+".")
	}
	for _, at := range x.Story.Stopped {
		all = append(all, "At "+x.clock(at)+" it stops: no further node is begun.")
	}
	return all
}

// axis is the row of times under a timeline.
func (x *simulationWriter) axis(t timeline) string {
	layout := "15:04:05"
	switch {
	case t.until-t.from > (4 * 24 * time.Hour).Seconds():
		layout = "Jan 2"
	case x.severalDays():
		layout = "Jan 2 15:04"
	}
	every := max(len(layout)+3, t.columns/4)
	row := []rune(strings.Repeat(" ", t.columns))
	for c := 0; c+len(layout)+2 <= t.columns; c += every {
		for i, r := range "|" + x.time(t.begins(c)).Format(layout) {
			row[c+i] = r
		}
	}
	return strings.TrimRight(string(row), " ")
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
	return strings.TrimRight(b.String(), " ")
}

// shortened cuts the middle out of a name that is too wide.
func shortened(name string, width int) string {
	runes := []rune(name)
	if text.StringWidthWithoutEscSequences(name) <= width || len(runes) <= width {
		return name
	}
	head := max(0, (width-1)/2)
	return string(runes[:head]) + "…" + string(runes[len(runes)-max(0, width-1-head):])
}
