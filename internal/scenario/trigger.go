package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// trigger is one thing that happens, as it is written.
type trigger struct {
	At       *duration `json:"at"`
	Kind     *string   `json:"kind"`
	Move     string    `json:"move"`
	Pool     string    `json:"pool"`
	Nodes    nodes     `json:"nodes"`
	Workload string    `json:"workload"`
	Replicas *int      `json:"replicas"`
}

// nodes are all of them, or some by name.
type nodes struct {
	all   bool
	names []string
}

// UnmarshalJSON takes the word all or a list of names.
func (n *nodes) UnmarshalJSON(data []byte) error {
	value := jsontext.Value(data)
	if value.Kind() == 'n' {
		return nil
	}
	wrong := fmt.Errorf("wants all, or a list of names such as [a, b]")
	if value.Kind() == '"' {
		n.all = value.String() == `"all"`
		if !n.all {
			return wrong
		}
		return nil
	}
	names, ok := listOfStrings(value)
	if !ok {
		return wrong
	}
	n.names = names
	return nil
}

// takesNodes tells the kinds of triggers that take nodes from those that
// change a workload.
func takesNodes(kind string) bool { return kind != simulate.Rollout && kind != simulate.Scale }

// mostReplicas is more than any cluster runs of one workload.
const mostReplicas = 100_000

// checkTrigger looks at what can be seen without an estate.
func (f *File) checkTrigger(i int) error {
	t, at := &f.form.Triggers[i], jsontext.Pointer(fmt.Sprintf("/triggers/%d", i))
	if t.Kind == nil {
		return f.fault(at, "", "lacks its kind: %s", strings.Join(simulate.Kinds, ", "))
	}
	kind := *t.Kind
	if !slices.Contains(simulate.Kinds, kind) {
		return f.fault(at+"/kind", didYouMean(kind, simulate.Kinds), "is %q, wants %s", kind, words.Or(simulate.Kinds))
	}
	if t.At != nil && *t.At < 0 {
		return f.fault(at+"/at", "", "is %s, wants 0 or more: how long after the start", words.Duration(time.Duration(*t.At)))
	}
	if takesNodes(kind) {
		for _, x := range []struct {
			field string
			set   bool
		}{{"workload", t.Workload != ""}, {"replicas", t.Replicas != nil}} {
			if x.set {
				return f.fault(at+jsontext.Pointer("/"+x.field), "", "is for rollout and scale; %s takes nodes", kind)
			}
		}
		if t.Nodes.names != nil && len(t.Nodes.names) == 0 {
			return f.fault(at+"/nodes", "leave it out, or say nodes: all", "is empty: no node would go")
		}
		return nil
	}
	return f.checkChange(t, at)
}

// checkChange looks at a trigger that changes a workload.
func (f *File) checkChange(t *trigger, at jsontext.Pointer) error {
	kind := *t.Kind
	for _, x := range []struct {
		field string
		set   bool
	}{{"move", t.Move != ""}, {"pool", t.Pool != ""}, {"nodes", t.Nodes.all || t.Nodes.names != nil}} {
		if x.set {
			return f.fault(at+jsontext.Pointer("/"+x.field), "", "is for what takes nodes; %s changes a workload", kind)
		}
	}
	if t.Workload == "" {
		return f.fault(at, "", "lacks its workload, such as default/web: %s changes one", kind)
	}
	switch {
	case kind == simulate.Rollout && t.Replicas != nil:
		return f.fault(at+"/replicas", "", "is for scale; rollout keeps them")
	case kind == simulate.Scale && t.Replicas == nil:
		return f.fault(at, "", "lacks replicas, to which it scales")
	case kind == simulate.Scale && (*t.Replicas < 0 || *t.Replicas > mostReplicas):
		return f.fault(at+"/replicas", "", "is %d, wants 0 to %d", *t.Replicas, mostReplicas)
	}
	return nil
}

// trigger finds what a trigger names.
func (f *File) trigger(i int, k Known) (simulate.Trigger, error) {
	t, at := &f.form.Triggers[i], jsontext.Pointer(fmt.Sprintf("/triggers/%d", i))
	s := simulate.Trigger{Kind: *t.Kind, Move: t.Move, Pool: t.Pool, Nodes: t.Nodes.names}
	if t.At != nil {
		s.At = time.Duration(*t.At)
	}
	if !takesNodes(s.Kind) {
		ref, err := f.workload(at+"/workload", t.Workload, k)
		s.Workload = ref
		if t.Replicas != nil {
			s.Replicas = *t.Replicas
		}
		return s, err
	}
	if err := f.move(at, t, k.Offerings); err != nil {
		return s, err
	}
	if s.Move == "" {
		s.Move = f.under(s.Kind, k)
	}
	if t.Pool != "" && !slices.Contains(k.Pools, t.Pool) {
		return s, f.unknown(at+"/pool", "node pool", t.Pool, k.Pools)
	}
	for j, name := range t.Nodes.names {
		if !slices.Contains(k.Nodes, name) {
			return s, f.unknown(at+jsontext.Pointer(fmt.Sprintf("/nodes/%d", j)), "node", name, k.Nodes)
		}
	}
	if t.Nodes.all && s.Kind == contract.Expiry { // else those whose time comes
		s.Nodes = slices.Clone(k.Nodes)
	}
	return s, nil
}

// move checks that some contract knows the move.
func (f *File) move(at jsontext.Pointer, t *trigger, offerings []*responsibility.Offering) error {
	if (*t.Kind == contract.Delete || *t.Kind == simulate.Drain) && t.Move == "" {
		return nil // anybody can delete a node, or drain it
	}
	var ids, kinds, names []string
	for _, o := range offerings {
		if o.Contract == nil {
			continue
		}
		ids = append(ids, o.ID)
		for _, m := range o.Contract.Terms {
			kinds = add(kinds, m.Trigger)
		}
		moves := o.Contract.For(*t.Kind)
		for _, m := range moves {
			if t.Move == "" || t.Move == m.Name {
				return nil
			}
			if m.Name != "" {
				names = add(names, m.Name)
			}
		}
		if len(moves) > 0 {
			kinds = add(kinds, *t.Kind)
		}
	}
	if len(ids) == 0 {
		return nil // that nothing has a contract is said elsewhere
	}
	under := strings.Join(ids, ", ")
	if t.Move == "" || !slices.Contains(kinds, *t.Kind) {
		return f.fault(at+"/kind", "", "is %q, which does not happen under the contract of %s: that has %s", *t.Kind, under,
			strings.Join(kinds, ", "))
	}
	if len(names) == 0 {
		return f.fault(at+"/move", "leave it out", "is %q, and %s has only one %s", t.Move, under, *t.Kind)
	}
	return f.fault(at+"/move", didYouMean(t.Move, names), "is %q, wants %s: the moves of %s for %s", t.Move, words.Or(names), under, *t.Kind)
}

func add(to []string, s string) []string {
	if slices.Contains(to, s) {
		return to
	}
	return append(to, s)
}
