package publish

import (
	"github.com/onus-project/onus/internal/report/published"
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
	for _, f := range p.Finishes {
		if f.Nodes == 0 {
			continue
		}
		x := published.SimulatedFinish{Pool: f.Pool, Nodes: f.Nodes, Forced: f.Forced, Unpatched: f.Unpatched, AtWorst: f.AtWorst,
			Because: f.Because}
		if f.Done {
			x.TakesSeconds = new(seconds(f.Takes))
		}
		v.Finish = append(v.Finish, x)
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
