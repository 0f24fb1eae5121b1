package compute

import (
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// replaced reports whether it is known of a place that its nodes are replaced, and how:
// something that was read, or somebody who asked, says on which offering it is, and every
// one that it may be has a contract.
func replaced(at *locate.Place) bool {
	if at.Offering == nil || at.Basis == locate.Unknown || at.Basis == locate.Assumed {
		return false
	}
	lacks := func(o *responsibility.Offering) bool { return o.Contract == nil }
	if at.Offering.Undecided() {
		return !slices.ContainsFunc(at.Offering.Candidates, lacks)
	}
	return !lacks(at.Offering) && !slices.ContainsFunc(at.Also, lacks)
}

// whereReplaced are workloads of some sort, as far as it is known that their nodes are
// replaced: what is told of the others would be true nowhere, or somewhere else. That some
// could not be read is told by other checks on workloads.
func whereReplaced(is func(p *check.Pass, i int) bool) check.Subjects {
	return check.Subjects{Untold: func(p *check.Pass) bool {
		if len(workloads.Unread(p)) > 0 {
			return true
		}
		for i := range p.Estate.Kubernetes.Workloads {
			if !replaced(&p.Places.Workloads[i]) && is(p, i) {
				return true
			}
		}
		return false
	}}
}

// eachReplaced calls a judge for each workload of some sort on nodes that are replaced.
func eachReplaced(is func(p *check.Pass, i int) bool, judge func(p *check.Pass, i int)) func(*check.Pass) {
	return eachWhere(true, is, judge)
}

// eachElsewhere calls a judge for each workload of some sort of whose nodes that is not known:
// what is said of it holds wherever pods are evicted.
func eachElsewhere(is func(p *check.Pass, i int) bool, judge func(p *check.Pass, i int)) func(*check.Pass) {
	return eachWhere(false, is, judge)
}

func eachWhere(known bool, is func(p *check.Pass, i int) bool, judge func(p *check.Pass, i int)) func(*check.Pass) {
	return func(p *check.Pass) {
		for i := range p.Estate.Kubernetes.Workloads {
			if p.Err() != nil {
				return
			}
			if replaced(&p.Places.Workloads[i]) == known && is(p, i) {
				judge(p, i)
			}
		}
	}
}
