package publish

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/fleet"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/velocity"
	"github.com/onus-project/onus/internal/words"
)

// Rolled is what a velocity is made of.
type Rolled struct {
	Catalog    *responsibility.Catalog
	Fleet      *fleet.Fleet
	Scenario   *velocity.Scenario
	Result     *velocity.Result
	Instead    []velocity.Instead
	More       []*velocity.Result // of further runs, where something is left to chance
	Flaws      []string
	Unreadable []origin.Fault
}

// curvePoints is in how many steps the course of a rollout is told.
const curvePoints = 96

// mostLeft is how many deployments that are left are named.
const mostLeft = 100

// Velocity is how a fix reaches a fleet.
func Velocity(x *Rolled) published.Velocity {
	s, r := x.Scenario, x.Result
	v := published.Velocity{Head: published.Head{Schema: published.VelocitySchema}, Strategy: strategyOf(s.Own),
		Flaws: append([]string{}, x.Flaws...),
		Start: stamp(s.Start), Told: r.Told.Seconds(), Override: s.Override, Capacity: s.Capacity, Whole: shareOf(r.Whole, r.Public),
		Tiers: []published.VelocityTier{}, Curve: []published.VelocityPoint{}, Waves: []published.VelocityWave{},
		Instead: []published.VelocityInstead{}, Canary: []published.VelocityWatched{}, Left: []published.VelocityLeft{},
		Assumes: append([]string{}, x.Fleet.Assumes()...), Unreadable: append([]origin.Fault{}, x.Unreadable...)}
	if r.Public != 0 {
		v.Public = new(r.Public.Seconds())
	}
	if r.Vendor != nil {
		v.Vendor = new(strategyOf(s.Vendor))
	}
	x.tiers(&v)
	for _, p := range r.Whole.Curve(curvePoints) {
		v.Curve = append(v.Curve, published.VelocityPoint{Seconds: p.At.Seconds(), At: stamp(s.Start.Add(p.At)), Patched: p.Patched,
			Percent: percent(p.Patched, r.Whole.ToDo())})
	}
	for _, p := range []*velocity.Played{r.Vendor, r.Mine} {
		if p != nil {
			v.Left = append(v.Left, leftOf(p)...)
			for i := range p.Fleet.Deployments {
				if p.Turns[i].Outcome == velocity.Patched && p.Fleet.Deployments[i].Alone() {
					v.Alone++
				}
			}
		}
	}
	v.Left = v.Left[:min(len(v.Left), mostLeft)]
	if r.Mine != nil {
		x.mine(&v)
	}
	x.runs(&v)
	v.Assumes = append(v.Assumes, timings(&s.Settings)...)
	return v
}

// timings are what of the settings nobody could read.
func timings(s *velocity.Settings) []string {
	all := []string{"each member takes " + words.Duration(s.Member) + ", and a step-down " + words.Duration(s.StepDown) + " more"}
	return all
}

func strategyOf(s *velocity.Strategy) published.VelocityStrategy {
	return published.VelocityStrategy{ID: s.ID, Title: s.Title, About: s.About, Chosen: append([]string{}, s.Chosen...),
		From: append([]string{}, s.From...)}
}

// at is a time in seconds; nil for one that does not come.
func at(d time.Duration) *float64 {
	if d == velocity.Never {
		return nil
	}
	return new(d.Seconds())
}

func percent(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return math.Round(10000*float64(n)/float64(of)) / 100
}

func days(d float64) float64 { return math.Round(100*d) / 100 }

func shareOf(s *velocity.Summary, public time.Duration) published.VelocityShare {
	out := published.VelocityShare{Deployments: s.Deployments, Instances: s.Instances, Already: s.Already, Patched: s.Patched,
		Unpatched: s.Unpatched(), HalfSeconds: at(s.Half), P95Seconds: at(s.P95), LastSeconds: at(s.Last), ExposureDays: days(s.Exposure),
		PublicDays: days(s.ExposedSince(public)), AtPublic: s.PatchedBy(public)}
	if s.Patched > 0 {
		out.MeanSeconds = at(s.Mean)
	}
	return out
}

// tiers are told in the order of their names: what the provider patches first.
func (x *Rolled) tiers(v *published.Velocity) {
	owner := map[string]string{}
	for i := range x.Fleet.Deployments {
		d := &x.Fleet.Deployments[i]
		owner[d.Tier] = string(responsibility.Customer)
		if d.Provider {
			owner[d.Tier] = string(responsibility.Provider)
		}
	}
	for name, s := range x.Result.Tiers {
		t := published.VelocityTier{Tier: name, Title: name, Owner: owner[name], VelocityShare: shareOf(s, x.Result.Public)}
		if o := x.Catalog.Offering(name); o != nil {
			t.Title = o.Title
		}
		v.Tiers = append(v.Tiers, t)
	}
	slices.SortFunc(v.Tiers, func(a, b published.VelocityTier) int {
		return cmp.Or(-cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Title, b.Title))
	})
}

