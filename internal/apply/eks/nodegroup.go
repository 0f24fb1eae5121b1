// Package eks has EKS replace the nodes of a managed node group, and waits until that is done. EKS
// cordons and drains them by itself; nobody else does, and nothing stops it once it has begun.
package eks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// Nodegroup takes the steps of a kind: a call for a node group, which is followed to its end.
type Nodegroup struct {
	// Nodes are those of a pool, by the label that names it.
	Nodes func(ctx context.Context, label, pool string) ([]corev1.Node, error)
	API   API
}

const (
	// noted is the key of the note that says which update it is.
	noted = "update"
	// before is the field of a change that has the updates there were before it, with commas
	// between them: by it the own one is found whose answer was lost.
	before = "before"
	// poll is how long to wait before it is looked at again how far EKS is.
	poll = 15 * time.Second
)

// Check reports what of an action it cannot carry out.
func (Nodegroup) Check(a *plan.Action) error {
	for _, field := range []string{step.Cluster, step.Region, step.Version, step.Pool, step.PoolKey, step.NodeUIDs} {
		if strings.Trim(a.With[field], ",") == "" {
			return fmt.Errorf("%s: %s is not set", a.Kind, field)
		}
	}
	if n, err := strconv.Atoi(a.With[step.AtOnce]); err != nil || n < 1 {
		return fmt.Errorf("%s: %s is %q, wants a number of nodes", a.Kind, step.AtOnce, a.With[step.AtOnce])
	}
	return nil
}

// Step makes the call once, and follows the update that it began.
func (r Nodegroup) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	g := r.group(w.Action)
	if len(w.Unanswered()) == 0 {
		if _, made := w.Made(noted); made {
			return r.follow(ctx, w, g)
		}
		if follows, err := adopts(ctx, w, g); err != nil || follows {
			if err != nil {
				return apply.Result{}, err
			}
			return r.follow(ctx, w, g)
		}
	}
	if err := r.begin(ctx, w, g); err != nil {
		return apply.Result{}, err
	}
	return r.follow(ctx, w, g)
}

func (r Nodegroup) group(a *plan.Action) group {
	return group{r.API, a.With[step.Region], a.With[step.Cluster], a.With[step.Pool]}
}

// Fits reports what of a node group is not as it was planned, before anything is done.
func (r Nodegroup) Fits(ctx context.Context, a *plan.Action) error {
	return r.group(a).fits(ctx, a.With)
}

// adopts reports whether the update of an earlier attempt is still underway, or has succeeded: it
// is followed, and no other one is begun.
func adopts(ctx context.Context, w *apply.Work, g group) (bool, error) {
	was, own, ok := w.LastNoted(noted)
	if !ok || own {
		return ok, nil
	}
	u, err := g.update(ctx, was.Detail)
	if err != nil {
		return false, err
	}
	if u.Status != types.UpdateStatusInProgress && u.Status != types.UpdateStatusSuccessful {
		return false, nil
	}
	_, err = w.Note(ctx, noted, was.Detail)
	return true, err
}

// begin makes the call where the node group is as it was planned, once.
func (r Nodegroup) begin(ctx context.Context, w *apply.Work, g group) error {
	were, err := g.updates(ctx)
	if err != nil {
		return err
	}
	if open := w.Unanswered(); len(open) > 0 {
		were = strings.Split(open[0].About[before], ",")
	} else if err := g.fits(ctx, w.Action.With); err != nil {
		return err
	}
	err = w.Change(ctx, &apply.Change{Key: noted, Target: g.name, Final: true,
		About: map[string]string{"call": "UpdateNodegroupVersion", step.Pool: g.name, before: strings.Join(were, ",")},
		Do: func(ctx context.Context, token string) error {
			id, err := g.begin(ctx, w.With(step.Version), token)
			if err != nil {
				return err
			}
			_, err = w.Note(ctx, noted, id)
			return err
		},
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			return observe(ctx, w, g, were)
		}})
	var no *apply.Refused
	if errors.As(err, &no) {
		return no.Err // what it waits for, or why the attempt fails
	}
	return err
}

// observe looks for an update that was not there before. EKS runs one at a time.
func observe(ctx context.Context, w *apply.Work, g group, were []string) (apply.Observation, error) {
	are, err := g.updates(ctx)
	if err != nil {
		return "", err
	}
	for _, id := range are {
		if slices.Contains(were, id) {
			continue
		}
		u, err := g.update(ctx, id)
		if err != nil {
			return "", err
		}
		if u.Type != types.UpdateTypeVersionUpdate || !wants(u, w.With(step.Version)) {
			continue
		}
		if _, err := w.Note(ctx, noted, id); err != nil {
			return "", err
		}
		return apply.IsDone, nil
	}
	return apply.IsNotBegun, nil
}

// wants reports whether an update is to a version, as far as it says.
func wants(u *types.Update, version string) bool {
	for _, p := range u.Params {
		if p.Type == types.UpdateParamTypeVersion && p.Value != nil {
			return *p.Value == version
		}
	}
	return true
}

// follow waits for the end of the update, and looks whether the nodes are what was asked for.
func (r Nodegroup) follow(ctx context.Context, w *apply.Work, g group) (apply.Result, error) {
	if was, _, ok := w.LastNoted(noted); ok {
		u, err := g.update(ctx, was.Detail)
		if err != nil {
			return apply.Result{}, err
		}
		switch u.Status {
		case types.UpdateStatusSuccessful:
		case types.UpdateStatusFailed, types.UpdateStatusCancelled:
			return apply.Result{}, fmt.Errorf("update %s of node group %s: %s", was.Detail, g.name, ended(u))
		default:
			return apply.Waiting("EKS replaces the nodes of "+g.name+" (update "+was.Detail+")", poll), nil
		}
	}
	return r.came(ctx, w, g)
}

// ended is why an update did not succeed.
func ended(u *types.Update) string {
	said := strings.ToLower(string(u.Status))
	for _, e := range u.Errors {
		said += "; " + string(e.ErrorCode)
		if e.ErrorMessage != nil {
			said += ": " + words.OneLine(*e.ErrorMessage)
		}
		if len(e.ResourceIds) > 0 {
			said += " (" + words.First(e.ResourceIds, 5) + ")"
		}
		if e.ErrorCode == types.ErrorCodePodEvictionFailure {
			said += ": a PDB let no pod go for 15 min; onus check says which and why"
		}
	}
	return said
}

// came waits until the nodes that were planned are gone, and those of the group are ready.
func (r Nodegroup) came(ctx context.Context, w *apply.Work, g group) (apply.Result, error) {
	all, err := r.Nodes(ctx, w.With(step.PoolKey), g.name)
	if err != nil {
		return apply.Result{}, err
	}
	went := strings.Split(w.With(step.NodeUIDs), ",")
	var still, unready []string
	for i := range all {
		n := &all[i]
		switch {
		case slices.Contains(went, string(n.UID)):
			still = append(still, n.Name)
		case !ready(n):
			unready = append(unready, n.Name)
		}
	}
	switch {
	case len(all) == 0:
		return apply.Waiting("no node of "+g.name+" is there yet", poll), nil
	case len(still) > 0:
		return apply.Waiting(fmt.Sprintf("EKS says that it is done, and %s still there: is there no newer image?", isOrAre(still)), poll), nil
	case len(unready) > 0:
		return apply.Waiting(isOrAre(unready)+" not ready", poll), nil
	}
	return apply.Done(fmt.Sprintf("%s of %s in their place, and ready", words.Count(len(all), "node"), g.name)), nil
}

func isOrAre(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return words.First(names, 5) + " are"
}

func ready(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}
