package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// glyphs are the marks of actions, by what stands before a slash in their kind.
var glyphs = map[string]string{"cordon": "~", "uncordon": "~", "drain": "-", "replace": "±", "restart": "+", "settle": "…",
	"patch": "±", "bake": "…", "change": "~", "create": "+", "delete": "-"}

func glyphOf(kind string) string {
	first, _, _ := strings.Cut(kind, "/")
	return cmp.Or(glyphs[first], "*")
}

// planPage is a plan by waves and nodes, with what guards it, what it leaves, and what is
// expected of it.
func planPage(v published.Plan) page {
	v = legible(v)
	switch v.Kind {
	case "fleet":
		return fleetPlanPage(&v)
	case "fixes":
		return fixesPlanPage(&v)
	}
	head := capitalized(v.Title)
	if v.Target.Name != "" {
		head += ", of " + v.Target.Name
	}
	p := page{title(head)}
	if len(v.Steps) > 0 {
		p = append(p, prose(legend(&v)+guardsOfAll(&v)))
	}
	for i := range v.Waves {
		p = append(p, waveSection(&v, &v.Waves[i]))
	}
	p = append(p, section{"to be accepted by name before it begins", []block{planRisks(v.RisksOf(false))}},
		section{"to be accepted by name before a drain that is stuck is escalated", []block{planRisks(v.RisksOfEscalations())}},
		section{"left", []block{planLeft(&v)}}, planUnread(&v), section{"expected", []block{planExpected(&v)}}, prose(planSummary(&v)))
	if len(v.Steps) > 0 {
		p = append(p, planNext(&v))
	}
	return p
}

func planRisks(all []published.PlanRisk) block {
	var list bullets
	for i := range all {
		list = append(list, all[i].Name()+": "+all[i].Says)
	}
	return list
}

// legend says what the marks mean that are there.
func legend(v *published.Plan) string {
	said := "~ cordon, "
	if slices.ContainsFunc(v.Steps, func(x published.PlanStep) bool { return x.Action.Kind == "restart" }) {
		said += "+ restart, "
	}
	return said + "- evict, ± replace, … wait. "
}

func capitalized(said string) string {
	if said == "" {
		return said
	}
	return strings.ToUpper(said[:1]) + said[1:]
}

// guardsOfAll says once what guards all that is begun.
func guardsOfAll(v *published.Plan) string {
	var said []string
	for _, g := range v.Steps[0].Guards {
		if g.Kind == "window" && g.With["room"] == "" {
			said = append(said, "Nothing is begun unless "+g.Says+".")
		}
	}
	ofPools := 0
	for i := range v.Waves {
		ofPools += len(v.Waves[i].Groups) - len(nodesAlone(v, &v.Waves[i]))
	}
	if ofPools < len(v.Waves) {
		said = append(said, "Floors and PDBs are asked before each eviction, and read anew each time.")
	}
	if ofPools > 0 {
		said = append(said, "The nodes of a pool are cordoned and drained by its provider, which asks PDBs; floors and the window are asked "+
			"before that begins, and nothing stops it then.")
	}
	for i := range v.Steps {
		guards := v.Steps[i].Guards
		if k := slices.IndexFunc(guards, func(g published.PlanGuard) bool { return g.Kind == "soak" }); k >= 0 {
			said = append(said, "No further wave begins unless "+guards[k].Says+".")
			break
		}
	}
	if cordonedFirst(v) {
		said = append(said, "All nodes are cordoned first, so that no pod moves to one whose turn is to come.")
	}
	return strings.Join(said, " ")
}

// nodesAlone are the groups of a wave that are one node each, and no pool.
func nodesAlone(v *published.Plan, w *published.PlanWave) []string {
	return slices.DeleteFunc(slices.Clone(w.Groups), func(g string) bool { return poolNodes(v, g) > 0 })
}

// poolNodes is how many nodes a group has that is a pool; 0 for a node.
func poolNodes(v *published.Plan, group string) int {
	for i := range v.Steps {
		if x := &v.Steps[i]; x.Group == group && x.Action.With["nodes"] != "" {
			return strings.Count(x.Action.With["nodes"], ",") + 1
		}
	}
	return 0
}

// cordonedFirst reports whether all nodes are, before the first is drained.
func cordonedFirst(v *published.Plan) bool {
	first := slices.IndexFunc(v.Steps, func(x published.PlanStep) bool { return x.Action.Kind != "cordon" })
	return len(v.Waves) > 1 && first > 1
}

