package database

import (
	"cmp"
	"slices"
)

// Join puts together what several sources say of the same instances: those that are listed one by one go over
// those that a cluster is to have, and take what only that says; processes that have achieved their goal run
// what is wanted.
func (e *Estate) Join() {
	e.listed()
	type process struct{ name, host string }
	done := map[process]bool{}
	for _, p := range e.Progress {
		done[process{p.Name, p.Host}] = p.Done
	}
	for i := range e.Instances {
		if x := &e.Instances[i]; x.Wanted && done[process{x.Name, x.Host}] {
			x.Wanted = false
		}
	}
}

// Append adds what another estate has.
func (e *Estate) Append(o *Estate) {
	e.Instances = append(e.Instances, o.Instances...)
	e.Pending = append(e.Pending, o.Pending...)
	e.Progress = append(e.Progress, o.Progress...)
	e.Offers = append(e.Offers, o.Offers...)
	e.Entries = append(e.Entries, o.Entries...)
	e.Groups = append(e.Groups, o.Groups...)
	e.Alerts = append(e.Alerts, o.Alerts...)
}

// listed drops those that were made of how many there are to be, where others list them.
func (e *Estate) listed() {
	type set struct{ offering, account, deployment string }
	of := func(x *Instance) set { return set{x.Offering, x.Account, x.Deployment} }
	real := map[set]bool{}
	planned := map[set]map[string]*Instance{}
	some := false
	for i := range e.Instances {
		x := &e.Instances[i]
		if !x.Planned {
			real[of(x)] = true
			continue
		}
		some = true
		if planned[of(x)] == nil {
			planned[of(x)] = map[string]*Instance{}
		}
		planned[of(x)][x.Name] = x
	}
	if !some {
		return
	}
	for i := range e.Instances {
		x := &e.Instances[i]
		if p := planned[of(x)][x.Name]; p != nil && !x.Planned {
			x.Role, x.Region, x.Window = cmp.Or(x.Role, p.Role), cmp.Or(x.Region, p.Region), cmp.Or(x.Window, p.Window)
			x.Standby, x.AutoMinor = cmp.Or(x.Standby, p.Standby), cmp.Or(x.AutoMinor, p.AutoMinor)
		}
	}
	e.Instances = slices.DeleteFunc(e.Instances, func(x Instance) bool { return x.Planned && real[of(&x)] })
}
