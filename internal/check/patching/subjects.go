// Package patching checks the obligations of the patching axis: who learns of
// a flaw, and who sees to it that every instance gets the fix.
package patching

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

const axis = "patching"

// databases are the subjects of checks on databases.
var databases = check.Subjects{Offerings: func(p *check.Pass) []*responsibility.Offering {
	all := make([]*responsibility.Offering, len(p.Places.Instances))
	for i, at := range p.Places.Instances {
		all[i] = at.Offering
	}
	for i := range p.Estate.Database.Pending {
		if at := placeOf(p, &p.Estate.Database.Pending[i]); at.Offering != nil {
			all = append(all, at.Offering)
		}
	}
	return all
}}

// members are the indices of the instances of one database: of those that name
// one deployment, or of one alone.
type members []int

// fleet are the databases on which the obligation is the customer's, in the
// order in which the first member of each was read.
func fleet(p *check.Pass) []members {
	type key struct{ account, region, deployment, name string }
	at := map[key]int{}
	var all []members
	for i := range p.Estate.Database.Instances {
		if !p.Obligation().AppliesTo(p.Places.Instances[i].Offering) {
			continue
		}
		x := &p.Estate.Database.Instances[i]
		k := key{account: x.Account, deployment: x.Deployment}
		if x.Deployment == "" {
			k.region, k.name = x.Region, x.Name
		}
		n, ok := at[k]
		if !ok {
			n = len(all)
			at[k] = n
			all = append(all, nil)
		}
		all[n] = append(all[n], i)
	}
	return all
}

// subject is what the members make together. One that spans regions is in none.
func (m members) subject(e *database.Estate) finding.Subject {
	first := &e.Instances[m[0]]
	s := finding.Subject{Kind: "Database", Name: first.Deployment, Account: first.Account, Region: first.Region}
	if s.Name == "" {
		s.Name = first.Name
	}
	for _, i := range m {
		if e.Instances[i].Region != s.Region {
			s.Region = ""
		}
	}
	return s
}
