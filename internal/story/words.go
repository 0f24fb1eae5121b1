package story

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/simulate"
)

// within is for how long something went on, where it took time.
func within(first, last time.Duration) string {
	if last-first < time.Second {
		return ""
	}
	return " within " + Roughly(last-first)
}

// Few names some of many.
func Few(names []string) string {
	const shown = 3
	if len(names) <= shown+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

// Trigger is one thing that a scenario does, in words.
func Trigger(t simulate.Trigger) string {
	name := t.Kind
	if t.Move != "" {
		name += " (" + t.Move + ")"
	}
	which := "every node"
	if t.Pool != "" {
		which = "every node of pool " + t.Pool
	}
	if t.Nodes != nil {
		which = "node " + strings.Join(t.Nodes, "")
		if len(t.Nodes) > 1 {
			which = "nodes " + Few(t.Nodes)
		}
	}
	switch t.Kind {
	case simulate.Rollout:
		return "rollout: " + t.Workload.String() + " gets a new revision"
	case simulate.Scale:
		return fmt.Sprintf("scale: %s goes to %d replicas", t.Workload, t.Replicas)
	case simulate.Expiry:
		if t.Nodes == nil {
			return name + ": " + which + ", as its age comes"
		}
	}
	return name + ": " + which
}

// Roughly writes a duration as people say it, more coarsely the longer it is:
// 1.5 s, 38 s, 3 min 20 s, 9 h 5 min, 14 days.
func Roughly(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Second:
		return number(math.Round(d.Seconds()*100)/100) + " s"
	case d < 10*time.Second:
		return number(math.Round(d.Seconds()*10)/10) + " s"
	case d < time.Hour:
		d = d.Round(time.Second)
		return inUnits(int(d/time.Minute), "min", int(d%time.Minute/time.Second), "s")
	case d < 2*day:
		d = d.Round(time.Minute)
		return inUnits(int(d/time.Hour), "h", int(d%time.Hour/time.Minute), "min")
	}
	d = d.Round(time.Hour)
	return inUnits(int(d/day), "days", int(d%day/time.Hour), "h")
}

// inUnits leaves out the unit of which there are none.
func inUnits(many int, large string, few int, small string) string {
	switch {
	case many == 0:
		return fmt.Sprintf("%d %s", few, small)
	case few == 0:
		return fmt.Sprintf("%d %s", many, large)
	}
	return fmt.Sprintf("%d %s %d %s", many, large, few, small)
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// plural counts things; many is their plural where that is not thing with an s.
func plural(n int, thing string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
