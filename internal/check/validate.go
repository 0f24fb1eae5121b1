package check

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/responsibility"
)

// Validate holds a table of checks against a catalog: every check is for one
// obligation that the catalog has, on its axis, and no obligation of these axes
// that claims to be checked is without one.
func Validate(table []Check, c *responsibility.Catalog) error {
	var seen []string
	for i := range table {
		x := &table[i]
		o := c.Obligation(x.ID)
		switch {
		case o == nil:
			return fmt.Errorf("the check %s is for no obligation of the catalog", x.ID)
		case o.Axis != x.Axis:
			return fmt.Errorf("the check %s is of the axis %s, and its obligation of %s", x.ID, x.Axis, o.Axis)
		case slices.Contains(seen, x.ID):
			return fmt.Errorf("two checks are for %s", x.ID)
		case x.Run == nil:
			return fmt.Errorf("the check %s runs nothing", x.ID)
		}
		seen = append(seen, x.ID)
	}
	for _, o := range c.Obligations {
		if o.Checked && !slices.Contains(seen, o.ID) && slices.ContainsFunc(table, func(x Check) bool { return x.Axis == o.Axis }) {
			return o.Unchecked()
		}
	}
	return nil
}

// notLookedAt lists what applies where things run and no check is for, or for
// which there was nothing to look at.
func (p *Pass) notLookedAt(table []Check) []string {
	var ids []string
	offerings := p.offerings(table)
	for _, o := range p.Catalog.Obligations {
		k := slices.IndexFunc(table, func(x Check) bool { return x.ID == o.ID })
		if k < 0 && !slices.ContainsFunc(table, func(x Check) bool { return x.Axis == o.Axis }) {
			continue // nothing that was read is about this axis
		}
		looked := false
		if k >= 0 {
			of := *p
			of.check = &table[k]
			looked = table[k].Subjects.looked(&of)
		}
		if slices.ContainsFunc(offerings[o.Axis], func(on *responsibility.Offering) bool {
			return o.AppliesTo(on) && (!looked || table[k].ByContract && on.Contract == nil)
		}) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// looked reports whether there are subjects, or may be, and something is said of all of them.
func (s *Subjects) looked(p *Pass) bool {
	return (s.There == nil || s.There(p)) && (s.Untold == nil || !s.Untold(p))
}

// offerings are by axis those that the subjects of its checks run on.
func (p *Pass) offerings(table []Check) map[string][]*responsibility.Offering {
	all := map[string][]*responsibility.Offering{}
	for i := range table {
		switch x := &table[i]; {
		case x.Subjects.Offerings != nil:
			all[x.Axis] = append(all[x.Axis], x.Subjects.Offerings(p)...)
		case all[x.Axis] == nil:
			all[x.Axis] = p.Places.Offerings()
		}
	}
	return all
}
