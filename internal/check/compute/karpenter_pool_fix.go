package compute

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// nodePool is a NodePool's budgets as a patch has them.
type nodePool struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   poolMeta `json:"metadata"`
	Spec       poolSpec `json:"spec"`
}

type poolMeta struct {
	Name string `json:"name"`
}

type poolSpec struct {
	Disruption struct {
		Budgets []poolBudget `json:"budgets"`
	} `json:"disruption"`
}

type poolBudget struct {
	Nodes    string   `json:"nodes"`
	Schedule string   `json:"schedule,omitempty"`
	Duration string   `json:"duration,omitempty"`
	Reasons  []string `json:"reasons,omitempty"`
}

// block is the change that sets a pool's budgets, all of them: a list is
// replaced whole.
func (x paced) block(budgets []disruption.NodeBudget) []finding.Change {
	group, kind, _ := strings.Cut(x.API, "/")
	p := nodePool{APIVersion: group + "/v1", Kind: kind, Metadata: poolMeta{x.Name}}
	p.Spec.Disruption.Budgets = asPatched(budgets)
	edit := finding.Edit{Path: "/spec/disruption/budgets", After: finding.DataOf(p.Spec.Disruption.Budgets)}
	if x.Budgets != nil {
		edit.Before = finding.DataOf(asPatched(x.written))
	}
	return []finding.Change{{
		Action: finding.Patch, Object: objectOf(x.ref()), Position: at(x.Position),
		Value: finding.DataOf(p), Edits: []finding.Edit{edit},
	}}
}

// asPatched are budgets as a patch writes them.
func asPatched(budgets []disruption.NodeBudget) []poolBudget {
	var all []poolBudget
	for _, b := range budgets {
		w := poolBudget{Nodes: b.Nodes, Schedule: b.Schedule, Reasons: b.Reasons}
		if b.Schedule != "" {
			w.Duration = words.Exact(b.Duration)
		}
		all = append(all, w)
	}
	return all
}

// budgetsFix is a set of budgets that may put a pool right, and what is done by it.
type budgetsFix struct {
	summary string
	budgets []disruption.NodeBudget
}

// fixBudgets is one set of budgets that puts right all that is wrong with
// those of a pool, so that its findings ask for one change and not for three.
func (x paced) fixBudgets() *finding.Fix {
	for _, c := range x.candidates() {
		judged := disruption.ParseNodeBudgets(c.budgets).Judge(scheduleEpoch)
		budgets := x.alive(c.budgets, judged)
		if x.sound(budgets) {
			return &finding.Fix{Summary: c.summary, Changes: x.block(budgets)}
		}
	}
	return &finding.Fix{
		Summary: "keep one unscheduled budget as the limit, and add scheduled budgets of 0 for the hours in which no node may be disrupted",
	}
}

// candidates are sets of budgets to try, those first that leave most as it is written.
func (x paced) candidates() []budgetsFix {
	var all []budgetsFix
	if alive := x.alive(x.written, x.judged); len(x.judged.Dead) == 0 && len(x.judged.Always) > 0 {
		all = append(all, budgetsFix{"leave out the schedule; or, to keep nodes apart in time, " +
			"choose a duration shorter than the time between its hits and set budgets of 0 for the rest", alive})
	} else if len(x.judged.Gaps) == 0 && !slices.Contains(x.judged.Closed, disruption.Drifted) {
		all = append(all, budgetsFix{"delete the entry that has no effect; or, to give it one, relax the stricter entry, " +
			"or set budgets of 0 for the hours outside its schedule", alive})
	}
	all = append(all, limited(x.written)...)
	if !slices.ContainsFunc(x.written, func(b disruption.NodeBudget) bool { return !isZero(b) || b.Schedule != "" || b.Reasons != nil }) {
		all = append(all, budgetsFix{"allow one node at a time for drift, and none for consolidation", opened(x.written)})
	}
	const drift = "let one node at a time go for drift"
	all = append(all, budgetsFix{drift, opened(x.written)})
	for _, c := range limited(opened(x.written)) {
		all = append(all, budgetsFix{drift + ", and " + c.summary, c.budgets})
	}
	return all
}

// limited are budgets with what limits the times and reasons that they leave out: those
// reasons alone where others have a limit; as windows where that is what they seem to mean,
// else by one budget beside them.
func limited(budgets []disruption.NodeBudget) []budgetsFix {
	var all []budgetsFix
	if fix, ok := byReason(budgets); ok {
		all = append(all, fix)
	}
	if windows, ok := windowsOf(budgets); ok {
		all = append(all,
			budgetsFix{"set scheduled budgets of 0 for the hours outside the windows, and one unscheduled budget for the rest", windows})
	}
	return append(all, budgetsFix{"add an unscheduled budget as the limit for all other times",
		append(slices.Clone(budgets), disruption.DefaultNodeBudgets.Written()...)})
}

// opened are budgets with one node at a time for drift in place of none. Those of 0 without a
// schedule are what closes it; where there is none, those with one do so together.
func opened(budgets []disruption.NodeBudget) []disruption.NodeBudget {
	closes := func(b disruption.NodeBudget) bool { return isZero(b) && forDrift(b) }
	always := slices.ContainsFunc(budgets, func(b disruption.NodeBudget) bool { return closes(b) && b.Schedule == "" })
	var all []disruption.NodeBudget
	for _, b := range budgets {
		if closes(b) && (b.Schedule == "" || !always) {
			if b.Reasons == nil {
				b.Reasons = disruption.Reasons
			}
			b.Reasons = slices.DeleteFunc(slices.Clone(b.Reasons), func(r string) bool { return r == disruption.Drifted })
		}
		if b.Reasons == nil || len(b.Reasons) > 0 {
			all = append(all, b)
		}
	}
	return append(all, disruption.NodeBudget{Nodes: "1", Reasons: []string{disruption.Drifted}})
}

