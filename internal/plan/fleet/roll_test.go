package fleet

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/velocity"
)

// A set that a controller patches is one step; one that is as it is to be has none, one that nobody rolls out is left, and waves
// come one after the other all the same.
func TestRolled(t *testing.T) {
	f := sets(5)
	by := &velocity.Strategy{ID: "ours", By: velocity.ByRegion, Waves: []velocity.Wave{{Each: velocity.Amount{Is: 1, Set: true}}}}
	p := made(t, f, played(t, f, by), func(a *Asked) {
		a.Commands = Commands{}
		a.Cluster = plan.Target{Kind: step.TargetCluster, Name: "prod", UID: "c"}
		a.Rolled = map[string]*Rolled{}
		for i := range f.Deployments {
			name := f.Deployments[i].Name
			a.Rolled[name] = &Rolled{Says: name, With: map[string]string{step.Resource: step.StatefulSets, step.Namespace: "shop",
				step.Name: name, step.ObjectUID: name, step.Container: "db", step.Before: "db:1", step.To: "db:2"}}
		}
		a.Rolled["db-1"].With[step.Before] = "db:2"
		a.Rolled["db-2"].Left = "its pods keep what they run"
		delete(a.Rolled, "db-4")
	})
	if err := p.Validate(); err != nil {
		t.Error(err)
	}
	var rolled, left []string
	for i := range p.Steps {
		if s := &p.Steps[i]; s.Action.Kind == step.Roll {
			rolled = append(rolled, s.Of)
			if s.Undo == nil || s.Undo.Kind != step.Unroll || s.Action.With[step.Members] != "3" {
				t.Errorf("%+v", s)
			}
		}
	}
	for _, l := range p.Left {
		left = append(left, l.Group)
	}
	slices.Sort(left)
	if len(rolled) != 2 || strings.Join(left, " ") != "db-2 db-4" || p.Target.UID != "c" {
		t.Fatal(rolled, left, p.Target)
	}
	if first, last := "patch/"+rolled[0], "patch/"+rolled[1]; !needs(p, last, first) {
		t.Errorf("%s does not come after %s", last, first)
	}
}
