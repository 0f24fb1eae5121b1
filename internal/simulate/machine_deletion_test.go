package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// A machine that is excluded from draining goes with its pods, whatever their PDB is and
// however long a drain has; its volumes are waited for unless it says otherwise.
func TestMachinesThatAreNotDrained(t *testing.T) {
	undrained := kubernetes.MachineDeletion{Undrained: true}
	for name, test := range map[string]struct {
		own, template kubernetes.MachineDeletion
		volume        bool
		as            bool // of nodes of another platform
		terms         []PoolTerms
		stays, lost   int
	}{
		"drained":                       {stays: 1},
		"by itself":                     {own: undrained, lost: 1},
		"by the template":               {template: undrained, lost: 1},
		"with a drain timeout":          {own: undrained, lost: 1, terms: []PoolTerms{{Drain: new(time.Hour)}}},
		"it waits for a volume":         {own: undrained, volume: true, stays: 1},
		"nor is it waited for a volume": {own: kubernetes.MachineDeletion{Undrained: true, Detached: true}, volume: true, lost: 1},
		"by itself, elsewhere":          {own: undrained, as: true, stays: 1},
		"by the template, elsewhere":    {template: undrained, as: true, stays: 1},
	} {
		c := machines(1, func(p *kubernetes.Pool) { p.Detach, p.Deletion = contract.Forever, test.template })
		c.Machines = []kubernetes.Machine{{Name: "other", Deletion: undrained}, {Name: "m", Namespace: "default", Deletion: test.own}}
		w := c.with("Deployment", "db", 0)
		if test.volume {
			w.Template.VolumeClaims = []string{"data"}
		}
		c.pdb("db", "0")
		run, m := c.upgradeAs(t, test.as, 30*time.Minute, test.terms...)
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
		deleted, as   bool // the nodes are; of another platform
		held          bool
	}{
		"none":                       {},
		"by itself":                  {own: hook, held: true},
		"by the template":            {template: hook, held: true},
		"deleted already":            {own: hook, deleted: true, held: true},
		"deleted, by the template":   {template: hook, deleted: true, held: true},
		"deleted, and none":          {deleted: true},
		"elsewhere":                  {own: hook, as: true},
		"elsewhere, by the template": {template: hook, as: true},
	} {
		c := machines(2, func(p *kubernetes.Pool) { p.DrainTimeout, p.Deletion = time.Minute, test.template })
		c.Machines = []kubernetes.Machine{{Name: "m", Deletion: test.own}, {Name: "other", Deletion: hook}}
		c.with("Deployment", "web", 0, 1)
		if test.deleted {
			for i := range c.Nodes {
				c.Nodes[i].Deleted = noon
			}
		}
		_, m := c.upgradeAs(t, test.as, time.Hour)
		f := bound.Finishes(m, 0)[0]
		if held := f.AtWorst == 2 && strings.Contains(strings.Join(f.Because, "; "), "held until"); held != test.held {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// What holds the machines of many nodes is noted once, and that of another apart.
func TestOneNoteOfManyHooks(t *testing.T) {
	for name, test := range map[string]struct {
		nodes int
		own   bool // one machine has a hook besides
		want  string
	}{
		"one": {1, false, "the machine of node node-0 is held until x is taken off it, and when its owner does so is not known: " +
			"it is played as if at once"},
		"many": {6, false, "the machines of nodes node-0, node-1, node-2 and 3 more are held until x is taken off each, and when its owner " +
			"does so is not known: it is played as if at once"},
		"one of another": {3, true, "the machine of node node-0 is held until x and y is taken off it, and when its owner does so is not " +
			"known: it is played as if at once; the machines of nodes node-1 and node-2 are held until x is taken off each, and when its owner " +
			"does so is not known: it is played as if at once"},
	} {
		c := machines(test.nodes, func(p *kubernetes.Pool) { p.Deletion.Hooks = []string{"x"} })
		if test.own {
			c.Nodes[0].Annotations["cluster.x-k8s.io/machine"] = "other"
			c.Machines = []kubernetes.Machine{{Name: "other", Deletion: kubernetes.MachineDeletion{Hooks: []string{"y"}}}}
		}
		c.with("Deployment", "web", 0)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("cluster-api"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range w.notes {
			if strings.Contains(n, "held until") {
				got = append(got, n)
			}
		}
		wants(t, name, strings.Join(got, "; "), test.want)
	}
}
