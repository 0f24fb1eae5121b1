package simulate

import (
	"slices"

	"github.com/onus-project/onus/internal/disruption"
)

// asksLabel is a label that budgets of a namespace ask for; of those that ask for none that
// could be told, the namespace alone.
type asksLabel struct{ namespace, key, value string }

// pdbIndex finds the PDBs that select pods.
type pdbIndex struct {
	*builder
	byLabel  map[asksLabel][]int32
	numbered map[string]bool // namespaces in which a PDB selects pods of StatefulSets by number
}

// find indexes the budgets by one label that each of them asks for.
func (b *pdbIndex) find() {
	for i := range b.estate.Budgets {
		x := &b.estate.Budgets[i]
		g := pdb{
			Ref: x.Ref(), spec: inUnit(b.estate, x),
			alwaysAllow: x.Unhealthy == "AlwaysAllow", unserved: x.Unserved, primary: x.Primary,
		}
		g.fully = fullyBlocking(disruption.Budget{MinAvailable: x.MinAvailable, MaxUnavailable: x.MaxUnavailable})
		b.pdbs = append(b.pdbs, g)
		if x.Unserved { // it protects nothing
			continue
		}
		at := asksLabel{namespace: x.Namespace}
		if all, ok := x.Selector.Requirements(); ok {
			for _, r := range all {
				if r.Key() == podIndex || r.Key() == podName {
					b.numbered[x.Namespace] = true
				}
			}
			for _, r := range all {
				if v := r.Values(); v.Len() == 1 && (r.Operator() == "in" || r.Operator() == "=" || r.Operator() == "==") {
					at.key, at.value = r.Key(), v.List()[0]
					break
				}
			}
		}
		b.byLabel[at] = append(b.byLabel[at], int32(i))
	}
}

// over are the budgets that select pods with some labels, in their order.
func (b *pdbIndex) over(namespace string, labels map[string]string) []int32 {
	var found []int32
	look := func(at asksLabel) {
		for _, g := range b.byLabel[at] {
			if b.estate.Budgets[g].Selector.Matches(labelSet(labels)) {
				found = append(found, g)
			}
		}
	}
	if len(b.pdbs) == 0 {
		return nil
	}
	look(asksLabel{namespace: namespace})
	for k, v := range labels {
		look(asksLabel{namespace, k, v})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// fullyBlocking reports whether a budget says in so many words that it lets
// nothing go, which is when Karpenter starts no node for its pods.
//
// Source: newPdb in pkg/utils/pdb/pdb.go of Karpenter 1.14.
func fullyBlocking(b disruption.Budget) bool {
	switch {
	case b.MaxUnavailable != nil:
		return b.MaxUnavailable.String() == "0" || b.MaxUnavailable.String() == "0%"
	case b.MinAvailable != nil:
		return b.MinAvailable.String() == "100%"
	}
	return false
}
