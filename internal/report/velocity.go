package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// velocityPage is how a fix reaches a fleet: the share over time, tier by tier, and what holds up the last.
func velocityPage(v published.Velocity) page {
	v = legible(v)
	what := "a fix"
	if len(v.Flaws) > 0 {
		what = "the fix of " + words.And(v.Flaws)
	}
	p := page{title(fmt.Sprintf("How %s reaches %s in %s", what, words.Count(v.Whole.Instances-v.Whole.Already, "instance"),
		words.Count(v.Whole.Deployments, "deployment"))), prose(velocityHead(&v))}
	p = append(p,
		section{"patched, by time", []block{velocityBars(&v)}},
		section{"by tier", []block{velocityTiers(&v)}},
		section{"waves of what you patch", []block{velocityWaves(&v)}},
		section{"what holds up the last " + words.Count(tailOf(&v).Instances, "instance"), []block{velocityTail(&v), velocityInstead(&v)}},
		section{"what the first wave can see", []block{velocityCanary(&v)}},
		section{"stays as it is", []block{velocityLeft(&v)}},
		section{"assumed", []block{velocityAssumed(&v)}},
		unreadSection(nil, v.Unreadable), prose(velocitySummary(&v)))
	return p
}

func tailOf(v *published.Velocity) published.VelocityTail {
	if v.Tail == nil {
		return published.VelocityTail{}
	}
	return *v.Tail
}

// velocityHead says by what it goes, and from when on.
func velocityHead(v *published.Velocity) string {
	said := v.Strategy.Title + " (" + v.Strategy.ID + "), from " + clockOf(v, 0) + "."
	if v.Vendor != nil {
		said += " What the provider runs is patched from then on, at any hour: " + v.Vendor.ID + "."
	}
	if v.Public != nil {
		said += " All is public " + afterwards(*v.Public) + "."
	}
	if v.Told != 0 || v.Public != nil {
		said += " You are told " + afterwards(v.Told) + ", and begin then."
	}
	if v.Override {
		said += " Windows, protected hours and deferrals are overridden."
	}
	if v.Capacity > 0 {
		said += " Your people have " + words.Count(v.Capacity, "deployment") + " in hand at a time."
	}
	return said
}

func afterwards(seconds float64) string {
	switch {
	case seconds == 0:
		return "at once"
	case seconds < 0:
		return words.Seconds(-seconds) + " before"
	}
	return "after " + words.Seconds(seconds)
}

// clockOf is the time of the clock so many seconds after the start.
func clockOf(v *published.Velocity, seconds float64) string {
	start, err := time.Parse(time.RFC3339, v.Start)
	if err != nil {
		return v.Start
	}
	return start.Add(time.Duration(seconds * float64(time.Second))).Format("Mon 2 Jan 15:04 MST")
}

// bars are a share by time.
type bars []bar

type bar struct {
	label   string
	percent float64
}

// mostBars is how many there are, at the most.
const mostBars = 16

// velocityBars are the course of it in a few lines, of which none says what the one before does.
func velocityBars(v *published.Velocity) block {
	var all bars
	n := len(v.Curve) - 1
	for k := range mostBars + 1 {
		if n < 1 {
			break
		}
		at := v.Curve[k*n/mostBars]
		all = append(all, bar{clockOf(v, at.Seconds), at.Percent})
	}
	all = slices.CompactFunc(all, func(a, b bar) bool { return a.label == b.label })
	var shown bars
	for k, x := range all { // of those that say the same, the first and the last
		if k == 0 || k == len(all)-1 || all[k-1].percent != x.percent || all[k+1].percent != x.percent {
			shown = append(shown, x)
		}
	}
	return shown
}

