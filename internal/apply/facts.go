package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/plan"
)

// facts are what those of the plan are now.
func (s *Settings) facts(ctx context.Context) ([]plan.Fact, error) {
	now, err := s.Facts(ctx, s.Plan.Facts)
	if err != nil {
		return nil, fmt.Errorf("reading what the plan rests on: %w", err)
	}
	return now, nil
}

// restsAnew takes facts as they are now for what the plan rests on from here on, and says which
// are others: who goes on with a plan that a budget had paused has changed that budget. Objects
// stay those that were planned, by their UID.
func (e *Engine) restsAnew(ctx context.Context) (since string, err error) {
	if e.Facts == nil {
		return "", nil
	}
	now, err := e.facts(ctx)
	if err != nil {
		return "", err
	}
	moved := slices.DeleteFunc(e.Plan.Stale(now), func(m plan.Moved) bool { return m.Field == "metadata.uid" })
	is := map[[2]string]string{}
	for _, m := range moved {
		is[[2]string{m.Object, m.Field}] = m.Is
	}
	e.rests = slices.Clone(e.Plan.Facts)
	for i := range e.rests {
		f := &e.rests[i]
		if v, ok := is[[2]string{f.Object, f.Field}]; ok {
			f.Value = v
		}
	}
	e.rests = slices.DeleteFunc(e.rests, func(f plan.Fact) bool { // it is gone
		still := func(n plan.Fact) bool { return n.Object == f.Object && n.Field == f.Field }
		return f.Field != "metadata.uid" && !slices.ContainsFunc(now, still)
	})
	if len(moved) == 0 {
		return "", nil
	}
	return (&Stale{moved}).Error(), nil
}

// moved are the facts that a group rests on and that are others by now. They are asked for until
// something of the group was changed for good: a plan may take days.
func (e *Engine) moved(ctx context.Context, group string) ([]plan.Moved, error) {
	if e.Facts == nil || e.pause != "" || e.changed(group) {
		return nil, nil
	}
	asked, own := e.factsOf(group, e.rests), e.namedBy(group, false)
	if e.some(group, func(_ *plan.Step, st *StepState) bool { return st.Attempt > 0 }) {
		// What it changes and takes back is another meanwhile by its own doing: its steps look at that themselves.
		asked = slices.DeleteFunc(asked, func(f plan.Fact) bool { return own[f.Object] })
	}
	if len(asked) == 0 {
		return nil, nil
	}
	now, err := e.Facts(ctx, asked)
	var halt *Halt
	if errors.As(err, &halt) {
		return nil, halt
	}
	if err != nil {
		return nil, &Wait{What: fmt.Sprintf("cannot see what %s rests on: %v", group, err), Poll: lost}
	}
	rests := plan.Plan{Facts: asked}
	return slices.DeleteFunc(rests.Stale(now), func(m plan.Moved) bool {
		// What the group acts on may be gone: its steps look.
		return (own[nameOf(m.Object)] || own[m.Object]) && !slices.ContainsFunc(now, func(f plan.Fact) bool { return f.Object == m.Object })
	}), nil
}

// factsOf are the facts of a plan but those of objects that only other groups name: what was done
// there has changed them.
func (x *standing) factsOf(group string, facts []plan.Fact) (all []plan.Fact) {
	own := x.namedBy(group, true)
	for _, f := range facts {
		name := nameOf(f.Object)
		switch whole := x.named[f.Object]; { // named with its kind it is not what is called like it
		case own[f.Object], !whole && (own[name] || !x.named[name]):
			all = append(all, f)
		}
	}
	return all
}

// nameOf is the name of the object of a fact: that of PodDisruptionBudget shop/web is shop/web.
func nameOf(object string) string {
	_, name, _ := strings.Cut(object, " ")
	return name
}

// namedBy are the names of objects that the steps of a group are about, and their guards.
func (x *standing) namedBy(group string, guards bool) map[string]bool {
	all := map[string]bool{}
	add := func(with map[string]string) {
		for _, v := range with {
			all[v] = true
			for name := range strings.SplitSeq(v, ",") { // of several
				all[name] = true
			}
			for _, u := range with { // a namespace and a name
				all[v+"/"+u] = true
			}
		}
	}
	for _, id := range x.groups[group] {
		s := x.steps[id]
		add(s.Action.With)
		for i := range s.Guards {
			if guards {
				add(s.Guards[i].With)
			}
		}
	}
	return all
}
