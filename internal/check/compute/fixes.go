package compute

import (
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// fixes make the changes that put budgets and workloads right.
type fixes struct {
	estate     *kubernetes.Estate
	coverage   *coverage
	arithmetic *arithmetic
	orphans    *orphans
	stakes     *stakes
	programs   *programs
	claims     claims
	electors   *electors

	budgetNames map[string]bool          // namespace/name of budgets
	namesakes   map[string]int           // namespace/name to how many workloads have it
	without     map[int][]finding.Change // by budget: how to exclude from it what has another, once asked
}

// fixesOf are those for the estate that a pass is over.
func fixesOf(p *check.Pass) *fixes {
	return check.Shared(p, func(p *check.Pass) *fixes {
		e := p.Estate.Kubernetes
		f := &fixes{
			estate: e, coverage: coverageOf(p), arithmetic: arithmeticOf(p), orphans: orphansOf(p), stakes: stakesOf(p), programs: programsOf(p),
			claims: claimsOf(p), electors: electorsOf(p),
			budgetNames: make(map[string]bool, len(e.Budgets)), namesakes: make(map[string]int, len(e.Workloads)),
			without: map[int][]finding.Change{},
		}
		for i := range e.Budgets {
			f.budgetNames[e.Budgets[i].Namespace+"/"+e.Budgets[i].Name] = true
		}
		for i := range e.Workloads {
			f.namesakes[e.Workloads[i].Namespace+"/"+e.Workloads[i].Name]++
		}
		return f
	})
}

// freeName is a name for a workload's budget that no budget has yet, nor
// another workload of another kind would be proposed.
func (f *fixes) freeName(w *kubernetes.Workload) string {
	kind := strings.ToLower(w.Kind)
	for _, name := range []string{w.Name, w.Name + "-pdb", w.Name + "-" + kind} {
		if !f.budgetNames[w.Namespace+"/"+name] && (name == w.Name+"-"+kind || f.namesakes[w.Namespace+"/"+w.Name] < 2) {
			return name
		}
	}
	return w.Name + "-" + kind + "-one-at-a-time"
}
