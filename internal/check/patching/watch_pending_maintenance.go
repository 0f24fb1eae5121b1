package patching

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/words"
)

// WatchPendingMaintenance looks whether what a provider has in store is dated and decided, by what its command
// line lists. Of databases that are not listed nothing is said: that none is pending was not read.
var WatchPendingMaintenance = check.Check{
	ID: "watch-pending-maintenance", Axis: axis,
	Subjects: check.Subjects{
		Offerings: databases.Offerings,
		Untold:    func(p *check.Pass) bool { return len(p.Estate.Database.Pending) == 0 },
	},
	Run: pending,
}

// resource is what an action is for: an instance, or a cluster of them.
type resource struct {
	name, account, region string
	cluster               bool
}

// resources are the instances, the first of each, by the names that actions give them: with account and region, or
// without.
type resources map[resource]int

func resourcesOf(p *check.Pass) resources {
	at := resources{}
	for i := range p.Estate.Database.Instances {
		x := &p.Estate.Database.Instances[i]
		for _, r := range []resource{
			{x.Name, x.Account, x.Region, false}, {x.Name, "", "", false}, {x.Deployment, x.Account, x.Region, true}, {x.Deployment, "", "", true},
		} {
			if _, ok := at[r]; !ok && r.name != "" {
				at[r] = i
			}
		}
	}
	return at
}

// pending judges the actions of one resource together.
func pending(p *check.Pass) {
	e := &p.Estate.Database
	at := map[resource][]int{}
	var order []resource
	for i := range e.Pending {
		x := &e.Pending[i]
		if on := placeOf(p, x); on.Offering == nil || !p.Obligation().AppliesTo(on.Offering) {
			continue
		}
		k := resource{x.Name, x.Account, x.Region, x.Cluster}
		if at[k] == nil {
			order = append(order, k)
		}
		at[k] = append(at[k], i)
	}
	for _, k := range order {
		p.Report(decided(p, at[k]))
	}
}

// placeOf is where an action is to be taken: where its instance is, or as its own name says.
func placeOf(p *check.Pass, x *database.Pending) locate.Place {
	at := check.Shared(p, resourcesOf)
	if i, ok := at[resource{x.Name, x.Account, x.Region, x.Cluster}]; ok {
		return p.Places.Instances[i]
	}
	return locate.Place{Offering: p.Catalog.Offering(x.Offering), Basis: locate.Proof,
		Evidence: locate.Seen("what lists its maintenance says so")}
}

// decided is the judgement on the actions of one resource: the worst of them.
func decided(p *check.Pass, all []int) check.Judgement {
	e := &p.Estate.Database
	first := &e.Pending[all[0]]
	j := check.Judgement{Place: placeOf(p, first), Position: first.Position,
		Subject: finding.Subject{Kind: "Database", Name: first.Name, Account: first.Account, Region: first.Region}}
	worst := -1
	for _, i := range all {
		x := &e.Pending[i]
		verdict, says, follows := dated(x, p.Estate.Today)
		said := x.Action + ": " + says
		if x.About != "" {
			said = x.Action + " (" + x.About + "): " + says
		}
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: x.Position})
		if rank := slices.Index([]finding.Verdict{finding.Held, finding.Unknown, finding.Broken}, verdict); rank > worst {
			worst = rank
			j.Verdict, j.Message, j.Consequence, j.Position = verdict, "its "+x.Action+" "+says, follows, x.Position
		}
	}
	if j.Verdict == finding.Held {
		j.Message = words.Count(len(all), "pending action") + " applied, under way or dated"
		return j
	}
	if way := p.Catalog.Offering(first.Offering).Databases.Apply; way != "" {
		j.Fix = &finding.Fix{Summary: way}
	}
	return j
}

// underWay are states of an update of ElastiCache that somebody has seen to.
var underWay = []string{"complete", "in-progress", "waiting-to-start", "scheduling", "scheduled", "not-applicable"}

// dated says of one action whether it is decided. One that RDS calls required is taken in the first window after
// its date, and is dated by that; one that is forced comes on its day, and asks no window.
func dated(x *database.Pending, today time.Time) (verdict finding.Verdict, says, follows string) {
	const overdue = "AWS counts it as overdue, and it stays unpatched until you apply it."
	switch {
	case slices.Contains(underWay, x.Status):
		return finding.Held, "is " + x.Status, ""
	case x.Missed:
		return finding.Broken, "was to be applied by " + day(x.Due) + " and is " + x.Status, overdue
	case !x.Due.IsZero() && !today.IsZero() && x.Due.Before(today):
		return finding.Broken, "was to be applied by " + day(x.Due) + " and is " + x.Status, overdue
	case !x.Due.IsZero():
		return finding.Unknown, "waits for you until " + day(x.Due), ""
	case !x.Planned.IsZero() && (x.Forced.IsZero() || x.Planned.Before(x.Forced)):
		return finding.Held, "is to be applied on " + day(x.Planned), ""
	case x.OptIn != "" && x.OptIn != "undo-opt-in":
		return finding.Held, "has been opted in: " + x.OptIn, ""
	case !x.Forced.IsZero():
		return finding.Broken, "is forced from " + day(x.Forced) + " on, and nobody has chosen a time before",
			"It restarts on that day or soon after, at an hour that its window does not choose."
	case !x.Required.IsZero():
		return finding.Held, fmt.Sprintf("is applied in the first window after %s", day(x.Required)), ""
	}
	return finding.Unknown, "has no date: it is only offered, and since when is not told", ""
}
