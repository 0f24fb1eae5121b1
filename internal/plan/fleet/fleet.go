// Package fleet plans how a fix reaches a fleet of databases: wave by wave as it was played, member by member, each
// guarded by its window, by the people there are and by what its set says of itself.
package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/database"
	of "github.com/onus-project/onus/internal/fleet"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/velocity"
	"github.com/onus-project/onus/internal/words"
)

// Kind is the kind of these plans.
const Kind = "fleet"

// Commands are what is run on the machine that onus runs on, without a shell: each is told about what by its environment.
type Commands struct {
	Patch    string // patches one instance
	Verify   string // ends well where an instance has the fix and has caught up; empty for none
	Rollback string // takes the patch of one instance back; empty for none
	Quorum   string // ends well where a deployment may lose a member now; empty for none
	Health   string // ends well where a deployment is well; empty for none
}

// Asked is what a plan is made for.
type Asked struct {
	Fleet  *of.Fleet
	Played *velocity.Played // what is the customer's own
	// Unreadable is what of the inventory could not be read.
	Unreadable []origin.Fault
	Flaws      []string
	Made       time.Time
	By         string
	Name       string // of the fleet
	Commands
	// Rolled are, by the names of deployments, what of a cluster each is, where a controller rolls patches out in place of
	// commands; nil for commands.
	Rolled   map[string]*Rolled
	Cluster  plan.Target   // in which they are
	Announce string        // the address that is told of each wave; empty for none
	Reason   string        // why windows, protected hours and deferrals are overridden
	Within   time.Duration // the longest that one instance may take
	Approve  bool          // each wave but the first waits until somebody approves it
}

// Rolled is an object of a cluster of which one field is set.
type Rolled struct {
	With map[string]string // the fields of step.Roll: what it is and what is set
	Says string            // of what is set
	Left string            // why it cannot be set; empty where it can
}

// Errors of fleets of which there is nothing to plan.
var (
	ErrProviders = errors.New("all of it is patched by its provider")
	ErrNothing   = errors.New("nothing is to be patched")
)

// planner makes a plan.
type planner struct {
	*Asked
	plan   *plan.Plan
	own    []int    // the deployments of the fleet that were played
	names  []string // of those, by which they are told apart
	most   []int    // of each group may be in hand; nil for no limit
	rounds []int    // that the waves of the plan are
	alone  []string // those that are one server
	sets   int      // those that are more
}

// Make makes the plan of a fleet.
func Make(a *Asked) (*plan.Plan, error) {
	if a.Played == nil {
		return nil, ErrProviders
	}
	p := &planner{Asked: a, most: a.Played.InHand()}
	for i := range a.Fleet.Deployments {
		if !a.Fleet.Deployments[i].Provider {
			p.own = append(p.own, i)
		}
	}
	p.names = unique(a.Played.Fleet.Deployments)
	p.plan = &plan.Plan{Schema: plan.Schema, Kind: Kind, Made: a.Made.UTC(), By: a.By,
		Target: plan.Target{Kind: step.TargetFleet, Name: a.Name, UID: identity(a.Fleet)}, Facts: []plan.Fact{}, Steps: []plan.Step{},
		Waves: []plan.Wave{}, Risks: []plan.Risk{}, Left: []plan.Left{},
		Prediction: plan.Prediction{Lowest: []plan.Lowest{}, Assumes: []string{}}, Unreadable: a.Unreadable}
	if a.Rolled != nil {
		p.plan.Target = a.Cluster
	}
	p.leave()
	instances := p.steps()
	if instances == 0 && len(p.plan.Left) == 0 {
		return nil, ErrNothing
	}
	p.plan.Title = p.title(instances)
	p.plan.Risks = append(p.plan.Risks, p.risks()...)
	p.predict()
	sum := sha256.Sum256([]byte(strings.Join([]string{p.plan.Target.UID, p.plan.Title, p.plan.Made.Format(time.RFC3339Nano)}, "\n")))
	p.plan.ID = Kind + "-" + p.plan.Made.Format("20060102-1504") + "-" + hex.EncodeToString(sum[:3])
	return p.plan, nil
}

func (p *planner) title(instances int) string {
	if instances == 0 {
		return "no instance can be patched"
	}
	what := "a fix"
	if len(p.Flaws) > 0 && len(p.Flaws) < 4 {
		what = "the fix of " + words.And(p.Flaws)
	} else if len(p.Flaws) > 0 {
		what = "the fixes of " + words.Count(len(p.Flaws), "flaw")
	}
	return fmt.Sprintf("bring %s to %s of %s", what, words.Count(instances, "instance"), words.Count(p.sets+len(p.alone), "deployment"))
}

