package responsibility

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/contract"
)

// Platform is what several offerings have in common: GKE is sold as Standard
// and as Autopilot. Much of what an input shows is of the platform, and leaves
// open which of its offerings it is.
type Platform struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	About     string   `json:"about"`
	Offerings []string `json:"offerings"`
	// SideBySide says that its offerings can stand side by side in one cluster: of
	// what shows one of them for a workload, others of the cluster may be on any.
	SideBySide bool   `json:"sideBySide,omitempty"`
	Evidence   []Rule `json:"evidence,omitempty"`
	// Spot are the labels by which its nodes say how they are bought.
	Spot []SpotLabel `json:"spot,omitempty"`
	From []string    `json:"from"`
}

// Platform returns the platform with an id, or nil.
func (c *Catalog) Platform(id string) *Platform {
	for _, p := range c.Platforms {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// Assumed is what is taken on an axis where nothing in an input tells where it
// runs: an offering, or one of those of a platform; nil where nothing is.
func (c *Catalog) Assumed(axis string) *Offering {
	a := c.Axis(axis)
	if a == nil {
		return nil
	}
	if p := c.Platform(a.Assumed); p != nil {
		return c.OneOf(c.OfferingsOf(p))
	}
	return c.Offering(a.Assumed)
}

// OfferingsOf are the offerings of a platform.
func (c *Catalog) OfferingsOf(p *Platform) []*Offering {
	var of []*Offering
	for _, o := range c.Offerings {
		if slices.Contains(p.Offerings, o.ID) {
			of = append(of, o)
		}
	}
	return of
}

// OneOf stands for one of some offerings while it is not known for which: the
// offering itself where there is one, and nil for none. It is called as the
// smallest platform that has them all. Its line has the layers on which all
// agree, and it has no contract: what one of them may do, another may not.
func (c *Catalog) OneOf(offerings []*Offering) *Offering {
	switch len(offerings) {
	case 0:
		return nil
	case 1:
		return offerings[0]
	}
	one := &Offering{Candidates: HardestFirst(offerings), Line: agreed(offerings)}
	var of *Platform
	for _, p := range c.Platforms {
		has := func(o *Offering) bool { return slices.Contains(p.Offerings, o.ID) }
		if all(offerings, has) && (of == nil || len(p.Offerings) < len(of.Offerings)) {
			of = p
		}
	}
	if of != nil {
		one.ID, one.Title, one.About, one.From = of.ID, of.Title, of.About, of.From
	}
	one.Provider = offerings[0].Provider
	if !all(offerings, func(o *Offering) bool { return o.Provider == one.Provider }) {
		one.Provider = "provider"
	}
	return one
}

// agreed are the layers that are the same party's under all offerings.
func agreed(offerings []*Offering) map[string]map[string]Cell {
	line := map[string]map[string]Cell{}
	for axis, cells := range offerings[0].Line {
		line[axis] = map[string]Cell{}
		for layer, cell := range cells {
			if all(offerings, func(o *Offering) bool { return o.Line[axis][layer].Party == cell.Party }) {
				line[axis][layer] = Cell{Party: cell.Party}
			}
		}
	}
	return line
}

// HardestFirst sorts offerings by what a drain that a PDB blocks ends in, the
// provider's own moves before the customer's; equal ones in ladder order. Each
// is there once.
func HardestFirst(offerings []*Offering) []*Offering {
	sorted := slices.Clone(offerings)
	slices.SortFunc(sorted, func(a, b *Offering) int {
		return cmp.Or(hardness(b)-hardness(a), a.Order-b.Order, strings.Compare(a.ID, b.ID))
	})
	return slices.Compact(sorted)
}

// softest orders what may follow a deadline by how hard it is on pods.
var softest = []contract.OnDeadline{contract.ThenUnstated, contract.ThenWait, contract.ThenSkip, contract.ThenFail, contract.ThenForce}

func hardness(o *Offering) int {
	if o.Contract == nil {
		return 0
	}
	t := o.Contract.Routine()
	rank := 2 * (1 + slices.Index(softest, t.OnDeadline))
	if t.Initiator == contract.ByProvider {
		rank++
	}
	return rank
}