// waveSection is one wave, node by node.
func waveSection(v *published.Plan, w *published.PlanWave) block {
	head := fmt.Sprintf("wave %d of %d", w.Number, len(v.Waves))
	if w.StartSeconds > 0 {
		head += ", after about " + roughly(w.StartSeconds)
	}
	if w.Seconds > 0 {
		head += ", for about " + roughly(w.Seconds)
	}
	if waitsForApproval(v, w) {
		head += ", once it is approved"
	}
	s := section{head: head}
	for _, group := range w.Groups {
		e := entry{name: group}
		for i := range v.Steps {
			if x := &v.Steps[i]; x.Group == group {
				e.under = append(e.under, stepLine(x))
			}
		}
		s.body = append(s.body, entries{e})
	}
	return s
}

// waitsForApproval reports whether somebody has to approve a wave.
func waitsForApproval(v *published.Plan, w *published.PlanWave) bool {
	approval := func(g published.PlanGuard) bool { return g.Kind == "approval" }
	return slices.ContainsFunc(v.Steps, func(x published.PlanStep) bool {
		return slices.Contains(w.Groups, x.Group) && slices.ContainsFunc(x.Guards, approval)
	})
}

// stepLine is one step, with what guards it alone.
func stepLine(x *published.PlanStep) string {
	said := glyphOf(x.Action.Kind) + " " + strings.TrimSuffix(x.Title, " "+x.Group)
	var guards []string
	for _, g := range x.Guards { // some are said once, and not here
		if g.Kind != "approval" && g.Kind != "soak" && (g.Kind != "window" || g.With["room"] != "") && g.With["arrives"] == "" {
			guards = append(guards, g.Says)
		}
	}
	if len(guards) > 0 {
		said += ": " + strings.Join(guards, "; ")
	}
	return said
}

// roughly is a time as it is told of what is expected.
func roughly(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d >= time.Hour:
		d = d.Round(5 * time.Minute)
	case d >= 2*time.Minute:
		d = d.Round(time.Minute)
	default:
		d = d.Round(time.Second)
	}
	return words.Duration(d)
}

// planLeft lists the nodes that are left, those with one reason together.
func planLeft(v *published.Plan) block {
	var list entries
	told := map[[3]string]int{}
	for _, l := range v.Left {
		name := l.Obligation
		if l.Subject != "" {
			name += "/" + l.Subject
		}
		key := [3]string{l.Why, l.Fix, name}
		if l.Subject != "" { // of each node it is another pod of that
			key[0] = ""
		}
		if i, ok := told[key]; ok {
			list[i].name += ", " + l.Group
			continue
		}
		told[key] = len(list)
		e := entry{name: l.Group, under: []string{sentence(l.Why)}}
		if l.Fix != "" {
			e.under = append(e.under, "way out: "+l.Fix)
		}
		if name != "" {
			e.under = append(e.under, "see: "+strings.TrimSuffix(l.Obligation+" of "+l.Subject, " of "))
		}
		list = append(list, e)
	}
	return list
}

// planUnread is what could not be read, and is not in the plan.
func planUnread(v *published.Plan) block {
	return section{"could not be read, so that the plan knows nothing of it", []block{bullets(v.NotRead())}}
}

// unreadSaid is how much that is, for the closing line.
func unreadSaid(v *published.Plan) string {
	if n := len(v.Unread) + len(v.Unreadable); n > 0 {
		return "; " + words.Count(n, "piece") + " of the input could not be read"
	}
	return ""
}

// mostLowest is how many services are told of which get near their floors.
const mostLowest = 8

