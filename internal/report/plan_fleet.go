package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// fleetPlanPage is a plan by waves and deployments.
func fleetPlanPage(v *published.Plan) page {
	p := page{title(capitalized(v.Title) + ", of " + v.Target.Name)}
	if len(v.Steps) > 0 {
		p = append(p, prose(fleetGuards(v)))
	}
	of := stepsOf(v)
	for i := range v.Waves {
		p = append(p, fleetWave(v, &v.Waves[i], of))
	}
	p = append(p, section{"to be accepted by name before it begins", []block{planRisks(v.RisksOf(false))}},
		section{"left", []block{planLeft(v)}}, planUnread(v), section{"expected", []block{fleetExpected(v)}}, prose(fleetSummary(v)))
	if len(v.Steps) > 0 {
		p = append(p, steps{"onus apply plan.json" + accepting(v.RisksOf(false)) + "  (-f plan.json writes the plan)"})
	}
	return p
}

// stepsOf are the steps of each deployment, in their order.
func stepsOf(v *published.Plan) map[string][]*published.PlanStep {
	of := map[string][]*published.PlanStep{}
	for i := range v.Steps {
		if x := &v.Steps[i]; x.Of != "" {
			of[x.Of] = append(of[x.Of], x)
		}
	}
	return of
}

// fleetGuards says what guards what is begun.
func fleetGuards(v *published.Plan) string {
	has := func(kind string) bool {
		return slices.ContainsFunc(v.Steps, func(x published.PlanStep) bool {
			return slices.ContainsFunc(x.Guards, func(g published.PlanGuard) bool { return g.Kind == kind })
		})
	}
	said := []string{"Members of a set are patched one at a time, and the primary last."}
	if slices.ContainsFunc(v.Steps, isRolled) {
		said[0] = "The controller of each set replaces its members."
	}
	if has("hours") || has("protected") {
		said = append(said, "Nothing is begun outside of its window, or that its window has no room for.")
	}
	if has("quorum") {
		said = append(said, "Before each member --quorum is asked whether its set may lose it.")
	}
	if has("in-hand") {
		said = append(said, "Only so many are in hand at a time.")
	}
	if slices.ContainsFunc(v.Steps, func(x published.PlanStep) bool { return x.Undo != nil }) {
		said = append(said, "The patch of one that fails is taken back.")
	}
	return strings.Join(said, " ")
}

// mostOfWave is how many deployments of a wave are told of one by one.
const mostOfWave = 5

func fleetWave(v *published.Plan, w *published.PlanWave, of map[string][]*published.PlanStep) block {
	head := fmt.Sprintf("wave %d of %d", w.Number, len(v.Waves))
	if w.StartSeconds > 0 {
		head += ", after about " + roughly(w.StartSeconds)
	}
	if w.Seconds > 0 {
		head += ", for about " + roughly(w.Seconds)
	}
	approval := func(g published.PlanGuard) bool { return g.Kind == "approval" }
	for i := range v.Steps {
		if x := &v.Steps[i]; x.Wave == w.Number && slices.ContainsFunc(x.Guards, approval) {
			head += ", once it is approved"
			break
		}
	}
	s := section{head: head}
	rest := 0
	for i, name := range w.Groups {
		if i >= mostOfWave && len(w.Groups) > mostOfWave+1 {
			rest += patches(of[name])
			continue
		}
		e := entry{name: name}
		for _, x := range of[name] {
			e.under = append(e.under, fleetStep(x))
		}
		s.body = append(s.body, entries{e})
	}
	if rest > 0 {
		s.body = append(s.body, prose(fmt.Sprintf("and %s with %s: -o json has all.",
			words.Count(len(w.Groups)-mostOfWave, "more deployment"), words.Count(rest, "instance"))))
	}
	return s
}

func patches(all []*published.PlanStep) (n int) {
	for _, x := range all {
		if members, err := strconv.Atoi(x.Action.With["members"]); err == nil && isRolled(*x) {
			n += members
		} else if strings.HasPrefix(x.Action.Kind, "patch/") {
			n++
		}
	}
	return n
}

// isRolled reports whether a step has a controller patch all of a set.
func isRolled(x published.PlanStep) bool { return x.Action.Kind == "patch/kubernetes" }

// fleetStep is one step, with its own window.
func fleetStep(x *published.PlanStep) string {
	said := glyphOf(x.Action.Kind) + " " + strings.TrimPrefix(x.Title, "patch ")
	for _, g := range x.Guards {
		if g.Kind == "hours" || g.Kind == "protected" {
			said += "; " + g.Says
		}
	}
	return said
}

func fleetExpected(v *published.Plan) block {
	if len(v.Steps) == 0 {
		return bullets(nil)
	}
	list := bullets{"as it was played: " + roughly(v.Prediction.Took.MedianSeconds) + ", by " + v.Prediction.Order}
	for _, a := range v.Prediction.Assumes {
		list = append(list, "assumed: "+a)
	}
	return list
}

// fleetSummary is the closing line.
func fleetSummary(v *published.Plan) string {
	instances, deployments := 0, 0
	for _, all := range stepsOf(v) {
		instances += patches(all)
		deployments++
	}
	said := fmt.Sprintf("Plan: %s of %s in %s", words.Count(instances, "instance"), words.Count(deployments, "deployment"),
		words.Count(len(v.Waves), "wave"))
	if instances > 0 {
		said += ", about " + roughly(v.Prediction.Took.MedianSeconds)
	}
	if n := len(v.Left); n > 0 {
		said += fmt.Sprintf("; %s left", words.Count(n, "deployment"))
	}
	if n := len(v.RisksOf(false)); n > 0 {
		said += fmt.Sprintf("; %s to be accepted", words.Count(n, "risk"))
	}
	return said + unreadSaid(v) + "."
}
