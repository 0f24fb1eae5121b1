package contract

import "slices"

// ByAutoscaler is the name of the terms by which a cluster autoscaler that somebody runs in
// the cluster removes nodes.
const ByAutoscaler = "cluster-autoscaler"

// spotTerms is the name of the terms by which spot capacity is taken back, where there are
// others for interruptions, too.
const spotTerms = "spot"

// Spot are the terms by which spot capacity is taken back: those of that name, or those for
// whatever interrupts nodes; false where a contract has neither.
func (c *Contract) Spot() (Terms, bool) {
	all := c.For(Interruption)
	for _, name := range []string{spotTerms, ""} {
		if k := slices.IndexFunc(all, func(t Terms) bool { return t.Name == name }); k >= 0 {
			return all[k], true
		}
	}
	return Terms{}, false
}
