package plan

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/strict"
)

// Read reads a plan. A field that it does not know is a fault: a guard that a newer planner
// wrote would be lost. What the steps need, and which they are, is held against each other.
func Read(file string, data []byte) (*Plan, error) {
	doc, err := document.Parse(data, 1)
	if err != nil {
		return nil, document.In(file, err)
	}
	if doc == nil {
		return nil, fmt.Errorf("%s: is empty, and no plan", file)
	}
	p := &Plan{}
	if err := strict.Decode(file, doc, p); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return p, nil
}

// Validate reports what of a plan cannot be carried out by whatever engine.
func (p *Plan) Validate() error {
	switch {
	case p.Schema != Schema:
		return fmt.Errorf("schema is %q, wants %s", p.Schema, Schema)
	case p.ID == "":
		return fmt.Errorf("id is not set")
	}
	at := make(map[string]int, len(p.Steps))
	for i := range p.Steps {
		s := &p.Steps[i]
		if err := s.validate(); err != nil {
			return fmt.Errorf("steps[%d]: %w", i, err)
		}
		if first, twice := at[s.ID]; twice {
			return fmt.Errorf("steps[%d].id: %q is that of steps[%d] as well", i, s.ID, first)
		}
		at[s.ID] = i
	}
	for i := range p.Steps {
		for k, id := range p.Steps[i].Needs {
			if _, ok := at[id]; !ok {
				return fmt.Errorf("steps[%d].needs[%d]: no step is %q", i, k, id)
			}
		}
	}
	for i := range p.Steps {
		if err := p.Steps[i].Escalation.validate(p); err != nil {
			return fmt.Errorf("steps[%d].escalation: %w", i, err)
		}
	}
	if _, rest := p.order(at); len(rest) > 0 {
		return fmt.Errorf("steps need each other in a circle: %s among them", rest[0])
	}
	return nil
}

func (s *Step) validate() error {
	switch {
	case s.ID == "":
		return fmt.Errorf("id is not set")
	case s.Action.Kind == "":
		return fmt.Errorf("%s: action.kind is not set", s.ID)
	case s.Undo != nil && s.Undo.Kind == "":
		return fmt.Errorf("%s: undo.kind is not set", s.ID)
	case s.TimeoutSeconds <= 0:
		return fmt.Errorf("%s: timeoutSeconds is %d, wants 1 or more", s.ID, s.TimeoutSeconds)
	case s.Attempts <= 0:
		return fmt.Errorf("%s: attempts is %d, wants 1 or more", s.ID, s.Attempts)
	case slices.ContainsFunc(s.Guards, func(g Guard) bool { return g.Kind == "" }):
		return fmt.Errorf("%s: a guard has no kind", s.ID)
	}
	return nil
}

// validate reports what of an escalation cannot be carried out: without a risk that somebody accepts
// nothing is escalated.
func (x *Escalation) validate(of *Plan) error {
	switch {
	case x == nil:
		return nil
	case x.Action.Kind == "":
		return fmt.Errorf("action.kind is not set")
	case x.TimeoutSeconds <= 0:
		return fmt.Errorf("timeoutSeconds is %d, wants 1 or more", x.TimeoutSeconds)
	case len(x.Risks) == 0:
		return fmt.Errorf("risks is empty, wants the name of one that has to be accepted")
	}
	for _, name := range x.Risks {
		if !slices.ContainsFunc(of.Risks, func(r Risk) bool { return r.Name() == name }) {
			return fmt.Errorf("%q is no risk of the plan", name)
		}
	}
	return nil
}

// Order is the steps in an order in which each comes after what it needs: that of the plan,
// as far as that is one.
func (p *Plan) Order() []string {
	at := make(map[string]int, len(p.Steps))
	for i := range p.Steps {
		at[p.Steps[i].ID] = i
	}
	all, _ := p.order(at)
	return all
}

func (p *Plan) order(at map[string]int) (all, rest []string) {
	waits := make([]int, len(p.Steps))
	wanted := make([][]int, len(p.Steps))
	for i := range p.Steps {
		for _, id := range p.Steps[i].Needs {
			waits[i]++
			wanted[at[id]] = append(wanted[at[id]], i)
		}
	}
	var free []int // in the order of the plan
	for i, n := range waits {
		if n == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[0]
		free = free[1:]
		all = append(all, p.Steps[i].ID)
		for _, k := range wanted[i] {
			if waits[k]--; waits[k] == 0 {
				at, _ := slices.BinarySearch(free, k)
				free = slices.Insert(free, at, k)
			}
		}
	}
	for i, n := range waits {
		if n > 0 {
			rest = append(rest, p.Steps[i].ID)
		}
	}
	return all, rest
}
