package operator

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// rewritten notes of budgets that name an operator's resource as their owner by what the operator
// writes them anew, where it does: what they say is so until then.
func (m *maker) rewritten(c *responsibility.Catalog) {
	all := responsibility.Rewriters(c)
	for i := range m.raw.Budgets {
		b := &m.raw.Budgets[i]
		if b.MadeBy == nil || b.UID == "" {
			continue
		}
		k := slices.IndexFunc(all, func(r responsibility.Rewriter) bool { return r.Kind == b.MadeBy.API })
		if k >= 0 && !m.left(b, all[k]) {
			b.Rewritten = all[k].Operator + " writes PDB " + b.Name + " anew " + all[k].Says
		}
	}
}

// left reports whether the resource that a budget is made of has it left alone.
func (m *maker) left(b *kubernetes.Budget, by responsibility.Rewriter) bool {
	return slices.ContainsFunc(m.raw.CustomResources, func(r kubernetes.CustomResource) bool {
		if r.API != by.Kind || r.Namespace != b.Namespace || r.Name != b.MadeBy.Name {
			return false
		}
		o, ok := parsed(r)
		return ok && slices.ContainsFunc(by.Unless, o.holds)
	})
}
