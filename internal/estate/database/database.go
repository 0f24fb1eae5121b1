// Package database is the database instances that run, as plain values,
// whoever listed them.
package database

import "github.com/onus-project/onus/internal/origin"

// Estate is every instance that was read, in the order of its source.
type Estate struct {
	Instances []Instance
}

// Instance is one database server: a mongod, a replica of PostgreSQL, a node
// of a cache. What its source does not say is empty.
type Instance struct {
	Name    string
	Product string // such as mongodb or postgresql
	// Version is what the instance runs, as its source writes it; see Versions.
	Version string
	Edition string // such as community or enterprise
	// Deployment is what it is a member of, such as a replica set or a cluster.
	Deployment string
	Role       string // such as primary or arbiter
	// Offering is how it is bought, as the catalog names it.
	Offering string
	Account  string // of a cloud
	Region   string
	Zone     string
	Window   string // in which it is maintained, as written
	Position origin.Position
}

// Account is what the section says of itself.
func (e *Estate) Account() origin.Account {
	return origin.Account{
		Objects: len(e.Instances), Object: "database instance",
		Checked: len(e.Instances) > 0, ToCheck: "a database instance",
		ToSimulate: "a workload",
	}
}