// identity tells a fleet from others, by which instances it has.
func identity(f *of.Fleet) string {
	var all []string
	for i := range f.Of {
		for _, x := range f.Of[i] {
			all = append(all, strings.Join([]string{x.Account, x.Region, x.Deployment, x.Name, x.Host}, "\x00"))
		}
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return hex.EncodeToString(sum[:16])
}

// unique are the names of deployments, with their account and place where that is what tells them apart.
func unique(all []velocity.Deployment) []string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	for _, more := range []func(i int) string{
		func(i int) string { return all[i].Account },
		func(i int) string { return all[i].Region },
		func(i int) string { return fmt.Sprintf("%d", i+1) },
	} {
		seen := map[string]int{}
		for _, n := range names {
			seen[n]++
		}
		for i, n := range names {
			if x := more(i); seen[n] > 1 && x != "" {
				names[i] = x + "/" + n
			}
		}
	}
	return names
}

// leave notes what was played and cannot be patched.
func (p *planner) leave() {
	for i := range p.Played.Turns {
		t := &p.Played.Turns[i]
		why := t.Why
		switch t.Outcome {
		case velocity.Patched, velocity.NothingToDo:
			continue
		case velocity.Waiting:
			why = "it has no turn within the " + words.Duration(p.Played.Horizon) + " that are played"
		}
		p.plan.Left = append(p.plan.Left, plan.Left{Group: p.names[i], Why: why, Obligation: "rollout-within-patch-target",
			Subject: p.names[i]})
	}
	slices.SortStableFunc(p.plan.Left, func(a, b plan.Left) int { return strings.Compare(a.Group, b.Group) })
}

// instance is the instance that a member of a deployment that was played is, and the version that it gets.
func (p *planner) instance(i, member int) (x *database.Instance, fix string) {
	n := p.own[i]
	return p.Fleet.Of[n][member], p.Fleet.Fixes[n][member]
}

// risks are what somebody has to accept.
func (p *planner) risks() (all []plan.Risk) {
	add := func(obligation, subject, says string) {
		all = append(all, plan.Risk{Obligation: obligation, Subject: subject, Says: says})
	}
	if n := len(p.alone); n > 0 {
		add("survive-failover", "servers-alone", fmt.Sprintf("%s %s, and down while that is patched: %s", words.Count(n, "deployment"),
			words.Agree(n, "is one server", "are one server each"), words.Few(p.alone)))
	}
	if p.sets > 0 && p.Quorum == "" && p.Rolled == nil {
		add("survive-failover", "quorum-not-asked", fmt.Sprintf(
			"nobody asks %s before a member goes whether it may be lost: what is down by then was not planned with", words.Count(p.sets, "set")))
	}
	if p.Played.Override {
		add("maintenance-window-set", "override", "windows, protected hours and deferrals are overridden: "+p.Reason)
	}
	return all
}

// predict is what the rollout does as it was played.
func (p *planner) predict() {
	whole, _ := p.Played.Summarize()
	x := &p.plan.Prediction
	x.Runs = 1
	end := 0.0
	for i := range p.Played.Rounds {
		if r := &p.Played.Rounds[i]; r.Baked != velocity.Never {
			end = max(end, r.Baked.Seconds())
		} else if r.Done != velocity.Never {
			end = max(end, r.Done.Seconds())
		}
	}
	end = max(end, whole.Last.Seconds())
	x.Took = plan.Predicted{MinSeconds: end, MedianSeconds: end, MaxSeconds: end}
	x.Order = p.Played.Strategy.Title
	x.Assumes = append(x.Assumes, fmt.Sprintf("a member takes %s, and a primary %s more", words.Duration(p.Played.Member),
		words.Duration(p.Played.StepDown)))
	x.Assumes = append(x.Assumes, p.Fleet.Assumes()...)
	theirs := 0
	for i := range p.Fleet.Deployments {
		if p.Fleet.Deployments[i].Provider {
			theirs++
		}
	}
	if theirs > 0 {
		x.Assumes = append(x.Assumes, words.Count(theirs, "deployment")+
			words.Agree(theirs, " is patched by its provider", " are patched by their provider")+", and not by this plan")
	}
}
