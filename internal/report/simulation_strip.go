package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
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

// timeline divides the story into columns.
type timeline struct {
	from, until time.Duration
	columns     int
}

func (v *Simulation) timeline(columns int) timeline {
	from, until := v.story.Span()
	return timeline{from, until, columns}
}

// column is the one that a time is in.
func (t timeline) column(at time.Duration) int {
	if at <= t.from {
		return 0
	}
	return min(t.columns-1, int(float64(at-t.from)/float64(t.until-t.from)*float64(t.columns)))
}

// begins is when a column begins.
func (t timeline) begins(column int) time.Duration {
	return t.from + time.Duration(float64(t.until-t.from)*float64(column)/float64(t.columns))
}

// readyStrip shows how many pods of a workload are ready, each column the
// fewest within it: the height is the share of its replicas, and x is below
// the floor.
func (v *Simulation) readyStrip(t timeline, workload int) []tile {
	w := &v.played.Workloads[workload]
	least := make([]int, t.columns)
	ready, at := w.Ready, 0
	least[0] = ready
	for _, e := range v.worst[workload].Events {
		ev := &v.played.Story.Events[e]
		if ev.Kind == simulate.RolledOut || ev.Kind == simulate.Scaled {
			continue // they carry what they led to
		}
		for c := t.column(ev.At); at < c; {
			at++
			least[at] = ready
		}
		ready = int(ev.Ready)
		least[at] = min(least[at], ready)
	}
	for at++; at < t.columns; at++ {
		least[at] = ready
	}
	cells := make([]tile, t.columns)
	for i, n := range least {
		cells[i] = readyCell(n, w)
	}
	return cells
}