// planExpected is what the simulator expects.
func planExpected(v *published.Plan) block {
	var list bullets
	x := &v.Prediction
	if len(v.Steps) == 0 {
		return list
	}
	took := roughly(x.Took.MinSeconds)
	if longest := roughly(x.Took.MaxSeconds); longest != took {
		took += " to " + longest
	}
	list = append(list, fmt.Sprintf("in %s it took %s, with %s", words.Count(x.Runs, "run"), took, words.Count(x.Evictions, "eviction")))
	for i, l := range x.Lowest {
		if i == mostLowest {
			list = append(list, fmt.Sprintf("and %d more services, further above their floors", len(x.Lowest)-i))
			break
		}
		list = append(list, lowestSaid(&l))
	}
	for _, f := range x.ForcedPods {
		list = append(list, fmt.Sprintf("%s: pod %s on %s is deleted past %s after about %s", f.Service, f.Pod, f.Group, f.Past,
			roughly(f.At.MedianSeconds)))
	}
	if v.Forces() {
		list = append(list, "without --on-stuck=escalate the plan pauses at the first of these drains; onus check has fixes for their PDBs")
	}
	if x.Order != "" {
		said := "order: " + x.Order
		if n := x.Naive; n != nil {
			said += fmt.Sprintf("; by name it would be %s and %s", roughly(n.MedianSeconds), words.Count(n.Evictions, "eviction"))
		}
		list = append(list, said)
	}
	for _, a := range x.Assumes {
		list = append(list, "assumed: "+a)
	}
	return list
}

func lowestSaid(l *published.PlanLowest) string {
	return fmt.Sprintf("%s: %d of %d ready at the lowest, floor %d", l.Service, l.Ready, l.Of, l.Floor)
}

// planSummary is the closing line.
func planSummary(v *published.Plan) string {
	nodes := 0
	for i := range v.Waves {
		for _, group := range v.Waves[i].Groups {
			nodes += max(1, poolNodes(v, group))
		}
	}
	said := fmt.Sprintf("Plan: %s in %s", words.Count(nodes, "node"), words.Count(len(v.Waves), "wave"))
	x := &v.Prediction
	if nodes > 0 {
		said += ", about " + roughly(x.Took.MedianSeconds)
		if len(x.Lowest) > 0 {
			l := &x.Lowest[0]
			said += fmt.Sprintf(", lowest: %s %d of %d", l.Service, l.Ready, l.Of)
		}
		said += fmt.Sprintf(", %d forced", x.Forced)
	}
	if n := len(v.Left); n > 0 {
		said += fmt.Sprintf("; %s left", words.Count(n, "node"))
	}
	if n := len(v.RisksOf(v.Forces())); n > 0 {
		said += fmt.Sprintf("; %s to be accepted", words.Count(n, "risk"))
	}
	return said + unreadSaid(v) + "."
}

// planNext is how it is carried out.
func planNext(v *published.Plan) block {
	if v.Target.UID == "" {
		return prose("It cannot be carried out: the UID of the cluster was not read (that of the namespace kube-system). " +
			"Plan with --context, or from a new snapshot.")
	}
	const apply = "onus apply plan.json"
	var next steps
	if !v.Forces() {
		next = steps{apply + accepting(v.RisksOf(false)) + "  (-f plan.json writes the plan)"}
	}
	if v.Escalates() {
		next = append(next, apply+" --on-stuck=escalate"+accepting(v.RisksOf(true))+"  (goes past the PDB where a drain is stuck)")
	}
	return next
}

// accepting is how risks are accepted, each by its name.
func accepting(all []published.PlanRisk) string {
	if len(all) == 0 {
		return ""
	}
	var names []string
	for i := range all {
		names = append(names, all[i].Name())
	}
	return " --accept-risk=" + words.InShell(strings.Join(names, ","))
}

// planDiffPage is how one plan differs from another.
func planDiffPage(v published.PlanDiff) page {
	v = legible(v)
	p := page{title("From plan " + v.Old + " to " + v.New)}
	if len(v.Facts)+len(v.Lines) == 0 {
		return append(p, prose("The plans say the same."))
	}
	changed := func(was, is string) string {
		switch {
		case was == "":
			return "+ " + is
		case is == "":
			return "- " + was
		}
		return was + " → " + is
	}
	var facts entries
	for _, f := range v.Facts {
		facts = append(facts, entry{name: f.Object, beside: f.Field + ": " + changed(f.Was, f.Is)})
	}
	p = append(p, section{"facts that moved on", []block{facts}})
	for _, what := range []string{"target", "step", "risk", "left", "prediction", "unread"} {
		var list entries
		for _, c := range v.Lines {
			if c.What == what {
				list = append(list, entry{name: c.Name, beside: changed(c.Was, c.Is)})
			}
		}
		head := map[string]string{"target": "target", "step": "steps", "risk": "risks", "left": "left", "prediction": "prediction",
			"unread": "could not be read"}[what]
		p = append(p, section{head, []block{list}})
	}
	return p
}
