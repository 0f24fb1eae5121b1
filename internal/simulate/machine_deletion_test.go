package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A machine that is excluded from draining goes with its pods, whatever their PDB is and
// however long a drain has; its volumes are waited for unless it says otherwise.
func TestMachinesThatAreNotDrained(t *testing.T) {
	undrained := kubernetes.MachineDeletion{Undrained: true}
	for name, test := range map[string]struct {
		own, template kubernetes.MachineDeletion
		volume        bool
		terms         []PoolTerms
		stays, lost   int
	}{
		"drained":                       {stays: 1},
		"by itself":                     {own: undrained, lost: 1},
		"by the template":               {template: undrained, lost: 1},
		"with a drain timeout":          {own: undrained, lost: 1, terms: []PoolTerms{{Drain: new(time.Hour)}}},
		"it waits for a volume":         {own: undrained, volume: true, stays: 1},
		"nor is it waited for a volume": {own: kubernetes.MachineDeletion{Undrained: true, Detached: true}, volume: true, lost: 1},
	} {
		c := machines(1, func(p *kubernetes.Pool) { p.Detach, p.Deletion = contract.Forever, test.template })
		c.Machines = []kubernetes.Machine{{Name: "other", Deletion: undrained}, {Name: "m", Namespace: "default", Deletion: test.own}}
		w := c.with("Deployment", "db", 0)
		if test.volume {
			w.Template.VolumeClaims = []string{"data"}
		}
		c.pdb("db", "0")
		run, m := c.upgrade(t, 30*time.Minute, test.terms...)
		wants(t, name+": stays", run.Unreplaced, test.stays)
		wants(t, name+": force-deleted", run.ForceDeleted, test.lost)
		if least := bound.Bounds(m)[0].Least; test.lost > 0 && least > 0 {
			t.Errorf("%s: %d are proved to be ready", name, least)
		}
	}
}

// What a hook holds is not proved to go, and noted; it is of that machine alone.
func TestHooksOfMachines(t *testing.T) {
	hook := kubernetes.MachineDeletion{Hooks: []string{"pre-drain.delete.hook.machine.cluster.x-k8s.io/x"}}
	for name, test := range map[string]struct {
		own, template kubernetes.MachineDeletion
		held          bool
	}{
		"none":            {},
		"by itself":       {own: hook, held: true},
		"by the template": {template: hook, held: true},
	} {
		c := machines(2, func(p *kubernetes.Pool) { p.DrainTimeout, p.Deletion = time.Minute, test.template })
		c.Machines = []kubernetes.Machine{{Name: "m", Deletion: test.own}, {Name: "other", Deletion: hook}}
		c.with("Deployment", "web", 0, 1)
		_, m := c.upgrade(t, time.Hour)
		f := bound.Finishes(m, 0)[0]
		if held := f.AtWorst == 2 && strings.Contains(strings.Join(f.Because, "; "), "held until"); held != test.held {
			t.Errorf("%s: %+v", name, f)
		}
	}
}
