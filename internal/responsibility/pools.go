package responsibility

import (
	"slices"

	"github.com/onus-project/onus/internal/contract"
)

// PoolLabels are the labels by which nodes say what pool they are of, of all
// platforms.
func (c *Catalog) PoolLabels() []string {
	var labels []string
	for _, k := range c.contracts() {
		if k.PoolLabel != "" && !slices.Contains(labels, k.PoolLabel) {
			labels = append(labels, k.PoolLabel)
		}
	}
	return labels
}

// PoolLabel is the label by which nodes say that they are of a pool of a kind,
// as GROUP/KIND; empty where no platform has one for that kind.
func (c *Catalog) PoolLabel(kind string) string {
	for _, k := range c.contracts() {
		if k.PoolKind == kind && kind != "" {
			return k.PoolLabel
		}
	}
	return ""
}

// HasNodeBudgets reports whether pools of a kind, as GROUP/KIND, have node
// budgets on some platform.
func (c *Catalog) HasNodeBudgets(kind string) bool {
	return slices.ContainsFunc(c.contracts(), func(k *contract.Contract) bool { return k.NodeBudgets() && k.PoolKind == kind })
}

// SelectedPool is the pool, by kind and name, that a node selector asks for;
// empty where it asks for none.
func (c *Catalog) SelectedPool(selector map[string]string) (kind, name string) {
	for _, k := range c.contracts() {
		if name := selector[k.PoolLabel]; k.PoolLabel != "" && k.PoolKind != "" && name != "" {
			return k.PoolKind, name
		}
	}
	return "", ""
}

func (c *Catalog) contracts() []*contract.Contract {
	var all []*contract.Contract
	for _, o := range c.Offerings {
		if o.Contract != nil {
			all = append(all, o.Contract)
		}
	}
	return all
}