// alive drops the entries that have no effect, and schedules that have none.
func (x paced) alive(budgets []disruption.NodeBudget, judged disruption.Judged) []disruption.NodeBudget {
	var kept []disruption.NodeBudget
	for i, b := range budgets {
		if slices.Contains(judged.Always, i) {
			b.Schedule, b.Duration = "", 0
		}
		if _, dead := judged.Dead[i]; !dead {
			kept = append(kept, b)
		}
	}
	return kept
}

// sound reports whether nothing is wrong with budgets.
func (x paced) sound(budgets []disruption.NodeBudget) bool {
	b := disruption.ParseNodeBudgets(budgets)
	j := b.Judge(scheduleEpoch)
	return b.Err() == nil && len(j.Gaps) == 0 && len(j.Dead) == 0 && !slices.Contains(j.Closed, disruption.Drifted)
}

// windowsOf turns scheduled budgets that mean "only then" into what says so: the
// largest of them always, the stricter ones when they are, and 0 in the hours
// that none of them covers.
func windowsOf(budgets []disruption.NodeBudget) ([]disruption.NodeBudget, bool) {
	var open, kept []disruption.NodeBudget
	for _, b := range budgets {
		switch {
		case b.Schedule == "" && isZero(b) && b.Reasons == nil: // what held the windows shut
		case b.Schedule == "":
			kept = append(kept, b)
		case isZero(b):
			return nil, false // the hours to close are written already
		case b.Duration > 0:
			open = append(open, b)
		}
	}
	closed, ok := complement(open)
	if len(open) == 0 || !ok {
		return nil, false
	}
	largest := slices.MaxFunc(open, func(b, c disruption.NodeBudget) int { return allowedOf20(b) - allowedOf20(c) })
	turned := []disruption.NodeBudget{{Nodes: largest.Nodes}}
	for _, b := range open {
		if b.Nodes != largest.Nodes {
			turned = append(turned, b)
		}
	}
	for i := range closed {
		closed[i].Reasons = open[0].Reasons
	}
	return append(append(turned, kept...), closed...), true
}

// allowedOf20 compares numbers and percentages by a pool of twenty.
func allowedOf20(b disruption.NodeBudget) int {
	return disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: b.Nodes}}).Allowed(scheduleEpoch, 20, disruption.Drifted)
}

// complement covers by budgets of 0 the hours of a week in which none of the
// budgets given is active. It fails where they do not repeat weekly, or leave
// more gaps than anybody would write down.
func complement(open []disruption.NodeBudget) ([]disruption.NodeBudget, bool) {
	b := disruption.ParseNodeBudgets(open)
	if b.Err() != nil {
		return nil, false
	}
	for _, o := range open {
		if !weekly(o.Schedule) || !slices.Equal(o.Reasons, open[0].Reasons) || (o.Reasons == nil) != (open[0].Reasons == nil) {
			return nil, false
		}
	}
	days := closedDays(b, len(open))
	if len(days) == 0 || len(days) > 4 {
		return nil, false
	}
	var closed []disruption.NodeBudget
	order := slices.SortedFunc(maps.Keys(days), func(x, y stretch) int {
		if days[x][0] != days[y][0] {
			return days[x][0] - days[y][0]
		}
		return int(x.at/time.Minute) - int(y.at/time.Minute)
	})
	for _, s := range order {
		closed = append(closed, disruption.NodeBudget{
			Nodes: "0", Schedule: fmt.Sprintf("%d %d * * %s", int(s.at%time.Hour/time.Minute), int(s.at/time.Hour), weekdays(days[s])),
			Duration: s.length,
		})
	}
	return closed, true
}

// weekly reports whether a schedule asks for neither days of the month nor months.
func weekly(schedule string) bool {
	f := strings.Fields(schedule)
	return (len(f) != 5 || (f[2] == "*" || f[2] == "?") && f[3] == "*") &&
		!slices.Contains([]string{"@yearly", "@annually", "@monthly"}, schedule)
}

// weekdays are days of the week as cron has them; * for all of them.
func weekdays(days []int) string {
	if len(days) == 7 {
		return "*"
	}
	slices.Sort(days)
	names := make([]string, len(days))
	for i, d := range days {
		names[i] = strconv.Itoa(d)
	}
	return strings.Join(names, ",")
}

// stretch is a time of day, and how long something lasts from then on.
type stretch struct{ at, length time.Duration }

// closedDays are the stretches of a week in which none of the first budgets is
// active, and the days of the week on which each begins.
func closedDays(b disruption.NodeBudgets, budgets int) map[stretch][]int {
	const week = 7 * 24 * time.Hour
	anyActive := func(t time.Time) bool {
		for i := range budgets {
			if b.Active(i, t) {
				return true
			}
		}
		return false
	}
	days := map[stretch][]int{}
	// Of the stretches, those that begin in (start, start+week].
	start := scheduleEpoch.Add(week)
	was, since := anyActive(start), time.Time{}
	for t := start; t.Before(start.Add(2 * week)); {
		next, ok := b.NextChange(t)
		if !ok {
			break
		}
		switch now := anyActive(next); {
		case was && !now:
			since = next
			was = now
		case !was && now:
			if !since.IsZero() && !since.After(start.Add(week)) {
				s := stretch{since.Sub(since.Truncate(24 * time.Hour)), next.Sub(since)}
				days[s] = append(days[s], int(since.Weekday()))
			}
			was = now
		}
		t = next
	}
	return days
}
