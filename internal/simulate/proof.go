package simulate

import (
	"github.com/onus-project/onus/internal/bound"
)

// Proof is what is known of a workload under a scenario: the fewest ready pods
// in any order of events that the contract allows, and what the runs found.
type Proof struct {
	bound.Bound
	Verdict bound.Verdict
	Words   string // why it is that
}

// Prove bounds the workloads of a simulation, in the order of its Workloads,
// and says how far the provider gets with each pool. It fails, with the
// reason, where the scenario does more than a bound looks at.
func (w *World) Prove(sim *Simulation) ([]Proof, []bound.Finish, error) {
	m, err := w.Model(&sim.Scenario)
	if err != nil {
		return nil, nil, err
	}
	bounds := bound.Bounds(m)
	proofs := make([]Proof, 0, len(sim.Workloads))
	for k, l := range w.At() {
		s := bound.Search{Runs: len(sim.Runs), Least: sim.Least(k)}
		p := Proof{Bound: bounds[l]}
		p.Verdict, p.Words = bound.Judge(p.Bound, sim.Workloads[k].Floor, s)
		proofs = append(proofs, p)
	}
	return proofs, bound.Finishes(m, 0), nil
}

// Least is the fewest ready pods of a workload in any run.
func (s *Simulation) Least(workload int) int {
	least := s.Runs[0].Workloads[workload].MinReady
	for i := range s.Runs {
		least = min(least, s.Runs[i].Workloads[workload].MinReady)
	}
	return least
}
