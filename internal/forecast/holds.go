package forecast

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Hold is what keeps nodes from being replaced under a case that was played: a
// workload whose pods hold them, or the pool itself where Holder has no name.
type Hold struct {
	*Case
	Holder kubernetes.Ref
	Pool   string
	Nodes  int             // held in the worst of the runs
	In     int             // runs in which some are
	Stays  []simulate.Stay // of them, one for each reason
}

// Runs is how often the case was played.
func (h *Hold) Runs() int { return len(h.play.runs) }

// Holds are those of all cases that were played on the nodes that were read, each
// holder once a case. On nodes that were made up nothing is held that anybody
// has.
func (o *Outlook) Holds() []Hold {
	var all []Hold
	if o.Stage.MadeUp() > 0 {
		return nil
	}
	for _, c := range o.cases {
		if c.play == nil {
			continue
		}
		first := len(all)
		for i := range c.play.runs {
			seen := map[int]int{}
			for _, s := range c.play.runs[i].Stays {
				if !s.Stuck || s.Holder.Name == "" && !s.Cause.OfPool() {
					continue
				}
				k := slices.IndexFunc(all[first:], func(h Hold) bool {
					return h.Holder == s.Holder && (s.Holder.Name != "" || h.Pool == s.Pool)
				})
				if k < 0 {
					k = len(all) - first
					all = append(all, Hold{Case: c, Holder: s.Holder, Pool: s.Pool})
				}
				seen[k]++
				if h := &all[first+k]; !slices.ContainsFunc(h.Stays, func(x simulate.Stay) bool { return x.Why == s.Why }) {
					h.Stays = append(h.Stays, s)
				}
			}
			for k, nodes := range seen {
				h := &all[first+k]
				h.In++
				h.Nodes = max(h.Nodes, nodes)
			}
		}
	}
	return all
}

// Outlast is a workload whose pods may still be stopping when a deadline gives their
// node up.
type Outlast struct {
	*Case
	Workload kubernetes.Ref
	Stop     time.Duration
	Deadline disruption.Deadline
}

// Outlasts are those of all cases, each workload once. They need no play: nobody knows
// how long a pod takes to stop, but its grace says what it may take.
func (o *Outlook) Outlasts() []Outlast {
	var all []Outlast
	seen := map[kubernetes.Ref]bool{}
	for _, c := range o.cases {
		for _, x := range c.outlast {
			if ref := o.Stage.world.WorkloadAt(x.Workload); !seen[ref] {
				seen[ref] = true
				all = append(all, Outlast{c, ref, x.Stop, x.Deadline})
			}
		}
	}
	return all
}

// Wait is a pool of which nodes go once somebody lets go of something, and nobody knows when.
type Wait struct {
	Pool   string
	For    []string
	Titles []string // of the disruptions that it may hold up
}

// Waits are those of all disruptions, one for each pool.
func (o *Outlook) Waits() []Wait {
	var all []Wait
	for _, c := range o.cases {
		for _, w := range c.waits {
			k := slices.IndexFunc(all, func(x Wait) bool { return x.Pool == w.Pool })
			if k < 0 {
				k, all = len(all), append(all, w)
			}
			for _, t := range c.Titles() {
				if !slices.Contains(all[k].Titles, t) {
					all[k].Titles = append(all[k].Titles, t)
				}
			}
		}
	}
	return all
}

// Refused are the titles of the disruptions that a webhook may hold up, by its name: none
// where it may refuse and nodes go all the same.
func (o *Outlook) Refused(webhook string) []string {
	var titles []string
	for _, c := range o.cases {
		if slices.Contains(c.refused, webhook) {
			for _, t := range c.Titles() {
				if !slices.Contains(titles, t) {
					titles = append(titles, t)
				}
			}
		}
	}
	return titles
}

// mayStay reports whether some node that a case means may stay: the bound does not
// exclude it.
func mayStay(finishes []bound.Finish, timed bool) bool {
	return !timed || slices.ContainsFunc(finishes, func(f bound.Finish) bool { return f.AtWorst > 0 })
}
