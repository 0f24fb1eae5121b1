// Package velocity plays how a fix reaches a fleet of databases: which deployment is patched when,
// member by member, under waves, bake times, windows, quorum and the people there are. It does no
// I/O and takes the time as an argument.
package velocity

import (
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Fleet is what is to be patched. Windows are shared: a deployment names its own by number.
type Fleet struct {
	Deployments []Deployment
	Windows     []disruption.Window
}

// None is the number of no window.
const None = -1

// Deployment is what is patched as one: a replica set, a cluster, a server that stands alone.
type Deployment struct {
	Name    string
	Tier    string // in which form it is bought: results are told by tier
	Account string
	Region  string
	Zone    string
	Stratum string // of what a fault of the fix may depend on: product, version, edition
	// Provider says that who runs it patches it: at its own pace, and without our people.
	Provider bool
	Members  []Member
	Quorum   Quorum
	// Concern is how many members with data a write waits for; 0 for what the product does by itself.
	Concern int
	// Window is in which patches may begin, Protected in which they may not: None for no such hours.
	Window, Protected int
	// BeginsOnly says that the window is for beginning: what has begun goes on past its end.
	BeginsOnly bool
	// Deferrals are the weeks by which its owner puts the fix off.
	Deferrals int
	// NoFix says why there is nothing to patch it with; empty where there is.
	NoFix string
}

// Member is one instance.
type Member struct {
	Name  string
	Set   string // the replica set that it is of; empty where the deployment is one
	Part  Part
	Role  Role
	Fixed bool // it runs a fixed build already
}

// Role is what a member is in its set.
type Role uint8

// The roles, in the order in which members of a set are patched: what serves nobody comes first,
// and the primary steps down at last.
const (
	Hidden Role = iota
	Secondary
	Arbiter // votes and has no data
	Primary
)

// Part is what a set is in a sharded cluster.
type Part uint8

// The parts, in the order in which they are patched.
const (
	ConfigServers Part = iota
	Shard              // also what is no part of anything
	Router
)

// Quorum is what a set needs to be there.
type Quorum uint8

// The kinds of sets.
const (
	// ByVotes wants a majority of votes, and writes wait for some members with data.
	ByVotes Quorum = iota
	// ByReplica has a primary and copies of it, without votes: one with data is enough.
	ByReplica
)

// Instances is how many there are.
func (f *Fleet) Instances() int {
	n := 0
	for i := range f.Deployments {
		n += len(f.Deployments[i].Members)
	}
	return n
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)
