package fleet

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/velocity"
	"github.com/onus-project/onus/internal/words"
)

// steps adds those of all waves, and counts the instances that are patched.
func (p *planner) steps() (instances int) {
	byWave := make([][]int, len(p.Played.Rounds))
	for i := range p.Played.Turns {
		if t := &p.Played.Turns[i]; t.Outcome == velocity.Patched {
			byWave[t.Wave] = append(byWave[t.Wave], i)
		}
	}
	var before []string // what ends the wave before
	for k, all := range byWave {
		if len(all) == 0 {
			continue
		}
		slices.SortFunc(all, func(i, j int) int {
			return cmp.Or(cmp.Compare(p.Played.Turns[i].Begin, p.Played.Turns[j].Begin), cmp.Compare(i, j))
		})
		w := wave{planner: p, number: len(p.plan.Waves) + 1, round: k, all: all, groups: []string{}}
		w.after, w.timed = p.Played.Timed(k)
		p.rounds = append(p.rounds, k)
		if w.timed {
			before = nil
		}
		before = w.steps(before)
		r := &p.Played.Rounds[k]
		end := max(r.Done, r.Baked, p.Played.Turns[all[len(all)-1]].End)
		p.plan.Waves = append(p.plan.Waves, plan.Wave{Number: w.number, Groups: w.groups, StartSeconds: r.Begin.Seconds(),
			Seconds: (end - r.Begin).Seconds()})
		instances += w.instances
	}
	return instances
}

// wave makes the steps of one.
type wave struct {
	*planner
	number    int // as the plan counts it
	round     int // as it was played
	after     time.Duration
	timed     bool // it begins by the clock
	all       []int
	groups    []string
	instances int
}

// gate is the step that ends all waves before, which those of a wave need in place of all of them.
func (w *wave) gate(before []string) []string {
	s := plan.Step{ID: fmt.Sprintf("gate/wave-%d", w.number), Title: fmt.Sprintf("wave %d begins", w.number), Needs: before, Wave: w.number,
		Guards: w.begins(), Action: plan.Action{Kind: step.Gate, With: map[string]string{}}, TimeoutSeconds: 3600, Attempts: 1}
	if w.Announce != "" {
		s.ID, s.Title = fmt.Sprintf("announce/wave-%d", w.number), fmt.Sprintf("announce wave %d", w.number)
		s.Action = plan.Action{Kind: step.Announce, With: map[string]string{step.URL: w.Announce, step.Deployments: strconv.Itoa(len(w.all))}}
		if w.Reason != "" {
			s.Action.With[step.Reason] = w.Reason
		}
		s.TimeoutSeconds = int64((24 * time.Hour).Seconds())
	}
	if s.Needs == nil {
		s.Needs = []string{}
	}
	s.Group = s.ID
	w.plan.Steps = append(w.plan.Steps, s)
	return []string{s.ID}
}

// begins are the guards that a whole wave has.
func (w *wave) begins() []plan.Guard {
	all := w.tolerances(w.number - 1)
	if w.timed {
		all = append(all, elapsed(w.after))
	}
	if w.Approve && w.number > 1 { // which pauses the plan: it comes last
		name := fmt.Sprintf("wave-%d", w.number)
		all = append(all, plan.Guard{Kind: step.Approval, Says: "somebody approves " + name, With: map[string]string{step.Name: name}})
	}
	return all
}

// tolerances are the error budgets of the first so many waves of the plan.
func (w *wave) tolerances(waves int) []plan.Guard {
	all := []plan.Guard{}
	for n := 1; n <= waves; n++ {
		k := w.round
		if n < w.number {
			k = w.rounds[n-1]
		}
		if c := w.Played.Strategy.Tolerates; c.Set {
			most := c.Of(w.Played.Rounds[k].Deployments)
			all = append(all, plan.Guard{Kind: step.Tolerates, With: map[string]string{step.Most: strconv.Itoa(most), step.Wave: strconv.Itoa(n)},
				Says: fmt.Sprintf("no more than %s of wave %d could not be done", words.Count(most, "deployment"), n)})
		}
	}
	return all
}

func elapsed(d time.Duration) plan.Guard {
	return plan.Guard{Kind: step.Elapsed, Says: words.Duration(d) + " are over since the plan was begun",
		With: map[string]string{step.After: d.String()}}
}

