package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// scheduleEpoch, a Monday, begins the year in which schedules are played through. Any would do,
// for they know no years; this one has a 29 February.
var scheduleEpoch = time.Date(2028, time.January, 3, 0, 0, 0, 0, time.UTC)

// paced is a pool that has node budgets, with what they amount to.
type paced struct {
	*kubernetes.Pool
	written []disruption.NodeBudget
	budgets disruption.NodeBudgets
	judged  disruption.Judged
	at      locate.Place
}

// poolFacts are the pools of an estate that have node budgets.
type poolFacts []paced

// poolsOf are those of the estate that a pass is over.
func poolsOf(p *check.Pass) poolFacts { return check.Shared(p, joinPools) }

func joinPools(p *check.Pass) poolFacts {
	var all poolFacts
	e := p.Estate.Kubernetes
	for i := range e.Pools {
		pool := &e.Pools[i]
		if !p.Catalog.HasNodeBudgets(pool.API) {
			continue
		}
		x := paced{Pool: pool, budgets: pool.NodeBudgets(), at: p.Places.Pools[i]}
		if x.at.Offering == nil {
			x.at = p.Places.Fallback
		}
		if x.written = x.budgets.Written(); x.budgets.Err() == nil {
			x.judged = x.budgets.Judge(scheduleEpoch)
		}
		all = append(all, x)
	}
	return all
}

// report reports a judgement on the pool.
func (x paced) report(p *check.Pass, j check.Judgement) {
	j.Subject, j.Place = subject(x.ref()), x.at
	report(p, j)
}

func (x paced) ref() kubernetes.Ref { return poolRef(x.Pool) }

func poolRef(p *kubernetes.Pool) kubernetes.Ref {
	return kubernetes.Ref{Kind: "NodePool", Name: p.Name}
}

// where is the position of an entry, or of the pool where none is written.
func (x paced) where(entry int) origin.Position {
	if entry < len(x.BudgetsAt) {
		return x.BudgetsAt[entry]
	}
	return x.Position
}

func isZero(b disruption.NodeBudget) bool {
	return strings.Trim(strings.TrimSuffix(b.Nodes, "%"), "0") == ""
}

func (x paced) consequence() consequence {
	c := under(x.at.Offering)
	c.ages = []contract.Age{x.age()}
	return c
}

// unpatched says what becomes of nodes that drift never takes.
func (x paced) unpatched() string {
	age := x.age()
	if age.Never() {
		return "Its nodes never expire either: they stay unpatched until somebody deletes them."
	}
	when := "at their maximum age"
	if life, ok := age.Finite(); ok {
		when = "when they are " + words.Duration(life) + " old"
	}
	return fmt.Sprintf("Its nodes are patched only when they expire, %s. No node budget applies to expiry, no replacement is started first, "+
		"and nodes created together expire together.", when)
}

// entry is one budget in words.
func (x paced) entry(i int) string {
	b := x.written[i]
	s := b.Nodes + " at any time"
	if b.Schedule != "" {
		s = fmt.Sprintf("%s for %s from each %q", b.Nodes, words.Exact(b.Duration), b.Schedule)
	}
	if b.Reasons != nil {
		s += " for " + words.And(b.Reasons)
	}
	return s
}

// instant writes a time as the pool's schedules repeat: by the day, by the
// week, or within the year.
func (x paced) instant(t time.Time) string {
	weekly, daily := true, true
	for _, b := range x.written {
		if f := strings.Fields(b.Schedule); len(f) == 5 {
			free := func(s string) bool { return s == "*" || s == "?" }
			weekly = weekly && free(f[2]) && free(f[3])
			daily = daily && free(f[4])
		} else if b.Schedule != "" {
			daily = daily && b.Schedule != "@weekly"
			weekly = weekly && slices.Contains([]string{"@weekly", "@daily", "@midnight", "@hourly"}, b.Schedule)
		}
	}
	switch {
	case !weekly:
		return t.UTC().Format("2 Jan 15:04 UTC")
	case !daily:
		return t.UTC().Format("Mon 15:04 UTC")
	}
	return t.UTC().Format("15:04 UTC")
}