func readyCell(ready int, w *simulate.Watched) tile {
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

// nodeLook is what a node looks like in a column.
type nodeLook uint8

// What a node may look like; where it does several things within one column
// the last of these is shown.
const (
	nodeAway nodeLook = iota
	nodeStands
	nodeStarts
	nodeChosen
	nodeStays // although it was to go
	nodeDrains
)

var nodeCells = map[nodeLook]tile{
	nodeAway: {' ', nil}, nodeStands: {'━', nil}, nodeStarts: {'░', faint}, nodeChosen: {'─', warn}, nodeStays: {'x', bad}, nodeDrains: {'▓', warn},
}

// looks are what nodes look like from some events on.
var looks = map[simulate.EventKind]nodeLook{
	simulate.Chosen: nodeChosen, simulate.NodeAsked: nodeStarts, simulate.NodeReady: nodeStands, simulate.DrainBegan: nodeDrains,
	simulate.NodeGone: nodeAway, simulate.NodeGivenUp: nodeStays,
}

// nodeStory is when a node changed its look.
type nodeStory struct {
	name  string
	first time.Duration
	looks []nodeChange
}

type nodeChange struct {
	at   time.Duration
	look nodeLook
}

// nodeStories are those of the nodes to which something happened.
func (v *Simulation) nodeStories() []nodeStory {
	story := &v.played.Story
	all := make([]nodeStory, len(story.Names.Nodes))
	for i := range all {
		all[i] = nodeStory{name: story.Names.Nodes[i], first: -1}
	}
	for i := range story.Events {
		ev := &story.Events[i]
		if ev.Node < 0 {
			continue
		}
		n := &all[ev.Node]
		change := func(look nodeLook) {
			if n.first < 0 {
				n.first = ev.At
				if ev.Kind != simulate.NodeAsked {
					n.looks = append(n.looks, nodeChange{0, nodeStands})
				}
			}
			n.looks = append(n.looks, nodeChange{ev.At, look})
		}
		if look, ok := looks[ev.Kind]; ok {
			change(look)
		}
	}
	all = slices.DeleteFunc(all, func(n nodeStory) bool { return n.first < 0 })
	slices.SortStableFunc(all, func(a, b nodeStory) int { return cmp.Compare(a.first, b.first) })
	return all
}

// strip is the row of one node.
func (n nodeStory) strip(t timeline) []tile {
	cells := make([]tile, t.columns)
	n.over(t, func(column int, look nodeLook) { cells[column] = nodeCells[look] })
	return cells
}

// over goes over the columns with what the node looks like in each.
func (n nodeStory) over(t timeline, f func(column int, look nodeLook)) {
	look, next := nodeAway, 0
	for c := range t.columns {
		shown := look
		for ; next < len(n.looks) && t.column(n.looks[next].at) <= c; next++ {
			look = n.looks[next].look
			shown = max(shown, look)
		}
		if shown == nodeStands && look == nodeAway { // it is gone, and was seen to be
			shown = nodeAway
		}
		f(c, shown)
	}
}

// mostNodes is how many nodes have a row each.
const mostNodes = 20

// nodeStrips are a row a node, or of many nodes a row for each thing that they do.
func (v *Simulation) nodeStrips(t timeline) []strip {
	stories := v.nodeStories()
	var rows []strip
	if len(stories) <= 2*mostNodes {
		for _, n := range stories {
			rows = append(rows, strip{n.name, n.strip(t)})
		}
		return rows
	}
	draining, starting := v.most(t, nodeDrains), v.most(t, nodeStarts)
	return []strip{
		{fmt.Sprintf("draining, to %d", slices.Max(draining)), heights(draining, warn)},
		{fmt.Sprintf("starting, to %d", slices.Max(starting)), heights(starting, faint)},
	}
}

// most is how many nodes at the most looked so at once, within each column.
func (v *Simulation) most(t timeline, look nodeLook) []int {
	most := make([]int, t.columns)
	now, at := 0, 0
	is := map[int32]bool{}
	for i := range v.played.Story.Events {
		ev := &v.played.Story.Events[i]
		to, changes := looks[ev.Kind]
		if !changes || is[ev.Node] == (to == look) {
			continue
		}
		for c := t.column(ev.At); at < c; {
			at++
			most[at] = now
		}
		if is[ev.Node] = to == look; is[ev.Node] {
			now++
		} else {
			now--
		}
		most[at] = max(most[at], now)
	}
	for at++; at < t.columns; at++ {
		most[at] = now
	}
	return most
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

// windowStrips show when nodes may be taken: of pools whose node budgets have
// a schedule, and of the maintenance window of the scenario.
func (v *Simulation) windowStrips(t timeline) []strip {
	s := &v.played.Simulation.Scenario
	open := func(label string, is func(time.Time) bool) strip {
		row := strip{label: label}
		for c := range t.columns {
			if is(s.Start.Add((t.begins(c) + t.begins(c+1)) / 2)) {
				row.cells = append(row.cells, tile{'▀', good})
			} else {
				row.cells = append(row.cells, tile{'·', faint})
			}
		}
		return row
	}
	var rows []strip
	if v.played.budgeted() {
		for i := range v.played.Estate.Pools {
			p := &v.played.Estate.Pools[i]
			if !slices.ContainsFunc(p.Budgets, func(b kubernetes.NodeBudget) bool { return b.Schedule != "" }) {
				continue
			}
			budgets := disruption.ParseNodeBudgets(p.NodeBudgets())
			rows = append(rows, open("window of "+p.Name, func(now time.Time) bool { return budgets.Allowed(now, 100, disruption.Drifted) > 0 }))
		}
	}
	if windowed(s.Window) {
		rows = append(rows, open("maintenance window", func(now time.Time) bool { return s.Window.Contains(now, false) }))
	}
	return rows
}

// axis is the row of times under a timeline.
func (v *Simulation) axis(t timeline) string {
	layout := "15:04:05"
	switch {
	case t.until-t.from > 4*24*time.Hour:
		layout = "Jan 2"
	case v.story.SeveralDays():
		layout = "Jan 2 15:04"
	}
	start := v.played.Simulation.Scenario.Start.UTC()
	every := max(len(layout)+3, t.columns/4)
	row := []rune(strings.Repeat(" ", t.columns))
	for c := 0; c+len(layout)+1 <= t.columns; c += every {
		for i, r := range "|" + start.Add(t.begins(c)).Format(layout) {
			row[c+i] = r
		}
	}
	return strings.TrimRight(string(row), " ")
}

// shortened cuts the middle out of a name that is too wide.
func shortened(name string, width int) string {
	runes := []rune(name)
	if text.StringWidthWithoutEscSequences(name) <= width || len(runes) <= width {
		return name
	}
	head := (width - 1) / 2
	return string(runes[:head]) + "…" + string(runes[len(runes)-(width-1-head):])
}