// steps adds those of the wave, and returns what ends it.
func (w *wave) steps(before []string) (ends []string) {
	if w.number > 1 || w.Announce != "" || w.timed {
		before = w.gate(before)
	}
	for _, i := range w.all {
		if w.Rolled == nil {
			ends = append(ends, w.deployment(i, before))
		} else if end := w.roll(i, before); end != "" {
			ends = append(ends, end)
		}
	}
	if len(ends) == 0 { // the next wave comes after what this one came after
		return before
	}
	return ends
}

// deployment adds the steps of one, and returns the last.
func (w *wave) deployment(i int, before []string) string {
	d, t := &w.Played.Fleet.Deployments[i], &w.Played.Turns[i]
	name := w.names[i]
	if len(d.Members) == 1 {
		w.alone = append(w.alone, name)
	} else {
		w.sets++
	}
	w.groups = append(w.groups, name)
	var patches []string
	for _, s := range t.Steps {
		x := w.patch(i, s)
		x.Needs = slices.Clone(before)
		if n := len(patches); n > 0 {
			x.Needs = []string{patches[n-1]}
		}
		if x.Needs == nil {
			x.Needs = []string{}
		}
		patches = append(patches, x.ID)
		w.plan.Steps = append(w.plan.Steps, x)
		w.instances++
	}
	return w.bake(i, patches)
}

// patch is the step of one member.
func (w *wave) patch(i int, played velocity.Step) plan.Step {
	d := &w.Played.Fleet.Deployments[i]
	x, fix := w.instance(i, played.Member)
	member, name := d.Members[played.Member].Name, w.names[i]
	with := map[string]string{step.Instance: member, step.Host: x.Host, step.Product: x.Product, step.Deployment: d.Name,
		step.Role: x.Role, step.Region: x.Region, step.Account: x.Account, step.Running: x.Version, step.Fix: fix,
		step.Lane: w.Played.Groups[w.Played.Turns[i].Group], step.Within: w.Within.String(), step.Command: w.Patch, step.Verify: w.Verify}
	for k, v := range with {
		if v == "" {
			delete(with, k)
		}
	}
	s := plan.Step{ID: w.patchID(i, played.Member), Group: strings.TrimPrefix(w.patchID(i, played.Member), "patch/"), Of: name, Wave: w.number,
		Title: titleOf(member, x.Role, x.Version, fix), Guards: w.guards(i, played, with), Action: plan.Action{Kind: step.Patch, With: with},
		TimeoutSeconds: int64((2*w.Within + time.Hour).Seconds()), Attempts: 1}
	took := (played.End - played.Begin).Seconds()
	s.Predicted = &plan.Predicted{MinSeconds: took, MedianSeconds: took, MaxSeconds: max(took, w.Within.Seconds())}
	if w.Rollback != "" {
		back := map[string]string{}
		for k, v := range with {
			back[k] = v
		}
		back[step.Command] = w.Rollback
		delete(back, step.Verify)
		s.Undo = &plan.Action{Kind: step.Back, With: back}
	}
	return s
}

// patchID is the id of the step that patches a member: with its place in the list, where another one of its deployment is
// called like it.
func (w *wave) patchID(i, member int) string {
	members := w.Played.Fleet.Deployments[i].Members
	name := members[member].Name
	for k := range members {
		if k != member && members[k].Name == name {
			name = fmt.Sprintf("%s#%d", name, member+1)
			break
		}
	}
	return "patch/" + w.names[i] + "/" + name
}

func titleOf(member, role, running, fix string) string {
	said := "patch " + member
	if role != "" {
		said += ", " + role
	}
	if running != "" && fix != "" {
		said += ": " + running + " → " + fix
	}
	return said
}

// guards are those of one member.
func (w *wave) guards(i int, played velocity.Step, with map[string]string) []plan.Guard {
	d, p := &w.Played.Fleet.Deployments[i], w.Played
	all := w.tolerances(w.number)
	if at := p.Path(i)[velocity.ForSchedule]; p.Turns[i].Waits[velocity.ForSchedule] > 0 { // its wave is spread over a while
		all = append(all, elapsed(at.Round(time.Second)))
	}
	if !p.Override {
		if d.Deferrals > 0 {
			all = append(all, elapsed(time.Duration(d.Deferrals)*7*24*time.Hour))
		}
		room := (played.End - played.Begin).String()
		all = append(all, w.hours(step.Hours, d.Window, room, "its window is open: ")...)
		all = append(all, w.hours(step.Protected, d.Protected, room, "it is outside of its protected hours: ")...)
	}
	if g := p.Turns[i].Group; w.most != nil {
		n, lane := w.most[g], p.Groups[g]
		all = append(all, plan.Guard{Kind: step.InHand, With: map[string]string{step.Most: strconv.Itoa(n), step.Lane: lane},
			Says: fmt.Sprintf("no more than %d of %s in hand", n, cmp.Or(lane, "all"))})
	}
	if p.Capacity > 0 {
		all = append(all, plan.Guard{Kind: step.InHand, With: map[string]string{step.Most: strconv.Itoa(p.Capacity)},
			Says: fmt.Sprintf("no more than %d in hand", p.Capacity)})
	}
	if w.Quorum != "" && len(d.Members) > 1 {
		ask := map[string]string{step.Command: w.Quorum}
		for _, k := range []string{step.Instance, step.Host, step.Product, step.Deployment, step.Role, step.Region, step.Account,
			step.Running, step.Fix} {
			if with[k] != "" {
				ask[k] = with[k]
			}
		}
		all = append(all, plan.Guard{Kind: step.Quorum, With: ask, Says: "its set may lose a member"})
	}
	return all
}