func (b bars) terminal(s Screen, indent int) string {
	label := 0
	for _, x := range b {
		label = max(label, len(x.label))
	}
	room := min(s.Width, 100) - indent - label - len("  100.0 %  ")
	var lines []string
	for _, x := range b {
		line := fmt.Sprintf("%s%-*s  %5.1f %%", strings.Repeat(" ", indent), label, x.label, x.percent)
		if n := int(math.Round(x.percent / 100 * float64(room))); n > 0 {
			line += "  " + strings.Repeat("█", n)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (b bars) markdown() string {
	g := grid{head: []string{"at", "patched"}}
	for _, x := range b {
		g.rows = append(g.rows, []string{x.label, fmt.Sprintf("%.1f %%", x.percent)})
	}
	return g.markdown()
}

// since is how long after the start something is; a dash for what never is.
func since(seconds *float64) string {
	if seconds == nil {
		return "–"
	}
	return words.Seconds(*seconds)
}

func velocityTiers(v *published.Velocity) block {
	g := grid{head: []string{"tier", "patched by", "instances", "patched", "half", "95 %", "last", "exposed, instance-days"}}
	if v.Public != nil {
		g.head = append(g.head, "patched before it was public", "exposed since, instance-days")
	}
	row := func(name, owner string, s *published.VelocityShare) {
		cells := []string{name, owner, fmt.Sprint(s.Instances - s.Already), fmt.Sprint(s.Patched), since(s.HalfSeconds), since(s.P95Seconds),
			since(s.LastSeconds), fmt.Sprintf("%.1f", s.ExposureDays)}
		if v.Public != nil {
			cells = append(cells, fmt.Sprintf("%.1f %%", 100*float64(s.AtPublic)/max(1, float64(s.Instances-s.Already))),
				fmt.Sprintf("%.1f", s.PublicDays))
		}
		g.rows = append(g.rows, cells)
	}
	for i := range v.Tiers {
		t := &v.Tiers[i]
		row(t.Title, map[string]string{"provider": "its provider", "customer": "you"}[t.Owner], &t.VelocityShare)
	}
	if len(v.Tiers) > 1 {
		row("all", "", &v.Whole)
	}
	return g
}

// mostWaves is how many waves are shown.
const mostWaves = 20

func velocityWaves(v *published.Velocity) block {
	g := grid{head: []string{"wave", "of", "deployments", "instances", "begins after", "done", "baked"}}
	for i := range v.Waves[:min(len(v.Waves), mostWaves)] {
		w := &v.Waves[i]
		if w.Deployments == 0 { // its canary is all of it
			continue
		}
		of := words.Few(w.Groups)
		if len(w.Groups) == 0 {
			of = "the same"
			if i == 0 || v.Strategy.ID != "" && !slices.ContainsFunc(v.Waves, func(o published.VelocityWave) bool { return len(o.Groups) > 0 }) {
				of = "all"
			}
		}
		g.rows = append(g.rows, []string{w.Name, of, fmt.Sprint(w.Deployments), fmt.Sprint(w.Instances), since(w.BeginSeconds),
			since(w.DoneSeconds), since(w.BakedSeconds)})
	}
	if more := len(v.Waves) - mostWaves; more > 0 {
		row := make([]string, len(g.head))
		row[0] = words.Count(more, "wave") + " more"
		g.rows = append(g.rows, row)
	}
	return g
}

// causes are what is waited for, in words.
var causes = map[string]string{
	"schedule": "for the time of their wave", "bake": "for bakes of the waves before", "window": "for windows",
	"deferral": "put off by their owners", "capacity": "for people", "concurrency": "for others of their group",
	"stragglers": "for those that could not be had", "work": "for the work itself",
}

func causesSaid(waits map[string]float64) string {
	names := slices.SortedFunc(maps.Keys(waits), func(a, b string) int {
		return cmp.Or(cmp.Compare(waits[b], waits[a]), strings.Compare(a, b))
	})
	var said []string
	for _, n := range names {
		said = append(said, words.Seconds(waits[n])+" "+cmp.Or(causes[n], n))
	}
	return strings.Join(said, ", ")
}

func velocityTail(v *published.Velocity) block {
	t := tailOf(v)
	var list bullets
	if t.Instances == 0 {
		return list
	}
	list = append(list, "on average: "+causesSaid(t.Waits))
	for i := range t.Last[:min(len(t.Last), 3)] {
		l := &t.Last[i]
		list = append(list, l.Deployment+", patched "+words.Seconds(l.Seconds-v.Told)+" after you begin: "+causesSaid(l.Waits))
	}
	return list
}

// withouts are what a rollout is played without.
var withouts = map[string]string{
	"override": "with an urgent override of windows, protected hours and deferrals", "deferrals": "without deferrals",
	"capacity": "with as many people as it takes", "bake": "without bakes",
}

func velocityInstead(v *published.Velocity) block {
	var list bullets
	for i := range v.Instead {
		x := &v.Instead[i]
		said := cmp.Or(withouts[x.Without], x.Without) + ": 95 % " + reached(x.P95Seconds) + ", the last " + reached(x.LastSeconds)
		if own := ownDays(v); own > x.ExposureDays {
			said += fmt.Sprintf(", and %.1f instance-days less", own-x.ExposureDays)
		}
		list = append(list, said)
	}
	return list
}

// reached is when something is, in a sentence.
func reached(seconds *float64) string {
	if seconds == nil {
		return "never"
	}
	return "after " + words.Seconds(*seconds)
}

// ownDays is the exposure of what the customer patches.
func ownDays(v *published.Velocity) (sum float64) {
	for i := range v.Tiers {
		if v.Tiers[i].Owner == "customer" {
			sum += v.Tiers[i].ExposureDays
		}
	}
	return sum
}

func velocityCanary(v *published.Velocity) block {
	g := grid{head: []string{"stratum", "instances", "in the first wave", "misses a fault of 5 %", "sees, with 95 %, one of"}}
	for i := range v.Canary[:min(len(v.Canary), mostWaves)] {
		w := &v.Canary[i]
		sees := fmt.Sprintf("%.1f %% and more", w.Sees)
		if w.Canary == 0 {
			sees = "none"
		}
		g.rows = append(g.rows, []string{w.Stratum, fmt.Sprint(w.Instances), fmt.Sprint(w.Canary), fmt.Sprintf("%.0f %%", 100*w.MissesOf5), sees})
	}
	return g
}

func velocityLeft(v *published.Velocity) block {
	var list bullets
	by := map[string][]string{}
	var order []string
	for i := range v.Left {
		l := &v.Left[i]
		if by[l.Why] == nil {
			order = append(order, l.Why)
		}
		by[l.Why] = append(by[l.Why], l.Deployment)
	}
	for _, why := range order {
		list = append(list, words.Count(len(by[why]), "deployment")+": "+why+": "+words.Few(by[why]))
	}
	return list
}

func velocityAssumed(v *published.Velocity) block {
	list := bullets(slices.Clone(v.Assumes))
	for _, c := range v.Strategy.Chosen {
		list = append(list, "of "+v.Strategy.ID+", by onus and not by its sources: "+c)
	}
	if v.Alone > 0 {
		list = append(list, words.Count(v.Alone, "server")+" "+words.Agree(v.Alone, "stands", "stand")+
			" alone and "+words.Agree(v.Alone, "is", "are")+" down while patched")
	}
	return list
}

func velocitySummary(v *published.Velocity) string {
	s := &v.Whole
	said := fmt.Sprintf("%d of %d instances patched", s.Patched, s.Instances-s.Already)
	if s.LastSeconds != nil {
		said += ", the last after " + since(s.LastSeconds)
	}
	if v.Stop != nil {
		said += fmt.Sprintf("; stopped in %s after %s: %s", v.Stop.Wave, words.Seconds(v.Stop.Seconds), words.Count(v.Stop.Failures, "failure"))
	}
	if v.Runs != nil {
		said += fmt.Sprintf("; %d of %d runs stopped by themselves", v.Runs.Stopped, v.Runs.Runs)
	}
	if s.Unpatched > 0 {
		said += fmt.Sprintf("; %d %s", s.Unpatched, words.Agree(s.Unpatched, "stays as it is", "stay as they are"))
	}
	return said
}