// mine is what the customer's own rollout has to be told of.
func (x *Rolled) mine(v *published.Velocity) {
	p, told := x.Result.Mine, x.Result.Told
	later := func(d time.Duration) *float64 {
		if d == velocity.Never {
			return nil
		}
		return new((d + told).Seconds())
	}
	instances := make([]int, len(p.Rounds))
	for i := range p.Turns {
		instances[p.Turns[i].Wave] += len(p.Fleet.Deployments[i].Order())
	}
	before := 0
	for k := range p.Rounds {
		r := &p.Rounds[k]
		w := published.VelocityWave{Name: r.Name, Groups: []string{}, Deployments: r.Deployments, Instances: instances[k],
			BeginSeconds: later(r.Begin), DoneSeconds: later(r.Done), BakedSeconds: later(r.Baked), Failed: r.Failed}
		if p.Strategy.By != "" && r.Groups > before {
			w.Groups = append(w.Groups, p.Groups[before:r.Groups]...)
			before = r.Groups
		}
		v.Waves = append(v.Waves, w)
	}
	if p.Stop != nil {
		v.Stop = &published.VelocityStop{Seconds: (p.Stop.At + told).Seconds(), Wave: p.Rounds[p.Stop.Wave].Name, Failures: p.Stop.Failures}
	}
	whole, _ := p.Summarize()
	tail := p.Tail(whole.Slow() - 1)
	v.Tail = &published.VelocityTail{Instances: tail.Instances, Waits: waitsOf(&tail.Waits), Last: []published.VelocityLate{}}
	for i := range tail.Last {
		l := &tail.Last[i]
		d := &p.Fleet.Deployments[l.Deployment]
		v.Tail.Last = append(v.Tail.Last, published.VelocityLate{Deployment: d.Name, Tier: d.Tier, Seconds: (l.End + told).Seconds(),
			Waits: waitsOf(&l.Waits)})
	}
	for _, i := range x.Instead {
		v.Instead = append(v.Instead, published.VelocityInstead{Without: i.What, P95Seconds: later(i.Whole.P95), LastSeconds: later(i.Whole.Last),
			ExposureDays: days(i.Whole.Exposure + told.Hours()/24*float64(i.Whole.Patched)), Patched: i.Whole.Patched})
	}
	for _, w := range p.Canary() {
		v.Canary = append(v.Canary, published.VelocityWatched{Stratum: w.Stratum, Instances: w.Instances, Canary: w.Canary,
			MissesOf5: math.Round(1000*(1-velocity.Sees(w.Canary, 0.05))) / 1000,
			Sees:      math.Round(10000*velocity.Smallest(w.Canary, 0.95)) / 100})
	}
}

func waitsOf(w *velocity.Waits) map[string]float64 {
	all := map[string]float64{}
	for c := range velocity.Causes {
		if w[c] > 0 {
			all[c.String()] = math.Round(w[c].Seconds())
		}
	}
	return all
}

// leftOf are the deployments of which members stay as they are.
func leftOf(p *velocity.Played) (all []published.VelocityLeft) {
	for i := range p.Turns {
		t, d := &p.Turns[i], &p.Fleet.Deployments[i]
		if t.Outcome == velocity.Patched || t.Outcome == velocity.NothingToDo {
			continue
		}
		all = append(all, published.VelocityLeft{Deployment: d.Name, Tier: d.Tier, Instances: len(d.Order()), Outcome: t.Outcome.String(),
			Why: whyLeft(p, t)})
	}
	return all
}

func whyLeft(p *velocity.Played, t *velocity.Turn) string {
	switch {
	case t.Why != "":
		return t.Why
	case t.Outcome == velocity.Failed:
		return "a member failed with the fix, and it was rolled back"
	case p.Stop != nil:
		return "the rollout had stopped"
	}
	return "the time was over before its turn came"
}

// runs are told where something is left to chance.
func (x *Rolled) runs(v *published.Velocity) {
	if len(x.More) == 0 {
		return
	}
	v.Runs = &published.VelocityRuns{Runs: len(x.More) + 1}
	var p95 []float64
	for _, r := range append([]*velocity.Result{x.Result}, x.More...) {
		if r.Mine != nil && r.Mine.Stop != nil {
			v.Runs.Stopped++
		}
		if r.Whole.P95 != velocity.Never {
			p95 = append(p95, r.Whole.P95.Seconds())
		}
	}
	if slices.Sort(p95); len(p95) > 0 {
		v.Runs.P95 = &published.Spread{Min: p95[0], Median: p95[len(p95)/2], Max: p95[len(p95)-1]}
	}
}
