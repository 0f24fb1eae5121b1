// Package calendar says what node budgets really do: hour by hour and reason by
// reason, against what was written, and whether a roll of the pool fits into the time
// that they leave open.
package calendar

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
)

// Range is the time that a calendar is of: [From, Until), in the zone of its reader.
type Range struct{ From, Until time.Time }

// Pool is the calendar of one pool that node budgets pace.
type Pool struct {
	Name     string
	Position origin.Position
	Place    locate.Place
	// Nodes is how many were read of it; nil where none was, of any pool.
	Nodes   *int
	Default bool // it says nothing of budgets, and has those of the API server
	Entries []Entry
	Tracks  []Track
	Remarks []Remark
	Age     contract.Age
	Expires []Expiry // in the range, by time
	// Unbound are the triggers that ask no budget.
	Unbound []string
	Roll    Roll
}

// Entry is one budget as it is written, and what it really does.
type Entry struct {
	Written  string
	Means    string
	Counts   bool // it decides at some time
	Position origin.Position
}

// Expiry is when some nodes reach their maximum age.
type Expiry struct {
	At    time.Time
	Nodes []string
}

// Remark is what a reader of the budgets would take otherwise.
type Remark struct {
	Obligation string // that it is about; empty for none
	Text       string
}

// pool is what is known of one while its calendar is made.
type pool struct {
	*kubernetes.Pool
	Range
	at      locate.Place
	budgets disruption.NodeBudgets
	written []disruption.NodeBudget
	judged  disruption.Judged
	nodes   *int
	names   map[string]bool // of its nodes
	stage   *stage
}

// Of are the calendars of the pools of one estate that node budgets pace, and of the
// windows in which clouds maintain what they run. What is undated is played from the
// start of the range.
func Of(
	ctx context.Context, c *responsibility.Catalog, e *estate.Estate, places locate.Places, in Range,
) (pools []Pool, windows []Window, err error) {
	paced := paced(c, e.Kubernetes, &places, in)
	if len(paced)+len(e.Cloud.Windows) == 0 {
		return nil, nil, nil
	}
	stage := stageOf(e.Kubernetes, places, in.From)
	for _, x := range paced {
		x.stage = stage
		made, err := x.calendar(ctx)
		if err != nil {
			return nil, nil, err
		}
		pools = append(pools, made)
	}
	windows, err = windowsOf(ctx, c, e.Cloud.Windows, in, stage)
	return pools, windows, err
}

// stage is what rolls are played on.
type stage struct {
	*forecast.Stage
	why string // nothing can be played
}

func stageOf(e *kubernetes.Estate, places locate.Places, now time.Time) *stage {
	if len(e.Nodes)+len(e.Workloads) == 0 {
		return &stage{why: "no node and no workload was read"}
	}
	prepared, err := forecast.Prepare(e, places, now, scenario.Asked{})
	s := &stage{Stage: prepared}
	if err != nil {
		s.why = err.Error()
	} else if lacks := prepared.Unplayable(); lacks != "" {
		s.why = lacks + " could not be read"
	}
	return s
}

// paced are the pools that node budgets pace.
func paced(c *responsibility.Catalog, e *kubernetes.Estate, places *locate.Places, in Range) []*pool {
	var all []*pool
	for i := range e.Pools {
		p := &e.Pools[i]
		if !c.HasNodeBudgets(p.API) {
			continue
		}
		x := &pool{Pool: p, Range: in, at: places.Pools[i], budgets: p.NodeBudgets(), names: map[string]bool{}}
		if x.at.Offering == nil {
			x.at = places.Fallback
		}
		x.written = x.budgets.Written()
		x.judged = x.budgets.Judge(in.From)
		x.count(e, places)
		all = append(all, x)
	}
	return all
}

// count counts the nodes of the pool.
func (x *pool) count(e *kubernetes.Estate, places *locate.Places) {
	for k, of := range places.NodePools {
		if of == x.Name {
			x.names[e.Nodes[k].Name] = true
		}
	}
	switch n := len(x.names); {
	case len(e.Nodes) > 0:
		x.nodes = &n
	case x.Static:
		x.nodes = &x.Replicas
	}
}

func (x *pool) contract() *contract.Contract {
	if x.at.Offering == nil {
		return nil
	}
	return x.at.Offering.Contract
}

func (x *pool) calendar(ctx context.Context) (Pool, error) {
	made := Pool{
		Name: x.Name, Position: x.Position, Place: x.at, Nodes: x.nodes, Default: x.Budgets == nil,
		Entries: x.entries(), Tracks: x.tracks(),
	}
	made.Remarks = x.remarks(made.Tracks)
	var unset contract.ExpireAfter
	made.Age = contract.NodeAge(x.ExpireAfter, unset, x.contract())
	made.Expires = x.expires()
	made.Remarks = append(made.Remarks, expiring(x.contract(), made.Age, made.Expires)...)
	if c := x.contract(); c != nil {
		for _, t := range c.Terms {
			if !t.Windows.Holds() && !slices.Contains(made.Unbound, t.Title()) {
				made.Unbound = append(made.Unbound, t.Title())
			}
		}
	}
	var err error
	made.Roll, err = x.roll(ctx)
	return made, err
}

// expires are the nodes of the pool that reach their age in the range.
func (x *pool) expires() []Expiry {
	if x.stage.Stage == nil || x.nodes == nil {
		return nil
	}
	var all []Expiry
	for _, a := range x.stage.Ages() {
		if !x.names[a.Node] || a.Created.IsZero() || a.Life >= contract.Forever {
			continue
		}
		due := a.Due().In(x.From.Location())
		if due.Before(x.From) || !due.Before(x.Until) {
			continue
		}
		i, there := slices.BinarySearchFunc(all, due, func(e Expiry, t time.Time) int { return e.At.Compare(t) })
		if !there {
			all = slices.Insert(all, i, Expiry{At: due})
		}
		all[i].Nodes = append(all[i].Nodes, a.Node)
	}
	for i := range all {
		slices.SortFunc(all[i].Nodes, strings.Compare)
	}
	return all
}
