// Package database is the database instances that run, as plain values,
// whoever listed them.
package database

import (
	"net/netip"
	"time"

	"github.com/onus-project/onus/internal/connection"
	"github.com/onus-project/onus/internal/origin"
)

// Estate is every instance that was read, in the order of its source.
type Estate struct {
	Instances []Instance
	// Pending is what providers have in store for them.
	Pending []Pending
	// Progress is how far those are of which the instances say what is wanted.
	Progress []Progress
	// Offers are what automation can install, by each manifest that was read.
	Offers []Offer
	// Entries are of lists of who may open connections, Groups are security groups, Alerts are of what somebody is told.
	Entries []Entry
	Groups  []Group
	Alerts  []Alert
}

// Entry is one of the list of who may open connections to the databases of a project.
type Entry struct {
	Offering, Account string
	Network           netip.Prefix // not valid where it is one of named machines
	Text              string       // as written
	Until             time.Time    // when it ends; zero for never
	More              bool         // the list goes on in another file
	Position          origin.Position
}

// Group is what a security group lets in.
type Group struct {
	ID       string
	Rules    []Rule
	Position origin.Position
}

// Rule lets some networks reach some ports.
type Rule struct {
	Networks []netip.Prefix
	Lists    []string // of networks, which are not told here
	From, To int      // ports; 0 and 65535 for all
}

// Alert is a setting by which somebody is told of an event in a project.
type Alert struct {
	Offering, Account string
	Event             string // as the provider names it
	On                bool   // it is enabled, and somebody is told
	Some              bool   // of some of its databases alone, by matchers
	More              bool   // the list goes on in another file
	Position          origin.Position
}

// Offer is what one manifest of versions has.
type Offer struct {
	Offering string // of those that it is for
	Versions []string
	Position origin.Position
}

// Instance is one database server: a mongod, a replica of PostgreSQL, a node
// of a cache. What its source does not say is empty.
type Instance struct {
	Name    string
	Host    string // where that is not its name
	Product string // such as mongodb or postgresql
	// Version is what the instance runs, as its source writes it; see Versions.
	Version string
	// Wanted says that Version is what it is to run, and not known to be what it runs.
	Wanted  bool
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
	NoWindow bool   // it is told that nobody chose one
	// Patched is since when it runs its version, Rotated when the secrets that it holds were last changed.
	Patched, Rotated Moment
	// Tested is when a failover of it was last rehearsed.
	Tested Moment
	// Connection is how its clients connect to it; nil where nobody says.
	Connection *connection.String
	// Protected are the hours in which it is not, Deferrals the weeks by which its owner puts maintenance off, as
	// written.
	Protected, Deferrals string
	// Controls are what makes a flaw harder to use until it is patched, as written: compressors snappy,zstd. Networks are
	// those that reach it, where they say so; nil where they do not.
	Controls string
	Networks []netip.Prefix
	// Groups are the security groups that let others in to its port; no port is any.
	Groups []string
	Port   int
	// Standby says whether there is something to fail over to, Public whether its address is one of the Internet,
	// AutoMinor whether new patches are taken over by themselves; nil where nobody says.
	Standby, Public, AutoMinor *bool
	// Planned says that it was made of how many there are to be: what lists those of its deployment one by one
	// goes over it.
	Planned bool
	// By is what printed it; empty for an inventory. Custom says that it is a custom resource: of one without a
	// version its operator decides.
	By       string
	Custom   bool
	Position origin.Position
}

// Pending is something that a provider is going to do to an instance, or waits for its owner to start.
type Pending struct {
	Name     string // of the instance, or of the cluster
	Cluster  bool
	Account  string
	Region   string
	Offering string
	Action   string // by the provider's name
	About    string
	// Required is the day after which it is done in the next window, Forced that on which it is whatever the window
	// is, Planned when it is to be done as things are; Due is until when the owner is to have done it.
	Required, Forced, Planned, Due time.Time
	OptIn                          string // that its owner chose a time
	Status                         string
	Missed                         bool // the provider counts it as overdue
	Position                       origin.Position
}

// Progress is whether a process runs what is wanted.
type Progress struct {
	Name, Host string
	Done       bool
}

// Account is what the section says of itself.
func (e *Estate) Account() origin.Account {
	return origin.Account{
		Objects: len(e.Instances), Object: "database instance",
		Checked: len(e.Instances)+len(e.Pending) > 0, ToCheck: "a database instance",
		ToSimulate: "a workload",
	}
}
