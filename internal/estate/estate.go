// Package estate is what runs, in sections: what one kind of source tells and
// one axis or more looks at. A section is a package below this one, a field of
// Estate and a line of sections; a section that nothing was read for is there
// and empty.
package estate

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
)

// Estate is everything that was read of one unit.
type Estate struct {
	Kubernetes *kubernetes.Estate
	Database   database.Estate
	Cloud      cloud.Estate
	// Name is that of the unit it is, where several may stand side by side; empty
	// for plain files and for clusters.
	Name string
	// Today is the day on which it is looked at; zero where nothing is to depend on that.
	Today time.Time
	// Flaws are what is published of flaws in what runs; nil for nothing.
	Flaws *advisory.Set
	// PatchTarget is how long after a flaw was public it may take until it is gone everywhere.
	PatchTarget time.Duration
	// Folders are those of the input, which tell what stands in them is there for.
	Folders purpose.Folders
	// Unneeded says of a unit why nobody but those who try, test or develop it needs
	// what it makes: "is there for tests"; empty where others do.
	Unneeded string
	// Unlisted says of files that they stand beside a kustomization and that none lists
	// them: what they hold is no part of what is applied.
	Unlisted bool
	// Beside says of workloads why it is another unit of the input that counts, which
	// makes the same or more of it: see Compare.
	Beside map[kubernetes.Ref]string
	// OfChart says that a chart makes it, of which Helm installs all or nothing.
	OfChart bool
	// OwnValues says that it is a chart with its own values alone: what they have stands in for
	// what those who install it will set.
	OwnValues bool
	// AtHome says by what runs beside it that a household has all of it; empty where
	// nothing tells.
	AtHome string
	// Older says by what it is known that its cluster takes budgets of policy/v1beta1, as
	// those before Kubernetes 1.25 do; empty where nothing tells.
	Older string
	// Deprecated says that it is a chart which its maintainers gave up.
	Deprecated bool
	// Unreadable is what could not be read of it, in the order of the input.
	Unreadable []origin.Fault
	// Notes are what was read otherwise than its author may think: of a key that stands twice
	// the last one.
	Notes []origin.Fault
}

// section is a part of an estate, which can account for itself.
type section interface{ Account() origin.Account }

func (e *Estate) sections() []section {
	return []section{e.Kubernetes, &e.Database, &e.Cloud}
}

// Accounts are those of all sections.
func (e *Estate) Accounts() []origin.Account {
	var all []origin.Account
	for _, s := range e.sections() {
		all = append(all, s.Account())
	}
	return all
}

// Newest is the latest time that anything in the estate carries: about when it
// was read. Zero where nothing does.
func (e *Estate) Newest() time.Time {
	var newest time.Time
	for _, a := range e.Accounts() {
		if a.Newest.After(newest) {
			newest = a.Newest
		}
	}
	return newest
}

// Contexts name what was read, live or from snapshots.
func (e *Estate) Contexts() []string {
	var all []string
	for _, a := range e.Accounts() {
		all = append(all, a.Contexts...)
	}
	return all
}

// Unread is what could not be read for any section.
func (e *Estate) Unread() []origin.Unread {
	var all []origin.Unread
	for _, a := range e.Accounts() {
		all = append(all, a.Unread...)
	}
	return all
}

// Hidden is what files, builds and operators hold that could not be read. Unlike
// Unread it is about single objects, those in its scope.
func (e *Estate) Hidden() []origin.Unread {
	var all []origin.Unread
	for _, a := range e.Accounts() {
		all = append(all, a.Hidden...)
	}
	return all
}

// Objects counts what was read for all sections.
func (e *Estate) Objects() int {
	n := 0
	for _, a := range e.Accounts() {
		n += a.Objects
	}
	return n
}

// Checked reports whether some section holds what a check can be about.
func (e *Estate) Checked() bool {
	return slices.ContainsFunc(e.Accounts(), func(a origin.Account) bool { return a.Checked })
}

// Simulated reports whether some section holds what can be simulated.
func (e *Estate) Simulated() bool {
	return slices.ContainsFunc(e.Accounts(), func(a origin.Account) bool { return a.Simulated })
}
