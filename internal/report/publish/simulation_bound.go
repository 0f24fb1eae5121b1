package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/simulate"
)

// bounds are the bounds of the workloads and how far the provider gets.
func (p *played) bounds() {
	v := &p.value
	for k := range p.Judgements {
		j, w := &p.Judgements[k], &v.Workloads[k]
		if b := j.Bound; b != nil {
			v.Bounds = append(v.Bounds, published.SimulatedBound{Namespace: w.Namespace, Kind: w.Kind, Name: w.Name, Title: w.Title,
				Verdict: published.Proof(j.Proof), Bound: b.Least, Exact: b.Exact, Words: j.Words, Because: append([]string{}, b.Because...)})
		}
	}
	replaced := p.Replaced()
	v.Finish = []published.SimulatedFinish{}
	// Of nodes that nobody has asked for, such as in a consolidation, none has to be replaced.
	asked := slices.ContainsFunc(p.Runs, func(r simulate.Run) bool { return r.Asked > 0 })
	for _, f := range p.Finishes {
		if f.Nodes == 0 || !asked {
			continue
		}
		x := published.SimulatedFinish{Pool: f.Pool, Nodes: f.Nodes, Forced: f.Forced, Unpatched: f.Unpatched, AtWorst: f.AtWorst,
			Because: f.Because, RefusedBy: f.RefusedBy, Vacates: f.Vacates}
		if f.Done {
			x.TakesSeconds = new(seconds(f.Takes))
		}
		x.Verdict = p.Verdict()
		switch {
		case len(f.RefusedBy)+len(f.Waits) > 0 || f.ComesBack:
			x.Verdict = finding.Unknown
		case x.Verdict != finding.Unknown:
			x.Verdict = finding.Held
		}
		if k := slices.IndexFunc(replaced, func(r forecast.Replaced) bool { return r.Pool == f.Pool }); k >= 0 {
			stayed(&x, &replaced[k])
		}
		v.Finish = append(v.Finish, x)
	}
	for i := range replaced { // of pools that nothing bounds
		r := &replaced[i]
		if !slices.ContainsFunc(v.Finish, func(f published.SimulatedFinish) bool { return f.Pool == r.Pool }) {
			x := published.SimulatedFinish{Pool: r.Pool, Nodes: r.Most, AtWorst: r.Most, Because: []string{}}
			stayed(&x, r)
			v.Finish = append(v.Finish, x)
		}
	}
	for i := range v.Finish {
		if x := &v.Finish[i]; slices.Contains(p.Unrecognised.Pools, x.Pool) {
			x.Verdict, x.Unrecognised = finding.Unknown, append([]string{}, p.Unrecognised.Nodes...)
		}
	}
}

// stayed adds what the runs came to.
func stayed(x *published.SimulatedFinish, r *forecast.Replaced) {
	x.Verdict, x.Left = r.Verdict, published.Left{Min: r.Least, Max: r.Most}
	for _, s := range r.Stays {
		y := published.SimulatedStay{Node: s.Node, Stuck: s.Stuck, Why: s.Why, Pod: s.Pod, Evidence: s.Evidence, Cause: string(s.Cause)}
		if s.Holder.Name != "" {
			y.Workload = new(published.Ref(s.Holder))
		}
		x.Stays = append(x.Stays, y)
	}
}

// margins are the same scenario with one injected fault per run.
func (p *played) margins() {
	v := &p.value
	for i := range p.Faults {
		m := &p.Faults[i]
		x := published.SimulatedMargin{Name: m.Name, Runs: m.Runs, Unpatched: m.Unreplaced, Verdict: m.Verdict()}
		for k, least := range m.Least {
			w := &v.Workloads[k]
			x.Workloads = append(x.Workloads, published.SimulatedMarginWorkload{Namespace: w.Namespace, Kind: w.Kind, Name: w.Name, Title: w.Title,
				Replicas: w.Replicas, MinReady: least, Breaks: m.Breaks[k]})
		}
		v.Margins = append(v.Margins, x)
	}
}
