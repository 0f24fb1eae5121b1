package locate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/responsibility"
)

// Basis is how firmly something is located.
type Basis string

// From firm to weak.
const (
	Asked    Basis = "asked"    // --as: the question was what if it ran there
	Proof    Basis = "proof"    // its own nodes, pool or selector show it
	Hint     Basis = "hint"     // something weaker does
	Only     Basis = "only"     // all nodes and pools there are stand there
	Possible Basis = "possible" // it may run on any of those that nodes and pools stand on
	Assumed  Basis = "assumed"  // nothing that was read tells, and something was taken
	Unknown  Basis = "unknown"  // nothing in the input tells: what is said holds on all that it may be
	Conflict Basis = "conflict" // it is shown to stand on more than one
)

// Place is where something stands. Where that is on several offerings, the
// one whose contract is hardest on it comes first. Offering stands for one of
// several where the evidence leaves open which; see Offering.Candidates.
type Place struct {
	Offering *responsibility.Offering
	Also     []*responsibility.Offering
	Basis    Basis
	Evidence Evidence
	// several says that more than one of the candidates was seen: what stands
	// elsewhere does not decide between them.
	several bool
}

// Words say where it is, and how that is known.
func (p *Place) Words() string {
	on := p.Offering.ID
	if p.Offering.Undecided() {
		on = p.Offering.Title + " (" + ids(p.Offering.Candidates) + ")"
	}
	return p.runs(on) + ": " + p.Evidence.String()
}

// Short says where it is, and leaves out how that is known and what else it may be.
func (p *Place) Short() string {
	if p.Offering.Undecided() {
		return p.runs(p.Offering.Title)
	}
	return p.runs(p.Offering.ID)
}

func (p *Place) runs(on string) string {
	if p.Basis == Hint {
		on += " by a hint"
	}
	return "runs on " + on
}

// on places something on one or several offerings, the hardest contract first.
// What stands for one of several counts as each of them.
func (p *Place) on(offerings ...*responsibility.Offering) {
	sorted := responsibility.HardestFirst(each(offerings))
	p.Offering, p.Also = sorted[0], sorted[1:]
}

// each has the candidates of those that stand for one of several in their place.
func each(offerings []*responsibility.Offering) []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, o := range offerings {
		if o.Undecided() {
			all = append(all, o.Candidates...)
		} else {
			all = append(all, o)
		}
	}
	return all
}

func ids(offerings []*responsibility.Offering) string {
	var list []string
	for _, o := range offerings {
		list = append(list, o.ID)
	}
	return strings.Join(list, ", ")
}

// Places is where everything in an estate stands. The slices run parallel to
// those of the estate. An Offering is nil where nothing tells and nothing was
// assumed.
type Places struct {
	Nodes []Place
	// NodePools are the names of the pools that the nodes are of, by the label
	// that some platform has for that, or by what the Cluster API writes on them;
	// empty where a node has none.
	NodePools []string
	// NodePoolLabels are those labels; empty where it is by none.
	NodePoolLabels []string
	Pools          []Place
	// PoolLabels are the labels by which the nodes of each pool name it; empty
	// where its kind has none.
	PoolLabels []string
	// SpotLabels are labels that say how nodes are bought, and the values of spot capacity.
	SpotLabels map[string]string
	Workloads  []Place
	Instances  []Place // of databases
	// OneNode says by what it is known that the cluster has one node; empty where it may
	// have more.
	OneNode string
	// Untold says that nothing in the input tells where anything stands.
	Untold bool
	// Fallback is where things stand that are not placed themselves.
	Fallback Place
	// Shown is what all this shows of the cluster, for others beside it that show
	// nothing; without an Offering where it shows nothing either.
	Shown Place
}

// Decided are the places with the hardest candidate in place of what stands for
// one of several: for those who have to take one.
func (p Places) Decided() Places {
	p.Untold = p.Fallback.Basis == Unknown
	p.Nodes, p.Pools, p.Workloads = decided(p.Nodes), decided(p.Pools), decided(p.Workloads)
	p.Fallback = decided([]Place{p.Fallback})[0]
	return p
}

func decided(places []Place) []Place {
	all := slices.Clone(places)
	for i := range all {
		if o := all[i].Offering; o != nil && o.Undecided() {
			all[i].Offering, all[i].Basis = o.Hardest(), Assumed
			all[i].Evidence = all[i].Evidence.and("assumed " + o.Hardest().ID + ", the hardest on pods of " + ids(o.Candidates))
		}
	}
	return all
}

// Offerings returns every offering that something stands on, in ladder order.
func (p *Places) Offerings() []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, places := range [][]Place{p.Nodes, p.Pools, p.Workloads} {
		for _, at := range places {
			for _, o := range append([]*responsibility.Offering{at.Offering}, at.Also...) {
				if o != nil && !slices.Contains(all, o) {
					all = append(all, o)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b *responsibility.Offering) int {
		return cmp.Or(a.Order-b.Order, strings.Compare(a.ID, b.ID))
	})
	return all
}