// hours is the guard that a window of the fleet is; none where there is no such window.
func (w *wave) hours(kind string, window int, room, says string) []plan.Guard {
	if window == velocity.None {
		return nil
	}
	x := &w.Played.Fleet.Windows[window]
	g, ok := step.GuardOf(x)
	if !ok {
		return nil
	}
	g.Kind, g.Says = kind, says+x.String()
	g.With[step.Room] = room
	return []plan.Guard{g}
}

// product is that of all members of a deployment; empty where they are of several.
func (w *wave) product(i int) string {
	of := w.Fleet.Of[w.own[i]]
	for _, x := range of {
		if x.Product != of[0].Product {
			return ""
		}
	}
	return of[0].Product
}

// bake watches a deployment once its members are patched, and returns what ends it.
func (w *wave) bake(i int, patches []string) string {
	r := &w.Played.Rounds[w.round]
	soak := max(0, r.Baked-r.Done)
	if r.Baked == velocity.Never || r.Done == velocity.Never {
		soak = 0
	}
	if soak == 0 && w.Health == "" {
		return patches[len(patches)-1]
	}
	members := w.membersOf(i)
	if w.Rolled != nil {
		members = []step.Member{{Step: patches[0], Instance: w.names[i]}}
	}
	return w.watch(i, patches, members, soak)
}

// membersOf are the members of a deployment that are patched, in their order.
func (w *wave) membersOf(i int) (members []step.Member) {
	d := &w.Played.Fleet.Deployments[i]
	for _, s := range w.Played.Turns[i].Steps {
		x, fix := w.instance(i, s.Member)
		members = append(members, step.Member{Step: w.patchID(i, s.Member), Host: x.Host, Product: x.Product,
			Instance: d.Members[s.Member].Name, Role: x.Role, Region: x.Region, Account: x.Account,
			Running: x.Version, Fix: fix})
	}
	return members
}

// watch is the step that sees that a deployment is well, and returns its name.
func (w *wave) watch(i int, patches []string, members []step.Member, soak time.Duration) string {
	d, name := &w.Played.Fleet.Deployments[i], w.names[i]
	with := map[string]string{step.Deployment: d.Name, step.Product: w.product(i), step.Region: d.Region, step.Account: d.Account,
		step.Soak: soak.String(), step.Within: w.Within.String(), step.Health: w.Health, step.Rollback: w.Rollback}
	if w.Rolled != nil {
		maps.Copy(with, w.Rolled[d.Name].With)
	}
	if (w.Rollback != "" || w.Rolled != nil) && w.Health != "" {
		if len(d.Members) > 1 {
			with[step.Command] = w.Quorum
		}
		data, err := json.Marshal(members, json.Deterministic(true))
		if err == nil {
			with[step.Instances] = string(data)
		}
	}
	for k, v := range with {
		if v == "" {
			delete(with, k)
		}
	}
	title := "see that it is well"
	if soak > 0 {
		title = "bake for " + words.Duration(soak)
	}
	s := plan.Step{ID: "bake/" + name, Group: name, Of: name, Wave: w.number, Title: title, Needs: patches, Guards: []plan.Guard{},
		Action:         plan.Action{Kind: step.Bake, With: with},
		TimeoutSeconds: int64((soak + time.Hour + time.Duration(len(members))*w.Within).Seconds()), Attempts: 1,
		Predicted: &plan.Predicted{MinSeconds: soak.Seconds(), MedianSeconds: soak.Seconds(), MaxSeconds: soak.Seconds() + 3600}}
	w.plan.Steps = append(w.plan.Steps, s)
	return s.ID
}
